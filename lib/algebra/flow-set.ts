import { KeyedSets } from './keyed-sets';
import { PeerTraffic } from './peer-traffic';
import { SetAlgebra } from './set-algebra';

/** Which end of a connection a workload stands at: the server's `ingress` or the client's `egress`. */
export type FlowEnd = 'ingress' | 'egress';

/** What a workload admits at one end. */
export interface FlowEntry {
  readonly workload: string;
  readonly end: FlowEnd;
  readonly traffic: PeerTraffic;
}

/** What each workload admits at each end. Equality means the same traffic. */
export class FlowSet implements SetAlgebra<FlowSet> {
  /** Nothing admitted anywhere. */
  public static readonly EMPTY = new FlowSet(KeyedSets.of<PeerTraffic>([]));

  /** Everything that any of the entries admits. */
  public static of(entries: Iterable<FlowEntry>): FlowSet {
    return new FlowSet(KeyedSets.of([...entries].map(({ workload, end, traffic }) => [endKey(workload, end), traffic] as const)));
  }

  private constructor(private readonly ends: KeyedSets<PeerTraffic>) {}

  /** What the workload admits at the end. */
  public at(workload: string, end: FlowEnd): PeerTraffic {
    return this.ends.get(endKey(workload, end)) ?? PeerTraffic.EMPTY;
  }

  public union(other: FlowSet): FlowSet {
    return new FlowSet(this.ends.union(other.ends));
  }

  public intersect(other: FlowSet): FlowSet {
    return new FlowSet(this.ends.intersect(other.ends));
  }

  /** What is admitted here and not there. */
  public subtract(other: FlowSet): FlowSet {
    return new FlowSet(this.ends.subtract(other.ends));
  }

  public isSubsetOf(other: FlowSet): boolean {
    return this.ends.isSubsetOf(other.ends);
  }

  public equals(other: FlowSet): boolean {
    return this.ends.equals(other.ends);
  }

  public isEmpty(): boolean {
    return this.ends.isEmpty();
  }

  /** Ends at which anything is admitted, sorted by workload, egress before ingress. */
  public entries(): FlowEntry[] {
    return this.ends.entries().map(([key, traffic]) => {
      const cut = key.lastIndexOf('\n');
      return { workload: key.slice(0, cut), end: key.slice(cut + 1) as FlowEnd, traffic };
    });
  }
}

/** An end's name has no line break: the last one always parts it from the workload's id. */
function endKey(workload: string, end: FlowEnd): string {
  return `${workload}\n${end}`;
}
