// Three projects. `unit` and `apps` need nothing but Node: `unit` looks at parts and takes less than a minute, `apps`
// synthesizes whole applications, the examples and generated ones, and reads them back. `engines` starts real engines
// (Terraform, an EC2 simulator) and installs the packed package into new projects. `npm test` runs all.
'use strict';

const common = {
  rootDir: __dirname,
  testEnvironment: 'node',
  clearMocks: true,
  // Transpile only; `npm run typecheck` checks the types of all tests at once.
  transform: { '^.+\\.ts$': ['ts-jest', { tsconfig: { target: 'ES2022', module: 'CommonJS', esModuleInterop: true, isolatedModules: true } }] },
  moduleNameMapper: {
    '^cdk-microsegmentation$': '<rootDir>/lib/index.ts',
    '^cdk-microsegmentation/(aws-cdk|cdktf)$': '<rootDir>/lib/bindings/$1/index.ts',
    '^cdk-microsegmentation/testing$': '<rootDir>/lib/testing/index.ts',
  },
  // What tests and examples write or install must not be taken for a second copy of this package.
  modulePathIgnorePatterns: ['<rootDir>/build/', '<rootDir>/dist/', '<rootDir>/demo.out/'],
};
const APPS = ['examples', 'properties'];
const ENGINES = ['engines', 'packaging'];
const testsIn = (folders) => folders.map((folder) => `<rootDir>/test/${folder}/**/*.test.ts`);

module.exports = {
  globalSetup: '<rootDir>/scripts/jest-temporary.js',
  globalTeardown: '<rootDir>/scripts/jest-temporary-end.js',
  // One worker a core: by default jest leaves one idle, which on two cores is half of the machine.
  maxWorkers: '100%',
  projects: [
    {
      ...common,
      displayName: 'unit',
      testMatch: ['<rootDir>/test/**/*.test.ts'],
      testPathIgnorePatterns: ['/node_modules/', ...[...APPS, ...ENGINES].map((folder) => `<rootDir>/test/${folder}/`)],
      testTimeout: 30_000,
    },
    {
      ...common,
      displayName: 'apps',
      testMatch: testsIn(APPS),
      testTimeout: 30_000,
    },
    {
      ...common,
      displayName: 'engines',
      testMatch: testsIn(ENGINES),
      testTimeout: 600_000,
    },
  ],
  // .ci/run adds up what this reporter leaves.
  reporters: ['default', ...(process.env.MICROSEG_TEST_COUNTS ? ['<rootDir>/scripts/jest-counts.js'] : [])],
};
