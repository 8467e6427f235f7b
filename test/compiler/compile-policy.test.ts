import { ambiguousNames, compilePolicy } from '../../lib/compiler';
import { IpFamily, Peer, Service } from '../../lib/model';
import { CDK_TOKEN, CDKTF_TOKEN, payments } from '../model/policies';
import { codesOf, problemsOf } from '../support/problems';

test('GIVEN a compiled policy WHEN asked again THEN nothing is compiled; WHEN something was added THEN it is there', () => {
  const policy = payments();
  const web = policy.addWorkload('Web', { services: [Service.HTTPS] });
  const first = compilePolicy(policy);
  expect(compilePolicy(policy)).toBe(first);

  web.allowFrom(Peer.anyIpv4());
  expect(first.flows).toEqual([]);
  expect(compilePolicy(policy).flows).toHaveLength(1);
});

test('GIVEN one token under two names and one name twice WHEN compiled THEN peers are told apart by name alone', () => {
  const policy = payments();
  const web = policy.addWorkload('Web', { services: [Service.HTTPS] });
  for (const name of ['nat-a', 'nat-b', 'nat-a']) web.allowFrom(Peer.token(name, CDK_TOKEN, IpFamily.IPV4));
  web.allowFrom(Peer.prefixList('pl-1', { name: 'nat-a', maxEntries: 5 }));
  const { flows, opaquePeers } = compilePolicy(policy);

  expect(flows.map(({ client }) => client)).toEqual([{ prefixList: 'nat-a' }, { token: 'nat-a' }, { token: 'nat-b' }]);
  expect(opaquePeers).toEqual([
    { kind: 'prefixList', name: 'nat-a', value: 'pl-1', family: 4, maxEntries: 5, platform: 'aws' },
    { kind: 'token', name: 'nat-a', value: CDK_TOKEN, family: 4, maxEntries: 1 },
    { kind: 'token', name: 'nat-b', value: CDK_TOKEN, family: 4, maxEntries: 1 },
  ]);
});

test('GIVEN one name for a token and for one of another family WHEN compiled THEN MSEG1007', () => {
  const policy = payments();
  const web = policy.addWorkload('Web', { services: [Service.HTTPS] });
  web.allowFrom(Peer.token('nat', CDK_TOKEN, IpFamily.IPV4));
  web.allowFrom(Peer.token('nat', CDK_TOKEN, IpFamily.IPV6));
  expect(problemsOf(() => compilePolicy(policy))).toEqual([{ code: 'MSEG1007', where: 'Payments/Web', message: '"nat" names two different tokens' }]);
});

test('GIVEN one name for two tokens WHEN compiled THEN both are kept, and whoever can fill them in tells whether they are one value', () => {
  const policy = payments();
  const web = policy.addWorkload('Web', { services: [Service.HTTPS] });
  for (const token of [CDK_TOKEN, CDKTF_TOKEN, CDK_TOKEN, CDKTF_TOKEN]) web.allowFrom(Peer.token('nat', token, IpFamily.IPV4));
  const compiled = compilePolicy(policy);

  expect(compiled.opaquePeers).toEqual([{ kind: 'token', name: 'nat', value: CDK_TOKEN, family: 4, maxEntries: 1, aliases: [CDKTF_TOKEN] }]);
  expect(ambiguousNames(compiled, () => 'the same')).toEqual([]);
  expect(ambiguousNames(compiled, (token) => token)).toEqual([{ code: 'MSEG1007', where: 'Payments', message: '"nat" names two different tokens' }]);
});

test('GIVEN one name for a prefix list and for another whose id is known WHEN compiled THEN MSEG1007', () => {
  const policy = payments();
  const web = policy.addWorkload('Web', { services: [Service.HTTPS] });
  for (const id of ['pl-1', CDK_TOKEN]) web.allowFrom(Peer.prefixList(id, { name: 's3', maxEntries: 1 }));
  expect(codesOf(() => compilePolicy(policy))).toEqual(['MSEG1007']);
});

test('GIVEN one prefix list with two sizes WHEN compiled THEN MSEG1007: a quota could be counted too small', () => {
  const policy = payments();
  const web = policy.addWorkload('Web', { services: [Service.HTTPS] });
  [10, 20].forEach((maxEntries) => web.allowFrom(Peer.prefixList('pl-1', { maxEntries })));
  expect(problemsOf(() => compilePolicy(policy))).toEqual([expect.objectContaining({ code: 'MSEG1007', message: '"pl-1" names two different prefix lists' })]);
});

test('GIVEN a policy without any flow WHEN compiled THEN nothing is admitted', () => {
  const policy = payments();
  policy.addWorkload('Web', { services: [Service.HTTPS] });
  expect(compilePolicy(policy)).toMatchObject({ flows: [], findings: [], mode: 'monitor', workloads: [{ id: 'Web', managed: true }] });
});
