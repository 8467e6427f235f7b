import { fail, Problem } from '../support/errors';
import { DependencyMap, MapSource } from './dependency-map';
import { tableSource } from './engine/clickhouse-table';
import { DuckDbEngine } from './engine/duckdb';
import { FileSet, fileSets } from './engine/duckdb-files';
import { allRows, SqlEngine } from './engine/sql-engine';
import { LogReading, LogReport } from './input/log-reading';
import { Log, openLogs } from './input/logs';
import { EMPTY_INVENTORY, Inventory } from './inventory/inventory';
import { IrregularRows, Traffic } from './traffic';

export interface DiscoverOptions {
  /** Files, directories or glob patterns; `-` is the standard input. */
  readonly logs: readonly string[];
  /** The format of all logs. By default it is told from the content of each. */
  readonly format?: string;
  /** The fields of AWS flow logs whose lines have no header. By default those of the default layout. */
  readonly fields?: string;
  /** Who has which address. By default addresses stand for themselves. */
  readonly inventory?: Inventory;
  /** A table of ClickHouse with VPC flow logs, or a table function (`s3(…)`), in place of logs. */
  readonly table?: string;
  /** What aggregates. By default DuckDB in this process. */
  readonly engine?: SqlEngine;
  /** Told what is being done, in words, often. */
  readonly progress?: (doing: string) => void;
  /** From this size of all files of a layout on, the database reads them by itself where it can. By default 1 MiB: less is not worth it. */
  readonly fromBytes?: number;
}

/** Traffic of logs, with what became of each of them. */
export interface OpenedTraffic {
  readonly traffic: Traffic;
  readonly sources: readonly MapSource[];
  /** Lines that were rejected, the first of each log. */
  readonly problems: readonly Problem[];
}

const MEBIBYTE = 1024 * 1024;
/** Times that the database begins anew without the file it met an irregular row in. */
const MOST_ATTEMPTS = 5;

/**
 * The dependency map of flow logs.
 *
 * @throws MSEG6001, MSEG6002, MSEG6003, MSEG6080 for logs that cannot be read, MSEG6020, MSEG6021, MSEG6024 for engines, MSEG6025 for
 * more than a map can hold
 */
export async function discover(options: DiscoverOptions): Promise<DependencyMap> {
  const { traffic, sources } = await openTraffic(options);
  try {
    return await traffic.map(sources);
  } finally {
    await traffic.close();
  }
}

/** Reads logs and infers who serves whom. The caller closes the traffic. @throws as `discover` does, with the engine closed */
export async function openTraffic(options: DiscoverOptions): Promise<OpenedTraffic> {
  const engine = options.engine ?? await DuckDbEngine.open();
  try {
    return await readTraffic(engine, options);
  } catch (error) {
    await engine.close();
    throw error;
  }
}

async function readTraffic(engine: SqlEngine, options: DiscoverOptions): Promise<OpenedTraffic> {
  if (options.logs.length === 0 && options.table === undefined) fail('MSEG6023', 'discover', 'neither logs nor a table are named');
  const logs = options.logs.length === 0 ? [] : await openLogs(options.logs, { format: options.format, fields: options.fields });
  const traffic = new Traffic(engine, options.inventory ?? EMPTY_INVENTORY);
  const reports = options.table === undefined
    ? await new Loading(traffic, engine, options).load(logs) : await loadTable(traffic, engine, options.table);
  return {
    traffic,
    sources: reports.map(({ path, format, records, rejected, gaps }) => ({ path, format, records, rejected, gaps })),
    problems: reports.flatMap(({ problems }) => problems),
  };
}

/** Any row that is not regular fails the query: the table is not a file that the parser could look into. */
async function loadTable(traffic: Traffic, engine: SqlEngine, table: string): Promise<LogReport[]> {
  const source = await tableSource(engine, table);
  try {
    await traffic.settle([source]);
  } catch (error) {
    if (error instanceof IrregularRows) fail('MSEG6022', table, error.message);
    throw error;
  }
  return [{ path: table, format: 'clickhouse', records: traffic.queried, rejected: 0, gaps: traffic.gaps(), problems: [] }];
}

class Loading {
  private readonly reports = new Map<Log, LogReport>();

  public constructor(
    private readonly traffic: Traffic,
    private readonly engine: SqlEngine,
    private readonly options: DiscoverOptions,
  ) {}

  /** @returns what became of each log, in their order */
  public async load(logs: readonly Log[]): Promise<LogReport[]> {
    const sets = this.engine instanceof DuckDbEngine ? await fileSets(this.engine, logs, this.options.fromBytes ?? MEBIBYTE) : [];
    const byDatabase = new Set(sets.flatMap((set) => set.logs));
    for (const log of logs) if (!byDatabase.has(log)) await this.parse(log);
    await this.report(await this.settle(sets));
    return logs.map((log) => this.reports.get(log)!);
  }

  /** Files with a row that is not regular go to the parser after all, which tells what is wrong with it. @returns those that did not */
  private async settle(sets: readonly FileSet[]): Promise<readonly FileSet[]> {
    let left = sets;
    for (let attempts = 1; ; attempts += 1) {
      try {
        this.options.progress?.('aggregating');
        await this.traffic.settle(left.map(({ logs, layout }) => layout.source(logs)));
        return left;
      } catch (error) {
        if (!(error instanceof IrregularRows) || left.length === 0) throw error;
        const parsed = irregularOf(left.flatMap(({ logs }) => logs), attempts < MOST_ATTEMPTS ? error.message : '');
        for (const log of parsed) await this.parse(log);
        left = left.map((set) => ({ ...set, logs: set.logs.filter((log) => !parsed.has(log)) })).filter(({ logs }) => logs.length > 0);
      }
    }
  }

  private async report(sets: readonly FileSet[]): Promise<void> {
    const logs = sets.flatMap((set) => set.logs);
    // One file's can be told without reading anything twice.
    const counts = logs.length === 1 ? new Map([[logs[0].path, this.traffic.queried]]) : await this.countsOf(sets);
    const told = this.traffic.gaps();
    for (const [index, log] of logs.entries()) {
      // What the rows tell of gaps is told once: the database reads all files as one.
      const gaps = [...index === 0 ? told : [], ...log.gaps];
      this.reports.set(log, { path: log.path, format: log.format, records: counts.get(log.path) ?? 0, rejected: 0, gaps, problems: [] });
    }
  }

  private async countsOf(sets: readonly FileSet[]): Promise<Map<string, number>> {
    const counts = new Map<string, number>();
    for (const { logs, layout } of sets) {
      for (const [path, count] of await allRows(this.engine, layout.counts(logs))) counts.set(String(path), Number(count));
    }
    return counts;
  }

  private async parse(log: Log): Promise<void> {
    if (log.reader === undefined && log.named) fail('MSEG6002', log.path, 'it is damaged, or its columns are not those of a flow log, or hold what no flow log does');
    const reading = new LogReading(log);
    let records = 0;
    for await (const batch of reading.batches()) {
      records += batch.length;
      this.options.progress?.(`${log.path}: ${records.toLocaleString('en')} records`);
      await this.traffic.add(batch);
    }
    this.reports.set(log, reading.report());
  }
}

/** The files that the message of a failed query names; all of them if it names none. */
function irregularOf(logs: readonly Log[], message: string): ReadonlySet<Log> {
  const named = logs.filter(({ path }) => message.includes(path));
  return new Set(named.length > 0 ? named : logs);
}
