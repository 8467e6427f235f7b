import { join } from 'node:path';
import { shapeOfSchema, shapeOfType } from './published-types';

const FOLDER = join(__dirname, '..', '..', 'lib', 'discovery');

test.each([
  ['dependency-map', 'dependency-map.ts', 'DependencyMap'],
  ['suggestion', 'suggest/suggestion.ts', 'Suggestion'],
  ['replay', 'replay/replay-result.ts', 'ReplayResult'],
])('GIVEN the published schema of a %s THEN it has the properties and values of the type, and no others', (schema, file, type) => {
  expect(shapeOfSchema(schema)).toEqual(shapeOfType(join(FOLDER, file), type));
});
