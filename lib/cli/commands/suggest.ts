import { InvalidArgumentError, Option } from 'commander';
import { ManifestPolicy } from '../../compiler';
import { readMap } from '../../discovery/read-map';
import { DEFAULT_CONFIDENCE, suggest } from '../../discovery/suggest/suggest';
import { Generalize } from '../../discovery/suggest/suggestion';
import { typescriptOf } from '../../discovery/suggest/typescript';
import { suggestionJson, suggestionText } from '../../report/suggestion-report';
import { fail } from '../../support/errors';
import { AddCommand, OUTPUT, put } from '../command';
import { readPolicies } from '../input';

interface Options {
  readonly output?: string;
  readonly language: 'typescript' | 'json';
  readonly generalize: Generalize;
  readonly minConfidence: number;
  readonly policy?: string;
  readonly only?: string;
}

/** `microseg suggest MAP` */
export const addSuggest: AddCommand = (program, { terminal, done }) => {
  program.command('suggest')
    .description('write the policy that allows what a dependency map shows; what was left out or widened is told on standard error')
    .argument('<map>', 'dependency map, as microseg discover --output writes it')
    .addOption(new Option('--language <language>', 'what to write').choices(['typescript', 'json']).default('typescript'))
    .addOption(new Option('--generalize <by>', 'none: labels stand only for what every pair was seen to do; labels: for what at least half of the pairs were')
      .choices(['none', 'labels']).default('none'))
    .addOption(new Option('--min-confidence <share>', 'leave out edges that are less sure, 0 to 1').argParser(share).default(DEFAULT_CONFIDENCE))
    .option('--policy <dir>', 'a policy that is there already (directory that holds segmentation.json, or such a file): write only what it lacks')
    .option('--only <policy>', 'which policy of the directory, by id or construct path')
    .option(...OUTPUT)
    .action((file: string, { language, generalize, minConfidence, policy, only, output }: Options) => {
      const suggestion = suggest(readMap(file), {
        generalize, minConfidence, policy: policy === undefined ? undefined : onePolicy(readPolicies(policy), policy, only),
      });
      put(language === 'json' ? suggestionJson(suggestion) : typescriptOf(suggestion), { output }, terminal);
      terminal.err(suggestionText(suggestion));
      done(0);
    });
};

function onePolicy(policies: readonly ManifestPolicy[], place: string, only: string | undefined): ManifestPolicy {
  const meant = only === undefined ? policies : policies.filter(({ id, path }) => only === id || only === path);
  if (meant.length === 1) return meant[0];
  const names = policies.map(({ path }) => path).join(', ');
  return fail('MSEG6042', place, only === undefined || meant.length > 1 ? `it holds ${names}` : `none of ${names} is ${only}`);
}

function share(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !(value >= 0 && value <= 1)) throw new InvalidArgumentError('Give a number from 0 to 1.');
  return value;
}
