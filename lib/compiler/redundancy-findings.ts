import { findRedundant, RedundancyItem } from '../algebra';
import { compareText } from '../support/order';
import { CompiledFlow } from './compiled-policy';
import { blockOf, peerName, servicesOf } from './peers';
import { Problems } from './problems';

/**
 * Warns of flows that other flows admit altogether: a flow from 10.0.0.0/9 and one from 10.128.0.0/9 leave nothing to a
 * flow from 10.0.0.0/8. Blocks are compared with blocks; workloads and opaque peers are equal to themselves only, and
 * merging has already folded those.
 */
export function findRedundantFlows(flows: readonly CompiledFlow[], problems: Problems): void {
  for (const { items, flowsByKey } of itemsByEnd(flows)) {
    if (items.length < 2) continue;
    for (const { key, coveredBy } of findRedundant(items)) {
      const flow = flowsByKey.get(key)!;
      const others = coveredBy.map((other) => describe(flowsByKey.get(other)!)).sort(compareText).join(', ');
      problems.during(flow.sources?.[0], () => problems.warn('MSEG2103', flow.origins[0], `the flow ${describe(flow)} adds nothing to ${others}`));
    }
  }
}

interface EndItems {
  readonly items: RedundancyItem[];
  readonly flowsByKey: Map<string, CompiledFlow>;
}

/** Block peers of each workload end, as rectangles of addresses and services. */
function itemsByEnd(flows: readonly CompiledFlow[]): Iterable<EndItems> {
  const ends = new Map<string, EndItems>();
  for (const flow of flows) {
    for (const [end, own, peer] of [['ingress', flow.server, flow.client], ['egress', flow.client, flow.server]] as const) {
      const addresses = blockOf(peer);
      if (!('workload' in own) || addresses === undefined) continue;
      const key = `${end}:${own.workload}`;
      if (!ends.has(key)) ends.set(key, { items: [], flowsByKey: new Map() });
      const { items, flowsByKey } = ends.get(key)!;
      items.push({ key: flow.id, addresses, services: servicesOf(flow.services) });
      flowsByKey.set(flow.id, flow);
    }
  }
  return ends.values();
}

function describe({ client, server, services }: CompiledFlow): string {
  return `${peerName(client)} -> ${peerName(server)} ${servicesOf(services).toString()}`;
}
