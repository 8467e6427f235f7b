import { AddressBlock, AddressSet, ServiceSet } from '../../algebra';
import { blockOf, ManifestFlow, ManifestPeer, ManifestPolicy, ManifestWorkload } from '../../compiler';
import { pointOf, PrefixTable } from '../inventory/prefix-table';

/** A flow with its services as spans of the service axis. */
interface Admission {
  readonly flow: ManifestFlow;
  readonly spans: readonly Span[];
}

/** A service on the service axis: from the first point to the one after the last. */
type Span = readonly [from: number, after: number];

/** Where an end of traffic stands in one policy. */
export interface Stand {
  /** The workload at this end. */
  readonly own?: WorkloadEnds;
  /** Workloads for which a flow's peer may mean this end: the one that stands here, and those whose addresses hold its address. */
  readonly peers: readonly string[];
  readonly point?: AddressBlock;
  /** Blocks of flows that hold the address, by number. */
  readonly blocks: readonly number[];
}

/** What a stand's answers depend on: stands with equal text get equal verdicts with every peer and service. */
export function standText({ own, peers, blocks }: Stand): string {
  return JSON.stringify([own?.workload.id, peers, blocks]);
}

interface WorkloadEnds {
  readonly workload: ManifestWorkload;
  readonly egress: EndIndex;
  readonly ingress: EndIndex;
}

/** What one end of a workload says to a service of a peer. */
export interface EndVerdict {
  readonly workload: ManifestWorkload;
  /** Flows that admit all of the service. */
  readonly admitting: readonly ManifestFlow[];
  /** Flows that would admit it if their prefix list or token held the address, or that admit a part of a service known only in part. */
  readonly possible: readonly ManifestFlow[];
}

export interface PolicyVerdict {
  /** Absent where the policy does not protect the client. */
  readonly egress?: EndVerdict;
  /** Absent where the policy does not protect the server. */
  readonly ingress?: EndVerdict;
}

/**
 * One policy, made ready for many questions: does each end admit this service of this peer, and by which flows? It answers as
 * the reference evaluator of the compiler does, by looking up the peer instead of going through the flows.
 */
export class PolicyIndex {
  private readonly workloads: ReadonlyMap<string, WorkloadEnds>;
  private readonly names: ReadonlyMap<string, string>;
  private readonly addresses = new PrefixTable<string>();
  private readonly blocks = new PrefixTable<number>();

  public constructor(public readonly policy: ManifestPolicy) {
    this.workloads = new Map(policy.workloads.map((workload) => (
      [workload.id, { workload, egress: new EndIndex(), ingress: new EndIndex() }])));
    this.names = new Map(policy.workloads.flatMap(({ id, path }) => [[path, id], [`${policy.id}/${id}`, id], [id, id]]));
    for (const { id, addresses } of policy.workloads) for (const block of addresses) this.addresses.add(block, id);
    const blocks = new Set(policy.flows.flatMap(({ client, server }) => [client, server]).flatMap((peer) => ('cidr' in peer ? [peer.cidr] : [])));
    [...blocks].forEach((block, number) => this.blocks.add(block, number));
    for (const flow of policy.flows) {
      const spans = flow.services.map((service) => spanOf(ServiceSet.fromRange(service)));
      this.endsOf(flow.client)?.egress.add(flow.server, { flow, spans });
      this.endsOf(flow.server)?.ingress.add(flow.client, { flow, spans });
    }
  }

  /** Where the workload stands, at the address if it is known. */
  public standOf(workload: string | undefined, address?: string): Stand {
    const point = address === undefined ? undefined : pointOf(address);
    const holders = point ? this.addresses.at(point) : [];
    const own = workload === undefined ? undefined : this.workloads.get(workload);
    const peers = [...new Set([...(own ? [own.workload.id] : []), ...holders])];
    // Both "any" are blocks, too: an address is in one of them by its family.
    return { own, peers, point, blocks: point ? [-point.family, ...this.blocks.at(point)] : [] };
  }

  /** The workload that has the address by what the policy itself knows, the longest prefix first. */
  public workloadAt(address: string): string | undefined {
    return this.addresses.find(address)[0];
  }

  /** The workload that the name means: its id, `policy/id`, or its construct path. */
  public workloadNamed(name: string): string | undefined {
    return this.names.get(name);
  }

  public judge(client: Stand, server: Stand, service: Span): PolicyVerdict {
    return {
      egress: client.own?.workload.managed ? client.own.egress.verdict(client.own.workload, server, service) : undefined,
      ingress: server.own?.workload.managed ? server.own.ingress.verdict(server.own.workload, client, service) : undefined,
    };
  }

  private endsOf(peer: ManifestPeer): WorkloadEnds | undefined {
    return 'workload' in peer ? this.workloads.get(peer.workload) : undefined;
  }
}

/**
 * The service as the index takes it. A port that the log does not have makes it the whole protocol.
 *
 * @throws RangeError if it means nothing
 */
export function serviceSpan(protocol: string, port?: number): Span {
  const isIcmp = protocol === 'icmp' || protocol === 'icmpv6' || protocol === '1' || protocol === '58';
  const hasPorts = isIcmp || /^(tcp|udp|sctp|6|17|132)$/.test(protocol);
  return spanOf(ServiceSet.fromRange({ protocol, fromPort: hasPorts ? port : undefined, toPort: hasPorts && !isIcmp ? port : undefined }));
}

/** Flows of one end of a workload, by their other end. */
class EndIndex {
  private readonly byWorkload = new Map<string, Admission[]>();
  private readonly byBlock = new PrefixTable<Admission>();
  private readonly opaque: Admission[] = [];

  public add(peer: ManifestPeer, admission: Admission): void {
    if ('workload' in peer) {
      const known = this.byWorkload.get(peer.workload);
      if (known) known.push(admission);
      else this.byWorkload.set(peer.workload, [admission]);
      return;
    }
    const block = blockOf(peer);
    if (block) this.byBlock.add(blockText(block), admission);
    else this.opaque.push(admission);
  }

  public verdict(workload: ManifestWorkload, peer: Stand, service: Span): EndVerdict {
    const admitting: ManifestFlow[] = [];
    const possible: ManifestFlow[] = [];
    const look = (admissions: readonly Admission[]) => {
      for (const { flow, spans } of admissions) {
        if (spans.some((span) => span[0] <= service[0] && service[1] <= span[1])) admitting.push(flow);
        else if (spans.some((span) => span[0] < service[1] && service[0] < span[1])) possible.push(flow);
      }
    };
    for (const id of peer.peers) look(this.byWorkload.get(id) ?? NONE);
    if (peer.point) look(this.byBlock.at(peer.point));
    for (const { flow, spans } of this.opaque) {
      if (spans.some((span) => span[0] < service[1] && service[0] < span[1])) possible.push(flow);
    }
    return { workload, admitting, possible };
  }
}

const NONE: readonly Admission[] = [];

function spanOf({ points }: ServiceSet): Span {
  return [points.boundaries[0], points.boundaries[1]];
}

function blockText(block: AddressSet): string {
  return block.cidrs()[0];
}
