// Whole files: jsii does not follow names that a submodule exports one by one.
export * from './aws/flow-logs';
export * from './aws/security-groups';
export * from './aws/security-groups-props';
export * from './azure/network-security-groups';
export * from './azure/network-security-groups-props';
export * from './azure/vnet-flow-logs';
export * from './gcp/google-firewall';
export * from './gcp/google-firewall-props';
export * from './linux/linux-delivery';
export * from './linux/linux-host-agents';
export * from './linux/linux-host-agents-props';
export * from './peer-address';
export * from './validator';
