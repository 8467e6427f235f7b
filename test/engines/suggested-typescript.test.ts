import * as fc from 'fast-check';
import { suggest } from '../../lib/discovery/suggest/suggest';
import { typescriptOf } from '../../lib/discovery/suggest/typescript';
import { MAPS } from '../discovery/suggest/maps';
import { observedPolicy, typeErrors } from '../discovery/suggest/run';
import { SEED } from '../properties/runs';

test('GIVEN generated maps with hostile names WHEN policies are suggested THEN the modules pass the strictest compiler', () => {
  const maps = fc.sample(MAPS, { seed: SEED, numRuns: 40 });
  const modules = maps.flatMap((map, index) => {
    const suggestion = suggest(map, { generalize: index % 2 ? 'labels' : 'none' });
    return [typescriptOf(suggestion), typescriptOf({ ...suggestion, policy: { id: 'Other', exists: true } })];
  });
  expect(typeErrors(modules)).toEqual([]);
  // The compiler must have had something to say yes to.
  expect(modules.filter((text) => /\.allow(To|From)?\(/.test(text)).length).toBeGreaterThan(40);
  expect(observedPolicy(modules[0]).policyId).toBe('Observed');
}, 120_000);
