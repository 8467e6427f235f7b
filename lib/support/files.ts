import { Dirent, mkdirSync, readdirSync, readFileSync, realpathSync, renameSync, rmSync, Stats, statSync, writeFileSync } from 'fs';
import { dirname, join } from 'path';
import { ProblemCode } from './catalogue';
import { fail } from './errors';
import { jsonOf } from './json-text';
import { sortedBy } from './order';

/** Folders that hold other people's files: bundled assets, installed packages, tools' own state. */
const FOREIGN = /^(asset\.|node_modules$|\.)/;

/** Files below the directory whose name fits, as relative paths with forward slashes, in order of their text. */
export function filesBelow(directory: string, fits: (name: string) => boolean, below = ''): string[] {
  return sortedBy(entriesOf(directory, below), ({ name }) => name).flatMap((entry) => {
    const path = below === '' ? entry.name : `${below}/${entry.name}`;
    if (entry.isDirectory()) return FOREIGN.test(entry.name) ? [] : filesBelow(directory, fits, path);
    return entry.isFile() && fits(entry.name) ? [path] : [];
  });
}

/** The object in a JSON file. @throws the given problem, MSEG8002 by default, if it holds no such thing. */
export function readJsonObject(directory: string, path: string, code: ProblemCode = 'MSEG8002'): { readonly [key: string]: unknown } {
  let text: string;
  try {
    text = readFileSync(join(directory, path), 'utf8');
  } catch (error) {
    return fail(code, path, reasonOf(error));
  }
  const content = jsonOf(text, path, code);
  return isObject(content) ? content : fail(code, path, 'it holds no JSON object');
}

const REASONS: { readonly [code: string]: string } = {
  ENOENT: 'there is no such file or directory',
  ENOTDIR: 'a part of its path is no directory',
  EEXIST: 'a file is in its way',
  EISDIR: 'it is a directory',
  EACCES: 'permission is denied',
  EPERM: 'permission is denied',
  EROFS: 'the file system is read-only',
  ENOSPC: 'the disk is full',
  ENAMETOOLONG: 'its name is too long',
};

/** What a person is told of an error of the file system. */
export function reasonOf(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  return REASONS[code ?? ''] ?? message;
}

/** What stands at the path; nothing if there is no such thing, or it may not be looked at. */
export function entryAt(path: string): Stats | undefined {
  try {
    return statSync(path);
  } catch {
    return undefined;
  }
}

/**
 * Writes a file whole or not at all: a reader never sees half of it. Directories that lack on the way to it are made. What a
 * link points to is replaced, not the link; a device or a pipe is written to, and stays what it is.
 */
export function writeWhole(file: string, text: string): void {
  makeDirectory(dirname(file));
  const there = entryAt(file);
  if (there && !there.isFile() && !there.isDirectory()) {
    writeFileSync(file, text);
    return;
  }
  const target = there ? realpathSync(file) : file;
  const unfinished = `${target}.${process.pid}.tmp`;
  try {
    writeFileSync(unfinished, text);
    renameSync(unfinished, target);
  } catch (error) {
    rmSync(unfinished, { force: true });
    throw error;
  }
}

/** One by one: what Node.js does for all of them at once never ends in places such as /proc, where nothing can be made. */
function makeDirectory(directory: string): void {
  if (entryAt(directory)?.isDirectory()) return;
  if (dirname(directory) !== directory) makeDirectory(dirname(directory));
  try {
    mkdirSync(directory);
  } catch (error) {
    if (!entryAt(directory)?.isDirectory()) throw error;
  }
}

export function isObject(value: unknown): value is { readonly [key: string]: unknown } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function entriesOf(directory: string, below: string): Dirent[] {
  try {
    return readdirSync(join(directory, below), { withFileTypes: true });
  } catch (error) {
    return fail('MSEG8003', below || directory, reasonOf(error));
  }
}
