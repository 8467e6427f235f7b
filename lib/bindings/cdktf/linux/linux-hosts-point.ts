import { Construct } from 'constructs';
import { CompiledPolicy, EnforcementPointEntry } from '../../../compiler';
import { Workload } from '../../../model/workload';
import { LinuxBundle, linuxBundle, packBundle } from '../../../platforms/linux/bundle';
import { planLinuxHosts } from '../../../platforms/linux/plan';
import { LinuxHostPlan } from '../../../platforms/linux/plan-types';
import { renderAddressBook } from '../../../platforms/linux/render';
import { fail, Problem } from '../../../support/errors';
import { GatheredProblems } from '../../../support/gathered-problems';
import { bundleSettingsOf, managementOf, ProtectedHosts } from '../../linux/host-request';
import { LinuxProtectOptions } from '../../linux/linux-host-agents-props';
import { opaqueUses } from '../../opaque-uses';
import { renderedIn } from '../deploy-time-values';
import { EnforcementPoint, PlacedFile } from '../enforcement-point';
import { pointsBeside } from '../registry';
import { HOSTS_FOLDER } from '../synthesis';
import { LinuxHostAgentsProps } from './linux-host-agents-props';
import { checkSize, UserDataWish } from './user-data';

/** One workload's hosts. */
export interface Host {
  readonly plan: LinuxHostPlan;
  readonly bundle: LinuxBundle;
}

/** What stands behind a `LinuxHostAgents` construct. */
export class LinuxHostsPoint extends EnforcementPoint<ReadonlyMap<string, Host>> {
  public readonly platform = 'linux';
  /** A host sees each packet: while it is not in ENFORCE it lets everything pass, and logs it. */
  public readonly monitorScope = [];
  public readonly network = undefined;
  public readonly warnings: readonly Problem[] = [];

  private readonly hosts = new ProtectedHosts();
  private readonly wishes = new Map<string, UserDataWish>();
  private readonly archives = new WeakMap<LinuxBundle, Buffer>();

  public constructor(construct: Construct, private readonly props: LinuxHostAgentsProps) {
    super(construct, props.policy);
  }

  public get workloads(): readonly string[] {
    return this.hosts.workloads;
  }

  public override get manifestEntry(): EnforcementPointEntry {
    return { ...super.manifestEntry, management: managementOf(this.props) };
  }

  public get opaqueUses(): readonly (readonly [string, string])[] {
    const { policy, content } = this.enforcement;
    const used = new Set([...content.values()].flatMap(({ plan }) => plan.values.map(({ value }) => value)));
    return opaqueUses({ policy, peerAddresses: this.peerAddresses, monitorScope: [] }, used);
  }

  /** The bundle of each workload, packed and in plain, and its address book as the configuration has it, tokens included. */
  public override get files(): readonly PlacedFile[] {
    return [...this.enforcement.content.values()].flatMap(({ plan, bundle }) => {
      const place = archivePath(bundle);
      const folder = place.slice(0, -ARCHIVE_SUFFIX.length);
      const files = { ...bundle.files, 'addresses.nft': renderAddressBook(this.rendered(plan)) };
      return [
        { path: place, content: this.archive(bundle.workload) },
        ...Object.entries(files).map(([name, content]) => ({ path: `${folder}/${name}`, content })),
      ];
    });
  }

  /** What is planned for the hosts of a protected workload. */
  public host(workload: string): Host {
    return this.enforcement.content.get(workload)!;
  }

  /** The bundle of a protected workload, packed. */
  public archive(workload: string): Buffer {
    const { bundle } = this.host(workload);
    if (!this.archives.has(bundle)) this.archives.set(bundle, packBundle(bundle));
    return this.archives.get(bundle)!;
  }

  /** @throws MSEG3001, MSEG3002, MSEG3003 */
  public protect(workload: Workload, options: LinuxProtectOptions = {}): void {
    this.requireManaged(workload);
    const { workloadId: id, node: { path } } = workload;
    const other = pointsBeside(this).find((point) => (
      point !== this && point.platform === this.platform && point.policy === this.policy && point.workloads.includes(id)));
    if (other) fail('MSEG3001', path, `${other.path} makes the bundle of its hosts in the same stack`);
    if (options.containerInterfaces === undefined && this.workloads.includes(id)) return;
    this.change(workload, () => this.hosts.protect(workload, options));
  }

  /** Lets the length of user data be judged together with everything else. Answers the same number for the same wish. */
  public addWish(workload: Workload, wish: UserDataWish): number {
    const key = JSON.stringify(wish);
    if (!this.wishes.has(key)) this.change(workload, () => this.wishes.set(key, wish));
    return [...this.wishes.keys()].indexOf(key);
  }

  protected plan(policy: CompiledPolicy): ReadonlyMap<string, Host> {
    const given = Object.fromEntries(Object.entries(this.peerAddresses)
      .map(([workload, addresses]) => [workload, addresses.map((address) => ({ ...address, opaque: true }))]));
    const { hosts } = planLinuxHosts(this.hosts.request(policy, this.path, this.props, given));
    const settings = bundleSettingsOf(this.props);
    const made = new Map(hosts.map((plan) => [plan.workload, { plan, bundle: linuxBundle(plan, settings, this.path) }]));
    const problems = new GatheredProblems();
    for (const wish of this.wishes.values()) problems.attempt(() => checkSize(made.get(wish.workload)!.bundle, wish, this.path));
    problems.throwIfAny();
    return made;
  }

  private rendered(plan: LinuxHostPlan): LinuxHostPlan {
    return { ...plan, values: plan.values.map(({ variable, value }) => ({ variable, value: renderedIn(this.family, value) })) };
  }
}

const ARCHIVE_SUFFIX = '.tar.gz';

/** Below the directory of the stack. */
export function archivePath({ policy, workload }: LinuxBundle): string {
  return `${HOSTS_FOLDER}/${policy}/${workload}${ARCHIVE_SUFFIX}`;
}
