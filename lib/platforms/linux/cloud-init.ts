import { gzipSync } from 'zlib';
import { fail } from '../../support/errors';

/**
 * A file of a delivery. All of its texts may hold deploy-time values.
 *
 * Carried: the script holds it. Fetched: from `s3://bucket/key`, with the AWS CLI and the credentials of the host, or from
 * `https://…`, with curl; it is used only if it has the hash that the script names, so whoever can write to that place can
 * keep a host from getting new rules, and cannot give it any.
 *
 * Joined: parts of a file, one after the other.
 */
export type DeliveredFile =
  | { readonly kind: 'carried'; readonly base64: string }
  | { readonly kind: 'fetched'; readonly url: string; readonly sha256: string }
  | { readonly kind: 'joined'; readonly parts: readonly DeliveredFile[] };

/** What a host is given: its bundle, and where peers have deploy-time addresses the filled-in address book. */
export interface Delivery {
  readonly archive: DeliveredFile;
  readonly addressBook?: DeliveredFile;
}

/** Bytes of user data, before base64, that EC2 takes; Azure takes 65,535 and Google Cloud 262,144. */
export const EC2_USER_DATA_BYTES = 16_384;

/**
 * The script, for cloud-init, Systems Manager or whatever else runs as root on a host, that puts a bundle in force: install,
 * apply, then confirm. It can run again at any time: the bundle that is in force already stays as it is.
 *
 * What was fetched is fetched once more under the new rules before they are confirmed: rules under which a host cannot be
 * given the next ones are never kept. The exit code is that of the agent, or 1 where it did not come to that.
 */
export function hostScript({ archive, addressBook }: Delivery): string {
  const files = [['bundle.tar.gz', archive], ...(addressBook ? [['addresses.nft', addressBook] as const] : [])] as const;
  const names = files.map(([name]) => name).join(' ');
  return [
    HEAD,
    ...(files.some(([, file]) => needsFetching(file)) ? [FETCH] : []),
    ...files.map(([name, file]) => obtained(name, file)),
    INSTALL,
    `"$agent" apply ${names} || exit`,
    ...(archive.kind === 'fetched' ? [RECHECK, refetched(archive.url)] : []),
    '"$agent" confirm',
    '',
  ].join('\n');
}

/** Text as gzip, which cloud-init unpacks by itself: user data that carries a bundle is a quarter shorter that way. */
export function gzipped(text: string): Buffer {
  return gzipSync(Buffer.from(text, 'utf8'), { level: 9 });
}

/** @throws MSEG4033 where user data of a workload is longer than its cloud takes */
export function checkUserDataSize(bytes: number, most: number, where: string, workload: string): void {
  if (bytes > most) fail('MSEG4033', where, `that of ${workload} has ${bytes} bytes, and may have ${most}`);
}

function needsFetching(file: DeliveredFile): boolean {
  return file.kind === 'joined' ? file.parts.some(needsFetching) : file.kind === 'fetched';
}

/** The values stand in single quotes, which neither a URL nor a hash holds. */
function obtained(name: string, file: DeliveredFile): string {
  if (file.kind === 'joined') {
    const parts = file.parts.map((_, index) => `${name}.${index}`);
    return [...file.parts.map((part, index) => obtained(parts[index], part)), `cat ${parts.join(' ')} >${name} || die 'cannot write ${name}'`].join('\n');
  }
  if (file.kind === 'carried') return `base64 -d >${name} <<'END' || die 'cannot decode ${name}'\n${file.base64}\nEND`;
  return [
    `fetch '${file.url}' ${name} || die 'cannot fetch ${name}'`,
    `echo '${file.sha256}  ${name}' | sha256sum -c >/dev/null 2>&1 || die 'the fetched ${name} is not the expected one'`,
  ].join('\n');
}

function refetched(url: string): string {
  return `fetch '${url}' again || die 'not confirmed, the last good rules come back: the bundle cannot be fetched under the new ones'`;
}

/** Line by which a script of ours is known among other texts. */
export const SCRIPT_MARK = '# Puts a workload\'s bundle in force on this host. Made by cdk-microsegmentation.';

const HEAD = `#!/bin/sh
${SCRIPT_MARK}
set -u
umask 077
export PATH="$PATH:/usr/local/bin:/usr/local/sbin:/usr/sbin:/sbin"
die() { echo "microseg: $*" >&2; exit 1; }
{ work=$(mktemp -d) && cd "$work"; } || die 'no place for temporary files'
trap 'rm -rf "$work"' EXIT`;

/** Rules that drop what they should not must fail a fetch soon, not after a minute for each of many attempts. */
const FETCH = `export AWS_MAX_ATTEMPTS=2
if [ -n "\${AWS_SSM_REGION_NAME:-}" ]; then export AWS_DEFAULT_REGION="$AWS_SSM_REGION_NAME"; fi
fetch() {
  case $1 in
    s3://*) timeout 120 aws s3 cp --only-show-errors --cli-connect-timeout 10 "$1" "$2" ;;
    *) curl --fail --silent --show-error --location --proto =https --connect-timeout 10 --max-time 120 --retry 1 -o "$2" "$1" ;;
  esac
}`;

/** Logging and cutting connections are left out where a distribution has no packages for them; filtering is not. */
const INSTALL = `if ! command -v nft >/dev/null 2>&1; then
  if command -v apt-get >/dev/null 2>&1; then
    export DEBIAN_FRONTEND=noninteractive
    apt-get -qq update; apt-get -qq install -y nftables; apt-get -qq install -y conntrack ulogd2 ulogd2-json
  else
    for tool in dnf yum zypper; do command -v $tool >/dev/null 2>&1 && break; done
    for package in nftables conntrack-tools ulogd; do $tool install -y $package; done
  fi >/dev/null 2>&1
fi
{ mkdir new && tar -xzf bundle.tar.gz -C new microseg-agent microseg-kernel microseg-verify; } || die 'the bundle is no archive of one'
agent=\${MICROSEG_ROOT:-}/usr/local/sbin/microseg-agent
sh new/microseg-agent install bundle.tar.gz || exit`;

/** Rules that a probe has confirmed already, or that were in force before, are left alone whatever can be fetched. */
const RECHECK = 'if "$agent" status --json | grep -q \'"situation":"confirmed"\'; then exit 0; fi';
