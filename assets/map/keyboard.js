'use strict';

const DIRECTIONS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
const STOPS = '[data-item], [data-group]';

/** The map is one stop for Tab; arrows lead from there to the nearest neighbour in their direction. */
class Keyboard {
  constructor(svg, viewport) {
    this.svg = svg;
    this.viewport = viewport;
    svg.addEventListener('keydown', (event) => this.pressed(event));
    svg.addEventListener('focusin', ({ target }) => this.entered(target.closest(STOPS)));
  }

  /** After drawing: where the focus was, if that is still there. */
  restore(key, focus) {
    const stop = this.stops().find((each) => keyOf(each) === key) || this.svg.querySelector('[data-item]');
    if (!stop) return;
    this.current(stop);
    if (focus) stop.focus();
  }

  key() {
    const stop = this.svg.querySelector('[tabindex="0"]');
    return stop ? keyOf(stop) : undefined;
  }

  stops() {
    return [...this.svg.querySelectorAll(STOPS)];
  }

  current(stop) {
    for (const other of this.svg.querySelectorAll('[tabindex="0"]')) other.setAttribute('tabindex', '-1');
    stop.setAttribute('tabindex', '0');
  }

  entered(stop) {
    if (!stop) return;
    this.current(stop);
    if (stop.matches(':focus-visible')) this.viewport.reveal(boxOf(stop));
  }

  pressed(event) {
    const direction = DIRECTIONS[event.key];
    const stop = event.target.closest(STOPS);
    if (direction && event.shiftKey) this.viewport.pan(direction[0] * 80, direction[1] * 80);
    else if (direction && stop) this.step(stop, direction);
    else if ((event.key === 'Enter' || event.key === ' ') && stop) stop.dispatchEvent(new MouseEvent('click', { bubbles: true }));
    else return;
    event.preventDefault();
  }

  step(stop, [across, down]) {
    const here = centre(boxOf(stop));
    let best;
    for (const other of this.stops()) {
      const there = centre(boxOf(other));
      const [dx, dy] = [there.x - here.x, there.y - here.y];
      const along = dx * across + dy * down;
      if (other === stop || along <= 1) continue;
      // Straight ahead is nearer than the same way sideways.
      const distance = along + 2.5 * Math.abs(dx * down + dy * across);
      if (!best || distance < best.distance) best = { other, distance };
    }
    if (best) best.other.focus();
  }
}

/** Groups are numbered anew with each drawing; what they are called stays. */
function keyOf(stop) {
  return stop.dataset.group !== undefined || stop.dataset.item.startsWith('g') ? `group ${stop.querySelector('title').textContent.replace(/: .*$/s, '')}` : stop.dataset.item;
}

function boxOf(stop) {
  const { e: x, f: y } = stop.transform.baseVal.consolidate().matrix;
  const { width, height } = stop.querySelector('.ring').getBBox();
  return { x, y, width, height };
}

const centre = ({ x, y, width, height }) => ({ x: x + width / 2, y: y + height / 2 });

module.exports = { Keyboard };
