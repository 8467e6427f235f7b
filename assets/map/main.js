'use strict';

const { drawing } = require('./draw');
const { toDom } = require('./element');
const { Keyboard } = require('./keyboard');
const { layoutOf } = require('./layout');
const { legend } = require('./legend');
const { lit } = require('./lit');
const { listView } = require('./list');
const { shown, viewOf } = require('./model');
const { flowsPanel, groupPanel, introPanel, nodePanel } = require('./panel');
const { accessOf } = require('./reach');
const { chips, fill, toolbar } = require('./toolbar');
const { Viewport } = require('./viewport');

/** Attributes that make an element act; each has a method of its name. */
const ACTIONS = ['item', 'group', 'line', 'go', 'show', 'spread', 'only', 'view', 'zoom', 'unfilter'].map((name) => `[data-${name}]`).join(', ');

/** The page: what is chosen, filtered and open, and everything drawn anew from that. */
class Page {
  constructor(data, page) {
    this.data = data;
    this.page = page;
    this.access = accessOf(data.reach);
    this.state = {
      groupBy: data.groupBy, toggled: new Set(), filters: [], hiddenModes: new Set(), hiddenVerdicts: new Set(), only: undefined,
      selected: undefined, spread: 'policy', found: [], list: false,
    };
    this.svg = page.getElementById('map');
    this.viewport = new Viewport(this.svg);
    this.keyboard = new Keyboard(this.svg, this.viewport);
    toolbar(data, page, this.state, {
      groupBy: (groupBy) => this.change({ groupBy, toggled: new Set() }),
      filter: (filters) => this.change({ filters }),
      found: (found) => this.mark({ found }),
      choose: (index) => this.choose({ node: index }, true),
    });
    page.addEventListener('click', (event) => this.clicked(event));
    page.addEventListener('keydown', (event) => this.pressed(event));
    window.addEventListener('beforeprint', () => this.viewport.print(true));
    window.addEventListener('afterprint', () => this.viewport.print(false));
    window.matchMedia('print').addEventListener('change', ({ matches }) => this.viewport.print(matches));
    this.draw();
  }

  /** A change of what is drawn. */
  change(changes) {
    Object.assign(this.state, changes);
    this.draw();
  }

  /** A change of what stands out. */
  mark(changes) {
    Object.assign(this.state, changes);
    this.highlight();
  }

  draw() {
    const key = this.keyboard.key();
    const focused = this.svg.contains(this.page.activeElement);
    this.view = viewOf(this.data, this.state);
    this.layout = layoutOf(this.view);
    fill(this.svg, []);
    this.svg.append(...drawing(this.data, this.view, this.layout).map((element) => toDom(element, true)));
    this.page.getElementById('empty').hidden = this.layout.items.size > 0;
    this.viewport.show(this.layout);
    this.keyboard.restore(key, focused);
    chips(this.page, this.state);
    fill(this.page.getElementById('legend'), legend(this.data, this.state));
    this.arrange();
    this.highlight();
  }

  /** Map or list. */
  arrange() {
    const { list } = this.state;
    this.page.getElementById('stage').hidden = list;
    this.page.getElementById('zoom').hidden = list;
    this.page.getElementById('list').hidden = !list;
    for (const button of this.page.querySelectorAll('button[data-view]')) {
      button.setAttribute('aria-pressed', String((button.dataset.view === 'list') === list));
    }
    const { nodes, flows } = shown(this.data, this.state);
    fill(this.page.getElementById('list'), list ? listView(this.data, this.access, nodes, flows) : []);
  }

  highlight() {
    const { items, lines, summary } = lit(this.data, this.access, this.view, this.state);
    const found = new Set(this.state.found.map((index) => this.view.place.get(index)));
    this.svg.classList.toggle('chosen', items.size > 0);
    for (const element of this.svg.querySelectorAll('[data-item]')) {
      const { item } = element.dataset;
      const light = items.get(item);
      element.classList.toggle('lit', light !== undefined);
      element.classList.toggle('start', light === 'start');
      element.classList.toggle('found', found.has(item));
      element.classList.toggle('badged', typeof light === 'string' && light !== 'start' && light !== 'near');
      element.querySelector('.badge text').textContent = light === 'near' || light === 'start' ? '' : light || '';
    }
    for (const element of this.svg.querySelectorAll('[data-line]')) {
      element.classList.toggle('lit', lines.has(element.dataset.line));
      element.classList.toggle('spread', lines.get(element.dataset.line) === 'spread');
    }
    fill(this.page.getElementById('panel'), this.panel());
    this.page.getElementById('status').textContent = summary;
  }

  panel() {
    const { selected, spread, only } = this.state;
    if (selected === undefined) return introPanel(this.data);
    if ('node' in selected) return nodePanel(this.data, this.access, selected.node, spread, only === selected.node);
    if ('group' in selected) {
      const group = this.view.groups.find(({ title }) => title === selected.group);
      return group ? groupPanel(this.data, group, this.view.inner.get(group.id)) : introPanel(this.data);
    }
    return flowsPanel(this.data, selected.flows, selected.title);
  }

  /** @param bring whether it must be seen: from a list it is, from the map it is there already */
  choose(selected, bring) {
    this.state.selected = selected;
    if (bring && 'node' in selected) this.bring(selected.node);
    this.highlight();
    const item = bring && 'node' in selected && this.layout.items.get(this.view.place.get(selected.node));
    if (item) this.viewport.reveal({ ...item, x: item.x - item.width / 2, y: item.y - item.height / 2 });
  }

  /** What is filtered away or in a closed group comes back. */
  bring(index) {
    if (!this.view.place.has(index)) {
      Object.assign(this.state, { filters: [], only: undefined, hiddenModes: new Set(), hiddenVerdicts: new Set() });
    }
    this.view = viewOf(this.data, this.state);
    const group = this.view.groups.find(({ members }) => members.includes(index));
    if (group.collapsed) this.toggle(group.title);
    this.draw();
  }

  toggle(title) {
    if (!this.state.toggled.delete(title)) this.state.toggled.add(title);
  }

  clicked({ target }) {
    const element = target.closest(ACTIONS);
    if (!element) {
      if (target === this.svg || target.closest('.box')) this.mark({ selected: undefined });
      return;
    }
    const [[action, value]] = Object.entries(element.dataset);
    this[`on${action[0].toUpperCase()}${action.slice(1)}`](value);
  }

  onItem(id) {
    if (id.startsWith('n')) this.choose({ node: Number(id.slice(1)) });
    else this.onGroup(id);
  }

  onGroup(id) {
    const { title } = this.view.groups.find((group) => group.id === id);
    this.toggle(title);
    this.state.selected = { group: title };
    this.draw();
    const opened = this.view.groups.find((group) => group.title === title && !group.collapsed);
    const box = opened && this.layout.boxes.find((each) => each.id === opened.id);
    if (box) this.viewport.approach(box);
  }

  onLine(id) {
    const { flows, from, to } = this.view.lines.find((line) => line.id === id);
    const nameOf = (item) => (item.startsWith('n') ? this.data.nodes[Number(item.slice(1))].name : this.view.groups.find((group) => group.id === item).title);
    this.choose({ flows, title: `${nameOf(from)} → ${nameOf(to)}` });
  }

  onGo(target) {
    const [kind, index] = target.split(':');
    if (kind === 'node') this.choose({ node: Number(index) }, true);
    else this.choose({ flows: [Number(index)], title: 'Flow' });
    this.page.getElementById('panel').focus();
  }

  onShow(what) {
    const [kind, value] = what.split(':');
    const hidden = this.state[kind === 'mode' ? 'hiddenModes' : 'hiddenVerdicts'];
    if (!hidden.delete(value)) hidden.add(value);
    this.draw();
    this.page.querySelector(`[data-show="${what}"]`).focus();
  }

  onSpread(spread) {
    this.mark({ spread });
    this.page.querySelector(`[data-spread="${spread}"]`).focus();
  }

  onOnly(value) {
    const index = Number(value);
    this.change({ only: this.state.only === index ? undefined : index, toggled: new Set() });
    this.page.querySelector('[data-only]').focus();
  }

  onView(view) {
    this.state.list = view === 'list';
    this.arrange();
    if (!this.state.list) this.viewport.fit();
  }

  onZoom(how) {
    if (how === 'fit') this.viewport.fit();
    else this.viewport.zoom(how === 'in' ? 1.3 : 1 / 1.3);
  }

  onUnfilter(at) {
    this.change({ filters: this.state.filters.filter((_, place) => place !== Number(at)) });
    this.page.getElementById('filter').focus();
  }

  pressed(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.matches('input, select')) return;
    const actions = {
      '/': () => this.page.getElementById('search').focus(),
      'Escape': () => this.escape(),
      '+': () => this.onZoom('in'),
      '-': () => this.onZoom('out'),
      '0': () => this.onZoom('fit'),
      'l': () => this.onView(this.state.list ? 'map' : 'list'),
    };
    const action = actions[event.key];
    if (!action) return;
    event.preventDefault();
    action();
  }

  /** One step back: first what is chosen, then what is singled out. */
  escape() {
    const back = this.page.getElementById('panel').contains(this.page.activeElement);
    if (this.state.selected !== undefined) this.mark({ selected: undefined });
    else if (this.state.only !== undefined) this.change({ only: undefined });
    if (back && !this.state.list) this.keyboard.restore(this.keyboard.key(), true);
  }
}

module.exports = { start: (data, page) => new Page(data, page) };
