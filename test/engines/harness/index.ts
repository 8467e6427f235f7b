export * from './aws';
export * from './cfn-lint';
export * from './cloudformation';
export * from './engines';
export * from './in-memory-providers';
export * from './moto';
export * from './rules';
export * from './terraform';
