import { statSync } from 'fs';
import { join } from 'path';
import { InvalidArgumentError, Option } from 'commander';
import { lint } from '../../analysis/lint';
import { lintJson, lintSarif, lintText, openOnes } from '../../report/lint-report';
import { readAcknowledgements } from '../acknowledgements';
import { AddCommand, OutputOptions, put, withOutput } from '../command';
import { ReadGraph, readPlacedGraphs } from '../input';

interface Options extends OutputOptions {
  readonly sarif?: boolean;
  readonly acknowledgements?: string;
  readonly asOf: number;
  readonly expiringDays: number;
  readonly failOn: 'error' | 'warning';
}

/** `microseg lint DIR` */
export const addLint: AddCommand = (program, { terminal, done }) => {
  withOutput(program.command('lint'))
    .description('tell what somebody should look at in a policy: wide, redundant, expired, unexplained or half-enforced flows')
    .argument('<dir>', 'directory that holds segmentation.json, or such a file')
    .addOption(new Option('--sarif', 'print SARIF 2.1.0, as code scanning takes it').conflicts('json'))
    .option('--acknowledgements <file>', 'findings that are meant, each with its reason, as JSON')
    .addOption(new Option('--fail-on <severity>', 'exit with 1 at findings of this severity or worse')
      .choices(['error', 'warning']).default('warning'))
    .addOption(new Option('--as-of <date>', 'judge expiry as of this date, in ISO 8601').argParser(moment).default(Date.now(), 'now'))
    .addOption(new Option('--expiring-days <days>', 'report flows that expire within so many days').argParser(days).default(30))
    .action((directory: string, options: Options) => {
      const policies = readPlacedGraphs(directory);
      const findings = lint(policies.map(({ graph }) => graph), {
        now: options.asOf,
        expiringDays: options.expiringDays,
        acknowledgements: options.acknowledgements === undefined ? [] : readAcknowledgements(options.acknowledgements),
      });
      const ok = openOnes(findings, 'error').length === 0 && (options.failOn === 'error' || openOnes(findings, 'warning').length === 0);
      const sarif = () => lintSarif(findings, placeOf(directory, policies));
      put(options.sarif ? sarif() : options.json ? lintJson(findings, ok) : lintText(findings), options, terminal);
      done(ok ? 0 : 1);
    });
};

/** Where findings are: the manifest of their policy, or of any where they are about none. */
function placeOf(directory: string, policies: readonly ReadGraph[]): (policy: string | undefined) => string {
  const isFile = policies.length > 0 && statSync(directory).isFile();
  return (policy) => {
    const { file } = policies.find(({ graph }) => graph.id === policy) ?? policies[0];
    return isFile ? directory : join(directory, file);
  };
}

function moment(text: string): number {
  const time = Date.parse(text);
  if (Number.isNaN(time)) throw new InvalidArgumentError('Write it as YYYY-MM-DD, or a date with time and zone.');
  return time;
}

function days(text: string): number {
  if (!/^\d{1,4}$/.test(text)) throw new InvalidArgumentError('Give a whole number of days.');
  return Number(text);
}
