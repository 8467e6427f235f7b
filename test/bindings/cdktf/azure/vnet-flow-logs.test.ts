import { VnetFlowLogs } from '../../../../lib/bindings/cdktf';
import { frameworksWith, only, TestApp } from '../frameworks';

describe.each(frameworksWith('azurerm'))('flow logs of virtual networks in $name', (framework) => {
  function logged(props = {}) {
    const test = new TestApp(framework);
    const logs = new VnetFlowLogs(test.stack('Network', 'azurerm'), 'Logs', {
      virtualNetworkId: '/vnets/shop', storageAccountId: '/storage/logs', location: 'West Europe', ...props,
    });
    return { logs, log: only(test.synth().configuration('Network'), 'azurerm_network_watcher_flow_log') };
  }

  test('GIVEN a virtual network WHEN logged THEN the region\'s own network watcher writes records of the newest version', () => {
    const { logs, log } = logged();

    expect(log).toMatchObject({
      target_resource_id: '/vnets/shop', storage_account_id: '/storage/logs', enabled: true, version: 2,
      network_watcher_name: 'NetworkWatcher_westeurope', resource_group_name: 'NetworkWatcherRG', retention_policy: { enabled: true, days: 90 },
    });
    expect(log.traffic_analytics).toBeUndefined();
    expect(logs.flowLogId).toMatch(/TfToken/);
  });

  test('GIVEN another watcher, retention and analytics WHEN logged THEN they are used', () => {
    const trafficAnalytics = { workspaceId: 'guid', workspaceRegion: 'westeurope', workspaceResourceId: '/workspaces/w', intervalInMinutes: 10 };
    const { log } = logged({
      networkWatcherName: 'watcher', networkWatcherResourceGroupName: 'watchers', retentionDays: 0, trafficAnalytics, tags: { Cost: '${x}' },
    });

    expect(log).toMatchObject({
      network_watcher_name: 'watcher', resource_group_name: 'watchers', retention_policy: { enabled: false, days: 0 }, tags: { Cost: '$${x}' },
      traffic_analytics: { enabled: true, workspace_id: 'guid', workspace_region: 'westeurope', workspace_resource_id: '/workspaces/w', interval_in_minutes: 10 },
    });
  });
});
