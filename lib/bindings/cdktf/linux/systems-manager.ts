import { Workload } from '../../../model/workload';
import { hostScript } from '../../../platforms/linux/cloud-init';
import { renderBookForm, WHOLE_ADDRESS } from '../../../platforms/linux/render';
import { atSynthesis } from '../late-values';
import { literalOrToken, ownText } from '../terraform-text';
import { LinuxDelivery, SystemsManagerTarget } from './linux-delivery';
import { archivePath, LinuxHostsPoint } from './linux-hosts-point';
import { sha256 } from './texts';

/** Document of AWS that runs commands as root, by `/bin/sh`. */
const RUN_COMMANDS = 'AWS-RunShellScript';

/** A local that holds the filled-in address book of a workload, or nothing where it has no deploy-time values. */
export interface AddressBook {
  /** Reference to its text. */
  readonly asString: string;
  readonly friendlyUniqueId: string;
}

/**
 * Bundles in a bucket, and for each workload an association that has its instances apply them.
 *
 * Objects are named by their content, and new ones are there before an association names them, with their hashes, and old ones
 * go last: whenever a host runs its commands, it finds what they ask for, or is refused and keeps what it has.
 */
export class SystemsManager {
  private readonly delivery: LinuxDelivery['_systemsManager'];
  private readonly partition: string;

  public constructor(private readonly point: LinuxHostsPoint, delivery: LinuxDelivery) {
    const { DataAwsPartition } = point.family.provider('aws', 'data-aws-partition');
    this.delivery = delivery._systemsManager;
    this.partition = new DataAwsPartition(point.construct, 'partition', {}).partition;
  }

  /** Tags by which the association finds the instances of a workload. */
  public static tags({ policy, workloadId }: Workload): { [tag: string]: string } {
    return { 'microseg:policy': policy.policyId, 'microseg:workload': workloadId };
  }

  /** What a role needs beside what the SSM agent itself does. */
  public instancePolicy(workload: Workload): string {
    const { bucket, kmsKeyArn } = this.delivery;
    const allow = (Action: string, Resource: string) => ({ Effect: 'Allow', Action, Resource });
    return JSON.stringify({
      Version: '2012-10-17',
      Statement: [
        allow('s3:GetObject', `arn:${this.partition}:s3:::${bucket}/${this.folder(workload)}/*`),
        ...(kmsKeyArn === undefined ? [] : [allow('kms:Decrypt', kmsKeyArn)]),
      ],
    });
  }

  /** @param instances asked for at synthesis */
  public deliver(workload: Workload, book: AddressBook, instances: () => readonly SystemsManagerTarget[]): void {
    const { construct, family } = this.point;
    const { SsmAssociation } = family.provider('aws', 'ssm-association');
    const { maxConcurrency = '20%', maxErrors = '0', scheduleExpression } = this.delivery;
    const { workloadId: id } = workload;
    const dependsOn = [this.archive(workload), this.addressBook(workload, book)];
    new SsmAssociation(construct, `apply-${id}`, {
      name: RUN_COMMANDS,
      associationName: `microseg-${this.point.policy.policyId}-${id}`.slice(0, 128),
      targets: family.core.Lazy.anyValue(atSynthesis(() => instances().map(({ key, values }) => (
        { key: literalOrToken(key), values: values.map(literalOrToken) })), [])) as unknown as SystemsManagerTarget[],
      parameters: { commands: this.late(() => this.script(workload, book)) },
      maxConcurrency,
      maxErrors,
      scheduleExpression,
      dependsOn,
    });
  }

  private archive(workload: Workload) {
    const { construct, family } = this.point;
    const { S3Object } = family.provider('aws', 's3-object');
    const { workloadId: id } = workload;
    return new S3Object(construct, `archive-${id}`, {
      bucket: this.delivery.bucket,
      key: this.late(() => this.archiveKey(workload)),
      source: this.late(() => `\${path.module}/${archivePath(this.point.host(id).bundle)}`),
      kmsKeyId: this.delivery.kmsKeyArn,
      lifecycle: { createBeforeDestroy: true },
    });
  }

  /** None where no address comes late, which nobody knows before synthesis. */
  private addressBook(workload: Workload, book: AddressBook) {
    const { construct, family } = this.point;
    const { S3Object } = family.provider('aws', 's3-object');
    const { Lazy, TerraformIterator } = family.core;
    const { workloadId: id } = workload;
    const entries = () => (this.point.host(id).bundle.addressBook === undefined ? {} : { [id]: true });
    return new S3Object(construct, `addresses-${id}`, {
      forEach: TerraformIterator.fromMap(Lazy.anyValue(atSynthesis(entries, {})) as unknown as { [key: string]: boolean }),
      bucket: this.delivery.bucket,
      key: this.bookKey(workload, book),
      content: book.asString,
      kmsKeyId: this.delivery.kmsKeyArn,
      lifecycle: {
        createBeforeDestroy: true,
        precondition: [{
          condition: this.late(() => wholeBook(`local.${book.friendlyUniqueId}`, sha256(renderBookForm(this.point.host(id).plan)))),
          errorMessage: `A deploy-time address of a peer of ${id} is no address.`,
        }],
      },
    });
  }

  private script(workload: Workload, book: AddressBook): string {
    const { bucket } = this.delivery;
    const { bundle } = this.point.host(workload.workloadId);
    const fetched = (key: string, hash: string) => ({ kind: 'fetched' as const, url: `s3://${bucket}/${key}`, sha256: hash });
    return ownText(hostScript({
      archive: fetched(this.archiveKey(workload), this.archiveHash(workload)),
      ...(bundle.addressBook !== undefined && { addressBook: fetched(this.bookKey(workload, book), this.hashOf(book)) }),
    }));
  }

  private archiveKey(workload: Workload): string {
    return `${this.folder(workload)}/bundle-${this.archiveHash(workload)}.tar.gz`;
  }

  private archiveHash({ workloadId }: Workload): string {
    return sha256(this.point.archive(workloadId));
  }

  private bookKey(workload: Workload, book: AddressBook): string {
    return `${this.folder(workload)}/addresses-${this.hashOf(book)}.nft`;
  }

  private hashOf({ asString }: AddressBook): string {
    return this.point.family.core.Fn.sha256(asString);
  }

  private folder({ policy, workloadId }: Workload): string {
    return `${this.delivery.prefix}/${policy.policyId}/${workloadId}`;
  }

  private late(make: () => string): string {
    return this.point.family.core.Lazy.stringValue(atSynthesis(make, ''));
  }
}

/**
 * Condition in Terraform's language that a filled-in address book is one. Agents refuse any other themselves; this stops the
 * deployment before it comes to that.
 */
function wholeBook(book: string, form: string): string {
  const values = `[for found in regexall("(?m)^define [^ ]+ = (.*)$", ${book}) : can(regex("^${WHOLE_ADDRESS}$", found[0]))]`;
  const withoutValues = `replace(${book}, "/(?m)^(define [^ ]+ = ).*$/", "$1")`;
  return `\${alltrue(${values}) && sha256(${withoutValues}) == "${form}"}`;
}
