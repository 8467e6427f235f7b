import { CATALOGUE, ProblemCode } from '../support/catalogue';
import { compareText } from '../support/order';
import { stableId } from '../support/stable-id';
import { Acknowledgement, Acknowledgements } from './lint/acknowledgements';
import { Found } from './lint/check';
import { CHECKS } from './lint/checks';
import { ManifestGraph } from './policy-graph';

/** What somebody should look at. */
export interface LintFinding extends Found {
  /** Of its content: the same finding has the same id in every run. */
  readonly id: string;
  readonly check: ProblemCode;
  readonly severity: 'error' | 'warning';
  /** Id of the policy; absent for an acknowledgement that is about none. */
  readonly policy?: string;
  /** Why it is meant, where somebody said so. */
  readonly acknowledged?: string;
}

export interface LintOptions {
  /** The moment at which expiry is judged, in milliseconds since the epoch. */
  readonly now: number;
  /** Flows that expire within so many days are reported. */
  readonly expiringDays: number;
  readonly acknowledgements: readonly Acknowledgement[];
}

/** Runs every check on every policy. Findings are sorted by policy, construct path, code and subject. */
export function lint(graphs: readonly ManifestGraph[], { now, expiringDays, acknowledgements }: LintOptions): LintFinding[] {
  const known = new Acknowledgements(acknowledgements, now);
  const findings = graphs.flatMap((graph) => CHECKS.flatMap(({ code, find }) => find({ graph, now, expiringDays }).map((found) => (
    finding(code, found, graph.id, known.reasonFor(code, found.path, found.subject))))));
  const unused = known.unused().map(({ check, path, subject }) => finding('MSEG5110', {
    path,
    subject: `${check} ${subject ?? ''}`.trim(),
    message: `nothing is found here that the acknowledgement of ${check}${subject === undefined ? '' : ` for ${subject}`} is about`,
  }));
  return [...findings, ...unused].sort((a, b) => (
    compareText(a.policy ?? '', b.policy ?? '') || compareText(a.path, b.path) || compareText(a.check, b.check) || compareText(a.subject, b.subject)));
}

function finding(check: ProblemCode, found: Found, policy?: string, acknowledged?: string): LintFinding {
  const { severity } = CATALOGUE[check];
  return { id: stableId(check, policy ?? '', found.path, found.subject), check, severity, policy, ...found, acknowledged };
}
