import { Construct } from 'constructs';
import { PeerDeclaration, SegmentDeclaration } from './declarations';
import { EnforcementMode } from './enforcement-mode';
import { declareFlow, FlowOptions } from './flow-options';
import { IPeer } from './peer';
import type { SegmentationPolicy } from './policy';
import { Selector } from './selector';
import { Declared } from './sources';

/** Workloads that are spoken of together. */
export interface SegmentProps {
  /** Which workloads of the policy belong to it, those added later included. */
  readonly members: Selector;

  /** How far the policy of its members is in force. @default - the mode of the policy */
  readonly mode?: EnforcementMode;
}

/**
 * The workloads of a policy that a selector chooses. Being in one segment allows nothing by itself.
 *
 * Made by `SegmentationPolicy.addSegment`.
 */
export class Segment extends Construct implements IPeer {
  /** Unique in the policy. */
  public readonly segmentId: string;

  public readonly peerName: string;

  private readonly policy: SegmentationPolicy;
  private readonly props: SegmentProps;
  private readonly declared: Declared;

  /** @internal */
  public constructor(policy: SegmentationPolicy, id: string, props: SegmentProps) {
    super(policy, id);
    this.segmentId = id;
    this.peerName = this.node.path;
    this.policy = policy;
    this.props = props;
    this.declared = policy._sources.note({});
  }

  /** Allows connections from every member to the peer. @throws MSEG1008, MSEG1009, MSEG1011 */
  public allowTo(peer: IPeer, options: FlowOptions = {}): void {
    this.policy._addFlow(declareFlow(this.node.path, this._declarePeer(), peer._declarePeer(), options));
  }

  /** Allows connections from the peer to every member. @throws MSEG1008, MSEG1009, MSEG1011 */
  public allowFrom(peer: IPeer, options: FlowOptions = {}): void {
    this.policy._addFlow(declareFlow(this.node.path, peer._declarePeer(), this._declarePeer(), options));
  }

  /**
   * Allows connections between members, each to what the other offers unless services are named. That includes
   * connections between the machines of one member.
   *
   * @throws MSEG1008, MSEG1009
   */
  public allowWithin(options: FlowOptions = {}): void {
    this.policy._addFlow(declareFlow(this.node.path, this._declarePeer(), this._declarePeer(), options));
  }

  /** @internal */
  public _declarePeer(): PeerDeclaration {
    return { kind: 'segment', id: this.segmentId, policy: this.policy.node.path };
  }

  /** @internal */
  public _declare(): SegmentDeclaration {
    const { members, mode } = this.props;
    const { segmentId: id, node: { path } } = this;
    return { id, path, selector: members._selector, mode, ringfence: this._isRingfence(), ...this.declared };
  }

  /** @internal */
  protected _isRingfence(): boolean {
    return false;
  }
}

/**
 * A boundary around an application: a segment whose flows to and from the outside must each be declared as crossing it
 * (`crossesRingfence`). A flow declared by labels or by another segment can so never reach over the boundary unnoticed.
 *
 * Made by `SegmentationPolicy.addRingfence`.
 */
export class Ringfence extends Segment {
  /** @internal */
  protected override _isRingfence(): boolean {
    return true;
  }
}
