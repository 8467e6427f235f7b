// Reads [{ filePath, code }] from stdin, lints each code as if it stood in that file, prints [[rule id, ...], ...].
// A process of its own, because jest cannot load ESLint's module configuration.
import { readFileSync } from 'node:fs';
import { ESLint } from 'eslint';

// The rules under test need no types, and without them this takes seconds instead of minutes.
const TYPED = ['no-floating-promises', 'return-await'].map((rule) => [`@typescript-eslint/${rule}`, 'off']);
const eslint = new ESLint({
  overrideConfig: { files: ['**/*.ts'], languageOptions: { parserOptions: { projectService: false } }, rules: Object.fromEntries(TYPED) },
});
const reported = [];
for (const { filePath, code } of JSON.parse(readFileSync(0, 'utf8'))) {
  const [{ messages }] = await eslint.lintText(code, { filePath });
  const broken = messages.find(({ fatal }) => fatal);
  if (broken) throw new Error(`${filePath}: ${broken.message}`);
  reported.push(messages.map(({ ruleId }) => ruleId));
}
process.stdout.write(JSON.stringify(reported));
