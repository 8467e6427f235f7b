import { Manifest, ManifestFlow, ManifestPeer, ManifestPolicy, ManifestService, ManifestWorkload } from '../../lib/compiler';

export const EP = 'App/Groups';
export const VPC = '10.0.0.0/16';
export const tcp = (fromPort: number, toPort = fromPort): ManifestService => ({ protocol: 'tcp', fromPort, toPort });

export function workload(id: string, more: Partial<ManifestWorkload> = {}): ManifestWorkload {
  return {
    id, path: `App/P/${id}`, labels: {}, services: [], addresses: [], mode: 'enforce', criticality: 'medium', managed: true,
    enforcementPoints: [{ platform: 'aws', path: EP }], ...more,
  };
}

/** A flow; ends are workload ids or peers. */
export function flow(client: string | ManifestPeer, server: string | ManifestPeer, ...services: ManifestService[]): ManifestFlow {
  const peer = (end: string | ManifestPeer) => (typeof end === 'string' ? { workload: end } : end);
  return { id: JSON.stringify([client, server, services]), client: peer(client), server: peer(server), services, origins: ['App/P'] };
}

export function policy(workloads: ManifestWorkload[], flows: ManifestFlow[], more: Partial<ManifestPolicy> = {}): ManifestPolicy {
  return {
    id: 'P', path: 'App/P', mode: 'enforce', workloads, segments: [], flows, invariants: [],
    enforcementPoints: [{ platform: 'aws', path: EP, monitorScope: [{ cidr: VPC }], wholeNetwork: false }], opaquePeers: [], ...more,
  };
}

export function manifest(...policies: ManifestPolicy[]): Manifest {
  return { schemaVersion: 1, generator: { name: 'cdk-microsegmentation', version: '0.0.0' }, policies };
}
