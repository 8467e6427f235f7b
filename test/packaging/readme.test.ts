import { mkdtempSync, readFileSync } from 'fs';
import { tmpdir } from 'os';
import { join } from 'path';
import * as ts from 'typescript';

const ROOT = join(__dirname, '..', '..');
const DOCUMENTS = ['README.md'];

/** The TypeScript of a Markdown document, each fenced block as a file of its own. */
function snippets(document: string): [string, string][] {
  const blocks = readFileSync(join(ROOT, document), 'utf8').matchAll(/^```ts\n([\s\S]*?)^```$/gm);
  return [...blocks].map(([, code], index): [string, string] => [join(ROOT, 'test', 'packaging', `${document}.${index}.ts`), code]);
}

/** Problems that the compiler has with the files, which exist in memory only. */
function problems(files: ReadonlyMap<string, string>): string[] {
  const { options } = ts.parseJsonConfigFileContent(
    ts.readConfigFile(join(ROOT, 'test', 'tsconfig.json'), ts.sys.readFile).config, ts.sys, join(ROOT, 'test'),
  );
  const host = ts.createCompilerHost(options);
  const { fileExists, readFile } = host;
  host.fileExists = (name) => files.has(name) || fileExists.call(host, name);
  host.readFile = (name) => files.get(name) ?? readFile.call(host, name);
  const { getSourceFile } = host;
  host.getSourceFile = (name, ...rest) => {
    const code = files.get(name);
    return code === undefined ? getSourceFile.call(host, name, ...rest) : ts.createSourceFile(name, code, ts.ScriptTarget.ES2022);
  };
  const program = ts.createProgram([...files.keys()], options, host);
  return ts.getPreEmitDiagnostics(program).filter(({ file }) => file === undefined || files.has(file.fileName))
    .map(({ messageText, file }) => `${file?.fileName}: ${ts.flattenDiagnosticMessageText(messageText, '\n')}`);
}

const CODE = new Map(DOCUMENTS.flatMap(snippets));

test('GIVEN the examples of the documents WHEN compiled THEN the compiler has nothing to say', () => {
  expect(CODE.size).toBeGreaterThan(1);
  expect(problems(CODE)).toEqual([]);
}, 60_000);

test.each([...CODE])('GIVEN %s WHEN it runs THEN it synthesizes', (_, code) => {
  process.env.CDKTF_OUTDIR = mkdtempSync(join(tmpdir(), 'microseg-readme-'));
  process.env.CDK_VALIDATION = 'false';
  const { outputText } = ts.transpileModule(code, { compilerOptions: { module: ts.ModuleKind.CommonJS, esModuleInterop: true } });
  expect(() => new Function('require', 'exports', outputText)(require, {})).not.toThrow();
}, 60_000);
