import * as fc from 'fast-check';
import { ServiceSet } from '../../lib/algebra';
import { diffPolicies, PolicyDiff, PolicyFlow } from '../../lib/analysis/diff';
import { blockOf, compilePolicy, CompiledPeer, CompiledPolicy, Endpoint, evaluate, servicesOf } from '../../lib/compiler';
import { payments } from '../model/policies';
import { Declared } from '../properties/declare';
import { runs, SEED } from '../properties/runs';
import { PolicySpec, policySpecs } from '../properties/specs';
import { ADDRESSES, familyOf, occurs, POINTS, withoutOpaque } from './brute-force';

const ENDS = ['egress', 'ingress'] as const;
type End = typeof ENDS[number];

/** Two versions: flows come and go, known addresses change, workloads come under protection and leave it. */
const versions = fc.tuple(
  policySpecs({ size: 3, sctpPorts: true }),
  fc.array(fc.constantFrom('both', 'both', 'old', 'new'), { minLength: 6, maxLength: 6 }),
  fc.boolean(),
  fc.array(fc.integer({ min: 0, max: 7 }), { minLength: 3, maxLength: 3 }),
).map(([spec, fate, resplit, dice]): [PolicySpec, PolicySpec] => {
  const flowsOf = (version: string) => spec.flows.filter((_, index) => ['both', version].includes(fate[index]));
  const workloads = spec.workloads.map((workload, index) => {
    if (index > 0 && dice[index] === 0) return { ...workload, managed: !workload.managed };
    return dice[index] === 1 ? { ...workload, addresses: ['192.0.2.7', '10.1.2.0/24'] } : workload;
  });
  return [{ ...spec, flows: flowsOf('old') }, { ...spec, workloads, flows: flowsOf('new'), split: resplit ? !spec.split : spec.split }];
});

/** Some kinds of service each time, as every packet costs a look at every flow. */
const points = fc.shuffledSubarray(POINTS, { minLength: 2, maxLength: 2 });

function compiled(spec: PolicySpec): CompiledPolicy {
  return compilePolicy(new Declared(payments(), spec).policy);
}

/** Whether the end of a workload lets the packet through; one that the policy does not protect lets all through. */
function admits(policy: CompiledPolicy, workload: string, end: End, place: Endpoint, service: ServiceSet): boolean {
  const own = { workload };
  const verdict = evaluate(policy, end === 'ingress' ? { client: place, server: own, service } : { client: own, server: place, service });
  return verdict[end] === undefined || verdict[end].length > 0;
}

/** Places of a peer: a workload at each of its addresses, or without one where none is known; a block's addresses. */
function placesOf(policy: CompiledPolicy, peer: CompiledPeer): Endpoint[] {
  if (!('workload' in peer)) return ADDRESSES.filter((address) => blockOf(peer)!.contains(address)).map((address) => ({ address }));
  const { addresses } = policy.workloads.find(({ id }) => id === peer.workload)!;
  const known = ADDRESSES.filter((address) => addresses.contains(address)).map((address): Endpoint => ({ ...peer, address }));
  return known.length > 0 ? known : [peer];
}

/** Whether the peer is at the place: the workload itself, whoever has its address, and any block for a workload of unknown address. */
function stands(policy: CompiledPolicy, peer: CompiledPeer, { workload, address }: Endpoint): boolean {
  if ('workload' in peer && peer.workload === workload) return true;
  const block = 'workload' in peer ? policy.workloads.find(({ id }) => id === peer.workload)!.addresses : blockOf(peer)!;
  return address === undefined ? !('workload' in peer) : block.contains(address);
}

const sides = (flow: PolicyFlow): [CompiledPeer, End, CompiledPeer][] => [[flow.client, 'egress', flow.server], [flow.server, 'ingress', flow.client]];
const isOf = (peer: CompiledPeer, id: string) => 'workload' in peer && peer.workload === id;

test('GIVEN any two versions WHEN compared THEN opened is exactly what an end lets through now and did not before, packet by packet', () => {
  let opened = 0;
  fc.assert(fc.property(versions, points, ([old, current], asked) => {
    const [before, now] = [compiled(withoutOpaque(old)), compiled(withoutOpaque(current))];
    const news = (workload: string, end: End, place: Endpoint, point: ServiceSet) => (
      occurs(familyOf(place.address), point) && admits(now, workload, end, place, point) && !admits(before, workload, end, place, point));
    const diff = diffPolicies([before], [now]);
    for (const flow of diff.opened) {
      for (const point of asked.filter((candidate) => candidate.isSubsetOf(servicesOf(flow.services)))) {
        const found = sides(flow).flatMap(([own, end, peer]) => ('workload' in own
          ? placesOf(now, peer)
            .filter((place) => occurs(familyOf(place.address), point))
            .map((place) => news(own.workload, end, place, point))
          : []));
        const isBlock = blockOf(flow.client) ?? blockOf(flow.server);
        const fine = found.length === 0 || (isBlock ? found.every(Boolean) : found.some(Boolean));
        expect([flow, String(point), fine]).toEqual([flow, String(point), true]);
        opened += 1;
      }
    }
    for (const { id } of now.workloads) {
      for (const end of ENDS) {
        const flows = diff.opened.flatMap((flow) => sides(flow).filter(([own, side]) => side === end && isOf(own, id)).map(([, , peer]) => (
          { peer, services: servicesOf(flow.services) })));
        const inside = now.workloads.flatMap((workload) => placesOf(now, { workload: workload.id }));
        const places = [...inside, ...ADDRESSES.map((address): Endpoint => ({ address }))];
        for (const place of places) {
          for (const point of asked.filter((candidate) => news(id, end, place, candidate))) {
            const told = flows.some(({ peer, services }) => point.isSubsetOf(services) && stands(now, peer, place));
            expect([id, end, place, String(point), told]).toEqual([id, end, place, String(point), true]);
          }
        }
      }
    }
  }), { seed: SEED, numRuns: runs(1, 15) });
  expect(opened).toBeGreaterThan(5);
});

/** The way back by the way there. */
function mirrored({ opened, closed, changed, blastRadius, reduction, exposure, ...rest }: PolicyDiff): object {
  return {
    ...rest,
    opened: closed,
    closed: opened,
    changed: changed.map(({ before, after, ...pair }) => ({ ...pair, before: after, after: before })),
    blastRadius: { old: blastRadius.new, new: blastRadius.old },
    reduction: { old: reduction.new, new: reduction.old },
    exposure: { opened: exposure.closed, closed: exposure.opened },
    workloads: expect.anything() as unknown,
  };
}

test('GIVEN any two versions WHEN compared the other way THEN the difference is mirrored; to itself there is none', () => {
  let changes = 0;
  fc.assert(fc.property(versions, ([old, current]) => {
    const [before, now] = [compiled(old), compiled(current)];
    const there = diffPolicies([before], [now]);
    expect(diffPolicies([now], [before])).toEqual(mirrored(there));
    const itself = { opened: [], closed: [], changed: [], workloads: [], exposure: { opened: [], closed: [] } };
    expect(diffPolicies([now], [compiled(current)])).toMatchObject(itself);
    changes += there.opened.length + there.closed.length;
  }), { seed: SEED, numRuns: runs(1, 50) });
  expect(changes).toBeGreaterThan(20);
});
