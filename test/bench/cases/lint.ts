import { lint } from '../../../lib/analysis/lint';
import { graphOf } from '../../../lib/analysis/policy-graph';
import { synthManifest } from '../manifests';
import { runCase } from './run-case';

runCase((size) => {
  const policy = synthManifest(size);
  return () => lint([graphOf(policy)], { now: Date.parse('2026-01-01'), expiringDays: 30, acknowledgements: [] });
});
