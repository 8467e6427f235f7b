import { PolicyChange, PolicyDiff, PolicyFlow, WorkloadChange } from '../analysis/diff';
import { ManifestFlow } from '../compiler';
import { printable } from '../support/printable';
import { markdownTable, markdownText } from './markdown';
import { counted } from './terminal';
import { flowJson, jsonText, peerWords, percent, servicesWords } from './words';

/** How many rows a table of a comment has, if the comment then has room for all tables. */
const MOST_ROWS = 50;
/** A comment on GitHub holds 65,536 characters. */
const MOST_CHARACTERS = 60_000;

/** The difference as the stable JSON document. */
export function diffJson({ opened, closed, ...rest }: PolicyDiff): string {
  const flows = (all: readonly PolicyFlow[]) => all.map((flow) => ({ policy: flow.policy, id: flow.id, ...flowJson(flow) }));
  return jsonText({ opened: flows(opened), closed: flows(closed), ...rest });
}

/** The difference for people at a terminal. */
export function diffText(diff: PolicyDiff): string {
  const lines = [
    ...diff.workloads.map((change) => `workload ${workloadWords(change)}`),
    ...diff.opened.map((flow) => `opened: ${flowWords(flow)}`),
    ...diff.closed.map((flow) => `closed: ${flowWords(flow)}`),
    ...diff.changed.map((change) => `changed: ${changeWords(change)}`),
    ...diff.exposure.opened.map(({ id, services }) => `exposed: ${id} is now reachable from outside with ${servicesWords(services)}`),
    ...diff.exposure.closed.map(({ id, services }) => `hidden: ${id} is no longer reachable from outside with ${servicesWords(services)}`),
    summary(diff),
    reachWords(diff),
  ];
  return `${lines.map(printable).join('\n')}\n`;
}

/** The difference as Markdown for a comment on a pull request. */
export function diffMarkdown(diff: PolicyDiff): string {
  for (let rows = MOST_ROWS; ; rows = Math.floor(rows / 2)) {
    const text = comment(diff, rows);
    if (text.length <= MOST_CHARACTERS || rows === 0) return text;
  }
}

function comment(diff: PolicyDiff, rows: number): string {
  const { opened, closed, changed, workloads, exposure } = diff;
  const exposed = [
    ...exposure.opened.map(({ id, services }) => ['now', markdownText(id), markdownText(servicesWords(services))]),
    ...exposure.closed.map(({ id, services }) => ['no longer', markdownText(id), markdownText(servicesWords(services))]),
  ];
  const section = (title: string, head: readonly string[], all: readonly (readonly string[])[]) => sectionOf(title, head, all, rows);
  return `${[
    '## Segmentation',
    '',
    `${summary(diff)}. ${reachWords(diff)}.`,
    ...section('Exposed to the outside', ['', 'workload', 'service'], exposed),
    ...section('Opened', FLOW_HEAD, opened.map(flowRow)),
    ...section('Closed', FLOW_HEAD, closed.map(flowRow)),
    ...section('Changed', ['client', 'server', 'before', 'after'], changed.map(({ client, server, before, after }) => (
      [peerWords(client), peerWords(server), servicesWords(before), servicesWords(after)].map(markdownText)))),
    ...section('Workloads', ['workload', 'change', 'before', 'after'], workloads.map(({ id, change, before, after }) => (
      [markdownText(id), CHANGES[change], markdownText(before ?? ''), markdownText(after ?? '')]))),
  ].join('\n')}\n`;
}

const FLOW_HEAD = ['client', 'server', 'service', 'justification', 'declared at'];

function flowRow({ client, server, services, justification, origins }: ManifestFlow): string[] {
  return [peerWords(client), peerWords(server), servicesWords(services), justification ?? '', origins.join(', ')].map(markdownText);
}

function sectionOf(title: string, head: readonly string[], all: readonly (readonly string[])[], rows: number): string[] {
  if (all.length === 0) return [];
  const hidden = all.length - rows;
  return ['', `### ${title}`, '', ...markdownTable(head, all.slice(0, rows)), ...(hidden > 0 ? ['', `and ${hidden} more`] : [])];
}

const CHANGES: { readonly [change in WorkloadChange['change']]: string } = {
  added: 'added', removed: 'removed', renamed: 'renamed', mode: 'mode', managed: 'protected by this policy', platforms: 'enforced on',
};

function workloadWords({ id, change, before, after }: WorkloadChange): string {
  return before === undefined ? `${id}: ${CHANGES[change]}` : `${id}: ${CHANGES[change]} ${before} -> ${after}`;
}

function flowWords({ client, server, services, justification, origins }: ManifestFlow): string {
  const reason = justification === undefined ? '' : ` (${justification})`;
  return `${peerWords(client)} -> ${peerWords(server)} with ${servicesWords(services)}${reason} [${origins.join(', ')}]`;
}

function changeWords({ client, server, before, after }: PolicyChange): string {
  return `${peerWords(client)} -> ${peerWords(server)} from ${servicesWords(before)} to ${servicesWords(after)}`;
}

function summary({ opened, closed, changed, unchanged }: PolicyDiff): string {
  return `${opened.length} opened, ${closed.length} closed, ${changed.length} changed, ${unchanged} unchanged`;
}

function reachWords({ blastRadius, reduction }: PolicyDiff): string {
  return `a breach reaches ${counted(blastRadius.new, 'pair')} of workloads, before ${blastRadius.old}; `
    + `kept apart ${percent(reduction.new)} of the flat network, before ${percent(reduction.old)}`;
}
