import { flatNetwork } from '../../../lib/analysis/blast-radius/flat-network';
import { graphOf, PolicyGraph } from '../../../lib/analysis/policy-graph';
import { directReachOf } from '../../../lib/analysis/reach/closure';
import { ReachGraph } from '../../../lib/analysis/reach/reach-graph';
import { CompiledPolicy, manifestOf, servicesOf } from '../../../lib/compiler';
import { compareText } from '../../../lib/support/order';
import { MachineSettings, TestNetwork } from './network';
import { Place } from './payments-network';

/** A connection by which the worm came from one host to another, which it may have been on already. */
export type Hop = readonly [client: string, server: string, protocol: 'tcp' | 'udp', port: number];

/** Who is reached from each workload: by what is computed, or by a worm. */
export type Reach = ReadonlyMap<string, readonly string[]>;

const AT_A_TIME = 5;

interface Ports {
  readonly tcp: readonly number[];
  readonly udp: readonly number[];
}

/** What is computed of a policy for a worm, and what the worm needs to know. */
export class AttackPlan {
  public readonly machines: readonly MachineSettings[];
  /** In and around what anybody answers on. */
  public readonly scanned: Ports;
  private readonly graph: PolicyGraph;

  /** @param places where each workload of the policy is, unmanaged ones as well */
  public constructor(policy: CompiledPolicy, protects: readonly string[], public readonly places: readonly Place[]) {
    const point = { platform: 'linux', path: 'App/Hosts', monitorScope: [], wholeNetwork: false, workloads: protects };
    this.graph = graphOf(manifestOf([{ policy, invariants: [], enforcementPoints: [point], rendered: new Map() }]).policies[0]);
    this.machines = places.map((place) => ({ ...place, ...servedBy(this.graph, place.name), program: 'worm.py' }));
    const around = (ports: readonly number[]) => [...new Set(ports.flatMap((port) => [port - 1, port, port + 1]))];
    const [tcp, udp] = [this.machines.flatMap((machine) => machine.tcp), this.machines.flatMap((machine) => machine.udp)];
    this.scanned = { tcp: around([...tcp, ...udp]), udp: around(udp) };
  }

  /** Who is reached in the flat network, and under the policy. */
  public get computed(): { readonly flat: Reach; readonly policy: Reach } {
    const policy = ReachGraph.of(this.graph);
    const reach = (of: ReachGraph): Reach => new Map(this.ids.map((id, place) => [id, this.sorted([...of.from(place).keys()])]));
    return { flat: reach(flatNetwork(this.graph, policy)), policy: reach(policy) };
  }

  /** Workloads to which each may open a connection itself. */
  public get computedHops(): Reach {
    const reach = directReachOf(ReachGraph.of(this.graph));
    const servers = (client: number) => [...this.ids.keys()].filter((server) => server !== client && reach[client].has(server));
    return new Map(this.ids.map((id, place) => [id, this.sorted(servers(place))]));
  }

  private get ids(): string[] {
    return this.graph.workloads.map(({ id }) => id);
  }

  private sorted(places: readonly number[]): string[] {
    return places.map((place) => this.ids[place]).sort(compareText);
  }
}

/** A worm on a network of hosts, one a workload. */
export class Attack {
  public readonly network: TestNetwork;
  private attacks = 0;

  public constructor(private readonly plan: AttackPlan) {
    this.network = new TestNetwork(plan.machines);
  }

  /** Lets every host answer on every port that is scanned, whatever its workload offers. */
  public async openEverything(): Promise<void> {
    const { machines, scanned } = this.plan;
    const except = (ports: readonly number[], known: readonly number[]) => ports.filter((port) => !known.includes(port));
    await Promise.all(machines.map(({ name, tcp, udp }) => (
      this.network.machine(name).order({ listen: { tcp: except(scanned.tcp, tcp), udp: except(scanned.udp, udp) } }))));
  }

  /** What a worm that starts at each of the workloads in turn gets hold of, and its connections. */
  public async measured(): Promise<{ readonly reached: Reach; readonly hops: ReadonlyMap<string, readonly Hop[]> }> {
    for (const machine of this.network.all()) machine.forgetConnections();
    const hops = new Map<string, readonly Hop[]>();
    const starts = this.plan.places.map(({ name }) => name);
    // Worms of different starts know nothing of each other: while one waits for an answer that does not come, another goes on.
    const next = async (): Promise<void> => {
      for (let start = starts.shift(); start !== undefined; start = starts.shift()) hops.set(start, await this.from(start));
    };
    await Promise.all(Array.from({ length: AT_A_TIME }, next));
    const reached = this.plan.places.map(({ name }) => [name, serversIn(hops.get(name)!).filter((server) => server !== name)] as const);
    return { reached: new Map(reached), hops };
  }

  private async from(start: string): Promise<readonly Hop[]> {
    const order = { attack: this.attacks++, targets: this.plan.places, ...this.plan.scanned };
    return (await this.network.machine(start).order<{ hops: Hop[] }>(order)).hops;
  }
}

export function serversIn(hops: readonly Hop[]): string[] {
  return [...new Set(hops.map(([, server]) => server))].sort(compareText);
}

/** Ports on which a workload answers: those that it offers, and those that flows open at it. */
function servedBy({ workloads, flows }: PolicyGraph, id: string): Ports {
  const declared = flows.filter(({ server }) => 'workload' in server && server.workload === id).map(({ services }) => servicesOf(services));
  const all = [workloads.find((workload) => workload.id === id)!.offered, ...declared].flatMap((services) => services.ranges());
  const ports = (protocol: string) => [...new Set(all.filter((range) => range.protocol === protocol).flatMap(({ fromPort, toPort }) => (
    Array.from({ length: toPort! - fromPort! + 1 }, (_, index) => fromPort! + index))))];
  return { tcp: ports('tcp'), udp: ports('udp') };
}
