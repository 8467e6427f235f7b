import { cdk, javascript, TextFile, typescript } from 'projen';

const AUTHORS = 'cdk-microsegmentation contributors';
const HOME = 'https://github.com/cdk-microsegmentation/cdk-microsegmentation';

const project = new cdk.JsiiProject({
  name: 'cdk-microsegmentation',
  description: 'Micro-segmentation as typed constructs: one policy of workloads and allowed flows, enforced through AWS CDK and CDK for Terraform, '
    + 'and proven equal to what was declared.',
  keywords: ['aws-cdk', 'cdk', 'cdktf', 'jsii', 'microsegmentation', 'network-policy', 'security-groups', 'terraform', 'zero-trust'],
  author: AUTHORS,
  authorAddress: HOME,
  authorOrganization: true,
  repositoryUrl: `${HOME}.git`,
  license: 'Apache-2.0',
  defaultReleaseBranch: 'main',

  srcdir: 'lib',
  libdir: 'build',
  entrypoint: 'build/index.js',
  testdir: 'test',
  bin: { microseg: 'bin/microseg.js' },
  autoDetectBin: false,

  packageManager: javascript.NodePackageManager.NPM,
  minNodeVersion: '20.9.0',
  typescriptVersion: '~6.0.3',
  jsiiVersion: '~6.0.0',
  runner: typescript.TypeScriptRunner.tsx(),
  projenrcTs: true,
  compressAssembly: true,
  docgen: true,
  tsconfig: { compilerOptions: { types: ['node'] } },
  tsconfigDev: {
    // One program for everything that is not shipped, so that type-checking it costs one start of the compiler.
    include: ['**/*.ts', '../examples/**/*.ts', '../scripts/**/*.ts'],
    compilerOptions: {
      types: ['jest', 'node'],
      isolatedModules: false,
      // Examples are written as a user writes them; their imports mean this source tree.
      paths: {
        'cdk-microsegmentation': ['../lib/index.ts'],
        'cdk-microsegmentation/aws-cdk': ['../lib/bindings/aws-cdk/index.ts'],
        'cdk-microsegmentation/cdktf': ['../lib/bindings/cdktf/index.ts'],
        'cdk-microsegmentation/testing': ['../lib/testing/index.ts'],
      },
    },
  },

  // The published names of the other languages. Nothing is published from here: see CONTRIBUTING.md.
  publishToPypi: { distName: 'cdk-microsegmentation', module: 'cdk_microsegmentation' },
  publishToMaven: {
    javaPackage: 'io.github.cdkmicrosegmentation',
    mavenGroupId: 'io.github.cdk-microsegmentation',
    mavenArtifactId: 'cdk-microsegmentation',
  },
  publishToNuget: { dotNetNamespace: 'CdkMicrosegmentation', packageId: 'CdkMicrosegmentation' },
  publishToGo: { moduleName: 'github.com/cdk-microsegmentation/cdk-microsegmentation-go' },

  // jest.config.js and eslint.config.mjs are short and written by hand.
  jest: false,
  eslint: false,
  sampleCode: false,
  github: false,
  release: false,
  depsUpgrade: false,
  buildWorkflow: false,

  // A peer named here is a hard requirement in Python, Java, .NET and Go, so only what every user needs, plus
  // aws-cdk-lib, whose types are in the public API of the awsCdk submodule.
  peerDeps: ['constructs@^10.4.0', 'aws-cdk-lib@^2.257.0'],
  peerDependencyOptions: { pinnedDevDependency: false },
  bundledDeps: [
    '@clickhouse/client@^1.23.1', '@dagrejs/dagre@^3.1.3', 'ajv@^8.17.0', 'cli-table3@^0.6.5', 'commander@^14.0.0', 'csv-parse@^7.0.3', 'fzstd@^0.1.1', 'ipaddr.js@^2.2.0',
    '@streamparser/json@^0.0.26',
  ],
  devDeps: [
    '@duckdb/node-api@1.5.5-r.5',
    '@cdktf/provider-aws@~21.22.0',
    '@cdktf/provider-azurerm@~14.23.0',
    '@cdktf/provider-google@~16.12.0',
    '@cdktn/provider-aws@24.1.0',
    '@cdktn/provider-azurerm@16.1.0',
    '@grpc/grpc-js@^1.14.0',
    '@grpc/proto-loader@^0.8.0',
    '@microsoft/jest-sarif@1.0.0-beta.0',
    '@msgpack/msgpack@^3.1.0',
    '@stylistic/eslint-plugin@^5',
    '@types/jest@^30',
    '@types/node@^20',
    'aws-cdk-lib@2.276.0',
    'aws-cdk@2.1148.1',
    'cdk-nag@^3.0.0',
    'cdktf@~0.21.0',
    'cdktn@0.24.0',
    'constructs@~10.7.0',
    'eslint-import-resolver-typescript@^4',
    'eslint-plugin-import@^2.32.0',
    'eslint@^9',
    'fast-check@^4.0.0',
    'jest@^30',
    'playwright-core@^1.64.0',
    'ts-jest@^29.4.0',
    'tsx@^4',
    'typescript-eslint@^8',
  ],
});

// --- the package ------------------------------------------------------------------------------------------------

/** Subpaths of the package, with their folders. */
const SUBPATHS = { 'aws-cdk': 'bindings/aws-cdk', 'cdktf': 'bindings/cdktf', 'testing': 'testing' };
const entry = (folder: string) => ({ types: `./build/${folder}index.d.ts`, default: `./build/${folder}index.js` });

project.package.addField('exports', {
  '.': entry(''),
  ...Object.fromEntries(Object.entries(SUBPATHS).map(([name, folder]) => [`./${name}`, entry(`${folder}/`)])),
  './schema/*': './schema/*',
  './package.json': './package.json',
  './.jsii': './.jsii',
  './.jsii.gz': './.jsii.gz',
});
// The same for TypeScript's node10 resolution, which does not read `exports`.
project.package.addField('typesVersions', {
  '*': Object.fromEntries(Object.entries(SUBPATHS).map(([name, folder]) => [name, [`build/${folder}/index.d.ts`]])),
});
// A framework is needed only by those who use its submodule.
project.package.addField('peerDependenciesMeta', Object.fromEntries(
  // The SQL engines are native and large (70 and 500 MB): only those who discover flows install one.
  ['aws-cdk-lib', '@duckdb/node-api', ...['cdktf', 'cdktn'].flatMap((family) => [family, ...['aws', 'azurerm', 'google'].map((provider) => `@${family}/provider-${provider}`)])].map((name) => [name, { optional: true }]),
));

for (const path of ['.ci', '.editorconfig', '.npmrc', 'api', 'demo.out', 'docs', 'eslint.*.mjs', 'examples', 'jest.config.js', 'scripts', 'ARCHITECTURE.md', 'CONTRIBUTING.md']) {
  project.npmignore?.exclude(`/${path}`);
}
project.npmignore?.include('.jsii.gz');
project.gitignore.exclude('.jsii.gz', '/demo.out/', 'cdk.out/', 'cdktf.out/', '*.swp');

project.package.addField('overrides', {
  // 1.13.0 lacks the packages of most systems that it names, and `npm ci` refuses a lock file with such holes.
  'unrs-resolver': '~1.12.2',
  // The newest provider packages of CDK Terrain that run on Node 20 ask for a cdktn that was never published.
  '@cdktn/provider-aws': { cdktn: '$cdktn' },
  '@cdktn/provider-azurerm': { cdktn: '$cdktn' },
});

// The lock file must not remember which registry a package came from.
const npmrc = new javascript.NpmConfig(project);
npmrc.addConfig('omit-lockfile-registry-resolved', 'true');
npmrc.addConfig('fund', 'false');
npmrc.addConfig('audit', 'false');

new TextFile(project, '.editorconfig', {
  lines: [
    '# ~~ Generated by projen. To modify, edit .projenrc.ts and run "npx projen".',
    'root = true', '', '[*]', 'charset = utf-8', 'end_of_line = lf', 'indent_style = space', 'indent_size = 2',
    'insert_final_newline = true', 'trim_trailing_whitespace = true', 'max_line_length = 140', '',
    '[*.py]', 'indent_size = 4', '',
  ],
});

// Editors and the typed lint rules look for the nearest tsconfig.json of a file.
for (const folder of ['examples', 'scripts']) {
  new javascript.TypescriptConfig(project, {
    fileName: `${folder}/tsconfig.json`,
    extends: javascript.TypescriptConfigExtends.fromPaths(['../test/tsconfig.json']),
    include: ['**/*.ts'],
  });
}

// --- tasks ------------------------------------------------------------------------------------------------------

// Node 20 is the oldest version that we promise to support, so it is no accident when it is used.
project.tasks.addEnvironment('JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION', '20');

for (const unused of ['clobber', 'compat', 'eject', 'watch']) project.removeTask(unused);

// The framework we develop against is newer than the oldest one that users may have (JSII6 would rather have them equal).
project.compileTask.reset('jsii --silence-warnings=reserved-word --silence-warnings=JSII6 --compress-assembly');
// Declarations once more, without internals: those name types of frameworks that a user may not have. (jsii refuses the option.)
project.compileTask.exec('tsc -p tsconfig.json --emitDeclarationOnly --stripInternal --noCheck');
project.compileTask.exec('tsx scripts/lazify.ts build/index.js');
// `package-all` needs the toolchains of the other languages.
project.packageTask.reset();
project.packageTask.spawn(project.tasks.tryFind('package:js')!);

const typecheck = project.addTask('typecheck', {
  description: 'Type-check tests, examples and scripts (jest itself only transpiles)',
  exec: 'tsc --noEmit -p test/tsconfig.json',
});
// Names of projects must not come last: jest would take a path that follows for another name.
const jest = (projects: string, flags = '') => ({ exec: `jest --selectProjects ${projects}${flags} --ci --passWithNoTests`, receiveArgs: true });
// Two at a time: engines wait for each other's answers more than they compute, and may take half a gigabyte each.
const ENGINES = jest('engines', ' --maxWorkers=2');

project.addTask('test:unit', { description: 'Tests of parts, which need nothing but Node', steps: [jest('unit')] });
project.addTask('test:apps', { description: 'Whole applications synthesized and read back: examples and generated policies', steps: [jest('apps')] });
project.addTask('test:engines', { description: 'Tests on real engines and on the packed package', steps: [ENGINES] });
project.testTask.reset();
project.testTask.description = 'Type-check, then all tests';
project.testTask.spawn(typecheck);
// As many generated policies as the proof by artifacts asks for; on their own these tests look at fewer.
project.testTask.exec(jest('unit apps').exec, { receiveArgs: true, env: { MICROSEG_PROPERTY_RUNS: '1000' } });
project.testTask.exec(ENGINES.exec, { receiveArgs: true });

project.addTask('lint', {
  description: 'Style, import boundaries, import cycles',
  steps: [{ exec: 'eslint --max-warnings 0 assets lib test examples scripts .projenrc.ts', receiveArgs: true }],
});
project.addTask('demo', { description: 'Synthesize and verify the examples', steps: [{ exec: 'tsx scripts/demo.ts', receiveArgs: true }] });
project.addTask('bench', { description: 'Measure', steps: [{ exec: 'tsx scripts/bench.ts', receiveArgs: true }] });
project.addTask('errors', { description: 'Generate ERRORS.md', exec: 'tsx scripts/errors.ts' });
project.addTask('api:check', { description: 'Fail on a breaking change of the public API', exec: 'tsx scripts/api.ts check' });
project.addTask('api:accept', { description: 'Make the public API of now the baseline', exec: 'tsx scripts/api.ts accept' });

// Every script works as the first command after cloning: scripts/run.js installs what is missing, then runs the tasks.
const SCRIPTS: Record<string, string[]> = {
  'api:accept': ['compile', 'api:accept'],
  'api:check': ['compile', 'api:check'],
  'bench': ['compile', 'bench'],
  'compile': ['compile'],
  'demo': ['compile', 'demo'],
  'docgen': ['compile', 'docgen'],
  'errors': ['errors'],
  'lint': ['lint'],
  'package': ['compile', 'package'],
  'test': ['compile', 'test'],
  'test:apps': ['test:apps'],
  'test:engines': ['compile', 'test:engines'],
  'test:unit': ['test:unit'],
  'typecheck': ['typecheck'],
};
for (const [script, tasks] of Object.entries(SCRIPTS)) project.setScript(script, `node scripts/run.js ${tasks.join(',')}`);

project.synth();
