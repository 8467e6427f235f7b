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
    const edges = result.byEdge.filter((edge) => edge.verdict === verdict);
    if (edges.length === 0) return [];
    return [`${title}:`, table(HEAD, edges.slice(0, MOST_ROWS).map(cells)), ...more(edges.length), ''];
  });
  const unused = unusedFlows(result, policies);
  return `${[
    ...sections,
    ...(unused.length === 0 ? [] : ['Declared and not used:', ...unused.slice(0, MOST_ROWS).map((flow) => printable(`  ${flowWords(flow)}`)), ...more(unused.length), '']),
    ...summary(result, policies),
  ].join('\n')}\n`;
}

/** The result as Markdown, for a weekly report. */
export function replayMarkdown(result: ReplayResult, policies: readonly ManifestPolicy[]): string {
  const sections = SECTIONS.flatMap(([verdict, title]) => {
    const edges = result.byEdge.filter((edge) => edge.verdict === verdict);
    if (edges.length === 0) return [];
    return ['', `### ${title}`, '', ...markdownTable(HEAD, edges.slice(0, MOST_ROWS).map((edge) => cells(edge).map(markdownText))), ...moreParagraph(edges.length)];
  });
  const unused = unusedFlows(result, policies);
  return `${[
    '## Recorded traffic against the policy',
    '',
    ...summary(result, policies).map((line) => `- ${line}`),
    ...sections,
    ...(unused.length === 0 ? [] : ['', '### Declared and not used', '', ...unused.slice(0, MOST_ROWS).map((flow) => `- ${markdownText(flowWords(flow))}`), ...moreParagraph(unused.length)]),
  ].join('\n')}\n`;
}

const HEAD = ['client', 'server', 'service', 'connections', 'first seen', 'last seen', 'why', 'for example'];

function cells({ client, server, protocol, port, connections, firstSeen, lastSeen, reason, examples }: JudgedEdge): string[] {
  const service = port === undefined ? protocol : `${protocol}/${port}`;
  return [client, server, service, connections.toLocaleString('en'), minute(firstSeen), minute(lastSeen), reason, examples[0] ?? ''];
}

function summary(result: ReplayResult, policies: readonly ManifestPolicy[]): string[] {
  const { records, allowed, wouldBlock, undecided, alreadyBlocked, unmatched, noise, coverage, byEdge, unusedFlows: unused } = result;
  const workloads = policies.flatMap((policy) => policy.workloads).filter(({ managed }) => managed);
  const unknown = workloads.filter(({ addresses }) => addresses.length === 0).length;
  const blocked = new Set(byEdge.flatMap(({ blockedAt }) => blockedAt.map(({ workload }) => workload)));
  const number = (count: number) => count.toLocaleString('en');
  return [
    `${number(records)} records; the policy explains ${percent(coverage)} of the edges that concern it`,
    `${counted(allowed, 'connection')} allowed, ${number(wouldBlock)} would be blocked${blocked.size > 0 ? ` (${counted(blocked.size, 'workload')})` : ''}, ${number(undecided)} cannot be told`,
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

function flowWords({ client, server, services, justification }: ManifestFlow): string {
  return `${peerWords(client)} -> ${peerWords(server)} with ${servicesWords(services)}${justification === undefined ? '' : ` (${justification})`}`;
}

function minute(moment: string): string {
  return moment.slice(0, 16).replace('T', ' ');
}

function more(all: number): string[] {
  return all > MOST_ROWS ? [`and ${all - MOST_ROWS} more; --json has all`] : [];
}

function moreParagraph(all: number): string[] {
  return all > MOST_ROWS ? ['', ...more(all)] : [];
}
