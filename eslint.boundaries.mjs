// The import rules of ARCHITECTURE.md as lint rules. Data moves from left to right; nothing imports to the right of itself.

/** Each folder of lib/ and what it may import from the other folders of lib/. */
export const MAY_IMPORT = {
  support: [],
  algebra: ['support'],
  model: ['algebra', 'support'],
  compiler: ['model', 'algebra', 'support'],
  platforms: ['compiler', 'algebra', 'support'],
  analysis: ['platforms', 'compiler', 'algebra', 'support'],
  discovery: ['compiler', 'model', 'algebra', 'support'],
  questions: ['analysis', 'compiler', 'model', 'algebra', 'support'],
  bindings: ['analysis', 'platforms', 'compiler', 'model', 'algebra', 'support'],
  report: ['analysis', 'discovery', 'compiler', 'support'],
  testing: ['report', 'analysis', 'compiler', 'model', 'algebra', 'support'],
  cli: ['report', 'bindings', 'discovery', 'analysis', 'platforms', 'compiler', 'model', 'algebra', 'support'],
};

const FRAMEWORKS = ['aws-cdk-lib', 'cdktf', '@cdktf', 'cdktn', '@cdktn'];
/** The one place where a framework may be imported. */
const BINDINGS = { 'aws-cdk': ['aws-cdk-lib'], 'cdktf': ['cdktf', '@cdktf', 'cdktn', '@cdktn'] };
/** Folders that know construct trees; the others work on plain data. */
const WITH_CONSTRUCTS = ['model', 'compiler', 'questions', 'bindings'];
/** 500 MB and several seconds, where one of its modules takes a fifth of a second. */
const PROVIDER_INDEX = {
  regex: '^@cdkt[fn]/provider-[a-z]+$',
  message: 'Import one module of the provider (@cdktf/provider-aws/lib/security-group), never its index.',
};

function zones() {
  const folders = Object.keys(MAY_IMPORT);
  const layers = folders.map((folder) => ({
    target: `./lib/${folder}`,
    from: folders.filter((other) => other !== folder && !MAY_IMPORT[folder].includes(other)).map((other) => `./lib/${other}`),
    message: `lib/${folder} may import only ${MAY_IMPORT[folder].join(', ') || 'nothing'} (see ARCHITECTURE.md).`,
  }));
  const index = { target: './lib/!(index.ts)/**/*', from: './lib/index.ts', message: 'The root index is for users; import the folder itself.' };
  return [...layers.filter(({ from }) => from.length > 0), index, ...siblings('platforms'), ...siblings('bindings')];
}

/** Sub-folders must not know each other; what they share lies beside them. */
function siblings(folder) {
  const names = { platforms: ['aws', 'azure', 'gcp', 'kubernetes', 'linux', 'windows', 'nsx', 'illumio', 'guardicore', 'secure-workload'], bindings: Object.keys(BINDINGS) };
  return names[folder].map((name) => ({
    target: `./lib/${folder}/${name}`,
    from: names[folder].filter((other) => other !== name).map((other) => `./lib/${folder}/${other}`),
    message: `The folders of lib/${folder} do not import each other.`,
  }));
}

const packages = (names, message) => ({ regex: `^(${names.join('|')})(/|$)`, message });
const restrict = (...patterns) => ({ 'no-restricted-imports': ['error', { patterns }] });
const outsideBindings = packages(FRAMEWORKS, 'Framework code lives in lib/bindings only.');

/** Flat-config blocks; a later one replaces the rule of an earlier one, so they go from general to particular. */
export const boundaries = [
  {
    files: ['**/*.ts'],
    rules: {
      ...restrict(PROVIDER_INDEX),
      'import/no-restricted-paths': ['error', { zones: zones() }],
      'import/no-cycle': ['error', { ignoreExternal: true }],
    },
  },
  { files: ['lib/**/*.ts'], rules: restrict(outsideBindings, packages(['constructs'], 'This folder works on plain data, not on construct trees.')) },
  { files: WITH_CONSTRUCTS.map((folder) => `lib/${folder}/**/*.ts`), rules: restrict(outsideBindings) },
  ...Object.entries(BINDINGS).map(([name, allowed]) => ({
    files: [`lib/bindings/${name}/**/*.ts`],
    rules: restrict(PROVIDER_INDEX, packages(FRAMEWORKS.filter((framework) => !allowed.includes(framework)), `lib/bindings/${name} is for ${allowed[0]}.`)),
  })),
];
