import { cdk, javascript, typescript } from 'projen';

const project = new cdk.JsiiProject({
  name: 'cdk-microsegmentation',
  description: 'Micro-segmentation as typed constructs: one policy of workloads and allowed flows, enforced through AWS CDK and CDK for Terraform, '
    + 'and proven equal to what was declared.',
  keywords: ['aws-cdk', 'cdktf', 'cdk', 'terraform', 'microsegmentation', 'security-groups', 'zero-trust', 'network-policy', 'jsii'],
  author: 'cdk-microsegmentation contributors',
  authorAddress: 'https://github.com/cdk-microsegmentation/cdk-microsegmentation',
  authorOrganization: true,
  repositoryUrl: 'https://github.com/cdk-microsegmentation/cdk-microsegmentation.git',
  license: 'Apache-2.0',
  copyrightOwner: 'cdk-microsegmentation contributors',
  copyrightPeriod: '2024',
  defaultReleaseBranch: 'main',

  srcdir: 'lib',
  libdir: 'build',
  entrypoint: 'build/index.js',
  testdir: 'test',
  bin: { microseg: 'bin/microseg.js' },

  packageManager: javascript.NodePackageManager.NPM,
  minNodeVersion: '20.9.0',
  typescriptVersion: '~6.0.3',
  jsiiVersion: '~6.0.0',
  runner: typescript.TypeScriptRunner.tsx(),
  projenrcTs: true,
  compressAssembly: true,
  docgen: true,
  sampleCode: false,
  github: false,
  release: false,
  depsUpgrade: false,
  buildWorkflow: false,
  eslint: true,
  eslintOptions: { dirs: [] },

  jest: true,
  jestOptions: { jestVersion: '^30', updateSnapshot: javascript.UpdateSnapshot.NEVER, coverage: false, junitReporting: false },

  peerDeps: ['constructs@^10.4.0', 'aws-cdk-lib@^2.257.0'],
  peerDependencyOptions: { pinnedDevDependency: false },
  bundledDeps: ['ajv@^8.17.0', 'cli-table3@^0.6.5', 'commander@^14.0.0', 'ipaddr.js@^2.2.0'],
  devDeps: [
    '@cdktf/provider-aws@~21.22.0',
    '@types/node@^20',
    'aws-cdk@2.1148.1',
    'aws-cdk-lib@2.276.0',
    'cdk-nag@^3.0.0',
    'cdktf@~0.21.0',
    'constructs@~10.7.0',
    'fast-check@^4.0.0',
    'ts-jest@^29.4.0',
    'tsx@^4',
  ],
});

// A framework is needed only by those who use its submodule, so none of them may be a hard requirement.
for (const framework of ['aws-cdk-lib', 'cdktf', '@cdktf/provider-aws', 'cdktn', '@cdktn/provider-aws']) {
  project.package.addField('peerDependenciesMeta', {
    ...(project.package.manifest.peerDependenciesMeta ?? {}), [framework]: { optional: true },
  });
}

project.synth();
