import * as fc from 'fast-check';
import { ServiceSet } from '../../../lib/algebra';
import { compile, evaluate, manifestOf, snapshotOf } from '../../../lib/compiler';
import { PolicyIndex, serviceSpan } from '../../../lib/discovery/replay/policy-index';
import { payments } from '../../model/policies';
import { Declared, modeOf } from '../../properties/declare';
import { runs, SEED } from '../../properties/runs';
import { policySpecs, PolicySpec } from '../../properties/specs';

const ADDRESSES = [
  '10.1.2.9', '10.1.3.9', '10.200.1.3', '10.255.0.1', '192.0.2.7', '203.0.113.5', '203.0.113.200', '1.2.3.4',
  '2001:db8:1::5', '2001:db8:8000::5', '2001:db8:200:1::9', 'fd00::1',
];
const SERVICES: [string, number?][] = [
  ...[0, 22, 80, 81, 443, 5000, 65_535].flatMap((port): [string, number][] => [['tcp', port], ['udp', port]]),
  ['sctp', 80], ['50'], ['icmp', 8], ['icmp', 3], ['icmpv6', 128], ['tcp'],
];

function compiled(spec: PolicySpec) {
  return compile(snapshotOf(new Declared(payments({ mode: modeOf(spec.mode) }), spec).policy));
}

test('GIVEN any policy and any packet WHEN looked up in the index THEN each end names the flows that the reference evaluator names', () => {
  const cases = policySpecs({ size: 6, sctpPorts: true }).chain((spec) => {
    const place = fc.record({
      workload: fc.option(fc.nat({ max: spec.workloads.length - 1 }).map((index) => `W${index}`), { nil: undefined }),
      address: fc.option(fc.constantFrom(...ADDRESSES), { nil: undefined }),
    });
    return fc.tuple(fc.constant(spec), fc.array(fc.tuple(place, place, fc.constantFrom(...SERVICES)), { minLength: 30, maxLength: 30 }));
  });
  let admitted = 0;
  fc.assert(fc.property(cases, ([spec, packets]) => {
    const policy = compiled(spec);
    const index = new PolicyIndex(manifestOf([{ policy, invariants: [], enforcementPoints: [], rendered: new Map() }]).policies[0]);
    for (const [client, server, [protocol, port]] of packets) {
      const icmp = protocol.startsWith('icmp');
      const service = ServiceSet.fromRange({ protocol, fromPort: port, toPort: icmp ? undefined : port });
      const expected = evaluate(policy, { client, server, service });
      const [from, to] = [client, server].map(({ workload, address }) => index.standOf(workload, address));
      const found = index.judge(from, to, serviceSpan(protocol, port));
      const ids = (flows?: readonly { id: string }[]) => flows?.map(({ id }) => id).sort();
      expect([client, server, protocol, port, ids(found.egress?.admitting), ids(found.ingress?.admitting)])
        .toEqual([client, server, protocol, port, ids(expected.egress), ids(expected.ingress)]);
      if (expected.allowed) admitted += 1;
    }
  }), { seed: SEED, numRuns: runs(0.5, 60) });
  expect(admitted).toBeGreaterThan(50);
});
