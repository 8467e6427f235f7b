import { LinuxHostAgentsProps as HostAgentsProps, LinuxProtectOptions as HostProtectOptions } from '../../linux/linux-host-agents-props';
import { PeerAddress } from '../peer-address';
import { LinuxDelivery, SystemsManagerTarget } from './linux-delivery';

/** Properties of `LinuxHostAgents`. */
export interface LinuxHostAgentsProps extends HostAgentsProps {
  /** How bundles come to the hosts. @default - as files beside the configuration of the stack, for whatever delivers them */
  readonly delivery?: LinuxDelivery;

  /** Deploy-time addresses of workloads, those that are protected here included. @default - only those that the workloads declare */
  readonly peerAddresses?: PeerAddress[];
}

/** How the hosts of one workload are protected. */
export interface LinuxProtectOptions extends HostProtectOptions {
  /**
   * The instances, where Systems Manager delivers: those that all of these hold for, at most five.
   *
   * @default - those with the tags of `instanceTags(workload)`
   */
  readonly instances?: SystemsManagerTarget[];
}

/** How user data gives a host its bundle. */
export interface LinuxUserDataOptions {
  /**
   * Where hosts fetch their bundle from: `https://…` with curl, or `s3://…` with the AWS CLI. It must be the archive of this
   * very synthesis, `linux-hosts/<policy>/<workload>.tar.gz`: another one is refused by its hash.
   *
   * @default - user data carries the bundle
   */
  readonly bundleUrl?: string;

  /**
   * Most bytes that the cloud takes, before base64: Azure takes 65,535 and Google Cloud 262,144.
   *
   * @default 16384, as EC2 takes
   */
  readonly maxBytes?: number;
}
