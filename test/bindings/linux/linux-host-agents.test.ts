import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { verifyPlaced } from '../../../lib/analysis/verify';
import { LinuxDriftMode, LinuxFailureMode, LinuxHostAgents, LinuxHostAgentsProps } from '../../../lib/bindings/linux';
import { readArtifacts, readManifests } from '../../../lib/cli/input';
import { EnforcementMode, IpFamily, Peer, Service } from '../../../lib/model';
import { CDK_TOKEN, HOSTILE_TEXTS, payments, policyNamed } from '../../model/policies';
import { problemsOf } from '../../support/problems';

let directory: string;
beforeEach(() => { directory = mkdtempSync(join(tmpdir(), 'hosts-')); });
afterEach(() => rmSync(directory, { recursive: true }));

function agents(
  justification = 'site', peer = Peer.cidr('10.9.0.0/16'), mode = EnforcementMode.ENFORCE, settings: Partial<LinuxHostAgentsProps> = {},
) {
  const policy = payments({ mode });
  const web = policy.addWorkload('Web', { services: [Service.HTTPS], addresses: ['10.0.1.10/32'] });
  const db = policy.addWorkload('Db', { services: [Service.tcp(5432)], addresses: ['10.0.2.10/32'] });
  web.allowFrom(peer, { justification });
  web.allowTo(db, { justification });
  const made = new LinuxHostAgents(policy.node.scope!, 'Agents', { policy, management: [{ cidr: '10.0.0.0/24' }], ...settings });
  [web, db].forEach((workload) => made.protect(workload));
  return { made, policy, web };
}

const verified = () => verifyPlaced(readManifests(directory), readArtifacts(directory));
const file = (path: string) => join(directory, 'Payments', path);

test.each([EnforcementMode.ENFORCE, EnforcementMode.MONITOR])('what is written for hosts in %s admits what is declared', (mode) => {
  agents('site', undefined, mode).made.write(directory);
  const { ok, policies } = verified();
  expect(policies[0].artifacts.map(({ platform }) => platform)).toContain('linux');
  expect(ok).toBe(true);
});

test('a rule set that admits more than declared is found', () => {
  agents().made.write(directory);
  const book = readFileSync(file('Db/addresses.nft'), 'utf8');
  expect(book).toContain('10.0.1.10');
  writeFileSync(file('Db/addresses.nft'), book.replace(/10\.0\.1\.10/g, '10.0.1.0/24'));
  expect(verified().ok).toBe(false);
});

test('management access beyond the declared one is found', () => {
  agents().made.write(directory);
  const rules = readFileSync(file('Db/rules.nft'), 'utf8');
  expect(rules).toContain('10.0.0.0/24 . 22');
  writeFileSync(file('Db/rules.nft'), rules.replace('10.0.0.0/24 . 22', '10.0.0.0/23 . 22'));

  const { ok, policies } = verified();

  expect(ok).toBe(false);
  expect(policies.flatMap(({ artifacts }) => artifacts).flatMap(({ excess }) => excess)).toEqual([
    expect.objectContaining({ client: { cidr: '10.0.1.0/24' }, server: { workload: 'Db' }, protocol: 'tcp', fromPort: 22, toPort: 22, end: 'ingress' }),
  ]);
});

test('the same policy gives the same archive', () => {
  agents().made.write(directory);
  const before = readFileSync(file('Web.tar.gz'));
  agents().made.write(directory);
  expect(readFileSync(file('Web.tar.gz'))).toEqual(before);
});

test.each(HOSTILE_TEXTS)('a justification %j changes nothing that is admitted', (text) => {
  agents(text).made.write(directory);
  expect(verified().policies[0].artifacts.flatMap((a) => [...a.excess, ...a.missing])).toEqual([]);
});

test('addresses known at deploy time are refused, and nothing is written', () => {
  const { made } = agents('site', Peer.token('office', CDK_TOKEN, IpFamily.IPV4));
  expect(() => made.write(directory)).toThrow('MSEG4030');
  expect(existsSync(file(''))).toBe(false);
});

test('workloads of others and unmanaged ones are refused', () => {
  const { made, policy } = agents();
  expect(() => made.protect(payments().addWorkload('Other'))).toThrow('MSEG3002');
  expect(() => made.protect(policy.addUnmanagedWorkload('Legacy', { addresses: ['10.3.0.1/32'] }))).toThrow('MSEG3003');
});

test('settings come to the hosts, and containers are judged by the same flows', () => {
  const { made, web } = agents('site', undefined, undefined, {
    confirmSeconds: 0, probe: { tcp: { host: 'deploy.example', port: 443 }, command: 'true' }, onFailure: LinuxFailureMode.OPEN,
    onDrift: LinuxDriftMode.REPORT, cutRemovedConnections: false, log: { group: 7, recordsPerSecond: 5 },
  });
  made.protect(web, { containerInterfaces: ['docker0'] });
  made.write(directory);
  expect(readFileSync(file('Web/agent.conf'), 'utf8').split('\n')).toEqual(expect.arrayContaining([
    'confirm_seconds=0', 'probe_tcp=deploy.example 443', 'probe_command=true', 'on_failure=open', 'on_drift=report', 'cut_connections=no',
  ]));
  const rules = readFileSync(file('Web/rules.nft'), 'utf8');
  expect(rules).toMatch(/limit rate 5\/second burst 1000 packets log prefix .* group 7 /);
  expect(rules).toContain('iifname { "docker0" }');
  expect(verified().ok).toBe(true);
  expect(() => made.protect(web, { containerInterfaces: ['br-*'] })).toThrow('MSEG3001');
});

test('settings that hosts cannot take are refused', () => {
  expect(() => agents('site', undefined, undefined, { confirmSeconds: 0 }).made.write(directory)).toThrow('MSEG4020');
  expect(() => agents('site', undefined, undefined, { log: { group: 65_536 } }).made.write(directory)).toThrow('MSEG4002');
  expect(() => agents('site', undefined, undefined, { maxElements: 1 }).made.write(directory)).toThrow('MSEG4006');
});

test.each(['Elsewhere', 'Payments'])('a directory that holds what other agents wrote for the policy %s is left alone', (id) => {
  agents().made.write(directory);
  const before = readFileSync(join(directory, 'segmentation.json'), 'utf8');
  const policy = policyNamed(id);
  const ntp = policy.addWorkload('Ntp', { services: [Service.NTP], addresses: ['10.0.3.10/32'] });
  const other = new LinuxHostAgents(policy.node.scope!, 'OtherAgents', { policy, management: [] });
  other.protect(ntp);

  expect(problemsOf(() => other.write(directory))).toEqual([expect.objectContaining({ code: 'MSEG4080', where: other.node.path })]);
  expect(readFileSync(join(directory, 'segmentation.json'), 'utf8')).toBe(before);
  expect(existsSync(join(directory, id, 'Ntp'))).toBe(false);
});
