import { InvalidArgumentError, Option } from 'commander';
import { diffPolicies, PolicyDiff } from '../../analysis/diff';
import { diffJson, diffMarkdown, diffText } from '../../report/diff-report';
import { AddCommand, OutputOptions, put, withOutput } from '../command';
import { readGraphs } from '../input';

/** What a pipeline may stop at. */
const CONDITIONS: { readonly [name: string]: (diff: PolicyDiff) => boolean } = {
  'opened': ({ opened }) => opened.length > 0,
  'closed': ({ closed }) => closed.length > 0,
  'changed': ({ changed }) => changed.length > 0,
  'exposure': ({ exposure }) => exposure.opened.length > 0,
  'blast-radius': ({ blastRadius }) => blastRadius.new > blastRadius.old,
};

interface Options extends OutputOptions {
  readonly markdown?: boolean;
  readonly failOn: string[];
}

/** `microseg diff OLD NEW` */
export const addDiff: AddCommand = (program, { terminal, done }) => {
  withOutput(program.command('diff'))
    .description('tell what a change opens and closes, by whom and why')
    .argument('<old>', 'segmentation.json, or directory that holds it, before the change')
    .argument('<new>', 'the same after the change')
    .addOption(new Option('--markdown', 'print Markdown for a comment on a pull request').conflicts('json'))
    .addOption(new Option('--fail-on <what>', `exit with 1 at any of these, joined by commas: ${Object.keys(CONDITIONS).join(', ')}`)
      .argParser(conditions).default([], 'nothing'))
    .action((old: string, current: string, options: Options) => {
      const diff = diffPolicies(readGraphs(old), readGraphs(current));
      put(options.json ? diffJson(diff) : options.markdown ? diffMarkdown(diff) : diffText(diff), options, terminal);
      done(options.failOn.some((name) => CONDITIONS[name](diff)) ? 1 : 0);
    });
};

function conditions(text: string): string[] {
  const names = text.split(',').map((name) => name.trim());
  for (const name of names) {
    if (!Object.hasOwn(CONDITIONS, name)) throw new InvalidArgumentError(`Choose from ${Object.keys(CONDITIONS).join(', ')}.`);
  }
  return names;
}
