import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { verifyPlaced, VerifyResult } from '../../../lib/analysis/verify';
import { SecurityGroups } from '../../../lib/bindings/cdktf';
import { EnforcementMode, IpFamily, Peer, Selector, Service } from '../../../lib/model';
import { TerraformReader } from '../../../lib/platforms/aws/read-terraform';
import { FRAMEWORKS, Json, policyIn, TestApp } from './frameworks';

/** What carries the groups is made by this; `open` is a group of the user's own, that admits SSH from everywhere. */
type Carriers = (context: { make: (module: string, id: string, props: object) => Json; ids: string[]; open: Json }) => void;

const attachOurs: Carriers = ({ make, ids }) => make('instance', 'Web', { ami: 'ami-1', instanceType: 't3.micro', vpcSecurityGroupIds: ids });

describe.each(FRAMEWORKS)('read back from $name', (framework) => {
  /** Everything that a rule can say, in a landscape of three stacks. */
  function landscape(mode: EnforcementMode, carriers: Carriers = attachOurs): TestApp {
    const test = new TestApp(framework);
    const network = test.stack('Network');
    const vpc = test.make(network, 'vpc', 'Vpc', { cidrBlock: '10.0.0.0/16' });
    const nat = test.make(network, 'eip', 'Nat', { domain: 'vpc' });
    const offices = test.make(network, 'ec2-managed-prefix-list', 'Offices', { name: 'offices', maxEntries: 5, addressFamily: 'IPv4' });

    const security = test.stack('Security');
    const policy = policyIn(security, 'Payments', { mode });
    const web = policy.addWorkload('Web', { services: [Service.HTTPS], labels: { app: 'shop' } });
    const db = policy.addWorkload('Db', { services: [Service.POSTGRES], labels: { app: 'shop' } });
    const idle = policy.addWorkload('Idle');
    const audit = policy.addUnmanagedWorkload('Audit', { addresses: ['192.0.2.7', '2001:db8:7::/48'] });
    policy.addSegment('Shop', { members: Selector.matching({ app: 'shop' }) });
    const groups = new SecurityGroups(security, 'Groups', { policy, vpcId: vpc.id, monitorScope: [vpc.cidrBlock, '2001:db8::/56'] });
    groups.protect(idle);
    web.allowFrom(Peer.any(), { justification: 'public ${path.module}' });
    web.allowFrom(Peer.ipv6('2001:db8::/32'), { services: [Service.icmpv6(128), Service.tcpRange(8000, 8100)] });
    web.allowFrom(Peer.cidr('10.0.0.0/8', ['10.9.0.0/16']), { services: [Service.icmp(8), Service.protocol(50)] });
    web.allowFrom(Peer.prefixList(offices.id, { name: 'offices', maxEntries: 5 }), { services: [Service.SSH] });
    web.allowTo(Peer.token('nat', `${nat.publicIp}/32`, IpFamily.IPV4), { services: [Service.DNS] });
    web.allowTo(db);
    db.allowTo(web);
    db.allowTo(db, { services: [Service.any()] });
    db.allowFrom(audit);
    for (let host = 0; host < 140; host += 2) web.allowFrom(Peer.ipv4(`198.51.100.${host}`), { services: [Service.NTP] });

    const app = test.stack('App');
    const make = (module: string, id: string, props: object) => test.make(app, module, id, props);
    const open = make('security-group', 'Open', { vpcId: vpc.id, ingress: [{ protocol: 'tcp', fromPort: 22, toPort: 22, cidrBlocks: ['0.0.0.0/0'] }] });
    make('db-instance', 'Db', { instanceClass: 'db.t3.micro', vpcSecurityGroupIds: groups.securityGroupIds(db) });
    carriers({ make, ids: groups.securityGroupIds(web), open });
    return test.synth();
  }

  function verified(test: TestApp): VerifyResult {
    const artifacts = new TerraformReader().read(test.app.outdir);
    return verifyPlaced([{ directory: 'stacks/Security', manifest: test.manifest('Security') }], artifacts);
  }

  test.each(Object.values(EnforcementMode))('GIVEN a policy in %s WHEN its stacks are read THEN they admit what is declared, and nothing else', (mode) => {
    const { ok, policies } = verified(landscape(mode));

    expect(policies.flatMap(({ artifacts }) => artifacts).flatMap(({ excess, missing }) => [...excess, ...missing])).toEqual([]);
    expect(policies.map(({ id }) => id)).toEqual(['Payments']);
    expect(policies[0].artifacts.length).toBeGreaterThan(0);
    expect(ok).toBe(true);
  });

  test('GIVEN one rule that is widened, and one that is dropped WHEN read THEN exactly these deviate', () => {
    const test = landscape(EnforcementMode.ENFORCE);
    const configuration = test.configuration('Security');
    const [resource] = Object.values<Json>(configuration.resource.aws_vpc_security_group_ingress_rule);
    const audit = Object.keys(resource.for_each).find((id) => resource.for_each[id].cidr_ipv4 === '192.0.2.7/32')!;
    const audit6 = Object.keys(resource.for_each).find((id) => resource.for_each[id].cidr_ipv6 === '2001:db8:7::/48')!;
    resource.for_each[audit].cidr_ipv4 = '192.0.2.6/31';
    delete resource.for_each[audit6];
    writeFileSync(join(test.app.outdir, 'stacks/Security/cdk.tf.json'), JSON.stringify(configuration));

    const deviations = verified(test).policies.flatMap(({ artifacts }) => artifacts);

    const postgres = { protocol: 'tcp', fromPort: 5432, toPort: 5432, end: 'ingress' };
    expect(deviations.flatMap(({ excess }) => excess)).toEqual([
      expect.objectContaining({ client: { cidr: '192.0.2.6/32' }, server: { workload: 'Db' }, ...postgres }),
    ]);
    expect(deviations.flatMap(({ missing }) => missing)).toEqual([expect.objectContaining({ server: { workload: 'Db' }, ...postgres })]);
  });

  test('GIVEN another group on a resource beside ours WHEN read THEN what it admits is in excess', () => {
    const test = landscape(EnforcementMode.ENFORCE, ({ make, ids, open }) => {
      const both = framework.core.Fn.concat([ids, [open.id]]);
      make('instance', 'Web', { ami: 'ami-1', instanceType: 't3.micro', vpcSecurityGroupIds: both });
    });

    const excess = verified(test).policies.flatMap(({ artifacts }) => artifacts).flatMap((artifact) => artifact.excess);

    expect(excess).toContainEqual(expect.objectContaining({
      client: { any: 'ipv4' }, server: { workload: 'Web' }, protocol: 'tcp', fromPort: 22, toPort: 22, end: 'ingress',
    }));
  });

  test('GIVEN enforcement points in two stacks, one of which names a group of the other WHEN read THEN nothing deviates', () => {
    const test = new TestApp(framework);
    const [front, back] = ['Front', 'Back'].map((id) => test.stack(id));
    const policy = policyIn(front, 'Payments', { mode: EnforcementMode.ENFORCE });
    const web = policy.addWorkload('Web');
    const db = policy.addWorkload('Db', { services: [Service.POSTGRES], addresses: ['10.0.2.0/24'] });
    const points = new SecurityGroups(front, 'Groups', { policy, vpcId: 'vpc-1' });
    const peerGroups = [{ workload: web, securityGroupId: points.securityGroupId(web) }];
    new SecurityGroups(back, 'Groups', { policy, vpcId: 'vpc-2', peerGroups }).protect(db);
    web.allowTo(db);
    test.synth();

    const manifests = ['Front', 'Back'].map((id) => ({ directory: `stacks/${id}`, manifest: test.manifest(id) }));
    const { ok, policies } = verifyPlaced(manifests, new TerraformReader().read(test.app.outdir));

    expect(policies.flatMap(({ artifacts }) => artifacts).flatMap(({ excess, missing }) => [...excess, ...missing])).toEqual([]);
    expect(ok).toBe(true);
  });
});
