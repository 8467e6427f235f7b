import { Construct } from 'constructs';
import { CompiledPolicy } from '../../../compiler';
import { IpFamily } from '../../../model/peer';
import { Workload } from '../../../model/workload';
import { GOOGLE_DEFAULT_LIMITS } from '../../../platforms/gcp/limits';
import { planGoogleFirewall } from '../../../platforms/gcp/plan';
import { GoogleFirewallPlan, PeerAddress } from '../../../platforms/gcp/plan-types';
import { OpaqueAddress } from '../../../platforms/network-range';
import { fail, Problem } from '../../../support/errors';
import { opaqueUses } from '../../opaque-uses';
import { EnforcementPoint } from '../enforcement-point';
import { withLimits } from '../limits';
import { monitorScopeRanges } from '../monitor-scope';
import { GoogleFirewallProps, GoogleFirewallProtectOptions, GoogleIdentity, PeerAddressGroup } from './google-firewall-props';
import { resourceName } from './names';
import { firewallRuleEntries, policyRuleEntries } from './rule-entries';
import { addFirewallRules, addPolicyRules } from './rule-resources';
import { SecureTags } from './secure-tags';

/** The option that says what identifies a workload. */
const OPTIONS: Record<GoogleIdentity, keyof GoogleFirewallProtectOptions & ('secureTag' | 'networkTag' | 'serviceAccount')> = {
  [GoogleIdentity.SECURE_TAGS]: 'secureTag',
  [GoogleIdentity.NETWORK_TAGS]: 'networkTag',
  [GoogleIdentity.SERVICE_ACCOUNTS]: 'serviceAccount',
};

interface Protected {
  readonly identity: string;
  otherTags?: number;
}

/** What stands behind a `GoogleFirewall` construct. */
export class GoogleFirewallPoint extends EnforcementPoint<GoogleFirewallPlan> {
  public readonly platform = 'gcp';
  public readonly monitorScope;
  /** For secure tags. */
  public readonly firewallPolicyName?: string;
  /** Every rule that shows what enforcing would block is logged by itself. */
  public readonly warnings: readonly Problem[] = [];

  private readonly kind: GoogleIdentity;
  private readonly secureTags: SecureTags;
  private readonly protects = new Map<string, Protected>();
  /** Identity of identities, with the first of those that are the same. */
  private readonly identities = new Map<string, string>();
  private readonly addressGroups = new Map<string, OpaqueAddress[]>();

  public constructor(construct: Construct, private readonly props: GoogleFirewallProps) {
    super(construct, props.policy);
    const { identity = GoogleIdentity.SECURE_TAGS, network, project, firewallPolicyName, tagParent } = props;
    const { policyId: policy } = props.policy;
    this.kind = identity;
    this.monitorScope = monitorScopeRanges(this.path, props.monitorScope, props.monitorScopeIpv6);
    this.secureTags = new SecureTags(construct, this.family, { enforcementPoint: this.path, policy, network, tagParent });
    const common = { name: resourceName(this.path, policy), network, project };
    if (identity === GoogleIdentity.SECURE_TAGS) {
      const rules = () => policyRuleEntries(this.enforcement.content);
      this.firewallPolicyName = addPolicyRules(construct, this.family, { ...common, firewallPolicyName, rules });
    } else {
      addFirewallRules(construct, this.family, { ...common, rules: () => firewallRuleEntries(this.enforcement.content) });
    }
  }

  public get workloads(): readonly string[] {
    return [...this.protects.keys()];
  }

  public get network(): string {
    return `gcp ${this.identityOf(this.props.network)}`;
  }

  public get opaqueUses(): readonly (readonly [string, string])[] {
    const { policy, content } = this.enforcement;
    const used = new Set(content.rules.flatMap(({ ranges, addressGroups }) => [...ranges, ...addressGroups]));
    return opaqueUses({ policy, peerAddresses: this.plannedAddresses, monitorScope: this.monitorScope }, used);
  }

  /** @throws MSEG3001, MSEG3002, MSEG3003, MSEG3308, MSEG3311 */
  public protect(workload: Workload, options: GoogleFirewallProtectOptions = {}): void {
    this.requireManaged(workload);
    const { workloadId: id, node: { path } } = workload;
    const given = this.givenIdentity(path, options);
    const known = this.protects.get(id);
    if (known === undefined) {
      this.change(workload, () => this.protects.set(id, { identity: this.canonical(given ?? this.newIdentity(workload)) }));
    } else if (given !== undefined && this.canonical(given) !== known.identity) {
      fail('MSEG3001', path, `it is known as ${known.identity} and as ${given} at ${this.path}`);
    }
    if (options.otherTags !== undefined) this.countTags(workload, this.protects.get(id)!, options.otherTags);
  }

  /** What the workload is known by. @throws MSEG3311 where that is of another kind */
  public identityOfWorkload(workload: Workload, kind: GoogleIdentity): string {
    if (kind !== this.kind) fail('MSEG3311', workload.node.path, `${this.path} knows workloads by ${OPTIONS[this.kind]}`);
    this.protect(workload);
    return this.protects.get(workload.workloadId)!.identity;
  }

  /** @throws MSEG3002 */
  public addPeerAddressGroup({ workload, addressGroupId: value, family }: PeerAddressGroup): void {
    this.requireOwn(workload);
    const { workloadId: id } = workload;
    const group: OpaqueAddress = { value, family: family === IpFamily.IPV6 ? 6 : 4 };
    this.change(workload, () => this.addressGroups.set(id, [...this.addressGroups.get(id) ?? [], group]));
  }

  protected plan(policy: CompiledPolicy): GoogleFirewallPlan {
    return planGoogleFirewall({
      policy,
      enforcementPoint: this.path,
      identity: this.kind,
      protects: [...this.protects].map(([workload, { identity, otherTags = 0 }]) => ({ workload, identity, otherTags })),
      peerAddresses: this.plannedAddresses,
      limits: withLimits(GOOGLE_DEFAULT_LIMITS, this.props.limits),
      monitorScope: this.monitorScope,
    });
  }

  /** Addresses and address groups of other workloads. */
  private get plannedAddresses(): { [workload: string]: PeerAddress[] } {
    const planned = new Map<string, PeerAddress[]>(Object.entries(this.peerAddresses));
    for (const [id, groups] of this.addressGroups) {
      planned.set(id, [...planned.get(id) ?? [], ...groups.map((group) => ({ ...group, addressGroup: true }))]);
    }
    return Object.fromEntries(planned);
  }

  private givenIdentity(path: string, options: GoogleFirewallProtectOptions): string | undefined {
    const own = OPTIONS[this.kind];
    const foreign = Object.values(OPTIONS).find((option) => option !== own && options[option] !== undefined);
    if (foreign !== undefined) fail('MSEG3311', path, `${this.path} knows workloads by ${own}, and is given a ${foreign}`);
    return options[own];
  }

  private newIdentity({ workloadId, node: { path } }: Workload): string {
    if (this.kind === GoogleIdentity.SECURE_TAGS) return this.secureTags.addTag(workloadId);
    if (this.kind === GoogleIdentity.NETWORK_TAGS) return resourceName(this.path, this.policy.policyId, workloadId);
    return fail('MSEG3311', path, `${this.path} knows workloads by serviceAccount, and is given none`);
  }

  /** A framework may make a new token each time it is asked for one value. */
  private canonical(identity: string): string {
    const key = this.identityOf(identity);
    if (!this.identities.has(key)) this.identities.set(key, identity);
    return this.identities.get(key)!;
  }

  private countTags(workload: Workload, own: Protected, otherTags: number): void {
    if (otherTags === own.otherTags) return;
    const { path } = workload.node;
    if (!Number.isInteger(otherTags) || otherTags < 0) fail('MSEG3308', path, `${otherTags} is no number of other tags`);
    if (own.otherTags !== undefined) fail('MSEG3001', path, `otherTags is ${own.otherTags} and ${otherTags} at ${this.path}`);
    this.change(workload, () => { own.otherTags = otherTags; });
  }
}
