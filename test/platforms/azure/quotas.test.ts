import { Peer, SegmentationPolicy, Service } from '../../../lib/model';
import { AZURE_DEFAULT_LIMITS } from '../../../lib/platforms/azure/limits';
import { payments } from '../../model/policies';
import { codesOf, problemsOf } from '../../support/problems';
import { flowRulesOf, planOf, shop } from './plans';

const limits = (more: object) => ({ ...AZURE_DEFAULT_LIMITS, ...more });

function full(count: number, portOf: (index: number) => number): SegmentationPolicy {
  const { policy, web } = shop();
  for (let index = 0; index < count; index += 1) {
    web.allowFrom(Peer.ipv4(`10.${index >> 7}.${(index & 127) * 2}.0/24`), { services: [Service.tcp(portOf(index))] });
  }
  return policy;
}

test('GIVEN more rules than a group holds WHEN merging is enough THEN ports of equal peers stand in one rule', () => {
  const { policy, web, db } = shop();
  for (let port = 1; port <= 12; port += 1) {
    for (const peer of [db, Peer.cidr('10.0.0.0/8'), Peer.serviceTag('Internet')]) web.allowFrom(peer, { services: [Service.tcp(port * 10)] });
  }
  const ports = '10+20+30+40+50+60+70+80+90+100+110+120';
  expect(flowRulesOf(planOf(policy, { limits: limits({ rulesPerGroup: 20 }) }), 'Web'))
    .toEqual([`Inbound Tcp/${ports} 10.0.0.0/8`, `Inbound Tcp/${ports} Db`, `Inbound Tcp/${ports} tag Internet`]);
  expect(flowRulesOf(planOf(policy, { limits: limits({ rulesPerGroup: 40 }) }), 'Web')).toHaveLength(36);
});

test('GIVEN the same blocks for many services WHEN they are too many addresses THEN merging counts them once', () => {
  const { policy, web } = shop();
  for (let index = 0; index < 30; index += 1) web.allowFrom(Peer.ipv4(`10.0.${2 * index}.0/24`), { services: [Service.tcp(1), Service.tcp(3)] });
  const plan = planOf(policy, { limits: limits({ addressesPerGroup: 40 }) });
  expect(flowRulesOf(plan, 'Web')).toEqual([expect.stringMatching(/^Inbound Tcp\/1\+3 10\.0\.0\.0\/24 /)]);
  expect(plan.quotas.find(({ workload }) => workload === 'Web')).toEqual({
    workload: 'Web', rules: 5, rulesPerGroup: 1000, sourceAddresses: 31, destinationAddresses: 0, addressesPerGroup: 40,
    applicationGroups: 0, applicationGroupsPerGroup: 100, applicationGroupsOnInterface: 1, applicationGroupsPerInterface: 20,
  });
});

test('GIVEN more services and peers than Azure takes WHEN planned THEN MSEG3201 names workload and count', () => {
  const policy = full(1000, (index) => 2 * index);
  expect(problemsOf(() => planOf(policy))).toEqual([{
    code: 'MSEG3201', where: 'Payments/Web', message: 'Web needs 1004 rules in its network security group, with those that close it; 1000 is the limit',
  }]);
});

test('GIVEN more addresses than Azure takes WHEN planned THEN MSEG3202', () => {
  expect(codesOf(() => planOf(full(400, () => 443), { limits: limits({ addressesPerGroup: 400 }) }))).toEqual(['MSEG3202']);
  const { policy, web } = shop();
  for (const cidr of ['10.0.0.0/24', '10.0.2.0/24']) web.allowTo(Peer.ipv4(cidr), { services: [Service.HTTPS] });
  expect(problemsOf(() => planOf(policy, { limits: limits({ addressesPerGroup: 1 }) })).map(({ message }) => message))
    .toEqual(['Web needs 2 destination addresses in its network security group; 1 is the limit']);
});

test('GIVEN more application security groups than Azure takes WHEN planned THEN MSEG3203', () => {
  const policy = payments();
  const db = policy.addWorkload('Db', { services: [Service.POSTGRES] });
  for (let index = 0; index <= 100; index += 1) policy.addWorkload(`App${index}`).allowTo(db);
  expect(problemsOf(() => planOf(policy))).toMatchObject([{ code: 'MSEG3203', where: 'Payments/Db' }]);

  const protects = [{ workload: 'Web', networkInterfaces: true, subnets: false, otherApplicationGroups: 20 }];
  expect(problemsOf(() => planOf(shop().policy, { protects })).map(({ code, message }) => `${code} ${message}`))
    .toEqual(['MSEG3203 Web needs 21 application security groups on each network interface; 20 is the limit']);
});

test.each([{ rulesPerGroup: 0 }, { rulesPerGroup: 3991 }, { applicationGroupsPerRule: 1.5 }, { addressesPerGroup: NaN }])('GIVEN %j WHEN planned THEN MSEG3206', (wrong) => {
  expect(codesOf(() => planOf(shop().policy, { limits: limits(wrong) }))).toEqual(['MSEG3206']);
});
