import { existsSync, writeFileSync } from 'fs';
import { join } from 'path';
import { Construct } from 'constructs';
import { checkInvariants } from '../../analysis/invariants';
import { CompiledPolicy, compilePolicy, EnforcementPointEntry, MANIFEST_FILE, manifestOf, writeManifest } from '../../compiler';
import { readManifest } from '../../compiler/manifest-read';
import { Workload } from '../../model/workload';
import { linuxBundle, LinuxBundle, packBundle } from '../../platforms/linux/bundle';
import { planLinuxHosts } from '../../platforms/linux/plan';
import { fail, SegmentationError } from '../../support/errors';
import { writeWhole } from '../../support/files';
import { compareText } from '../../support/order';
import { bundleSettingsOf, managementOf, ProtectedHosts } from './host-request';
import { LinuxHostAgentsProps, LinuxProtectOptions } from './linux-host-agents-props';

/**
 * Enforces a policy on Linux hosts by nftables, as plain files for Ansible or whatever else delivers them.
 *
 * Errors: MSEG3002 and MSEG3003 for workloads that cannot be protected here; `write` throws those of the policy, of the
 * hosts' rules (MSEG4001 to MSEG4021), MSEG2006 for a broken invariant, MSEG4030 for deploy-time values and MSEG4080 for a
 * directory that holds the output of another enforcement point.
 */
export class LinuxHostAgents extends Construct {
  private readonly hosts = new ProtectedHosts();

  public constructor(scope: Construct, id: string, private readonly props: LinuxHostAgentsProps) {
    super(scope, id);
  }

  /** Makes bundles for the hosts of a workload. @throws MSEG3001 if it was protected with other options; MSEG3002, MSEG3003 */
  public protect(workload: Workload, options: LinuxProtectOptions = {}): void {
    const { policy } = this.props;
    if (workload.policy !== policy) fail('MSEG3002', workload.node.path, `${this.node.path} enforces ${policy.node.path}`);
    if (!workload.managed) fail('MSEG3003', workload.node.path, 'it was added with addUnmanagedWorkload');
    this.hosts.protect(workload, options);
  }

  /**
   * Writes `<policy>/<workload>/` with the files of each bundle, the same as `<policy>/<workload>.tar.gz`, and
   * `segmentation.json`, so that `microseg verify` can compare them. Equal policies give equal bytes. Nothing is written if
   * anything is wrong. The directory should be empty or hold an earlier output: bundles of workloads that are gone stay. One
   * that holds the output of another enforcement point is refused.
   */
  public write(directory: string): void {
    const policy = compilePolicy(this.props.policy);
    const invariants = checkInvariants(policy);
    const broken = invariants.filter(({ holds }) => !holds);
    if (broken.length > 0) {
      throw new SegmentationError(broken.map(({ description, counterexamples }) => (
        { code: 'MSEG2006', where: policy.path, message: `${description}: ${counterexamples.join('; ')}` })));
    }
    const bundles = this.bundles(policy);
    this.checkDirectory(directory);
    for (const bundle of bundles) writeBundle(directory, bundle);
    writeManifest(directory, manifestOf([{ policy, invariants, enforcementPoints: [this.manifestEntry], rendered: new Map() }]));
  }

  /** One manifest tells of all that is in force: what another enforcement point says of itself must not be lost. */
  private checkDirectory(directory: string): void {
    if (!existsSync(join(directory, MANIFEST_FILE))) return;
    const points = readManifest(directory).policies.flatMap(({ enforcementPoints }) => enforcementPoints);
    const others = points.filter(({ platform, path }) => platform !== 'linux' || path !== this.node.path);
    if (others.length > 0) {
      fail('MSEG4080', this.node.path, `${directory} holds the ${MANIFEST_FILE} of ${others.map(({ path }) => path).join(', ')}`);
    }
  }

  private get manifestEntry(): EnforcementPointEntry {
    const workloads = [...this.hosts.workloads].sort(compareText);
    return { platform: 'linux', path: this.node.path, monitorScope: [], wholeNetwork: false, management: managementOf(this.props), workloads };
  }

  private bundles(policy: CompiledPolicy): LinuxBundle[] {
    const { hosts } = planLinuxHosts(this.hosts.request(policy, this.node.path, this.props));
    const late = hosts.filter(({ values }) => values.length > 0).map(({ workload }) => workload);
    if (late.length > 0) fail('MSEG4030', this.node.path, `peers of ${late.join(', ')} have addresses that are known at deploy time only`);
    const settings = bundleSettingsOf(this.props);
    return hosts.map((host) => linuxBundle(host, settings, this.node.path));
  }
}

function writeBundle(directory: string, bundle: LinuxBundle): void {
  const place = join(directory, bundle.policy, bundle.workload);
  for (const [name, text] of Object.entries(bundle.files)) writeWhole(join(place, name), text);
  writeFileSync(`${place}.tar.gz`, packBundle(bundle));
}
