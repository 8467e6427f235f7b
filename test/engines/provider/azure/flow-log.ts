import { invalid, within } from '../config-checks';
import { ConfigCheck } from '../platform';
import { stringIn } from '../values';

/** No new flow logs of security groups since 2025: https://learn.microsoft.com/azure/network-watcher/nsg-flow-logs-overview */
export const notOfSecurityGroup: ConfigCheck = (config) => {
  const target = stringIn(config, 'target_resource_id') ?? '';
  if (!/\/networkSecurityGroups\//i.test(target)) return [];
  return [invalid('target_resource_id', 'NSG flow logs can no longer be created: log the virtual network, a subnet or a network interface')];
};

export const version = within('version', 1, 2);
