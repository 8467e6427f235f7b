import { ChildProcess, spawn } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Aws } from './aws';

const START_TIMEOUT_MS = 60_000;
const POLL_MS = 50;
const LOG_CHARACTERS = 20_000;

export interface MotoOptions {
  /** CloudFormation types that moto has no model for, to be left out instead of refused: nothing of the test may depend on them. */
  readonly ignoredTypes?: readonly string[];
}

/** The strict moto server of `../moto`, on a free port of 127.0.0.1. */
export class Moto {
  public static async start({ ignoredTypes = [] }: MotoOptions = {}): Promise<Moto> {
    const script = join(__dirname, '../moto/server.py');
    // Roles of examples attach policies that AWS manages.
    const env = { ...process.env, MOTO_IAM_LOAD_MANAGED_POLICIES: 'true', MICROSEG_MOTO_IGNORE: ignoredTypes.join(',') };
    const directory = mkdtempSync(join(tmpdir(), 'microseg-moto-'));
    // A file, not a pipe: tests that wait for Terraform do not read, and a full pipe would stop the server.
    const output = openSync(join(directory, 'log'), 'a');
    const server = spawn('python3', [script, '-H', '127.0.0.1', '-p', '0'], { stdio: ['ignore', output, output], env });
    closeSync(output);
    return new Moto(await listening(server, directory), server, directory);
  }

  public readonly aws: Aws;

  private constructor(public readonly endpoint: string, private readonly server: ChildProcess, private readonly directory: string) {
    this.aws = new Aws(endpoint);
  }

  /** What the server wrote last, to explain a failing test. */
  public get log(): string {
    return readLog(this.directory).slice(-LOG_CHARACTERS);
  }

  /** Forgets every resource: cheaper than destroying them. */
  public async reset(): Promise<void> {
    const answer = await fetch(`${this.endpoint}/moto-api/reset`, { method: 'POST' });
    if (!answer.ok) throw new Error(`moto did not reset: ${answer.status}`);
  }

  public async stop(): Promise<void> {
    this.aws.stop();
    const exited = new Promise((resolve) => this.server.once('exit', resolve));
    this.server.kill();
    await exited;
    rmSync(this.directory, { recursive: true, force: true });
  }
}

async function listening(server: ChildProcess, directory: string): Promise<string> {
  const failed = new Promise<never>((_resolve, reject) => server.once('error', reject));
  for (let waited = 0; waited < START_TIMEOUT_MS && server.exitCode === null; waited += POLL_MS) {
    const endpoint = /Running on (http:\/\/127\.0\.0\.1:\d+)/.exec(readLog(directory))?.[1];
    if (endpoint) return endpoint;
    await Promise.race([sleep(POLL_MS), failed]);
  }
  server.kill();
  throw new Error(`moto did not start in ${START_TIMEOUT_MS} ms, or ended with ${server.exitCode}\n${readLog(directory)}`);
}

function readLog(directory: string): string {
  return readFileSync(join(directory, 'log'), 'utf8');
}
