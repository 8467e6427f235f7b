'use strict';

/**
 * What stands out for what is chosen. Items: `start`, `near` (a peer of it), or the text of their badge: hops, or of a closed
 * group how many of its members. Lines: `spread` for those that a breach can use, `near` for other flows of the chosen one.
 */
function lit(data, access, view, { selected, spread }) {
  if (selected === undefined) return { items: new Map(), lines: new Map(), summary: '' };
  if ('node' in selected) return aroundNode(data, access, view, selected.node, spread);
  if ('group' in selected) return { items: new Map(), lines: new Map(), summary: selected.group };
  const lines = view.lines.filter((line) => line.flows.some((flow) => selected.flows.includes(flow)));
  const items = new Map(lines.flatMap(({ from, to }) => [[from, 'near'], [to, 'near']]));
  return { items, lines: new Map(lines.map(({ id }) => [id, 'near'])), summary: selected.title };
}

function aroundNode(data, access, view, node, spread) {
  const start = view.place.get(node);
  const reached = spread === 'flows' ? new Map() : (access[spread] || access.policy).from(node);
  const [items, lines] = [new Map(), new Map()];
  for (const line of view.lines) {
    if (!line.flows.some((flow) => data.flows[flow].client === node || data.flows[flow].server === node)) continue;
    lines.set(line.id, 'near');
    for (const item of [line.from, line.to]) items.set(item, 'near');
  }
  const from = new Set([node, ...reached.keys()]);
  if (spread === 'policy') {
    const used = (flow) => flow.verdict !== 'wouldBlock' && flow.verdict !== 'denied' && from.has(flow.client) && reached.has(flow.server);
    for (const line of view.lines) if (line.flows.some((flow) => used(data.flows[flow]))) lines.set(line.id, 'spread');
  }
  for (const [item, badge] of badges(view, reached)) items.set(item, badge);
  items.set(start, 'start');
  const words = spread === 'flows' ? '' : `: a breach reaches ${reached.size} workloads${spread === 'flat' ? ' in the flat network' : ''}`;
  return { items, lines, summary: `${data.nodes[node].name}${words}` };
}

function badges(view, reached) {
  const all = new Map();
  for (const group of view.groups) {
    const members = group.members.filter((member) => reached.has(member));
    if (members.length === 0) continue;
    if (group.collapsed) all.set(group.id, String(members.length));
    else for (const member of members) all.set(`n${member}`, String(reached.get(member).hops));
  }
  return all;
}

module.exports = { lit };
