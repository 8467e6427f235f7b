import { ManifestAcknowledgement } from '../compiler';
import { CATALOGUE, ProblemCode } from '../support/catalogue';
import { compareText } from '../support/order';
import { stableId } from '../support/stable-id';
import { Acknowledgements } from './lint/acknowledgements';
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
  readonly acknowledgements: readonly ManifestAcknowledgement[];
}

/**
 * Runs every check on every policy. What a policy acknowledges counts for itself alone, `acknowledgements` for all. Findings are
 * sorted by policy, construct path, code and subject.
 */
export function lint(graphs: readonly ManifestGraph[], { now, expiringDays, acknowledgements }: LintOptions): LintFinding[] {
  const common = new Acknowledgements(acknowledgements, now);
  const findings = graphs.flatMap((graph) => {
    const own = new Acknowledgements(graph.acknowledgements, now);
    const found = CHECKS.flatMap(({ code, find }) => find({ graph, now, expiringDays }).map((each) => {
      // Both are asked, so that each knows whether it is about anything.
      const [reason, commonReason] = [own, common].map((known) => known.reasonFor(code, each.path, each.subject));
      return finding(code, each, graph.id, reason ?? commonReason);
    }));
    return [...found, ...aboutAcknowledgements(own, graph.id)];
  });
  return [...findings, ...aboutAcknowledgements(common)].sort((a, b) => (
    compareText(a.policy ?? '', b.policy ?? '') || compareText(a.path, b.path) || compareText(a.check, b.check) || compareText(a.subject, b.subject)));
}

function aboutAcknowledgements(known: Acknowledgements, policy?: string): LintFinding[] {
  const about = (code: ProblemCode, { check, path, subject, source }: ManifestAcknowledgement, message: string) => (
    finding(code, { path, source, subject: `${check} ${subject ?? ''}`.trim(), message }, policy));
  return [
    ...known.unused().map((each) => about('MSEG5110', each, `nothing is found here that the acknowledgement of ${named(each)} is about`)),
    ...known.over().map((each) => about('MSEG5111', each, `the acknowledgement of ${named(each)} ended on ${each.expires}`)),
  ];
}

function named({ check, subject }: ManifestAcknowledgement): string {
  return subject === undefined ? check : `${check} for ${subject}`;
}

function finding(check: ProblemCode, found: Found, policy?: string, acknowledged?: string): LintFinding {
  const { severity } = CATALOGUE[check];
  return { id: stableId(check, policy ?? '', found.path, found.subject), check, severity, policy, ...found, acknowledged };
}
