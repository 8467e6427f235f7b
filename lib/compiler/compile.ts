import { sortedBy } from '../support/order';
import { resolveAcknowledgements } from './acknowledgements';
import { CompiledPolicy, Mode } from './compiled-policy';
import { Membership } from './membership';
import { FlowMerger } from './merge-flows';
import { Problems } from './problems';
import { findRedundantFlows } from './redundancy-findings';
import { FlowResolver } from './resolve-flows';
import { resolveInvariant } from './resolve-invariants';
import { PeerResolver } from './resolve-peers';
import { resolveSegments, resolveWorkloads } from './resolve-workloads';
import { PolicySnapshot } from './snapshot';

/**
 * Compiles a policy: segments and labels become workloads, flows become flows between single peers, and what several
 * declarations ask for is folded into one. The result depends on what was declared, not on the order of declaration.
 *
 * @throws SegmentationError with every problem of the policy at once.
 */
export function compile(snapshot: PolicySnapshot): CompiledPolicy {
  const problems = new Problems();
  const membership = new Membership(snapshot.workloads, problems);
  const segments = resolveSegments(snapshot, membership, problems);
  const workloads = resolveWorkloads(snapshot, segments, problems);
  const peers = new PeerResolver(segments, membership, problems);

  const merger = new FlowMerger();
  const resolver = new FlowResolver(snapshot, workloads, segments, peers, problems);
  for (const flow of snapshot.flows) problems.during(flow.source, () => resolver.resolve(flow, merger));
  const acknowledgements = resolveAcknowledgements(snapshot, problems);
  const invariants = snapshot.invariants.map((declaration) => resolveInvariant(declaration, peers, snapshot.path));
  problems.throwIfAny();

  const flows = merger.flows();
  findRedundantFlows(flows, problems);
  return {
    id: snapshot.id,
    path: snapshot.path,
    source: snapshot.source,
    mode: snapshot.mode as Mode,
    workloads,
    segments,
    flows,
    opaquePeers: peers.opaquePeers(),
    invariants: sortedBy(invariants, (invariant) => invariant.id),
    acknowledgements,
    findings: problems.findings(),
  };
}
