import { readFileSync } from 'fs';
import { join } from 'path';
import { formatNames } from '../../../lib/discovery/input/logs';

test('docs/flow-logs.md tells of every format', () => {
  const table = readFileSync(join(__dirname, '../../../docs/flow-logs.md'), 'utf8').split('\n').filter((line) => line.startsWith('| `')).join('\n');
  expect(formatNames().filter((format) => !table.includes(`\`${format}\``))).toEqual([]);
});
