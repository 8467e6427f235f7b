import * as fc from 'fast-check';
import { compile, manifestOf, snapshotOf } from '../../../lib/compiler';
import { AddressEdge } from '../../../lib/discovery/replay/address-edge';
import { replay } from '../../../lib/discovery/replay/replay';
import { ReplayVerdict } from '../../../lib/discovery/replay/replay-result';
import { payments } from '../../model/policies';
import { Declared, modeOf } from '../../properties/declare';
import { runs, SEED } from '../../properties/runs';
import { policySpecs } from '../../properties/specs';

const ADDRESSES = ['10.1.2.9', '10.1.3.9', '10.200.1.3', '10.200.2.3', '192.0.2.7', '203.0.113.5', '203.0.113.200', '2001:db8:1::5', 'fd00::1', undefined];
const NODES = ['W0', 'W1', 'W2', 'W3', 'Payments/W1', 'stranger', 'internet'];

const ends = fc.record({ node: fc.constantFrom(...NODES), address: fc.constantFrom(...ADDRESSES) });
const edges = fc.record({
  client: ends, server: ends, protocol: fc.constantFrom('tcp', 'udp', 'icmp'), port: fc.constantFrom(0, 80, 81, undefined),
  denied: fc.boolean(), noise: fc.constantFrom(undefined, undefined, 'scan' as const),
}).map((edge): AddressEdge => ({ ...edge, connections: 1, firstSeen: 1, lastSeen: 2 }));

test('GIVEN any policy and many edges WHEN replayed together THEN each gets the verdict that it gets alone, and the same flows are used', async () => {
  const verdicts = new Set<ReplayVerdict>();
  const cases = fc.tuple(policySpecs({ size: 6, sctpPorts: false }), fc.array(edges, { minLength: 25, maxLength: 40 }));
  await fc.assert(fc.asyncProperty(cases, async ([spec, all]) => {
    const policy = compile(snapshotOf(new Declared(payments({ mode: modeOf(spec.mode) }), spec).policy));
    const { policies } = manifestOf([{ policy, invariants: [], enforcementPoints: [], rendered: new Map() }]);
    const together = await replay({ records: 0, edges: [all] }, policies);
    const alone = await Promise.all(all.map((edge) => replay({ records: 0, edges: [[edge]] }, policies)));
    for (const verdict of ['allowed', 'wouldBlock', 'undecided', 'alreadyBlocked', 'unmatched', 'noise'] as const) {
      expect([verdict, together[verdict]]).toEqual([verdict, alone.reduce((sum, result) => sum + result[verdict], 0)]);
      if (together[verdict] > 0) verdicts.add(verdict);
    }
    const unusedByAll = policies[0].flows.map(({ id }) => id).filter((id) => alone.every(({ unusedFlows }) => unusedFlows.includes(id)));
    expect(together.unusedFlows).toEqual(unusedByAll.sort());
  }), { seed: SEED, numRuns: runs(0.2, 25) });
  expect(verdicts.size).toBe(6);
});
