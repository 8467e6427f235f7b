import { readdirSync, realpathSync, Stats, statSync } from 'fs';
import { join } from 'path';
import { fail } from '../../support/errors';
import { entryAt, reasonOf } from '../../support/files';
import { compareText } from '../../support/order';

/** A file that may hold a log, or standard input. */
export interface LogFile {
  /** As it stands in maps and reports; `-` is standard input. */
  readonly path: string;
  /** The user named this very file: then it has to be a log. Files found in a directory or by a pattern need not be. */
  readonly named: boolean;
  readonly bytes: number;
  /** Milliseconds since 1970. */
  readonly writtenAt: number;
}

export const STANDARD_INPUT = '-';

/**
 * The files that arguments stand for: a file itself, every file below a directory, whatever a pattern with `*`, `**` and `?`
 * fits, and `-` for standard input. Hidden files are passed over, and links stand for what they lead to. Each file comes once, by
 * whatever names, in the order of the arguments.
 *
 * @throws MSEG6001 if an argument stands for nothing.
 */
export function logFiles(paths: readonly string[]): LogFile[] {
  const files = new Map<string, LogFile>();
  for (const path of paths) {
    for (const file of filesOf(path)) {
      const place = placeOf(file.path);
      if (!files.has(place)) files.set(place, file);
    }
  }
  return [...files.values()];
}

function filesOf(path: string): LogFile[] {
  if (path === STANDARD_INPUT) return [{ path, named: true, bytes: 0, writtenAt: Date.now() }];
  const found = entryOf(path);
  if (found && !found.isDirectory()) return [{ path, named: true, bytes: found.size, writtenAt: Math.floor(found.mtimeMs) }];
  const files = found ? below(path, () => true) : matching(path);
  return files.length > 0 ? files : fail('MSEG6001', path, found ? 'the directory holds no file' : 'there is no such file or directory, and no file that the pattern fits');
}

/** @throws MSEG6001 for what is there and may not be looked at: nothing is left out in silence */
function entryOf(path: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch (error) {
    // Links in a circle lead nowhere.
    return (error as NodeJS.ErrnoException).code === 'ELOOP' ? undefined : fail('MSEG6001', path, reasonOf(error));
  }
}

/** Where it is, whatever it is called; what has no place, such as a pipe, is known by its name. */
function placeOf(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}

/** @param above where the directories are through which the way goes: a link back to one of them leads nowhere */
function below(directory: string, fits: (path: string) => boolean, above: readonly string[] = []): LogFile[] {
  const place = placeOf(directory);
  if (above.includes(place)) return [];
  return namesIn(directory).filter((name) => !name.startsWith('.')).sort(compareText).flatMap((name) => {
    const path = join(directory, name);
    const entry = entryOf(path);
    if (entry?.isDirectory()) return below(path, fits, [...above, place]);
    // A link to what is gone is nothing, and what a socket or a pipe says is no log until somebody names it.
    return entry?.isFile() && fits(path) ? [{ path, named: false, bytes: entry.size, writtenAt: Math.floor(entry.mtimeMs) }] : [];
  });
}

function namesIn(directory: string): string[] {
  try {
    return readdirSync(directory);
  } catch (error) {
    return fail('MSEG6001', directory, reasonOf(error));
  }
}

function matching(pattern: string): LogFile[] {
  if (!/[*?]/.test(pattern)) return [];
  const fixed = pattern.slice(0, pattern.search(/[*?]/));
  const directory = fixed.slice(0, fixed.lastIndexOf('/') + 1) || '.';
  if (!entryAt(directory)?.isDirectory()) return [];
  const expression = expressionOf(join(pattern));
  return below(directory, (path) => expression.test(path));
}

/** `**` goes through any number of directories, `*` and `?` stay in one. */
function expressionOf(pattern: string): RegExp {
  const source = pattern.replace(/\*\*\/?|[*?]|[\\^$.|+()[\]{}]/g, (text) => {
    switch (text) {
      case '**/': return '(?:.*/)?';
      case '**': return '.*';
      case '*': return '[^/]*';
      case '?': return '[^/]';
      default: return `\\${text}`;
    }
  });
  return new RegExp(`^${source}$`);
}
