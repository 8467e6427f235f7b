import { Construct } from 'constructs';
import { Criticality } from './criticality';
import { NamedRange, PeerDeclaration, WorkloadDeclaration } from './declarations';
import { EnforcementMode } from './enforcement-mode';
import { declareFlow, FlowOptions } from './flow-options';
import { requireLabels } from './identifiers';
import { checkedCidr, IPeer } from './peer';
import type { SegmentationPolicy } from './policy';
import { Service } from './service';

/** A server, container, function, database … that gets an allow-list of its own. */
export interface WorkloadProps {
  /** What the workload is: app, tier, env, location, any other. Segments and selectors go by them. @default - none */
  readonly labels?: { [key: string]: string };

  /** What the workload offers. A flow to it that names no services allows these. @default - none */
  readonly services?: Service[];

  /**
   * Addresses and blocks that the workload, and nothing else, is known to have. Enforcement points that cannot refer to
   * the workload itself use them.
   *
   * @default - unknown; only an enforcement point that protects the workload can refer to it
   */
  readonly addresses?: string[];

  /** How bad a breach of it would be. @default Criticality.MEDIUM */
  readonly criticality?: Criticality;

  /** How far its policy is in force. @default - the mode of its segments, else of the policy */
  readonly mode?: EnforcementMode;
}

/** A workload that the policy names but does not protect: an audit host, a partner's server, a legacy system. */
export interface UnmanagedWorkloadProps {
  /** Its addresses and blocks. */
  readonly addresses: string[];

  /** What the workload is. @default - none */
  readonly labels?: { [key: string]: string };

  /** What the workload offers. @default - none */
  readonly services?: Service[];

  /** How bad a breach of it would be. @default Criticality.MEDIUM */
  readonly criticality?: Criticality;
}

/**
 * A workload of a policy. Nothing may talk to it, and it may talk to nothing, until a flow says so.
 *
 * Made by `SegmentationPolicy.addWorkload`.
 */
export class Workload extends Construct implements IPeer {
  /** Unique in the policy. */
  public readonly workloadId: string;

  public readonly peerName: string;

  /** Whether this policy protects it, as against only naming it. */
  public readonly managed: boolean;

  /** The policy that the workload belongs to. */
  public readonly policy: SegmentationPolicy;

  private readonly declaration: WorkloadDeclaration;

  /** @internal */
  public constructor(policy: SegmentationPolicy, id: string, props: WorkloadProps, managed: boolean) {
    const path = `${policy.node.path}/${id}`;
    requireLabels(path, props.labels ?? {});
    for (const address of props.addresses ?? []) checkedCidr(path, address);
    super(policy, id);
    this.workloadId = id;
    this.peerName = this.node.path;
    this.managed = managed;
    this.policy = policy;
    this.declaration = policy._sources.note<WorkloadDeclaration>({
      id,
      path: this.node.path,
      labels: { ...props.labels },
      services: (props.services ?? []).flatMap(namedRanges),
      addresses: [...(props.addresses ?? [])],
      mode: props.mode,
      criticality: props.criticality ?? Criticality.MEDIUM,
      managed,
    });
  }

  /** Allows connections from this workload to the peer. @throws MSEG1008, MSEG1009, MSEG1011 */
  public allowTo(peer: IPeer, options: FlowOptions = {}): void {
    this.policy._addFlow(declareFlow(this.node.path, this._declarePeer(), peer._declarePeer(), options));
  }

  /** Allows connections from the peer to this workload. @throws MSEG1008, MSEG1009, MSEG1011 */
  public allowFrom(peer: IPeer, options: FlowOptions = {}): void {
    this.policy._addFlow(declareFlow(this.node.path, peer._declarePeer(), this._declarePeer(), options));
  }

  /** @internal */
  public _declarePeer(): PeerDeclaration {
    return { kind: 'workload', id: this.workloadId, policy: this.policy.node.path };
  }

  /** @internal */
  public _declare(): WorkloadDeclaration {
    return this.declaration;
  }
}

function namedRanges(service: Service): NamedRange[] {
  return service._ranges.map((range) => ({ name: service.name, ...range }));
}
