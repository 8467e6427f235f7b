import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compilePolicy } from '../../../lib/compiler';
import { IpFamily, Peer, Service } from '../../../lib/model';
import { LinuxBundle, linuxBundle, packBundle, SIGNING_HELP } from '../../../lib/platforms/linux/bundle';
import { BundleSettings } from '../../../lib/platforms/linux/bundle-settings';
import { DEFAULT_NETFILTER_LOG, LINUX_DEFAULT_LIMITS } from '../../../lib/platforms/linux/limits';
import { planLinuxHosts } from '../../../lib/platforms/linux/plan';
import { LinuxHostPlan, LinuxHostsRequest } from '../../../lib/platforms/linux/plan-types';
import { renderAddressBook } from '../../../lib/platforms/linux/render';
import { SegmentationError } from '../../../lib/support/errors';
import { CDK_TOKEN, HOSTILE_TEXTS, payments } from '../../model/policies';

const ASSETS = join(__dirname, '../../../assets/linux-agent');
const SETTINGS: BundleSettings = { confirmSeconds: 60, onFailure: 'closed', onDrift: 'restore', cutRemovedConnections: true };

function webHost(peer = Peer.cidr('10.1.0.0/16'), wishes: Partial<LinuxHostsRequest> = {}): LinuxHostPlan {
  const policy = payments();
  const web = policy.addWorkload('Web', { labels: { app: 'pay' }, services: [Service.HTTPS] });
  web.allowFrom(peer, { justification: 'site' });
  return planLinuxHosts({
    policy: compilePolicy(policy), enforcementPoint: 'App/Agents', protects: [{ workload: 'Web' }], management: [{ cidr: '10.0.0.0/24', port: 22 }],
    log: DEFAULT_NETFILTER_LOG, limits: LINUX_DEFAULT_LIMITS, ...wishes,
  }).hosts[0];
}

const bundleOf = (host = webHost(), settings: Partial<BundleSettings> = {}) => linuxBundle(host, { ...SETTINGS, ...settings }, 'App/Agents');
const settingsOf = (bundle: LinuxBundle) => bundle.files['agent.conf'].split('\n');

function codesOf(settings: Partial<BundleSettings>, host = webHost()): string[] {
  try {
    bundleOf(host, settings);
  } catch (error) {
    return (error as SegmentationError).codes;
  }
  return [];
}

describe('a bundle', () => {
  test('holds a hash of every other file, and is known by its manifest', () => {
    const { files, identity } = bundleOf();
    const manifest = JSON.parse(files['manifest.json']);
    expect(Object.keys(manifest.files)).toEqual(Object.keys(files).filter((name) => name !== 'manifest.json'));
    expect(manifest).toMatchObject({ formatVersion: 1, policy: 'Payments', workload: 'Web', mode: 'monitor' });
    expect(identity).toMatch(/^[0-9a-f]{64}$/);
    expect(bundleOf().identity).toBe(identity);
    expect(bundleOf(webHost(Peer.cidr('10.2.0.0/16'))).identity).not.toBe(identity);
  });

  test('is the same bytes whenever it is packed, and unpacks to its files', () => {
    const directory = mkdtempSync(join(tmpdir(), 'bundle-'));
    try {
      const bundle = bundleOf();
      expect(packBundle(bundleOf())).toEqual(packBundle(bundle));
      writeFileSync(join(directory, 'web.tar.gz'), packBundle(bundle));
      execFileSync('tar', ['-xzf', 'web.tar.gz'], { cwd: directory });
      rmSync(join(directory, 'web.tar.gz'));
      expect(Object.fromEntries(readdirSync(directory).sort().map((name) => [name, readFileSync(join(directory, name), 'utf8')]))).toEqual(bundle.files);
    } finally {
      rmSync(directory, { recursive: true });
    }
  });

  test('tells the agent to look for management access before it loads rules', () => {
    const management = [{ cidr: '10.0.0.0/24', port: 22 }, { cidr: 'fd00::/64', port: 22 }];
    expect(settingsOf(bundleOf(webHost(undefined, { management })))).toEqual(
      expect.arrayContaining(['management=management4 10.0.0.0/24 . 22', 'management=management6 fd00::/64 . 22']));
  });

  test('ends connections in ENFORCE only, where nothing else is let through', () => {
    const monitored = webHost();
    expect(settingsOf(bundleOf(monitored))).toContain('cut_connections=no');
    expect(settingsOf(bundleOf({ ...monitored, mode: 'enforce' }))).toContain('cut_connections=yes');
    expect(settingsOf(bundleOf({ ...monitored, mode: 'enforce' }, { cutRemovedConnections: false }))).toContain('cut_connections=no');
  });

  test('leaves out deploy-time addresses, which come separately, and admits nobody without them', () => {
    const host = webHost(Peer.token('office', CDK_TOKEN, IpFamily.IPV4));
    const { files, addressBook } = bundleOf(host);
    expect(files['addresses.nft']).not.toMatch(/add element|Token/);
    expect(files['agent.conf']).toContain('\naddresses=separate\n');
    expect(addressBook).toBe(renderAddressBook(host));
    expect(bundleOf().addressBook).toBeUndefined();
  });

  test('listens to the log group of the rules', () => {
    const { files } = bundleOf(webHost(undefined, { log: { ...DEFAULT_NETFILTER_LOG, group: 4242 } }));
    expect(files['ulogd.conf']).toContain('\ngroup=4242\n');
  });
});

describe('settings of a bundle', () => {
  test('that would keep rules which nobody has tried are refused', () => {
    expect(codesOf({ confirmSeconds: 0 })).toEqual(['MSEG4020']);
    expect(codesOf({ confirmSeconds: 0, probe: { tcp: { host: '10.0.0.1', port: 443 } } })).toEqual([]);
  });

  test.each([[-1], [1.5], [86_401], [NaN]])('with a wait of %p seconds are refused', (confirmSeconds) => {
    expect(codesOf({ confirmSeconds })).toEqual(['MSEG4021']);
  });

  test('with a port that is none are refused', () => {
    for (const port of [0, 65_536, 1.5]) expect(codesOf({ probe: { tcp: { host: 'deploy.example', port } } })).toEqual(['MSEG4021']);
  });

  test.each(HOSTILE_TEXTS.map((text) => [text]))('with %j in them are refused, or stay in their place', (text) => {
    const plain = settingsOf(bundleOf());
    for (const command of [text, `test -n ${text}`]) {
      if (codesOf({ probe: { command } }).length > 0) continue;
      const settings = settingsOf(bundleOf(webHost(), { probe: { command } }));
      expect(settings).toContain(`probe_command=${command}`);
      expect(settings.filter((line) => !line.startsWith('probe_command='))).toEqual(plain);
    }
    if (!/^[a-zA-Z]+$/.test(text)) expect(codesOf({ probe: { tcp: { host: text, port: 1 } } })).toEqual(['MSEG4021']);
    if (!/^[a-zA-Z]+$/.test(text)) expect(codesOf({}, { ...webHost(), workload: text })).toEqual(['MSEG4021']);
  });
});

describe('the agent', () => {
  test('stays below 300 lines', () => {
    expect(readFileSync(join(ASSETS, 'microseg-agent'), 'utf8').split('\n').length - 1).toBeLessThan(300);
  });

  test('comes with instructions for signing what it verifies', () => {
    expect(SIGNING_HELP).toContain('openssl dgst -sha256 -sign private.pem -out web.tar.gz.sig manifest.json');
  });
});
