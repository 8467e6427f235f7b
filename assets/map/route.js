'use strict';

/**
 * Lines through the points that the layout chose. A line leaves at the side of its client and arrives at the side of its
 * server, each line at a height of its own; it crosses a column of nodes level, and bends between columns only, so that it
 * never runs over a node.
 */
function routed(placed, items, labelled = false) {
  const columns = columnsOf(items);
  // Between columns there is nothing to go around; only a label has to be met there.
  const lines = labelled ? placed : placed.map((line) => ({ ...line, points: line.points.filter(({ x }) => columns.has(Math.round(x))) }));
  const ends = new Map();
  const routes = lines.map((line) => {
    const [from, to] = [items.get(line.from), items.get(line.to)];
    const first = line.points[0] || to;
    const last = line.points[line.points.length - 1] || from;
    const route = { line, from: side(from, first), to: side(to, last) };
    for (const [item, end, next] of [[line.from, route.from, first], [line.to, route.to, last]]) {
      const key = `${item} ${end.x}`;
      ends.set(key, [...ends.get(key) || [], { end, next: next.y, height: items.get(item).height }]);
    }
    return route;
  });
  for (const list of ends.values()) spread(list);
  return routes.map(({ line, from, to }) => {
    const between = line.points.flatMap((point) => level(point, line, columns, from.x < to.x));
    return { ...line, path: pathOf(from, between, to) };
  });
}

function side(item, towards) {
  return { x: item.x + (towards.x >= item.x ? 1 : -1) * item.width / 2, y: item.y };
}

/** Ends at one side of an item, in the order of where they lead, over the middle part of the side. */
function spread(list) {
  list.sort((a, b) => a.next - b.next);
  const step = Math.min(10, (list[0].height - 10) / list.length);
  list.forEach(({ end }, index) => { end.y += (index - (list.length - 1) / 2) * step; });
}

/** Half the width of what stands in each column, by the column's x. */
function columnsOf(items) {
  const columns = new Map();
  for (const { x, width } of items.values()) columns.set(Math.round(x), Math.max(columns.get(Math.round(x)) || 0, width / 2));
  return columns;
}

/** A point as the level stretch through its column. */
function level(point, { labelAt }, columns, rightwards) {
  const own = labelAt && Math.abs(labelAt.x - point.x) < 1 ? labelAt.width / 2 : 0;
  const half = Math.max(own, columns.get(Math.round(point.x)) || 0);
  const stretch = [{ x: point.x - half, y: point.y }, { x: point.x + half, y: point.y }];
  return rightwards ? stretch : stretch.reverse();
}

const round = (value) => Math.round(value * 10) / 10;
const at = ({ x, y }) => `${round(x)},${round(y)}`;

function pathOf(from, points, to) {
  const all = [from, ...points, to];
  return all.slice(1).reduce((path, point, index) => {
    const previous = all[index];
    if (Math.abs(point.y - previous.y) < 0.5) return `${path}L${at(point)}`;
    const middle = (previous.x + point.x) / 2;
    return `${path}C${at({ x: middle, y: previous.y })} ${at({ x: middle, y: point.y })} ${at(point)}`;
  }, `M${at(from)}`);
}

module.exports = { routed };
