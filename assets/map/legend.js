'use strict';

const { el } = require('./element');
const { MODES, VERDICTS } = require('./draw');

/** What colours and signs mean, of those that occur; each colour shows and hides what has it. */
function legend(data, { hiddenModes, hiddenVerdicts }) {
  const modes = Object.keys(MODES).filter((mode) => data.nodes.some((node) => node.mode === mode));
  const verdicts = Object.keys(VERDICTS).filter((verdict) => data.flows.some((flow) => flow.verdict === verdict));
  return [
    modes.length > 0 && el('div', { 'role': 'group', 'aria-label': 'Workloads by mode' },
      modes.map((mode) => toggle(`mode:${mode}`, !hiddenModes.has(mode), MODES[mode], el('span', { class: `swatch m-${mode}` })))),
    el('div', { 'role': 'group', 'aria-label': 'Flows by verdict' },
      verdicts.map((verdict) => toggle(`verdict:${verdict}`, !hiddenVerdicts.has(verdict), VERDICTS[verdict], el('span', { class: `stroke v-${verdict}` })))),
    el('div', { class: 'signs' },
      data.nodes.some(({ criticality }) => criticality === 'crown-jewel') && el('span', {}, el('span', { class: 'jewel' }, '★'), ' crown jewel'),
      data.nodes.some(({ exposed }) => exposed.length > 0) && el('span', {}, el('span', { class: 'globe' }, '⊕'), ' reachable from outside')),
  ].filter(Boolean);
}

function toggle(what, pressed, text, swatch) {
  return el('button', { 'type': 'button', 'data-show': what, 'aria-pressed': String(pressed), 'title': pressed ? 'Hide' : 'Show' }, swatch, text);
}

module.exports = { legend };
