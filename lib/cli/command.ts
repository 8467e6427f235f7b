import { Command } from 'commander';
import { fail } from '../support/errors';
import { reasonOf, writeWhole } from '../support/files';
import { ExitCode, Terminal } from './terminal';

/** What a command's action is given to answer with. */
export interface Answer {
  readonly terminal: Terminal;
  /** Called with the exit code when the command has done its work. */
  done(code: ExitCode): void;
}

/** One command, in one file: adds itself to the program. */
export type AddCommand = (program: Command, answer: Answer) => void;

/** Options of every command that puts a document out. */
export interface OutputOptions {
  readonly json?: boolean;
  readonly output?: string;
}

/** Of every command that can write a file. */
export const OUTPUT = ['-o, --output <file>', 'write to the file instead of printing; directories that lack on the way to it are made'] as const;

export function withOutput(command: Command): Command {
  return command
    .option('--json', 'print one JSON document instead of text')
    .option(...OUTPUT);
}

/** Prints, or writes the file whole. @throws MSEG8005 */
export function put(text: string, { output }: OutputOptions, terminal: Terminal): void {
  if (output === undefined) {
    terminal.out(text);
    return;
  }
  try {
    writeWhole(output, text);
  } catch (error) {
    fail('MSEG8005', output, reasonOf(error));
  }
}
