import { RootConstruct } from 'constructs';
import { compile, CompiledPolicy, ManifestPolicy, manifestOf, snapshotOf } from '../../lib/compiler';
import { Peer, Service } from '../../lib/model';
import { declareSynthPolicy, Size } from './synth-policy';

/** One workload in so many admits its whole network to a port of its own kind and may go to all of it. */
const OPEN = 10;

/** The generated policy as a manifest, with blocks that are open at both ends: reach then goes beyond what flows name. */
export function synthManifest(size: Size, change: (flow: number) => boolean = () => true): ManifestPolicy {
  const { policy, workloads } = declareSynthPolicy(new RootConstruct('Bench'), size);
  workloads.forEach((workload, index) => {
    if (index % OPEN !== 0) return;
    workload.allowFrom(Peer.ipv4('10.0.0.0/8'), { services: [Service.tcp(9100 + (index % 7))], justification: 'monitoring' });
    workload.allowTo(Peer.ipv4('10.0.0.0/9'), { services: [Service.tcpRange(9100, 9103)], justification: 'monitoring' });
  });
  return manifestPolicy(compile(snapshotOf(policy)), change);
}

/** A policy that one enforcement point protects whole, as a manifest has it. */
export function manifestPolicy(policy: CompiledPolicy, keep: (flow: number) => boolean = () => true): ManifestPolicy {
  const point = { platform: 'aws', path: 'App/Groups', monitorScope: [{ cidr: '10.0.0.0/8' }], wholeNetwork: true, workloads: policy.workloads.map(({ id }) => id) };
  const [whole] = manifestOf([{ policy, invariants: [], enforcementPoints: [point], rendered: new Map() }]).policies;
  return { ...whole, flows: whole.flows.filter((_, index) => keep(index)) };
}
