export * from './linux-host-agents';
export * from './linux-host-agents-props';
