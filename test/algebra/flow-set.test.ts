import * as fc from 'fast-check';
import { FlowEnd, FlowSet, PeerTraffic, ServiceSet } from '../../lib/algebra';
import { itIsASetAlgebra } from './laws';
import { serviceMasks, servicesOf } from './universe';

const WORKLOADS = ['web', 'ledger', 'web\ningress', '__proto__', ''];
const ENDS: FlowEnd[] = ['ingress', 'egress'];
const SLOTS = WORKLOADS.flatMap((workload) => ENDS.map((end) => ({ workload, end })));

/** One mask of services for each workload and end. */
type Model = number[];
const models: fc.Arbitrary<Model> = fc.array(fc.oneof(fc.constant(0), serviceMasks), { minLength: SLOTS.length, maxLength: SLOTS.length });

function traffic(mask: number): PeerTraffic {
  return PeerTraffic.of([{ peer: { kind: 'workload', id: 'client' }, services: servicesOf(mask) }]);
}

function make(model: Model): FlowSet {
  return FlowSet.of(SLOTS.map((slot, i) => ({ ...slot, traffic: traffic(model[i]) })));
}

describe('a flow set', () => {
  itIsASetAlgebra<Model, FlowSet>({
    models,
    empty: FlowSet.EMPTY,
    make,
    union: (a, b) => a.map((mask, i) => mask | b[i]),
    intersect: (a, b) => a.map((mask, i) => mask & b[i]),
    subtract: (a, b) => a.map((mask, i) => mask & ~b[i]),
    isEmpty: (model) => model.every((mask) => mask === 0),
  });

  it('keeps every workload and end apart', () => {
    fc.assert(fc.property(models, (model) => {
      const set = make(model);
      SLOTS.forEach(({ workload, end }, i) => expect(set.at(workload, end).equals(traffic(model[i]))).toBe(true));
      expect(set.at('unknown', 'ingress').isEmpty()).toBe(true);
      expect(set.entries()).toHaveLength(model.filter((mask) => mask !== 0).length);
      expect(FlowSet.of([...set.entries()].reverse()).equals(set)).toBe(true);
    }));
  });

  it('unites entries for the same end and sorts them', () => {
    const entry = (workload: string, end: FlowEnd, port: number) => ({
      workload, end, traffic: PeerTraffic.of([{ peer: { kind: 'workload' as const, id: 'x' }, services: ServiceSet.tcp(port) }]),
    });
    const set = FlowSet.of([entry('b', 'ingress', 1), entry('a', 'ingress', 2), entry('b', 'egress', 3), entry('b', 'ingress', 4)]);
    expect(set.entries().map(({ workload, end }) => `${workload} ${end}`)).toEqual(['a ingress', 'b egress', 'b ingress']);
    expect(String(set.at('b', 'ingress').atom('workload', 'x'))).toBe('tcp/1, tcp/4');
  });
});
