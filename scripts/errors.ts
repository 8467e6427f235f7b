/** Writes ERRORS.md from the catalogue: `npm run errors`. A test fails while the two differ. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CATALOGUE, CatalogueEntry } from '../lib/support/catalogue';
import { compareText } from '../lib/support/order';

/** Chapters by how their ids start; the longest that fits holds an id. */
const CHAPTERS: Record<string, string> = {
  1: 'What is declared',
  2: 'What the declarations mean together',
  3: 'AWS',
  32: 'Azure',
  33: 'Google Cloud',
  34: 'Several platforms together',
  4: 'Hosts',
  5: 'Questions to a policy',
  6: 'Discovery',
  8: 'Files that are read',
  9: 'Frameworks and packages',
};

/** The page as it should stand. */
export function errorsPage(): string {
  const entries = Object.entries<CatalogueEntry>(CATALOGUE);
  const used = Object.entries(CHAPTERS)
    .filter(([start]) => entries.some(([code]) => chapterOf(code) === start))
    .sort(([a], [b]) => compareText(a, b));
  const chapters = used.flatMap(([start, title]) => [
    `## ${title}`, '',
    '| id | severity | what | what to do |', '|---|---|---|---|',
    ...entries.filter(([code]) => chapterOf(code) === start).map(([code, { severity, title: what, remedy }]) => `| ${code} | ${severity} | ${what} | ${remedy} |`),
    '',
  ]);
  return [
    '# Errors and warnings', '',
    '<!-- Generated from lib/support/catalogue.ts: run `npm run errors`. -->', '',
    'Every problem has an id that is never given another meaning. The message names the construct path and says what is wrong;',
    'an error stops synthesis and reports all problems of the policy at once, a warning does not.', '',
    ...chapters,
  ].join('\n');
}

function chapterOf(code: string): string {
  const starts = [code.slice(4, 6), code.slice(4, 5)];
  return starts.find((start) => start in CHAPTERS)!;
}

if (require.main === module) writeFileSync(join(__dirname, '..', 'ERRORS.md'), errorsPage());
