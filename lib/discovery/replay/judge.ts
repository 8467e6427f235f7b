import { ManifestFlow, ManifestPolicy } from '../../compiler';
import { AddressEdge, EdgeEnd } from './address-edge';
import { EndVerdict, PolicyIndex, serviceSpan, Stand, standText } from './policy-index';
import { BlockingEnd, ReplayVerdict } from './replay-result';

/** What the policies say to one edge. */
export interface Judgement {
  readonly verdict: ReplayVerdict;
  readonly reason: string;
  readonly blockedAt: readonly BlockingEnd[];
  /** Flows that admit it, at either end. */
  readonly admitting: readonly ManifestFlow[];
  /** Flows that may admit it. */
  readonly possible: readonly ManifestFlow[];
}

/** An end of an edge, looked up once for each node and address. */
export interface Place {
  readonly node: string;
  /** As reports call it. */
  readonly name: string;
  /** Equal for places of one name that get equal judgements with every other place. */
  readonly number: number;
  /** One for each policy. */
  readonly stands: readonly Stand[];
  readonly isProtected: boolean;
}

interface BlockedEnd extends BlockingEnd {
  readonly possible: readonly ManifestFlow[];
}

/** Places that are remembered: the Internet has more than memory should hold. */
const MOST_PLACES = 100_000;

/** Judges edges by several policies together: each end asks its own, and all that are asked must admit. */
export class Judge {
  private readonly indexes: readonly PolicyIndex[];
  private readonly places = new Map<string, Place>();
  private readonly numbers = new Map<string, number>();
  private readonly spans = new Map<string, readonly [number, number] | undefined>();

  public constructor(policies: readonly ManifestPolicy[]) {
    this.indexes = policies.map((policy) => new PolicyIndex(policy));
  }

  public placeOf({ node, address }: EdgeEnd): Place {
    const key = address ?? `\n${node}`;
    let place = this.places.get(key);
    // An address that moves has several nodes, one after the other.
    if (place?.node !== node) {
      place = this.look(node, address);
      if (this.places.size >= MOST_PLACES) this.places.clear();
      this.places.set(key, place);
    }
    return place;
  }

  public judge(edge: AddressEdge, client: Place, server: Place): Judgement {
    if (edge.noise === 'broadcast' || edge.noise === 'multicast' || edge.noise === 'linkLocal') return said('noise', `${edge.noise} traffic is not judged`);
    if (!client.isProtected && !server.isProtected) return said('unmatched', 'neither end is a workload that the policy protects');
    const span = this.spanOf(edge);
    if (!span) return said('undecided', 'the log names no service that a policy can speak of');
    return this.verdict(edge, client, server, span);
  }

  private verdict(edge: AddressEdge, client: Place, server: Place, span: readonly [number, number]): Judgement {
    const admitting: ManifestFlow[] = [];
    const blocked: BlockedEnd[] = [];
    for (let index = 0; index < this.indexes.length; index += 1) {
      const { egress, ingress } = this.indexes[index].judge(client.stands[index], server.stands[index], span);
      for (const [end, found] of [['egress', egress], ['ingress', ingress]] as const) {
        if (found?.admitting.length === 0) blocked.push(blockedEnd(end, found));
        else if (found) admitting.push(...found.admitting);
      }
    }
    if (blocked.length === 0) return { ...said('allowed', 'declared'), admitting };
    return blocking(edge, client, blocked, admitting);
  }

  private look(node: string, address: string | undefined): Place {
    const stands = this.indexes.map((index) => index.standOf(workloadOf(index, node, address), address));
    const own = stands.find((stand) => stand.own)?.own;
    const name = own?.workload.id ?? node;
    const text = JSON.stringify([name, ...stands.map(standText)]);
    const number = this.numbers.get(text) ?? this.numbers.size;
    this.numbers.set(text, number);
    return { node, name, number, stands, isProtected: stands.some((stand) => stand.own?.workload.managed) };
  }

  private spanOf({ protocol, port }: AddressEdge): readonly [number, number] | undefined {
    const key = `${protocol}/${port ?? ''}`;
    if (!this.spans.has(key)) this.spans.set(key, meaningOf(protocol, port));
    return this.spans.get(key);
  }
}

/** By the inventory's word first, then by the addresses that the policy declares. */
function workloadOf(index: PolicyIndex, node: string, address: string | undefined): string | undefined {
  return index.workloadNamed(node) ?? (address === undefined ? undefined : index.workloadAt(address));
}

function blockedEnd(end: 'egress' | 'ingress', { workload, possible }: EndVerdict): BlockedEnd {
  // The schema of manifests knows no other mode.
  return { workload: workload.id, end, mode: workload.mode as BlockingEnd['mode'], possible };
}

/** Not admitted at some end: is that certain, does it matter, and did it happen already? */
function blocking(edge: AddressEdge, client: Place, blocked: readonly BlockedEnd[], admitting: readonly ManifestFlow[]): Judgement {
  const certain = blocked.filter(({ possible }) => possible.length === 0);
  if (certain.length === 0) {
    const possible = blocked.flatMap((end) => end.possible);
    return { ...said('undecided', uncertainty(edge, possible[0])), admitting, possible };
  }
  const reason = certain.map(({ workload, end, mode }) => `no flow admits it where it ${end === 'egress' ? 'leaves' : 'arrives at'} ${workload} (${mode})`).join('; ');
  if (edge.denied) return said('alreadyBlocked', `a rule blocked it when it was recorded; ${reason}`);
  // What strangers try in vain is the weather; what a workload tries in vain may be a breach.
  if (edge.noise !== undefined && !client.isProtected) return said('noise', `${edge.noise}; ${reason}`);
  const blockedAt = certain.map(({ workload, end, mode }) => ({ workload, end, mode }));
  return { ...said('wouldBlock', edge.noise === undefined ? reason : `${edge.noise}; ${reason}`), blockedAt };
}

function uncertainty({ port }: AddressEdge, flow: ManifestFlow): string {
  const opaque = [flow.client, flow.server].find((peer) => 'token' in peer || 'prefixList' in peer);
  if (opaque === undefined) return `the log ${port === undefined ? 'dropped the port' : 'does not have the ICMP code'}, and the flow ${flow.id} admits a part of what it may be`;
  const name = 'token' in opaque ? `token ${opaque.token}` : `prefix list ${(opaque as { prefixList: string }).prefixList}`;
  return `the flow ${flow.id} admits it if ${name} holds the address, which only the platform knows`;
}

function said(verdict: ReplayVerdict, reason: string): Judgement {
  return { verdict, reason, blockedAt: [], admitting: [], possible: [] };
}

function meaningOf(protocol: string, port: number | undefined): readonly [number, number] | undefined {
  try {
    return serviceSpan(protocol, port);
  } catch {
    return undefined;
  }
}
