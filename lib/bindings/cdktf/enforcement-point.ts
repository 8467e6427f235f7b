import { Construct } from 'constructs';
import { checkInvariants } from '../../analysis/invariants';
import { Site } from '../../analysis/sites';
import { ambiguousNames, CompiledPolicy, compilePolicy, EnforcementPointEntry, ManifestInvariant } from '../../compiler';
import { SegmentationPolicy } from '../../model/policy';
import { Workload } from '../../model/workload';
import { manifestScope, NetworkRange, OpaqueAddress } from '../../platforms/network-range';
import { isToken } from '../../support/deploy-time';
import { fail, Problem } from '../../support/errors';
import { GatheredProblems } from '../../support/gathered-problems';
import { compareText } from '../../support/order';
import { identityOf } from './deploy-time-values';
import { TerraformFamily } from './family';
import type { PeerAddress } from './peer-address';

/** A file that is written at synthesis. */
export interface PlacedFile {
  /** Below the directory of the stack. */
  readonly path: string;
  readonly content: string | Buffer;
}

/** A policy as it stands, and what one enforcement point makes of it. */
export interface Enforcement<Content> {
  readonly policy: CompiledPolicy;
  readonly invariants: readonly ManifestInvariant[];
  readonly content: Content;
}

/**
 * What stands behind the construct of an enforcement point, on whatever platform. It is kept apart from the constructs
 * because everything here speaks the types of a framework that users of the other framework do not have.
 *
 * `Content` is what the platform's resources are filled with. It is asked for several times during synthesis, and made once
 * for each state of the policy.
 */
export abstract class EnforcementPoint<Content = unknown> {
  /** As in manifests and reports. */
  public abstract readonly platform: string;

  /** The network's own ranges, admitted inbound while a workload is not in ENFORCE. */
  public abstract readonly monitorScope: readonly NetworkRange[];

  public readonly path: string;
  public readonly family: TerraformFamily;

  /** The revision that was written; absent until synthesis. */
  public written?: string;

  private readonly givenAddresses = new Map<string, OpaqueAddress[]>();

  private changes = 0;
  private known?: { readonly revision: string; readonly enforcement: Enforcement<Content> };

  public constructor(public readonly construct: Construct, public readonly policy: SegmentationPolicy) {
    this.path = construct.node.path;
    this.family = TerraformFamily.of(construct);
  }

  /** Ids of the workloads protected here. */
  public abstract get workloads(): readonly string[];

  /** Text that is equal for enforcement points of one network; absent where there is no network, as on hosts. */
  public abstract get network(): string | undefined;

  /** The deploy-time values that rules use: peer key (`token:office`, `group:Ledger`, `address:Ledger`) and value. */
  public abstract get opaqueUses(): readonly (readonly [key: string, value: string])[];

  /** What is worth a word about this enforcement point alone. */
  public abstract get warnings(): readonly Problem[];

  /** Where rules here find workloads of other enforcement points that they cannot name, by workload id. */
  protected get peerAddresses(): { [workload: string]: OpaqueAddress[] } {
    return Object.fromEntries(this.givenAddresses);
  }

  /** @throws SegmentationError with everything that the platform cannot take */
  protected abstract plan(policy: CompiledPolicy): Content;

  /** Changes whenever what is enforced may have changed. */
  public get revision(): string {
    return `${this.policy._revision} ${this.changes}`;
  }

  /**
   * What is enforced as things stand.
   *
   * @throws SegmentationError with everything that is wrong with the policy; else with the invariants that do not hold and
   * everything that the platform cannot take.
   */
  public get enforcement(): Enforcement<Content> {
    const { revision } = this;
    if (this.known?.revision !== revision) this.known = { revision, enforcement: this.enforce() };
    return this.known.enforcement;
  }

  /** Files that belong beside the configuration of the stack, in the folder of their platform. */
  public get files(): readonly PlacedFile[] {
    return [];
  }

  public get site(): Site {
    return { path: this.path, network: this.network ?? this.path, ranges: this.monitorScope, workloads: this.workloads };
  }

  public get manifestEntry(): EnforcementPointEntry {
    return {
      platform: this.platform,
      path: this.path,
      monitorScope: manifestScope(this.monitorScope),
      // A Terraform app gives the ranges itself, and nobody knows whether there are others.
      wholeNetwork: false,
      workloads: [...this.workloads].sort(compareText),
    };
  }

  /** @throws MSEG3002, MSEG3403 */
  public addPeerAddress(peerAddress: PeerAddress): void {
    const { workload, ipv4Blocks = [], ipv6Blocks = [] } = peerAddress;
    this.requireOwn(workload);
    const known = [...ipv4Blocks, ...ipv6Blocks].find((value) => !isToken(value));
    if (known !== undefined) fail('MSEG3403', workload.node.path, `${this.path} is given ${known} for it`);
    const opaque = (family: 4 | 6) => (value: string): OpaqueAddress => ({ value, family });
    this.change(workload, () => {
      const before = this.givenAddresses.get(workload.workloadId) ?? [];
      this.givenAddresses.set(workload.workloadId, [...before, ...ipv4Blocks.map(opaque(4)), ...ipv6Blocks.map(opaque(6))]);
    });
  }

  public identityOf(value: string): string {
    return identityOf(this.family, value);
  }

  protected change(workload: Workload, apply: () => void): void {
    if (this.written !== undefined) fail('MSEG3013', workload.node.path, `${this.path} is synthesized already`);
    apply();
    this.changes += 1;
  }

  protected requireOwn(workload: Workload): void {
    if (workload.policy !== this.policy) fail('MSEG3002', workload.node.path, `${this.path} enforces ${this.policy.node.path}`);
  }

  protected requireManaged(workload: Workload): void {
    this.requireOwn(workload);
    if (!workload.managed) fail('MSEG3003', workload.node.path, 'it was added with addUnmanagedWorkload');
  }

  private enforce(): Enforcement<Content> {
    const policy = compilePolicy(this.policy);
    const invariants = checkInvariants(policy);
    const problems = new GatheredProblems();
    problems.add(...ambiguousNames(policy, (value) => this.identityOf(value)));
    problems.add(...brokenInvariants(policy, invariants), ...this.missingScope(policy));
    const content = problems.attempt(() => this.plan(policy));
    problems.throwIfAny();
    return { policy, invariants, content: content! };
  }

  /** Without the network's ranges a workload that is not enforced would be blocked, which is what its mode rules out. */
  private missingScope(policy: CompiledPolicy): Problem[] {
    if (this.network === undefined || this.monitorScope.length > 0) return [];
    const here = new Set(this.workloads);
    const open = policy.workloads.filter(({ id, mode }) => here.has(id) && mode !== 'enforce').map(({ id, mode }) => `${id} (${mode})`);
    return open.length === 0 ? [] : [{ code: 'MSEG3012', where: this.path, message: `workloads are not in ENFORCE: ${open.join(', ')}` }];
  }
}

function brokenInvariants(policy: CompiledPolicy, invariants: readonly ManifestInvariant[]): Problem[] {
  return invariants
    .filter(({ holds }) => !holds)
    .map(({ description, counterexamples }) => ({ code: 'MSEG2006', where: policy.path, message: `${description}: ${counterexamples.join('; ')}` }));
}
