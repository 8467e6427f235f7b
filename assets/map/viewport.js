'use strict';

const [SMALLEST, LARGEST] = [0.05, 4];
/** A map that fits easily is not blown up to fill the screen. */
const LARGEST_FIT = 1.3;

/** Which part of the drawing is seen: panned by dragging, zoomed around the pointer. */
class Viewport {
  constructor(svg) {
    this.svg = svg;
    this.size = { width: 1, height: 1 };
    this.view = { x: 0, y: 0, scale: 1 };
    this.fitted = true;
    this.printing = false;
    svg.addEventListener('wheel', (event) => this.wheel(event), { passive: false });
    svg.addEventListener('pointerdown', (event) => this.grab(event));
    new ResizeObserver(() => (this.fitted ? this.fit() : this.apply())).observe(svg);
  }

  /** A new drawing. */
  show(size) {
    this.size = size;
    this.fit();
  }

  fit() {
    const { width, height } = this.frame();
    const scale = Math.min(width / this.size.width, height / this.size.height, LARGEST_FIT);
    this.view = { scale, x: (this.size.width - width / scale) / 2, y: (this.size.height - height / scale) / 2 };
    this.fitted = true;
    this.apply();
  }

  /** On paper there is the whole drawing, whatever is seen on the screen. */
  print(printing) {
    this.printing = printing;
    this.apply();
  }

  zoom(factor, at = this.centre()) {
    const scale = Math.min(Math.max(this.view.scale * factor, SMALLEST), LARGEST);
    const kept = this.view.scale / scale;
    this.move({ scale, x: at.x - (at.x - this.view.x) * kept, y: at.y - (at.y - this.view.y) * kept });
  }

  /** By pixels of the screen. */
  pan(across, down) {
    this.move({ ...this.view, x: this.view.x + across / this.view.scale, y: this.view.y + down / this.view.scale });
  }

  /** Moves just as far as it takes to see a rectangle of the drawing. */
  reveal({ x, y, width, height }) {
    const frame = this.frame();
    const shift = (start, size, from, seen) => (size > seen || start < from ? start - from : Math.max(0, start + size - from - seen));
    const [across, down] = [
      shift(x - 20, width + 40, this.view.x, frame.width / this.view.scale),
      shift(y - 20, height + 40, this.view.y, frame.height / this.view.scale),
    ];
    if (across !== 0 || down !== 0) this.move({ ...this.view, x: this.view.x + across, y: this.view.y + down });
  }

  /** Comes near enough to read what is in a rectangle, if it is too far away for that. */
  approach(box) {
    const { width, height } = this.frame();
    const scale = Math.min(width / (box.width + 120), height / (box.height + 80), 1);
    if (scale <= this.view.scale) return;
    this.move({ scale, x: box.x + box.width / 2 - width / scale / 2, y: box.y + box.height / 2 - height / scale / 2 });
  }

  move(view) {
    this.view = view;
    this.fitted = false;
    this.apply();
  }

  apply() {
    const { width, height } = this.frame();
    const { x, y, scale } = this.view;
    this.svg.setAttribute('viewBox', this.printing ? `0 0 ${this.size.width} ${this.size.height}` : `${x} ${y} ${width / scale} ${height / scale}`);
  }

  frame() {
    const { width, height } = this.svg.getBoundingClientRect();
    return { width: Math.max(width, 1), height: Math.max(height, 1) };
  }

  centre() {
    const { width, height } = this.frame();
    return { x: this.view.x + width / this.view.scale / 2, y: this.view.y + height / this.view.scale / 2 };
  }

  wheel(event) {
    event.preventDefault();
    const box = this.svg.getBoundingClientRect();
    const { x, y, scale } = this.view;
    const at = { x: x + (event.clientX - box.left) / scale, y: y + (event.clientY - box.top) / scale };
    this.zoom(Math.exp(-event.deltaY * (event.deltaMode === 1 ? 0.05 : 0.0015)), at);
  }

  /** A press that does not move stays a click. */
  grab({ clientX, clientY, pointerId }) {
    let last = { x: clientX, y: clientY };
    let moving = false;
    const drag = (event) => {
      if (event.pointerId !== pointerId) return;
      if (!moving && Math.hypot(event.clientX - clientX, event.clientY - clientY) < 5) return;
      if (!moving) this.svg.setPointerCapture(pointerId);
      moving = true;
      this.pan(last.x - event.clientX, last.y - event.clientY);
      last = { x: event.clientX, y: event.clientY };
    };
    const release = () => {
      this.svg.removeEventListener('pointermove', drag);
      for (const name of ['pointerup', 'pointercancel']) this.svg.removeEventListener(name, release);
      if (moving) this.svg.addEventListener('click', (event) => event.stopPropagation(), { capture: true, once: true });
    };
    this.svg.addEventListener('pointermove', drag);
    for (const name of ['pointerup', 'pointercancel']) this.svg.addEventListener(name, release);
  }
}

module.exports = { Viewport };
