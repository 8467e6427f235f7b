export * from './model';
export * from './questions';

// Made lazy after compiling (scripts/lazify.ts): a user has one of the frameworks, or none, seldom both.
export * as awsCdk from './bindings/aws-cdk';
export * as cdktf from './bindings/cdktf';
export * as linux from './bindings/linux';
