'use strict';

const SVG = 'http://www.w3.org/2000/svg';

/** An element as plain data, from which both a browser's element and a document's text are made. */
function el(tag, attributes = {}, ...children) {
  return { tag, attributes, children: children.flat(Infinity).filter((child) => child !== undefined && child !== false) };
}

/** The element in a browser. Text becomes text nodes: nothing in it is ever parsed. */
function toDom(node, inSvg = false) {
  if (typeof node !== 'object') return document.createTextNode(String(node));
  const svg = inSvg || node.tag === 'svg';
  const made = svg ? document.createElementNS(SVG, node.tag) : document.createElement(node.tag);
  for (const [name, value] of Object.entries(node.attributes)) {
    if (value !== undefined && value !== false) made.setAttribute(name, value === true ? '' : String(value));
  }
  for (const child of node.children) made.append(toDom(child, svg));
  return made;
}

const ENTITIES = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', '\'': '&#39;' };

/** Text as it may stand between tags and in quoted attributes. What XML 1.0 does not know at all is left out. */
function escaped(text) {
  return String(text).replace(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, '\ufffd').replace(/[&<>"']/g, (char) => ENTITIES[char]);
}

/** The element as XML. */
function toXml(node) {
  if (typeof node !== 'object') return escaped(node);
  const attributes = Object.entries(node.attributes).filter(([, value]) => value !== undefined && value !== false)
    .map(([name, value]) => ` ${name}="${value === true ? '' : escaped(value)}"`).join('');
  return node.children.length === 0 ? `<${node.tag}${attributes}/>` : `<${node.tag}${attributes}>${node.children.map(toXml).join('')}</${node.tag}>`;
}

module.exports = { el, toDom, toXml, escaped };
