import { Inventory, InventoryRow } from './inventory';
import { PrefixTable } from './prefix-table';

/** Who has an address, in a span of time. */
export interface Placement {
  readonly row: InventoryRow;
  /** Milliseconds since 1970, inclusive; -Infinity without a beginning. */
  readonly from: number;
  /** Exclusive; Infinity without an end. */
  readonly to: number;
}

/**
 * Finds who has an address at a moment: the longest prefix that holds it then, and of equal ones the row that comes first in
 * the inventory.
 */
export class InventoryIndex {
  private readonly table = new PrefixTable<InventoryRow>();

  public constructor(inventory: Inventory) {
    for (const row of inventory.rows) this.table.add(row.address, row);
  }

  /** @param time milliseconds since 1970; without it the row that is good at any time counts, else the last one */
  public find(address: string, time?: number): InventoryRow | undefined {
    const rows = this.table.find(address);
    if (rows.length === 0) return undefined;
    if (time !== undefined) return rows.find((row) => beginOf(row) <= time && time < endOf(row));
    return rows.find(({ from, to }) => from === undefined && to === undefined) ?? this.placements(address).at(-1)?.row;
  }

  /**
   * Who has the address, span after span, from early to late; spans in which nobody has it are left out. One span without
   * beginning and end for an address that never moves.
   */
  public placements(address: string): Placement[] {
    const rows = this.table.find(address);
    const moments = [...new Set(rows.flatMap((row) => [beginOf(row), endOf(row)]))].sort((a, b) => a - b);
    const spans: Placement[] = [];
    for (let index = 0; index + 1 < moments.length; index += 1) {
      const [from, to] = [moments[index], moments[index + 1]];
      const row = rows.find((candidate) => beginOf(candidate) <= from && to <= endOf(candidate));
      const last = spans.at(-1);
      if (row && last?.row === row && last.to === from) spans[spans.length - 1] = { ...last, to };
      else if (row) spans.push({ row, from, to });
    }
    return spans;
  }
}

function beginOf({ from = -Infinity }: InventoryRow): number {
  return from;
}

function endOf({ to = Infinity }: InventoryRow): number {
  return to;
}
