import { compareText } from '../../../support/order';
import { ReadCarrier } from './model';

/** Two resources of one machine, by their ids: an instance and an interface of it. */
export type Link = readonly [string, string];

/**
 * The rules of every interface of a machine admit to it, so that carriers that are linked count as one. What carries no group
 * of the artifacts is nobody's of the policy, and left out.
 */
export function onOneMachine(carriers: readonly ReadCarrier[], links: readonly Link[]): ReadCarrier[] {
  return joined(carriers, links).filter(({ groups }) => groups.size > 0);
}

function joined(carriers: readonly ReadCarrier[], links: readonly Link[]): ReadCarrier[] {
  if (links.length === 0) return [...carriers];
  const machines = new Map<string, ReadCarrier[]>();
  const machineOf = machinesBy(links);
  for (const carrier of carriers) {
    const machine = machineOf(carrier.id);
    machines.set(machine, [...machines.get(machine) ?? [], carrier]);
  }
  return [...machines.values()].map((parts) => (parts.length === 1 ? parts[0] : {
    id: parts.map(({ id }) => id).sort(compareText).join(', '),
    groups: new Set(parts.flatMap(({ groups }) => [...groups])),
    unknown: new Set(parts.flatMap(({ unknown }) => [...unknown])),
  }));
}

/** Of every resource one that stands for its machine: the resource itself where it is linked to none. */
function machinesBy(links: readonly Link[]): (id: string) => string {
  const next = new Map<string, string>();
  const machineOf = (id: string): string => {
    let machine = id;
    while (next.has(machine)) machine = next.get(machine)!;
    return machine;
  };
  for (const [one, other] of links) {
    const [from, to] = [machineOf(one), machineOf(other)];
    if (from !== to) next.set(from, to);
  }
  return machineOf;
}
