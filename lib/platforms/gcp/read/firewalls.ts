import { Problem } from '../../../support/errors';
import { Scope } from '../../terraform/evaluate';
import { ResourceBody, Stack } from '../../terraform/stack';
import { World } from '../../terraform/world';
import { firewallRule, Place } from './firewall-rules';
import { Level, NetworkName, ReadFirewalls, ReadRule } from './model';
import { INNER_RULE, policyRule, RULE } from './policy-rules';
import { RuleReader, unreadable } from './rule-reader';

const POLICY = /^google_compute_(region_)?network_firewall_policy$/;
const WITH_RULES = /^google_compute_(region_)?network_firewall_policy_with_rules$/;
const POLICY_RULE = /^google_compute_(region_)?network_firewall_policy_rule$/;
const ASSOCIATION = /^google_compute_(region_)?network_firewall_policy_association$/;
/** Rules of a folder or organisation. Which networks these hold no file tells. */
const HIERARCHICAL = /^google_compute_(firewall_policy_(rule|with_rules)|organization_security_policy_rule)$/;

type Found = Omit<ReadFirewalls, 'artifacts' | 'carriers'>;

/** One instance of a resource. */
interface Item {
  readonly resource: ResourceBody;
  readonly scope: Scope;
  readonly place: Place;
}

/** All rules of the files, and what they are in force for. */
export function readFirewalls(world: World, problems: Problem[]): Found {
  return new Firewalls(world, new RuleReader(world, problems)).read();
}

class Firewalls {
  private readonly rules: ReadRule[] = [];
  private readonly associations = new Map<string, NetworkName[]>();
  private readonly knownPolicies = new Set<string>();
  private readonly policiesFirst: NetworkName[] = [];

  public constructor(private readonly world: World, private readonly reader: RuleReader) {}

  public read(): Found {
    for (const stack of this.world.stacks) {
      for (const resource of stack.resources.filter(({ type }) => type.startsWith('google_compute_'))) this.readResource(stack, resource);
    }
    const { rules, associations, knownPolicies, policiesFirst } = this;
    return { rules, associations, knownPolicies, policiesFirst };
  }

  private readResource(stack: Stack, resource: ResourceBody): void {
    const { type, name } = resource;
    const visit = this.visitor(type);
    if (visit === undefined) return;
    const container = `${stack.file}#${type}.${name}`;
    this.reader.attempt(container, () => {
      const instances = this.world.instances(stack, resource) ?? unreadable('how many there are cannot be evaluated');
      for (const { address, scope } of instances) visit({ resource, scope, place: { where: `${stack.file}#${address}`, container, artifact: stack.file, stack } });
    });
  }

  /** What a resource of the type is read by; undefined for what has nothing to do with firewalls. */
  private visitor(type: string): ((item: Item) => void) | undefined {
    if (type === 'google_compute_firewall') return (item) => this.addFirewallRule(item);
    if (type === 'google_compute_network') return (item) => this.addNetwork(item);
    if (POLICY.test(type)) return ({ place }) => this.knownPolicies.add(place.where);
    if (WITH_RULES.test(type)) return (item) => this.addPolicyWithRules(item);
    if (POLICY_RULE.test(type)) return (item) => this.addPolicyRule(item);
    if (ASSOCIATION.test(type)) return (item) => this.addAssociation(item);
    return HIERARCHICAL.test(type) ? (item) => this.refuseHierarchical(item) : undefined;
  }

  private addFirewallRule({ resource: { body }, scope, place }: Item): void {
    this.rules.push(...this.reader.attempt(place.where, () => firewallRule(this.reader, body, scope, place)));
  }

  private addPolicyRule({ resource: { type, body }, scope, place }: Item): void {
    const policy = this.reader.names.policy(body.firewall_policy, scope);
    this.rules.push(...this.reader.attempt(place.where, () => policyRule(this.reader, RULE, body, scope, policy, levelOf(type), place)));
  }

  private addPolicyWithRules({ resource: { type, body }, scope, place }: Item): void {
    this.knownPolicies.add(place.where);
    for (const { body: rule, scope: inner } of this.reader.blocks(body, 'rule', scope)) {
      const read = () => policyRule(this.reader, INNER_RULE, rule, inner, place.where, levelOf(type), place);
      this.rules.push(...this.reader.attempt(place.where, read));
    }
  }

  private addAssociation({ resource: { body }, scope }: Item): void {
    const policy = this.reader.names.policy(body.firewall_policy, scope);
    const network = this.reader.names.network(body.attachment_target, scope) ?? unreadable('it names no network');
    this.associations.set(policy, [...this.associations.get(policy) ?? [], network]);
  }

  private addNetwork({ resource: { body }, scope, place }: Item): void {
    const order = this.reader.word(body, 'network_firewall_policy_enforcement_order', scope, 'AFTER_CLASSIC_FIREWALL');
    if (order !== 'BEFORE_CLASSIC_FIREWALL') return;
    const name = this.reader.value(body, 'name', scope);
    this.policiesFirst.push({ key: place.where, ...(typeof name === 'string' && { name }) });
  }

  private refuseHierarchical({ resource: { body }, scope }: Item): void {
    if (body.action !== undefined && this.reader.flag(body, 'disabled', scope)) return;
    if (this.reader.word(body, 'action', scope, '') === 'GOTO_NEXT') return;
    unreadable('it is a rule of a folder or organisation, and nobody can tell from here for which networks');
  }
}

function levelOf(type: string): Level {
  return type.startsWith('google_compute_region_') ? 'regional' : 'global';
}
