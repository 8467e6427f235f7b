import { dirname, isAbsolute, join, parse, relative, sep } from 'path';
import { fileURLToPath } from 'url';

/** Deep enough to get out of this library, and of packages that declare flows for their users. */
const FRAMES = 16;

/** This library: `lib/` where it is developed, `build/` where it is installed. */
const OWN = `${dirname(__dirname)}${sep}`;

/** Files whose frames are nobody's declaration: installed packages, Node.js, the host of other languages. */
const FOREIGN = /[\\/]node_modules[\\/]|^node:|^internal[\\/]|jsii-runtime|[\\/]_embedded[\\/]jsii/;

/**
 * Where the user's code calls this library: `lib/payments.ts:14`, as `locationIn` says it. Lines are those of the TypeScript
 * source where Node.js maps stack traces to it, as it does for `tsx`, `ts-node` and `--enable-source-maps`.
 */
export function callerLocation(): string | undefined {
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = FRAMES;
  const trace: { stack?: string } = {};
  Error.captureStackTrace(trace, callerLocation);
  const lines = String(trace.stack).split('\n').slice(1);
  Error.stackTraceLimit = limit;
  return locationIn(lines);
}

/**
 * The innermost line of a stack trace that is neither this library's nor an installed package's, as file and line. The file is
 * relative to the working directory, with forward slashes; what has nothing but the machine in common with that has no place.
 */
export function locationIn(lines: readonly string[], workingDirectory = process.cwd()): string | undefined {
  for (const line of lines) {
    const [, place, number] = /^(?:.*\()?(?:\s*at (?:async )?)?([^()]+):(\d+):\d+\)?$/.exec(line) ?? [];
    const file = place?.startsWith('file://') ? fileURLToPath(place) : place;
    if (file === undefined || !isAbsolute(file) || FOREIGN.test(file) || file.startsWith(OWN)) continue;
    const path = relativeTo(workingDirectory, file);
    return path && `${path}:${number}`;
  }
  return undefined;
}

/** Nothing of the machine: a path that goes up to the root would come down through directories that are its alone. */
function relativeTo(directory: string, file: string): string | undefined {
  const path = relative(directory, file);
  const up = /^(?:\.\.(?:[\\/]|$))*/.exec(path)![0];
  const common = join(directory, up);
  return isAbsolute(path) || (up !== '' && parse(common).root === common) ? undefined : path.split(sep).join('/');
}
