import { PLACED } from './engine/flow-columns';
import { FlowRecord } from './flow-record';
import { Inventory, InventoryRow } from './inventory/inventory';
import { InventoryIndex } from './inventory/inventory-index';

type Labels = { readonly [key: string]: string };

interface Seen {
  readonly name: string;
  first: number;
}

/** An address that was one workload's from one moment to another. Milliseconds since 1970. */
export interface Placed {
  readonly address: string;
  readonly from: number;
  readonly to: number;
  /** Place in `rows`. */
  readonly row: number;
}

/** Before and after every record. */
const [ALWAYS, FOR_EVER] = [-8.64e15, 8.64e15];

/**
 * Who had an address when, as far as it changed: from the inventory, and from logs that name workloads beside addresses. A
 * record is taken for its workload's by the moment it began.
 */
export class Placements {
  /** Who the numbers behind PLACED stand for. */
  public readonly rows: InventoryRow[] = [];
  private readonly names = new Map<string, Seen[]>();
  private readonly labels = new Map<string, Labels>();

  public constructor(private readonly inventory: Inventory) {}

  /** Notes what a record says of who its ends are. */
  public learn({ source, sourceName, sourceLabels, destination, destinationName, destinationLabels, start }: FlowRecord): void {
    if (sourceName !== undefined) this.note(source, sourceName, sourceLabels, start);
    if (destinationName !== undefined) this.note(destination, destinationName, destinationLabels, start);
  }

  /** The name that logs gave an address, if they gave it only one. */
  public nameOf(address: string): string | undefined {
    return this.names.get(address)?.[0].name;
  }

  public labelsOf(name: string): Labels {
    return this.labels.get(name) ?? {};
  }

  /** Whether blocks change hands: then it takes the addresses that were seen to say which of them did. */
  public get blocksMove(): boolean {
    return this.inventory.rows.some((row) => moves(row) && hostOf(row.address) === undefined);
  }

  /**
   * All spans of addresses that changed hands, or that had nobody's at times.
   *
   * @param seen addresses in canonical text, where blocks change hands
   */
  public spans(seen: readonly string[] = []): Placed[] {
    const index = new InventoryIndex(this.inventory);
    const hosts = this.inventory.rows.filter(moves).flatMap(({ address }) => hostOf(address) ?? []);
    const moving = [...hosts, ...seen.filter((address) => index.placements(address).some(({ row }) => moves(row)))];
    const fromInventory = [...new Set(moving)].flatMap((address) => (
      index.placements(address).map(({ row, from, to }) => this.placed(address, row, Math.max(from, ALWAYS), Math.min(to, FOR_EVER)))));
    const learnt = [...this.names].filter(([address, names]) => names.length > 1 && index.find(address) === undefined)
      .flatMap(([address, names]) => this.spansOfNames(address, names));
    return [...fromInventory, ...learnt];
  }

  private spansOfNames(address: string, names: readonly Seen[]): Placed[] {
    const inTime = [...names].sort((a, b) => a.first - b.first);
    return inTime.map(({ name, first }, place) => {
      const row: InventoryRow = { address, id: name, labels: this.labelsOf(name), kind: 'workload', where: 'logs' };
      return this.placed(address, row, place === 0 ? ALWAYS : first, inTime[place + 1]?.first ?? FOR_EVER);
    });
  }

  private placed(address: string, row: InventoryRow, from: number, to: number): Placed {
    this.rows.push(row);
    return { address, from, to, row: this.rows.length - 1 };
  }

  private note(address: string | undefined, name: string, labels: Labels | undefined, start: number): void {
    if (labels && !this.labels.has(name)) this.labels.set(name, labels);
    if (address === undefined) return;
    const known = this.names.get(address);
    const same = known?.find((seen) => seen.name === name);
    if (same) same.first = Math.min(same.first, start);
    else if (known) known.push({ name, first: start });
    else this.names.set(address, [{ name, first: start }]);
  }
}

/** Columns of the table of spans, and the flows with the number of the workload behind each address that moves. */
export const PLACED_COLUMNS = { addr: 'text', fromtime: 'integer', totime: 'integer', place: 'text' } as const;

export function placedFlows(flows: string, placed: string): string {
  const end = (column: string, alias: string) => `CASE WHEN ${alias}.place IS NULL THEN f.${column} ELSE f.${column} || ${alias}.place END AS ${column}`;
  const join = (column: string, alias: string) => `LEFT JOIN ${placed} AS ${alias} ON f.${column} = ${alias}.addr AND f.st >= ${alias}.fromtime AND f.st < ${alias}.totime`;
  return `(SELECT ${end('s', 'ps')}, ${end('d', 'pd')}, f.sp AS sp, f.dp AS dp, f.pr AS pr, f.b AS b, f.st AS st, f.en AS en, f.se AS se, f.cn AS cn, f.sb AS sb, f.db AS db
    FROM ${flows} AS f ${join('s', 'ps')} ${join('d', 'pd')})`;
}

export function placedRow({ address, from, to, row }: Placed): [string, number, number, string] {
  return [address, from, to, `${PLACED}${row}`];
}

function moves({ from, to }: InventoryRow): boolean {
  return from !== undefined || to !== undefined;
}

function hostOf(address: string): string | undefined {
  return /^([\d.]+)\/32$|^([\da-f:]+)\/128$/.exec(address)?.slice(1).find((host) => host !== undefined);
}
