import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CATALOGUE, CatalogueEntry } from '../../lib/support/catalogue';
import { errorsPage } from '../../scripts/errors';

const ROOT = join(__dirname, '..', '..');
const CODES = Object.keys(CATALOGUE);

function sources(folder: string): string[] {
  return readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && !file.endsWith('catalogue.ts') && !file.endsWith('catalogue.test.ts'))
    .map((file) => readFileSync(join(ROOT, folder, file), 'utf8'));
}

/** Ids that stand as string literals: a mention in a comment reports nothing. */
function literals(folder: string): Set<string> {
  return new Set(sources(folder).flatMap((text) => [...text.matchAll(/'(MSEG\d{4})'/g)].map(([, code]) => code)));
}

test('GIVEN the catalogue WHEN looked for in the library THEN every id is reported somewhere, and none that it lacks', () => {
  expect([...literals('lib')].sort()).toEqual(CODES);
});

test('GIVEN the catalogue WHEN looked for in the tests THEN every id is expected by one', () => {
  const tested = new Set(sources('test').flatMap((text) => text.match(/MSEG\d{4}/g) ?? []));
  expect(CODES.filter((code) => !tested.has(code))).toEqual([]);
});

test('GIVEN the catalogue WHEN read THEN it is sorted, and every entry says what is wrong and what to do', () => {
  expect(CODES).toEqual([...CODES].sort());
  for (const [code, { title, remedy, severity }] of Object.entries<CatalogueEntry>(CATALOGUE)) {
    expect([code, title]).toEqual([code, expect.stringMatching(/^[A-Z][^.]+$/)]);
    expect([code, remedy]).toEqual([code, expect.stringMatching(/^[A-Z].+\.$/)]);
    expect([code, severity]).toEqual([code, isWarning(code) ? 'warning' : 'error']);
  }
});

/** From x100 on it is a warning; where two digits name the chapter (32xx), from x50 on. */
function isWarning(code: string): boolean {
  return /^MSEG3[2-9]/.test(code) ? Number(code.slice(-2)) >= 50 : Number(code.slice(-3)) >= 100;
}

test('GIVEN ERRORS.md WHEN compared with the catalogue THEN it was generated from it', () => {
  expect(readFileSync(join(ROOT, 'ERRORS.md'), 'utf8')).toBe(errorsPage());
});
