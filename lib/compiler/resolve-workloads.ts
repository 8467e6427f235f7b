import { AddressSet, ServiceSet } from '../algebra';
import { WorkloadDeclaration } from '../model/declarations';
import { sortedBy } from '../support/order';
import { CompiledSegment, CompiledWorkload, Mode } from './compiled-policy';
import { Membership } from './membership';
import { Problems } from './problems';
import { PolicySnapshot } from './snapshot';

/** Segments with their members; a segment without any is worth a word. */
export function resolveSegments(snapshot: PolicySnapshot, membership: Membership, problems: Problems): CompiledSegment[] {
  const segments = sortedBy(snapshot.segments, (segment) => segment.id);
  return segments.map(({ id, path, selector, ringfence, source }) => problems.during(source, () => {
    const members = membership.of(selector, path);
    if (members.length === 0) problems.warn('MSEG2102', path, 'no workload has the labels of this segment');
    return { id, path, selector, members, ringfence, source };
  }));
}

/** Workloads with their address and service sets and the mode that holds for each. */
export function resolveWorkloads(snapshot: PolicySnapshot, segments: readonly CompiledSegment[], problems: Problems): CompiledWorkload[] {
  const segmentModes = modesBySegment(snapshot, segments);
  return sortedBy(snapshot.workloads, (workload) => workload.id).map((workload) => problems.during(workload.source, () => ({
    id: workload.id,
    path: workload.path,
    labels: workload.labels,
    services: workload.services.map(({ name, protocol, fromPort, toPort }) => ({ name, protocol, fromPort, toPort })),
    offered: offeredBy(workload, problems),
    addresses: AddressSet.union(workload.addresses.map((address) => AddressSet.cidr(address))),
    mode: modeOf(workload, segmentModes.get(workload.id), snapshot, problems),
    criticality: workload.criticality,
    managed: workload.managed,
    source: workload.source,
  })));
}

function offeredBy(workload: WorkloadDeclaration, problems: Problems): ServiceSet {
  let offered = ServiceSet.EMPTY;
  for (const range of workload.services) {
    const services = ServiceSet.fromRange(range);
    if (!services.intersect(offered).isEmpty()) {
      problems.warn('MSEG1101', workload.path, `service ${range.name} overlaps with another service of the workload`);
    }
    offered = offered.union(services);
  }
  return offered;
}

function modesBySegment(snapshot: PolicySnapshot, segments: readonly CompiledSegment[]): Map<string, Map<string, string>> {
  const declared = new Map(snapshot.segments.map((segment) => [segment.id, segment.mode]));
  const modes = new Map<string, Map<string, string>>();
  for (const { id, members } of segments) {
    const mode = declared.get(id);
    if (mode === undefined) continue;
    for (const member of members) {
      if (!modes.has(member)) modes.set(member, new Map());
      modes.get(member)!.set(mode, id);
    }
  }
  return modes;
}

/** The workload's own word counts first, then its segments', then the policy's. */
function modeOf(
  workload: WorkloadDeclaration,
  fromSegments: ReadonlyMap<string, string> | undefined,
  snapshot: PolicySnapshot,
  problems: Problems,
): Mode {
  if (workload.mode !== undefined) return workload.mode as Mode;
  if (fromSegments === undefined) return snapshot.mode as Mode;
  if (fromSegments.size > 1) {
    const claims = [...fromSegments].map(([mode, segment]) => `${segment} says ${mode}`).sort().join(', ');
    problems.error('MSEG2004', workload.path, `its segments disagree: ${claims}`);
  }
  return [...fromSegments.keys()][0] as Mode;
}
