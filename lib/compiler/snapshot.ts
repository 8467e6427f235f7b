import { AcknowledgementDeclaration, FlowDeclaration, InvariantDeclaration, SegmentDeclaration, WorkloadDeclaration } from '../model/declarations';
import { ExpiryAction, SegmentationPolicy } from '../model/policy';

/** A policy as it was declared, as plain data: what compilation depends on, and all that it depends on. */
export interface PolicySnapshot {
  readonly id: string;
  readonly path: string;
  readonly source?: string;
  readonly mode: string;
  readonly onExpiredFlow: 'fail' | 'warn';
  /** Milliseconds since the epoch; decides which flows have expired. */
  readonly asOf: number;
  readonly workloads: readonly WorkloadDeclaration[];
  readonly segments: readonly SegmentDeclaration[];
  readonly flows: readonly FlowDeclaration[];
  readonly invariants: readonly InvariantDeclaration[];
  readonly acknowledgements: readonly AcknowledgementDeclaration[];
}

export function snapshotOf(policy: SegmentationPolicy): PolicySnapshot {
  return {
    id: policy.policyId,
    path: policy.node.path,
    source: policy._declared.source,
    mode: policy.mode,
    onExpiredFlow: policy._onExpiredFlow === ExpiryAction.WARN ? 'warn' : 'fail',
    asOf: policy._asOf === undefined ? Date.now() : Date.parse(policy._asOf),
    workloads: policy._workloads.map((workload) => workload._declare()),
    segments: policy._segments.map((segment) => segment._declare()),
    flows: policy._flows,
    invariants: policy._invariants,
    acknowledgements: policy._acknowledgements,
  };
}
