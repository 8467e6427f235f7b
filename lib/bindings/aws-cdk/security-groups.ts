import { Aspects, attachCustomSynthesis, aws_ec2 as ec2, Lazy } from 'aws-cdk-lib';
import { DISABLE_CREATION_STACK_TRACES, DISABLE_METADATA_STACK_TRACE } from 'aws-cdk-lib/cx-api';
import { Construct, IConstruct } from 'constructs';
import { SegmentationPolicy } from '../../model/policy';
import { Workload } from '../../model/workload';
import { fail, problemText } from '../../support/errors';
import { attachmentsOf } from './attachment';
import { Deployment, deploy } from './deployment';
import { enforcedBy } from './manifest-entry';
import { writeManifestOf } from './manifest-file';
import { ProtectedResources } from './protected-resources';
import { Enforced, pointsBeside, register } from './registry';
import { ProtectOptions, SecurityGroupsProps } from './security-groups-props';
import { problemsAtSynthesis } from './synthesis-checks';

/**
 * Enforces a policy by the security groups of a VPC.
 *
 *     const groups = new SecurityGroups(stack, 'Groups', { policy, vpc });
 *     groups.protect(web, webFleet);
 *     groups.protect(ledger, database, { exclusive: true });
 *
 * Every protected workload gets security groups of its own; both ends of each flow are opened, each at its own group.
 * Groups and rules stand in the stack of this construct alone, so that workloads in other stacks may talk in both
 * directions. They are made at synthesis: until then flows may be declared in any order.
 */
export class SecurityGroups extends Construct {
  /** What is enforced. */
  public readonly policy: SegmentationPolicy;

  /** The network of the protected resources. */
  public readonly vpc: ec2.IVpc;

  /** @internal */
  public readonly _props: SecurityGroupsProps;

  /** @internal */
  public readonly _protected = new Map<string, ProtectedResources>();

  /**
   * What synthesis made of the policy; absent until then.
   *
   * @internal
   */
  public _deployment?: Deployment;

  /** @throws MSEG1007 if another policy with the same id is enforced in the app. */
  public constructor(scope: Construct, id: string, props: SecurityGroupsProps) {
    super(scope, id);
    this.policy = props.policy;
    this.vpc = props.vpc;
    this._props = props;
    // Thousands of rules, all made in one place: their stack traces would tell nothing, and take most of the time.
    this.node.setContext(DISABLE_METADATA_STACK_TRACE, true);
    this.node.setContext(DISABLE_CREATION_STACK_TRACES, true);
    register(this);
    Aspects.of(this).add({ visit: (node) => this.deployOnce(node) });
    this.node.addValidation({ validate: () => problemsAtSynthesis(this).map(problemText) });
    attachCustomSynthesis(this, { onSynthesize: (session) => this.writeOnce(session.outdir) });
  }

  /**
   * Puts the groups of the workload on a resource: any L2 or L1 construct with network interfaces, such as an instance,
   * Auto Scaling group, launch template, load balancer, database, service, function, file system or endpoint.
   *
   * @throws MSEG3001 if the workload is protected already, MSEG3002 and MSEG3003 if it is none of this policy's own, MSEG3009 if
   * no security group can be put on the resource.
   */
  public protect(workload: Workload, resource: IConstruct, options: ProtectOptions = {}): void {
    this.protectAll(workload, [resource], options);
  }

  /** Puts the groups of the workload on several resources. @throws as `protect` does */
  public protectAll(workload: Workload, resources: IConstruct[], options: ProtectOptions = {}): void {
    const own = this.resourcesOf(workload);
    if (own.attachments.length > 0) fail('MSEG3001', workload.node.path, `${this.node.path} protects it already`);
    if (resources.length === 0) fail('MSEG3009', workload.node.path, `${this.node.path} is given no resource of it`);
    for (const resource of resources) {
      const attachments = Construct.isConstruct(resource) ? attachmentsOf(resource) : [];
      if (attachments.length === 0) fail('MSEG3009', where(resource), `it has no security groups that ${workload.node.path} could be protected by`);
      attachments.forEach((attachment) => own.attach(attachment, options.exclusive ?? false));
    }
  }

  /**
   * The ids of all groups of the workload, for a resource that takes them when it is created. The list is known at
   * synthesis; the workload counts as protected.
   *
   * @throws MSEG3002, MSEG3003
   */
  public securityGroupIds(workload: Workload): string[] {
    const own = this.resourcesOf(workload);
    return Lazy.list({ produce: () => own.groupIds() }, { omitEmpty: false });
  }

  /**
   * The group of the workload, for an L2 construct that takes groups when it is created. A workload whose rules need
   * several groups is an error at synthesis (MSEG3015): protect the resource itself then.
   *
   * @throws MSEG3002, MSEG3003
   */
  public securityGroup(workload: Workload): ec2.ISecurityGroup {
    return this.resourcesOf(workload).singleGroup();
  }

  /** @internal */
  public get _workloads(): readonly string[] {
    return [...this._protected.keys()];
  }

  /** @internal */
  public get _enforced(): Enforced | undefined {
    return this._deployment && enforcedBy(this, this._deployment);
  }

  private resourcesOf(workload: Workload): ProtectedResources {
    if (workload.policy !== this.policy) fail('MSEG3002', workload.node.path, `${this.node.path} enforces ${this.policy.node.path}`);
    if (!workload.managed) fail('MSEG3003', workload.node.path, 'it was added with addUnmanagedWorkload');
    const known = this._protected.get(workload.workloadId);
    if (known) return known;
    if (this._deployment) fail('MSEG3013', workload.node.path, `${this.node.path} is synthesized already`);
    const added = new ProtectedResources(this, workload);
    this._protected.set(workload.workloadId, added);
    return added;
  }

  private deployOnce(node: IConstruct): void {
    if (node === this && this._deployment === undefined) this._deployment = deploy(this);
  }

  private writeOnce(directory: string): void {
    const points = pointsBeside(this);
    if (points[0] === this) writeManifestOf(points, directory);
  }
}

function where(resource: unknown): string {
  return Construct.isConstruct(resource) ? resource.node.path : String(resource);
}
