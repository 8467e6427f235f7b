import { spawnSync, SpawnSyncOptions } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { chdbPackage } from '../../support/chdb';
import { skipLoudly } from '../../support/skip-loudly';

/**
 * The real engines that tests run against. Each is found by using it, not by trusting a path.
 *
 * A suite names what it needs:
 *
 *     describeWithEngines(['terraform', 'awsProvider', 'moto'], 'applies', () => { ... });
 *
 * Where an engine is missing the suite is skipped loudly, and fails with MICROSEG_ENGINES=require.
 */
export type Engine = 'terraform' | 'awsProvider' | 'moto' | 'cfnLint' | 'chromium' | 'nftables' | 'linuxHosts' | 'agentHost' | 'shellcheck' | 'systemd' | 'chdb' | 'registry';

const ENGINE_TIMEOUT_MS = 600_000;
const PROBE: SpawnSyncOptions = { encoding: 'utf8', timeout: 60_000 };

/** Terraform's implied mirror folders, any folder of /opt laid out as one, and MICROSEG_TF_PLUGINS before them all. */
function pluginFolders(): string[] {
  const optional = existsSync('/opt') ? readdirSync('/opt').sort().map((name) => join('/opt', name)) : [];
  const conventional = [join(homedir(), '.terraform.d/plugins'), '/usr/local/share/terraform/plugins', '/usr/share/terraform/plugins'];
  const override = process.env.MICROSEG_TF_PLUGINS;
  return [...(override ? [override] : []), ...conventional, ...optional];
}

/** The folder that mirrors hashicorp/aws, for a `filesystem_mirror` of Terraform's CLI configuration. */
export function providerMirror(): string | undefined {
  return pluginFolders().find((folder) => {
    const provider = join(folder, 'registry.terraform.io/hashicorp/aws');
    return existsSync(provider) && readdirSync(provider).length > 0;
  });
}

/** The browser that MICROSEG_CHROMIUM names, or the first that starts. */
export function chromiumProgram(): string | undefined {
  const named = process.env.MICROSEG_CHROMIUM;
  return [...(named ? [named] : []), '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find((program) => works(program, '--version'));
}

function works(command: string, ...args: string[]): boolean {
  const env = { ...process.env, TF_CLI_CONFIG_FILE: '/dev/null', CHECKPOINT_DISABLE: '1' };
  return spawnSync(command, args, { ...PROBE, env }).status === 0;
}

function absent(...tools: readonly string[]): string | undefined {
  const names = tools.filter((tool) => !works('sh', '-c', `command -v ${tool}`));
  return names.length === 0 ? undefined : `no ${names.join(', ')} on PATH`;
}

const PROBES: { readonly [engine in Engine]: () => string | undefined } = {
  terraform: () => (works('terraform', 'version') ? undefined : 'no terraform binary on PATH'),
  awsProvider: () => (providerMirror() ? undefined : `no hashicorp/aws provider under ${pluginFolders().join(', ')}`),
  moto: () => (works('python3', '-c', 'import moto.server, flask, boto3') ? undefined : 'python3 cannot import moto, flask and boto3'),
  cfnLint: () => (works('cfn-lint', '--version') ? undefined : 'no cfn-lint on PATH'),
  chromium: () => (chromiumProgram() ? undefined : 'no chromium on PATH'),
  nftables: () => (works('unshare', '--net', 'sh', '-c', 'nft list ruleset && ip link && python3 --version')
    ? undefined
    : 'no nft, ip and python3 that may use a network namespace of their own'),
  linuxHosts: () => absent('ip', 'conntrack', 'ulogd', 'python3', 'flock'),
  agentHost: () => absent('nft', 'ip', 'conntrack', 'dash', 'busybox', 'socat', 'openssl', 'minisign', 'unshare', 'setsid', 'flock')
    ?? (works('unshare', '-n', 'nft', 'list', 'tables') ? undefined : 'no right to make network namespaces'),
  shellcheck: () => (works('shellcheck', '--version') ? undefined : 'no shellcheck on PATH'),
  systemd: () => (works('systemd-analyze', '--version') ? undefined : 'no systemd-analyze on PATH'),
  chdb: () => (chdbPackage() ? undefined : 'no package chdb (MICROSEG_CHDB names its folder)'),
  registry: () => (works('npm', 'view', 'typescript', 'version', '--fetch-retries=0', '--fetch-timeout=10000') ? undefined : 'npm reaches no registry'),
};

const probed = new Map<Engine, string | undefined>();

/** Why an engine cannot be used, or undefined when it can. */
export function missing(engine: Engine): string | undefined {
  if (!probed.has(engine)) probed.set(engine, PROBES[engine]());
  return probed.get(engine);
}

/** A jest `describe` that runs where all named engines are present. */
export function describeWithEngines(engines: readonly Engine[], name: string, suite: () => void): void {
  // Jest takes a time limit from a project's configuration for itself only.
  jest.setTimeout(ENGINE_TIMEOUT_MS);
  const reasons = engines.flatMap((engine) => missing(engine) ?? []);
  if (reasons.length === 0) {
    describe(name, suite);
    return;
  }
  const reason = reasons.join('; ');
  describe(name, () => {
    if (process.env.MICROSEG_ENGINES === 'require') {
      test('needs its engines', () => { throw new Error(`MICROSEG_ENGINES=require, but ${reason}`); });
    } else {
      skipLoudly(`ENGINE TESTS OF ${name}`, reason);
    }
  });
}
