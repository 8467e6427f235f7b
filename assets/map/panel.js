'use strict';

const { VERDICTS } = require('./draw');
const { el } = require('./element');
const { pathTo } = require('./reach');

/** Rows beyond these are behind "show all": nobody reads them, and each costs the browser time. */
const MOST_ROWS = 40;

const counted = (count, noun) => `${count} ${noun}${count === 1 ? '' : 's'}`;

const go = (target, ...content) => el('button', { 'type': 'button', 'class': 'go', 'data-go': target }, content);

function facts(rows) {
  const kept = rows.filter(([, value]) => value !== undefined && value !== '' && value.length !== 0);
  return el('dl', {}, kept.flatMap(([name, value]) => [el('dt', {}, name), el('dd', {}, value)]));
}

function section(title, rows) {
  if (rows.length === 0) return [];
  const rest = rows.slice(MOST_ROWS);
  return [el('h3', {}, `${title} (${rows.length})`), el('ul', {}, rows.slice(0, MOST_ROWS).map((row) => el('li', {}, row))),
    rest.length > 0 && el('details', {}, el('summary', {}, `${rest.length} more`), el('ul', {}, rest.map((row) => el('li', {}, row))))];
}

/** What is known of a workload or peer, and how far a breach of it goes. */
function nodePanel(data, access, index, spread, isolated) {
  const node = data.nodes[index];
  const flows = data.flows.map((flow, place) => ({ ...flow, place }));
  const row = (flow, other) => [
    go(`flow:${flow.place}`, el('span', { class: `stroke v-${flow.verdict}` }), `${data.nodes[other].name} `, el('small', {}, flow.services.join(', '))),
  ];
  return [
    el('h2', {}, node.name),
    el('p', { class: 'kind' }, node.kind === 'outside' ? `Peer outside, as ${node.side}` : [node.mode, node.criticality && `criticality ${node.criticality}`].filter(Boolean).join(' · ')),
    el('p', {}, el('button', { 'type': 'button', 'data-only': index, 'aria-pressed': String(isolated) }, isolated ? 'Show everything again' : 'Show only its flows')),
    node.kind === 'outside' ? [] : spreadPart(data, access, index, spread),
    section('Opens connections to', flows.filter(({ client }) => client === index).map((flow) => row(flow, flow.server))),
    section('Accepts connections from', flows.filter(({ server }) => server === index).map((flow) => row(flow, flow.client))),
    el('h3', {}, 'Properties'),
    facts([
      ...node.labels,
      ['Serves', node.services.join(', ')], ['Open to outside', node.exposed.join(', ')], ['Addresses', node.addresses.join(', ')],
      ['Segments', node.segments.join(', ')], ['Enforced by', node.platforms.join(', ')], ['Policy', node.policy], ['Construct path', node.path],
    ]),
  ];
}

const SPREADS = { policy: 'with this policy', flat: 'in the flat network', flows: 'direct flows only' };

function spreadPart(data, access, index, spread) {
  const after = access.policy.from(index);
  const before = access.flat && access.flat.from(index);
  const direct = [...after.values()].filter(({ hops }) => hops === 1).length;
  const others = data.nodes.filter(({ kind }) => kind === 'workload').length - 1;
  const choices = Object.entries({ ...SPREADS, ...(before ? {} : { policy: 'any number of hops' }) }).filter(([key]) => key !== 'flat' || before);
  const reached = spread === 'flat' ? before : after;
  return [
    el('h3', {}, 'Blast radius'),
    el('p', { class: 'measure' }, el('strong', {}, String(after.size)), ` of ${others} workloads, ${direct} directly`),
    before && el('p', { class: 'measure' }, el('strong', {}, String(before.size)), ' in the flat network',
      before.size > 0 && `: ${Math.round((1 - after.size / before.size) * 100)}% less`),
    el('div', { 'class': 'choice', 'role': 'group', 'aria-label': 'Highlight on the map' }, choices.map(([key, text]) => (
      el('button', { 'type': 'button', 'data-spread': key, 'aria-pressed': String(spread === key) }, text)))),
    spread === 'flows' ? [] : section('A breach reaches', [...reached].map(([target, { hops }]) => [
      go(`node:${target}`, el('span', { class: 'hops' }, String(hops)), data.nodes[target].name,
        hops > 1 && el('small', {}, ` via ${pathTo(reached, target).slice(1, -1).map((hop) => data.nodes[hop].name).join(' → ')}`)),
    ])),
  ];
}

/** One or several flows between two drawn things: each with all that is known of it. */
function flowsPanel(data, flows, title) {
  const shown = flows.slice(0, MOST_ROWS);
  return [
    el('h2', {}, title),
    flows.length > 1 && el('p', { class: 'kind' }, `${flows.length} flows`),
    shown.map((index) => flowPart(data, index)),
    section('And', flows.slice(MOST_ROWS).map((index) => [go(`flow:${index}`, `${nameOf(data, index, 'client')} → ${nameOf(data, index, 'server')}`)])),
  ];
}

const nameOf = (data, flow, end) => data.nodes[data.flows[flow][end]].name;

function flowPart(data, index) {
  const flow = data.flows[index];
  return el('article', { class: 'flow' },
    el('h3', {}, go(`node:${flow.client}`, nameOf(data, index, 'client')), ' → ', go(`node:${flow.server}`, nameOf(data, index, 'server'))),
    el('p', { class: 'services' }, flow.services.join(', ')),
    el('p', {}, el('span', { class: `stroke v-${flow.verdict}` }), VERDICTS[flow.verdict]),
    facts(flow.facts));
}

function groupPanel(data, group, inner) {
  return [
    el('h2', {}, group.title),
    inner !== undefined && el('p', { class: 'kind' }, `${counted(inner, 'flow')} between them`),
    section('Inside', group.members.map((member) => [go(`node:${member}`, data.nodes[member].name)])),
  ];
}

/** When nothing is chosen: what this is, and what can be done. */
function introPanel(data) {
  const workloads = data.nodes.filter(({ kind }) => kind === 'workload').length;
  return [
    el('h2', {}, data.title),
    data.notes.map((note) => el('p', {}, note)),
    el('p', {}, `${counted(workloads, 'workload')}, ${counted(data.nodes.length - workloads, 'peer')} outside, ${counted(data.flows.length, 'flow')}.`),
    el('p', {}, 'Choose a workload to see its flows and how far a breach of it goes, or a line to see why it is there.'),
    el('h3', {}, 'Keys'),
    facts([['/', 'search'], ['Arrows', 'go from one to the next'], ['Enter', 'choose; open or close a group'], ['Escape', 'choose nothing'],
      ['+ − 0', 'zoom in, out, fit'], ['Shift + arrows', 'move the map'], ['L', 'list instead of map']]),
  ];
}

module.exports = { nodePanel, flowsPanel, groupPanel, introPanel };
