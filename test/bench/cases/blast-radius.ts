import { blastRadiusOf } from '../../../lib/analysis/blast-radius';
import { graphOf } from '../../../lib/analysis/policy-graph';
import { synthManifest } from '../manifests';
import { runCase } from './run-case';

runCase((size) => {
  const policy = synthManifest(size);
  return () => blastRadiusOf([graphOf(policy)]);
});
