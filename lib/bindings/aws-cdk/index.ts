// Whole files: jsii does not follow names that a submodule exports one by one.
export * from './flow-logs';
export * from './linux/linux-host-agents';
export * from './linux/linux-host-agents-props';
export * from './linux/peer-address';
export * from './security-groups';
export * from './security-groups-props';
export * from './validator';
