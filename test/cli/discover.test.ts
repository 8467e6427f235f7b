import { readdirSync, readFileSync } from 'node:fs';
import os from 'node:os';
import { join } from 'node:path';
import { main } from '../../lib/cli/main';
import { directoryOf } from '../platforms/aws/read/artifacts';
import { LOG_FORMATS, SHOP, trafficOf } from '../support/flow-logs';
import { schemaProblems } from '../support/schemas';
import { CONTROL_CHARACTERS, run } from './run';

const LOG = LOG_FORMATS[0].write(trafficOf(SHOP, { seed: 41, connectionsPerEdge: 3, scanned: 4 }));
const HOSTILE = '\u001b[31mweb\u202e${x}';
const INVENTORY = { workloads: SHOP.nodes.map(({ id, address }) => ({ id: id === 'pages' ? HOSTILE : id, addresses: [address] })) };
const FILES = () => directoryOf({ 'flows.log': LOG, 'inventory.json': INVENTORY, 'damaged.log': `${LOG}2 x\n` });

describe('microseg discover', () => {
  test('GIVEN a log and an inventory THEN people read edges, noise and what is missing, and no name of theirs moves the cursor', async () => {
    const files = FILES();
    const { code, out, err } = await run('discover', join(files, 'flows.log'), '--inventory', join(files, 'inventory.json'));
    expect([code, err]).toEqual([0, '']);
    for (const text of ['ledger', 'tcp/5432', 'scan', '23 edges', 'not seen yet']) expect(out).toContain(text);
    expect(out).not.toMatch(CONTROL_CHARACTERS);
  });

  test('GIVEN -o THEN the file holds the map, that fits its schema and that microseg map draws', async () => {
    const files = FILES();
    const map = join(files, 'map.json');
    expect(await run('discover', join(files, 'flows.log'), '-i', join(files, 'inventory.json'), '-o', map)).toEqual({ code: 0, out: '', err: '' });
    expect(schemaProblems('dependency-map', JSON.parse(readFileSync(map, 'utf8')))).toEqual([]);
    expect((await run('map', map, '--format', 'mermaid')).out).toContain('tcp/5432');
  });

  test('GIVEN --json THEN it is one document, that counts damaged lines and warns of them', async () => {
    const { code, out, err } = await run('discover', join(FILES(), 'damaged.log'), '--json');
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({ schemaVersion: 1, sources: [{ format: 'aws-vpc', rejected: 1 }] });
    expect(err).toContain('damaged.log:');
  });

  test('GIVEN AWS lines without a header, and their fields THEN they are read', async () => {
    const log = join(directoryOf({ 'custom.log': '10.0.0.1 10.0.0.2 40000 443 6 1790000000 1790000060 9000\n' }), 'custom.log');
    const fields = '${srcaddr} ${dstaddr} ${srcport} ${dstport} ${protocol} ${start} ${end} ${bytes}';
    const { code, out } = await run('discover', log, '--fields', fields, '--json');
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({ edges: [{ client: '10.0.0.1', server: '10.0.0.2', port: 443 }] });
  });

  test.each([
    ['no log', [], 'MSEG6023'],
    ['a file that is none', ['/nowhere/flows.log'], 'MSEG6001'],
    ['a ClickHouse that is not there', ['--table', 'flows', '--url', 'http://user:secret@localhost:1'], 'MSEG6021'],
  ])('GIVEN %s THEN it fails', async (_, args, code) => {
    const { code: exit, err } = await run('discover', ...args);
    expect([exit, err.slice(0, 8)]).toEqual([2, code]);
    expect(err).not.toContain('secret');
  });

  describe('what it keeps on disk while it is at work', () => {
    let log: string;
    let scratch: string;

    beforeEach(() => {
      log = join(directoryOf({ 'flows.log': LOG }), 'flows.log');
      scratch = directoryOf({});
      jest.spyOn(os, 'tmpdir').mockReturnValue(scratch);
    });
    afterEach(() => jest.restoreAllMocks());

    test.each([['ends well', '', 0], ['fails', '.gone', 2]])('GIVEN it %s THEN nothing is left', async (_, ending, code) => {
      expect((await run('discover', `${log}${ending}`)).code).toBe(code);
      expect(readdirSync(scratch)).toEqual([]);
    });

    test('GIVEN it is stopped THEN nothing is left, and it ends by that signal', async () => {
      const kept: string[][] = [];
      const killed = new Promise<void>((resolve) => {
        jest.spyOn(process, 'kill').mockImplementation(() => {
          kept.push(readdirSync(scratch));
          resolve();
          return true;
        });
      });
      const progress = (doing: string) => {
        if (doing !== 'aggregating') return;
        kept.push(readdirSync(scratch));
        process.emit('SIGTERM', 'SIGTERM');
      };
      await main(['discover', log], { out: () => {}, err: () => {}, progress });
      await killed;
      expect(process.kill).toHaveBeenCalledWith(process.pid, 'SIGTERM');
      expect(kept).toEqual([[expect.stringMatching(/^microseg-/)], []]);
      expect(process.listenerCount('SIGTERM')).toBe(0);
    });
  });
});
