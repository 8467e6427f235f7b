import { fail } from '../../../support/errors';
import { withoutTokens } from './texts';

/** An instance, by what Systems Manager knows of it. */
export interface SystemsManagerTarget {
  /** `InstanceIds`, `tag:` and the name of a tag, or `resource-groups:Name`. */
  readonly key: string;
  /** Any of these. */
  readonly values: string[];
}

/** Properties of a delivery by AWS Systems Manager. */
export interface SystemsManagerDeliveryProps {
  /** Name of the bucket that bundles and address books lie in, such as `bucket.bucket`. */
  readonly bucket: string;

  /** What the keys of the objects start with: letters, digits, dots, hyphens and slashes. @default "microseg" */
  readonly prefix?: string;

  /** ARN of the key that encrypts the objects. @default - as the bucket is set up */
  readonly kmsKeyArn?: string;

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
}

/** How bundles come to the hosts. */
export class LinuxDelivery {
  /**
   * By AWS Systems Manager: bundles lie in a bucket, and an association for each workload has its instances fetch, verify and
   * apply them. Instances need the SSM agent, the AWS CLI, a role with `AmazonSSMManagedInstanceCore` and
   * `instancePolicy(workload)`, and, in ENFORCE, flows to what these need: instance metadata, name resolution, Systems Manager
   * and S3. Rules under which a host cannot fetch its bundle again are not kept.
   *
   * @throws MSEG4031 for a bucket, prefix or key that is none
   */
  public static systemsManager(props: SystemsManagerDeliveryProps): LinuxDelivery {
    const { bucket, prefix = 'microseg', kmsKeyArn } = props;
    if (!BUCKET.test(withoutTokens(bucket))) fail('MSEG4031', 'LinuxDelivery', `${JSON.stringify(bucket.slice(0, 100))} is no name of a bucket`);
    if (!PREFIX.test(prefix)) fail('MSEG4031', 'LinuxDelivery', `keys cannot start with ${JSON.stringify(prefix.slice(0, 100))}`);
    if (kmsKeyArn !== undefined && !KEY_ARN.test(withoutTokens(kmsKeyArn))) {
      fail('MSEG4031', 'LinuxDelivery', `${JSON.stringify(kmsKeyArn.slice(0, 100))} is no ARN of a key`);
    }
    return new LinuxDelivery({ ...props, prefix });
  }

  /** @internal */
  public readonly _systemsManager: SystemsManagerDeliveryProps & { readonly prefix: string };

  private constructor(systemsManager: SystemsManagerDeliveryProps & { readonly prefix: string }) {
    this._systemsManager = systemsManager;
  }
}

const BUCKET = /^[a-z0-9.-]{1,63}$/;
const PREFIX = /^[A-Za-z0-9][A-Za-z0-9.-]{0,99}(\/[A-Za-z0-9][A-Za-z0-9.-]{0,99}){0,4}$/;
const KEY_ARN = /^[A-Za-z0-9:/._-]{1,200}$/;
