import { readFileSync } from 'fs';
import { join } from 'path';
import { Command, CommanderError } from 'commander';
import { SegmentationError } from '../support/errors';
import { printable } from '../support/printable';
import { AddCommand } from './command';
import { addBlastRadius } from './commands/blast-radius';
import { addDiff } from './commands/diff';
import { addDiscover } from './commands/discover';
import { addExplain } from './commands/explain';
import { addLint } from './commands/lint';
import { addMap } from './commands/map';
import { addReplay } from './commands/replay';
import { addSuggest } from './commands/suggest';
import { addVerify } from './commands/verify';
import { ExitCode, PROCESS, Terminal } from './terminal';

const COMMANDS: readonly AddCommand[] = [
  addVerify, addDiff, addExplain, addLint, addBlastRadius, addMap, addDiscover, addSuggest, addReplay,
];

/** Runs the `microseg` command. @returns the exit code */
export async function main(args: readonly string[], terminal: Terminal = PROCESS): Promise<ExitCode> {
  let exitCode: ExitCode = 2;
  try {
    await program(terminal, (code) => { exitCode = code; }).parseAsync([...args], { from: 'user' });
  } catch (error) {
    return failed(error, terminal);
  }
  return exitCode;
}

function program(terminal: Terminal, done: (code: ExitCode) => void): Command {
  const command = new Command('microseg')
    .description('Micro-segmentation: what is declared, what is enforced, and whether they are the same.')
    .version(version())
    .configureOutput({ writeOut: (text) => terminal.out(text), writeErr: (text) => terminal.err(text) })
    .exitOverride();
  for (const add of COMMANDS) add(command, { terminal, done });
  return command;
}

function failed(error: unknown, terminal: Terminal): ExitCode {
  // Commander has printed its message; help and version are no failures.
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
  const text = error instanceof SegmentationError ? error.message : `microseg failed: ${printable(error instanceof Error ? error.stack ?? error.message : String(error))}`;
  terminal.err(`${text}\n`);
  return 2;
}

function version(): string {
  // The package file stands above lib/ and above build/ alike.
  return (JSON.parse(readFileSync(join(__dirname, '..', '..', 'package.json'), 'utf8')) as { version: string }).version;
}
