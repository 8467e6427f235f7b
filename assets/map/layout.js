'use strict';

const { layered } = require('./layered');
const { packed } = require('./packed');

/** Above these, layers cost seconds, and lines from end to end of the map hide more than they show. */
const MOST_LAYERED = { items: 75, lines: 150 };
/** A chain of groups makes a map that no screen shows: this much wider than high, and wider than this many pixels. */
const WIDEST = { ratio: 3.4, width: 4000 };

/**
 * Places for everything in a view: items (workloads and closed groups) by their centre, boxes around open groups by their
 * upper left corner, lines as paths; all in pixels.
 */
function layoutOf(view) {
  const items = view.groups.reduce((count, { collapsed, members }) => count + (collapsed ? 1 : members.length), 0);
  if (items <= MOST_LAYERED.items && view.lines.length <= MOST_LAYERED.lines) {
    const layout = layered(view);
    if (layout.width < WIDEST.width || layout.width < WIDEST.ratio * layout.height) return layout;
  }
  return packed(view);
}

module.exports = { layoutOf };
