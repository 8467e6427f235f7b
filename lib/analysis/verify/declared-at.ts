import { ManifestPolicy, peerKey } from '../../compiler';
import { VerifiedFlow } from './flows';

/** Where the user's code declares the flows and workloads of one policy. */
export class DeclaredAt {
  private readonly flows = new Map<string, string[]>();
  private readonly workloads = new Map<string, string>();

  public constructor(policy: ManifestPolicy | undefined) {
    for (const flow of policy?.flows ?? []) {
      if (flow.sources) this.flows.set(pairOf(flow), [...this.flows.get(pairOf(flow)) ?? [], ...flow.sources]);
    }
    for (const { id, source } of policy?.workloads ?? []) {
      if (source !== undefined) this.workloads.set(peerKey({ workload: id }), source);
    }
  }

  /** The declarations between the same peers; without any, the workload at whose end it was found. */
  public of(flow: Pick<VerifiedFlow, 'client' | 'server' | 'end'>): string[] {
    const declared = this.flows.get(pairOf(flow));
    if (declared) return [...new Set(declared)].sort();
    const workload = this.workloads.get(peerKey(flow.end === 'ingress' ? flow.server : flow.client));
    return workload === undefined ? [] : [workload];
  }
}

function pairOf({ client, server }: Pick<VerifiedFlow, 'client' | 'server'>): string {
  return `${peerKey(client)}>${peerKey(server)}`;
}
