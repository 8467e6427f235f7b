import { AddressSet } from '../../algebra';
import { CompiledPolicy, CompiledWorkload } from '../../compiler';
import { stableId } from '../../support/stable-id';
import { NetworkRange } from '../network-range';
import { Chunk, chunksOf } from './chunks';
import { flowsText, ownership, ruleDescription } from './description';
import { layer4Text } from './layer4';
import { identityLimits, IdentityLimits } from './limits';
import { named, NamedPeer, Need, NeedPeers, PeerKind, peersOfNeed } from './needs';
import { End, GoogleFirewallRequest, Layer4, PlannedRule, ProtectedWorkload, RuleRole } from './plan-types';
import { ruleName } from './rule-name';

/** A rule that only lacks its priority. */
export type UnplacedRule = Omit<PlannedRule, 'priority'>;

const ENDS: readonly End[] = ['ingress', 'egress'];
const EVERYTHING: Layer4[] = [{ protocol: 'all', ports: [] }];
const SCOPE_KINDS: readonly PeerKind[] = ['ranges4', 'ranges6'];
const EVERYWHERE: readonly NeedPeers[] = [
  { kind: 'ranges4', literal: AddressSet.ANY_IPV4, named: [] },
  { kind: 'ranges6', literal: AddressSet.ANY_IPV6, named: [] },
];

/** What a rule is made of; the rest follows from it. */
interface Parts {
  readonly role: RuleRole;
  readonly end: End;
  readonly action: PlannedRule['action'];
  readonly layer4: Layer4[];
  readonly kind: PeerKind;
  readonly peers: readonly NamedPeer[];
  /** The workload of the rule, or the place of the chunk of workloads that share it. */
  readonly owner: { readonly workload: string } | { readonly place: string };
  readonly protects: readonly ProtectedWorkload[];
  readonly why: string;
}

/** Makes the rules of an enforcement point: what flows need, and beneath it what shuts the rest. */
export class RuleMaker {
  private readonly policy: CompiledPolicy;
  private readonly identities: IdentityLimits;

  public constructor(private readonly request: GoogleFirewallRequest) {
    this.policy = request.policy;
    this.identities = identityLimits(request.identity, request.limits);
  }

  /** The rule of a need, or several where its peers exceed one. */
  public flowRules(own: ProtectedWorkload, { end, layer4, kind, flows, peers }: Need): UnplacedRule[] {
    return this.rulesOf({
      role: 'flow', end, action: 'allow', layer4, kind, peers: peersOfNeed({ peers }), owner: own, protects: [own], why: flowsText(flows),
    });
  }

  /**
   * What is admitted until a workload is enforced, and logged then as before: anything from the network's own ranges, and
   * anything outbound. Enforcing turns the action and nothing else.
   */
  public scopeRules(own: ProtectedWorkload, { mode }: CompiledWorkload): UnplacedRule[] {
    const action = mode === 'enforce' ? 'deny' : 'allow';
    const scope = this.request.monitorScope.map(scopePeers);
    return ENDS.flatMap((end) => SCOPE_KINDS.flatMap((kind) => {
      const peers = (end === 'ingress' ? scope : EVERYWHERE).filter((each) => each.kind === kind);
      const why = end === 'ingress' ? 'Scope of monitoring: from the own network' : 'Scope of monitoring: outbound';
      return this.rulesOf({ role: 'scope', end, action, layer4: EVERYTHING, kind, peers: peersOfNeed({ peers }), owner: own, protects: [own], why });
    }));
  }

  /** Everything else is denied, both ways. These rules are the same for all workloads, which therefore share them. */
  public denyRules(): UnplacedRule[] {
    const keyed = this.request.protects.map((own) => ({ key: own.workload, own }));
    return chunksOf(keyed, this.identities.targetsPerRule).flatMap((owner) => ENDS.flatMap((end) => EVERYWHERE.flatMap((everywhere) => {
      const peers = peersOfNeed({ peers: [everywhere] });
      const protects = owner.items.map(({ own }) => own);
      return this.rulesOf({
        role: 'deny', end, action: 'deny', layer4: EVERYTHING, kind: everywhere.kind, peers, owner, protects, why: 'Default deny',
      });
    })));
  }

  /** One rule for each part of the peers. */
  private rulesOf(parts: Parts): UnplacedRule[] {
    return chunksOf(parts.peers, this.limitOf(parts.kind)).map((chunk) => this.rule(parts, chunk));
  }

  private rule({ role, end, action, layer4, kind, owner, protects, why }: Parts, { place, items }: Chunk<NamedPeer>): UnplacedRule {
    const workload = 'workload' in owner ? owner.workload : undefined;
    const holder = 'workload' in owner ? `workload ${owner.workload}` : `place ${owner.place}`;
    const id = stableId(this.policy.id, this.request.enforcementPoint, role, holder, end, kind, layer4Text(layer4), place);
    const values = items.map(({ value }) => value);
    return {
      id,
      name: ruleName(this.request, id, workload, role === 'scope' ? action : undefined),
      role,
      end,
      action,
      logged: role === 'scope',
      workloads: protects.map((own) => own.workload).sort(),
      targets: protects.map((own) => own.identity),
      layer4,
      ranges: kind.startsWith('ranges') ? values : [],
      identities: kind === 'identities' ? values : [],
      addressGroups: kind.startsWith('addressGroups') ? values : [],
      description: ruleDescription(ownership(this.policy.id, workload), why),
    };
  }

  private limitOf(kind: PeerKind): number {
    const { rangesPerRule, addressGroupsPerRule } = this.request.limits;
    if (kind === 'identities') return this.identities.sourcesPerRule;
    return kind.startsWith('ranges') ? rangesPerRule : addressGroupsPerRule;
  }
}

/** Called by its place, since a token reads differently in each run. */
function scopePeers(range: NetworkRange, index: number): NeedPeers {
  if (range.kind === 'token') return named(`ranges${range.family}`, `scope ${index}`, range.value);
  return { kind: range.kind === 'cidrIpv4' ? 'ranges4' : 'ranges6', literal: AddressSet.cidr(range.cidr), named: [] };
}
