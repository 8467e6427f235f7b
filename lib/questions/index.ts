// Whole files: jsii does not follow names that a module exports one by one.
export * from './blast-radius';
