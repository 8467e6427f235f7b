'use strict';

const WIDE = /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\u{1f300}-\u{1faff}]/u;
const NARROW = /[ .,:;'|!()[\]fijlrtI/-]/;
const BROAD = /[A-HJ-Zmw@%&\u{10000}-\u{10ffff}]/u;

/** About how wide text is in a sans-serif font, in pixels. There is no font to measure where documents are made without a browser. */
function widthOf(text, size) {
  let width = 0;
  for (const char of text) width += size * (WIDE.test(char) ? 1.05 : NARROW.test(char) ? 0.36 : BROAD.test(char) ? 0.74 : 0.58);
  return width;
}

/** The text, or as much of its beginning as there is room for. */
function fitting(text, size, room) {
  if (widthOf(text, size) <= room) return text;
  let kept = '';
  for (const char of text) {
    if (widthOf(`${kept}${char}…`, size) > room) break;
    kept += char;
  }
  return `${kept}…`;
}

module.exports = { widthOf, fitting };
