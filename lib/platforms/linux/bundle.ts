import { readdirSync, readFileSync } from 'fs';
import { join } from 'path';
import { SegmentationError } from '../../support/errors';
import { sortedBy } from '../../support/order';
import { sha256 } from '../../support/sha256';
import { tarGz } from './bundle-archive';
import { agentConf, bundleProblems, BundleSettings, ulogdConf } from './bundle-settings';
import { LinuxHostPlan } from './plan-types';
import { renderAddressBook, renderBookForm, renderRuleSet } from './render';

/** The version of the layout that an agent must know; `FORMAT` in microseg-verify. */
const FORMAT_VERSION = 1;
/** The agent, its units and the like: the same in every bundle. */
const AGENT = join(__dirname, '../../../assets/linux-agent');

/** All that a host of one workload needs, as plain files in one directory. */
export interface LinuxBundle {
  readonly policy: string;
  readonly workload: string;
  /** Text by file name, `manifest.json` among them. Sorted by name. */
  readonly files: { readonly [name: string]: string };
  /**
   * SHA-256 of `manifest.json`, which holds those of all other files: the identity of the bundle.
   * Fit for a name of an object, or a hash of an asset.
   */
  readonly identity: string;
  /**
   * Where peers have addresses that are known at deploy time only: the address book with the framework's tokens in it, to be
   * filled in by the deployment and given to `microseg-agent apply BUNDLE ADDRESSES`. Absent: it is among the files.
   */
  readonly addressBook?: string;
}

/** The files of a workload's bundle. @throws SegmentationError with MSEG4020 and MSEG4021. */
export function linuxBundle(host: LinuxHostPlan, settings: BundleSettings, enforcementPoint: string): LinuxBundle {
  const problems = bundleProblems(host, settings, enforcementPoint);
  if (problems.length > 0) throw new SegmentationError(problems);
  const late = host.values.length > 0;
  const files = {
    ...agentFiles(),
    'addresses.nft': renderAddressBook(late ? emptied(host) : host),
    'agent.conf': agentConf(host, settings, late ? sha256(renderBookForm(host)) : undefined),
    'rules.nft': renderRuleSet(host),
    'ulogd.conf': ulogdConf(host),
  };
  const manifest = manifestOf(host, files);
  return {
    policy: host.policy,
    workload: host.workload,
    files: inOrder({ ...files, 'manifest.json': manifest }),
    identity: sha256(manifest),
    ...(late && { addressBook: renderAddressBook(host) }),
  };
}

/** The bundle as a tar.gz of reproducible bytes. */
export function packBundle({ files }: LinuxBundle): Buffer {
  return tarGz(Object.entries(files).map(([name, text]) => ({ name, text, executable: /^microseg-[a-z]+$/.test(name) })));
}

/**
 * How to sign a bundle. Agents refuse unsigned bundles as soon as one of the public keys is installed; the signature is one of
 * `manifest.json`, and lies beside the archive.
 */
export const SIGNING_HELP = [
  'Sign manifest.json of the bundle, and deliver the signature beside the archive (here: web.tar.gz):',
  '  tar -xzf web.tar.gz manifest.json',
  '  openssl dgst -sha256 -sign private.pem -out web.tar.gz.sig manifest.json     # RSA or ECDSA',
  '  minisign -S -s private.key -m manifest.json -x web.tar.gz.minisig            # or minisign',
  'On each host: the public key is /etc/microseg/bundle.pem (openssl) or /etc/microseg/bundle.pub (minisign).',
  'An address book that is delivered separately is signed itself: FILE.sig or FILE.minisig.',
].join('\n');

/** One hash a line, four spaces in: the agent reads it without a parser, and no other text can look like that. */
function manifestOf(host: LinuxHostPlan, files: { readonly [name: string]: string }): string {
  const { policy, workload, mode, table } = host;
  const hashes = Object.fromEntries(Object.entries(inOrder(files)).map(([name, text]) => [name, sha256(text)]));
  return `${JSON.stringify({ formatVersion: FORMAT_VERSION, policy, workload, mode, table, files: hashes }, null, 2)}\n`;
}

function agentFiles(): { [name: string]: string } {
  return Object.fromEntries(readdirSync(AGENT).map((name) => [name, readFileSync(join(AGENT, name), 'utf8')]));
}

/** The same sets, holding nobody. */
function emptied(host: LinuxHostPlan): LinuxHostPlan {
  return { ...host, sets: host.sets.map((set) => ({ ...set, elements: [] })), values: [] };
}

function inOrder(files: { readonly [name: string]: string }): { [name: string]: string } {
  return Object.fromEntries(sortedBy(Object.entries(files), ([name]) => name));
}
