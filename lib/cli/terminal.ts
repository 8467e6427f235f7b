/** What a command writes to, so that it can be run without a process of its own. */
export interface Terminal {
  out(text: string): void;
  err(text: string): void;
  /** Says what is being done, in place of what was said before; does nothing unless somebody is there to see it. */
  progress?(text: string): void;
}

export const PROCESS: Terminal = {
  out: (text) => void process.stdout.write(text),
  err: (text) => void process.stderr.write(text),
  ...(process.stderr.isTTY ? { progress: (text) => void process.stderr.write(`\r\u001b[2K${text}`) } : {}),
};

/** 0: fine. 1: what was asked about does not hold. 2: bad usage, or input that cannot be read. */
export type ExitCode = 0 | 1 | 2;
