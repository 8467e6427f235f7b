'use strict';

const { el } = require('./element');
const { fitting } = require('./text');
const { NODE } = require('./sizes');

const VERDICTS = {
  allowed: 'allowed by the policy',
  wouldBlock: 'would be blocked',
  unused: 'declared, not seen',
  observed: 'observed',
  denied: 'observed, denied',
};
const MODES = {
  enforce: 'enforce: only declared flows pass',
  monitor: 'monitor: the rest passes and is reported',
  visibility: 'visibility: the rest passes and is logged',
  unmanaged: 'unmanaged: nothing of it is enforced',
};

/** The map as elements, back to front: boxes, lines, what is connected, labels of lines. */
function drawing(data, view, layout) {
  const groups = new Map(view.groups.map((group) => [group.id, group]));
  const drawn = [...layout.items].map(([id, place]) => (
    groups.has(id) ? closedGroup(data, view, groups.get(id), place) : node(data, view, Number(id.slice(1)), place)));
  return [
    el('defs', {}, [...Object.keys(VERDICTS), 'spread'].map(arrow)),
    el('g', {}, layout.boxes.map((box) => el('rect', { ...corner(box), rx: 12, class: `box${groups.get(box.id).outside ? ' outside' : ''}` }))),
    el('g', { class: 'lines' }, layout.lines.map((line) => lineOf(data, view, line))),
    el('g', {}, layout.boxes.map((box) => boxHead(groups.get(box.id), box))),
    el('g', {}, drawn),
    el('g', { class: 'labels' }, layout.lines.filter(({ labelAt }) => labelAt).map(lineLabel)),
  ];
}

const corner = ({ x, y, width, height }) => ({ x, y, width, height });

function arrow(verdict) {
  return el('marker', { id: `arrow-${verdict}`, viewBox: '0 0 8 8', refX: 7.5, refY: 4, markerWidth: 10, markerHeight: 10, markerUnits: 'userSpaceOnUse', orient: 'auto' },
    el('path', { d: 'M0,0.6L8,4L0,7.4Z', class: `arrow v-${verdict}` }));
}

function lineOf(data, view, { id, from, to, path, verdict, flows, label, far }) {
  const many = flows.length > 1 && (from.startsWith('g') || to.startsWith('g'));
  return el('g', { 'class': `line v-${verdict}${many ? ' many' : ''}${far ? ' far' : ''}`, 'data-line': id },
    el('title', {}, `${nameOf(data, view, from)} to ${nameOf(data, view, to)}: ${label} (${VERDICTS[verdict]})`),
    el('path', { class: 'touch', d: path }),
    el('path', { 'class': 'stroke', 'd': path, 'marker-end': `url(#arrow-${verdict})` }));
}

function lineLabel({ id, label, labelAt, verdict }) {
  const { x, y, width, height } = labelAt;
  return el('g', { 'class': `label v-${verdict}`, 'data-line': id },
    el('rect', { x: x - width / 2, y: y - height / 2, width, height, rx: 4 }),
    el('text', { x, y: y + 4, 'text-anchor': 'middle' }, label));
}

function nameOf(data, view, id) {
  return id.startsWith('n') ? data.nodes[Number(id.slice(1))].name : view.groups.find((group) => group.id === id).title;
}

function boxHead(group, { x, y, width }) {
  const title = fitting(group.title, 14, width - 34);
  return el('g', { ...button(`${group.title}, ${group.members.length} inside, open`), 'class': 'head', 'data-group': group.id, 'aria-expanded': 'true', 'transform': `translate(${x},${y})` },
    el('title', {}, group.title),
    el('rect', { class: 'ring', x: 3, y: 3, width: width - 6, height: 21, rx: 6 }),
    el('path', { class: 'chevron', d: 'M11,11L15,16L19,11' }),
    el('text', { x: 25, y: 18 }, title));
}

/** Everything in the map that takes the focus is a button. */
function button(label) {
  return { 'role': 'button', 'tabindex': -1, 'aria-label': label };
}

function item(id, place, className, label, ...children) {
  const [width, height] = [NODE.width, NODE.height];
  return el('g', { ...button(label), 'class': `item ${className}`, 'data-item': id, 'transform': `translate(${place.x - width / 2},${place.y - height / 2})` },
    el('rect', { class: 'ring', x: -4, y: -4, width: width + 8, height: height + 8, rx: 12 }),
    children,
    el('g', { class: 'badge', transform: `translate(${width - 4},0)` }, el('rect', { x: -12, y: -9, width: 24, height: 18, rx: 9 }), el('text', { 'y': 4, 'text-anchor': 'middle' })));
}

function node(data, view, index, place) {
  const one = data.nodes[index];
  const jewel = one.criticality === 'crown-jewel';
  const room = NODE.width - 24 - (jewel ? 15 : 0) - (one.exposed.length > 0 ? 15 : 0);
  const outside = one.kind === 'outside';
  const inner = view.inner.has(`n${index}`) ? '↻ ' : '';
  const about = inner + one.services.map((service) => service.replace(/ [^ ]*$/, '')).filter((name, place_, all) => all.indexOf(name) === place_).join(', ');
  const words = [one.name, outside ? 'outside' : one.mode, jewel && 'crown jewel', one.exposed.length > 0 && 'exposed'].filter(Boolean).join(', ');
  const middle = about === '' ? NODE.height / 2 + 5 : 20;
  return item(`n${index}`, place, `${one.kind} m-${one.mode || 'none'}${view.context.has(index) ? ' context' : ''}`, words,
    el('title', {}, [words, ...one.labels.map(([key, value]) => `${key}: ${value}`)].join('\n')),
    el('rect', { class: 'body', width: NODE.width, height: NODE.height, rx: outside ? NODE.height / 2 : 8 }),
    !outside && el('path', { class: 'mode', d: `M8,0H6V${NODE.height}H8A8,8 0 0 1 0,${NODE.height - 8}V8A8,8 0 0 1 8,0Z` }),
    el('text', { 'class': 'name', 'x': outside ? NODE.width / 2 : 14, 'y': middle, 'text-anchor': outside ? 'middle' : 'start' }, fitting(one.name, 14.2, room)),
    about !== '' && el('text', { class: 'about', x: 14, y: 36 }, fitting(about, 12, NODE.width - 24)),
    jewel && el('path', { class: 'jewel', transform: `translate(${NODE.width - 15},15)`, d: STAR }),
    one.exposed.length > 0 && el('g', { class: 'globe', transform: `translate(${NODE.width - (jewel ? 31 : 15)},15)` },
      el('circle', { r: 5.5 }), el('ellipse', { rx: 2.4, ry: 5.5 }), el('path', { d: 'M-5.5,0H5.5' })));
}

const STAR = 'M0,-6.5L1.9,-2.2L6.6,-1.7L3.1,1.4L4.1,6L0,3.6L-4.1,6L-3.1,1.4L-6.6,-1.7L-1.9,-2.2Z';

function closedGroup(data, view, group, place) {
  const count = `${group.members.length} ${group.outside ? 'peers' : 'workloads'}`;
  const inner = view.inner.get(group.id);
  const about = inner === undefined ? count : `${count}, ${inner} flows`;
  return item(group.id, place, `closed${group.outside ? ' outside' : ''}`, `${group.title}, ${about}, closed`,
    el('title', {}, `${group.title}: ${about}`),
    el('rect', { class: 'body', x: 5, y: 5, width: NODE.width, height: NODE.height, rx: 8 }),
    el('rect', { class: 'body', width: NODE.width, height: NODE.height, rx: 8 }),
    modeBar(data, group.members),
    el('path', { class: 'chevron', d: 'M13,11L18,15.5L13,20' }),
    el('text', { class: 'name', x: 25, y: 20 }, fitting(group.title, 14.2, NODE.width - 36)),
    el('text', { class: 'about', x: 14, y: 36 }, fitting(about, 12, NODE.width - 24)));
}

/** Modes of the members as parts of the bar that one workload has in one colour. */
function modeBar(data, members) {
  const height = NODE.height - 12;
  let y = 6;
  return Object.keys(MODES).flatMap((mode) => {
    const share = members.filter((index) => data.nodes[index].mode === mode).length / members.length * height;
    y += share;
    return share === 0 ? [] : [el('g', { class: `m-${mode}` }, el('rect', { class: 'mode', x: 2, y: y - share, width: 4, height: share }))];
  });
}

module.exports = { drawing, VERDICTS, MODES };
