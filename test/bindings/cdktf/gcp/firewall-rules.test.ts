import { GoogleIdentity } from '../../../../lib/bindings/cdktf';
import { EnforcementMode } from '../../../../lib/model';
import { frameworksWith, Json, only } from '../frameworks';
import { rulesOf, shop } from './fixture';

const RULES = 'google_compute_firewall';

describe.each(frameworksWith('google'))('VPC firewall rules in $name', (framework) => {
  function tagged(mode = EnforcementMode.ENFORCE) {
    const made = shop(framework, mode, { identity: GoogleIdentity.NETWORK_TAGS, project: 'shop' });
    const tags = [made.web, made.db].map((workload) => made.firewall.networkTag(workload));
    return { ...made, tags, resource: () => only(made.test.synth().configuration('Shop'), RULES) };
  }

  test('GIVEN network tags WHEN synthesized THEN both ends are open for the tags of the workloads, and everything else is denied', () => {
    const { tags: [web, db], resource } = tagged();

    const { for_each: rules, project, network } = resource();

    expect({ project, network }).toEqual({ project: 'shop', network: 'projects/shop/global/networks/shop' });
    expect([web, db].every((tag) => /^[a-z]([-a-z0-9]{0,61}[a-z0-9])$/.test(tag))).toBe(true);
    const tcp = (port: string) => [{ protocol: 'tcp', ports: [port] }];
    expect(rulesOf(rules, 'Db').filter(({ allow }) => allow.length > 0))
      .toEqual([expect.objectContaining({ direction: 'INGRESS', allow: tcp('5432'), deny: [], source_tags: [web], target_tags: [db], log: [] })]);
    expect(rulesOf(rules, 'Web')).toEqual(expect.arrayContaining([
      expect.objectContaining({ direction: 'INGRESS', allow: tcp('443'), source_ranges: ['0.0.0.0/0'], target_tags: [web] }),
      expect.objectContaining({ direction: 'EGRESS', allow: tcp('5432'), destination_ranges: ['10.3.9.0/28'], target_tags: [web] }),
    ]));
    const denied = Object.values<Json>(rules).filter(({ description }) => description.includes('Default deny'));
    expect(denied).toHaveLength(4);
    expect(denied.every(({ allow, deny, target_tags: targets }) => allow.length === 0 && deny[0].protocol === 'all' && targets.length === 2)).toBe(true);
  });

  test('GIVEN the rule resource WHEN synthesized THEN it takes everything that a rule can say', () => {
    const { for_each: rules, ...body } = tagged(EnforcementMode.MONITOR).resource();

    const used = new Set(Object.values<Json>(rules).flatMap((each) => Object.keys(each)));
    expect([...used].filter((name) => !JSON.stringify(body).includes(`each.value.${name}`))).toEqual([]);
    expect(Object.keys(body.dynamic)).toEqual(['allow', 'deny', 'log_config']);
  });

  test('GIVEN service accounts WHEN synthesized THEN rules name them, and no tag', () => {
    const { test, web, db, firewall } = shop(framework, EnforcementMode.ENFORCE, { identity: GoogleIdentity.SERVICE_ACCOUNTS });
    const [webAccount, dbAccount] = ['web', 'db'].map((name) => `${name}@shop.iam.gserviceaccount.com`);
    firewall.protect(web, { serviceAccount: webAccount });
    firewall.protect(db, { serviceAccount: dbAccount });

    const rules = only(test.synth().configuration('Shop'), RULES).for_each;

    expect(rulesOf(rules, 'Db').filter(({ allow }) => allow.length > 0))
      .toEqual([expect.objectContaining({ source_service_accounts: [webAccount], target_service_accounts: [dbAccount] })]);
    expect(Object.values<Json>(rules).every((rule) => rule.target_tags === undefined && rule.source_tags === undefined)).toBe(true);
    expect(firewall.firewallPolicyName).toBeUndefined();
  });

  test('GIVEN MONITOR and ENFORCE WHEN compared THEN the scope rules turn from allow to deny, with their names, and nothing else changes', () => {
    const [monitor, enforce] = [EnforcementMode.MONITOR, EnforcementMode.ENFORCE].map((mode) => tagged(mode).resource());

    for (const [id, rule] of Object.entries<Json>(monitor.for_each)) {
      if (!rule.description.includes('Scope of monitoring')) continue;
      expect(rule.log).toEqual(['INCLUDE_ALL_METADATA']);
      const turned = enforce.for_each[id];
      expect([rule.allow, rule.deny]).toEqual([turned.deny, turned.allow]);
      expect(rule.name.replace(/-allow$/, '-deny')).toBe(turned.name);
      Object.assign(rule, { allow: turned.allow, deny: turned.deny, name: turned.name });
    }
    expect(monitor).toEqual(enforce);
  });
});
