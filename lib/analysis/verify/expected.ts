import { AddressSet, PeerEntry, PeerTraffic, ServiceSet } from '../../algebra';
import { blockOf, ManifestEnforcementPoint, ManifestPeer, ManifestPolicy, ManifestWorkload, servicesOf } from '../../compiler';
import { EnforcedWorkload } from '../../platforms/platform';
import { PeerNames } from './peer-names';

export type End = 'ingress' | 'egress';
export const ENDS: readonly End[] = ['ingress', 'egress'];

/** What one end of a workload has to admit, and what it may. */
export interface Expectation {
  readonly required: PeerTraffic;
  readonly allowed: PeerTraffic;
  /** Workloads from which everything is allowed, because the ranges from which everything is admitted hold them. */
  readonly insiders: readonly ReadonlySet<string>[];
}

const NOTHING: Expectation = { required: PeerTraffic.EMPTY, allowed: PeerTraffic.EMPTY, insiders: [] };
/** Platforms that see each packet, so that before enforcement they let pass whatever others let through to them, and log it. */
const OPEN_UNTIL_ENFORCED: readonly string[] = ['linux'];
const ANYWHERE = AddressSet.ANY_IPV4.union(AddressSet.ANY_IPV6);

/** What the manifest of one policy asks of each workload. */
export class Expected {
  public readonly names: PeerNames;
  private readonly workloads: ReadonlyMap<string, ManifestWorkload>;
  private readonly addresses = new Map<string, AddressSet>();
  private readonly declared = new Map<string, { peer: ManifestPeer; services: ServiceSet }[]>();
  private readonly known = new Map<string, Expectation>();
  /** Ids of workloads by the path of their enforcement point. */
  private readonly protectedAt = new Map<string, Set<string>>();

  /** @param policy absent where no manifest knows it: then nothing at all is expected */
  public constructor(private readonly policy: ManifestPolicy | undefined) {
    this.names = new PeerNames(policy?.opaquePeers ?? []);
    this.workloads = new Map(policy?.workloads.map((workload) => [workload.id, workload]));
    for (const { id, enforcementPoints } of policy?.workloads ?? []) {
      for (const { path } of enforcementPoints) this.protectedAt.set(path, (this.protectedAt.get(path) ?? new Set()).add(id));
    }
    for (const { client, server, services: ranges } of policy?.flows ?? []) {
      const services = servicesOf(ranges);
      this.declare(client, 'egress', server, services);
      this.declare(server, 'ingress', client, services);
    }
  }

  /** Nothing for a workload that the policy does not protect: whatever an artifact gives it is too much. */
  public of(id: string, role: EnforcedWorkload['role'], end: End, platform: string): Expectation {
    const workload = this.workloads.get(id);
    if (workload?.managed !== true) return NOTHING;
    const lenient = role === 'attached' && workload.mode !== 'enforce';
    const key = `${end} ${lenient ? 'lenient' : 'strict'} ${platform} ${id}`;
    if (!this.known.has(key)) {
      const expectation = lenient ? this.monitored(workload, end, platform) : this.expectation(workload, end);
      this.known.set(key, end === 'ingress' ? this.withManagement(expectation, workload, platform) : expectation);
    }
    return this.known.get(key)!;
  }

  /** Addresses that stand for a workload where its group cannot be named. */
  public addressesOf(workload: string): AddressSet {
    const known = this.addresses.get(workload)
      ?? AddressSet.union((this.workloads.get(workload)?.addresses ?? []).map((block) => AddressSet.cidr(block)));
    this.addresses.set(workload, known);
    return known;
  }

  /** The traffic of an artifact in the names of the policy. */
  public read(traffic: PeerTraffic): PeerTraffic {
    const named = (peer: PeerEntry['peer']) => (peer instanceof AddressSet ? peer : this.names.read(peer));
    return PeerTraffic.of(traffic.entries().map(({ peer, services }) => ({ peer: named(peer), services })));
  }

  private declare(own: ManifestPeer, end: End, peer: ManifestPeer, services: ServiceSet): void {
    if (!('workload' in own)) return;
    const key = `${end} ${own.workload}`;
    const flows = this.declared.get(key);
    if (flows) flows.push({ peer, services });
    else this.declared.set(key, [{ peer, services }]);
  }

  private expectation({ id }: ManifestWorkload, end: End, beyond: PeerEntry[] = [], insiders: Expectation['insiders'] = []): Expectation {
    const flows = this.declared.get(`${end} ${id}`) ?? [];
    const declared = flows.map(({ peer, services }) => this.entry(peer, services));
    const required = PeerTraffic.of([...flows.map(({ peer, services }) => this.entry(peer, this.possible(peer, services))), ...beyond]);
    const byAddress = flows.flatMap(({ peer, services }) => ('workload' in peer ? [{ peer: this.addressesOf(peer.workload), services }] : []));
    return { required, allowed: required.union(PeerTraffic.of([...declared, ...byAddress])), insiders };
  }

  /** Before enforcement: everything outbound, and everything from the network's own ranges; on a host from everywhere. */
  private monitored(workload: ManifestWorkload, end: End, platform: string): Expectation {
    if (end === 'egress' || OPEN_UNTIL_ENFORCED.includes(platform)) return this.expectation(workload, end, [{ peer: ANYWHERE, services: ServiceSet.ALL }]);
    const points = this.pointsOf(workload, platform);
    const ranges = points.flatMap(({ monitorScope }) => monitorScope.map((peer) => this.entry(peer, ServiceSet.ALL)));
    const insiders = points.filter(({ wholeNetwork }) => wholeNetwork).flatMap(({ path }) => this.protectedAt.get(path) ?? []);
    return this.expectation(workload, end, ranges, insiders);
  }

  /** It may be admitted; a table that has none, such as that of containers on the host, lacks nothing. */
  private withManagement(expectation: Expectation, workload: ManifestWorkload, platform: string): Expectation {
    const access = this.pointsOf(workload, platform).flatMap(({ management = [] }) => management);
    const entries = access.map(({ cidr, port }): PeerEntry => ({ peer: AddressSet.cidr(cidr), services: ServiceSet.tcp(port) }));
    return entries.length === 0 ? expectation : { ...expectation, allowed: expectation.allowed.union(PeerTraffic.of(entries)) };
  }

  private pointsOf(workload: ManifestWorkload, platform: string): ManifestEnforcementPoint[] {
    const paths = new Set(workload.enforcementPoints.filter((point) => point.platform === platform).map(({ path }) => path));
    return (this.policy?.enforcementPoints ?? []).filter((point) => point.platform === platform && paths.has(point.path));
  }

  /** What can come from a peer at all: ICMP has another number in each family, and platforms that see packets admit the right one. */
  private possible(peer: ManifestPeer, services: ServiceSet): ServiceSet {
    const family = this.names.familyOf(peer);
    return family === undefined ? services : services.withoutForeignIcmp(family);
  }

  private entry(peer: ManifestPeer, services: ServiceSet): PeerEntry {
    return { peer: this.names.declared(peer) ?? blockOf(peer)!, services };
  }
}
