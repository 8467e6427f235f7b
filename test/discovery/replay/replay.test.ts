import { AddressEdge } from '../../../lib/discovery/replay/address-edge';
import { replay } from '../../../lib/discovery/replay/replay';
import { blocksWantedTraffic } from '../../../lib/discovery/replay/replay-result';
import { flow, policy, tcp, workload } from '../../analysis/manifests';

const at = (node: string, address?: string) => ({ node, address });
type End = string | AddressEdge['client'];

function edge(client: End, server: End, port: number | undefined, more: Partial<AddressEdge> = {}): AddressEdge {
  const end = (given: End) => (typeof given === 'string' ? { node: given } : given);
  return { client: end(client), server: end(server), protocol: 'tcp', port, connections: 1, firstSeen: 1_000, lastSeen: 2_000, denied: false, ...more };
}

const SHOP = policy(
  [
    workload('Web'), workload('Db', { addresses: ['10.0.2.0/24'] }), workload('Quiet', { mode: 'visibility' }), workload('New', { mode: 'monitor' }),
    workload('Audit', { managed: false, addresses: ['192.0.2.7/32'] }),
  ],
  [
    flow('Web', 'Db', tcp(5432)), flow({ cidr: '203.0.113.0/24' }, 'Web', tcp(443)), flow('Web', { token: 'nat' }, tcp(8443)),
    flow({ prefixList: 'cdn' }, 'Web', tcp(8080)), flow('Audit', 'Db', tcp(5432)), flow('Web', 'Db', tcp(9000, 9010)),
  ],
);
const run = (...edges: AddressEdge[]) => replay({ records: 10, edges: [edges] }, [SHOP]);
const verdicts = async (...edges: AddressEdge[]) => (await run(...edges)).byEdge.map(({ verdict, reason }) => [verdict, reason]);

describe('the verdict', () => {
  test.each<[string, AddressEdge, string, string]>([
    ['a declared flow', edge('Web', 'Db', 5432), 'allowed', 'declared'],
    ['a workload known by the policy\'s own addresses', edge('Web', at('internal', '10.0.2.9'), 5432), 'allowed', 'declared'],
    ['a workload named with its policy', edge('P/Web', 'App/P/Db', 5432), 'allowed', 'declared'],
    ['a declared block', edge(at('internet', '203.0.113.9'), 'Web', 443), 'allowed', 'declared'],
    ['an unmanaged workload by its address', edge(at('internal', '192.0.2.7'), 'Db', 5432), 'allowed', 'declared'],
    ['another port', edge('Web', 'Db', 22), 'wouldBlock', 'no flow admits it where it leaves Web (enforce); no flow admits it where it arrives at Db (enforce)'],
    ['a stranger', edge(at('internet', '198.51.100.1'), 'Web', 443), 'wouldBlock', 'no flow admits it where it arrives at Web (enforce)'],
    ['a stranger without address', edge('internet', 'Web', 443), 'wouldBlock', 'no flow admits it where it arrives at Web (enforce)'],
    ['what may be behind a token', edge('Web', at('internet', '198.51.100.1'), 8443), 'undecided', 'if token nat holds the address, which only the platform knows'],
    ['what may be behind a prefix list', edge(at('internet', '198.51.100.1'), 'Web', 8080), 'undecided', 'if prefix list cdn holds the address'],
    ['a lost port', edge('Web', 'Db', undefined), 'undecided', 'the log dropped the port'],
    ['what a token may open at one end, and nothing at the other', edge('Web', 'Db', 8443), 'wouldBlock', 'no flow admits it where it arrives at Db (enforce)'],
    ['strangers among themselves', edge('a', 'b', 443), 'unmatched', 'neither end'],
    ['a stranger and an unmanaged workload', edge('a', 'Audit', 443), 'unmatched', 'neither end'],
    ['what a rule blocked already', edge('Web', 'Db', 22, { denied: true }), 'alreadyBlocked', 'a rule blocked it when it was recorded'],
    ['a scan by a stranger', edge('a', 'Db', 22, { noise: 'scan' }), 'noise', 'scan; no flow'],
    ['a scan by a workload', edge('Web', 'Db', 22, { noise: 'scan' }), 'wouldBlock', 'scan; no flow'],
    ['an unanswered attempt that is declared', edge('Web', 'Db', 5432, { noise: 'unanswered' }), 'allowed', 'declared'],
    ['broadcast', edge('Web', 'Db', 137, { noise: 'broadcast' }), 'noise', 'broadcast traffic is not judged'],
    ['a protocol that is none', edge('Web', 'Db', 1, { protocol: '999' }), 'undecided', 'no service that a policy can speak of'],
  ])('of %s', async (_, observed, verdict, reason) => {
    expect(await verdicts(observed)).toEqual([[verdict, expect.stringContaining(reason)]]);
  });

  test('all policies that protect an end are asked', async () => {
    const strict = policy([workload('Db')], [], { id: 'Q', path: 'App/Q' });
    const { byEdge } = await replay({ records: 1, edges: [[edge('Web', 'Db', 5432)]] }, [SHOP, strict]);
    expect(byEdge[0]).toMatchObject({ verdict: 'wouldBlock', blockedAt: [{ workload: 'Db', end: 'ingress', mode: 'enforce' }] });
  });
});

describe('the result', () => {
  test('counts connections, keeps first and last sight, and gives a few examples', async () => {
    const result = await run(
      edge(at('Web', '10.0.1.1'), at('Db', '10.0.2.1'), 5432, { connections: 5, firstSeen: 5_000, lastSeen: 9_000 }),
      edge(at('Web', '10.0.1.2'), at('Db', '10.0.2.1'), 5432, { connections: 7, firstSeen: 1_000, lastSeen: 3_000 }),
      edge(at('Web', '10.0.1.2'), at('Db', '10.0.2.1'), 22, { connections: 2 }),
      edge('a', 'b', 1, { connections: 3 }),
    );
    expect(result).toMatchObject({ records: 10, allowed: 12, wouldBlock: 2, unmatched: 3, undecided: 0, noise: 0, coverage: 0.5 });
    expect(result.byEdge.map(({ client, server, port, connections, examples }) => [client, server, port, connections, examples])).toEqual([
      ['Web', 'Db', 22, 2, ['10.0.1.2 > 10.0.2.1']],
      ['a', 'b', 1, 3, []],
      ['Web', 'Db', 5432, 12, ['10.0.1.1 > 10.0.2.1', '10.0.1.2 > 10.0.2.1']],
    ]);
    expect(result.byEdge[2]).toMatchObject({ firstSeen: '1970-01-01T00:00:01.000Z', lastSeen: '1970-01-01T00:00:09.000Z' });
  });

  test('puts first what matters: enforced workloads, then many connections', async () => {
    const { byEdge } = await run(
      edge('Web', 'Db', 5432), edge('x', 'Quiet', 1, { connections: 900 }), edge('x', 'New', 1, { connections: 50 }), edge('x', 'Db', 1), edge('x', 'Db', 2, { connections: 4 }),
    );
    expect(byEdge.map(({ server, port }) => `${server}/${port}`)).toEqual(['Db/2', 'Db/1', 'New/1', 'Quiet/1', 'Db/5432']);
  });

  test('unused flows are those that no allowed connection needed; one that may have been used is not among them', async () => {
    const toToken = edge('Web', at('i', '198.51.100.1'), 8443);
    const { unusedFlows } = await run(edge('Web', 'Db', 5432), toToken, edge('Web', 'Db', 9005, { denied: true }));
    expect(unusedFlows.map((id) => JSON.parse(id).slice(0, 2))).toEqual([['Audit', 'Db'], ['Web', 'Db'], [{ cidr: '203.0.113.0/24' }, 'Web'], [{ prefixList: 'cdn' }, 'Web']]);
  });

  test('only what a workload in MONITOR or ENFORCE would block is a reason to stop', async () => {
    expect(blocksWantedTraffic(await run(edge('x', 'Quiet', 1), edge('Web', 'Db', 22, { denied: true }), edge('x', 'Db', 22, { noise: 'scan' })))).toBe(false);
    expect(blocksWantedTraffic(await run(edge('x', 'New', 1)))).toBe(true);
    expect(blocksWantedTraffic(await run(edge('Quiet', 'Db', 22)))).toBe(true);
  });

  test('without traffic everything is unused and nothing is unexplained', async () => {
    expect(await run()).toMatchObject({ allowed: 0, coverage: 1, unusedFlows: SHOP.flows.map(({ id }) => id).sort() });
  });
});
