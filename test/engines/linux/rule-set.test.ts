import { setTimeout as delay } from 'node:timers/promises';
import * as fc from 'fast-check';
import { AddressSet, PeerTraffic, ServiceSet } from '../../../lib/algebra';
import { EnforcementMode, Peer, SegmentationPolicy, Service } from '../../../lib/model';
import { planLinuxHosts } from '../../../lib/platforms/linux/plan';
import { LinuxHostsRequest } from '../../../lib/platforms/linux/plan-types';
import { readLive } from '../../../lib/platforms/linux/read';
import { renderAddressBook, renderRuleSet } from '../../../lib/platforms/linux/render';
import { EnforcedWorkload } from '../../../lib/platforms/platform';
import { HOSTILE_TEXTS, policyNamed } from '../../model/policies';
import { filledBook, filledIn, generatedRequest, SPECS } from '../../platforms/linux/generated';
import { ANYWHERE, EVERYTHING, expectedTraffic, hostsOf } from '../../platforms/linux/hosts';
import { differences } from '../../properties/compiled-traffic';
import { runs, SEED } from '../../properties/runs';
import { problemsOf } from '../../support/problems';
import { describeWithEngines } from '../harness';
import { rulesetAfter, rulesetsOf } from './namespaces';
import { Probe, TestNetwork } from './network';

const SAMPLE = fc.sample(SPECS, { seed: SEED, numRuns: runs(1, 504) });
/** Policies in one kernel at once: starting nft costs more than a table in it, but each table makes all others slower. */
const TOGETHER = 6;
const CHUNK = 14 * TOGETHER;
const STARTS = SAMPLE.map((_, index) => index).filter((index) => index % CHUNK === 0);

const QUIET_SECONDS = 0.7;

/** Of all hosts, for one transaction. */
function files(request: LinuxHostsRequest): string {
  return planLinuxHosts(request).hosts.map((host) => renderRuleSet(host) + filledBook(renderAddressBook(host))).join('');
}

function differencesOf(request: LinuxHostsRequest, found: readonly EnforcedWorkload[]): string[] {
  const expected = expectedTraffic(request, (address) => AddressSet.cidr(filledIn(address)));
  const managed = request.policy.workloads.filter((workload) => workload.managed);
  expect(found.map(({ workload }) => workload).sort()).toEqual(managed.map(({ id }) => id));
  return managed.flatMap(({ id, mode }) => (['ingress', 'egress'] as const).flatMap((end) => {
    const key = `${id} ${end}`;
    const wanted = mode === 'enforce' ? expected.get(key) ?? PeerTraffic.EMPTY : EVERYTHING;
    return differences(new Map([[key, wanted]]), new Map([[key, found.find(({ workload }) => workload === id)![end]]]));
  }));
}

/** A web server and what it may do, on a container host that is administered from elsewhere, too. */
function shop(mode = EnforcementMode.ENFORCE, expires?: string): SegmentationPolicy {
  const policy = policyNamed('Shop', { mode });
  const web = policy.addWorkload('Web', { services: [Service.HTTPS, Service.icmp(8, 0)] });
  web.allowFrom(Peer.cidr('10.97.0.0/24'), { expires });
  web.allowFrom(Peer.cidr('fd97::/64'), { services: [Service.tcp(443), Service.icmpv6(128)], expires });
  return policy;
}

function textOf(policy: SegmentationPolicy, wishes: Partial<LinuxHostsRequest> = {}): string {
  const [host] = hostsOf(policy, wishes);
  return renderRuleSet(host) + renderAddressBook(host);
}

const WISHES = {
  protects: [{ workload: 'Web', containerInterfaces: ['docker0', 'br-*'] }],
  management: [{ cidr: '192.0.2.0/24', port: 22 }, { cidr: '2001:db8::/32', port: 22 }],
};

describeWithEngines(['nftables'], 'rule sets in the kernel', () => {
  /** What the kernel holds of the policies from this one on, and what it should. */
  const loaded = async (start: number) => {
    const all = SAMPLE.slice(start, start + CHUNK).map((spec, index) => generatedRequest(spec, `P${index}`));
    const batches = all.flatMap((_, index) => (index % TOGETHER === 0 ? [all.slice(index, index + TOGETHER)] : []));
    const dumps = await rulesetsOf(batches.map((requests) => requests.map(files).join('')));
    return batches.map((requests, index) => ({ requests, dump: dumps[index] }));
  };
  let next: ReturnType<typeof loaded> | undefined;

  test.each(STARTS)('GIVEN generated policies from %d on WHEN the kernel is asked what it loaded THEN it admits exactly what was declared', async (start) => {
    const batches = await (next ?? loaded(start));
    // The kernel loads the next ones meanwhile.
    next = loaded(start + CHUNK);
    expect(batches.length).toBeGreaterThan(0);
    for (const { requests, dump } of batches) {
      const live = readLive('live.json', dump);
      for (const request of requests) {
        expect(differencesOf(request, live.workloads.filter(({ policy }) => policy === request.policy.id))).toEqual([]);
      }
    }
  });

  test('GIVEN a container host with management access WHEN read back THEN host and containers admit the flows, and the host its administrators', () => {
    const [host, containers] = readLive('live.json', rulesetAfter([textOf(shop(), WISHES)])).workloads;
    const flows = PeerTraffic.of([
      { peer: AddressSet.cidr('10.97.0.0/24'), services: ServiceSet.union([ServiceSet.tcp(443), ServiceSet.icmp(8, 0)]) },
      { peer: AddressSet.cidr('fd97::/64'), services: ServiceSet.union([ServiceSet.tcp(443), ServiceSet.icmpv6(128)]) },
    ]);
    const administrators = AddressSet.union([AddressSet.cidr('192.0.2.0/24'), AddressSet.cidr('2001:db8::/32')]);
    expect(containers.carrier).toBe(`${host.carrier}/forward`);
    expect(containers.ingress.equals(flows)).toBe(true);
    expect(host.ingress.equals(flows.union(PeerTraffic.of([{ peer: administrators, services: ServiceSet.tcp(22) }])))).toBe(true);
    expect([host.egress.isEmpty(), containers.egress.isEmpty()]).toEqual([true, true]);
  });

  test.each([EnforcementMode.MONITOR, EnforcementMode.VISIBILITY])('GIVEN %s WHEN read back THEN everything passes, forwarded or not', (mode) => {
    const carriers = readLive('live.json', rulesetAfter([textOf(shop(mode), WISHES)])).workloads;
    const admitted = carriers.flatMap(({ ingress, egress }) => [ingress, egress]);
    expect(admitted.map((traffic) => traffic.equals(EVERYTHING))).toEqual([true, true, true, true]);
  });

  test('GIVEN the tables of another firewall WHEN loaded, loaded again, and its book swapped THEN ours is as it was, and so are theirs', () => {
    const theirs = 'table ip docker {\nmap ports {\ntype inet_service : verdict\n}\nchain nat {\ntype nat hook prerouting priority dstnat\n}\n}\n';
    const policy = shop();
    const [host] = hostsOf(policy);
    const after = (...texts: string[]) => rulesetAfter([theirs, ...texts]).replace(/"handle": \d+/g, '"handle": 0');
    const once = after(textOf(policy));
    expect(after(textOf(policy), textOf(policy), renderAddressBook(host))).toBe(once);
    expect(once).toContain('"name": "docker"');
  });

  test('GIVEN ids of 64 characters and hostile labels WHEN loaded THEN the kernel takes them, and names the owner', () => {
    const [id, workload] = [`P${'.'.repeat(63)}`, `W${'-'.repeat(63)}`];
    const policy = policyNamed(id);
    HOSTILE_TEXTS.forEach((text, index) => policy.addWorkload(index === 0 ? workload : `W${index}`, { labels: { app: text.slice(0, 256) } }));
    const texts = hostsOf(policy).map((host) => renderRuleSet(host) + renderAddressBook(host));
    expect(readLive('live.json', rulesetAfter([texts.join('')])).workloads).toContainEqual(expect.objectContaining({ policy: id, workload }));
  });

  test('GIVEN rules that somebody adds by hand WHEN read back THEN they show, or are refused with their place', () => {
    const [{ table }] = hostsOf(shop());
    const after = (command: string) => readLive('live.json', rulesetAfter([textOf(shop()), `${command}\n`])).workloads[0].ingress;
    const declared = after('');
    const opened = (command: string) => after(command).subtract(declared);
    expect(opened(`insert rule inet ${table} input tcp dport 22 accept`).equals(PeerTraffic.of([{ peer: ANYWHERE, services: ServiceSet.tcp(22) }]))).toBe(true);
    expect(opened(`add element inet ${table} in4 { 192.0.2.1 . udp . 53 }`)
      .equals(PeerTraffic.of([{ peer: AddressSet.cidr('192.0.2.1'), services: ServiceSet.udp(53) }]))).toBe(true);
    expect(opened(`flush chain inet ${table} verdict`).isEmpty()).toBe(false);
    expect(problemsOf(() => after(`insert rule inet ${table} input meta mark 7 accept`)))
      .toEqual([expect.objectContaining({ code: 'MSEG8004', where: expect.stringMatching(/^live\.json chain input handle \d+$/) })]);
  });

  test('GIVEN packets WHEN sent THEN ports, messages and deadlines decide as they are read, and the deadline passes by itself', async () => {
    const [server, client] = [['10.97.0.1', 'fd97::1'], ['10.97.0.2', 'fd97::2']];
    const network = new TestNetwork([
      { name: 'Server', addresses: server, tcp: [443, 444], udp: [] }, { name: 'Client', addresses: client, tcp: [], udp: [] },
    ]);
    const probes = [0, 1].flatMap((family): Probe[] => [
      [client[family], server[family], 'tcp', 443], [client[family], server[family], 'icmp', family === 0 ? 8 : 128],
      [client[family], server[family], 'tcp', 444],
    ]);
    const reached = () => network.reached(probes, QUIET_SECONDS);
    try {
      await network.start();
      expect(await reached()).toEqual(probes);
      const expires = new Date(Date.now() + 6_000).toISOString();
      await network.machine('Server').load(textOf(shop(EnforcementMode.ENFORCE, expires)));
      expect(await reached()).toEqual(probes.filter(([, , , number]) => number !== 444));
      await delay(Date.parse(expires) - Date.now());
      expect(await reached()).toEqual([]);
    } finally {
      network.remove();
    }
  });
});
