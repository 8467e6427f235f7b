import { dirname, isAbsolute, join, parse, relative, sep } from 'path';
import { fileURLToPath } from 'url';

/** Deep enough to get out of this library, and of packages that declare flows for their users. */
const FRAMES = 16;

/** This library: `lib/` where it is developed, `build/` where it is installed. */
const OWN = `${dirname(__dirname)}${sep}`;

/** Files whose frames are nobody's declaration: installed packages, Node.js, the host of other languages. */
const FOREIGN = /[\\/]node_modules[\\/]|^node:|^internal[\\/]|jsii-runtime|[\\/]_embedded[\\/]jsii/;

/** Locations by the position in the code that runs: to find the line of the source behind it takes many times longer. */
const known = new Map<string, string | undefined>();

/**
 * Where the user's code calls this library: `lib/payments.ts:14`, as `locationIn` says it. Lines are those of the TypeScript
 * source where Node.js maps stack traces to it, as it does for `tsx`, `ts-node` and `--enable-source-maps`.
 */
export function callerLocation(): string | undefined {
  const position = withDeepTraces(callerPosition);
  if (position === undefined) return undefined;
  if (!known.has(position)) known.set(position, withDeepTraces(() => locationIn(traceOf().split('\n').slice(1))));
  return known.get(position);
}

/** File, line and column of the innermost frame that is the user's, as they are in the code that runs. */
function callerPosition(): string | undefined {
  const prepare = Error.prepareStackTrace;
  Error.prepareStackTrace = (_, sites) => sites;
  const sites = traceOf() as unknown as NodeJS.CallSite[];
  Error.prepareStackTrace = prepare;
  for (const site of sites) {
    const file = pathOf(site.getFileName() ?? undefined);
    if (isUsers(file)) return `${file}:${site.getLineNumber()}:${site.getColumnNumber()}`;
  }
  return undefined;
}

function traceOf(): string {
  const trace: { stack?: string } = {};
  Error.captureStackTrace(trace);
  return trace.stack!;
}

function withDeepTraces<T>(work: () => T): T {
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = FRAMES;
  const result = work();
  Error.stackTraceLimit = limit;
  return result;
}

/**
 * The innermost line of a stack trace that is neither this library's nor an installed package's, as file and line. The file is
 * relative to the working directory, with forward slashes; what has nothing but the machine in common with that has no place.
 */
export function locationIn(lines: readonly string[], workingDirectory = process.cwd()): string | undefined {
  for (const line of lines) {
    const [, place, number] = /^(?:.*\()?(?:\s*at (?:async )?)?([^()]+):(\d+):\d+\)?$/.exec(line) ?? [];
    const file = pathOf(place);
    if (!isUsers(file)) continue;
    const path = relativeTo(workingDirectory, file);
    return path && `${path}:${number}`;
  }
  return undefined;
}

function pathOf(file: string | undefined): string | undefined {
  return file?.startsWith('file://') ? fileURLToPath(file) : file;
}

function isUsers(file: string | undefined): file is string {
  return file !== undefined && isAbsolute(file) && !FOREIGN.test(file) && !file.startsWith(OWN);
}

/** Nothing of the machine: a path that goes up to the root would come down through directories that are its alone. */
function relativeTo(directory: string, file: string): string | undefined {
  const path = relative(directory, file);
  const up = /^(?:\.\.(?:[\\/]|$))*/.exec(path)![0];
  const common = join(directory, up);
  return isAbsolute(path) || (up !== '' && parse(common).root === common) ? undefined : path.split(sep).join('/');
}
