import { Construct } from 'constructs';
import * as ts from 'typescript';
import * as library from '../../../lib';
import { SegmentationPolicy } from '../../../lib/model';

type Generated = { observedPolicy?: (scope: Construct) => SegmentationPolicy; allowObserved?: (policy: SegmentationPolicy) => void };

/** Runs a suggested module with the library as it stands here. */
export function load(source: string): Generated {
  const compilerOptions = { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2022 };
  const { outputText } = ts.transpileModule(source, { compilerOptions });
  const exported: Generated = {};
  const require = (name: string): unknown => ({ 'cdk-microsegmentation': library, 'constructs': { Construct } } as Record<string, unknown>)[name];
  new Function('exports', 'require', outputText)(exported, require);
  return exported;
}

export function observedPolicy(source: string): SegmentationPolicy {
  return load(source).observedPolicy!(new Construct(undefined as never, ''));
}

/** What the compiler has to say to the modules, as strict as it can be; nothing if they are fine. */
export function typeErrors(sources: readonly string[]): string[] {
  const options: ts.CompilerOptions = {
    strict: true, noUnusedLocals: true, noUnusedParameters: true, noEmit: true,
    module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2022,
    skipLibCheck: true, esModuleInterop: true, types: ['node'], paths: { 'cdk-microsegmentation': [`${__dirname}/../../../lib/index.ts`] },
  };
  const files = new Map(sources.map((source, index) => [`${__dirname}/generated-${index}.ts`, source]));
  const host = ts.createCompilerHost(options);
  const { readFile, fileExists } = host;
  host.readFile = (file) => files.get(file) ?? readFile.call(host, file);
  host.fileExists = (file) => files.has(file) || fileExists.call(host, file);
  const { getSourceFile } = host;
  host.getSourceFile = (file, ...rest) => {
    const text = files.get(file);
    return text === undefined ? getSourceFile.call(host, file, ...rest) : ts.createSourceFile(file, text, ts.ScriptTarget.ES2022);
  };
  const program = ts.createProgram([...files.keys()], options, host);
  return [...files.keys()].flatMap((file) => {
    const source = program.getSourceFile(file)!;
    return [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)]
      .map(({ messageText }) => `${file}: ${ts.flattenDiagnosticMessageText(messageText, ' ')}`);
  });
}
