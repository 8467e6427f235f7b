import { GoogleFirewall, GoogleIdentity } from '../../../../lib/bindings/cdktf';
import { EnforcementMode, IpFamily, Peer, Selector, Service } from '../../../../lib/model';
import { frameworksWith, Json, only, policyIn, TestApp } from '../frameworks';
import { deviationsOf, rewriteConfiguration } from '../verified';

const IDENTITIES = [GoogleIdentity.SECURE_TAGS, GoogleIdentity.NETWORK_TAGS, GoogleIdentity.SERVICE_ACCOUNTS];
const MODES = Object.values(EnforcementMode);

describe.each(frameworksWith('google'))('firewalls of Google Cloud read back from $name', (framework) => {
  /** Everything that a rule can say; the network and the rules in a stack each. */
  function landscape(mode: EnforcementMode, identity: GoogleIdentity): TestApp {
    const test = new TestApp(framework);
    const infrastructure = test.stack('Network', 'google');
    const network = test.make(infrastructure, 'compute-network', 'Network', { name: 'shop' });
    const nat = test.make(infrastructure, 'compute-address', 'Nat', { name: 'nat' });

    const security = test.stack('Security', 'google');
    const policy = policyIn(security, 'Payments', { mode });
    const web = policy.addWorkload('Web', { services: [Service.HTTPS], labels: { app: 'shop' }, addresses: ['10.3.1.0/24'] });
    const db = policy.addWorkload('Db', { services: [Service.POSTGRES], labels: { app: 'shop' }, addresses: ['10.3.2.0/24', '2001:db8:3::/64'] });
    const idle = policy.addWorkload('Idle');
    const erp = policy.addWorkload('Erp', { services: [Service.HTTPS] });
    const audit = policy.addUnmanagedWorkload('Audit', { addresses: ['192.0.2.7', '2001:db8:7::/48'] });
    policy.addSegment('Shop', { members: Selector.matching({ app: 'shop' }) });
    const firewall = new GoogleFirewall(security, 'Firewall', {
      policy, network: network.id, identity, monitorScope: ['10.3.0.0/16', `${nat.address}/32`, '2001:db8:3::/48'],
      peerAddresses: [{ workload: erp, ipv4Blocks: [`${nat.address}/30`] }],
    });
    for (const [index, workload] of [web, db, idle].entries()) {
      const serviceAccount = identity === GoogleIdentity.SERVICE_ACCOUNTS ? `w${index}@shop.iam.gserviceaccount.com` : undefined;
      firewall.protect(workload, { serviceAccount });
    }
    web.allowFrom(Peer.any(), { justification: 'public ${path.module}' });
    web.allowFrom(Peer.ipv6('2001:db8::/32'), { services: [Service.tcpRange(8000, 8100), Service.any()] });
    web.allowFrom(Peer.cidr('10.0.0.0/8', ['10.9.0.0/16']), { services: [Service.icmp(), Service.protocol(50)] });
    web.allowTo(Peer.token('nat', `${nat.address}/32`, IpFamily.IPV4), { services: [Service.DNS] });
    web.allowTo(db);
    web.allowTo(erp);
    db.allowTo(web);
    db.allowTo(db, { services: [Service.sctp(5433)] });
    db.allowFrom(audit);
    if (identity === GoogleIdentity.SECURE_TAGS) web.allowFrom(Peer.addressGroup('partners', 'projects/p/locations/global/addressGroups/partners', IpFamily.IPV4));
    for (let host = 0; host < 140; host += 2) web.allowFrom(Peer.ipv4(`198.51.100.${host}`), { services: [Service.NTP] });
    return test.synth();
  }

  test.each(IDENTITIES.flatMap((identity) => MODES.map((mode) => [identity, mode] as const)))(
    'GIVEN %s and a policy in %s WHEN its stacks are read THEN they admit what is declared, and nothing else',
    (identity, mode) => {
      expect(deviationsOf(landscape(mode, identity))).toEqual({ found: ['gcp'], excess: [], missing: [] });
    },
  );

  test.each(IDENTITIES)('GIVEN %s, one rule that is widened, and one that is dropped WHEN read THEN exactly these deviate', (identity) => {
    const test = landscape(EnforcementMode.ENFORCE, identity);
    const type = identity === GoogleIdentity.SECURE_TAGS ? 'google_compute_network_firewall_policy_rule' : 'google_compute_firewall';
    rewriteConfiguration(test, 'Security', (configuration) => {
      const rules = only(configuration, type).for_each;
      const ranges = (rule: Json): string[] => rule.src_ip_ranges ?? rule.source_ranges ?? [];
      const named = (address: string) => Object.keys(rules).find((id) => ranges(rules[id]).includes(address))!;
      ranges(rules[named('192.0.2.7/32')]).splice(0, 1, '192.0.2.6/31');
      delete rules[named('2001:db8:7::/48')];
    });

    const { excess, missing } = deviationsOf(test);

    const postgres = { protocol: 'tcp', fromPort: 5432, toPort: 5432, end: 'ingress', server: { workload: 'Db' } };
    expect(excess).toEqual([expect.objectContaining({ client: { cidr: '192.0.2.6/32' }, ...postgres })]);
    expect(missing).toEqual([expect.objectContaining(postgres)]);
  });
});
