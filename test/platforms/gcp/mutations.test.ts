import { EnforcementMode, Peer, Service } from '../../../lib/model';
import { PlannedRule } from '../../../lib/platforms/gcp/plan-types';
import { GoogleTerraformReader } from '../../../lib/platforms/gcp/read-terraform';
import { payments } from '../../model/policies';
import { admitted, directoryOf } from '../aws/read/artifacts';
import { IDENTITIES, planOf } from './plans';
import { rendered } from './render';

type Rule = { [name: string]: unknown };
type Json = { resource: { [type: string]: { [name: string]: Rule } } };

/** Each undoes a rule. */
const MUTATIONS: { readonly [name: string]: (rule: Rule) => Rule | undefined } = {
  'it is missing': () => undefined,
  'it is disabled': (rule) => ({ ...rule, disabled: true }),
  'it stands for nobody': (rule) => replaced(rule, /^target_/, (targets) => (targets as unknown[]).map((target) => (
    typeof target === 'string' ? 'nobody' : { name: 'nobody' }))),
  'its action is turned': ({ action, allow, deny, ...rule }) => (
    { ...rule, action: action === 'allow' ? 'deny' : 'allow', ...(allow ? { deny: allow } : { allow: deny }) }),
};
/** Each changes a rule of a flow, but not every other one. */
const CHANGES: typeof MUTATIONS = {
  'it is behind everything': (rule) => ({ ...rule, priority: rule.action === undefined ? 65535 : 2147483000 }),
  'it admits all ports': (rule) => replaced(rule, /^ports$/, () => []),
  'it is for the whole network': (rule) => replaced(rule, /^target_/, () => []),
  'it is for the other direction': (rule) => (
    { ...rule, direction: rule.direction === 'INGRESS' ? 'EGRESS' : 'INGRESS', ...swapped(rule) }),
};

function replaced(value: Rule, name: RegExp, by: (content: unknown) => unknown): Rule {
  const visit = (key: string, content: unknown): unknown => {
    if (name.test(key)) return by(content);
    if (Array.isArray(content)) return content.map((each: unknown) => visit('', each));
    return content !== null && typeof content === 'object' ? replaced(content as Rule, name, by) : content;
  };
  return Object.fromEntries(Object.entries(value).map(([key, content]) => [key, visit(key, content)]));
}

/** A rule of the other direction has no identities: it is for every address then. */
function swapped({ match, source_ranges, destination_ranges }: Rule): Rule {
  const nobody = { source_tags: [], source_service_accounts: [] };
  if (match === undefined) return { ...nobody, source_ranges: destination_ranges, destination_ranges: source_ranges };
  const { src_ip_ranges, dest_ip_ranges, layer4_configs } = match as Rule;
  return { match: { layer4_configs, src_ip_ranges: dest_ip_ranges, dest_ip_ranges: src_ip_ranges } };
}

function read(content: Json): unknown {
  return admitted(new GoogleTerraformReader().read(directoryOf({ 'app/cdk.tf.json': content })));
}

describe.each(IDENTITIES)('workloads known by %s', (identity) => {
  const policy = payments({ mode: EnforcementMode.ENFORCE });
  const ledger = policy.addWorkload('Ledger', { services: [Service.tcp(5432)], addresses: ['10.0.2.0/24'] });
  const web = policy.addWorkload('Web', { services: [Service.tcp(443)] });
  web.allowFrom(Peer.cidr('192.0.2.0/24'));
  web.allowTo(ledger);
  const plan = planOf(policy, { identity });
  const content = rendered(plan) as unknown as Json;
  const type = plan.form === 'policyRules' ? 'google_compute_network_firewall_policy_rule' : 'google_compute_firewall';
  const asPlanned = read(content);

  const mutated = (rule: PlannedRule, mutation: (body: Rule) => Rule | undefined, without: readonly string[] = []): unknown => {
    const { [rule.id]: body, ...others } = content.resource[type];
    const change = mutation(body);
    const rules = Object.entries(change ? { ...others, [rule.id]: change } : others).filter(([id]) => !without.includes(id));
    return read({ resource: { ...content.resource, [type]: Object.fromEntries(rules) } });
  };
  const ofRole = (role: PlannedRule['role']) => plan.rules.filter((rule) => rule.role === role);

  test.each(Object.entries({ ...MUTATIONS, ...CHANGES }))('GIVEN a rule of a flow of which %s WHEN read THEN it shows', (_, mutation) => {
    expect(ofRole('flow')).toHaveLength(3);
    for (const rule of ofRole('flow')) expect(mutated(rule, mutation)).not.toEqual(asPlanned);
  });

  test.each(Object.entries(MUTATIONS))('GIVEN a rule that denies everything outbound of which %s WHEN read THEN it shows', (_, mutation) => {
    // Scope rules of an enforced workload deny the same.
    const scope = ofRole('scope').map(({ id }) => id);
    for (const rule of ofRole('deny').filter(({ end }) => end === 'egress')) expect(mutated(rule, mutation, scope)).not.toEqual(asPlanned);
  });
});
