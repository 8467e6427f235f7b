'use strict';

/** More than this many at once are shown as groups that open on demand. */
const READABLE = 60;

/** The verdict of many flows drawn as one line: what needs attention most shows. */
const BY_URGENCY = ['wouldBlock', 'denied', 'allowed', 'observed', 'unused'];

/** Which group a node stands in. Peers outside of the policy have groups of their own, so that clients stay before servers. */
function groupOf(node, groupBy) {
  if (node.kind === 'outside') return node.side === 'client' ? 'Outside: clients' : 'Outside: servers';
  if (groupBy === 'none') return node.name;
  if (groupBy === 'segment') return node.segments.join(' + ') || 'no segment';
  if (groupBy === 'policy') return node.policy;
  const label = node.labels.find(([key]) => `label:${key}` === groupBy);
  return label ? label[1] : `no ${groupBy.replace(/^label:/, '')}`;
}

/** Everything about a node that somebody may search for, in lower case. */
function textOf(node) {
  return [node.name, node.policy, node.path, node.mode, node.criticality, ...node.services, ...node.addresses, ...node.segments,
    ...node.platforms, ...node.labels.flatMap(([key, value]) => [value, `${key}=${value}`, `${key}:${value}`])].join('\n').toLowerCase();
}

/** Nodes that hold every word of the query. */
function search(data, query) {
  const words = query.toLowerCase().split(/\s+/).filter((word) => word !== '');
  if (words.length === 0) return [];
  return data.nodes.flatMap((node, index) => (words.every((word) => textOf(node).includes(word)) ? [index] : []));
}

/** All pairs of label and value, for the filter. */
function labelValues(data) {
  const values = new Map();
  for (const { labels } of data.nodes) for (const [key, value] of labels) values.set(key, (values.get(key) || new Set()).add(value));
  return [...values].map(([key, found]) => [key, [...found].sort()]).sort(([a], [b]) => (a < b ? -1 : 1));
}

function matches(node, filters) {
  const keys = [...new Set(filters.map(([key]) => key))];
  // Values of one label are alternatives, different labels add up: the way everybody filters.
  return keys.every((key) => filters.some(([wanted, value]) => wanted === key && node.labels.some(([k, v]) => k === key && v === value)));
}

/**
 * What is left by filters: matching nodes, and as their context whoever has a flow with one of them.
 * A flow from dev to prod must not vanish because somebody looks at prod.
 */
function shown(data, state) {
  const flows = data.flows.flatMap((flow, index) => (state.hiddenVerdicts.has(flow.verdict) ? [] : [index]));
  const filtered = state.filters.length > 0 || state.only !== undefined;
  if (!filtered) {
    const visible = data.nodes.flatMap((node, index) => (state.hiddenModes.has(node.mode) ? [] : [index]));
    const there = new Set(visible);
    const between = ({ client, server }) => there.has(client) && there.has(server);
    return { nodes: visible, context: new Set(), flows: flows.filter((index) => between(data.flows[index])) };
  }
  const wanted = new Set(data.nodes.flatMap((node, index) => (
    (state.only === undefined || state.only === index) && node.kind !== 'outside' && matches(node, state.filters) && !state.hiddenModes.has(node.mode) ? [index] : [])));
  if (state.only !== undefined) wanted.add(state.only);
  const kept = flows.filter((index) => wanted.has(data.flows[index].client) || wanted.has(data.flows[index].server));
  const all = new Set([...wanted, ...kept.flatMap((index) => [data.flows[index].client, data.flows[index].server])]);
  return { nodes: [...all].sort((a, b) => a - b), context: new Set([...all].filter((index) => !wanted.has(index))), flows: kept };
}

/**
 * What is drawn: groups, the nodes in those that are open, and one line for all flows from one drawn thing to another.
 * `toggled` holds the groups that the user opened or closed against the default.
 */
function viewOf(data, state) {
  const { nodes, context, flows } = shown(data, state);
  const byTitle = new Map();
  for (const index of nodes) {
    const title = groupOf(data.nodes[index], state.groupBy);
    byTitle.set(title, [...byTitle.get(title) || [], index]);
  }
  const many = nodes.length > READABLE;
  const alone = state.groupBy === 'none' && !many;
  const groups = [...byTitle].map(([title, members], index) => {
    const outside = data.nodes[members[0]].kind === 'outside';
    const collapsed = members.length > 1 && (many !== state.toggled.has(title));
    return { id: `g${index}`, title, members, outside, collapsed, boxed: outside ? members.length > 0 : !alone };
  });
  const place = new Map();
  for (const group of groups) for (const member of group.members) place.set(member, group.collapsed ? group.id : `n${member}`);
  return { groups, context, place, lines: linesOf(data, flows, place), inner: innerFlows(data, flows, place) };
}

function linesOf(data, flows, place) {
  const lines = new Map();
  for (const index of flows) {
    const from = place.get(data.flows[index].client);
    const to = place.get(data.flows[index].server);
    if (from === to) continue;
    const key = `${from} ${to}`;
    if (!lines.has(key)) lines.set(key, { from, to, flows: [] });
    lines.get(key).flows.push(index);
  }
  return [...lines.values()].map((line, index) => ({
    ...line,
    id: `e${index}`,
    verdict: BY_URGENCY.find((verdict) => line.flows.some((flow) => data.flows[flow].verdict === verdict)),
    label: labelOf(line.flows.map((flow) => data.flows[flow])),
  }));
}

/** How many flows stay inside of a thing that is drawn as one. */
function innerFlows(data, flows, place) {
  const inner = new Map();
  for (const index of flows) {
    const from = place.get(data.flows[index].client);
    if (from === place.get(data.flows[index].server)) inner.set(from, (inner.get(from) || 0) + 1);
  }
  return inner;
}

function labelOf(flows) {
  const services = [...new Set(flows.flatMap((flow) => flow.services))];
  if (services.length <= 2) return services.join(', ');
  const pairs = new Set(flows.map(({ client, server }) => `${client} ${server}`));
  return pairs.size > 1 ? `${flows.length} flows` : `${services[0]} +${services.length - 1}`;
}

module.exports = { READABLE, search, labelValues, shown, viewOf };
