import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { lazify } from '../../scripts/lazify';

const PLAIN = 'exports.model = 1;\n';
const INDEX = [
  '"use strict";',
  'var __importStar = function (module) { return module; };',
  'exports.second = exports.first = void 0;',
  'exports.first = __importStar(require("./first"));',
  'exports.second = __importStar(require("./second"));',
  'exports.eager = 1;',
].join('\n');

describe('lazify', () => {
  let dir: string;
  beforeEach(() => { dir = mkdtempSync(join(tmpdir(), 'lazify-')); });
  afterEach(() => rmSync(dir, { recursive: true }));

  /** Loads the rewritten index from a folder that has `./first` but, as for a user without a framework, no `./second`. */
  function load(): Record<string, unknown> {
    writeFileSync(join(dir, 'first.js'), 'module.exports = { name: "first" };');
    writeFileSync(join(dir, 'index.js'), lazify(INDEX)!);
    return jest.requireActual(join(dir, 'index.js'));
  }

  test('GIVEN a namespace whose package is missing WHEN the index is loaded THEN only touching that namespace fails', () => {
    const index = load();

    expect(index.eager).toBe(1);
    expect(index.first).toEqual({ name: 'first' });
    expect(() => index.second).toThrow(/Cannot find module/);
  });

  test('GIVEN a touched namespace WHEN it is read again THEN it is the same plain value', () => {
    const index = load();

    expect(index.first).toBe(index.first);
    expect(Object.getOwnPropertyDescriptor(index, 'first')).toMatchObject({ enumerable: true, writable: true });
  });

  test('GIVEN a lazy index WHEN it is rewritten again THEN nothing is left to do', () => {
    expect(lazify(lazify(INDEX)!)).toBeUndefined();
  });

  test('GIVEN an index without namespaces WHEN it is rewritten THEN it fails instead of shipping an eager index', () => {
    expect(() => lazify(PLAIN)).toThrow('no namespace re-export found');
  });
});
