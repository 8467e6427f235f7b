import { readFileSync } from 'node:fs';
import Ajv from 'ajv';

/** The schema of SARIF is in draft 4 of JSON Schema; of that it uses nothing that draft 7 spells otherwise, but for its own id. */
function sarifSchema(): object {
  const file = require.resolve('@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json');
  const { id, $schema: _, ...rest } = JSON.parse(readFileSync(file, 'utf8')) as { id: string; $schema: string };
  return { $id: id, ...rest };
}

// ajv itself knows none of the formats (date-time, uri) that the schema names, and one of its patterns is none in Unicode mode.
const ajv = new Ajv({ strict: false, allErrors: true, validateFormats: false, unicodeRegExp: false });
const validate = ajv.compile(sarifSchema());

/** What is wrong with a document by the schema of SARIF 2.1.0; nothing if it fits. */
export function sarifProblems(document: unknown): string[] {
  validate(document);
  return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
}
