import { once } from 'node:events';
import { mkdirSync, readdirSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { edge, mapOf, node } from '../discovery/suggest/maps';
import { directoryOf } from '../platforms/aws/read/artifacts';
import { LOG_FORMATS, SHOP, trafficOf } from '../support/flow-logs';
import { run } from './run';

const LOG = LOG_FORMATS[0].write(trafficOf(SHOP, { seed: 41, connectionsPerEdge: 1 }));

/** A directory with files that are not what a command asks for. */
function place(): string {
  const directory = directoryOf({
    'flows.log': LOG, 'broken.json': '{', 'comma.json': '{\n  "nodes": [1,]\n}\n', 'new.json': { schemaVersion: 2 }, 'list.json': ['x'], 'text': 'hello\n', 'nothing': '',
    'ghost.json': mapOf([node('a')], [edge('a', 'ghost', 80)]), 'noise.json': mapOf([node('a')], [], [{ kind: 'scan', source: 'ghost', edges: [] }]),
    'places.json': mapOf([node('a', { addresses: ['10.0.0.0/24', '10.0.0'] })], []), 'day.json': mapOf([node('a')], [edge('a', 'a', 80, { firstSeen: '2026-13-45T00:00:00Z' })]),
    'many.json': mapOf([node('a')], [edge('a', 'a', 80, { protocol: '256' })]),
  });
  mkdirSync(join(directory, 'folder'));
  return directory;
}

const MISSING = 'there is no such file or directory';
const NO_PLACE = 'a part of its path is no directory';
const NO_JSON = 'it is no JSON: it ends before it is complete';
const BROKEN = 'it is no JSON from here on';

describe('what a person is told of input that cannot be read', () => {
  test.each([
    [['discover', 'missing'], 'MSEG6001', 'missing', MISSING],
    [['discover', 'folder'], 'MSEG6001', 'folder', 'the directory holds no file'],
    [['discover', 'text'], 'MSEG6002', 'text', 'its beginning is of none of the formats'],
    [['discover', 'flows.log', '--inventory', 'missing'], 'MSEG6040', 'missing', MISSING],
    [['discover', 'flows.log', '--inventory', 'folder'], 'MSEG6040', 'folder', 'it is a directory'],
    [['discover', 'flows.log', '--inventory', 'broken.json'], 'MSEG6040', 'broken.json', NO_JSON],
    [['discover', 'text/x'], 'MSEG6001', 'text/x', NO_PLACE],
    [['discover', 'flows.log', '--inventory', 'comma.json'], 'MSEG6040', 'comma.json:2:15', BROKEN],
    [['discover', 'flows.log', '--inventory', 'text/x'], 'MSEG6040', 'text/x', NO_PLACE],
    [['discover', 'flows.log', '--inventory', 'nothing'], 'MSEG6040', 'nothing:1', 'it is no JSON, and no CSV'],
    [['discover', 'flows.log', '--output', 'folder'], 'MSEG8005', 'folder', 'it is a directory'],
    [['discover', 'flows.log', '--output', 'text/map.json'], 'MSEG8005', 'text/map.json', 'a file is in its way'],
    [['suggest', 'missing'], 'MSEG6041', 'missing', MISSING],
    [['suggest', 'folder'], 'MSEG6041', 'folder', 'it is a directory'],
    [['suggest', 'broken.json'], 'MSEG6041', 'broken.json', NO_JSON],
    [['suggest', 'nothing'], 'MSEG6041', 'nothing', 'it is empty'],
    [['suggest', 'text'], 'MSEG6041', 'text:1:1', BROKEN],
    [['suggest', 'comma.json'], 'MSEG6041', 'comma.json:2:15', BROKEN],
    [['suggest', 'text/x'], 'MSEG6041', 'text/x', NO_PLACE],
    [['suggest', 'ghost.json'], 'MSEG6041', 'ghost.json#/edges/0/server', 'it is the id of no node'],
    [['suggest', 'noise.json'], 'MSEG6041', 'noise.json#/noise/0/source', 'it is the id of no node'],
    [['suggest', 'places.json'], 'MSEG6041', 'places.json#/nodes/0/addresses/1', 'it is no address and no CIDR block'],
    [['suggest', 'day.json'], 'MSEG6041', 'day.json#/edges/0/firstSeen', 'must match pattern'],
    [['suggest', 'many.json'], 'MSEG6041', 'many.json#/edges/0/protocol', 'must match pattern'],
    [['suggest', 'list.json'], 'MSEG6041', 'list.json', 'it holds no JSON object'],
    [['suggest', 'new.json'], 'MSEG6041', 'new.json', 'its schemaVersion is 2, and 1 is what is read'],
    [['replay', 'flows.log', '--policy', 'missing'], 'MSEG8003', 'missing', MISSING],
    [['replay', 'flows.log', '--policy', 'folder'], 'MSEG8001', 'folder', 'it holds no segmentation.json'],
    [['replay', 'flows.log', '--policy', 'broken.json'], 'MSEG8001', 'broken.json', NO_JSON],
    [['replay', 'flows.log', '--policy', 'comma.json'], 'MSEG8001', 'comma.json:2:15', BROKEN],
    [['replay', 'flows.log', '--policy', 'text/x'], 'MSEG8003', 'text/x', NO_PLACE],
    [['map', 'text/x'], 'MSEG8003', 'text/x', NO_PLACE],
    [['map', 'missing'], 'MSEG8003', 'missing', MISSING],
    [['map', 'broken.json'], 'MSEG5030', 'broken.json', NO_JSON],
  ])('%j: %s [%s] %s', async (words, code, where, reason) => {
    const directory = place();
    const before = readdirSync(directory).sort();
    const args = words.map((word, index) => (index > 0 && !word.startsWith('--') ? join(directory, word) : word));
    const { code: exit, out, err } = await run(...args);
    expect([exit, out]).toEqual([2, '']);
    expect(err.replaceAll(`${directory}/`, '')).toMatch(new RegExp(`^${code} \\[${where}\\] ${reason}`));
    expect(err).not.toMatch(/E[A-Z]{4,}:|Unexpected|\n {4}at /);
    expect(readdirSync(directory).sort()).toEqual(before);
  });

  test('GIVEN a log that cannot be opened THEN it is named', async () => {
    const directory = place();
    const server = createServer().listen(join(directory, 'socket'));
    await once(server, 'listening');
    const { code, err } = await run('discover', join(directory, 'socket'));
    server.close();
    expect([code, err.replaceAll(`${directory}/`, '')]).toEqual([2, expect.stringMatching(/^MSEG6001 \[socket\] /)]);
  });
});
