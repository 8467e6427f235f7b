import { readFileSync } from 'fs';
import { join } from 'path';
import Ajv2020 from 'ajv/dist/2020';
import { ManifestAcknowledgement } from '../compiler';
import { fail } from '../support/errors';
import { readJsonObject } from '../support/files';
import { isLintCode } from '../support/lint-codes';

/** Reads a file of acknowledgements. @throws MSEG5004 if it is none, or one lacks its reason; MSEG5050 for a code that is no check's */
export function readAcknowledgements(file: string): ManifestAcknowledgement[] {
  const content = readJsonObject('', file, 'MSEG5004');
  const schema = JSON.parse(readFileSync(join(__dirname, '..', '..', 'schema', 'acknowledgements.schema.json'), 'utf8')) as object;
  const ajv = new Ajv2020({ strict: true });
  if (!ajv.validate(schema, content)) {
    const [problem] = ajv.errors!;
    fail('MSEG5004', `${file}#${problem.instancePath}`, problem.message ?? 'it does not fit the schema');
  }
  const { acknowledgements } = content as unknown as { acknowledgements: ManifestAcknowledgement[] };
  acknowledgements.forEach(({ check, expires }, index) => {
    if (!isLintCode(check)) fail('MSEG5050', `${file}#/acknowledgements/${index}/check`, `${check} is no check`);
    if (expires !== undefined && Number.isNaN(Date.parse(expires))) fail('MSEG5004', `${file}#/acknowledgements/${index}/expires`, 'it is no date');
  });
  return acknowledgements;
}
