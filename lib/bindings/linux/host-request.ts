import { CompiledPolicy } from '../../compiler';
import { BundleSettings } from '../../platforms/linux/bundle-settings';
import { DEFAULT_NETFILTER_LOG, LINUX_DEFAULT_LIMITS } from '../../platforms/linux/limits';
import { LinuxHostsRequest, ManagementAccess, PeerAddress } from '../../platforms/linux/plan-types';
import { fail } from '../../support/errors';
import type { LinuxHostAgentsProps, LinuxProtectOptions } from './linux-host-agents-props';

/** Workloads with what was said of their hosts, for every construct that makes bundles. */
export class ProtectedHosts {
  private readonly interfaces = new Map<string, readonly string[] | undefined>();

  public get workloads(): readonly string[] {
    return [...this.interfaces.keys()];
  }

  /** @throws MSEG3001 if the workload was protected with other interfaces */
  public protect(workload: { readonly workloadId: string; readonly node: { readonly path: string } }, options: LinuxProtectOptions): void {
    const { workloadId: id, node: { path } } = workload;
    const known = this.interfaces.get(id);
    const given = options.containerInterfaces ?? known;
    if (known !== undefined && JSON.stringify(known) !== JSON.stringify(given)) {
      fail('MSEG3001', path, `containerInterfaces is ${JSON.stringify(known)} and ${JSON.stringify(given)}`);
    }
    this.interfaces.set(id, given);
  }

  /** What the planner is asked for. */
  public request(
    policy: CompiledPolicy, enforcementPoint: string, props: LinuxHostAgentsProps, peerAddresses?: { [workload: string]: PeerAddress[] },
  ): LinuxHostsRequest {
    const { log = {}, maxElements } = props;
    const { group, ratePerSecond, burst } = DEFAULT_NETFILTER_LOG;
    return {
      policy,
      enforcementPoint,
      protects: [...this.interfaces].map(([workload, containerInterfaces]) => ({ workload, containerInterfaces })),
      peerAddresses,
      management: managementOf(props),
      log: { group: log.group ?? group, ratePerSecond: log.recordsPerSecond ?? ratePerSecond, burst: log.burst ?? burst },
      limits: { elements: maxElements ?? LINUX_DEFAULT_LIMITS.elements },
    };
  }
}

export function managementOf({ management }: LinuxHostAgentsProps): ManagementAccess[] {
  return management.map(({ cidr, port = 22 }) => ({ cidr, port }));
}

export function bundleSettingsOf(props: LinuxHostAgentsProps): BundleSettings {
  const { probe, confirmSeconds = 60, onFailure = 'closed', onDrift = 'restore', cutRemovedConnections = true } = props;
  return { probe, confirmSeconds, onFailure, onDrift, cutRemovedConnections };
}
