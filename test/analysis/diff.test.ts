import { diffPolicies } from '../../lib/analysis/diff';
import { matchPolicies } from '../../lib/analysis/diff/match-policies';
import { graphOf } from '../../lib/analysis/policy-graph';
import { ManifestFlow, ManifestPeer, ManifestPolicy, ManifestWorkload, peerName, servicesOf } from '../../lib/compiler';
import { flow, policy, tcp, workload } from './manifests';

const WORKLOADS = [workload('Web', { labels: { tier: 'web' } }), workload('Api'), workload('Db', { addresses: ['10.0.3.0/24'] })];
const OFFICE = workload('Office', { managed: false, enforcementPoints: [], addresses: ['203.0.113.0/24'] });

type Version = ManifestFlow[] | ManifestPolicy;

const versionOf = (version: Version) => graphOf('id' in version ? version : policy([...WORKLOADS, OFFICE], version));
const words = (flows: readonly { client: ManifestPeer; server: ManifestPeer; services: ManifestFlow['services'] }[]) => (
  flows.map(({ client, server, services }) => `${peerName(client)} > ${peerName(server)}: ${servicesOf(services)}`));

function diff(old: Version, current: Version) {
  const result = diffPolicies([versionOf(old)], [versionOf(current)]);
  return { ...result, opened: words(result.opened), closed: words(result.closed) };
}

describe('what is no change', () => {
  test.each<[string, ManifestFlow[], ManifestFlow[]]>([
    ['a block in two halves', [flow({ cidr: '10.0.0.0/8' }, 'Web', tcp(443))], [flow({ cidr: '10.0.0.0/9' }, 'Web', tcp(443)), flow({ cidr: '10.128.0.0/9' }, 'Web', tcp(443))]],
    ['ports in two parts', [flow('Web', 'Api', tcp(80, 90))], [flow('Web', 'Api', tcp(80, 85)), flow('Web', 'Api', tcp(86, 90))]],
    ['a block inside an open one', [flow({ any: 'ipv4' }, 'Web', tcp(443))], [flow({ any: 'ipv4' }, 'Web', tcp(443)), flow({ cidr: '192.0.2.0/24' }, 'Web', tcp(443))]],
    ['an unmanaged workload inside an open block', [flow({ any: 'ipv4' }, 'Web', tcp(443))], [flow({ any: 'ipv4' }, 'Web', tcp(443)), flow('Office', 'Web', tcp(443))]],
    ['an unmanaged workload by its addresses', [flow('Office', 'Web', tcp(443))], [flow({ cidr: '203.0.113.0/24' }, 'Web', tcp(443))]],
    ['an opaque peer where everybody is let in', [flow({ any: 'ipv4' }, 'Web', tcp(443)), flow({ any: 'ipv6' }, 'Web', tcp(443))],
      [flow({ any: 'ipv4' }, 'Web', tcp(443)), flow({ any: 'ipv6' }, 'Web', tcp(443)), flow({ token: 'nat' }, 'Web', tcp(443))]],
  ])('GIVEN %s THEN nothing opened and nothing closed, either way', (_, old, current) => {
    expect(diff(old, current)).toMatchObject({ opened: [], closed: [], changed: [] });
    expect(diff(current, old)).toMatchObject({ opened: [], closed: [], changed: [] });
  });

  test('GIVEN other construct paths, owners and reasons THEN nothing opened', () => {
    const one = flow('Web', 'Api', tcp(8443));
    const moved = { ...policy([...WORKLOADS, OFFICE].map((each) => ({ ...each, path: `Elsewhere/${each.id}` })), [{ ...one, justification: 'other', origins: ['Elsewhere'] }]), path: 'Elsewhere' };
    expect(diff([one], moved)).toMatchObject({ opened: [], closed: [], changed: [], unchanged: 1, workloads: [] });
  });
});

describe('what is a change', () => {
  test.each<[string, ManifestFlow[], ManifestFlow[], string[]]>([
    ['a new flow', [], [flow('Web', 'Api', tcp(8443))], ['Web > Api: tcp/8443']],
    ['a wider range', [flow('Web', 'Api', tcp(80))], [flow('Web', 'Api', tcp(79, 81))], ['Web > Api: tcp/79, tcp/81']],
    ['a wider block', [flow({ cidr: '10.0.0.0/9' }, 'Web', tcp(443))], [flow({ cidr: '10.0.0.0/8' }, 'Web', tcp(443))], ['10.128.0.0/9 > Web: tcp/443']],
    ['one end that was closed', [flow({ cidr: '10.0.0.0/8' }, 'Db', tcp(5432))], [flow({ cidr: '10.0.0.0/8' }, 'Db', tcp(5432)), flow('Web', 'Db', tcp(5432))], ['Web > Db: tcp/5432']],
    ['an opaque peer', [flow({ any: 'ipv4' }, 'Web', tcp(443))], [flow({ any: 'ipv4' }, 'Web', tcp(443)), flow({ prefixList: 'pl-1' }, 'Web', tcp(443))], ['prefixList:pl-1 > Web: tcp/443']],
  ])('GIVEN %s THEN it opened, and closes on the way back', (_, old, current, expected) => {
    expect(diff(old, current)).toMatchObject({ opened: expected, closed: [] });
    expect(diff(current, old)).toMatchObject({ opened: [], closed: expected });
  });

  test('GIVEN a flow with its reason THEN what opened has it, cut to what is new', () => {
    const current = { ...flow('Web', 'Api', tcp(80, 90)), justification: 'orders', owner: 'shop', expires: '2030-01-01', origins: ['App/Web'] };
    const { opened } = diffPolicies([versionOf([flow('Web', 'Api', tcp(80))])], [versionOf([current])]);
    expect(opened).toEqual([{ ...current, policy: 'P', services: [tcp(81, 90)] }]);
  });

  test('GIVEN an unmanaged workload that gains addresses THEN these opened', () => {
    const flows = [flow('Office', 'Web', tcp(443))];
    const wider = policy([...WORKLOADS, { ...OFFICE, addresses: ['203.0.113.0/24', '198.51.100.0/24'] }], flows);
    expect(diff(flows, wider)).toMatchObject({ opened: ['198.51.100.0/24 > Web: tcp/443'], closed: [] });
  });

  test('GIVEN a workload that is no longer protected THEN everything opened there but what was open', () => {
    const flows = [flow({ any: 'ipv4' }, 'Web', tcp(443))];
    const bare = policy([{ ...WORKLOADS[0], managed: false }, ...WORKLOADS.slice(1), OFFICE], flows);
    const { opened, workloads } = diff(flows, bare);
    expect(opened.filter((text) => text.endsWith('> Web: all')).sort()).toEqual(['any ipv6 > Web: all']);
    expect(opened.some((text) => text.startsWith('any ipv4 > Web: ') && text.includes('tcp/0-442, tcp/444-65535'))).toBe(true);
    expect(workloads).toEqual([{ policy: 'P', id: 'Web', change: 'managed', before: 'true', after: 'false' }]);
  });

  test('GIVEN other services between a pair, or a block, THEN it has changed, and the rest has not', () => {
    const old = [flow('Web', 'Api', tcp(80)), flow('Api', 'Db', tcp(5432)), flow({ cidr: '10.0.0.0/8' }, 'Web', tcp(443))];
    const current = [flow('Web', 'Api', tcp(81)), flow('Api', 'Db', tcp(5432)), flow({ cidr: '10.0.0.0/8' }, 'Web', tcp(443)), flow({ cidr: '10.0.0.0/9' }, 'Web', tcp(80))];
    const { changed, unchanged } = diff(old, current);
    expect(changed).toEqual([
      { policy: 'P', client: { cidr: '10.0.0.0/9' }, server: { workload: 'Web' }, before: [tcp(443)], after: [tcp(80), tcp(443)] },
      { policy: 'P', client: { workload: 'Web' }, server: { workload: 'Api' }, before: [tcp(80)], after: [tcp(81)] },
    ]);
    // Api to Db, and the other half of the block.
    expect(unchanged).toBe(2);
  });

  test('GIVEN workloads that come, go, or are enforced in another way THEN they are named', () => {
    const other = policy([{ ...WORKLOADS[0], mode: 'monitor' }, { ...WORKLOADS[1], enforcementPoints: [] }, workload('Cache'), OFFICE], []);
    expect(diff([], other).workloads.map(({ id, change, before, after }) => [id, change, before, after])).toEqual([
      ['Api', 'platforms', 'aws', 'none'], ['Cache', 'added', undefined, undefined], ['Db', 'removed', undefined, undefined], ['Web', 'mode', 'enforce', 'monitor'],
    ]);
  });

  test('GIVEN exposure and reach THEN both versions are told', () => {
    const old = [flow('Web', 'Api', tcp(80)), flow({ any: 'ipv4' }, 'Web', tcp(443))];
    const current = [flow('Web', 'Api', tcp(80)), flow('Api', 'Db', tcp(5432)), flow({ any: 'ipv4' }, 'Web', tcp(443)), flow({ any: 'ipv4' }, 'Web', tcp(80))];
    const { blastRadius, reduction, exposure } = diff(old, current);
    // The office is outside and reaches what Web is open to.
    expect(blastRadius).toEqual({ old: 3, new: 6 });
    expect(reduction.new).toBeLessThan(reduction.old);
    expect(exposure).toEqual({ opened: [{ policy: 'P', id: 'Web', path: 'App/P/Web', services: [tcp(80)] }], closed: [] });
  });
});

describe('renamed workloads', () => {
  const named = (id: string, more: Partial<ManifestWorkload> = {}) => policy(
    [workload(id, { labels: { tier: 'web' }, ...more }), ...WORKLOADS.slice(1)],
    [flow(id, 'Api', tcp(8443)), flow({ any: 'ipv4' }, id, tcp(443))],
  );

  test('GIVEN a workload under another id THEN nothing but the name changed', () => {
    const result = diff(named('Web'), named('Frontend'));
    expect(result).toMatchObject({ opened: [], closed: [], changed: [], unchanged: 2, exposure: { opened: [], closed: [] } });
    expect(result.workloads).toEqual([{ policy: 'P', id: 'Frontend', change: 'renamed', before: 'Web', after: 'Frontend' }]);
  });

  test('GIVEN another id and another flow THEN the flow alone is a change, in the names of its version', () => {
    const current = { ...named('Frontend'), flows: [flow('Frontend', 'Api', tcp(9)), flow({ any: 'ipv4' }, 'Frontend', tcp(443))] };
    expect(diff(named('Web'), current)).toMatchObject({ opened: ['Frontend > Api: tcp/9'], closed: ['Web > Api: tcp/8443'] });
  });

  test('GIVEN other labels under another id THEN one went and one came', () => {
    const result = diff(named('Web'), named('Frontend', { labels: { tier: 'edge' } }));
    expect(result.opened).toEqual(['any ipv4 > Frontend: tcp/443', 'Frontend > Api: tcp/8443']);
    expect(result.workloads.map(({ change }) => change)).toEqual(['added', 'removed']);
  });

  test('GIVEN several alike that differ in their flows only THEN each is found again', () => {
    const twins = (...ids: string[]) => policy([...ids.map((id) => workload(id)), ...WORKLOADS], [flow(ids[0], 'Web', tcp(1)), flow(ids[1], ids[0], tcp(2))]);
    expect(diff(twins('A', 'B'), twins('X', 'Y'))).toMatchObject({ opened: [], closed: [], workloads: [{ before: 'A', after: 'X' }, { before: 'B', after: 'Y' }] });
  });

  test('GIVEN several that nothing tells apart THEN none is taken for another', () => {
    const alike = (...ids: string[]) => policy(ids.map((id) => workload(id, { labels: { tier: 'web' } })), []);
    expect(diff(alike('A', 'B'), alike('X', 'Y')).workloads.map(({ change }) => change)).toEqual(['removed', 'removed', 'added', 'added']);
  });
});

describe('several policies', () => {
  const named = (id: string, path = id) => graphOf(policy(WORKLOADS, [flow('Web', 'Api', tcp(1))], { id, path }));
  const pairs = (old: ReturnType<typeof named>[], current: ReturnType<typeof named>[]) => (
    matchPolicies(old, current).map(({ before, now }) => [before?.path, now?.path]));

  test('GIVEN ids and paths THEN versions are brought together by both, then by id, then as the only ones left', () => {
    expect(pairs([named('P', 'Dev/P'), named('P', 'Prod/P')], [named('P', 'Prod/P'), named('P', 'Dev/P')])).toEqual([['Dev/P', 'Dev/P'], ['Prod/P', 'Prod/P']]);
    expect(pairs([named('P', 'Old/P'), named('Q')], [named('R'), named('P', 'New/P')])).toEqual([['Old/P', 'New/P'], ['Q', 'R']]);
    expect(pairs([named('P')], [named('P', 'A/P'), named('P', 'B/P')])).toEqual([['P', undefined], [undefined, 'A/P'], [undefined, 'B/P']]);
  });

  test('GIVEN a policy that came THEN all of it opened; one that went, all of it closed', () => {
    const { opened, closed } = diffPolicies([named('P'), named('Gone')], [named('P'), named('X', 'X1'), named('X', 'X2')]);
    expect(opened.map(({ policy: id }) => id)).toEqual(['X', 'X']);
    expect(closed.map(({ policy: id }) => id)).toEqual(['Gone']);
  });
});
