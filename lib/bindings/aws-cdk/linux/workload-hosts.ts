import { aws_iam as iam } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { Workload } from '../../../model/workload';
import { fail } from '../../../support/errors';
import { LinuxHostTarget, LinuxProtectOptions } from './linux-host-agents-props';

/** Most values of a target. */
const MOST_VALUES = 50;
const MOST_TARGETS = 5;

/** The workload of each host, whichever construct protects it. */
const workloadOf = new WeakMap<object, Workload>();

/** Where a workload runs: the roles of its hosts, and how Systems Manager finds them. */
export class WorkloadHosts {
  public readonly roles = new Set<iam.IRole>();
  private readonly instances = new Set<string>();
  private readonly groups = new Set<string>();
  private readonly named: LinuxHostTarget[][] = [];

  public constructor(private readonly workload: Workload) {}

  /** @throws MSEG4060, MSEG4061, MSEG4062 */
  public add(host: iam.IGrantable, { targets, ssmAgentPermissions }: LinuxProtectOptions): void {
    const role = roleOf(host, this.workload);
    const { instanceId, autoScalingGroupName } = host as { readonly instanceId?: unknown; readonly autoScalingGroupName?: unknown };
    if (targets) this.named.push(checked(targets, this.workload));
    else if (typeof instanceId === 'string') this.instances.add(instanceId);
    else if (typeof autoScalingGroupName === 'string') this.groups.add(autoScalingGroupName);
    else fail('MSEG4061', pathOf(host), `it is no instance and no Auto Scaling group, and ${this.workload.node.path} has no targets there`);
    if (!targets) this.claim(host);
    this.roles.add(role);
    if (ssmAgentPermissions) role.addManagedPolicy(iam.ManagedPolicy.fromAwsManagedPolicyName('AmazonSSMManagedInstanceCore'));
  }

  /**
   * The targets of each association, by a name that stays when others come. Instances are targeted by their ids and those of a group
   * by the tag that the group itself puts on them: no tag of anybody else can make an instance one of them.
   */
  public associations(): (readonly [name: string, targets: readonly LinuxHostTarget[]])[] {
    return [
      ...numbered('Instances', chunks([...this.instances]).map((values) => [{ key: 'InstanceIds', values }])),
      ...numbered('Groups', chunks([...this.groups]).map((values) => [{ key: 'tag:aws:autoscaling:groupName', values }])),
      ...numbered('Targets', this.named),
    ];
  }

  private claim(host: object): void {
    const other = workloadOf.get(host) ?? this.workload;
    if (other !== this.workload) fail('MSEG4062', pathOf(host), `it runs ${other.node.path}, and ${this.workload.node.path}`);
    workloadOf.set(host, this.workload);
  }
}

/** @throws MSEG4060 */
export function roleOf(host: iam.IGrantable, workload: Workload): iam.IRole {
  const principal = host.grantPrincipal;
  const isRole = Construct.isConstruct(principal) && 'roleName' in principal && 'attachInlinePolicy' in principal;
  return isRole ? principal as unknown as iam.IRole : fail('MSEG4060', pathOf(host), `as a host of ${workload.node.path} it fetches a bundle`);
}

function checked(targets: LinuxHostTarget[], workload: Workload): LinuxHostTarget[] {
  const fits = targets.length >= 1 && targets.length <= MOST_TARGETS
    && targets.every(({ key, values }) => key !== '' && values.length >= 1 && values.length <= MOST_VALUES);
  return fits ? targets : fail('MSEG4061', workload.node.path, `${targets.length} targets were given for it, some of them perhaps without values or with more than ${MOST_VALUES}`);
}

function chunks(values: readonly string[]): string[][] {
  const count = Math.ceil(values.length / MOST_VALUES);
  return Array.from({ length: count }, (_, index) => values.slice(index * MOST_VALUES, (index + 1) * MOST_VALUES));
}

function numbered<T>(name: string, items: readonly T[]): (readonly [string, T])[] {
  return items.map((item, index) => [index === 0 ? name : `${name}${index + 1}`, item]);
}

function pathOf(host: unknown): string {
  return Construct.isConstruct(host) ? host.node.path : String(host);
}
