/** Writes ERRORS.md from the catalogue: `npm run errors`. A test fails while the two differ. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CATALOGUE, CatalogueEntry } from '../lib/support/catalogue';

const CHAPTERS: Record<string, string> = {
  1: 'What is declared',
  2: 'What the declarations mean together',
  3: 'AWS',
  8: 'Files that are read',
  9: 'Frameworks and packages',
};

/** The page as it should stand. */
export function errorsPage(): string {
  const entries = Object.entries<CatalogueEntry>(CATALOGUE);
  const chapters = Object.entries(CHAPTERS).flatMap(([digit, title]) => [
    `## ${title}`, '',
    '| id | severity | what | what to do |', '|---|---|---|---|',
    ...entries.filter(([code]) => code[4] === digit).map(([code, { severity, title: what, remedy }]) => `| ${code} | ${severity} | ${what} | ${remedy} |`),
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

if (require.main === module) writeFileSync(join(__dirname, '..', 'ERRORS.md'), errorsPage());
