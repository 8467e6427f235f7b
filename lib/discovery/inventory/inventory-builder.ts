import { AddressSet, ServiceSet } from '../../algebra';
import { ProblemCode } from '../../support/catalogue';
import { Problem } from '../../support/errors';
import { Inventory, InventoryRow, KnownService } from './inventory';

/** Labels of a node while they are gathered: each value with the place that gave it. */
type Gathered = Map<string, { readonly value: string; readonly where: string; contradicted?: boolean }>;

/** A row as a source has it: nothing about it is checked yet. */
export type FoundRow = Omit<InventoryRow, 'kind'> & { readonly kind?: InventoryRow['kind'] };

/** Gathers what sources find, and settles what they say of the same address and the same workload. */
export class InventoryBuilder {
  private readonly rows: InventoryRow[] = [];
  private readonly services: KnownService[] = [];
  private readonly problems: Problem[] = [];
  private readonly names = new Map<string, string>();

  /** Adds a row, or notes why it cannot be one. */
  public row({ address, id, labels, kind = 'workload', from, to, where }: FoundRow): void {
    const block = canonical(address);
    if (block === undefined) this.reject(where, `${shown(address)} is no address and no CIDR block`);
    else if (id.trim() === '') this.reject(where, 'the workload has no name');
    else if (from !== undefined && to !== undefined && from >= to) this.reject(where, 'its time ends before it begins');
    else this.rows.push({ address: block, id, labels, kind, from, to, where });
  }

  /** Adds what a node is known to offer, or notes why that means nothing. */
  public service(service: KnownService, where: string): void {
    try {
      ServiceSet.fromRange(service);
      this.services.push(service);
    } catch (error) {
      this.reject(where, (error as Error).message);
    }
  }

  /** From now on what is known by the platform's own id of a machine goes by the name of its workload. */
  public alias(machine: string, id: string): void {
    if (!this.names.has(machine)) this.names.set(machine, id);
  }

  public reject(where: string, reason: string): void {
    this.problem('MSEG6140', where, reason);
  }

  public build(): Inventory {
    const named = this.rows.map((row) => ({ ...row, id: this.nameOf(row.id) }));
    const labels = this.settledLabels(named);
    return {
      rows: this.settledAddresses(named).map((row) => ({ ...row, labels: labels.get(row.id)! })),
      services: this.services.map((service) => ({ ...service, id: this.nameOf(service.id) })),
      problems: this.problems,
    };
  }

  private nameOf(id: string): string {
    return this.names.get(id) ?? id;
  }

  /** Every row of a workload carries all its labels; of two values for one label the first counts. */
  private settledLabels(rows: readonly InventoryRow[]): Map<string, { readonly [key: string]: string }> {
    const byId = new Map<string, Gathered>();
    for (const { id, labels, where } of rows) {
      const known = byId.get(id) ?? new Map();
      byId.set(id, known);
      for (const [key, value] of Object.entries(labels)) this.label(id, key, { value, where }, known);
    }
    const plain = (known: Gathered) => Object.fromEntries([...known].map(([key, { value }]) => [key, value]));
    return new Map([...byId].map(([id, known]) => [id, plain(known)]));
  }

  private label(id: string, key: string, found: { value: string; where: string }, known: Gathered): void {
    const first = known.get(key);
    if (first === undefined) {
      known.set(key, found);
    } else if (first.value !== found.value && !first.contradicted) {
      // Once a label: the machines of a workload may all differ in it.
      first.contradicted = true;
      this.problem('MSEG6141', found.where, `label ${shown(key)} of ${shown(id)} is ${shown(found.value)} here and ${shown(first.value)} at ${first.where}`);
    }
  }

  /** One address belongs to one workload at a time: of two that claim it the first counts. */
  private settledAddresses(rows: readonly InventoryRow[]): InventoryRow[] {
    const byAddress = new Map<string, InventoryRow[]>();
    const seen = new Set<string>();
    return rows.filter((row) => {
      const key = JSON.stringify([row.address, row.id, row.from, row.to]);
      if (seen.has(key)) return false;
      seen.add(key);
      const known = byAddress.get(row.address) ?? [];
      byAddress.set(row.address, known);
      const rival = known.find((other) => other.id !== row.id && overlap(other, row));
      if (rival) this.problem('MSEG6141', row.where, `${row.address} is ${shown(row.id)} here and ${shown(rival.id)} at ${rival.where}`);
      else known.push(row);
      return !rival;
    });
  }

  private problem(code: ProblemCode, where: string, message: string): void {
    this.problems.push({ code, where, message });
  }
}

function canonical(address: string): string | undefined {
  try {
    return AddressSet.cidr(address.trim()).cidrs()[0];
  } catch {
    return undefined;
  }
}

function overlap(a: InventoryRow, b: InventoryRow): boolean {
  return (a.from ?? -Infinity) < (b.to ?? Infinity) && (b.from ?? -Infinity) < (a.to ?? Infinity);
}

/** Hostile text must not flood a message. */
function shown(text: string): string {
  return JSON.stringify(text.length > 80 ? `${text.slice(0, 80)}…` : text);
}
