import { BitSet } from '../reach/bit-set';
import { bitsOf } from '../reach/closure';

/** Each step of criticality is twice as bad as the one before, and a crown jewel as bad as eight workloads of no matter. */
const WEIGHTS: { readonly [criticality: string]: number } = { 'low': 1, 'medium': 2, 'high': 4, 'crown-jewel': 8 };

/** 1 - policy / flat; 0 where nothing was reachable to begin with. */
export function reductionOf(flat: number, policy: number): number {
  return flat === 0 ? 0 : 1 - policy / flat;
}

/** Adds up reach before and after. */
export class Tally {
  /** How many workloads were added. */
  public count = 0;
  private flat = 0;
  private policy = 0;

  public add(flat: number, policy: number): void {
    this.count += 1;
    this.flat += flat;
    this.policy += policy;
  }

  public reduction(): { flat: number; policy: number; reduction: number } {
    return { flat: this.flat, policy: this.policy, reduction: reductionOf(this.flat, this.policy) };
  }
}

/** Counts what is reached by its criticality. */
export class Weighing {
  private readonly classes: readonly (readonly [weight: number, members: BitSet])[];

  public constructor(workloads: readonly { readonly criticality: string }[]) {
    this.classes = Object.entries(WEIGHTS).map(([criticality, weight]) => {
      const members = [...workloads.keys()].filter((place) => workloads[place].criticality === criticality);
      return [weight, bitsOf(workloads.length, members)];
    });
  }

  /** The weight of the set without the workload at the place, which is in it. */
  public of(reached: BitSet, without: number): number {
    return this.classes.reduce((sum, [weight, members]) => sum + weight * (reached.common(members) - Number(members.has(without))), 0);
  }
}
