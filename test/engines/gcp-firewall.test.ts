import { join } from 'node:path';
import { GoogleFirewall, GoogleIdentity } from '../../lib/bindings/cdktf';
import { EnforcementMode, IpFamily, Peer, Service, Workload } from '../../lib/model';
import { FRAMEWORKS, Json, policyIn, TestApp } from '../bindings/cdktf/frameworks';
import { changesOf, describeWithEngines, HeldResource, InMemoryProviders, planIsEmpty, TerraformApp, TerraformStackRoot } from './harness';

const HOSTILE = 'open ${path.module} for $5; {all} %{ if true }';

/** The network and its rules in one stack, the machines in another. */
function synthesize(identity: GoogleIdentity, mode: EnforcementMode, withCallback = false): TestApp {
  const test = new TestApp(FRAMEWORKS[0]);
  const stack = test.stack('Network', 'google');
  const network = test.make(stack, 'compute-network', 'Network', { name: 'shop', autoCreateSubnetworks: false });
  const subnet = test.make(stack, 'compute-subnetwork', 'Subnet', { name: 'app', network: network.id, ipCidrRange: '10.3.0.0/20' });
  const nat = test.make(stack, 'compute-address', 'Nat', { name: 'nat' });
  const policy = policyIn(stack, 'Payments', { mode });
  const web = policy.addWorkload('Web', { services: [Service.HTTPS], addresses: ['10.3.1.0/24'] });
  const db = policy.addWorkload('Db', { services: [Service.POSTGRES], addresses: ['10.3.2.0/24', '2001:db8:3::/64'] });
  const erp = policy.addWorkload('Erp', { services: [Service.HTTPS] });
  const firewall = new GoogleFirewall(stack, 'Firewall', {
    policy, network: network.id, identity, monitorScope: ['10.3.0.0/16', '2001:db8:3::/48'],
    peerAddresses: [{ workload: erp, ipv4Blocks: [`${nat.address}/32`] }],
  });
  web.allowFrom(Peer.any(), { justification: HOSTILE });
  web.allowFrom(Peer.cidr('198.51.100.0/24', ['198.51.100.7/32']), { services: [Service.icmp(), Service.tcpRange(8000, 8099), Service.SSH] });
  web.allowFrom(Peer.token('nat', `${nat.address}/32`, IpFamily.IPV4), { services: [Service.sctp(80), Service.protocol(50)] });
  web.allowTo(db, { justification: 'orders' });
  web.allowTo(erp);
  if (withCallback) db.allowTo(web, { services: [Service.tcp(8443)], justification: 'callback' });

  const app = test.stack('App', 'google');
  for (const workload of [web, db]) addMachine(test, app, { workload, firewall, identity, subnet });
  return test.synth();
}

interface Machine {
  readonly workload: Workload;
  readonly firewall: GoogleFirewall;
  readonly identity: GoogleIdentity;
  readonly subnet: Json;
}

function addMachine(test: TestApp, app: Json, { workload, firewall, identity, subnet }: Machine): void {
  const name = workload.workloadId.toLowerCase();
  const email = `${name}@shop.iam.gserviceaccount.com`;
  if (identity === GoogleIdentity.SERVICE_ACCOUNTS) firewall.protect(workload, { serviceAccount: email });
  const machine = test.make(app, 'compute-instance', workload.workloadId, {
    name, zone: 'europe-west1-b', machineType: 'e2-small', bootDisk: { initializeParams: { image: 'debian-12' } },
    networkInterface: [{ subnetwork: subnet.id }],
    ...(identity === GoogleIdentity.NETWORK_TAGS && { tags: [firewall.networkTag(workload)] }),
    ...(identity === GoogleIdentity.SERVICE_ACCOUNTS && { serviceAccount: { email, scopes: ['cloud-platform'] } }),
  });
  if (identity !== GoogleIdentity.SECURE_TAGS) return;
  test.make(app, 'tags-location-tag-binding', `${workload.workloadId}Tag`, {
    parent: `//compute.googleapis.com/projects/1/zones/${machine.zone}/instances/${machine.instanceId}`, location: machine.zone,
    tagValue: firewall.secureTag(workload),
  });
}

function applyFirst(root: TerraformStackRoot): void {
  root.init();
  expect(root.validate()).toMatchObject({ ok: true });
  root.apply();
}

const outOf = (test: TestApp, stack: string) => join(test.app.outdir, 'stacks', stack);
const isScope = ({ description }: HeldResource) => String(description).includes('Scope of monitoring');

describeWithEngines(['terraform'], 'firewall of Google Cloud, applied by Terraform', () => {
  let providers: InMemoryProviders;

  beforeAll(async () => {
    providers = await InMemoryProviders.start('google');
  });

  afterAll(async () => {
    await providers?.stop();
  });

  describe.each([
    { identity: GoogleIdentity.SECURE_TAGS, type: 'google_compute_network_firewall_policy_rule', turned: 'update' },
    // Google Cloud turns no VPC firewall rule from allow to deny.
    { identity: GoogleIdentity.NETWORK_TAGS, type: 'google_compute_firewall', turned: 'delete,create' },
  ])('for $identity', ({ identity, type, turned }) => {
    let terraform: TerraformApp;
    let network: TerraformStackRoot;
    let app: TerraformStackRoot;
    let monitored: HeldResource[];

    beforeAll(async () => {
      terraform = new TerraformApp({ providers });
      const test = synthesize(identity, EnforcementMode.MONITOR);
      network = terraform.stack('Network', outOf(test, 'Network'));
      app = terraform.stack('App', outOf(test, 'App'));
      [network, app].forEach(applyFirst);
      monitored = await providers.resources(type);
    });

    afterAll(async () => {
      terraform?.remove();
      await providers.reset();
    });

    test('GIVEN a policy in MONITOR WHEN applied THEN nothing is left to do in either stack', () => {
      expect(monitored.filter(isScope)).toHaveLength(8);
      expect(planIsEmpty(network.plan())).toBe(true);
      expect(planIsEmpty(app.plan())).toBe(true);
    });

    test('GIVEN one more flow WHEN planned THEN exactly its rules are added', () => {
      network.resynthesize(outOf(synthesize(identity, EnforcementMode.MONITOR, true), 'Network'));

      const changes = changesOf(network.plan());

      expect(changes.map(({ actions }) => actions.join())).toEqual(['create', 'create']);
      expect(changes.every(({ address }) => address.startsWith(`${type}.`))).toBe(true);
    });

    test('GIVEN the policy in ENFORCE WHEN applied THEN the scope rules deny, and nothing else changes', async () => {
      network.resynthesize(outOf(synthesize(identity, EnforcementMode.ENFORCE), 'Network'));
      const changes = changesOf(network.plan());
      network.apply({ planned: true });

      expect(changes.map(({ address, actions }) => [address.split('.')[0], actions.join()])).toEqual(Array.from({ length: 8 }, () => [type, turned]));
      const rules = await providers.resources(type);
      const others = (all: readonly HeldResource[]) => all.filter((rule) => !isScope(rule)).map((rule) => JSON.stringify(rule)).sort();
      expect(others(rules)).toEqual(others(monitored));
      const denies = ({ action, deny }: HeldResource) => action === 'deny' || (Array.isArray(deny) && deny.length > 0);
      expect(rules.filter(isScope).map(denies)).toEqual(Array.from({ length: 8 }, () => true));
      expect(planIsEmpty(network.plan())).toBe(true);
      app.resynthesize(outOf(synthesize(identity, EnforcementMode.ENFORCE), 'App'));
      expect(planIsEmpty(app.plan())).toBe(true);
    });

    test('GIVEN a rule that somebody removed WHEN planned THEN exactly it is put back', async () => {
      const [rule] = (await providers.resources(type)).filter(({ description }) => String(description).includes('Default deny'));
      await providers.remove(type, rule.id);

      expect(changesOf(network.plan()).map(({ actions }) => actions.join())).toEqual(['create']);
      network.apply({ planned: true });
      expect(planIsEmpty(network.plan())).toBe(true);
    });

    test('GIVEN everything applied WHEN destroyed THEN nothing is in the way of anything', async () => {
      app.destroy();
      network.destroy();

      expect(await providers.resources(type)).toEqual([]);
      expect(await providers.resources('google_compute_network')).toEqual([]);
    });
  });

  test('GIVEN service accounts WHEN applied THEN nothing is left to do', async () => {
    const terraform = new TerraformApp({ providers });
    const test = synthesize(GoogleIdentity.SERVICE_ACCOUNTS, EnforcementMode.ENFORCE);
    const roots = ['Network', 'App'].map((name) => terraform.stack(name, outOf(test, name)));
    roots.forEach(applyFirst);

    expect(roots.map((root) => planIsEmpty(root.plan()))).toEqual([true, true]);
    expect((await providers.resources('google_compute_firewall')).every((rule) => rule.target_service_accounts && !rule.target_tags)).toBe(true);
    terraform.remove();
    await providers.reset();
  });
});
