import { BlastRadiusReport, Exposed, Reduction, WorkloadReach } from '../analysis/blast-radius';
import { AttackPath } from '../analysis/blast-radius/paths';
import { printable } from '../support/printable';
import { counted, table } from './terminal';
import { flowJson, jsonText, percent, servicesWords } from './words';

/** How many workloads the text shows; the JSON document has them all. */
const MOST_ROWS = 40;

/** Reach of one workload, with the ways of an attack. */
export interface WorkloadFocus {
  /** Construct path of the workload. */
  readonly path: string;
  readonly paths: readonly AttackPath[];
}

/** The result as the stable JSON document. With a focus: that workload alone, and how each other one is reached. */
export function blastRadiusJson(report: BlastRadiusReport, focus?: WorkloadFocus): string {
  const { flat, policy, reduction, weighted, labels, workloads, exposed } = report;
  return jsonText({
    flat: { reachablePairs: flat },
    policy: { reachablePairs: policy },
    reduction,
    weighted,
    labels,
    workloads: focus === undefined ? workloads : [reachOf(workloads, focus)],
    exposed,
    paths: focus?.paths.map(({ to, hops }) => (
      { to, hops: hops.map((hop) => ({ ...hop, flows: hop.flows.map((flow) => ({ id: flow.id, ...flowJson(flow) })) })) })),
  });
}

/** The result for people. */
export function blastRadiusText(report: BlastRadiusReport, focus?: WorkloadFocus): string {
  return `${(focus === undefined ? overall(report) : focused(report, focus)).join('\n')}\n`;
}

function overall(report: BlastRadiusReport): string[] {
  const widest = [...report.workloads].sort((a, b) => b.transitive - a.transitive || b.flat - a.flat).slice(0, MOST_ROWS);
  const hidden = report.workloads.length - widest.length;
  return [
    `a breach reaches ${sentence(report)}`,
    `weighted by criticality: ${percent(report.weighted.reduction)} less`,
    '',
    table(['workload', 'flat network', 'direct', 'any hops', 'crown jewels'], widest.map(({ id, flat, direct, transitive, criticalReachable }) => (
      [id, flat, direct, transitive, criticalReachable.join(', ')]))),
    ...(hidden > 0 ? [`and ${counted(hidden, 'workload')} with no wider reach`] : []),
    ...(report.labels.length > 0 ? ['', labelTable(report)] : []),
    '',
    ...exposure(report.exposed),
  ];
}

function focused({ workloads, exposed }: BlastRadiusReport, focus: WorkloadFocus): string[] {
  const { id, flat, direct, transitive, criticalReachable } = reachOf(workloads, focus);
  const jewels = criticalReachable.length > 0 ? `, among them ${criticalReachable.join(', ')}` : '';
  return [
    printable(`a breach of ${id} reaches ${counted(transitive, 'workload')}, ${direct} of them directly${jewels}; in the flat network ${flat}`),
    ...focus.paths.map(({ to, hops }) => printable(`  ${to}: ${id}${hops.map((hop) => ` > ${hop.server} (${servicesWords(hop.services)})`).join('')}`)),
    ...focus.paths.length > 0 ? ['', 'flows on these ways:', ...flowLines(focus.paths)] : [],
    '',
    ...exposure(exposed.filter(({ path }) => path === focus.path)),
  ];
}

function flowLines(paths: readonly AttackPath[]): string[] {
  const lines = paths.flatMap(({ hops }) => hops.flatMap(({ client, server, flows }) => flows.map(({ justification, origins }) => (
    printable(`  ${client} > ${server}: ${justification ?? 'no justification'} [${origins.join(', ')}]`)))));
  return [...new Set(lines)];
}

function labelTable({ labels }: BlastRadiusReport): string {
  return table(['label', 'workloads', 'flat network', 'any hops', 'reduction'], labels.map(({ label, value, workloads, flat, policy, reduction }) => (
    [`${label}=${value}`, workloads, flat, policy, percent(reduction)])));
}

function exposure(exposed: readonly Exposed[]): string[] {
  if (exposed.length === 0) return ['reachable from outside: nothing'];
  return exposed.map(({ id, services }) => printable(`reachable from outside: ${id} with ${servicesWords(services)}`));
}

function sentence({ flat, policy, reduction }: Reduction): string {
  return `${counted(policy, 'pair')} of workloads; in the flat network ${flat}: ${percent(reduction)} less`;
}

function reachOf(workloads: readonly WorkloadReach[], focus: WorkloadFocus): WorkloadReach {
  return workloads.find(({ path }) => path === focus.path)!;
}
