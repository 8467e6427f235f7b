import { asset, pageModule } from './assets';
import { MapData } from './map-data';
import { initialView, MapView } from './view';

interface Element {
  readonly tag: string;
}

interface Layout {
  readonly width: number;
  readonly height: number;
}

/** The map as a drawing that stands alone, in the colours of its reader's system. */
export function svgMap(data: MapData): string {
  const { el, toXml } = pageModule<{ el(tag: string, attributes?: object, ...children: unknown[]): Element; toXml(element: Element): string }>('element.js');
  const { layoutOf } = pageModule<{ layoutOf(view: MapView): Layout }>('layout.js');
  const { drawing } = pageModule<{ drawing(data: MapData, view: MapView, layout: Layout): Element[] }>('draw.js');
  const view = initialView(data);
  const layout = layoutOf(view);
  const [width, height] = [Math.ceil(layout.width), Math.ceil(layout.height)];
  return `${toXml(el('svg', { xmlns: 'http://www.w3.org/2000/svg', width, height, viewBox: `0 0 ${width} ${height}`, role: 'img' },
    el('title', {}, data.title), el('style', {}, styleOf(asset('map.css'))), el('rect', { width, height, fill: 'var(--page)' }), drawing(data, view, layout)))}\n`;
}

/** Of the page's style what a drawing has: its colours, of both themes, and what concerns SVG. */
function styleOf(css: string): string {
  const colours = css.slice(0, css.indexOf('* { box-sizing'));
  return `${colours}${css.split('\n').filter((line) => /^(svg|\.[mv]-)/.test(line)).join('\n')}`;
}
