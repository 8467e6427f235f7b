import { verify, VerifiedFlow } from '../../lib/analysis/verify';
import { CloudFormationReader } from '../../lib/platforms/aws/read-cloudformation';
import { directoryOf } from '../platforms/aws/read/artifacts';
import { group, idOf, instance, owned, rule, tags, tcp as rawTcp } from '../platforms/aws/read/templates';
import { flow, manifest, policy, tcp, VPC, workload } from './manifests';

/** A template that enforces the policy exactly, rule by rule: each can be taken out or changed by its place. */
interface Fixture {
  readonly declared: ReturnType<typeof policy>;
  resources(): Resources;
}
type Resource = { Type: string; Properties: { [name: string]: unknown } };
type Resources = { [id: string]: Resource };
type Rule = { [name: string]: unknown };

const ALL = { IpProtocol: '-1' };
const EVERYWHERE = ['0.0.0.0/1', '128.0.0.0/1'].map((CidrIp): Rule => ({ ...ALL, CidrIp }))
  .concat(['::/1', '8000::/1'].map((CidrIpv6): Rule => ({ ...ALL, CidrIpv6 })));

const ENFORCED: Fixture = {
  declared: policy([workload('Web'), workload('Db')], [
    flow({ any: 'ipv4' }, 'Web', tcp(443)), flow({ any: 'ipv6' }, 'Web', tcp(443)), flow('Web', 'Db', tcp(5432)), flow('Db', 'Db', tcp(7000)),
    flow('Db', { cidr: '203.0.113.0/24' }, { protocol: 'icmp', fromPort: 8 }), flow({ prefixList: 'office' }, 'Db', tcp(22)),
    flow('Web', { token: 'nat' }, { protocol: 'udp', fromPort: 53, toPort: 53 }), flow({ cidr: '10.9.0.0/16' }, 'Db', { protocol: '50' }),
  ], { opaquePeers: [{ kind: 'prefixList', name: 'office', rendered: ['pl-1'] }, { kind: 'token', name: 'nat', rendered: ['{"Ref":"Nat"}'] }] }),
  resources: () => ({
    Web: owned('Web', {
      SecurityGroupIngress: [rawTcp(443, { CidrIp: '0.0.0.0/0' }), rawTcp(443, { CidrIpv6: '::/0' })],
      SecurityGroupEgress: [
        { IpProtocol: 'udp', FromPort: 53, ToPort: 53, CidrIp: { Ref: 'Nat' } }, rawTcp(5432, { DestinationSecurityGroupId: idOf('Db') }),
      ],
    }),
    Db: owned('Db', {
      SecurityGroupIngress: [rawTcp(22, { SourcePrefixListId: 'pl-1' }), { IpProtocol: '50', CidrIp: '10.9.0.0/16' }],
      SecurityGroupEgress: [{ IpProtocol: 'icmp', FromPort: 8, ToPort: -1, CidrIp: '203.0.113.0/24' }],
    }),
    FromWeb: rule('Ingress', { GroupId: idOf('Db'), ...rawTcp(5432, { SourceSecurityGroupId: idOf('Web') }) }),
    FromSelf: rule('Ingress', { GroupId: idOf('Db'), ...rawTcp(7000, { SourceSecurityGroupId: idOf('Db') }) }),
    ToSelf: rule('Egress', { GroupId: idOf('Db'), ...rawTcp(7000, { DestinationSecurityGroupId: idOf('Db') }) }),
    WebVm: instance(idOf('Web')),
    DbVm: instance(idOf('Db')),
  }) as Resources,
};

const MONITORED: Fixture = {
  declared: policy([workload('Web', { mode: 'monitor' })], [flow({ cidr: '192.0.2.0/24' }, 'Web', tcp(443)), flow('Web', { cidr: '203.0.113.0/24' }, tcp(25))]),
  resources: () => ({
    Web: owned('Web', {
      SecurityGroupIngress: [rawTcp(443, { CidrIp: '192.0.2.0/24' }), { ...ALL, CidrIp: VPC }],
      SecurityGroupEgress: EVERYWHERE.map((each) => ({ ...each })),
    }),
    Review: group({
      Tags: tags('Web', 'review'),
      SecurityGroupIngress: [rawTcp(443, { CidrIp: '192.0.2.0/24' })],
      SecurityGroupEgress: [rawTcp(25, { CidrIp: '203.0.113.0/24' })],
    }),
    WebVm: instance(idOf('Web')),
  }) as Resources,
};

function verified({ declared }: Fixture, resources: Resources): { excess: string[]; missing: string[] } {
  const artifacts = new CloudFormationReader().read(directoryOf({ 'App.template.json': { Resources: resources } }));
  const all = verify(manifest(declared), artifacts).policies.flatMap((each) => each.artifacts);
  return { excess: all.flatMap(({ excess }) => excess).map(text), missing: all.flatMap(({ missing }) => missing).map(text) };
}

function text({ client, server, end, protocol, fromPort, toPort }: VerifiedFlow): string {
  return JSON.stringify([end, client, server, protocol, fromPort, toPort]);
}

/** Every rule of the template: where it is, how to take it out, how to change it. */
function places(resources: Resources): { name: string; rule: Rule; remove: () => void }[] {
  return Object.entries(resources).flatMap(([id, { Type, Properties }]) => {
    if (/Security(GroupIngress|GroupEgress)$/.test(Type)) return [{ name: id, rule: Properties, remove: () => { delete resources[id]; } }];
    return ['SecurityGroupIngress', 'SecurityGroupEgress'].flatMap((list) => ((Properties[list] ?? []) as Rule[]).map((each, index) => ({
      name: `${id} ${list} ${index}`,
      rule: each,
      remove: () => {
        const left = (Properties[list] as Rule[]).filter((other) => other !== each);
        Properties[list] = left.length > 0 || list === 'SecurityGroupIngress' ? left : (group() as Resource).Properties.SecurityGroupEgress;
      },
    })));
  });
}

const mutations = (fixture: Fixture) => places(fixture.resources())
  .filter(({ rule: { IpProtocol, FromPort } }) => !(IpProtocol === 'icmp' && FromPort === 252))
  .map(({ name }, index) => [name, index] as const);

describe.each([['ENFORCE', ENFORCED], ['MONITOR', MONITORED]] as const)('a template in %s', (_, fixture) => {
  test('GIVEN it as it should be THEN nothing is reported', () => {
    expect(verified(fixture, fixture.resources())).toEqual({ excess: [], missing: [] });
  });

  test.each(mutations(fixture))('GIVEN it without rule %s THEN exactly that is missing', (_name, index) => {
    const resources = fixture.resources();
    const place = places(resources)[index];
    place.remove();
    const { excess, missing } = verified(fixture, resources);
    expect(excess).toEqual([]);
    expect(missing).toHaveLength(1);
    const { IpProtocol, FromPort, ToPort } = place.rule;
    const [, , , protocol, from, to] = JSON.parse(missing[0]) as unknown[];
    expect([protocol, from ?? -1, to ?? -1]).toEqual(IpProtocol === '-1' ? ['all', -1, -1] : [IpProtocol, FromPort ?? -1, ToPort ?? -1]);
  });

  test.each(mutations(fixture))('GIVEN rule %s opened to another block THEN exactly that is too much', (_name, index) => {
    const resources = fixture.resources();
    const { rule: changed, name } = places(resources)[index];
    // Egress of a workload in MONITOR is open anyway.
    if (changed.CidrIp === '0.0.0.0/0' || changed.CidrIpv6 === '::/0' || (fixture === MONITORED && name.startsWith('Web SecurityGroupEgress'))) return;
    const extra = { ...changed, CidrIp: '198.51.100.7/32', SourceSecurityGroupId: undefined, DestinationSecurityGroupId: undefined, SourcePrefixListId: undefined };
    delete (extra as Rule).CidrIpv6;
    if (changed.GroupId === undefined) {
      const [id, list] = name.split(' ');
      (resources[id].Properties[list] as Rule[]).push(extra);
    } else {
      resources.Extra = { Type: resources[name].Type, Properties: JSON.parse(JSON.stringify(extra)) as Rule };
    }
    const { excess, missing } = verified(fixture, resources);
    expect(missing).toEqual([]);
    expect(new Set(excess.map((each) => JSON.stringify((JSON.parse(each) as object[]).slice(1, 3))))).toEqual(new Set([
      expect.stringContaining('198.51.100.7/32') as unknown as string,
    ]));
  });
});

describe('a template that opens more than was declared', () => {
  const excess = (change: (resources: Resources) => void) => {
    const resources = ENFORCED.resources();
    change(resources);
    return verified(ENFORCED, resources);
  };

  test('GIVEN a wider port THEN exactly the further port is too much', () => {
    const result = excess(({ FromWeb }) => { FromWeb.Properties.ToPort = 5433; });
    expect(result).toEqual({ excess: ['["ingress",{"workload":"Web"},{"workload":"Db"},"tcp",5433,5433]'], missing: [] });
  });

  test('GIVEN all protocols in place of one port THEN all but that port is too much', () => {
    const result = excess(({ FromWeb }) => { FromWeb.Properties.IpProtocol = '-1'; });
    expect(result.missing).toEqual([]);
    expect(result.excess).toContain('["ingress",{"workload":"Web"},{"workload":"Db"},"tcp",0,5431]');
    expect(result.excess).toContain('["ingress",{"workload":"Web"},{"workload":"Db"},"tcp",5433,65535]');
    expect(result.excess.some((each) => each.includes('5432'))).toBe(false);
  });

  test('GIVEN IPv6 in place of IPv4 THEN one is too much and the other missing', () => {
    const result = excess(({ Db }) => { Db.Properties.SecurityGroupIngress = [rawTcp(22, { SourcePrefixListId: 'pl-1' }), { IpProtocol: '50', CidrIpv6: '2001:db8::/64' }]; });
    expect(result).toEqual({
      excess: ['["ingress",{"cidr":"2001:db8::/64"},{"workload":"Db"},"50",null,null]'],
      missing: ['["ingress",{"cidr":"10.9.0.0/16"},{"workload":"Db"},"50",null,null]'],
    });
  });

  test('GIVEN no egress rule left inside a group THEN everything goes out', () => {
    const result = excess(({ Db }) => { delete Db.Properties.SecurityGroupEgress; });
    expect(result.missing).toEqual([]);
    expect(result.excess.length).toBeGreaterThan(0);
    expect(result.excess.every((each) => each.startsWith('["egress",{"workload":"Db"}'))).toBe(true);
  });

  test('GIVEN another group on the carrier THEN what it admits is too much', () => {
    const result = excess((resources) => {
      resources.Open = group({ SecurityGroupIngress: [rawTcp(22, { CidrIp: '198.51.100.0/24' })] }) as Resource;
      (resources.WebVm.Properties.SecurityGroupIds as unknown[]).push(idOf('Open'));
    });
    expect(result).toEqual({ excess: ['["ingress",{"cidr":"198.51.100.0/24"},{"workload":"Web"},"tcp",22,22]'], missing: [] });
  });

  test('GIVEN a carrier without its second shard THEN the rules of that shard are missing there', () => {
    const sharded = (...carried: string[]) => excess((resources) => {
      const { Web } = resources;
      const [first, second] = Web.Properties.SecurityGroupIngress as Rule[];
      Web.Properties.SecurityGroupIngress = [first];
      resources.Web2 = owned('Web', { SecurityGroupIngress: [second] }) as Resource;
      resources.WebVm = instance(...carried.map(idOf)) as Resource;
    });
    expect(sharded('Web', 'Web2')).toEqual({ excess: [], missing: [] });
    expect(sharded('Web')).toEqual({ excess: [], missing: ['["ingress",{"any":"ipv6"},{"workload":"Web"},"tcp",443,443]'] });
  });

  test('GIVEN a reference to a group that nobody knows THEN it is too much', () => {
    const result = excess((resources) => {
      resources.Plain = group() as Resource;
      resources.Rule = rule('Ingress', { GroupId: idOf('Web'), ...rawTcp(22, { SourceSecurityGroupId: idOf('Plain') }) }) as Resource;
    });
    expect(result).toEqual({ excess: ['["ingress",{"token":"{\\"Fn::GetAtt\\":[\\"Plain\\",\\"GroupId\\"]}"},{"workload":"Web"},"tcp",22,22]'], missing: [] });
  });
});
