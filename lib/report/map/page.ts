import { createHash } from 'crypto';
import { asset, dagreScript, pageModule } from './assets';
import { MapData } from './map-data';

const MODULES = [
  'draw', 'element', 'keyboard', 'layered', 'layout', 'legend', 'list', 'lit', 'main', 'model', 'packed', 'panel', 'reach', 'route', 'sizes', 'text',
  'toolbar', 'viewport',
];

/**
 * The map as one HTML document that needs nothing else: no network, no other file. Its security policy lets the browser run
 * the scripts written here and no other, so that nothing in the data can become one.
 */
export function htmlMap(data: MapData): string {
  const { escaped } = pageModule<{ escaped(text: string): string }>('element.js');
  const { script: dagre, licence } = dagreScript();
  const scripts = [`/*\n${licence}*/\n${dagre}`, pageScript()];
  const style = asset('map.css');
  const policy = [
    "default-src 'none'",
    `script-src ${scripts.map(hash).join(' ')}`,
    `style-src ${hash(style)}`,
    'img-src data:',
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
  return [
    '<!DOCTYPE html>',
    '<html lang="en">',
    '<head>',
    '<meta charset="utf-8">',
    `<meta http-equiv="Content-Security-Policy" content="${policy}">`,
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    `<title>${escaped(data.title)} – dependency map</title>`,
    '<link rel="icon" href="data:,">',
    `<style>${style}</style>`,
    '</head>',
    '<body>',
    asset('body.html'),
    `<script type="application/json" id="data">${inertJson(data)}</script>`,
    ...scripts.map((script) => `<script>${script}</script>`),
    '</body>',
    '</html>',
    '',
  ].join('\n');
}

/** JSON that an HTML parser reads to its end, whatever is in it: no tag, no comment, no character that ends a line in scripts. */
export function inertJson(data: unknown): string {
  return JSON.stringify(data).replace(/[<>&\u2028\u2029]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** The page's modules as one script: each in a function of its own, found by `require` as on disk. */
function pageScript(): string {
  const modules = MODULES.map((name) => `${JSON.stringify(`./${name}`)}: (module, require) => {${asset(`${name}.js`)}}`);
  return `'use strict';
(() => {
  const loaded = { '@dagrejs/dagre': dagre };
  const modules = {${modules.join(',\n')}};
  const load = (name) => {
    if (!(name in loaded)) {
      const module = { exports: {} };
      modules[name](module, load);
      loaded[name] = module.exports;
    }
    return loaded[name];
  };
  load('./main').start(JSON.parse(document.getElementById('data').textContent), document);
})();`;
}

function hash(content: string): string {
  return `'sha256-${createHash('sha256').update(content).digest('base64')}'`;
}
