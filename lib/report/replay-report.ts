import { ManifestFlow, ManifestPolicy } from '../compiler';
import { JudgedEdge, ReplayResult, ReplayVerdict } from '../discovery/replay/replay-result';
import { printable } from '../support/printable';
import { markdownTable, markdownText } from './markdown';
import { counted, table } from './terminal';
import { jsonText, peerWords, percent, servicesWords } from './words';

/** Rows that people read; the JSON document has all. */
const MOST_ROWS = 25;

/** The result as the stable JSON document. */
export function replayJson(result: ReplayResult): string {
  return jsonText(result);
}

/** What each verdict means, in the order of what matters; edges that are allowed or nobody's concern are counted only. */
const SECTIONS: readonly (readonly [ReplayVerdict, string])[] = [
  ['wouldBlock', 'Would be blocked'],
  ['undecided', 'Cannot be told from the log'],
  ['alreadyBlocked', 'Blocked already when it was recorded'],
];

/** The result for people at a terminal. */
export function replayText(result: ReplayResult, policies: readonly ManifestPolicy[]): string {
  const sections = SECTIONS.flatMap(([verdict, title]) => {
    const rows = rowsOf(result.byEdge.filter((edge) => edge.verdict === verdict));
    return rows.length === 0 ? [] : [`${title}:`, table(HEAD, rows.slice(0, MOST_ROWS)), ...more(rows.length), ''];
  });
  const unused = unusedFlows(result, policies);
  return `${[
    ...sections,
    ...(unused.length === 0 ? [] : ['Declared and not used:', ...shown(unused).map((flow) => printable(`  ${flow}`)), ...more(unused.length), '']),
    ...summary(result, policies),
  ].join('\n')}\n`;
}

/** The result as Markdown, for a weekly report. */
export function replayMarkdown(result: ReplayResult, policies: readonly ManifestPolicy[]): string {
  const sections = SECTIONS.flatMap(([verdict, title]) => {
    const rows = rowsOf(result.byEdge.filter((edge) => edge.verdict === verdict)).map((row) => row.map(markdownText));
    return rows.length === 0 ? [] : ['', `### ${title}`, '', ...markdownTable(HEAD, rows.slice(0, MOST_ROWS)), ...moreParagraph(rows.length)];
  });
  const unused = unusedFlows(result, policies);
  return `${[
    '## Recorded traffic against the policy',
    '',
    ...summary(result, policies).map((line) => `- ${line}`),
    ...sections,
    ...(unused.length === 0 ? [] : ['', '### Declared and not used', '', ...shown(unused).map((flow) => `- ${markdownText(flow)}`), ...moreParagraph(unused.length)]),
  ].join('\n')}\n`;
}

const HEAD = ['client', 'server', 'service', 'connections', 'last seen', 'why', 'for example'];

/** One row an edge; a scan is one row, however many it asked. */
function rowsOf(edges: readonly JudgedEdge[]): string[][] {
  const groups = new Map<string, JudgedEdge[]>();
  edges.forEach((edge, place) => {
    const key = edge.noiseKind === undefined ? String(place) : JSON.stringify([edge.client, edge.noiseKind]);
    const known = groups.get(key);
    if (known) known.push(edge);
    else groups.set(key, [edge]);
  });
  return [...groups.values()].map(cells);
}

function cells(edges: readonly JudgedEdge[]): string[] {
  const [{ client, server, reason, examples, noiseKind, blockedAt }] = edges;
  const services = [...new Set(edges.map(({ protocol, port }) => (port === undefined ? protocol : `${protocol}/${port}`)))];
  const servers = new Set(edges.map((edge) => edge.server)).size;
  const lastSeen = edges.map((edge) => edge.lastSeen).reduce((a, b) => (a > b ? a : b));
  const ends = blockedAt.map(({ workload, end, mode }) => `${workload} ${end} (${mode})`).join(', ');
  return [
    client,
    servers > 1 ? counted(servers, 'server') : server,
    services.length > 3 ? counted(services.length, 'service') : services.join(', '),
    edges.reduce((sum, { connections }) => sum + connections, 0).toLocaleString('en'),
    lastSeen.slice(0, 16).replace('T', ' '),
    [...(noiseKind === undefined ? [] : [noiseKind]), edges.length > 1 || ends === '' ? (noiseKind === undefined ? reason : '') : `no flow at ${ends}`]
      .filter((text) => text !== '').join('; '),
    examples[0] ?? '',
  ];
}

function summary(result: ReplayResult, policies: readonly ManifestPolicy[]): string[] {
  const { records, allowed, wouldBlock, undecided, alreadyBlocked, unmatched, noise, coverage, byEdge, unusedFlows: unused } = result;
  const workloads = policies.flatMap((policy) => policy.workloads).filter(({ managed }) => managed);
  const unknown = workloads.filter(({ addresses }) => addresses.length === 0).length;
  const blocked = new Set(byEdge.flatMap(({ blockedAt }) => blockedAt.map(({ workload }) => workload)));
  const where = blocked.size > 0 ? ` (by ${counted(blocked.size, 'workload')})` : '';
  const number = (count: number) => count.toLocaleString('en');
  return [
    `${number(records)} records; the policy explains ${percent(coverage)} of the edges that concern it`,
    `${number(allowed)} connections allowed, ${number(wouldBlock)} would be blocked${where}, ${number(undecided)} cannot be told`,
    `${number(alreadyBlocked)} were blocked already, ${number(noise)} are noise, ${number(unmatched)} are between others`,
    `${counted(unused.length, 'declared flow')} not used`,
    ...(byEdge.length > 0 && byEdge.every(({ verdict }) => verdict === 'unmatched') && unknown > 0
      ? [`the policy knows no address of ${counted(unknown, 'workload')}: name an inventory that does with --inventory`] : []),
  ];
}

function unusedFlows({ unusedFlows: ids }: ReplayResult, policies: readonly ManifestPolicy[]): ManifestFlow[] {
  const unused = new Set(ids);
  return policies.flatMap(({ flows }) => flows.filter(({ id }) => unused.has(id)));
}

function shown(flows: readonly ManifestFlow[]): string[] {
  return flows.slice(0, MOST_ROWS).map(flowWords);
}

function flowWords({ client, server, services, justification }: ManifestFlow): string {
  return `${peerWords(client)} -> ${peerWords(server)} with ${servicesWords(services)}${justification === undefined ? '' : ` (${justification})`}`;
}

function more(all: number): string[] {
  return all > MOST_ROWS ? [`and ${all - MOST_ROWS} more; --json has all`] : [];
}

function moreParagraph(all: number): string[] {
  return all > MOST_ROWS ? ['', ...more(all)] : [];
}
