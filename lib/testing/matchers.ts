import { ServiceSet } from '../algebra';
import { attackPaths } from '../analysis/blast-radius/paths';
import { explain, Explanation } from '../analysis/explain';
import { checkInvariants } from '../analysis/invariants';
import { compile, CompiledInvariant, CompiledPeer, CompiledPolicy, ManifestInvariant, snapshotOf } from '../compiler';
import { Invariant, IPeer, SegmentationPolicy, Service, Workload } from '../model';
import { explainText } from '../report/explain-report';
import { fail } from '../support/errors';
import { printable } from '../support/printable';

/** What a matcher of jest answers. */
export interface MatcherResult {
  readonly pass: boolean;
  /** Told where the expectation is not met, so it explains the opposite of `pass`. */
  readonly message: () => string;
}

/**
 * Matchers for `expect(policy)`. A doubt never passes: an address that nobody knows, or a list that only the platform sees into, is
 * neither surely allowed nor surely denied.
 */
export const segmentationMatchers = {
  /** Every client can open a connection to every server with the service; without one, with all that the server offers. */
  toAllow(received: unknown, client: IPeer, server: IPeer, service?: Service): MatcherResult {
    const asked = ask(received, Invariant.allows(client, server, service && [service]));
    return answer(asked, 'allow', () => pairsTold(asked, 'allowed'));
  },

  /** No client can open a connection to any server with the service; without one, with anything. */
  toDeny(received: unknown, client: IPeer, server: IPeer, service?: Service): MatcherResult {
    const asked = ask(received, Invariant.denies(client, server, service && [service]));
    return answer(asked, 'deny', () => pairsTold(asked, 'denied'));
  },

  /** A breach of the workload reaches at most so many other workloads, in any number of hops. */
  toHaveBlastRadiusAtMost(received: unknown, workload: Workload, workloads: number): MatcherResult {
    const asked = ask(received, Invariant.blastRadiusAtMost(workload, workloads));
    return answer(asked, 'keep', () => attackPaths(asked.policy, workload.workloadId)
      .map(({ to, hops }) => `  ${to}: ${workload.workloadId}${hops.map(({ server }) => ` > ${server}`).join('')}`).join('\n'));
  },
};

interface Asked {
  readonly policy: CompiledPolicy;
  readonly invariant: CompiledInvariant;
  readonly result: ManifestInvariant;
}

/** The policy is asked by an invariant that it need not have itself. */
function ask(received: unknown, { _declaration: declaration }: Invariant): Asked {
  if (!isPolicy(received)) throw new TypeError('expect(…) must be given a SegmentationPolicy.');
  const peers = declaration.kind === 'blastRadius' ? [declaration.workload] : declaration.kind === 'exposure' ? [] : [declaration.client, declaration.server];
  for (const peer of peers) {
    const isOther = (peer.kind === 'workload' || peer.kind === 'segment') && peer.policy !== received.node.path;
    if (isOther) fail('MSEG1011', received.node.path, `${peer.policy}/${peer.id} belongs to another policy`);
  }
  const policy = compile({ ...snapshotOf(received), invariants: [declaration] });
  return { policy, invariant: policy.invariants[0], result: checkInvariants(policy)[0] };
}

/** Not by its class: a test may load this package twice. */
function isPolicy(value: unknown): value is SegmentationPolicy {
  return typeof value === 'object' && value !== null && 'policyId' in value && '_workloads' in value;
}

function answer({ policy, result }: Asked, verb: string, details: () => string): MatcherResult {
  const { holds, description, counterexamples } = result;
  return {
    pass: holds,
    message: () => (holds
      ? printable(`expected policy ${policy.id} not to ${verb} this: ${description}`)
      : [printable(`expected policy ${policy.id} to ${verb} this: ${description}`), ...counterexamples.map((text) => printable(`  but ${text}`)), '', details()].join('\n')),
  };
}

/** How each pair that is not as wanted comes about. */
function pairsTold({ policy, invariant }: Asked, wanted: Explanation['verdict']): string {
  if (invariant.kind !== 'allows' && invariant.kind !== 'denies') return '';
  const { clients, servers, services } = invariant;
  const workloads = new Map(policy.workloads.map((workload) => [workload.id, workload]));
  const isProtected = (peer: CompiledPeer) => 'workload' in peer && workloads.get(peer.workload)!.managed;
  const meant = (server: CompiledPeer): ServiceSet | undefined => (
    services ?? (wanted === 'allowed' && 'workload' in server ? workloads.get(server.workload)!.offered : undefined));
  const explanations = clients.flatMap((client) => servers
    .filter((server) => isProtected(client) || isProtected(server))
    .map((server) => explain(policy, client, server, meant(server))));
  return explanations.filter(({ verdict }) => verdict !== wanted).map(explainText).join('\n');
}
