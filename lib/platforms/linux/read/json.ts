import { Problem } from '../../../support/errors';
import { isObject } from '../../../support/files';
import { Element, newChain, newTable, NftTable, part, Part, Statement, Verdict } from './model';

type Json = { readonly [key: string]: unknown };

/** Statements that decide nothing. */
const NOTES: readonly string[] = ['counter', 'log'];

/**
 * The tables whose name starts with the prefix, from what `nft -j list ruleset` prints. Other tables are somebody else's: they
 * may drop what ours admits, and cannot admit what ours drops.
 *
 * @see libnftables-json(5)
 */
export function tablesOfJson(document: Json, prefix: string, where: string, problems: Problem[]): NftTable[] {
  const reader = new JsonReader(where, problems);
  const objects = Array.isArray(document.nftables) ? document.nftables as unknown[] : undefined;
  if (objects === undefined) {
    problems.push({ code: 'MSEG8002', where, message: 'it is no output of nft -j list ruleset' });
    return [];
  }
  for (const object of objects.filter(isObject)) {
    const [[kind, content]] = Object.entries(object);
    if (!isObject(content)) continue;
    const table = String(kind === 'table' ? content.name : content.table ?? '');
    if (table.startsWith(prefix)) reader.add(kind, content, `${String(content.family)} ${table}`);
  }
  return [...reader.tables.values()];
}

class JsonReader {
  public readonly tables = new Map<string, NftTable>();

  public constructor(private readonly where: string, private readonly problems: Problem[]) {}

  public add(kind: string, content: Json, key: string): void {
    const table = this.tables.get(key);
    const name = String(content.name);
    if (kind === 'table') {
      this.tables.set(key, newTable(String(content.family), name, this.where));
      // A dormant table has no effect; nft 1.0.6 prints nonsense for the flags, but prints them only where there are some.
      if (content.flags !== undefined) this.problem(`table ${name}`, 'flags of the table');
    } else if (table === undefined) {
      this.problem(key, `a ${kind} outside of its table`);
    } else if (kind === 'set') {
      const elements = Array.isArray(content.elem) ? content.elem as unknown[] : [];
      table.sets.set(name, { name, elements: elements.flatMap((element) => this.element(element, `set ${name}`) ?? []) });
    } else if (kind === 'chain') {
      const { hook, policy } = content;
      const chain = { ...newChain(name, `${this.where} chain ${name}`), policy: policy === 'drop' ? 'drop' as const : 'accept' as const };
      table.chains.set(name, hook === undefined ? chain : { ...chain, hook: String(hook) });
    } else if (kind === 'rule') {
      this.rule(table, content);
    } else {
      this.problem(key, kind);
    }
  }

  private rule(table: NftTable, { chain: name, handle, expr, comment }: Json): void {
    const where = `${this.where} chain ${String(name)} handle ${String(handle)}`;
    const chain = table.chains.get(String(name));
    if (chain === undefined || !Array.isArray(expr)) return this.problem(where, 'a rule outside of its chain');
    const statements = (expr as unknown[]).flatMap((statement) => this.statement(statement, where));
    chain.rules.push({ statements, where, ...(typeof comment === 'string' && { comment }) });
  }

  private statement(statement: unknown, where: string): Statement[] {
    const [kind, content] = isObject(statement) ? Object.entries(statement)[0] : ['', undefined];
    if (NOTES.includes(kind)) return [];
    if (kind === 'limit') return [{ kind: 'limit' }];
    const verdict = verdictOf(statement);
    if (verdict) return [{ kind: 'verdict', verdict }];
    const read = isObject(content) ? (kind === 'match' ? this.match(content) : kind === 'vmap' ? stateMap(content) : undefined) : undefined;
    if (read) return [read];
    this.problem(where, text(statement));
    return [];
  }

  private match({ op, left, right }: Json): Statement | undefined {
    const parts = isObject(left) && Array.isArray(left.concat) ? left.concat as unknown[] : [left];
    const fields = parts.map(fieldOf);
    if (!['==', '!=', 'in'].includes(String(op)) || fields.includes(undefined)) return undefined;
    const common = { kind: 'match', fields: fields as string[], negated: op === '!=' } as const;
    if (typeof right === 'string' && right.startsWith('@')) return { ...common, among: right.slice(1) };
    const values = (isObject(right) && Array.isArray(right.set) ? right.set : Array.isArray(right) ? right : [right]) as unknown[];
    const elements = values.map(elementOf);
    return elements.includes(undefined) ? undefined : { ...common, among: elements as Element[] };
  }

  private element(element: unknown, where: string): Element[] | undefined {
    const read = elementOf(element);
    if (read) return [read];
    this.problem(`${this.where} ${where}`, text(element));
    return undefined;
  }

  private problem(where: string, what: string): void {
    const place = where.startsWith(this.where) ? where : `${this.where} ${where}`;
    this.problems.push({ code: 'MSEG8004', where: place, message: `nobody can tell what ${what} admits` });
  }
}

function stateMap({ key, data }: Json): Statement | undefined {
  const cases = isObject(data) && Array.isArray(data.set) ? data.set as unknown[] : undefined;
  if (fieldOf(key) !== 'ct state' || cases === undefined) return undefined;
  const read = cases.map((each) => {
    const [state, verdict] = Array.isArray(each) ? each as unknown[] : [];
    const found = verdictOf(verdict);
    return typeof state === 'string' && found ? { state, verdict: found } : undefined;
  });
  return read.includes(undefined) ? undefined : { kind: 'stateMap', cases: read as { state: string; verdict: Verdict }[] };
}

function verdictOf(statement: unknown): Verdict | undefined {
  if (!isObject(statement)) return undefined;
  const [kind, content] = Object.entries(statement)[0] ?? [];
  if (kind === 'accept' || kind === 'drop' || kind === 'return') return { action: kind };
  if (kind === 'reject') return { action: 'drop' };
  return (kind === 'jump' || kind === 'goto') && isObject(content) ? { action: kind, target: String(content.target) } : undefined;
}

const INTERFACES: readonly unknown[] = ['iif', 'oif', 'iifname', 'oifname'];

function fieldOf(left: unknown): string | undefined {
  if (!isObject(left)) return undefined;
  const [kind, content] = Object.entries(left)[0] ?? [];
  if (!isObject(content)) return undefined;
  if (kind === 'meta') return INTERFACES.includes(content.key) ? String(content.key) : `meta ${String(content.key)}`;
  if (kind === 'ct') return `ct ${String(content.key)}`;
  if (kind !== 'payload') return undefined;
  if (content.base === 'th' && content.len === 16) return content.offset === 0 ? 'th sport' : content.offset === 16 ? 'th dport' : undefined;
  return content.protocol === undefined ? undefined : `${String(content.protocol)} ${String(content.field)}`;
}

function elementOf(element: unknown): Element | undefined {
  // Counters and comments of an element stand beside its value.
  const value = isObject(element) && isObject(element.elem) ? element.elem.val : element;
  const parts = (isObject(value) && Array.isArray(value.concat) ? value.concat as unknown[] : [value]).map(partOf);
  return parts.includes(undefined) ? undefined : parts as Part[];
}

function partOf(value: unknown): Part | undefined {
  if (typeof value === 'string' || typeof value === 'number') return part(String(value));
  if (!isObject(value)) return undefined;
  if (isObject(value.prefix)) return part(`${String(value.prefix.addr)}/${String(value.prefix.len)}`);
  if (!Array.isArray(value.range) || value.range.length !== 2) return undefined;
  return part(String(value.range[0]), String(value.range[1]));
}

function text(value: unknown): string {
  return JSON.stringify(value).slice(0, 200);
}
