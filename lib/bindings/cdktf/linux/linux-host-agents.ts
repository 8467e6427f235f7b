import { Construct } from 'constructs';
import { SegmentationPolicy } from '../../../model/policy';
import { Workload } from '../../../model/workload';
import { fail } from '../../../support/errors';
import { atSynthesis } from '../late-values';
import { PeerAddress } from '../peer-address';
import { registerPoint } from '../registry';
import { hookIntoSynthesis } from '../synthesis';
import { ownText } from '../terraform-text';
import { SystemsManagerTarget } from './linux-delivery';
import { LinuxHostAgentsProps, LinuxProtectOptions, LinuxUserDataOptions } from './linux-host-agents-props';
import { LinuxHostsPoint } from './linux-hosts-point';
import { SystemsManager } from './systems-manager';
import { checkBundleUrl, userDataScript, UserDataWish } from './user-data';

/**
 * Enforces a policy on Linux hosts, by nftables and a light agent, whatever network they are in.
 *
 *     const agents = new LinuxHostAgents(stack, 'Agents', {
 *       policy, management: [{ cidr: '10.0.9.0/28' }], delivery: LinuxDelivery.systemsManager({ bucket: bundles.bucket }),
 *     });
 *     agents.protect(web);
 *     new Instance(stack, 'Web', { tags: agents.instanceTags(web), … });
 *
 * Synthesis writes a bundle for each workload beside the configuration of the stack: `linux-hosts/<policy>/<workload>.tar.gz`, and
 * the same as plain files, which `microseg verify` reads. Addresses that are known at deployment only stand in an address book
 * that Terraform fills in; the rest of a bundle never changes with them. Nothing but an address is taken for one: neither Terraform
 * nor the agent loads a book in which a value is anything else, and hosts keep the rules that they have.
 *
 * It needs the AWS provider for a delivery by Systems Manager only.
 */
export class LinuxHostAgents extends Construct {
  /** What is enforced. */
  public readonly policy: SegmentationPolicy;

  private readonly point: LinuxHostsPoint;
  private readonly systemsManager?: SystemsManager;
  private readonly instances = new Map<string, SystemsManagerTarget[]>();

  /**
   * @throws MSEG1007 if another policy with the same id is enforced in the app; MSEG3002 and MSEG3403 as `addPeerAddress`;
   * MSEG9001 if the AWS provider is not installed and the delivery needs it; MSEG9002 outside of a Terraform stack.
   */
  public constructor(scope: Construct, id: string, props: LinuxHostAgentsProps) {
    super(scope, id);
    this.policy = props.policy;
    this.point = new LinuxHostsPoint(this, props);
    if (props.delivery) this.systemsManager = new SystemsManager(this.point, props.delivery);
    props.peerAddresses?.forEach((peerAddress) => this.addPeerAddress(peerAddress));
    registerPoint(this.point);
    hookIntoSynthesis(this.point);
  }

  /**
   * Makes the bundle of the workload's hosts, and delivers it. It may be called again with options that were not given before.
   *
   * @throws MSEG3001 if other options were given before, or another construct in this stack makes its bundle; MSEG3002 and
   * MSEG3003 if it is none of this policy's own.
   */
  public protect(workload: Workload, options: LinuxProtectOptions = {}): void {
    const { instances } = options;
    const { workloadId: id, node: { path } } = workload;
    const known = this.instances.get(id) ?? instances;
    if (instances && JSON.stringify(known) !== JSON.stringify(instances)) {
      fail('MSEG3001', path, `instances are ${JSON.stringify(known)} and ${JSON.stringify(instances)} at ${this.node.path}`);
    }
    const fresh = !this.point.workloads.includes(id);
    this.point.protect(workload, options);
    if (known) this.instances.set(id, known);
    if (!fresh) return;
    // Even where nobody delivers it: without it, nothing in the stack would refer to the values of other stacks.
    const book = this.addressBookOf(workload);
    this.systemsManager?.deliver(workload, book, () => this.instancesOf(workload));
  }

  /**
   * The address book of the workload's hosts with its deploy-time values filled in, for a delivery of your own: `microseg-agent
   * apply BUNDLE ADDRESSES`. Empty where there are none. The workload counts as protected.
   *
   * @throws MSEG3002, MSEG3003
   */
  public addressBook(workload: Workload): string {
    this.protect(workload);
    return this.addressBookOf(workload).asString;
  }

  /**
   * User data with which a host puts its bundle in force when it first boots, in any cloud whose images have cloud-init: a shell
   * script. The bundle that it carries has some 16 KB: on EC2, use {@link userDataBase64}. The workload counts as protected.
   *
   * The first rules are confirmed by the script itself, after a probe if there is one: before them the host had none to go back
   * to. A host that refuses its bundle has no rules, and cloud-init reports the failure.
   *
   * @throws MSEG3002, MSEG3003; MSEG4032 for a URL that is none; at synthesis MSEG4033 if it is too long for the cloud.
   */
  public userData(workload: Workload, options: LinuxUserDataOptions = {}): string {
    return this.userDataLocal(workload, options, false).asString;
  }

  /**
   * The same as gzip in base64, for `user_data_base64` of EC2 instances, `user_data` of launch templates and `custom_data` of
   * Azure: cloud-init unpacks it.
   *
   * @throws the same
   */
  public userDataBase64(workload: Workload, options: LinuxUserDataOptions = {}): string {
    return this.point.family.core.Fn.base64gzip(this.userDataLocal(workload, options, true).asString);
  }

  /** Tags by which Systems Manager finds the workload's instances, unless `protect` named others. */
  public instanceTags(workload: Workload): { [tag: string]: string } {
    return SystemsManager.tags(workload);
  }

  /**
   * IAM policy, as JSON, that lets instances of the workload fetch their bundle and nothing else. What the SSM agent needs beside
   * it is `AmazonSSMManagedInstanceCore`.
   *
   * @throws MSEG4034 without a delivery by Systems Manager
   */
  public instancePolicy(workload: Workload): string {
    if (this.systemsManager === undefined) return fail('MSEG4034', this.node.path, `a policy for the instances of ${workload.workloadId}`);
    return this.systemsManager.instancePolicy(workload);
  }

  /**
   * Says where hosts find a workload whose address is known at deploy time only, as `peerAddresses` does. Hosts know each other
   * by address only, so workloads that are protected here need one as well.
   *
   * @throws MSEG3002; MSEG3403 if the address is known already.
   */
  public addPeerAddress(peerAddress: PeerAddress): void {
    this.point.addPeerAddress(peerAddress);
  }

  private instancesOf(workload: Workload): SystemsManagerTarget[] {
    return this.instances.get(workload.workloadId)
      ?? Object.entries(SystemsManager.tags(workload)).map(([tag, value]) => ({ key: `tag:${tag}`, values: [value] }));
  }

  private addressBookOf({ workloadId: id }: Workload) {
    return this.local(`addresses-of-${id}`, () => this.point.host(id).bundle.addressBook ?? '');
  }

  private userDataLocal(workload: Workload, options: LinuxUserDataOptions, compressed: boolean) {
    const { workloadId: id } = workload;
    checkBundleUrl(options.bundleUrl, this.node.path);
    this.protect(workload);
    const wish: UserDataWish = { ...options, workload: id, compressed };
    const number = this.point.addWish(workload, wish);
    const book = this.point.family.core.Fn.base64encode(this.addressBookOf(workload).asString);
    return this.local(`user-data-${number}-${id}`, () => ownText(userDataScript(this.point.host(id).bundle, wish, book)));
  }

  /** A local is what other stacks can refer to before anybody knows what is in it. */
  private local(id: string, make: () => string) {
    const { core: { TerraformLocal, Lazy } } = this.point.family;
    const known = this.node.tryFindChild(id) as InstanceType<typeof TerraformLocal> | undefined;
    return known ?? new TerraformLocal(this, id, Lazy.stringValue(atSynthesis(make, '')));
  }
}
