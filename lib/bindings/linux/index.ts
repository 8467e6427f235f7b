export * from './linux-host-agents';
