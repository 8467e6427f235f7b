import { ServiceSet } from '../../../algebra';
import { servicesOf } from '../../../compiler';
import { aboutFlow, LintCheck } from '../check';

/** Room for a range that some service needs, such as passive FTP; not for a protocol as a whole. */
const MOST_PORTS = 1000;
const WITH_PORTS = ServiceSet.union(['tcp', 'udp', 'sctp'].map((protocol) => ServiceSet.fromRange({ protocol })));

/** Flows that open more ports than any service has. */
export const broadServices: LintCheck = {
  code: 'MSEG5104',
  find: ({ graph }) => graph.flows.flatMap((flow) => {
    const ports = servicesOf(flow.services).intersect(WITH_PORTS).size;
    return ports > MOST_PORTS ? [aboutFlow(flow, `opens ${ports} ports`)] : [];
  }),
};
