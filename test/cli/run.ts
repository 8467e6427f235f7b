import { main } from '../../lib/cli/main';

/** Runs a command in this process. */
export async function run(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  const written = { out: '', err: '' };
  const code = await main(args, { out: (text) => { written.out += text; }, err: (text) => { written.err += text; } });
  return { code, ...written };
}

/** What a terminal must never be given: anything that moves the cursor, colours, or turns the direction of reading. */
export const CONTROL_CHARACTERS = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/;
