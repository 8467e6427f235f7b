import { diffPolicies } from '../../../lib/analysis/diff';
import { graphOf } from '../../../lib/analysis/policy-graph';
import { synthManifest } from '../manifests';
import { runCase } from './run-case';

// One flow in a hundred went, another one came.
runCase((size) => {
  const [before, now] = [synthManifest(size, (flow) => flow % 100 !== 0), synthManifest(size, (flow) => flow % 100 !== 50)];
  return () => diffPolicies([graphOf(before)], [graphOf(now)]);
});
