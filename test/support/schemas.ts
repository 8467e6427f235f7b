import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import Ajv2020 from 'ajv/dist/2020';

const FOLDER = join(__dirname, '..', '..', 'schema');
const ajv = new Ajv2020({ strict: true, allErrors: true });
for (const file of readdirSync(FOLDER)) ajv.addSchema(JSON.parse(readFileSync(join(FOLDER, file), 'utf8')) as object, file);

/** What is wrong with a document by a published schema (`blast-radius` for `schema/blast-radius.schema.json`); nothing if it fits. */
export function schemaProblems(schema: string, document: unknown): string[] {
  ajv.validate(`${schema}.schema.json`, document);
  return (ajv.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
}
