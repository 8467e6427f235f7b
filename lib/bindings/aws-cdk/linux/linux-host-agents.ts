import { Aspects, attachCustomSynthesis, aws_ec2 as ec2, aws_iam as iam, IResolveContext, Lazy, Stack } from 'aws-cdk-lib';
import { Construct, IConstruct } from 'constructs';
import { SegmentationPolicy } from '../../../model/policy';
import { Workload } from '../../../model/workload';
import { OpaqueAddress } from '../../../platforms/network-range';
import { isToken } from '../../../support/deploy-time';
import { fail, problemText } from '../../../support/errors';
import { compareText } from '../../../support/order';
import { managementOf, ProtectedHosts } from '../../linux/host-request';
import { lateDeclarations } from '../compiled-for';
import { writeManifestOf } from '../manifest-file';
import { Enforced, pointsBeside, register } from '../registry';
import { warnOf } from '../warnings';
import { HostsDeployment, isNumberOrPercentage, readStatements } from './hosts-deployment';
import { LinuxHostAgentsProps, LinuxProtectOptions } from './linux-host-agents-props';
import { PeerAddress } from './peer-address';
import { roleOf, WorkloadHosts } from './workload-hosts';

/**
 * Enforces a policy on Linux hosts, by nftables and a light agent, whatever network they are in.
 *
 *     const agents = new LinuxHostAgents(stack, 'Agents', { policy, management: [{ cidr: '10.0.9.0/28' }] });
 *     agents.protect(web, webFleet);
 *     agents.addPeerAddress({ workload: ledger, ipv4Blocks: [ledgerHost.instancePrivateIp] });
 *
 * Synthesis makes a bundle for each workload, an asset. State Manager associations of AWS Systems Manager have the instances fetch,
 * verify, apply and confirm it, and their roles may read it. Addresses that are known at deployment only stand in the association; the
 * bundle never changes with them. Nothing but an address is taken for one: the agent refuses a book in which a value is anything else,
 * and the host keeps the rules that it has.
 *
 * Instances need the SSM agent, the AWS CLI, and, in ENFORCE, flows to what these need: instance metadata, name resolution, Systems
 * Manager and S3. Rules under which a host cannot fetch its bundle again are not kept.
 *
 * Put it in a stack that may refer to those of the hosts, as it names instances and roles: on top of them, or in the same one.
 */
export class LinuxHostAgents extends Construct {
  /** What is enforced. */
  public readonly policy: SegmentationPolicy;

  /** @internal */
  public readonly _props: LinuxHostAgentsProps;

  /** @internal */
  public readonly _protected = new ProtectedHosts();

  private readonly hosts = new Map<string, WorkloadHosts>();
  private readonly peerAddresses: { [workload: string]: OpaqueAddress[] } = {};
  /** Stacks in which the script of a workload stands, by workload. */
  private readonly scriptsIn = new Map<string, Set<Stack>>();
  private deployment?: HostsDeployment;

  /**
   * @throws MSEG1007 if another policy with the same id is enforced in the app; MSEG3002 and MSEG3403 as `addPeerAddress`; MSEG4063
   * for an association that Systems Manager would refuse.
   */
  public constructor(scope: Construct, id: string, props: LinuxHostAgentsProps) {
    super(scope, id);
    this.policy = props.policy;
    this._props = props;
    checkAssociation(this, props);
    props.peerAddresses?.forEach((peerAddress) => this.addPeerAddress(peerAddress));
    register(this);
    Aspects.of(this).add({ visit: (node) => this.deployOnce(node) });
    this.node.addValidation({ validate: () => lateDeclarations(this, this.deployment!.compiled).map(problemText) });
    attachCustomSynthesis(this, { onSynthesize: ({ outdir }) => this.write(outdir) });
  }

  /**
   * Protects hosts of the workload: an instance, the instances of an Auto Scaling group, or, with `targets`, whatever hosts have the
   * role that is given in their place. It may be called again for further hosts.
   *
   * @throws MSEG3001 if other container interfaces were given before; MSEG3002 and MSEG3003 if the workload is none of this policy's
   * own; MSEG4060 for hosts without a role, MSEG4061 for what is no host, MSEG4062 for hosts of another workload.
   */
  public protect(workload: Workload, hosts: iam.IGrantable, options: LinuxProtectOptions = {}): void {
    this.take(workload, options);
    const known = this.hosts.get(workload.workloadId) ?? new WorkloadHosts(workload);
    known.add(hosts, options);
    this.hosts.set(workload.workloadId, known);
    this.noteScript(workload.workloadId, Stack.of(this));
  }

  /**
   * User data with which a host without Systems Manager puts its bundle in force when it first boots. The role of the host is let read
   * the bundle. A host takes new rules when it is replaced only; with `protect` as well, it takes them with every deployment.
   *
   * To run something else, too, make it a part: `MultipartUserData.addUserDataPart(agents.userData(web, role))`.
   *
   * @throws MSEG3001, MSEG3002, MSEG3003, MSEG4060 as `protect`
   */
  public userData(workload: Workload, role: iam.IGrantable): ec2.UserData {
    const { workloadId: id } = workload;
    const fetching = roleOf(role, workload);
    this.take(workload, {});
    // In the stack that publishes before the host boots.
    const assets = () => this.deployment?.assetsIn(Stack.of(fetching), id);
    const statements = readStatements(this, Lazy.list({ produce: () => assets()?.arns ?? [] }));
    statements.forEach((statement) => fetching.addToPrincipalPolicy(statement));
    return ec2.UserData.custom(Lazy.uncachedString({
      produce: ({ scope }: IResolveContext) => {
        this.noteScript(id, Stack.of(scope));
        return assets()?.script ?? '';
      },
    }));
  }

  /**
   * Says where hosts find a workload whose address is known at deploy time only, as `peerAddresses` does. Hosts know each other
   * by address only, so workloads that are protected here need one as well.
   *
   * @throws MSEG3002; MSEG3403 if the address is known already; MSEG3013 after synthesis
   */
  public addPeerAddress(peerAddress: PeerAddress): void {
    const { workload, ipv4Blocks = [], ipv6Blocks = [] } = peerAddress;
    this.requireOwn(workload);
    const known = [...ipv4Blocks, ...ipv6Blocks].find((value) => !isToken(value));
    if (known !== undefined) fail('MSEG3403', workload.node.path, `${this.node.path} is given ${known} for it`);
    const opaque = (family: 4 | 6) => (value: string): OpaqueAddress => ({ value, family });
    const before = this.peerAddresses[workload.workloadId] ?? [];
    this.peerAddresses[workload.workloadId] = [...before, ...ipv4Blocks.map(opaque(4)), ...ipv6Blocks.map(opaque(6))];
  }

  /** @internal */
  public get _workloads(): readonly string[] {
    return this._protected.workloads;
  }

  /** @internal */
  public get _enforced(): Enforced | undefined {
    if (this.deployment === undefined) return undefined;
    const { deployment } = this;
    const scripts = [...this.scriptsIn].flatMap(([workload, stacks]) => [...stacks].map((stack) => ({ workload, stack })));
    const entry = {
      platform: 'linux',
      path: this.node.path,
      monitorScope: [],
      wholeNetwork: false,
      management: managementOf(this._props),
      workloads: [...this._workloads].sort(compareText),
    };
    const opaqueUses = scripts.flatMap(({ workload, stack }) => deployment.opaqueUses(workload, stack));
    return { compiled: deployment.compiled, invariants: deployment.invariants, entry, opaqueUses };
  }

  private take(workload: Workload, options: LinuxProtectOptions): void {
    this.requireOwn(workload);
    if (!workload.managed) fail('MSEG3003', workload.node.path, 'it was added with addUnmanagedWorkload');
    this._protected.protect(workload, options);
  }

  private requireOwn(workload: Workload): void {
    if (workload.policy !== this.policy) fail('MSEG3002', workload.node.path, `${this.node.path} enforces ${this.policy.node.path}`);
    if (this.deployment) fail('MSEG3013', workload.node.path, `${this.node.path} is synthesized already`);
  }

  private noteScript(workload: string, stack: Stack): void {
    this.scriptsIn.set(workload, (this.scriptsIn.get(workload) ?? new Set()).add(stack));
  }

  private deployOnce(node: IConstruct): void {
    if (node !== this || this.deployment !== undefined) return;
    this.deployment = new HostsDeployment(this, this.peerAddresses);
    for (const [workload, hosts] of this.hosts) this.deployment.deliver(workload, hosts);
    warnOf(this, this.deployment.compiled);
  }

  private write(directory: string): void {
    this.deployment?.write(directory);
    const points = pointsBeside(this);
    if (points[0] === this) writeManifestOf(points, directory);
  }
}

const WAIT_SECONDS = { least: 15, most: 172_800 };

function checkAssociation(point: LinuxHostAgents, { association = {} }: LinuxHostAgentsProps): void {
  const { maxConcurrency = '1', maxErrors = '0', waitForSuccess } = association;
  const wrong = (what: string) => fail('MSEG4063', point.node.path, what);
  if (!isNumberOrPercentage(maxConcurrency, 1)) wrong(`maxConcurrency is ${JSON.stringify(maxConcurrency.slice(0, 100))}`);
  if (!isNumberOrPercentage(maxErrors, 0)) wrong(`maxErrors is ${JSON.stringify(maxErrors.slice(0, 100))}`);
  const seconds = waitForSuccess?.toSeconds({ integral: false }) ?? WAIT_SECONDS.least;
  if (!(Number.isInteger(seconds) && seconds >= WAIT_SECONDS.least && seconds <= WAIT_SECONDS.most)) wrong(`the deployment waits ${seconds} seconds`);
}
