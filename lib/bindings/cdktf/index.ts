// Whole files: jsii does not follow names that a submodule exports one by one.
export * from './aws/flow-logs';
export * from './aws/security-groups';
export * from './aws/security-groups-props';
export * from './peer-address';
