import { LintCheck } from '../check';
import { broadPeer } from './broad-peer';
import { broadServices } from './broad-services';
import { brokenInvariant } from './broken-invariant';
import { expired } from './expired';
import { expiring } from './expiring';
import { missingJustification } from './missing-justification';
import { oneSidedEnforcement } from './one-sided-enforcement';
import { redundant } from './redundant';
import { shadowed } from './shadowed';
import { unprotectedWorkload } from './unprotected-workload';
import { unusedService } from './unused-service';

/** Every check there is, in the order of their codes. */
export const CHECKS: readonly LintCheck[] = [
  brokenInvariant, expired, shadowed, redundant, broadPeer, broadServices, unusedService, expiring, missingJustification,
  oneSidedEnforcement, unprotectedWorkload,
];
