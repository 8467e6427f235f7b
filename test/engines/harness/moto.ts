import { ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { Aws } from './aws';

const START_TIMEOUT_MS = 60_000;
const LOG_BYTES = 20_000;

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
    const server = spawn('python3', [script, '-H', '127.0.0.1', '-p', '0'], { stdio: ['ignore', 'pipe', 'pipe'], env });
    const log = { text: '' };
    const endpoint = await listening(server, log);
    return new Moto(endpoint, server, log);
  }

  public readonly aws: Aws;

  private constructor(
    public readonly endpoint: string,
    private readonly server: ChildProcess,
    private readonly output: { readonly text: string },
  ) {
    this.aws = new Aws(endpoint);
  }

  /** What the server wrote last, to explain a failing test. */
  public get log(): string {
    return this.output.text;
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
  }
}

function listening(server: ChildProcess, log: { text: string }): Promise<string> {
  return new Promise((resolve, reject) => {
    const fail = (why: string) => reject(new Error(`moto ${why}\n${log.text}`));
    const timer = setTimeout(() => {
      server.kill();
      fail(`did not start in ${START_TIMEOUT_MS} ms`);
    }, START_TIMEOUT_MS);
    const read = (data: unknown) => {
      log.text = (log.text + String(data)).slice(-LOG_BYTES);
      const endpoint = /Running on (http:\/\/127\.0\.0\.1:\d+)/.exec(log.text)?.[1];
      if (endpoint) {
        clearTimeout(timer);
        resolve(endpoint);
      }
    };
    server.stdout?.on('data', read);
    server.stderr?.on('data', read);
    server.once('exit', (code) => { clearTimeout(timer); fail(`exited with ${code}`); });
  });
}
