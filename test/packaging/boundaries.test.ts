import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join, posix } from 'node:path';

const ROOT = join(__dirname, '..', '..');
/** Left to right, as data moves. A folder without a source file yet cannot be imported. */
const CHAIN = ['support', 'algebra', 'model', 'compiler', 'platforms', 'analysis', 'questions', 'bindings', 'report', 'cli']
  .filter((folder) => sources(`lib/${folder}`).length > 0);
const PATHS = 'import/no-restricted-paths';
const IMPORTS = 'no-restricted-imports';

interface Case {
  readonly filePath: string;
  readonly code: string;
  readonly rule: string;
}

const files = new Map(CHAIN.map((folder) => [folder, firstFile(`lib/${folder}`)]));
const importing = (target: string) => `import * as imported from '${target}';\nexport const use = imported;\n`;

function sources(folder: string): string[] {
  const path = join(__dirname, '..', '..', folder);
  if (!existsSync(path)) return [];
  const found = readdirSync(path, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'));
  return found.map((name) => posix.join(folder, name.replaceAll('\\', '/'))).sort();
}

function firstFile(folder: string): string {
  const [first] = sources(folder);
  if (first === undefined) throw new Error(`${folder} holds no source file`);
  return first;
}

function between(from: string, to: string, rule = PATHS): Case {
  const relative = posix.relative(posix.dirname(from), to).replace(/\.ts$/, '');
  return { filePath: from, code: importing(relative.startsWith('.') ? relative : `./${relative}`), rule };
}

function external(folder: string, target: string): Case {
  return { filePath: files.get(folder) ?? firstFile(`lib/${folder}`), code: importing(target), rule: IMPORTS };
}

/** For each case, whether its rule was reported. One process for all: starting ESLint takes seconds. */
function reports(cases: Case[]): boolean[] {
  const lint = spawnSync(process.execPath, [join(__dirname, 'lint-strings.mjs')], { cwd: ROOT, encoding: 'utf8', input: JSON.stringify(cases) });
  if (lint.status !== 0) throw new Error(lint.stderr);
  return (JSON.parse(lint.stdout) as string[][]).map((rules, i) => rules.includes(cases[i].rule));
}

function expectAll(reported: boolean, cases: Case[]): void {
  const seen = reports(cases);
  const wrong = cases.filter((_, i) => seen[i] !== reported).map(({ filePath, code, rule }) => `${rule} in ${filePath}: ${code.split('\n')[0]}`);
  expect(wrong).toEqual([]);
}

describe('import boundaries', () => {
  test('GIVEN a folder of the chain WHEN it imports one to its right THEN lint reports it', () => {
    const cases = CHAIN.flatMap((folder, i) => CHAIN.slice(i + 1).map((right) => between(files.get(folder)!, files.get(right)!)));

    expect(CHAIN).toEqual(expect.arrayContaining(['support', 'algebra', 'model', 'compiler', 'platforms', 'analysis', 'bindings']));
    expectAll(true, cases);
  });

  test('GIVEN a folder WHEN it imports what it may THEN lint is content', () => {
    expectAll(false, [
      between(files.get('algebra')!, files.get('support')!),
      between(files.get('compiler')!, files.get('model')!),
      between(files.get('platforms')!, files.get('compiler')!),
      between(files.get('bindings')!, files.get('analysis')!),
      external('model', 'constructs'),
      external('bindings/aws-cdk', 'aws-cdk-lib/aws-ec2'),
      external('bindings/cdktf', '@cdktf/provider-aws/lib/security-group'),
    ]);
  });

  test('GIVEN a framework WHEN it is imported outside its binding THEN lint reports it', () => {
    expectAll(true, [
      external('model', 'aws-cdk-lib'),
      external('compiler', 'cdktf'),
      external('platforms', 'aws-cdk-lib/aws-ec2'),
      external('analysis', 'cdktf'),
      external('bindings/aws-cdk', 'cdktf'),
      external('bindings/cdktf', 'aws-cdk-lib'),
    ]);
  });

  test('GIVEN the core on plain data WHEN it imports constructs THEN lint reports it', () => {
    expectAll(true, ['support', 'algebra', 'platforms', 'analysis'].map((folder) => external(folder, 'constructs')));
  });

  test('GIVEN a provider package WHEN its whole index is imported THEN lint reports it', () => {
    expectAll(true, [external('bindings/cdktf', '@cdktf/provider-aws')]);
  });

  test('GIVEN the two bindings WHEN one imports the other THEN lint reports it', () => {
    const [awsCdk, cdktf] = [firstFile('lib/bindings/aws-cdk'), firstFile('lib/bindings/cdktf')];

    expectAll(true, [between(awsCdk, cdktf), between(cdktf, awsCdk)]);
  });

  test('GIVEN a file that imports another WHEN that one imports it back THEN lint reports the cycle', () => {
    expect(existsSync(join(ROOT, 'lib/support/errors.ts'))).toBe(true);
    expectAll(true, [between('lib/support/catalogue.ts', 'lib/support/errors.ts', 'import/no-cycle')]);
  });
});
