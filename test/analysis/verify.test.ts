import { AddressSet, PeerAtom, PeerTraffic, ServiceSet } from '../../lib/algebra';
import { verify, verifyPlaced } from '../../lib/analysis/verify';
import { ManifestPolicy } from '../../lib/compiler';
import { EnforcedArtifact, EnforcedWorkload } from '../../lib/platforms/platform';
import { flow, manifest, policy, tcp, VPC, workload } from './manifests';

type Rules = [peer: string | PeerAtom, services: ServiceSet][];

const HTTPS = ServiceSet.tcp(443);
const ANYWHERE: Rules = [['0.0.0.0/0', ServiceSet.ALL], ['::/0', ServiceSet.ALL]];
const wl = (id: string): PeerAtom => ({ kind: 'workload', id });
const token = (id: string): PeerAtom => ({ kind: 'token', id });

function traffic(rules: Rules): PeerTraffic {
  return PeerTraffic.of(rules.map(([peer, services]) => ({ peer: typeof peer === 'string' ? AddressSet.cidr(peer) : peer, services })));
}

function carrier(id: string, ingress: Rules, egress: Rules = [], more: Partial<EnforcedWorkload> = {}): EnforcedWorkload {
  return { policy: 'P', workload: id, carrier: `App.template.json#${id}Vm`, role: 'attached', ingress: traffic(ingress), egress: traffic(egress), ...more };
}

const artifact = (workloads: EnforcedWorkload[], path = 'App.template.json'): EnforcedArtifact => ({ platform: 'aws', path, workloads });

/** `+` too much, `-` too little: `+ ingress Db <- 10.0.0.0/8 tcp/443`. */
function found(declared: ManifestPolicy, ...workloads: EnforcedWorkload[]): string[] {
  const result = verify(manifest(declared), [artifact(workloads)]);
  const flows = result.policies.flatMap(({ artifacts }) => artifacts).flatMap(({ excess, missing }) => [
    ...excess.map((each) => ({ sign: '+', ...each })), ...missing.map((each) => ({ sign: '-', ...each })),
  ]);
  expect(result.ok).toBe(flows.length === 0);
  const text = (peer: object) => Object.values(peer).join();
  return flows.map(({ sign, end, client, server, protocol, fromPort, toPort }) => {
    const ports = fromPort === undefined ? '' : `/${fromPort}${toPort === fromPort ? '' : `-${toPort}`}`;
    return `${sign} ${end} ${text(client)} -> ${text(server)} ${protocol}${ports}`;
  });
}

describe('a workload in ENFORCE', () => {
  const declared = policy([workload('Web'), workload('Db', { addresses: ['10.1.0.0/24', '2001:db8::/64'] })], [
    flow({ any: 'ipv4' }, 'Web', tcp(443)), flow('Web', 'Db', tcp(5432)), flow('Web', { cidr: '203.0.113.0/24' }, tcp(25)),
  ]);
  const WEB: [Rules, Rules] = [[['0.0.0.0/0', HTTPS]], [[wl('Db'), ServiceSet.tcp(5432)], ['203.0.113.0/24', ServiceSet.tcp(25)]]];
  const DB: Rules = [[wl('Web'), ServiceSet.tcp(5432)]];

  test('GIVEN exactly what was declared THEN nothing is reported', () => {
    expect(found(declared, carrier('Web', ...WEB), carrier('Db', DB))).toEqual([]);
  });

  test('GIVEN a flow in several parts THEN the union counts', () => {
    const halves: Rules = [['0.0.0.0/1', HTTPS], ['128.0.0.0/1', HTTPS]];
    expect(found(declared, carrier('Web', halves, WEB[1]), carrier('Db', DB))).toEqual([]);
  });

  test('GIVEN a wider block, port or family THEN exactly the surplus is reported', () => {
    expect(found(declared, carrier('Web', [['0.0.0.0/0', ServiceSet.tcp(443, 444)], ['::/0', HTTPS]], WEB[1]), carrier('Db', DB))).toEqual([
      '+ ingress ipv4 -> Web tcp/444', '+ ingress ipv6 -> Web tcp/443',
    ]);
    expect(found(declared, carrier('Web', WEB[0], [WEB[1][0], ['203.0.112.0/23', ServiceSet.tcp(25)]]), carrier('Db', DB))).toEqual([
      '+ egress Web -> 203.0.112.0/24 tcp/25',
    ]);
  });

  test('GIVEN less THEN exactly what lacks is reported', () => {
    expect(found(declared, carrier('Web', [['0.0.0.0/1', HTTPS]], [WEB[1][1]]), carrier('Db', []))).toEqual([
      '- egress Web -> Db tcp/5432', '- ingress 128.0.0.0/1 -> Web tcp/443', '- ingress Web -> Db tcp/5432',
    ]);
  });

  test('GIVEN the addresses of a workload instead of its group THEN they stand for it, all of them and no more', () => {
    const byAddress = (...blocks: string[]): [Rules, Rules] => [
      WEB[0], [WEB[1][1], ...blocks.map((block): Rules[number] => [block, ServiceSet.tcp(5432)])],
    ];
    expect(found(declared, carrier('Web', ...byAddress('10.1.0.0/24', '2001:db8::/64')), carrier('Db', DB))).toEqual([]);
    expect(found(declared, carrier('Web', ...byAddress('10.1.0.0/24')), carrier('Db', DB))).toEqual(['- egress Web -> Db tcp/5432']);
    expect(found(declared, carrier('Web', ...byAddress('10.1.0.0/23', '2001:db8::/64')), carrier('Db', DB)))
      .toEqual(['+ egress Web -> 10.1.1.0/24 tcp/5432']);
  });

  test('GIVEN a group where only a block was declared THEN it is too much, even if the block holds its addresses', () => {
    const declaredBlock = policy(declared.workloads as never, [flow('Web', { cidr: '10.1.0.0/16' }, tcp(5432))]);
    expect(found(declaredBlock, carrier('Web', [], [['10.1.0.0/16', ServiceSet.tcp(5432)], [wl('Db'), ServiceSet.tcp(5432)]]), carrier('Db', [])))
      .toEqual(['+ egress Web -> Db tcp/5432']);
  });

  test('GIVEN a group where everybody is declared, IPv4 and IPv6, THEN it adds nothing', () => {
    const open = policy([workload('Web')], [flow({ any: 'ipv4' }, 'Web', tcp(443)), flow({ any: 'ipv6' }, 'Web', tcp(443))]);
    expect(found(open, carrier('Web', [['0.0.0.0/0', HTTPS], ['::/0', HTTPS], [token('sg-1'), HTTPS]]))).toEqual([]);
    expect(found(open, carrier('Web', [['0.0.0.0/0', HTTPS], ['::/0', HTTPS], [token('sg-1'), ServiceSet.tcp(22)]])))
      .toEqual(['+ ingress sg-1 -> Web tcp/22']);
  });

  test('GIVEN flows that overlap THEN what one still admits is not missing of the other, and few flows say it', () => {
    const overlapping = policy([workload('Web')], [flow({ any: 'ipv4' }, 'Web', tcp(443)), flow({ cidr: VPC }, 'Web', tcp(1, 500))]);
    expect(found(overlapping, carrier('Web', [['0.0.0.0/0', HTTPS]]))).toEqual(['- ingress 10.0.0.0/16 -> Web tcp/1-442', '- ingress 10.0.0.0/16 -> Web tcp/444-500']);
    expect(found(overlapping, carrier('Web', []))).toEqual(['- ingress ipv4 -> Web tcp/443', '- ingress 10.0.0.0/16 -> Web tcp/1-500']);
  });

  test('GIVEN two carriers THEN each must hold on its own', () => {
    const [half, other] = [[WEB[1][0]], [WEB[1][1]]] as Rules[];
    expect(found(declared, carrier('Web', WEB[0], half), carrier('Web', WEB[0], other, { carrier: 'B' }), carrier('Db', DB))).toEqual([
      '- egress Web -> 203.0.113.0/24 tcp/25', '- egress Web -> Db tcp/5432',
    ]);
  });

  test('GIVEN a workload that no artifact holds THEN all of it is missing', () => {
    expect(found(declared, carrier('Web', ...WEB))).toEqual(['- ingress Web -> Db tcp/5432']);
    expect(verify(manifest(declared), []).policies[0].artifacts.map(({ path, missing }) => [path, missing.length])).toEqual([['.', 4]]);
  });

  test('GIVEN a flow that deviates THEN it names the carriers that it was found on', () => {
    const result = verify(manifest(declared), [artifact([carrier('Web', ...WEB), carrier('Web', [], WEB[1], { carrier: 'B' }), carrier('Db', DB)])]);
    expect(result.policies[0].artifacts[0].missing).toEqual([
      { client: { any: 'ipv4' }, server: { workload: 'Web' }, protocol: 'tcp', fromPort: 443, toPort: 443, end: 'ingress', carriers: ['B'], rules: [], sources: [] },
    ]);
  });

  test('GIVEN workloads and policies that nobody declared THEN all that they are given is too much', () => {
    const strangers = [carrier('Ghost', [['10.0.0.0/8', HTTPS]]), carrier('Web', [['10.0.0.0/8', HTTPS]], [], { policy: 'Q' })];
    expect(found(declared, carrier('Web', ...WEB), carrier('Db', DB), ...strangers)).toEqual([
      '+ ingress 10.0.0.0/8 -> Ghost tcp/443', '+ ingress 10.0.0.0/8 -> Web tcp/443',
    ]);
  });

  test('GIVEN an unmanaged workload with groups of ours THEN all that they admit is too much', () => {
    const audit = policy([workload('Audit', { managed: false, enforcementPoints: [] })], [flow({ any: 'ipv4' }, 'Audit', tcp(443))]);
    expect(found(audit, carrier('Audit', [['0.0.0.0/0', HTTPS]]))).toEqual(['+ ingress ipv4 -> Audit tcp/443']);
  });
});

describe('opaque peers', () => {
  const declared = (rendered: string[], more: ManifestPolicy['opaquePeers'] = []) => policy([workload('Web')], [flow({ token: 'nat' }, 'Web', tcp(443))], {
    opaquePeers: [{ kind: 'token', name: 'nat', rendered }, ...more],
  });
  const EIP = '{"Fn::GetAtt":["Nat","PublicIp"]}';

  test('GIVEN a text that the manifest knows THEN it is that name', () => {
    expect(found(declared(['${eip}', EIP]), carrier('Web', [[token(EIP), HTTPS]]))).toEqual([]);
  });

  test('GIVEN a text that it does not know THEN the text is too much and the name is missing', () => {
    expect(found(declared([EIP]), carrier('Web', [[token('nat'), HTTPS]]))).toEqual(['+ ingress nat -> Web tcp/443', '- ingress nat -> Web tcp/443']);
  });

  test('GIVEN a prefix list with the text of a token THEN it is another peer', () => {
    expect(found(declared(['pl-1']), carrier('Web', [[token('pl-1'), HTTPS], [{ kind: 'prefixList', id: 'pl-1' }, HTTPS]])))
      .toEqual(['+ ingress pl-1 -> Web tcp/443']);
  });

  test('GIVEN two names for one value THEN they are the same peer', () => {
    const both = policy([workload('Web')], [flow({ token: 'nat' }, 'Web', tcp(443)), flow({ token: 'exit' }, 'Web', tcp(444))], {
      opaquePeers: ['nat', 'exit'].map((name) => ({ kind: 'token', name, rendered: [EIP] })),
    });
    expect(found(both, carrier('Web', [[token(EIP), ServiceSet.tcp(443, 444)]]))).toEqual([]);
    expect(found(both, carrier('Web', [[token(EIP), HTTPS]]))).toEqual(['- ingress exit -> Web tcp/444']);
  });

  test('GIVEN the group of a workload at another enforcement point THEN its id is the workload', () => {
    const foreign = policy([workload('Web'), workload('Db', { enforcementPoints: [] })], [flow('Db', 'Web', tcp(443))], {
      opaquePeers: [{ kind: 'group', name: 'Db', rendered: ['sg-1'] }],
    });
    expect(found(foreign, carrier('Web', [[token('sg-1'), HTTPS]]))).toEqual([]);
  });
});

describe.each(['monitor', 'visibility'])('a workload in %s', (mode) => {
  const declared = policy([workload('Web', { mode })], [flow({ any: 'ipv4' }, 'Web', tcp(443))]);
  const INGRESS: Rules = [['0.0.0.0/0', HTTPS], [VPC, ServiceSet.ALL]];
  const review = (ingress: Rules, egress: Rules = []) => carrier('Web', ingress, egress, { role: 'review', carrier: 'review' });
  const REVIEW = review([['0.0.0.0/0', HTTPS]]);

  test('GIVEN the network\'s ranges and all egress besides what was declared THEN nothing is reported', () => {
    expect(found(declared, carrier('Web', INGRESS, ANYWHERE), REVIEW)).toEqual([]);
  });

  test('GIVEN more than the network\'s ranges THEN that is too much', () => {
    expect(found(declared, carrier('Web', [...INGRESS, ['10.1.0.0/16', HTTPS], ['::/0', HTTPS]], ANYWHERE), REVIEW)).toEqual([
      '+ ingress ipv6 -> Web tcp/443',
    ]);
  });

  test('GIVEN no permission beyond what was declared THEN it would block, which is reported', () => {
    expect(found(declared, carrier('Web', [['0.0.0.0/0', HTTPS], [VPC, ServiceSet.ALL]], [['::/0', ServiceSet.ALL]]), REVIEW))
      .toEqual(['- egress Web -> ipv4 all']);
  });

  test('GIVEN a review group that deviates THEN that is reported although nothing carries it', () => {
    expect(found(declared, carrier('Web', INGRESS, ANYWHERE), review(INGRESS)).length).toBeGreaterThan(0);
    expect(found(declared, carrier('Web', INGRESS, ANYWHERE), review([['0.0.0.0/0', ServiceSet.tcp(443, 444)]]))).toEqual(['+ ingress ipv4 -> Web tcp/444']);
    expect(found(declared, carrier('Web', INGRESS, ANYWHERE))).toEqual(['- ingress ipv4 -> Web tcp/443']);
  });

  test('GIVEN a network range that is a token THEN it is compared by name', () => {
    const byToken = policy(declared.workloads as never, declared.flows as never, {
      enforcementPoints: [{ platform: 'aws', path: 'App/Groups', monitorScope: [{ token: 'monitor:ipv4' }], wholeNetwork: false }],
      opaquePeers: [{ kind: 'token', name: 'monitor:ipv4', rendered: ['{"Ref":"Range"}'] }],
    });
    expect(found(byToken, carrier('Web', [['0.0.0.0/0', HTTPS], [token('{"Ref":"Range"}'), ServiceSet.ALL]], ANYWHERE), REVIEW)).toEqual([]);
  });

  test('GIVEN ranges that are the whole network THEN groups of workloads inside of it may be named, and nobody else\'s', () => {
    const inside = (wholeNetwork: boolean) => policy([workload('Web', { mode }), workload('Db')], declared.flows as never, {
      enforcementPoints: [{ platform: 'aws', path: 'App/Groups', monitorScope: [{ cidr: VPC }], wholeNetwork }],
    });
    const web = carrier('Web', [...INGRESS, [wl('Db'), ServiceSet.tcp(22)]], ANYWHERE);
    expect(found(inside(true), web, REVIEW, carrier('Db', []))).toEqual([]);
    expect(found(inside(false), web, REVIEW, carrier('Db', []))).toEqual(['+ ingress Db -> Web tcp/22']);
    expect(found(inside(true), carrier('Web', INGRESS, ANYWHERE), review([['0.0.0.0/0', HTTPS], [wl('Db'), HTTPS]]), carrier('Db', [])))
      .toEqual(['+ ingress Db -> Web tcp/443']);
  });
});

describe('several manifests', () => {
  const staged = (stage: string, port: number) => policy([workload('Web')], [flow({ any: 'ipv4' }, 'Web', tcp(port))], { path: `${stage}/P` });
  const at = (stage: string, port: number) => artifact([carrier('Web', [['0.0.0.0/0', ServiceSet.tcp(port)]])], `${stage}/App.template.json`);

  test('GIVEN the same policy id in two stages THEN each artifact is held against the manifest of its stage', () => {
    const placed = [{ directory: 'dev', manifest: manifest(staged('dev', 1)) }, { directory: 'prod', manifest: manifest(staged('prod', 2)) }];
    expect(verifyPlaced(placed, [at('dev', 1), at('prod', 2)]).ok).toBe(true);
    expect(verifyPlaced(placed, [at('dev', 2), at('prod', 1)]).ok).toBe(false);
  });

  test('GIVEN the same policy beside two of its artifacts THEN it is one policy', () => {
    const both = manifest(policy([workload('Web'), workload('Db')], [flow('Web', 'Db', tcp(1))]));
    const artifacts = [
      artifact([carrier('Web', [], [[wl('Db'), ServiceSet.tcp(1)]])], 'stacks/a/cdk.tf.json'),
      artifact([carrier('Db', [[wl('Web'), ServiceSet.tcp(1)]])], 'stacks/b/cdk.tf.json'),
    ];
    const result = verifyPlaced([{ directory: 'stacks/a', manifest: both }, { directory: 'stacks/b', manifest: both }], artifacts);
    expect(result.policies.map(({ artifacts: verified }) => verified.map(({ path, ok }) => [path, ok]))).toEqual([
      [['stacks/a/cdk.tf.json', true], ['stacks/b/cdk.tf.json', true]],
    ]);
  });
});

test('GIVEN a thousand workloads and five thousand flows THEN comparing takes seconds at most', () => {
  const name = (i: number) => `W${i % 1000}`;
  const flows = Array.from({ length: 5000 }, (_, i) => flow(name(i), name(i + 1 + 37 * Math.floor(i / 1000)), tcp(8000 + (i % 8))));
  const declared = policy(Array.from({ length: 1000 }, (_, i) => workload(name(i), { addresses: [`10.${i >> 8}.${i & 255}.10/32`] })), flows);
  const rules = new Map(declared.workloads.map(({ id }) => [id, { ingress: [] as Rules, egress: [] as Rules }]));
  type Simple = { client: { workload: string }; server: { workload: string }; services: { fromPort: number }[] };
  for (const { client, server, services: [{ fromPort }] } of flows as Simple[]) {
    rules.get(client.workload)!.egress.push([wl(server.workload), ServiceSet.tcp(fromPort)]);
    rules.get(server.workload)!.ingress.push([wl(client.workload), ServiceSet.tcp(fromPort)]);
  }
  const carriers = [...rules].map(([id, { ingress, egress }]) => carrier(id, ingress, egress));
  const start = Date.now();
  expect(found(declared, ...carriers)).toEqual([]);
  expect(found(declared, ...carriers.map((each) => ({ ...each, ingress: PeerTraffic.EMPTY })))).toHaveLength(5000);
  expect(Date.now() - start).toBeLessThan(10_000);
});
