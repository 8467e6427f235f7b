import { AwsProvider } from '@cdktf/provider-aws/lib/provider';
import { AzurermProvider } from '@cdktf/provider-azurerm/lib/provider';
import { GoogleProvider } from '@cdktf/provider-google/lib/provider';
import { App, TerraformStack, TerraformVariable } from 'cdktf';
import { GoogleFirewall, GoogleIdentity, NetworkSecurityGroups, SecurityGroups } from '../../lib/bindings/cdktf';
import { compilePolicy, CompiledPolicy } from '../../lib/compiler';
import { SegmentationPolicy, Workload } from '../../lib/model';
import { AS_OF } from '../model/policies';
import { MONITOR_SCOPE, temporary } from './apps';
import { Named } from './compiled-traffic';
import { Declared, familyOf, modeOf } from './declare';
import { PolicySpec } from './specs';

export const PLATFORMS = ['aws', 'azure', 'gcp'] as const;
export type Platform = typeof PLATFORMS[number];

/** What one platform enforces of a policy. */
export interface PlatformShare {
  readonly workloads: readonly string[];
  readonly isNamed: Named;
}

export interface MultiPlatformPolicy {
  readonly compiled: CompiledPolicy;
  readonly shares: Record<Platform, PlatformShare>;
}

/** An app with one stack for each policy, which all three platforms enforce. */
export interface MultiPlatformApp {
  readonly directory: string;
  /** Names of tokens by the text in which they stand in the artifacts. */
  readonly names: ReadonlyMap<string, string>;
  readonly policies: MultiPlatformPolicy[];
}

export function synthesizeMultiPlatform(specs: readonly PolicySpec[]): MultiPlatformApp {
  const app = new App({ outdir: temporary('platforms'), skipValidation: true });
  const policies = specs.map((spec, index) => {
    const stack = new TerraformStack(app, `S${index}`);
    new AwsProvider(stack, 'Aws', { region: 'eu-west-1' });
    new AzurermProvider(stack, 'Azure', { features: [{}] });
    new GoogleProvider(stack, 'Google', { project: 'shop' });
    return declare(stack, spec, index);
  });
  app.synth();
  return { directory: app.outdir, names: new Map(['t4', 't6'].map((name) => [`\${var.${name}}`, name])), policies };
}

/** @param variant differs from policy to policy, and with it the ways in which workloads are protected */
function declare(stack: TerraformStack, spec: PolicySpec, variant: number): MultiPlatformPolicy {
  const policy = new SegmentationPolicy(stack, `P${variant}`, { mode: modeOf(spec.mode), asOf: AS_OF });
  const [t4, t6] = ['t4', 't6'].map((name) => new TerraformVariable(stack, name, { type: 'string' }).stringValue);
  const { workloads } = new Declared(policy, withoutIcmpv6(spec), { token: { 4: t4, 6: t6 }, prefixList: { 4: '', 6: '' } });
  const own = (platform: number) => workloads.filter((workload, index) => (
    // Now and then a workload is on two platforms.
    workload.managed && ((index + variant) % 3 === platform || (index === 0 && variant % 4 === platform))));
  return {
    compiled: compilePolicy(policy),
    shares: {
      aws: onAws(stack, policy, own(0)),
      azure: onAzure(stack, policy, own(1), variant),
      gcp: onGoogle(stack, policy, own(2), variant),
    },
  };
}

function onAws(stack: TerraformStack, policy: SegmentationPolicy, workloads: readonly Workload[]): PlatformShare {
  const limits = { groupsPerInterface: 16 };
  const groups = new SecurityGroups(stack, 'Aws-groups', { policy, vpcId: 'vpc-1', limits, monitorScope: MONITOR_SCOPE });
  workloads.forEach((workload) => groups.protect(workload));
  return share(workloads, (peers, peer) => peers.has(peer));
}

/** On interfaces, on a subnet, or by a group that nothing carries yet. */
function onAzure(stack: TerraformStack, policy: SegmentationPolicy, workloads: readonly Workload[], variant: number): PlatformShare {
  const groups = new NetworkSecurityGroups(stack, 'Azure-groups', {
    policy, resourceGroupName: 'shop', location: 'westeurope', virtualNetworkId: `/vnets/${variant}`, monitorScope: MONITOR_SCOPE,
    limits: { applicationGroupsPerRule: 1 + (variant % 2) },
  });
  const onInterfaces = new Set<string>();
  workloads.forEach((workload, index) => {
    const { workloadId: id } = workload;
    const way = (index + variant) % 4;
    groups.protect(workload, { networkInterfaceIds: way < 2 ? [`/nics/${variant}/${id}`, `/nics/${variant}/${id}-2`] : [], subnetIds: way === 2 ? [`/subnets/${variant}/${id}`] : [] });
    if (way < 2) onInterfaces.add(id);
  });
  return share(workloads, (_, peer) => onInterfaces.has(peer));
}

/** No rule of Google Cloud matches the identity of a destination. */
function onGoogle(stack: TerraformStack, policy: SegmentationPolicy, workloads: readonly Workload[], variant: number): PlatformShare {
  const identity = [GoogleIdentity.SECURE_TAGS, GoogleIdentity.NETWORK_TAGS, GoogleIdentity.SERVICE_ACCOUNTS][variant % 3];
  const firewall = new GoogleFirewall(stack, 'Google-firewall', {
    policy, network: `projects/shop/global/networks/n${variant}`, identity, monitorScope: MONITOR_SCOPE, limits: { rangesPerRule: variant % 5 === 0 ? 2 : undefined },
  });
  workloads.forEach((workload) => {
    const account = `${workload.workloadId.toLowerCase()}-${variant}@shop.iam.gserviceaccount.com`;
    firewall.protect(workload, identity === GoogleIdentity.SERVICE_ACCOUNTS ? { serviceAccount: account } : {});
  });
  return share(workloads, (peers, peer, end) => end === 'ingress' && peers.has(peer));
}

function share(workloads: readonly Workload[], isNamed: (own: ReadonlySet<string>, peer: string, end: string) => boolean): PlatformShare {
  const ids = new Set(workloads.map(({ workloadId }) => workloadId));
  return { workloads: [...ids], isNamed: (_, peer, end) => isNamed(ids, peer, end) };
}

/** Azure has no rules for it. The last service of a flow is never a ping. */
function withoutIcmpv6(spec: PolicySpec): PolicySpec {
  const flows = spec.flows.map((flow) => (
    familyOf(flow) === 6 && flow.services ? { ...flow, services: flow.services.filter(({ kind }) => kind !== 'ping') } : flow));
  return { ...spec, flows };
}
