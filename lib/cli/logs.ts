import { Command, Option } from 'commander';
import { OpenedTraffic, openTraffic } from '../discovery/discover';
import { clickHouseServer } from '../discovery/engine/clickhouse';
import { DuckDbEngine } from '../discovery/engine/duckdb';
import { SqlEngine } from '../discovery/engine/sql-engine';
import { formatNames } from '../discovery/input/logs';
import { Inventory } from '../discovery/inventory/inventory';
import { readInventory } from '../discovery/inventory/read-inventory';
import { Problem, problemText } from '../support/errors';
import { printable } from '../support/printable';
import { Terminal } from './terminal';

/** Options of every command that reads flow logs. */
export interface LogOptions {
  readonly format?: string;
  readonly fields?: string;
  readonly inventory?: readonly string[];
  readonly engine: 'duckdb' | 'clickhouse';
  readonly url: string;
  readonly table?: string;
}

export function withLogs(command: Command): Command {
  return command
    .argument('[logs...]', 'files, directories or patterns of flow logs; - for standard input')
    .addOption(new Option('--format <format>', 'the format of all logs, where their content does not tell').choices(formatNames()))
    .option('--fields <names>', 'fields of AWS flow logs without a header, as aws ec2 create-flow-logs --log-format takes them')
    .option('-i, --inventory <files...>', 'who has which address: CSV, JSON, segmentation.json, Terraform state, lists of a cloud or of Kubernetes')
    .addOption(new Option('--engine <engine>', 'what aggregates').choices(['duckdb', 'clickhouse']).default('duckdb'))
    .option('--url <url>', 'HTTP interface of ClickHouse', 'http://localhost:8123')
    .option('--table <table>', 'a table of ClickHouse that holds VPC flow logs, or s3(…), url(…), file(…), in place of logs');
}

/**
 * Reads the logs, does the work with their traffic, and tells what was wrong with inventory and logs.
 *
 * @param byDefault what is known of addresses where no inventory is named
 */
export async function withTraffic<T>(
  logs: readonly string[],
  options: LogOptions,
  terminal: Terminal,
  byDefault: Inventory | undefined,
  work: (opened: OpenedTraffic) => Promise<T>,
): Promise<T> {
  const { format, fields, table } = options;
  const inventory = options.inventory === undefined ? byDefault : readInventory(options.inventory);
  const progress = terminal.progress && ((doing: string) => terminal.progress!(printable(doing)));
  const engine = await engineOf(options);
  const finished = abandonWhenStopped(engine);
  try {
    const opened = await openTraffic({ logs, format, fields, inventory, table, engine, progress });
    try {
      const result = await work(opened);
      terminal.progress?.('');
      warn([...inventory?.problems ?? [], ...opened.problems], terminal);
      return result;
    } finally {
      await opened.traffic.close();
    }
  } finally {
    finished();
  }
}

const STOPPED = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Whoever stops the command keeps nothing of the logs on disk, and no tables on a server. @returns ends this */
function abandonWhenStopped(engine: SqlEngine): () => void {
  const finished = () => STOPPED.forEach((signal) => process.off(signal, stop));
  const stop = (signal: NodeJS.Signals) => {
    finished();
    // Without a handler the signal does what it always does.
    void engine.abandon().catch(() => {}).finally(() => process.kill(process.pid, signal));
  };
  for (const signal of STOPPED) process.on(signal, stop);
  return finished;
}

function engineOf({ engine, url, table }: LogOptions): Promise<SqlEngine> {
  return engine === 'clickhouse' || table !== undefined ? clickHouseServer(url) : DuckDbEngine.open();
}

/** Lines that somebody reads; the rest is counted in the map. */
const MOST_WARNINGS = 20;

function warn(problems: readonly Problem[], terminal: Terminal): void {
  for (const problem of problems.slice(0, MOST_WARNINGS)) terminal.err(`${problemText(problem)}\n`);
  if (problems.length > MOST_WARNINGS) terminal.err(`and ${problems.length - MOST_WARNINGS} more problems\n`);
}
