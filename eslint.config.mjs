import stylistic from '@stylistic/eslint-plugin';
import importPlugin from 'eslint-plugin-import';
import tseslint from 'typescript-eslint';
import { boundaries } from './eslint.boundaries.mjs';

const style = {
  '@stylistic/indent': ['error', 2],
  '@stylistic/quotes': ['error', 'single', { avoidEscape: true }],
  '@stylistic/semi': ['error', 'always'],
  '@stylistic/comma-dangle': ['error', 'always-multiline'],
  '@stylistic/comma-spacing': 'error',
  '@stylistic/no-multi-spaces': 'error',
  '@stylistic/array-bracket-spacing': 'error',
  '@stylistic/object-curly-spacing': ['error', 'always'],
  '@stylistic/keyword-spacing': 'error',
  '@stylistic/key-spacing': 'error',
  '@stylistic/brace-style': ['error', '1tbs', { allowSingleLine: true }],
  '@stylistic/space-before-blocks': 'error',
  '@stylistic/member-delimiter-style': 'error',
  '@stylistic/eol-last': 'error',
  '@stylistic/no-multiple-empty-lines': ['error', { max: 1 }],
  '@stylistic/no-trailing-spaces': 'error',
  // A message is one string, so that it can be searched for.
  '@stylistic/max-len': ['error', { code: 140, ignoreUrls: true, ignoreRegExpLiterals: true, ignoreStrings: true, ignoreTemplateLiterals: true }],
};

const correctness = {
  'curly': ['error', 'multi-line', 'consistent'],
  'eqeqeq': 'error',
  'no-restricted-properties': ['error', ...['describe', 'it', 'test'].map((object) => ({ object, property: 'only' }))],
  'import/no-duplicates': 'error',
  'import/no-unresolved': 'error',
  'import/no-extraneous-dependencies': ['error', { devDependencies: ['test/**', 'scripts/**', 'examples/**', '.projenrc.ts', 'lib/bindings/cdktf/**'] }],
  'import/order': ['error', { groups: ['builtin', ['external', 'internal', 'unknown'], 'parent', 'sibling'], alphabetize: { order: 'asc', caseInsensitive: true } }],
  '@typescript-eslint/no-explicit-any': 'error',
  '@typescript-eslint/no-floating-promises': 'error',
  '@typescript-eslint/no-require-imports': ['error', { allow: ['/package\\.json$'] }],
  '@typescript-eslint/no-shadow': 'error',
  '@typescript-eslint/return-await': 'error',
};

export default tseslint.config(
  { ignores: ['build/', 'dist/', 'demo.out/', 'node_modules/', '**/*.d.ts', '**/cdk.out/', '**/cdktf.out/'] },
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.base],
    plugins: { '@stylistic': stylistic, 'import': importPlugin },
    languageOptions: {
      parserOptions: { projectService: { allowDefaultProject: ['.projenrc.ts'] }, tsconfigRootDir: import.meta.dirname },
    },
    settings: {
      'import/parsers': { '@typescript-eslint/parser': ['.ts'] },
      'import/resolver': { typescript: { project: ['test/tsconfig.json'] } },
      'import/external-module-folders': ['node_modules'],
    },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: { ...style, ...correctness },
  },
  // What runs in a browser as it is written: no types, no build step.
  {
    files: ['assets/**/*.js'],
    plugins: { '@stylistic': stylistic },
    languageOptions: { sourceType: 'commonjs' },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: { ...style, 'curly': correctness.curly, 'eqeqeq': 'error', 'no-shadow': 'error', 'no-unused-vars': 'error', 'max-lines': ['error', { max: 350 }] },
  },
  // A reader finishes a file in one sitting.
  { files: ['lib/**/*.ts'], rules: { 'max-lines': ['error', { max: 350 }] } },
  // Tests dig in templates, which have no types.
  { files: ['test/**/*.ts'], rules: { '@typescript-eslint/no-explicit-any': 'off' } },
  ...boundaries,
);
