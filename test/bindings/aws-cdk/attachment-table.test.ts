import { readFileSync } from 'fs';
import { dirname, join } from 'path';
import { ATTACHMENT_POINTS } from '../../../lib/bindings/aws-cdk/attachment-table';

const LIBRARY = dirname(require.resolve('aws-cdk-lib/package.json'));

describe('GIVEN the table of resource types that carry security groups', () => {
  test.each(Object.entries(ATTACHMENT_POINTS))('THEN %s has the properties that its paths start with', (type, point) => {
    const properties = propertiesOf(type);

    const named = [...point.lists, ...(point.names ? [point.names] : []), ...(point.only ? [point.only.property] : [])];
    expect(properties).toEqual(expect.arrayContaining(named.map((path) => path.split('.')[0].replace('[]', ''))));
  });

  test.each(Object.entries(ATTACHMENT_POINTS))('THEN %s has every further step of its paths in its property types', (type, point) => {
    const declarations = declarationsOf(type);

    for (const path of [...point.lists, ...(point.names ? [point.names] : [])]) {
      for (const step of path.split('.').slice(1)) {
        expect(declarations).toMatch(new RegExp(`readonly ${step.replace('[]', '')}\\??: `, 'i'));
      }
    }
  });
});

function declarationsOf(type: string): string {
  const service = type.split('::')[1].toLowerCase();
  return readFileSync(join(LIBRARY, `aws-${service}`, 'lib', `${service}.generated.d.ts`), 'utf8');
}

function propertiesOf(type: string): string[] {
  const declarations = declarationsOf(type);
  const start = declarations.indexOf(`export interface Cfn${type.split('::')[2]}Props `);
  expect(start).toBeGreaterThanOrEqual(0);
  const body = declarations.slice(start, declarations.indexOf('\n}', start));
  return [...body.matchAll(/^ {4}readonly (\w+)\??:/gm)].map((match) => match[1]);
}
