'use strict';

const dagre = require('@dagrejs/dagre');
const { routed } = require('./route');
const { HEAD, LABEL, MARGIN, NODE, PADDING } = require('./sizes');
const { widthOf } = require('./text');

/** With more lines, labels make a map so large that nobody can read them. */
const MOST_LABELLED = 40;

/** From left to right along the flows, after Sugiyama: Dagre ranks, orders and places, labels of lines included. */
function layered(view, labelled = view.lines.length <= MOST_LABELLED) {
  const items = view.groups.flatMap((group) => (group.collapsed ? [group.id] : group.members.map((member) => `n${member}`)));
  const boxed = view.groups.filter((group) => group.boxed && !group.collapsed);
  const graph = graphOf(items, boxed, view.lines, labelled);
  dagre.layout(graph);
  const boxes = boxed.map((group) => ({ id: group.id, ...boxOf(graph, group) }));
  const shift = headroom(boxes);
  const placed = new Map(items.map((item) => [item, { ...NODE, x: graph.node(item).x, y: shift.of(graph.node(item).y) }]));
  const { width, height } = graph.graph();
  return {
    items: placed,
    boxes: boxes.map(({ id, ...box }) => ({ id, ...box, y: shift.top(box.y), height: shift.of(box.y + box.height) - shift.top(box.y) })),
    lines: routed(view.lines.map((line) => placedLine(graph, line, labelled, shift)), placed, labelled),
    width,
    height: shift.of(height),
  };
}

function graphOf(items, boxed, lines, labelled) {
  const graph = new dagre.graphlib.Graph({ compound: true, multigraph: true });
  graph.setGraph({ rankdir: 'LR', nodesep: 22, ranksep: labelled ? 36 : 110, edgesep: labelled ? 14 : 8, marginx: MARGIN, marginy: MARGIN });
  for (const item of items) graph.setNode(item, { ...NODE });
  for (const { id, members } of boxed) {
    graph.setNode(id, {});
    for (const member of members) graph.setParent(`n${member}`, id);
  }
  for (const { from, to, id, label } of lines) {
    const size = labelled ? { width: widthOf(label, LABEL.size) + 12, height: LABEL.height } : { width: 2, height: 2 };
    graph.setEdge(from, to, { ...size, labelpos: 'c' }, id);
  }
  return graph;
}

/** Dagre's first and last points are on the nodes; the router finds better ones. */
function placedLine(graph, line, labelled, shift) {
  const { points, x, y, width } = graph.edge(line.from, line.to, line.id);
  return {
    ...line,
    points: points.slice(1, -1).map((point) => ({ x: point.x, y: shift.of(point.y) })),
    labelAt: labelled ? { x, y: shift.of(y), width, height: LABEL.height } : undefined,
  };
}

/** Dagre's clusters hold lines as well; peers outside have none between them, and need no more room than they take. */
function boxOf(graph, { id, outside, members }) {
  const { x, y, width, height } = graph.node(id);
  if (!outside) return { x: x - width / 2, y: y - height / 2, width, height };
  const middles = members.map((member) => graph.node(`n${member}`).y);
  const [first, last] = [Math.min(...middles), Math.max(...middles)];
  const reach = NODE.height / 2 + PADDING;
  return { x: x - width / 2, y: first - reach, width, height: last - first + 2 * reach };
}

/** Dagre leaves no room for titles: everything below the upper edge of a box moves down by one title. */
function headroom(boxes) {
  // Boxes that begin at one height share their room.
  const cuts = [...new Set(boxes.map(({ y }) => Math.round(y)))];
  const of = (y) => y + HEAD * cuts.filter((cut) => cut <= y + 0.5).length;
  return { of, top: (y) => of(y) - HEAD };
}

module.exports = { layered, MOST_LABELLED };
