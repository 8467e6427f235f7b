import { LeftOutEdge, LeftOutReason, Suggestion } from '../discovery/suggest/suggestion';
import { grouped } from '../support/groups';
import { printable } from '../support/printable';
import { counted } from './terminal';
import { jsonText } from './words';

/** Lines of each kind that people read; the JSON document has all. */
const MOST_LINES = 10;

/** Services of one pair that are told one by one. */
const MOST_SERVICES = 3;

const REASONS: { readonly [reason in LeftOutReason]: string } = {
  lowConfidence: 'less sure than asked for: look at them, and allow those that are meant',
  denied: 'a rule stopped them',
  noise: 'noise: scans, failed attempts, broadcast and their like',
  unprotected: 'neither end is a workload: name them in an inventory if they are yours',
  noPort: 'the log does not name the service: all of the protocol would be too much',
  noAddress: 'an end is known neither as a workload nor by an address',
  undecided: 'the policy may allow them already, by a token or a prefix list',
};

/** The suggestion as the stable JSON document. */
export function suggestionJson(suggestion: Suggestion): string {
  return jsonText(suggestion);
}

/** What somebody must know before following the suggestion: what is in it, what it opens beyond what was seen, what is not in it. */
export function suggestionText({ policy, workloads, flows, widening, leftOut, unusedFlows }: Suggestion): string {
  const added = workloads.filter(({ existing }) => !existing).length;
  return `${[
    `${policy.exists ? `what ${policy.id} lacks: ` : ''}${counted(added, 'workload')}, ${counted(flows.length, 'flow')}`,
    `${counted(widening.pairs, 'pair')} opened beyond what was seen`,
    ...(widening.anyAddress === 0 ? [] : [`${counted(widening.anyAddress, 'flow')} open to every address, because the map does not tell those of the Internet`]),
    ...leftOutLines(leftOut),
    ...(unusedFlows.length === 0 ? [] : [`${counted(unusedFlows.length, 'flow')} declared and never seen: ${unusedFlows.slice(0, MOST_LINES).join(', ')}`]),
  ].map(printable).join('\n')}\n`;
}

function leftOutLines(leftOut: readonly LeftOutEdge[]): string[] {
  return (Object.keys(REASONS) as LeftOutReason[]).flatMap((reason) => {
    const edges = leftOut.filter((edge) => edge.reason === reason);
    if (edges.length === 0) return [];
    const byPair = grouped(edges, ({ client, server }) => JSON.stringify([client, server]));
    const lines = [...byPair.values()].flatMap((pair) => (pair.length > MOST_SERVICES ? [pairLine(pair)] : pair.map(edgeLine)));
    const more = lines.length - MOST_LINES;
    return [`left out: ${counted(edges.length, 'edge')}, ${REASONS[reason]}`, ...lines.slice(0, MOST_LINES), ...(more > 0 ? [`  and ${more} more`] : [])];
  });
}

function edgeLine({ client, server, protocol, port, connections, confidence }: LeftOutEdge): string {
  const service = port === undefined ? protocol : `${protocol}/${port}`;
  return `  ${client} -> ${server} ${service}: ${counted(connections, 'connection')}, confidence ${confidence}`;
}

/** A scan is one thing, however many ports it tried. */
function pairLine(edges: readonly LeftOutEdge[]): string {
  const [{ client, server }] = edges;
  return `  ${client} -> ${server}: ${counted(edges.length, 'service')}, ${counted(edges.reduce((sum, { connections }) => sum + connections, 0), 'connection')}`;
}
