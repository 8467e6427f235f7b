import { execFile, execFileSync } from 'node:child_process';
import { existsSync, lstatSync, readdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { writeWhole } from '../../lib/support/files';
import { directoryOf } from '../platforms/aws/read/artifacts';

const place = () => directoryOf({ 'old.txt': 'old' });

test('GIVEN directories that lack WHEN a file is written THEN they are made, and nothing but the file lies there', () => {
  const directory = place();
  writeWhole(join(directory, 'a', 'b', 'new.txt'), 'new');
  expect([readFileSync(join(directory, 'a', 'b', 'new.txt'), 'utf8'), readdirSync(join(directory, 'a', 'b'))]).toEqual(['new', ['new.txt']]);
});

test('GIVEN a link WHEN it is written to THEN what it points to is replaced, and it stays a link', () => {
  const directory = place();
  symlinkSync('old.txt', join(directory, 'link'));
  writeWhole(join(directory, 'link'), 'new');
  expect([readFileSync(join(directory, 'old.txt'), 'utf8'), lstatSync(join(directory, 'link')).isSymbolicLink()]).toEqual(['new', true]);
});

test('GIVEN a pipe WHEN it is written to THEN its reader gets the text, and it stays a pipe', async () => {
  const pipe = join(place(), 'pipe');
  execFileSync('mkfifo', [pipe]);
  const reading = promisify(execFile)('cat', [pipe]);
  writeWhole(pipe, 'new');
  expect([(await reading).stdout, lstatSync(pipe).isFIFO()]).toEqual(['new', true]);
});

test('GIVEN a directory in which nothing can be made WHEN a file is written below it THEN it fails at once, and leaves nothing', () => {
  const directory = place();
  expect(() => writeWhole(join(directory, 'old.txt', 'a', 'new.txt'), 'new')).toThrow('EEXIST');
  if (existsSync('/proc/self')) expect(() => writeWhole('/proc/microseg/new.txt', 'new')).toThrow('ENOENT');
  expect(readdirSync(directory)).toEqual(['old.txt']);
});
