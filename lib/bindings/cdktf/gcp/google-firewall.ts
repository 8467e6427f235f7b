import { Construct } from 'constructs';
import { SegmentationPolicy } from '../../../model/policy';
import { Workload } from '../../../model/workload';
import { PeerAddress } from '../peer-address';
import { registerPoint } from '../registry';
import { hookIntoSynthesis } from '../synthesis';
import { GoogleFirewallPoint } from './google-firewall-point';
import { GoogleFirewallProps, GoogleFirewallProtectOptions, GoogleIdentity, PeerAddressGroup } from './google-firewall-props';

/**
 * Enforces a policy by the firewall of a VPC network in Google Cloud.
 *
 *     const firewall = new GoogleFirewall(stack, 'Firewall', { policy, network: network.id, monitorScope: ['10.3.0.0/16'] });
 *     new TagsLocationTagBinding(stack, 'Analytics', { tagValue: firewall.secureTag(analytics), parent: …, location: zone });
 *
 * Machines are known by secure tags, network tags or service accounts. Both ends of each flow are opened, each by a rule for
 * the machines of that workload; below are rules that deny everything else for them, both ways, and for nothing else in the
 * network. No rule can match the identity of a destination: the client's end of a flow needs the server's addresses.
 *
 * While a workload is in MONITOR or VISIBILITY, what enforcing would block is admitted by rules that are logged. These logs
 * show TCP and UDP; flow logs of the subnets show the rest. The metadata server is always reachable.
 *
 * All rules stand in the stack of this construct. They are filled in at synthesis: until then flows may be declared in any order.
 */
export class GoogleFirewall extends Construct {
  /** What is enforced. */
  public readonly policy: SegmentationPolicy;

  /** Id or self link of the VPC network of the protected machines. */
  public readonly network: string;

  /** Name of the network firewall policy that holds the rules; absent where they are VPC firewall rules. */
  public readonly firewallPolicyName?: string;

  private readonly point: GoogleFirewallPoint;

  /**
   * @throws MSEG1004 if a range is none; MSEG1007 if another policy with the same id is enforced in the app; MSEG3002 and
   * MSEG3403 as `addPeerAddress`; MSEG9001 if the Google provider is not installed; MSEG9002 outside of a Terraform stack.
   */
  public constructor(scope: Construct, id: string, props: GoogleFirewallProps) {
    super(scope, id);
    this.policy = props.policy;
    this.network = props.network;
    this.point = new GoogleFirewallPoint(this, props);
    this.firewallPolicyName = this.point.firewallPolicyName;
    props.peerAddresses?.forEach((peerAddress) => this.addPeerAddress(peerAddress));
    props.peerAddressGroups?.forEach((peerAddressGroup) => this.addPeerAddressGroup(peerAddressGroup));
    registerPoint(this.point);
    hookIntoSynthesis(this.point);
  }

  /**
   * Makes rules for the machines of the workload.
   *
   * @throws MSEG3001 if the workload is known by something else already; MSEG3002 and MSEG3003 if it is none of this policy's
   * own; MSEG3308 if otherTags is no number of tags; MSEG3311 if it is not given what this enforcement point knows workloads by.
   */
  public protect(workload: Workload, options: GoogleFirewallProtectOptions = {}): void {
    this.point.protect(workload, options);
  }

  /**
   * The secure tag of the workload, to bind to its machines: `tagValues/` and a number. The workload counts as protected.
   *
   * @throws MSEG3002, MSEG3003; MSEG3311 if workloads are known by something else, or the network does not name its project.
   */
  public secureTag(workload: Workload): string {
    return this.point.identityOfWorkload(workload, GoogleIdentity.SECURE_TAGS);
  }

  /**
   * The network tag of the workload, for its machines. The workload counts as protected.
   *
   * @throws MSEG3002, MSEG3003; MSEG3311 if workloads are known by something else.
   */
  public networkTag(workload: Workload): string {
    return this.point.identityOfWorkload(workload, GoogleIdentity.NETWORK_TAGS);
  }

  /**
   * Says where rules here find a workload that another network or platform protects, as `peerAddresses` does.
   *
   * @throws MSEG3002; MSEG3403 if the address is known already.
   */
  public addPeerAddress(peerAddress: PeerAddress): void {
    this.point.addPeerAddress(peerAddress);
  }

  /**
   * Says in which address group rules here find a workload, as `peerAddressGroups` does.
   *
   * @throws MSEG3002
   */
  public addPeerAddressGroup(peerAddressGroup: PeerAddressGroup): void {
    this.point.addPeerAddressGroup(peerAddressGroup);
  }
}
