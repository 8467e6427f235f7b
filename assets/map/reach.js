'use strict';

/**
 * What a breach spreads along: connections of one's own, and hubs, of which each client reaches each server.
 *
 * @param {{ direct: number[][], hubs: { clients: number[], servers: number[] }[] }} access
 */
class Access {
  constructor({ direct, hubs }) {
    this.direct = direct;
    this.hubs = hubs;
    this.hubsOf = direct.map(() => []);
    hubs.forEach(({ clients }, hub) => clients.forEach((client) => this.hubsOf[client].push(hub)));
  }

  /**
   * Everything that a breach of one node reaches, in any number of hops, with the hop before each: a breadth-first search.
   *
   * @returns {Map<number, { hops: number, from: number }>} by what is reached, nearest first; the start itself is not counted
   */
  from(start) {
    const found = new Map([[start, { hops: 0, from: start }]]);
    const used = new Set();
    const visit = (server, from, hops) => {
      if (!found.has(server)) found.set(server, { hops, from });
    };
    // A map takes additions while it is iterated over, which makes it the queue of the search.
    for (const [node, { hops }] of found) {
      for (const server of this.direct[node]) visit(server, node, hops + 1);
      for (const hub of this.hubsOf[node]) {
        if (used.has(hub)) continue;
        used.add(hub);
        for (const server of this.hubs[hub].servers) visit(server, node, hops + 1);
      }
    }
    found.delete(start);
    return found;
  }
}

/** Access under the policy, and in the flat network where that is known. */
function accessOf({ direct, hubs, flatHubs }) {
  return { policy: new Access({ direct, hubs }), flat: flatHubs && new Access({ direct, hubs: [...hubs, ...flatHubs] }) };
}

/** The shortest way to something reached, both ends included. */
function pathTo(reached, target) {
  const path = [target];
  while (reached.has(path[0])) path.unshift(reached.get(path[0]).from);
  return path;
}

module.exports = { accessOf, pathTo };
