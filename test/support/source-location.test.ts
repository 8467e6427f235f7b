import { join, resolve } from 'node:path';
import { callerLocation, locationIn } from '../../lib/support/source-location';

const OWN = resolve(__dirname, '../../lib');

test('GIVEN a call from the user\'s code THEN its file and line, relative to the working directory', () => {
  expect(callerLocation()).toMatch(/^test\/support\/source-location\.test\.ts:7$/);
});

test.each<[string, string[], string | undefined]>([
  ['a named frame', ['    at Object.make (/app/lib/shop.ts:12:5)'], 'lib/shop.ts:12'],
  ['a frame without a name', ['    at /app/lib/shop.ts:12:5'], 'lib/shop.ts:12'],
  ['a constructor', ['    at new Shop (/app/shop.ts:3:1)'], 'shop.ts:3'],
  ['an async frame of a module', ['    at async file:///app/bin/my%20app.mjs:3:1'], 'bin/my app.mjs:3'],
  ['frames as AWS CDK writes them', ['...new Hole in my-lib...', 'main (/app/bin/app.ts:9:1)'], 'bin/app.ts:9'],
  ['a directory beside the working directory', ['    at make (/packages/shared/net.ts:7:1)'], undefined],
  ['one that shares more than the root', ['    at make (/app/../apps/net.ts:7:1)'], undefined],
  ['frames of this library, of packages and of Node.js', [
    `    at allowTo (${join(OWN, 'model', 'workload.ts')}:1:1)`, '    at x (/app/node_modules/y/z.js:1:1)', '    at node:internal/main:1:1', '    at f (/app/a.ts:2:2)',
  ], 'a.ts:2'],
  ['the host of another language', ['    at run (/tmp/x/jsii-runtime/program.js:1:1)', '    at <anonymous>'], undefined],
  ['no frame at all', ['Error: x', ''], undefined],
])('GIVEN %s THEN the first line of the user\'s, if there is one', (_, lines, expected) => {
  expect(locationIn(lines, '/app')).toBe(expected);
});

test('GIVEN a project beside the working directory in one repository THEN the path goes up to it', () => {
  expect(locationIn(['    at make (/home/repo/packages/shared/net.ts:7:1)'], '/home/repo/packages/infra')).toBe('../shared/net.ts:7');
});
