import { aws_iam as iam, aws_ssm as ssm, Stack, Token } from 'aws-cdk-lib';
import { CompiledPolicy, ManifestInvariant } from '../../../compiler';
import { linuxBundle, LinuxBundle } from '../../../platforms/linux/bundle';
import { planLinuxHosts } from '../../../platforms/linux/plan';
import { LinuxHostPlan } from '../../../platforms/linux/plan-types';
import { OpaqueAddress } from '../../../platforms/network-range';
import { bundleSettingsOf } from '../../linux/host-request';
import { opaqueUses } from '../../opaque-uses';
import { compiledFor, throwAny } from '../compiled-for';
import { textOf } from '../manifest-entry';
import { HostAssets } from './host-assets';
import type { LinuxHostAgents } from './linux-host-agents';
import { WorkloadHosts } from './workload-hosts';

/** Document of AWS that runs commands as root, by `/bin/sh`. */
const RUN_COMMANDS = 'AWS-RunShellScript';

/** An enforcement point after its policy was compiled and planned, and became bundles. */
export class HostsDeployment {
  public readonly compiled: CompiledPolicy;
  public readonly invariants: readonly ManifestInvariant[];
  private readonly hosts: ReadonlyMap<string, { readonly plan: LinuxHostPlan; readonly bundle: LinuxBundle }>;
  private readonly assets = new Map<string, HostAssets>();

  /** @throws SegmentationError with everything that stands in the way */
  public constructor(
    private readonly point: LinuxHostAgents,
    private readonly peerAddresses: { readonly [workload: string]: readonly OpaqueAddress[] },
  ) {
    const { compiled, invariants, problems } = compiledFor(point);
    throwAny(problems);
    const given = Object.fromEntries(Object.entries(peerAddresses)
      .map(([workload, addresses]) => [workload, addresses.map((address) => ({ ...address, opaque: true }))]));
    const { hosts } = planLinuxHosts(point._protected.request(compiled, point.node.path, point._props, given));
    const settings = bundleSettingsOf(point._props);
    this.compiled = compiled;
    this.invariants = invariants;
    this.hosts = new Map(hosts.map((plan) => [plan.workload, { plan, bundle: linuxBundle(plan, settings, point.node.path) }]));
  }

  /** What the hosts of a workload fetch, as assets of the stack. Asked for while the stack is prepared, at the latest. */
  public assetsIn(stack: Stack, workload: string): HostAssets {
    const key = `${stack.node.path} ${workload}`;
    const { plan, bundle } = this.hosts.get(workload)!;
    if (!this.assets.has(key)) this.assets.set(key, new HostAssets(stack, plan, bundle));
    return this.assets.get(key)!;
  }

  /**
   * Lets the roles of a workload's hosts read its assets, and has Systems Manager run the script there. All of it stands in one
   * stack, so that an association, the one before it as well, never names what its hosts may not read.
   */
  public deliver(workload: string, hosts: WorkloadHosts): void {
    const { point } = this;
    const assets = this.assetsIn(Stack.of(point), workload);
    const permission = new iam.Policy(point, `Read:${workload}`, { roles: [...hosts.roles], statements: readStatements(point, assets.arns) });
    const { policyId } = point.policy;
    const { maxConcurrency = '20%', maxErrors = '0', scheduleExpression, waitForSuccess } = point._props.association ?? {};
    for (const [name, targets] of hosts.associations()) {
      const association = new ssm.CfnAssociation(point, `Apply:${workload}:${name}`, {
        name: RUN_COMMANDS,
        associationName: `microseg-${policyId}-${workload}`.slice(0, 128),
        targets: targets.map(({ key, values }) => ({ key, values })),
        parameters: { commands: [assets.script] },
        maxConcurrency,
        maxErrors,
        scheduleExpression,
        waitForSuccessTimeoutSeconds: waitForSuccess?.toSeconds(),
      });
      association.node.addDependency(permission);
    }
  }

  /** @param directory of the assembly */
  public write(directory: string): void {
    for (const assets of this.assets.values()) assets.write(directory);
  }

  /** How the deploy-time values of a workload's hosts read in a stack, by peer key. */
  public opaqueUses(workload: string, stack: Stack): (readonly [key: string, text: string])[] {
    const used = new Set(this.hosts.get(workload)!.plan.values.map(({ value }) => value));
    return opaqueUses({ policy: this.compiled, peerAddresses: this.peerAddresses, monitorScope: [] }, used)
      .map(([key, value]) => [key, textOf(stack.resolve(value))]);
  }
}

/** Reading these objects, and decrypting them where that is up to a key of the user's. */
export function readStatements({ _props: { assetKey } }: LinuxHostAgents, arns: string[]): iam.PolicyStatement[] {
  const reading = new iam.PolicyStatement({ actions: ['s3:GetObject'], resources: arns });
  return assetKey === undefined ? [reading] : [reading, new iam.PolicyStatement({ actions: ['kms:Decrypt'], resources: [assetKey.keyArn] })];
}

export function isNumberOrPercentage(text: string, least: 0 | 1): boolean {
  return Token.isUnresolved(text) || (/^(\d{1,6}|\d{1,2}%|100%)$/.test(text) && parseInt(text, 10) >= least);
}
