import { Construct } from 'constructs';
import { isToken } from '../../../support/deploy-time';
import { stableId } from '../../../support/stable-id';
import { identityOf } from '../deploy-time-values';
import { TerraformFamily } from '../family';
import { registerNetwork } from '../registry';
import { textTags } from '../terraform-text';

/** Where Traffic Analytics puts what it makes of the logs. */
export interface TrafficAnalyticsOptions {
  /** Id of the Log Analytics workspace: its GUID, such as `workspace.workspaceId`. */
  readonly workspaceId: string;

  /** Region of the workspace. */
  readonly workspaceRegion: string;

  /** Resource id of the workspace, such as `workspace.id`. */
  readonly workspaceResourceId: string;

  /** How often logs are processed, in minutes: 10 or 60. @default 60 */
  readonly intervalInMinutes?: number;
}

/** Properties of `VnetFlowLogs`. */
export interface VnetFlowLogsProps {
  /** Id of the virtual network whose connections are logged, such as `network.id`. */
  readonly virtualNetworkId: string;

  /** Id of the storage account to write to. It must be in the region of the virtual network. */
  readonly storageAccountId: string;

  /** Region of the virtual network. */
  readonly location: string;

  /** Name of the region's network watcher. @default - the one that Azure makes by itself: `NetworkWatcher_` and the region */
  readonly networkWatcherName?: string;

  /** Resource group of the network watcher. @default NetworkWatcherRG */
  readonly networkWatcherResourceGroupName?: string;

  /** How many days the storage account keeps the logs; 0 keeps them for ever. @default 90 */
  readonly retentionDays?: number;

  /** Has Traffic Analytics process the logs, which costs extra. @default - no processing */
  readonly trafficAnalytics?: TrafficAnalyticsOptions;

  /** Tags of the flow log. @default - none */
  readonly tags?: { [key: string]: string };
}

/** The newest version of the records: with bytes, packets and the state of each flow. */
const VERSION = 2;

/**
 * Flow logs of an Azure virtual network, which name the rule that admitted or denied a connection.
 *
 *     new VnetFlowLogs(stack, 'FlowLogs', { virtualNetworkId: network.id, storageAccountId: storage.id, location: 'westeurope' });
 *
 * While a policy is in MONITOR or VISIBILITY, connections that its rules `scope-inbound-…` and `scope-outbound` admitted are
 * those that ENFORCE would block. Logs are written every minute.
 *
 * @see https://learn.microsoft.com/azure/network-watcher/vnet-flow-logs-overview
 */
export class VnetFlowLogs extends Construct {
  /** Id of the virtual network whose connections are logged. */
  public readonly virtualNetworkId: string;

  /** Id of the flow log. */
  public readonly flowLogId: string;

  /** @throws MSEG9001 if the Azure provider is not installed; MSEG9002 outside of a Terraform stack. */
  public constructor(scope: Construct, id: string, props: VnetFlowLogsProps) {
    super(scope, id);
    const family = TerraformFamily.of(this);
    const { NetworkWatcherFlowLog } = family.provider('azurerm', 'network-watcher-flow-log');
    const { retentionDays = 90, trafficAnalytics } = props;
    this.virtualNetworkId = props.virtualNetworkId;
    this.flowLogId = new NetworkWatcherFlowLog(this, 'flow-log', {
      name: `microseg-${stableId(this.node.path)}`,
      networkWatcherName: props.networkWatcherName ?? `NetworkWatcher_${regionName(props.location)}`,
      resourceGroupName: props.networkWatcherResourceGroupName ?? 'NetworkWatcherRG',
      targetResourceId: props.virtualNetworkId,
      storageAccountId: props.storageAccountId,
      location: props.location,
      enabled: true,
      version: VERSION,
      retentionPolicy: { enabled: retentionDays > 0, days: retentionDays },
      ...(trafficAnalytics && { trafficAnalytics: { enabled: true, ...trafficAnalytics } }),
      tags: textTags(props.tags),
    }).id;
    registerNetwork(this, `azure ${identityOf(family, props.virtualNetworkId)}`);
  }
}

/** `West Europe` is `westeurope` in names. */
function regionName(location: string): string {
  return isToken(location) ? location : location.replace(/ /g, '').toLowerCase();
}
