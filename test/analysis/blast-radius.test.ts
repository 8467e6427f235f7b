import * as fc from 'fast-check';
import { blastRadiusOf } from '../../lib/analysis/blast-radius';
import { flatNetwork } from '../../lib/analysis/blast-radius/flat-network';
import { attackPaths } from '../../lib/analysis/blast-radius/paths';
import { graphOf } from '../../lib/analysis/policy-graph';
import { ReachGraph } from '../../lib/analysis/reach/reach-graph';
import { directAccess } from '../../lib/analysis/reachability';
import { compilePolicy, CompiledPolicy, ManifestFlow, manifestOf, ManifestPolicy, ManifestWorkload, servicesOf } from '../../lib/compiler';
import { payments } from '../model/policies';
import { Declared } from '../properties/declare';
import { runs, SEED } from '../properties/runs';
import { policySpecs } from '../properties/specs';
import { flow, policy, tcp, workload } from './manifests';

const https = { name: 'https', ...tcp(443) };
const at = (...paths: string[]) => paths.map((path) => ({ platform: path.startsWith('Agents') ? 'linux' : 'aws', path }));
const serving = (id: string, more: Partial<ManifestWorkload> = {}) => workload(id, { services: [https], ...more });

function manifestPolicy(compiled: CompiledPolicy): ManifestPolicy {
  return manifestOf([{ policy: compiled, invariants: [], enforcementPoints: [], rendered: new Map() }]).policies[0];
}

function reportOf(workloads: ManifestWorkload[], flows: ManifestFlow[], more: Partial<ManifestPolicy> = {}) {
  return blastRadiusOf([graphOf(policy(workloads, flows, more))]);
}

/** How many workloads each reaches in the flat network. */
function flatReach(workloads: ManifestWorkload[], flows: ManifestFlow[] = [], more: Partial<ManifestPolicy> = {}) {
  return Object.fromEntries(reportOf(workloads, flows, more).workloads.map(({ id, flat }) => [id, flat]));
}

describe('against a search of every pair', () => {
  test('GIVEN any policy WHEN counted THEN reach is what hopping from workload to workload finds, and the manifest tells the same as the policy', () => {
    let reached = 0;
    fc.assert(fc.property(policySpecs({ size: 7, sctpPorts: true }), (spec) => {
      const compiled = compilePolicy(new Declared(payments(), spec).policy);
      const report = blastRadiusOf([compiled]);
      expect(report.workloads.map(({ id, direct, transitive }) => [id, direct, transitive])).toEqual(compiled.workloads.map(({ id }) => {
        const hops = worm(compiled, id);
        return [id, hops.direct.size, hops.all.size];
      }));
      expect(report.policy).toBe(report.workloads.reduce((sum, { transitive }) => sum + transitive, 0));
      expect(report.workloads.every(({ flat, transitive }) => flat >= transitive)).toBe(true);
      expect(blastRadiusOf([graphOf(manifestPolicy(compiled))])).toEqual(report);
      reached += report.policy;
    }), { seed: SEED, numRuns: runs(0.5, 30) });
    expect(reached).toBeGreaterThan(100);
  });

  test('GIVEN any policy WHEN a way is asked for THEN every hop on it is open by flows that are there, and no workload is left out', () => {
    fc.assert(fc.property(policySpecs({ size: 5, sctpPorts: true }), (spec) => {
      const compiled = compilePolicy(new Declared(payments(), spec).policy);
      const access = directAccess(compiled);
      for (const { id } of compiled.workloads) {
        const paths = attackPaths(compiled, id);
        expect(paths.map(({ to }) => to)).toEqual([...worm(compiled, id).all].sort());
        for (const { to, hops } of paths) {
          expect([hops[0].client, hops.at(-1)!.server]).toEqual([id, to]);
          for (const { client, server, services, flows } of hops) {
            expect(servicesOf(services).isEmpty()).toBe(false);
            expect(servicesOf(services).isSubsetOf(access.get(client)!.get(server)!)).toBe(true);
            expect(flows.length > 0 && flows.every((used) => compiled.flows.includes(used))).toBe(true);
          }
        }
      }
    }), { seed: SEED, numRuns: runs(0.2, 15) });
  });
});

/** Hops as an attacker does: tries every workload from every one that is taken. */
function worm(compiled: CompiledPolicy, start: string): { direct: Set<string>; all: Set<string> } {
  const access = directAccess(compiled);
  const opens = (from: string, to: string) => from !== to && access.get(from)!.has(to);
  const all = new Set<string>();
  for (let grown = true; grown;) {
    grown = false;
    for (const from of [start, ...all]) {
      for (const { id } of compiled.workloads) {
        if (id !== start && !all.has(id) && opens(from, id)) grown = Boolean(all.add(id));
      }
    }
  }
  return { direct: new Set(compiled.workloads.map(({ id }) => id).filter((id) => opens(start, id))), all };
}

describe('the flat network', () => {
  test('GIVEN workloads of one enforcement point THEN each reaches all others that serve something', () => {
    expect(flatReach([serving('Web'), serving('Api'), workload('Job')])).toEqual({ Web: 1, Api: 1, Job: 2 });
  });

  test('GIVEN a flow to a workload that offers nothing by itself THEN it serves what the flow opens', () => {
    expect(flatReach([workload('Web'), workload('Db'), workload('Job')], [flow('Web', 'Db', tcp(5432))])).toEqual({ Web: 1, Db: 0, Job: 1 });
  });

  test('GIVEN two networks THEN only declared flows go across, and what they lead to counts', () => {
    const [front, back] = [{ enforcementPoints: at('Front') }, { enforcementPoints: at('Back') }];
    const workloads = [serving('A', front), serving('B', front), serving('C', back), serving('D', back)];
    expect(flatReach(workloads)).toEqual({ A: 1, B: 1, C: 1, D: 1 });
    expect(flatReach(workloads, [flow('B', 'C', tcp(443))])).toEqual({ A: 3, B: 3, C: 1, D: 1 });
  });

  test('GIVEN agents on hosts of two networks THEN they make no network of these, and one of hosts that have no other', () => {
    const workloads = [
      serving('A', { enforcementPoints: at('Front', 'Agents') }), serving('B', { enforcementPoints: at('Back', 'Agents') }),
      serving('C', { enforcementPoints: at('Agents') }), serving('D', { enforcementPoints: at('Agents') }),
    ];
    expect(flatReach(workloads)).toEqual({ A: 0, B: 0, C: 1, D: 1 });
  });

  test('GIVEN a workload in two networks THEN these are one for whoever hops', () => {
    const workloads = [serving('A', { enforcementPoints: at('Front') }), workload('Nat', { enforcementPoints: at('Front', 'Back') }), serving('B', { enforcementPoints: at('Back') })];
    expect(flatReach(workloads)).toEqual({ A: 1, Nat: 2, B: 1 });
  });

  test('GIVEN unmanaged workloads THEN one inside the ranges of the network is part of it, and another is not', () => {
    const outside = { managed: false, enforcementPoints: [] };
    const workloads = [serving('Web'), serving('Legacy', { ...outside, addresses: ['10.0.9.0/24'] }), serving('Partner', { ...outside, addresses: ['192.0.2.7/32'] })];
    expect(flatReach(workloads)).toEqual({ Web: 1, Legacy: 1, Partner: 0 });
  });

  test('GIVEN no enforcement point at all THEN managed workloads share one network', () => {
    const bare = { enforcementPoints: [] };
    expect(flatReach([serving('A', bare), serving('B', bare)], [], { enforcementPoints: [] })).toEqual({ A: 1, B: 1 });
  });

  test('GIVEN a policy graph THEN the flat network of it keeps all that the policy allows', () => {
    const graph = graphOf(policy([workload('A'), workload('B', { enforcementPoints: [] })], [flow('A', 'B', tcp(22))]));
    expect([...flatNetwork(graph, ReachGraph.of(graph)).from(0).keys()]).toEqual([1]);
  });
});

describe('the report', () => {
  const chain = () => reportOf([
    serving('Web', { labels: { tier: 'web', app: 'shop' } }), serving('Api', { labels: { app: 'shop' } }),
    serving('Ledger', { criticality: 'crown-jewel' }), serving('Cache', { criticality: 'low' }),
  ], [flow({ any: 'ipv4' }, 'Web', tcp(443)), flow('Web', 'Api', tcp(8443)), flow('Api', 'Ledger', tcp(5432))]);

  test('GIVEN a chain THEN pairs, reduction and crown jewels are counted over any number of hops', () => {
    const { flat, policy: pairs, reduction, workloads } = chain();
    expect([flat, pairs, reduction]).toEqual([12, 3, 0.75]);
    expect(workloads.map(({ id, direct, transitive, criticalReachable }) => [id, direct, transitive, criticalReachable])).toEqual([
      ['Web', 1, 2, ['Ledger']], ['Api', 1, 1, ['Ledger']], ['Ledger', 0, 0, []], ['Cache', 0, 0, []],
    ]);
  });

  test('GIVEN criticality THEN each pair weighs what the reached workload does', () => {
    // Flat: three others reach each of Web (2), Api (2), Ledger (8), Cache (1). Policy: Web to Api, and both to Ledger.
    expect(chain().weighted).toEqual({ flat: 39, policy: 18, reduction: 1 - 18 / 39 });
  });

  test('GIVEN labels THEN each has the reach of its workloads', () => {
    expect(chain().labels).toEqual([
      { label: 'app', value: 'shop', workloads: 2, flat: 6, policy: 3, reduction: 0.5 },
      { label: 'tier', value: 'web', workloads: 1, flat: 3, policy: 2, reduction: 1 - 2 / 3 },
    ]);
  });

  test('GIVEN flows from outside THEN exposed workloads are named with their services', () => {
    expect(chain().exposed).toEqual([{ policy: 'P', id: 'Web', path: 'App/P/Web', services: [tcp(443)] }]);
  });

  test('GIVEN nothing to reach THEN the reduction is 0', () => {
    expect(reportOf([workload('Only')], [])).toMatchObject({ flat: 0, policy: 0, reduction: 0 });
  });

  test('GIVEN several policies THEN each is counted by itself', () => {
    const one = (id: string) => graphOf(policy([serving('A'), serving('B')], [flow('A', 'B', tcp(443))], { id, path: id }));
    expect(blastRadiusOf([one('P'), one('Q')])).toMatchObject({ flat: 4, policy: 2, reduction: 0.5 });
  });
});
