import * as fc from 'fast-check';
import { blastRadiusOf } from '../../../lib/analysis/blast-radius';
import { graphOf } from '../../../lib/analysis/policy-graph';
import { compilePolicy, manifestOf } from '../../../lib/compiler';
import { mapOfPolicies } from '../../../lib/report/map/from-manifests';
import { payments } from '../../model/policies';
import { Declared } from '../../properties/declare';
import { runs, SEED } from '../../properties/runs';
import { policySpecs } from '../../properties/specs';
import { accessOf, pathTo } from './page';
import { companyPolicy, shopPolicy } from './policies';

test('GIVEN any policy THEN the page counts the same reach as microseg blast-radius, in the flat network and under the policy', () => {
  let reached = 0;
  fc.assert(fc.property(policySpecs({ size: 6, sctpPorts: true }), (spec) => {
    const policy = compilePolicy(new Declared(payments(), spec).policy);
    const [manifest] = manifestOf([{ policy, invariants: [], enforcementPoints: [], rendered: new Map() }]).policies;
    const { reach, nodes } = mapOfPolicies([manifest]);
    const access = accessOf(reach);
    for (const { id, flat, direct, transitive } of blastRadiusOf([graphOf(manifest)]).workloads) {
      const place = nodes.findIndex(({ name, kind }) => name === id && kind === 'workload');
      const after = access.policy.from(place);
      const directly = [...after.values()].filter(({ hops }) => hops === 1).length;
      expect([access.flat!.from(place).size, directly, after.size]).toEqual([flat, direct, transitive]);
      reached += transitive;
    }
  }), { seed: SEED, numRuns: runs(0.3, 15) });
  expect(reached).toBeGreaterThan(50);
});

test('GIVEN several policies THEN a breach of a workload of one reaches none of another', () => {
  const { reach, nodes } = mapOfPolicies([shopPolicy(), companyPolicy()]);
  const reached = accessOf(reach).flat!.from(nodes.findIndex(({ name }) => name === 'web'));
  expect(new Set([...reached.keys()].map((place) => nodes[place].policy))).toEqual(new Set(['Shop']));
});

test('GIVEN something reached in several hops THEN the way to it is told from the start', () => {
  const { reach, nodes } = mapOfPolicies([shopPolicy()]);
  const place = (wanted: string) => nodes.findIndex(({ name }) => name === wanted);
  const path = pathTo(accessOf(reach).policy.from(place('edge')), place('db'));
  expect(path.map((each) => nodes[each].name)).toEqual(['edge', 'web', 'api', 'db']);
});
