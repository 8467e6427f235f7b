import { ManifestFlow, ManifestService, peerKey, servicesOf } from '../compiler';
import { sortedBy } from '../support/order';
import { blastRadiusOf, Exposed, exposedOf } from './blast-radius';
import { ChangedConnection, keptConnections } from './diff/kept';
import { matchPolicies, PolicyVersions } from './diff/match-policies';
import { openedFlows, Version } from './diff/opened';
import { renamedWorkloads, withNames, withNamesInFlow } from './diff/renames';
import { PolicyGraph } from './policy-graph';

/** A flow with the id of its policy. */
export interface PolicyFlow extends ManifestFlow {
  readonly policy: string;
}

export interface PolicyChange extends ChangedConnection {
  readonly policy: string;
}

/** A workload that came, went, has another id, or is enforced in another way. */
export interface WorkloadChange {
  readonly policy: string;
  readonly id: string;
  readonly change: 'added' | 'removed' | 'renamed' | 'mode' | 'managed' | 'platforms';
  readonly before?: string;
  readonly after?: string;
}

/** A figure of both versions. */
export interface BeforeAndAfter {
  readonly old: number;
  readonly new: number;
}

export interface PolicyDiff {
  /** What an end admits now and did not admit before, by the flows of now. */
  readonly opened: PolicyFlow[];
  /** What an end admitted before and does not admit now, by the flows of then. */
  readonly closed: PolicyFlow[];
  /** Pairs that connect in both versions, by other services; what these are is in `opened` and `closed`, too. */
  readonly changed: PolicyChange[];
  readonly unchanged: number;
  readonly workloads: WorkloadChange[];
  /** Pairs of workloads that reach each other under the policy. */
  readonly blastRadius: BeforeAndAfter;
  /** Share of the pairs of the flat network that the policy keeps apart. */
  readonly reduction: BeforeAndAfter;
  /** Services by which workloads became, or ceased to be, reachable from outside. */
  readonly exposure: { readonly opened: Exposed[]; readonly closed: Exposed[] };
}

const NOTHING: PolicyGraph = { id: '', path: '', workloads: [], flows: [] };

/**
 * What a change of policies means. The difference from a version to itself is empty, and from new to old it is that from
 * old to new with `opened` and `closed` exchanged.
 */
export function diffPolicies(before: readonly PolicyGraph[], now: readonly PolicyGraph[]): PolicyDiff {
  const parts = matchPolicies(before, now).map(diffVersions);
  const [old, current] = [blastRadiusOf(before), blastRadiusOf(now)];
  return {
    opened: sortFlows(parts.flatMap(({ opened }) => opened)),
    closed: sortFlows(parts.flatMap(({ closed }) => closed)),
    changed: sortedBy(parts.flatMap(({ changed }) => changed), ({ policy, client, server }) => (
      JSON.stringify([policy, peerKey(client), peerKey(server)]))),
    unchanged: parts.reduce((sum, { unchanged }) => sum + unchanged, 0),
    workloads: sortedBy(parts.flatMap(({ workloads }) => workloads), ({ policy, id, change }) => JSON.stringify([policy, id, change])),
    blastRadius: { old: old.policy, new: current.policy },
    reduction: { old: old.reduction, new: current.reduction },
    exposure: { opened: parts.flatMap(({ exposed }) => exposed), closed: parts.flatMap(({ hidden }) => hidden) },
  };
}

interface PartialDiff extends Pick<PolicyDiff, 'opened' | 'closed' | 'changed' | 'unchanged' | 'workloads'> {
  readonly exposed: Exposed[];
  readonly hidden: Exposed[];
}

/** Each version is reported in its own names, so that the way back is the mirror of the way there. */
function diffVersions({ before = NOTHING, now = NOTHING }: PolicyVersions): PartialDiff {
  const names = renamedWorkloads(before, now);
  const oldNames = new Map([...names].map(([old, current]) => [current, old]));
  const [oldInNewNames, newInOldNames] = [withNames(before, names), withNames(now, oldNames)];
  const [current, old] = [new Version(now), new Version(before)];
  const opened = openedFlows(current, names.size === 0 ? old : new Version(oldInNewNames));
  const closed = openedFlows(old, names.size === 0 ? current : new Version(newInOldNames));
  const { changed, unchanged } = keptConnections(oldInNewNames, now, [...opened, ...closed.map((flow) => withNamesInFlow(flow, names))]);
  const policy = now === NOTHING ? before.id : now.id;
  const inPolicy = <T>(items: readonly T[], id: string) => items.map((item) => ({ policy: id, ...item }));
  return {
    opened: inPolicy(opened, now.id),
    closed: inPolicy(closed, before.id),
    changed: inPolicy(changed, policy),
    unchanged,
    workloads: inPolicy(workloadChanges(before, now, names), policy),
    exposed: newlyExposed(exposedOf(now), exposedOf(oldInNewNames)),
    hidden: newlyExposed(exposedOf(before), exposedOf(newInOldNames)),
  };
}

function newlyExposed(now: readonly Exposed[], before: readonly Exposed[]): Exposed[] {
  const known = new Map(before.map(({ id, services }) => [id, services]));
  return now.flatMap((exposed) => {
    const services: ManifestService[] = servicesOf(exposed.services).subtract(servicesOf(known.get(exposed.id) ?? [])).ranges();
    return services.length === 0 ? [] : [{ ...exposed, services }];
  });
}

function workloadChanges(before: PolicyGraph, now: PolicyGraph, names: ReadonlyMap<string, string>): Omit<WorkloadChange, 'policy'>[] {
  const current = new Map(now.workloads.map((workload) => [workload.id, workload]));
  const found = before.workloads.flatMap((old): Omit<WorkloadChange, 'policy'>[] => {
    const id = names.get(old.id) ?? old.id;
    const workload = current.get(id);
    current.delete(id);
    if (workload === undefined) return [{ id: old.id, change: 'removed' }];
    const changes = [
      { id, change: 'renamed' as const, before: old.id, after: id },
      { id, change: 'mode' as const, before: old.mode, after: workload.mode },
      { id, change: 'managed' as const, before: String(old.managed), after: String(workload.managed) },
      { id, change: 'platforms' as const, before: platformsOf(old), after: platformsOf(workload) },
    ];
    return changes.filter((change) => change.before !== change.after);
  });
  return [...found, ...[...current.keys()].map((id) => ({ id, change: 'added' as const }))];
}

function platformsOf({ enforcementPoints = [] }: PolicyGraph['workloads'][number]): string {
  return [...new Set(enforcementPoints.map(({ platform }) => platform))].sort().join(', ') || 'none';
}

function sortFlows(flows: readonly PolicyFlow[]): PolicyFlow[] {
  return sortedBy(flows, ({ policy, client, server, services, id }) => (
    JSON.stringify([policy, peerKey(client), peerKey(server), servicesOf(services).key, id])));
}
