import { AWS_DEFAULT_LIMITS, checkLimits } from '../../../lib/platforms/aws/limits';
import { codesOf, problemsOf } from '../../support/problems';

test.each([[60, 5], [200, 5], [1000, 1], [62, 16], [1, 1]])('GIVEN %d rules a group and %d groups WHEN checked THEN an account can have that', (rulesPerGroup, groupsPerInterface) => {
  expect(codesOf(() => checkLimits('App/Groups', { rulesPerGroup, groupsPerInterface }))).toEqual([]);
});

test.each([[201, 5], [1001, 1], [50, 17], [0, 5], [60, 0], [-60, -5], [60.5, 5], [NaN, 5], [60, Infinity]])('GIVEN %d rules a group and %d groups WHEN checked THEN MSEG3010', (rulesPerGroup, groupsPerInterface) => {
  expect(problemsOf(() => checkLimits('App/Groups', { rulesPerGroup, groupsPerInterface }))).toEqual([expect.objectContaining({ code: 'MSEG3010', where: 'App/Groups' })]);
});

test('GIVEN a new account WHEN nothing is said THEN its quotas are 60 rules and 5 groups', () => {
  expect(AWS_DEFAULT_LIMITS).toEqual({ rulesPerGroup: 60, groupsPerInterface: 5 });
});
