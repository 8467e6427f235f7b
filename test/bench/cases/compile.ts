import { RootConstruct } from 'constructs';
import { compile, snapshotOf } from '../../../lib/compiler';
import { declareSynthPolicy } from '../synth-policy';
import { runCase } from './run-case';

runCase((size) => {
  const { policy } = declareSynthPolicy(new RootConstruct('Bench'), size);
  return () => compile(snapshotOf(policy));
});
