import { GoogleFirewall } from '../../../../lib/bindings/cdktf';
import { EnforcementMode, IpFamily, Peer, Service } from '../../../../lib/model';
import { frameworksWith, Json, only, policyIn, TestApp } from '../frameworks';
import { NETWORK, rulesOf, shop } from './fixture';

const RULES = 'google_compute_network_firewall_policy_rule';

describe.each(frameworksWith('google'))('firewall for secure tags in $name', (framework) => {
  const given = { Web: 'tagValues/1', Db: 'tagValues/2' };

  test('GIVEN flows declared after the enforcement point WHEN synthesized THEN both ends are open, and everything else is denied', () => {
    const { test, web, db, firewall } = shop(framework);
    firewall.protect(web, { secureTag: given.Web });
    firewall.protect(db, { secureTag: given.Db });

    const rules = only(test.synth().configuration('Shop'), RULES).for_each;

    const allowed = (workload: string) => rulesOf(rules, workload).filter(({ action }) => action === 'allow');
    const tcp = (port: string) => [{ ip_protocol: 'tcp', ports: [port] }];
    expect(allowed('Web')).toHaveLength(2);
    expect(allowed('Web')).toEqual(expect.arrayContaining([
      expect.objectContaining({ direction: 'INGRESS', layer4: tcp('443'), src_ip_ranges: ['0.0.0.0/0'], target_secure_tags: [given.Web], src_secure_tags: [] }),
      // No rule can match the tag of a destination.
      expect.objectContaining({ direction: 'EGRESS', layer4: tcp('5432'), dest_ip_ranges: ['10.3.9.0/28'], target_secure_tags: [given.Web] }),
    ]));
    expect(allowed('Db')).toEqual([
      expect.objectContaining({ direction: 'INGRESS', layer4: tcp('5432'), src_secure_tags: [given.Web], target_secure_tags: [given.Db], description: expect.stringContaining('orders') }),
    ]);
    const denied = Object.values<Json>(rules).filter(({ description }) => description.includes('Default deny'));
    expect(denied.map(({ direction, src_ip_ranges: from, dest_ip_ranges: to }) => [direction, ...from ?? to]).sort())
      .toEqual([['EGRESS', '0.0.0.0/0'], ['EGRESS', '::/0'], ['INGRESS', '0.0.0.0/0'], ['INGRESS', '::/0']]);
    expect(denied.every((rule) => rule.action === 'deny' && rule.target_secure_tags.join() === 'tagValues/2,tagValues/1')).toBe(true);
  });

  test('GIVEN the rule resource WHEN synthesized THEN it takes everything that a rule can say', () => {
    const { test, web, db, firewall } = shop(framework);
    firewall.protect(web);
    firewall.protect(db);

    const rule = only(test.synth().configuration('Shop'), RULES);

    const { for_each: rules, ...body } = rule;
    const used = new Set(Object.values<Json>(rules).flatMap((each) => Object.keys(each)));
    expect([...used].filter((name) => !JSON.stringify(body).includes(`each.value.${name}`))).toEqual([]);
    expect(body.match.layer4_configs).toBeUndefined();
    expect(body.match.dynamic.layer4_configs).toEqual({
      for_each: '${each.value.layer4}', content: { ip_protocol: '${layer4_configs.value.ip_protocol}', ports: '${try(layer4_configs.value.ports, null)}' },
    });
  });

  test('GIVEN a network WHEN synthesized THEN its policy is attached once the rules are there', () => {
    const { test, web, db, firewall } = shop(framework);
    [web, db].forEach((workload) => firewall.protect(workload));

    const configuration = test.synth().configuration('Shop');

    const association = only(configuration, 'google_compute_network_firewall_policy_association');
    const policy = only(configuration, RULES).firewall_policy;
    expect(policy).toMatch(/^\$\{google_compute_network_firewall_policy\.[\w-]+\.name\}$/);
    expect(association).toMatchObject({ attachment_target: NETWORK, firewall_policy: policy, depends_on: [expect.stringMatching(new RegExp(`^${RULES}\\.`))] });
    expect(only(configuration, 'google_compute_network_firewall_policy').name).toMatch(/^[a-z]([-a-z0-9]{0,61}[a-z0-9])?$/);
  });

  test('GIVEN a policy that the network has already WHEN synthesized THEN rules join it, and nothing is attached', () => {
    const { test, web, db, firewall } = shop(framework, EnforcementMode.ENFORCE, { firewallPolicyName: 'existing' });
    [web, db].forEach((workload) => firewall.protect(workload));

    const configuration = test.synth().configuration('Shop');

    expect(only(configuration, RULES).firewall_policy).toBe('existing');
    expect(firewall.firewallPolicyName).toBe('existing');
    expect(Object.keys(configuration.resource).sort()).toEqual([RULES, 'google_tags_tag_key', 'google_tags_tag_value']);
  });

  test.each([
    ['its id', NETWORK],
    ['its self link', `https://www.googleapis.com/compute/v1/${NETWORK}`],
  ])('GIVEN no tags and %s WHEN synthesized THEN one key with a value a workload is made for this network', (_, network) => {
    const { test, web, db, firewall } = shop(framework, EnforcementMode.ENFORCE, { network });
    firewall.protect(web);
    const tag = firewall.secureTag(db);

    const configuration = test.synth().configuration('Shop');

    const key = only(configuration, 'google_tags_tag_key');
    expect(key).toMatchObject({ parent: 'projects/shop', purpose: 'GCE_FIREWALL', purpose_data: { network: 'shop/shop' } });
    const values = Object.values<Json>(configuration.resource.google_tags_tag_value);
    expect(values.map(({ description }) => description).sort()).toEqual(['Machines of Db', 'Machines of Web']);
    expect([key, ...values].every(({ short_name: name }) => /^[A-Za-z0-9]([\w.-]{0,61}[A-Za-z0-9])$/.test(name))).toBe(true);
    expect(tag).toBe(firewall.secureTag(db));
  });

  test('GIVEN a network of the app WHEN tags are made THEN project and name come from its id at deployment', () => {
    const test = new TestApp(framework);
    const stack = test.stack('Shop', 'google');
    const network = test.make(stack, 'compute-network', 'Network', { name: 'shop' });
    const policy = policyIn(stack, 'Payments', { mode: EnforcementMode.ENFORCE });
    new GoogleFirewall(stack, 'Firewall', { policy, network: network.id, tagParent: 'organizations/1' }).protect(policy.addWorkload('Web'));

    const key = only(test.synth().configuration('Shop'), 'google_tags_tag_key');

    expect(key.parent).toBe('organizations/1');
    expect(key.purpose_data.network).toBe('${replace(google_compute_network.Network.id, "/^.*projects[/]([^/]+)[/]global[/]networks[/]([^/]+)$/", "$1/$2")}');
  });

  test('GIVEN machines in another stack WHEN they bind the tag THEN that stack refers to this one, and not the other way', () => {
    const { test, web, db, firewall } = shop(framework);
    const app = test.stack('App', 'google');
    test.make(app, 'tags-location-tag-binding', 'Web', { parent: '//compute.googleapis.com/projects/1/zones/z/instances/2', tagValue: firewall.secureTag(web), location: 'z' });
    firewall.protect(db);

    test.synth();

    expect(only(test.configuration('App'), 'google_tags_location_tag_binding').tag_value)
      .toMatch(/^\$\{data\.terraform_remote_state\.cross-stack-reference-input-Shop\.outputs\./);
    expect(test.configuration('Shop').data).toBeUndefined();
  });

  test('GIVEN MONITOR and ENFORCE WHEN compared THEN the action of the scope rules differs and nothing else', () => {
    const [monitor, enforce] = [EnforcementMode.MONITOR, EnforcementMode.ENFORCE].map((mode) => {
      const { test, web, db, firewall } = shop(framework, mode);
      [web, db].forEach((workload) => firewall.protect(workload));
      return test.synth().configuration('Shop').resource;
    });

    const scope = Object.values<Json>(only({ resource: monitor }, RULES).for_each).filter(({ description }) => description.includes('Scope of monitoring'));
    expect(scope).toHaveLength(6);
    for (const rule of scope) {
      expect(rule).toMatchObject({ action: 'allow', logged: true });
      rule.action = 'deny';
    }
    expect(monitor).toEqual(enforce);
  });

  test('GIVEN one more flow WHEN synthesized again THEN its rules are added and everything else stays', () => {
    const [before, after] = [false, true].map((more) => {
      const { test, web, db, firewall } = shop(framework);
      [web, db].forEach((workload) => firewall.protect(workload));
      if (more) web.allowFrom(db, { justification: 'callback', services: [Service.tcp(8443)] });
      if (more) firewall.addPeerAddressGroup({ workload: web, addressGroupId: 'projects/shop/locations/global/addressGroups/web' });
      return only(test.synth().configuration('Shop'), RULES).for_each;
    });

    expect(after).toMatchObject(before);
    const added = Object.keys(after).filter((id) => !(id in before)).map((id) => after[id]);
    expect(added.map(({ direction }) => direction).sort()).toEqual(['EGRESS', 'INGRESS']);
    expect(added.find(({ direction }) => direction === 'EGRESS').dest_address_groups).toEqual(['projects/shop/locations/global/addressGroups/web']);
    expect(added.every(({ description }) => description.includes('callback'))).toBe(true);
  });

  test('GIVEN hostile text WHEN synthesized THEN nothing of it is evaluated', () => {
    const { test, web, db, firewall } = shop(framework);
    [web, db].forEach((workload) => firewall.protect(workload));
    web.allowFrom(Peer.ipv4('192.0.2.0/24'), { justification: 'open ${path.module} "now" %{ if true }\n;workload=Db' });
    web.allowFrom(Peer.addressGroup('partners', 'projects/${path.module}/x', IpFamily.IPV4));

    const rules = only(test.synth().configuration('Shop'), RULES).for_each;

    expect(Object.values<Json>(rules).map(({ description }) => description).join()).not.toMatch(/[$%]\{/);
    expect(Object.values<Json>(rules).flatMap((rule) => rule.src_address_groups ?? [])).toEqual(['projects/$${path.module}/x']);
    expect(rulesOf(rules, 'Db').some(({ src_ip_ranges: ranges }) => ranges?.includes('192.0.2.0/24'))).toBe(false);
  });
});
