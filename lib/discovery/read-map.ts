import { readFileSync } from 'fs';
import { join } from 'path';
import Ajv2020 from 'ajv/dist/2020';
import { AddressSet } from '../algebra';
import { fail } from '../support/errors';
import { readJsonObject } from '../support/files';
import { DependencyMap } from './dependency-map';

/** Reads a dependency map. @throws MSEG6041 with the JSON pointer of what is wrong */
export function readMap(file: string): DependencyMap {
  const content = readJsonObject('', file, 'MSEG6041');
  if (content.schemaVersion !== 1) fail('MSEG6041', file, `its schemaVersion is ${JSON.stringify(content.schemaVersion) ?? 'missing'}, and 1 is what is read`);
  // The schema folder stands beside lib/ and beside build/ alike.
  const schema = JSON.parse(readFileSync(join(__dirname, '..', '..', 'schema', 'dependency-map.schema.json'), 'utf8')) as object;
  const ajv = new Ajv2020({ strict: true });
  if (!ajv.validate(schema, content)) {
    const [{ instancePath, message }] = ajv.errors!;
    fail('MSEG6041', `${file}#${instancePath}`, message ?? 'it does not fit the schema');
  }
  const map = content as unknown as DependencyMap;
  checkNames(map, file);
  return map;
}

/** What the schema cannot say: that nodes differ, that their addresses are some, and that whoever is named is one of them. */
function checkNames({ nodes, edges, noise }: DependencyMap, file: string): void {
  const ids = new Set(nodes.map(({ id }) => id));
  const wrong = (pointer: string, reason: string) => fail('MSEG6041', `${file}#${pointer}`, reason);
  if (ids.size < nodes.length) wrong('/nodes', 'two nodes have the same id');
  nodes.forEach(({ addresses }, node) => addresses.forEach((address, at) => {
    if (!isAddress(address)) wrong(`/nodes/${node}/addresses/${at}`, 'it is no address and no CIDR block');
  }));
  const named = (pointer: string, id: string) => {
    if (!ids.has(id)) wrong(pointer, 'it is the id of no node');
  };
  const ends = (pointer: string, all: DependencyMap['edges']) => all.forEach(({ client, server }, at) => {
    named(`${pointer}/${at}/client`, client);
    named(`${pointer}/${at}/server`, server);
  });
  ends('/edges', edges);
  noise.forEach(({ source, edges: noisy }, at) => {
    named(`/noise/${at}/source`, source);
    ends(`/noise/${at}/edges`, noisy);
  });
}

function isAddress(text: string): boolean {
  try {
    return !AddressSet.cidr(text).isEmpty();
  } catch {
    return false;
  }
}
