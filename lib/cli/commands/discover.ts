import { Option } from 'commander';
import { openTraffic } from '../../discovery/discover';
import { clickHouseServer } from '../../discovery/engine/clickhouse';
import { DuckDbEngine } from '../../discovery/engine/duckdb';
import { SqlEngine } from '../../discovery/engine/sql-engine';
import { formatNames } from '../../discovery/input/logs';
import { readInventory } from '../../discovery/inventory/read-inventory';
import { dependencyMapJson, dependencyMapText } from '../../report/dependency-map-report';
import { Problem, problemText } from '../../support/errors';
import { printable } from '../../support/printable';
import { AddCommand, OutputOptions, put, withOutput } from '../command';
import { Terminal } from '../terminal';

interface Options extends OutputOptions {
  readonly format?: string;
  readonly inventory?: readonly string[];
  readonly engine: 'duckdb' | 'clickhouse';
  readonly url: string;
  readonly table?: string;
}

/** `microseg discover LOGS…` */
export const addDiscover: AddCommand = (program, { terminal, done }) => {
  withOutput(program.command('discover'))
    .description('learn from flow logs who uses which service of whom: a dependency map')
    .argument('[logs...]', 'files, directories or patterns of flow logs; - for standard input')
    .addOption(new Option('--format <format>', 'the format of all logs, where their content does not tell').choices(formatNames()))
    .option('-i, --inventory <files...>', 'who has which address: CSV, JSON, segmentation.json, Terraform state, lists of a cloud or of Kubernetes')
    .addOption(new Option('--engine <engine>', 'what aggregates').choices(['duckdb', 'clickhouse']).default('duckdb'))
    .option('--url <url>', 'HTTP interface of ClickHouse', 'http://localhost:8123')
    .option('--table <table>', 'a table of ClickHouse that holds VPC flow logs, or s3(…), url(…), file(…), in place of logs')
    .action(async (logs: string[], options: Options) => {
      const inventory = options.inventory === undefined ? undefined : readInventory(options.inventory);
      const progress = terminal.progress && ((doing: string) => terminal.progress!(printable(doing)));
      const { traffic, sources, problems } = await openTraffic({
        logs, format: options.format, inventory, table: options.table, engine: await engineOf(options), progress,
      });
      try {
        const map = await traffic.map(sources);
        terminal.progress?.('');
        warn([...inventory?.problems ?? [], ...problems], terminal);
        // A file is for the other commands, which read the map; people read the terminal.
        put(options.json || options.output !== undefined ? dependencyMapJson(map) : dependencyMapText(map), options, terminal);
      } finally {
        await traffic.close();
      }
      done(0);
    });
};

function engineOf({ engine, url, table }: Options): Promise<SqlEngine> {
  return engine === 'clickhouse' || table !== undefined ? clickHouseServer(url) : DuckDbEngine.open();
}

/** Lines that somebody reads; the rest is counted in the map. */
const MOST_WARNINGS = 20;

function warn(problems: readonly Problem[], terminal: Terminal): void {
  for (const problem of problems.slice(0, MOST_WARNINGS)) terminal.err(`${problemText(problem)}\n`);
  if (problems.length > MOST_WARNINGS) terminal.err(`and ${problems.length - MOST_WARNINGS} more problems\n`);
}
