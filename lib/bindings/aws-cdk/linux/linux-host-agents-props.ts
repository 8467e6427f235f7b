import { aws_kms as kms, Duration } from 'aws-cdk-lib';
import { LinuxHostAgentsProps as HostAgentsProps, LinuxProtectOptions as HostProtectOptions } from '../../linux/linux-host-agents-props';
import { PeerAddress } from './peer-address';

/** How Systems Manager rolls new rules out. */
export interface LinuxAssociationOptions {
  /** How many hosts of a workload are given new rules at a time: a number or a percentage. @default "20%" */
  readonly maxConcurrency?: string;

  /** How many hosts may fail, or come back to the last good rules, before no further ones are given them. @default "0" */
  readonly maxErrors?: string;

  /**
   * When hosts are given their rules again, such as `rate(1 day)`. The ones that are in force stay as they are, but rules that
   * a host has refused or taken back are tried again.
   *
   * @default - once for each change, and when an instance joins
   */
  readonly scheduleExpression?: string;

  /**
   * How long the deployment waits until all hosts have confirmed their rules, from 15 seconds to 2 days. If they do not, it fails,
   * and CloudFormation goes back to the association before. Hosts that are not running when it waits make it fail.
   *
   * @default - the deployment does not wait
   */
  readonly waitForSuccess?: Duration;
}

/** Properties of `LinuxHostAgents`. */
export interface LinuxHostAgentsProps extends HostAgentsProps {
  /** How new rules are rolled out. @default - a fifth of the hosts at a time, as long as none fails */
  readonly association?: LinuxAssociationOptions;

  /** Deploy-time addresses of workloads, those that are protected here included. @default - only those that the workloads declare */
  readonly peerAddresses?: PeerAddress[];

  /**
   * Key of your own that encrypts the bucket of assets: hosts may decrypt with it.
   *
   * @default - none; the key that the bootstrapping of an environment makes lets the account decrypt through S3
   */
  readonly assetKey?: kms.IKey;
}

/** Hosts, by what Systems Manager knows of them. */
export interface LinuxHostTarget {
  /** `InstanceIds`, `tag:` and the name of a tag, or `resource-groups:Name`. */
  readonly key: string;

  /** Any of these. */
  readonly values: string[];
}

/** How the hosts of one workload are protected. */
export interface LinuxProtectOptions extends HostProtectOptions {
  /**
   * The hosts, where they are no instance or Auto Scaling group of this app: those that all of these hold for, at most five. No
   * instance of another workload may be among them.
   *
   * @default - the instance, or the instances of the group
   */
  readonly targets?: LinuxHostTarget[];

  /**
   * Whether the role gets `AmazonSSMManagedInstanceCore`, what the SSM agent needs. The instance and group constructs of the
   * framework have `ssmSessionPermissions` for the same.
   *
   * @default false
   */
  readonly ssmAgentPermissions?: boolean;
}
