import { ManifestFlow, peerName, servicesOf } from '../../compiler';
import { LintCode } from '../../support/lint-codes';
import { ManifestGraph } from '../policy-graph';

/** What a check looks at. */
export interface LintContext {
  readonly graph: ManifestGraph;
  /** The moment at which expiry is judged, in milliseconds since the epoch. */
  readonly now: number;
  /** Flows that expire within so many days from then are reported. */
  readonly expiringDays: number;
}

/** What a check found. */
export interface Found {
  /** Construct path. */
  readonly path: string;
  /** What at that path: stays as it is while the policy does, so that it can be acknowledged. */
  readonly subject: string;
  /** What is wrong, in one sentence. */
  readonly message: string;
  /** `file:line` of its declaration, where that is kept. */
  readonly source?: string;
}

/** One check, in one file. Its title, severity and remedy are those of its code in the catalogue. */
export interface LintCheck {
  readonly code: LintCode;
  readonly find: (context: LintContext) => Found[];
}

/** Something found about one flow, reported where the flow was declared. */
export function aboutFlow(flow: ManifestFlow, message: string): Found {
  return { path: flow.origins[0], source: flow.sources?.[0], subject: flowName(flow), message: `the flow ${flowName(flow)} ${message}` };
}

export function flowName({ client, server, services }: ManifestFlow): string {
  return `${peerName(client)} -> ${peerName(server)} ${servicesOf(services).toString()}`;
}
