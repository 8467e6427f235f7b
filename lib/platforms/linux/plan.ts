import { AddressSet, ServiceSet, TrafficSet } from '../../algebra';
import { CompiledWorkload } from '../../compiler';
import { Problem, SegmentationError } from '../../support/errors';
import { compareText, sortedBy } from '../../support/order';
import { settingProblems } from './checks';
import { addressTexts, isExact, trafficElements, valueElements } from './elements';
import { lowerFlows, Need } from './lower';
import { logPrefix, tableName } from './names';
import {
  DeployTimeValue, End, LinuxHostPlan, LinuxHostsPlan, LinuxHostsRequest, LogRecord, ManagementAccess, ManagementElement, PlannedSet,
  ProtectedWorkload,
} from './plan-types';

/**
 * The rule sets of an enforcement point: one table for each protected workload, the same on all of its hosts.
 *
 * @throws SegmentationError with MSEG1004, MSEG3401 and MSEG4001 to MSEG4007.
 */
export function planLinuxHosts(request: LinuxHostsRequest): LinuxHostsPlan {
  const problems = settingProblems(request);
  if (problems.length > 0) throw new SegmentationError(problems);
  const workloads = new Map(request.policy.workloads.map((workload) => [workload.id, workload]));
  const needs = lowerFlows(request);
  const hosts = sortedBy(request.protects, ({ workload }) => workload)
    .map((host) => planHost(request, host, workloads.get(host.workload)!, needs.get(host.workload)!));
  const tooLarge = hosts.flatMap((host) => sizeProblem(host, workloads.get(host.workload)!, request.limits.elements));
  if (tooLarge.length > 0) throw new SegmentationError(tooLarge);
  return { enforcementPoint: request.enforcementPoint, hosts };
}

const ENDS: readonly End[] = ['ingress', 'egress'];
const FAMILIES = [4, 6] as const;

function planHost(
  { policy, management, log }: LinuxHostsRequest,
  { containerInterfaces = [] }: ProtectedWorkload,
  workload: CompiledWorkload,
  needs: readonly Need[],
): LinuxHostPlan {
  const prefixes = (record: LogRecord) => ({
    ingress: logPrefix(record, 'ingress', policy.id, workload.id), egress: logPrefix(record, 'egress', policy.id, workload.id),
  });
  return {
    policy: policy.id,
    workload: workload.id,
    mode: workload.mode,
    table: tableName(policy.id, workload.id),
    sets: ENDS.flatMap((end) => FAMILIES.flatMap((family) => plannedSets(end, family, needs.filter((need) => need.end === end)))),
    values: deployTimeValues(needs),
    management: { 4: managementElements(management, 4), 6: managementElements(management, 6) },
    log,
    logPrefixes: { undeclared: prefixes('undeclared'), new: prefixes('new') },
    containerInterfaces: [...new Set(containerInterfaces)].sort(compareText),
  };
}

/** Sets of known addresses are always there; the others where some flow of this end asks for them, in either family. */
function plannedSets(end: End, family: 4 | 6, needs: readonly Need[]): PlannedSet[] {
  const name = `${end === 'ingress' ? 'in' : 'out'}${family}`;
  const byDeadline = traffics(needs);
  const permanent = byDeadline.filter(({ until }) => until === undefined);
  const expiring = byDeadline.filter(({ until }) => until !== undefined);
  const known = permanent.flatMap(({ traffic }) => trafficElements(within(traffic, family), family));
  const sets: PlannedSet[] = [true, false].map((exact) => (
    { name: exact ? `${name}_exact` : name, end, family, timed: false, exact, elements: known.filter((element) => isExact(element) === exact) }));
  if (needs.some(({ until }) => until !== undefined)) {
    const elements = expiring.flatMap(({ traffic, until }) => trafficElements(within(traffic, family), family, [0, until!]));
    sets.push({ name: `${name}_until`, end, family, timed: true, exact: false, elements });
  }
  return [...sets, ...deployTimeSets(name, end, family, needs)];
}

function deployTimeSets(name: string, end: End, family: 4 | 6, needs: readonly Need[]): PlannedSet[] {
  return [false, true].flatMap((timed): PlannedSet[] => {
    const chosen = needs.filter(({ until, values }) => values.length > 0 && (until !== undefined) === timed);
    if (chosen.length === 0) return [];
    const values = chosen.flatMap(({ services, until, values: all }) => all
      .filter((value) => value.family === family)
      .map(({ variable }) => ({ variable, services: services.withoutForeignIcmp(family), until })));
    // What a value turns out to be, an address or a block, nobody knows.
    return [{ name: `${name}_deploy${timed ? '_until' : ''}`, end, family, timed, exact: false, elements: valueElements(values) }];
  });
}

/** Traffic with known addresses by its deadline, the longest first, each without what lasts longer: every part stands once. */
function traffics(needs: readonly Need[]): { until?: number; traffic: TrafficSet }[] {
  const parts = new Map<number, [AddressSet, ServiceSet][]>();
  for (const { addresses, services, until = Infinity } of needs) {
    if (!parts.has(until)) parts.set(until, []);
    parts.get(until)!.push([addresses, services]);
  }
  let open = TrafficSet.EMPTY;
  return [...parts.keys()].sort((a, b) => (a < b ? 1 : -1)).map((until) => {
    const all = TrafficSet.union(parts.get(until)!);
    const traffic = all.subtract(open);
    open = open.union(all);
    return { until: until === Infinity ? undefined : until, traffic };
  });
}

const EVERYTHING = { 4: TrafficSet.of(AddressSet.ANY_IPV4, ServiceSet.ALL), 6: TrafficSet.of(AddressSet.ANY_IPV6, ServiceSet.ALL) };

function within(traffic: TrafficSet, family: 4 | 6): TrafficSet {
  return traffic.intersect(EVERYTHING[family]);
}

function deployTimeValues(needs: readonly Need[]): DeployTimeValue[] {
  const values = new Map<string, DeployTimeValue>();
  for (const { variable, value } of needs.flatMap((need) => need.values)) values.set(variable, { variable, value });
  return sortedBy(values.values(), ({ variable }) => variable);
}

function managementElements(management: readonly ManagementAccess[], family: 4 | 6): ManagementElement[] {
  const all = TrafficSet.union(management.map(({ cidr, port }) => [AddressSet.cidr(cidr), ServiceSet.tcp(port)] as const));
  return within(all, family).entries().flatMap(({ addresses, services }) => addressTexts(addresses, family).flatMap((address) => (
    services.ranges().map(({ fromPort, toPort }) => ({ address, ports: [fromPort!, toPort!] as const })))));
}

function sizeProblem(host: LinuxHostPlan, { id, path }: CompiledWorkload, limit: number): Problem[] {
  const elements = host.sets.reduce((sum, set) => sum + set.elements.length, 0);
  return elements > limit ? [{ code: 'MSEG4006', where: path, message: `the sets of ${id} need ${elements} elements, and may have ${limit}` }] : [];
}
