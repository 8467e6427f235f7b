'use strict';

const { el, toDom } = require('./element');
const { labelValues, search } = require('./model');

const THEMES = { auto: 'Theme: system', light: 'Theme: light', dark: 'Theme: dark' };

/** Fills the controls above the map, and keeps them in step with the state. */
function toolbar(data, page, state, actions) {
  page.getElementById('title').textContent = data.title;
  fill(page.getElementById('group'), data.groupings.map(({ key, title }) => el('option', { value: key, selected: key === state.groupBy }, title)));
  page.getElementById('group').addEventListener('change', ({ target }) => actions.groupBy(target.value));
  const values = labelValues(data);
  fill(page.getElementById('filter'), [el('option', { value: '' }, 'add label …'), ...values.map(([key, all], at) => (
    el('optgroup', { label: key }, all.map((value, place) => el('option', { value: `${at} ${place}` }, value)))))]);
  page.getElementById('filter').addEventListener('change', ({ target }) => {
    const [at, place] = target.value.split(' ').map(Number);
    target.value = '';
    actions.filter([...state.filters, [values[at][0], values[at][1][place]]]);
  });
  theme(page);
  searchBox(data, page, actions);
}

function theme(page) {
  const button = page.getElementById('theme');
  const names = Object.keys(THEMES);
  const show = (name) => {
    button.textContent = THEMES[name];
    if (name === 'auto') delete page.documentElement.dataset.theme;
    else page.documentElement.dataset.theme = name;
  };
  let at = 0;
  button.addEventListener('click', () => {
    at = (at + 1) % names.length;
    show(names[at]);
  });
  show('auto');
}

const MOST_RESULTS = 30;

function searchBox(data, page, actions) {
  const [input, results] = [page.getElementById('search'), page.getElementById('results')];
  const found = () => search(data, input.value);
  const close = () => { results.hidden = true; };
  const choose = (index) => {
    close();
    actions.choose(index);
  };
  input.addEventListener('input', () => {
    const indices = found();
    const shown = indices.slice(0, MOST_RESULTS);
    fill(results, input.value.trim() === '' ? [] : [
      ...shown.map((index) => el('li', {}, el('button', { 'type': 'button', 'data-result': index }, data.nodes[index].name,
        el('small', {}, data.nodes[index].labels.map(([key, value]) => ` ${key}=${value}`).join(''))))),
      el('li', { class: 'count' }, indices.length > MOST_RESULTS ? `and ${indices.length - MOST_RESULTS} more` : `${indices.length} found`),
    ]);
    results.hidden = input.value.trim() === '';
    actions.found(indices);
  });
  results.addEventListener('click', ({ target }) => {
    const button = target.closest('[data-result]');
    if (button) choose(Number(button.dataset.result));
  });
  input.parentElement.addEventListener('keydown', (event) => {
    const buttons = [input, ...results.querySelectorAll('button')];
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) {
      buttons[Math.min(Math.max(buttons.indexOf(event.target) + step, 0), buttons.length - 1)].focus();
    } else if (event.key === 'Enter' && event.target === input && found().length > 0) {
      choose(found()[0]);
    } else if (event.key === 'Escape') {
      input.value = '';
      close();
      actions.found([]);
      input.focus();
    } else {
      return;
    }
    event.preventDefault();
    event.stopPropagation();
  });
  input.parentElement.addEventListener('focusout', ({ relatedTarget }) => {
    if (!input.parentElement.contains(relatedTarget)) close();
  });
}

/** The filters that are set, each with a way to take it off. */
function chips(page, state) {
  fill(page.getElementById('chips'), state.filters.map(([key, value], at) => (
    el('button', { 'type': 'button', 'data-unfilter': at, 'aria-label': `Remove filter ${key}=${value}` }, `${key}=${value} ×`))));
}

function fill(element, content) {
  element.replaceChildren(...content.flat(Infinity).filter(Boolean).map((each) => toDom(each)));
}

module.exports = { toolbar, chips, fill };
