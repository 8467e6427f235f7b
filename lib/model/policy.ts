import { Construct } from 'constructs';
import { fail } from '../support/errors';
import { AcknowledgementOptions, declareAcknowledgement } from './acknowledgement';
import { AcknowledgementDeclaration, FlowDeclaration, InvariantDeclaration, PeerDeclaration } from './declarations';
import { EnforcementMode } from './enforcement-mode';
import { declareFlow, FlowOptions } from './flow-options';
import { requireId } from './identifiers';
import { Invariant } from './invariant';
import { IPeer } from './peer';
import { Ringfence, Segment, SegmentProps } from './segment';
import { Declared, Sources } from './sources';
import { UnmanagedWorkloadProps, Workload, WorkloadProps } from './workload';

/** What happens to a flow whose expiry has passed. */
export enum ExpiryAction {
  /** Synthesis fails. */
  FAIL = 'fail',
  /** Synthesis warns, and the flow stays open. */
  WARN = 'warn',
}

/** Properties of a policy. */
export interface SegmentationPolicyProps {
  /** How far the policy is in force for workloads that say nothing else. @default EnforcementMode.MONITOR */
  readonly mode?: EnforcementMode;

  /** What happens to a flow whose expiry has passed. @default ExpiryAction.FAIL */
  readonly onExpiredFlow?: ExpiryAction;

  /**
   * The moment at which expiry is judged, in ISO 8601: give one where synthesis must be repeatable to the byte.
   *
   * @default - the time of synthesis
   */
  readonly asOf?: string;
}

/**
 * Workloads and the connections allowed between them. Everything else is denied.
 *
 * The order in which workloads, segments and flows are declared never matters. The policy is compiled when the app is
 * synthesized; enforcement points, such as `awsCdk.SecurityGroups`, turn it into the rules of their platform.
 */
export class SegmentationPolicy extends Construct {
  /** Unique in the app. Tags and reports carry it. */
  public readonly policyId: string;

  /** How far the policy is in force for workloads that say nothing else. */
  public readonly mode: EnforcementMode;

  /** @internal */
  public readonly _onExpiredFlow: ExpiryAction;

  /** @internal */
  public readonly _asOf?: string;

  /** @internal */
  public readonly _workloads: Workload[] = [];

  /** @internal */
  public readonly _segments: Segment[] = [];

  /** @internal */
  public readonly _flows: FlowDeclaration[] = [];

  /** @internal */
  public readonly _invariants: InvariantDeclaration[] = [];

  /** @internal */
  public readonly _acknowledgements: AcknowledgementDeclaration[] = [];

  /** @internal */
  public readonly _sources: Sources;

  /** @internal */
  public readonly _declared: Declared;

  /** @throws MSEG1006 if the id cannot stand on every platform; MSEG1008 if `asOf` is no moment. */
  public constructor(scope: Construct, id: string, props: SegmentationPolicyProps = {}) {
    requireId(`${scope.node.path}/${id}`, id);
    super(scope, id);
    this.policyId = id;
    this.mode = props.mode ?? EnforcementMode.MONITOR;
    this._onExpiredFlow = props.onExpiredFlow ?? ExpiryAction.FAIL;
    this._asOf = props.asOf;
    this._sources = new Sources(this);
    this._declared = this._sources.note({});
    if (props.asOf !== undefined && Number.isNaN(Date.parse(props.asOf))) {
      fail('MSEG1008', this.node.path, `asOf "${props.asOf}" is no moment`);
    }
  }

  /** Adds a workload that enforcement points protect. @throws MSEG1004, MSEG1005, MSEG1006, MSEG1007 */
  public addWorkload(id: string, props: WorkloadProps = {}): Workload {
    return this.register(this._workloads, id, () => new Workload(this, id, props, true));
  }

  /** Adds a workload that somebody else runs. It is known by its addresses. @throws MSEG1004, MSEG1005, MSEG1006, MSEG1007 */
  public addUnmanagedWorkload(id: string, props: UnmanagedWorkloadProps): Workload {
    if (props.addresses.length === 0) fail('MSEG1004', `${this.node.path}/${id}`, 'an unmanaged workload without address can never be named in a rule');
    return this.register(this._workloads, id, () => new Workload(this, id, props, false));
  }

  /** Adds a segment. @throws MSEG1006, MSEG1007 */
  public addSegment(id: string, props: SegmentProps): Segment {
    return this.register(this._segments, id, () => new Segment(this, id, props));
  }

  /** Adds a boundary that flows cross only where they say so. @throws MSEG1006, MSEG1007 */
  public addRingfence(id: string, props: SegmentProps): Ringfence {
    return this.register(this._segments, id, () => new Ringfence(this, id, props));
  }

  /** Allows connections from the client to the server. @throws MSEG1008, MSEG1009, MSEG1010, MSEG1011 */
  public allow(client: IPeer, server: IPeer, options: FlowOptions = {}): void {
    this._addFlow(declareFlow(this.node.path, client._declarePeer(), server._declarePeer(), options));
  }

  /** Adds something that must hold. @throws MSEG1011 */
  public addInvariant(invariant: Invariant): void {
    const { _declaration: declaration } = invariant;
    const peers = declaration.kind === 'exposure' ? declaration.exposed
      : declaration.kind === 'blastRadius' ? [declaration.workload]
        : [declaration.client, declaration.server];
    peers.forEach((peer) => this.requireOwn(peer));
    this._invariants.push(declaration);
  }

  /**
   * Says that what a check of `microseg lint` finds in this policy is meant, and why. It stands in `segmentation.json`, so that every
   * run of `microseg lint`, and the validators at synthesis, know of it.
   *
   *     policy.acknowledge('MSEG5103', { reason: 'public site', on: web });
   *
   * @param code of the check, such as MSEG5103; `docs/lint.md` explains each.
   * @throws MSEG5050 for a code that is no check's, MSEG5051 without a reason, MSEG5052 on something outside of the policy, MSEG1008
   */
  public acknowledge(code: string, options: AcknowledgementOptions): void {
    this._acknowledgements.push(this._sources.note(declareAcknowledgement(this, code, options)));
  }

  /** @internal */
  public _addFlow(flow: FlowDeclaration): void {
    this.requireOwn(flow.client);
    this.requireOwn(flow.server);
    if (![flow.client, flow.server].some(namesWorkloads)) fail('MSEG1010', flow.origin, 'neither end is a workload');
    this._flows.push(this._sources.note(flow));
  }

  /**
   * How often the policy has been added to: equal revisions compile to equal policies.
   *
   * @internal
   */
  public get _revision(): number {
    const { _workloads, _segments, _flows, _invariants, _acknowledgements } = this;
    return [_workloads, _segments, _flows, _invariants, _acknowledgements].reduce((sum, { length }) => sum + length, 0);
  }

  private register<Base, T extends Base>(list: Base[], id: string, make: () => T): T {
    requireId(`${this.node.path}/${id}`, id);
    if (this.node.tryFindChild(id)) fail('MSEG1007', this.node.path, `"${id}" is declared twice`);
    const added = make();
    list.push(added);
    return added;
  }

  private requireOwn(peer: PeerDeclaration): void {
    if ((peer.kind === 'workload' || peer.kind === 'segment') && peer.policy !== this.node.path) {
      fail('MSEG1011', this.node.path, `${peer.policy}/${peer.id} belongs to another policy`);
    }
  }
}

function namesWorkloads(peer: PeerDeclaration): boolean {
  return peer.kind === 'workload' || peer.kind === 'segment' || peer.kind === 'labels';
}
