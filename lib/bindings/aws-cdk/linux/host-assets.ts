import { writeFileSync } from 'fs';
import { join } from 'path';
import { Aws, FileAssetPackaging, Fn, Stack } from 'aws-cdk-lib';
import { LinuxBundle, packBundle } from '../../../platforms/linux/bundle';
import { DeliveredFile, hostScript } from '../../../platforms/linux/cloud-init';
import { LinuxHostPlan } from '../../../platforms/linux/plan-types';
import { renderAddressBook } from '../../../platforms/linux/render';
import { sha256 } from '../../../support/sha256';

/** A file that the deployment of a stack publishes, under a name that says what is in it. */
interface HostAsset {
  readonly fileName: string;
  readonly content: Buffer | string;
  readonly arn: string;
  readonly delivered: DeliveredFile;
}

/**
 * What the hosts of a workload fetch, as assets of one stack, and the script by which they do.
 *
 * Deploy-time values stand in the script, in base64, which no value can leave. What follows them in the address book does not change
 * with them, and is an asset of its own: it may be long, and a script may not.
 */
export class HostAssets {
  public readonly script: string;
  private readonly assets: readonly HostAsset[];

  public constructor(stack: Stack, plan: LinuxHostPlan, bundle: LinuxBundle) {
    const name = `${bundle.policy}/${bundle.workload}`;
    const archive = published(stack, packBundle(bundle), '.tar.gz', `bundle of ${name}`);
    if (bundle.addressBook === undefined) {
      this.assets = [archive];
      this.script = hostScript({ archive: archive.delivered });
      return;
    }
    const elements = published(stack, renderAddressBook({ ...plan, values: [] }), '.nft', `address book of ${name}`);
    const values: DeliveredFile = { kind: 'carried', base64: Fn.base64(renderAddressBook({ ...plan, sets: [] })) };
    this.assets = [archive, elements];
    this.script = hostScript({ archive: archive.delivered, addressBook: { kind: 'joined', parts: [values, elements.delivered] } });
  }

  /** Of the objects that a host reads, and no others. */
  public get arns(): string[] {
    return this.assets.map(({ arn }) => arn);
  }

  /** @param directory of the assembly */
  public write(directory: string): void {
    for (const { fileName, content } of this.assets) writeFileSync(join(directory, fileName), content);
  }
}

function published(stack: Stack, content: Buffer | string, extension: string, displayName: string): HostAsset {
  const hash = sha256(content);
  const fileName = `asset.${hash}${extension}`;
  const packaging = FileAssetPackaging.FILE;
  const { bucketName, objectKey } = stack.synthesizer.addFileAsset({ packaging, sourceHash: hash, fileName, displayName });
  return {
    fileName,
    content,
    arn: `arn:${Aws.PARTITION}:s3:::${bucketName}/${objectKey}`,
    delivered: { kind: 'fetched', url: `s3://${bucketName}/${objectKey}`, sha256: hash },
  };
}
