'use strict';

const { layered, MOST_LABELLED } = require('./layered');
const { routed } = require('./route');
const { HEAD, MARGIN, NODE, PADDING } = require('./sizes');

/** Between members in a grid, and between groups. */
const GAP = { x: 18, y: 14, group: 44 };
/** Width to height of the whole. */
const SHAPE = 1.7;
/** A group beyond these is a grid. */
const MOST_LAYERED = { items: 60, lines: 250 };

/** Blocks of the latest drawing: opening one group of many must not cost the layout of all. */
let latest = new Map();

/**
 * For views beyond layers: each open group laid out for itself, groups in rows of about a screen's shape, in the order in
 * which flows run. Lines between groups take the shortest way and stay in the background.
 */
function packed(view) {
  const homes = homesOf(view);
  const inner = new Map(view.groups.map(({ id }) => [id, []]));
  const across = [];
  for (const line of view.lines) {
    const home = homes.get(line.from);
    if (home === homes.get(line.to)) inner.get(home).push(line);
    else across.push(line);
  }
  const labelled = view.lines.length <= MOST_LABELLED;
  const laidOut = new Map();
  const blocks = inFlowOrder(view.groups, across, homes).map((group) => {
    const lines = inner.get(group.id);
    const what = lines.map(({ from, to, label }) => [from, to, label]);
    const key = JSON.stringify([group.collapsed ? group.id : group.members, labelled, what]);
    if (!laidOut.has(key)) laidOut.set(key, latest.get(key) || blockOf(group, lines, labelled));
    return { group, layout: laidOut.get(key) };
  });
  latest = laidOut;
  const size = inRows(blocks);
  const items = new Map(blocks.flatMap(({ x, y, layout }) => (
    [...layout.items].map(([item, place]) => [item, { ...place, x: x + place.x, y: y + place.y }]))));
  const far = across.map((line) => ({ ...line, far: true, points: [] }));
  const near = blocks.flatMap((block) => inner.get(block.group.id).map((line) => moved(line, block)));
  const open = blocks.filter(({ group }) => !group.collapsed);
  return {
    items,
    boxes: open.map(({ group, x, y, layout: { width, height } }) => ({ id: group.id, x, y, width, height })),
    lines: routed([...far, ...near], items, labelled),
    ...size,
  };
}

/** The group that each item is in, or is. */
function homesOf({ groups }) {
  return new Map(groups.flatMap(({ id, collapsed, members }) => (collapsed ? [[id, id]] : members.map((member) => [`n${member}`, id]))));
}

/** Groups that open connections before groups that accept them. */
function inFlowOrder(groups, lines, homes) {
  const lead = new Map(groups.map(({ id }) => [id, 0]));
  for (const { from, to, flows } of lines) {
    lead.set(homes.get(from), lead.get(homes.get(from)) + flows.length);
    lead.set(homes.get(to), lead.get(homes.get(to)) - flows.length);
  }
  return [...groups].sort((a, b) => lead.get(b.id) - lead.get(a.id));
}

/** One group for itself, its upper left corner at 0,0. */
function blockOf(group, lines, labelled) {
  if (group.collapsed) return { items: new Map([[group.id, middle(0, 0)]]), lines: [], ...NODE };
  const many = lines.length > MOST_LAYERED.lines || group.members.length > MOST_LAYERED.items;
  if (lines.length === 0 || many) return gridOf(group);
  const { items, lines: placed, width, height } = layered({ groups: [{ ...group, boxed: false }], lines }, labelled);
  const [left, up] = [PADDING - MARGIN, HEAD - MARGIN + PADDING / 2];
  return {
    items: new Map([...items].map(([item, { x, y }]) => [item, { ...NODE, x: x + left, y: y + up }])),
    lines: placed.map((line) => ({ ...line, ...shifted(line, left, up) })),
    width: width + 2 * left,
    height: height + up + PADDING - MARGIN,
  };
}

function gridOf({ members }) {
  const columns = Math.max(1, Math.round(Math.sqrt(members.length * NODE.height / NODE.width * SHAPE)));
  const rows = Math.ceil(members.length / columns);
  return {
    items: new Map(members.map((member, index) => [`n${member}`, middle(
      PADDING + (index % columns) * (NODE.width + GAP.x), HEAD + PADDING / 2 + Math.floor(index / columns) * (NODE.height + GAP.y))])),
    lines: [],
    width: 2 * PADDING + columns * NODE.width + (columns - 1) * GAP.x,
    height: HEAD + PADDING * 1.5 + rows * NODE.height + (rows - 1) * GAP.y,
  };
}

function middle(x, y) {
  return { ...NODE, x: x + NODE.width / 2, y: y + NODE.height / 2 };
}

/** Gives each block its place. @returns the size of the whole */
function inRows(blocks) {
  const area = blocks.reduce((sum, { layout }) => sum + (layout.width + GAP.group) * (layout.height + GAP.group), 0);
  const limit = Math.max(Math.sqrt(area * SHAPE), ...blocks.map(({ layout }) => layout.width));
  let [x, y, rowHeight, widest] = [MARGIN, MARGIN, 0, 0];
  for (const block of blocks) {
    const { width, height } = block.layout;
    if (x > MARGIN && x + width > limit) [x, y, rowHeight] = [MARGIN, y + rowHeight + GAP.group, 0];
    Object.assign(block, { x, y });
    [x, rowHeight, widest] = [x + width + GAP.group, Math.max(rowHeight, height), Math.max(widest, x + width)];
  }
  return { width: widest + MARGIN, height: y + rowHeight + MARGIN };
}

/** A line as its group laid it out, or without points where the group is a grid. */
function moved(line, { x, y, layout }) {
  const placed = layout.lines.find(({ from, to }) => from === line.from && to === line.to);
  return placed ? { ...line, ...shifted(placed, x, y) } : { ...line, points: [] };
}

function shifted({ points, labelAt }, across, down) {
  const at = (point) => ({ ...point, x: point.x + across, y: point.y + down });
  return { points: points.map(at), labelAt: labelAt && at(labelAt) };
}

module.exports = { packed };
