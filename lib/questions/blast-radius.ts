import { blastRadiusOf, BlastRadiusReport, WorkloadReach } from '../analysis/blast-radius';
import { blastRadius, ReachGraph } from '../analysis/reach/reach-graph';
import { compilePolicy, CompiledPolicy, servicesOf } from '../compiler';
import { SegmentationPolicy } from '../model/policy';
import { Workload } from '../model/workload';
import { fail } from '../support/errors';

/** Ordered pairs of distinct workloads of which the first reaches the second in any number of hops. */
export interface ReachReduction {
  /** In the flat network, where workloads of one network reach each other on what they serve. */
  readonly flat: number;

  /** Under the policy. */
  readonly policy: number;

  /** 1 - policy / flat, from 0 to 1; 0 where nothing was reachable to begin with. */
  readonly reduction: number;
}

/** Reach of the workloads that carry one label. */
export interface LabelReduction extends ReachReduction {
  /** Key of the label. */
  readonly label: string;

  /** Its value. */
  readonly value: string;

  /** How many workloads carry it. */
  readonly workloads: number;
}

/** What a breach of one workload reaches. */
export interface WorkloadBlastRadius {
  /** Id of the workload. */
  readonly workloadId: string;

  /** How many other workloads it reaches in the flat network, in any number of hops. */
  readonly flat: number;

  /** How many it can open a connection to under the policy. */
  readonly direct: number;

  /** How many it reaches under the policy, in any number of hops. */
  readonly transitive: number;

  /** Ids of the crown jewels among these, sorted. */
  readonly criticalReachable: string[];
}

/** A workload that can be reached from outside. */
export interface ExposedWorkload {
  /** Id of the workload. */
  readonly workloadId: string;

  /** With what: protocols and ports, such as `tcp/443`. */
  readonly services: string[];
}

/**
 * What a breach of each workload of a policy reaches, before and after: in the flat network, and under the policy as it is declared at
 * the time of asking, whatever the modes say. The numbers are those of `microseg blast-radius` and of
 * `Invariant.blastRadiusAtMost`.
 *
 *     const radius = BlastRadius.of(policy);
 *     expect(radius.overall.reduction).toBeGreaterThan(0.9);
 *     expect(radius.ofWorkload(web).criticalReachable).toEqual([]);
 */
export class BlastRadius {
  /** @throws SegmentationError with every problem of the policy. */
  public static of(policy: SegmentationPolicy): BlastRadius {
    return new BlastRadius(policy);
  }

  private readonly compiled: CompiledPolicy;
  private readonly report: BlastRadiusReport;

  private constructor(private readonly policy: SegmentationPolicy) {
    this.compiled = compilePolicy(policy);
    this.report = blastRadiusOf([this.compiled]);
  }

  /** Of all workloads together. */
  public get overall(): ReachReduction {
    const { flat, policy, reduction } = this.report;
    return { flat, policy, reduction };
  }

  /** The same, each pair counted by the criticality of what is reached: low 1, medium 2, high 4, crown jewel 8. */
  public get weighted(): ReachReduction {
    return this.report.weighted;
  }

  /** By label, sorted by key and value. */
  public get labels(): LabelReduction[] {
    return this.report.labels;
  }

  /** By workload, sorted by id. */
  public get workloads(): WorkloadBlastRadius[] {
    return this.report.workloads.map(withId);
  }

  /** Workloads that can be reached from outside, sorted by id. */
  public get exposed(): ExposedWorkload[] {
    return this.report.exposed.map(({ id, services }) => (
      { workloadId: id, services: services.map((service) => servicesOf([service]).toString()) }));
  }

  /** Of one workload. @throws MSEG1011 if it is another policy's */
  public ofWorkload(workload: Workload): WorkloadBlastRadius {
    this.requireOwn(workload);
    return withId(this.report.workloads.find(({ id }) => id === workload.workloadId)!);
  }

  /** Ids of the workloads that a breach of this one reaches, in any number of hops, sorted. @throws MSEG1011 if it is another policy's */
  public reachableFrom(workload: Workload): string[] {
    this.requireOwn(workload);
    return blastRadius(this.compiled, ReachGraph.of(this.compiled), workload.workloadId);
  }

  private requireOwn(workload: Workload): void {
    if (workload.policy !== this.policy) fail('MSEG1011', this.policy.node.path, `${workload.node.path} belongs to another policy`);
  }
}

function withId({ id, flat, direct, transitive, criticalReachable }: WorkloadReach): WorkloadBlastRadius {
  return { workloadId: id, flat, direct, transitive, criticalReachable };
}
