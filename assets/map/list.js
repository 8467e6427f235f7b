'use strict';

const { VERDICTS } = require('./draw');
const { el } = require('./element');

/** The same map as two tables, for those who read or hear better than they see, and for paper. */
function listView(data, access, nodes, flows) {
  const workloads = nodes.filter((index) => data.nodes[index].kind === 'workload');
  return [
    table('Workloads', ['Workload', 'Labels', 'Mode', 'Serves', 'Reaches directly', 'in any hops', ...(access.flat ? ['flat network'] : [])], workloads.map((index) => {
      const node = data.nodes[index];
      const after = access.policy.from(index);
      return [
        go(`node:${index}`, node.name), node.labels.map(([key, value]) => `${key}=${value}`).join(', '), node.mode || '', node.services.join(', '),
        [...after.values()].filter(({ hops }) => hops === 1).length, after.size, ...(access.flat ? [access.flat.from(index).size] : []),
      ];
    })),
    table('Flows', ['Client', 'Server', 'Services', 'Verdict', 'More'], flows.map((index) => {
      const { client, server, services, verdict, facts } = data.flows[index];
      return [
        data.nodes[client].name, go(`flow:${index}`, data.nodes[server].name), services.join(', '),
        [el('span', { class: `stroke v-${verdict}` }), VERDICTS[verdict]], facts.map(([name, value]) => `${name}: ${value}`).join('; '),
      ];
    })),
  ];
}

const go = (target, text) => el('button', { 'type': 'button', 'class': 'go', 'data-go': target }, text);

function table(caption, head, rows) {
  return el('table', {}, el('caption', {}, `${caption} (${rows.length})`),
    el('thead', {}, el('tr', {}, head.map((text) => el('th', { scope: 'col' }, text)))),
    el('tbody', {}, rows.map((row) => el('tr', {}, row.map((cell) => el('td', {}, cell))))));
}

module.exports = { listView };
