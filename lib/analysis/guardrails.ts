import { FileFilter } from '../platforms/platform';
import { ProblemCode } from '../support/catalogue';
import { SegmentationError } from '../support/errors';
import { artifactsBelow, manifestsBelow } from './artifacts';
import { lint } from './lint';
import { placedPoliciesOf } from './policies';
import { graphOf } from './policy-graph';
import { PlacedManifest, verifyPlaced } from './verify';
import { CODES, KINDS, perPair, rulesOf, wordsOf } from './verify/deviations';
import { VerifiedFlow } from './verify/flows';

/** Something for which synthesis must fail. */
export interface GuardrailFinding {
  readonly code: ProblemCode;
  /** What is wrong, in one sentence. */
  readonly message: string;
  /** Construct path that the policy has for what it is about; absent where no policy tells. */
  readonly path?: string;
  /** Id of the policy; absent where nobody can tell. */
  readonly policy?: string;
  /** What did it, by artifact file and address in it: the rules, or else what carries them. Empty where no file is at fault. */
  readonly places: readonly string[];
  /** `file:line` of what it is about, in the user's code; absent where that is not kept. */
  readonly source?: string;
  /** The end of the workload that deviates. */
  readonly end?: VerifiedFlow['end'];
}

/**
 * Holds what a program wrote against its own manifests: access beyond the policy, declared access that is missing, what cannot be
 * read, and errors of lint that nobody acknowledged.
 *
 * @param now the moment at which expiry is judged, in milliseconds since the epoch
 */
export function guardrailFindings(directory: string, now: number, counts?: FileFilter): GuardrailFinding[] {
  try {
    const manifests = manifestsBelow(directory, counts);
    return [...deviationsOf(manifests, directory, counts), ...lintErrors(manifests, now)];
  } catch (error) {
    if (!(error instanceof SegmentationError)) throw error;
    return error.problems.map(({ code, where, message }) => ({ code, message: `${where}: ${message}`, places: [where] }));
  }
}

function deviationsOf(manifests: readonly PlacedManifest[], directory: string, counts?: FileFilter): GuardrailFinding[] {
  const paths = new Map(placedPoliciesOf(manifests).flatMap(({ policy }) => (
    policy.workloads.map(({ id, path }) => [JSON.stringify([policy.path, id]), path] as const))));
  const { policies } = verifyPlaced(manifests, artifactsBelow(directory, counts));
  return policies.flatMap(({ id: policy, path, artifacts }) => artifacts.flatMap((artifact) => KINDS.flatMap((kind) => (
    perPair(artifact[kind]).map((flows): GuardrailFinding => {
      const [{ end, carriers, sources }] = flows;
      const rules = rulesOf(flows);
      return {
        code: CODES[kind],
        message: wordsOf(kind, flows),
        path: paths.get(JSON.stringify([path, ownWorkload(flows[0])])),
        policy,
        places: rules.length > 0 ? rules : carriers,
        source: sources.length > 0 ? sources.join(', ') : undefined,
        end,
      };
    })))));
}

/** Warnings of lint are for people to look at, in their own time. */
function lintErrors(manifests: readonly PlacedManifest[], now: number): GuardrailFinding[] {
  const graphs = placedPoliciesOf(manifests).map(({ policy }) => graphOf(policy));
  return lint(graphs, { now, expiringDays: 0, acknowledgements: [] })
    .filter(({ severity, acknowledged }) => severity === 'error' && acknowledged === undefined)
    .map(({ check, message, path, policy, source }) => ({ code: check, message, path, policy, source, places: [] }));
}

function ownWorkload({ end, client, server }: VerifiedFlow): string {
  const own = end === 'ingress' ? server : client;
  return 'workload' in own ? own.workload : '';
}
