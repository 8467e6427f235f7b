import { EnforcementMode, IpFamily, Peer, SegmentationPolicy, Service, Workload } from '../../../lib/model';
import { GOOGLE_DEFAULT_LIMITS } from '../../../lib/platforms/gcp/limits';
import { GoogleFirewallPlan, PeerAddress, PlannedRule } from '../../../lib/platforms/gcp/plan-types';
import { CDKTF_TOKEN, HOSTILE_TEXTS, payments } from '../../model/policies';
import { flowRulesOf, IDENTITIES, planOf, Wishes } from './plans';

interface Shop {
  readonly policy: SegmentationPolicy;
  readonly web: Workload;
  readonly ledger: Workload;
}

function shop(mode = EnforcementMode.ENFORCE): Shop {
  const policy = payments({ mode });
  const web = policy.addWorkload('Web', { services: [Service.tcp(443)], addresses: ['10.0.1.0/24'] });
  const ledger = policy.addWorkload('Ledger', { services: [Service.tcp(5432)], addresses: ['10.0.2.0/24', '2001:db8:2::/64'] });
  return { policy, web, ledger };
}

function ofRole({ rules }: GoogleFirewallPlan, role: PlannedRule['role']): PlannedRule[] {
  return rules.filter((rule) => rule.role === role);
}

describe('flows', () => {
  test.each([
    ['secureTags', 'tagValues/1001'], ['networkTags', 'tag-1'], ['serviceAccounts', 'sa-1@project.iam.gserviceaccount.com'],
  ] as const)('GIVEN a flow between workloads known by %s WHEN planned THEN ingress names the source, egress the addresses', (identity, source) => {
    const { policy, web, ledger } = shop();
    web.allowTo(ledger, { justification: 'orders' });
    const plan = planOf(policy, { identity });
    expect(flowRulesOf(plan, 'Ledger')).toEqual([`ingress tcp:5432 ${source}`]);
    expect(flowRulesOf(plan, 'Web')).toEqual(['egress tcp:5432 10.0.2.0/24', 'egress tcp:5432 2001:db8:2::/64']);
    expect(plan.form).toBe(identity === 'secureTags' ? 'policyRules' : 'firewallRules');
    expect(plan.flowEnds.map(({ workload, end, peer, via }) => [workload, end, peer, via])).toEqual([
      ['Ledger', 'ingress', 'Web', 'group'], ['Web', 'egress', 'Ledger', 'addresses'],
    ]);
  });

  test('GIVEN many peers with the same services WHEN planned THEN they share a rule, and adjacent addresses a range', () => {
    const { policy, web } = shop();
    for (const cidr of ['192.0.2.0/25', '192.0.2.128/25', '198.51.100.7', '::/0']) web.allowFrom(Peer.cidr(cidr));
    web.allowFrom(Peer.token('office', CDKTF_TOKEN, IpFamily.IPV4));
    expect(flowRulesOf(planOf(policy), 'Web')).toEqual([
      `ingress tcp:443 192.0.2.0/24 198.51.100.7/32 ${CDKTF_TOKEN}`,
      'ingress tcp:443 ::/0',
    ]);
  });

  test('GIVEN services of many kinds WHEN planned THEN each is written as Google Cloud has it, and none in the wrong family', () => {
    const { policy, web } = shop();
    const ports = [Service.tcp(443), Service.tcpRange(8000, 8080), Service.udpRange(0, 65535), Service.sctp(9)];
    web.allowFrom(Peer.cidr('192.0.2.7'), { services: [...ports, Service.protocol(50), Service.protocol(47), Service.icmp()] });
    web.allowFrom(Peer.cidr('2001:db8::/32'), { services: [Service.icmpv6()] });
    web.allowFrom(Peer.cidr('192.0.2.8'), { services: [Service.any()] });
    expect(flowRulesOf(planOf(policy), 'Web')).toEqual([
      'ingress 58 2001:db8::/32',
      'ingress all 192.0.2.8/32',
      'ingress icmp tcp:443:8000-8080 udp 47 esp sctp:9 192.0.2.7/32',
    ]);
  });

  test('GIVEN an address that only deployment knows and an address group for a peer WHEN planned THEN rules name them', () => {
    const { policy, web } = shop();
    web.allowTo(policy.addWorkload('Erp', { services: [Service.tcp(8443)] }));
    const group = 'projects/p/locations/global/addressGroups/erp';
    const Erp: PeerAddress[] = [
      { value: CDKTF_TOKEN, family: 4 }, { value: group, family: 6, addressGroup: true },
    ];
    const plan = planOf(policy, { peerAddresses: { Erp }, only: ['Web'] });
    expect(flowRulesOf(plan, 'Web')).toEqual([`egress tcp:8443 ${CDKTF_TOKEN}`, `egress tcp:8443 ${group}`]);
    expect(plan.rules.find(({ addressGroups }) => addressGroups.length > 0)).toMatchObject({ ranges: [], identities: [] });
  });

  test('GIVEN more peers than a rule takes WHEN planned THEN several rules hold them, and one more peer changes one of them', () => {
    const limits = { ...GOOGLE_DEFAULT_LIMITS, sourceNetworkTagsPerRule: 4, targetNetworkTagsPerRule: 5 };
    const plan = (clients: number) => {
      const { policy, web } = shop();
      for (let index = 0; index < clients; index += 1) policy.addWorkload(`Client${index}`).allowTo(web);
      return planOf(policy, { limits, identity: 'networkTags' });
    };
    const ingress = (planned: GoogleFirewallPlan) => planned.rules.filter(({ identities }) => identities.length > 0);
    const [before, after] = [plan(20), plan(21)];
    expect(ingress(before).length).toBeGreaterThan(5);
    expect(ingress(before).flatMap(({ identities }) => identities)).toHaveLength(20);
    const workloadsOf = (rule: PlannedRule) => rule.targets.length;
    expect(Math.max(...ingress(before).map(({ identities }) => identities.length), ...ofRole(before, 'deny').map(workloadsOf))).toBeLessThanOrEqual(5);
    const kept = new Set(after.rules.map(({ id }) => id));
    // A full rule may be split into two; nothing else goes.
    expect(ingress(before).filter(({ id }) => !kept.has(id)).length).toBeLessThanOrEqual(1);
  });
});

describe('what shuts the rest', () => {
  test.each(IDENTITIES)('GIVEN workloads known by %s WHEN planned THEN everything is denied both ways, for them alone', (identity) => {
    const { policy } = shop();
    const plan = planOf(policy, { identity });
    const denied = ofRole(plan, 'deny').map(({ end, action, ranges, layer4, logged }) => [end, action, ranges, layer4, logged]);
    const all = [{ protocol: 'all', ports: [] }];
    expect(denied).toHaveLength(4);
    for (const end of ['ingress', 'egress']) {
      for (const range of ['0.0.0.0/0', '::/0']) expect(denied).toContainEqual([end, 'deny', [range], all, false]);
    }
    plan.rules.forEach(({ targets, workloads }) => expect(targets).toHaveLength(workloads.length));
    expect(plan.rules.every(({ targets }) => targets.length > 0)).toBe(true);
  });

  test.each(IDENTITIES)('GIVEN workloads known by %s WHEN enforced THEN actions of scope rules turn, and nothing else changes', (identity) => {
    const planIn = (mode: EnforcementMode) => {
      const { policy, web, ledger } = shop(mode);
      web.allowTo(ledger);
      return planOf(policy, { identity });
    };
    const [watched, strict] = [planIn(EnforcementMode.MONITOR), planIn(EnforcementMode.ENFORCE)];
    const turned = (rule: PlannedRule): PlannedRule => (
      rule.role === 'scope' ? { ...rule, action: 'deny', name: rule.name.replace(/-allow$/, '-deny') } : rule);
    expect(watched.rules.map(turned)).toEqual(strict.rules);
    expect(new Set(ofRole(watched, 'scope').map(({ action, logged }) => `${action} ${logged}`))).toEqual(new Set(['allow true']));
    expect(ofRole(watched, 'scope').map(({ end, ranges }) => `${end} ${ranges.join()}`).sort()).toEqual([
      'egress 0.0.0.0/0', 'egress 0.0.0.0/0', 'egress ::/0', 'egress ::/0', 'ingress 10.0.0.0/16', 'ingress 10.0.0.0/16',
    ]);
    // In place in a policy; a VPC firewall rule whose action turns has to be made anew, which its name brings about.
    const names = (plan: GoogleFirewallPlan) => ofRole(plan, 'scope').map(({ name }) => name);
    expect(names(watched).some((name, index) => name === names(strict)[index])).toBe(identity === 'secureTags');
  });

  test('GIVEN rules of a policy WHEN planned THEN flows stand before scope rules, these before deny rules, and no two alike', () => {
    const { policy, web, ledger } = shop();
    web.allowTo(ledger);
    const plan = planOf(policy);
    const priorities = (role: PlannedRule['role']) => ofRole(plan, role).map(({ priority }) => priority);
    expect(Math.max(...priorities('flow'))).toBeLessThan(Math.min(...priorities('scope')));
    expect(Math.max(...priorities('scope'))).toBeLessThan(Math.min(...priorities('deny')));
    expect(Math.max(...priorities('deny'))).toBeLessThan(2_147_483_644);
    expect(new Set(plan.rules.map(({ priority }) => priority)).size).toBe(plan.rules.length);
  });

  test('GIVEN VPC firewall rules WHEN planned THEN rules of a role share a priority before that of implied rules', () => {
    const { policy, web, ledger } = shop();
    web.allowTo(ledger);
    const found = new Set(planOf(policy, { identity: 'networkTags' }).rules.map(({ role, priority }) => `${role} ${priority}`));
    expect(found).toEqual(new Set(['flow 50000', 'scope 60000', 'deny 65000']));
  });
});

describe('identity', () => {
  /** 300 flows of 60 workloads. */
  function large(more: (policy: SegmentationPolicy, workloads: Workload[]) => void): SegmentationPolicy {
    const policy = payments({ mode: EnforcementMode.ENFORCE });
    const workloads = Array.from({ length: 60 }, (_, index) => (
      policy.addWorkload(`W${index}`, { addresses: [`10.1.${index}.0/24`], services: [Service.tcp(8000 + (index % 8))] })));
    workloads.forEach((client, index) => [1, 2, 3, 4, 5].forEach((step) => client.allowTo(workloads[(index + step) % 60])));
    more(policy, workloads);
    return policy;
  }

  test.each(IDENTITIES)('GIVEN a policy of 300 flows with workloads known by %s WHEN a flow is inserted THEN every name and priority stays', (identity) => {
    const wishes: Wishes = { identity, limits: { ...GOOGLE_DEFAULT_LIMITS, firewallRulesPerProject: 2000 } };
    const before = planOf(large(() => undefined), wishes);
    const policy = large((_, workloads) => workloads[7].allowTo(workloads[40], { services: [Service.tcp(22)] }));
    const after = planOf(policy, wishes);
    expect(policy._flows.length).toBe(301);
    const placeOf = ({ name, priority }: PlannedRule) => [name, priority];
    const rules = new Map(after.rules.map((rule) => [rule.id, rule]));
    expect(before.rules.map(placeOf)).toEqual(before.rules.map(({ id }) => placeOf(rules.get(id)!)));
    expect(before.rules.filter((rule) => JSON.stringify(rule) !== JSON.stringify(rules.get(rule.id)))).toEqual([]);
    expect(after.rules).toHaveLength(before.rules.length + 2);
  });

  test('GIVEN another peer for a service WHEN planned THEN one rule changes, in place', () => {
    const admitting = (...cidrs: string[]) => (
      planOf(large((_, workloads) => cidrs.forEach((cidr) => workloads[0].allowFrom(Peer.cidr(cidr))))));
    const places = ({ rules }: GoogleFirewallPlan) => rules.map(({ id, name, priority }) => [id, name, priority]);
    const [before, after] = [admitting('192.0.2.0/24'), admitting('192.0.2.0/24', '198.51.100.0/24')];
    const changed = after.rules.filter((rule, index) => JSON.stringify(rule) !== JSON.stringify(before.rules[index]));
    expect(places(after)).toEqual(places(before));
    expect(changed.map(({ ranges }) => ranges)).toEqual([['192.0.2.0/24', '198.51.100.0/24']]);
  });

  test('GIVEN two enforcement points and two policies WHEN planned THEN no two rules have the same name', () => {
    const plans = ['A', 'B'].flatMap((enforcementPoint) => [payments, () => shop().policy].map((make) => {
      const policy = make();
      if (policy._workloads.length === 0) policy.addWorkload('Web');
      return planOf(policy, { enforcementPoint, identity: 'networkTags' });
    }));
    const names = plans.map(({ rules }) => new Set(rules.map(({ name }) => name)));
    expect([...names[0]].filter((name) => names[2].has(name))).toEqual([]);
    expect([...names[1]].filter((name) => names[3].has(name))).toEqual([]);
  });

  test('GIVEN hostile text and long ids WHEN planned THEN names and descriptions are what Google Cloud takes, ids first', () => {
    const policy = new SegmentationPolicy(payments().node.root, `P${'_.'.repeat(31)}x`, { mode: EnforcementMode.MONITOR });
    const web = policy.addWorkload(`W${'-'.repeat(60)}.9`, { services: [Service.tcp(1)] });
    HOSTILE_TEXTS.forEach((text, index) => web.allowFrom(Peer.cidr(`192.0.2.${index}`), {
      justification: `${text};workload=Other`, owner: text, services: [Service.tcp(index + 1)],
    }));
    const { rules } = planOf(policy, { identity: 'networkTags' });
    expect(rules.length).toBeGreaterThan(HOSTILE_TEXTS.length);
    for (const { name, description, role } of rules) {
      expect(name).toMatch(/^[a-z]([-a-z0-9]{0,61}[a-z0-9])?$/);
      expect(description).toMatch(/^[ -~]{1,512}$/);
      expect(description).not.toMatch(/\$|%\{|\{/);
      const owner = `microseg:policy=${policy.policyId}`;
      expect(description.startsWith(role === 'deny' ? `${owner} ` : `${owner};workload=${web.workloadId} `)).toBe(true);
    }
  });
});

test('GIVEN 200 workloads with 1,000 flows WHEN planned THEN there are fewer rules than flow ends', () => {
  const policy = payments({ mode: EnforcementMode.ENFORCE });
  const ports = [443, 8080, 5432, 6379, 9092, 3306, 8443, 50051];
  const workloads = Array.from({ length: 200 }, (_, index) => policy.addWorkload(`W${index}`, {
    addresses: [10, 11, 12, 13].map((last) => `10.${index >> 8}.${index & 255}.${last}`), services: [Service.tcp(ports[index % 8])],
  }));
  for (let flow = 0; flow < 1000; flow += 1) {
    const client = flow % 200;
    workloads[client].allowTo(workloads[(client + 1 + 37 * Math.floor(flow / 200)) % 200]);
  }
  const { rules, quota } = planOf(policy);
  const flowRules = rules.filter(({ role }) => role === 'flow').length;
  process.stdout.write(`synth(200, 1,000): ${flowRules} rules for 2,000 flow ends, ${rules.length} with all that shuts the rest, ${quota.attributes} attributes\n`);
  expect(rules.length).toBeLessThan(2000);
});
