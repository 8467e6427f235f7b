import { readFileSync } from 'fs';
import { basename, dirname, join } from 'path';
import Ajv2020 from 'ajv/dist/2020';
import { Acknowledgement } from '../analysis/lint/acknowledgements';
import { fail } from '../support/errors';
import { readJsonObject } from '../support/files';

/** Reads a file of acknowledgements. @throws MSEG5004 if it is none, or one lacks its reason */
export function readAcknowledgements(file: string): Acknowledgement[] {
  const content = readJsonObject(dirname(file), basename(file), 'MSEG5004');
  const schema = JSON.parse(readFileSync(join(__dirname, '..', '..', 'schema', 'acknowledgements.schema.json'), 'utf8')) as object;
  const ajv = new Ajv2020({ strict: true });
  if (!ajv.validate(schema, content)) {
    const [problem] = ajv.errors!;
    fail('MSEG5004', `${file}#${problem.instancePath}`, problem.message ?? 'it does not fit the schema');
  }
  const { acknowledgements } = content as unknown as { acknowledgements: Acknowledgement[] };
  acknowledgements.forEach(({ expires }, index) => {
    if (expires !== undefined && Number.isNaN(Date.parse(expires))) fail('MSEG5004', `${file}#/acknowledgements/${index}/expires`, 'it is no date');
  });
  return acknowledgements;
}
