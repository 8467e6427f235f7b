import { readFileSync } from 'fs';
import { basename, dirname, join } from 'path';
import Ajv2020 from 'ajv/dist/2020';
import { fail } from '../support/errors';
import { readJsonObject } from '../support/files';
import { DependencyMap } from './dependency-map';

/** Reads a dependency map. @throws MSEG6041 with the JSON pointer of what is wrong */
export function readMap(file: string): DependencyMap {
  const content = readJsonObject(dirname(file), basename(file), 'MSEG6041');
  if (content.schemaVersion !== 1) fail('MSEG6041', file, `its schemaVersion is ${JSON.stringify(content.schemaVersion) ?? 'missing'}, and 1 is what is read`);
  // The schema folder stands beside lib/ and beside build/ alike.
  const schema = JSON.parse(readFileSync(join(__dirname, '..', '..', 'schema', 'dependency-map.schema.json'), 'utf8')) as object;
  const ajv = new Ajv2020({ strict: true });
  if (!ajv.validate(schema, content)) {
    const [{ instancePath, message }] = ajv.errors!;
    fail('MSEG6041', `${file}#${instancePath}`, message ?? 'it does not fit the schema');
  }
  const map = content as unknown as DependencyMap;
  if (new Set(map.nodes.map(({ id }) => id)).size < map.nodes.length) fail('MSEG6041', `${file}#/nodes`, 'two nodes have the same id');
  return map;
}
