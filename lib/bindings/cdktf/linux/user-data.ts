import { LinuxBundle, packBundle } from '../../../platforms/linux/bundle';
import { checkUserDataSize, DeliveredFile, EC2_USER_DATA_BYTES, gzipped, hostScript } from '../../../platforms/linux/cloud-init';
import { fail } from '../../../support/errors';
import { LinuxUserDataOptions } from './linux-host-agents-props';
import { sha256, withoutTokens } from './texts';

/** Asked for by somebody: of a workload, as text or as gzip in base64. */
export interface UserDataWish extends LinuxUserDataOptions {
  readonly workload: string;
  readonly compressed: boolean;
}

/** Of an IPv6 block. */
const LONGEST_ADDRESS = 43;
/** Terraform's compressor is another one than that of Node: its output was up to one percent longer. */
const COMPRESSOR_ALLOWANCE = 1.03;
const URL = /^(https|s3):\/\/[A-Za-z0-9.-]+(:[0-9]{1,5})?\/[A-Za-z0-9._~\/%?=&+,:@-]*$/;

/** @throws MSEG4032 */
export function checkBundleUrl(url: string | undefined, where: string): void {
  if (url !== undefined && !URL.test(withoutTokens(url)) && withoutTokens(url) !== 'x') fail('MSEG4032', where, `hosts cannot fetch from ${JSON.stringify(url.slice(0, 100))}`);
}

/** The script of user data. @param book expression for the filled-in address book in base64, where there is one */
export function userDataScript(bundle: LinuxBundle, { bundleUrl }: LinuxUserDataOptions, book: string): string {
  const packed = packBundle(bundle);
  const archive: DeliveredFile = bundleUrl === undefined
    ? { kind: 'carried', base64: packed.toString('base64') }
    : { kind: 'fetched', url: bundleUrl, sha256: sha256(packed) };
  return hostScript({ archive, ...(bundle.addressBook !== undefined && { addressBook: { kind: 'carried', base64: book } }) });
}

/** Counts with the longest addresses in the places of those that nobody knows yet. @throws MSEG4033 */
export function checkSize(bundle: LinuxBundle, wish: UserDataWish, where: string): void {
  const book = (bundle.addressBook ?? '').replace(/^(define \S+ = ).*$/gm, (_, start: string) => start + uneven(LONGEST_ADDRESS, start));
  const script = userDataScript(bundle, wish, Buffer.from(book).toString('base64'));
  const bytes = wish.compressed ? Math.ceil(gzipped(script).length * COMPRESSOR_ALLOWANCE) : Buffer.byteLength(script);
  checkUserDataSize(bytes, wish.maxBytes ?? EC2_USER_DATA_BYTES, where, bundle.workload);
}

/** Text that compresses as badly as addresses do. */
function uneven(length: number, seed: string): string {
  return sha256(Buffer.from(seed)).slice(0, length);
}
