import { ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface, Interface } from 'node:readline';

/** An error that the API answered, with AWS's own error code. */
export class AwsError extends Error {
  public constructor(public readonly code: string, message: string) {
    super(`${code}: ${message}`);
  }
}

export type Answer = any;

type Parameters = { readonly [name: string]: unknown };

/** AWS API calls to one endpoint, through one long-lived boto3 process: it starts in a second and then answers at once. */
export class Aws {
  private readonly process: ChildProcessWithoutNullStreams;
  private readonly lines: Interface;
  private readonly waiting: { resolve: (line: string) => void; reject: (error: Error) => void }[] = [];
  private log = '';

  public constructor(public readonly endpoint: string) {
    this.process = spawn('python3', [join(__dirname, '../moto/aws.py'), endpoint]);
    this.lines = createInterface({ input: this.process.stdout });
    this.lines.on('line', (line) => this.waiting.shift()?.resolve(line));
    this.process.stderr.on('data', (data) => { this.log = (this.log + String(data)).slice(-10_000); });
    this.process.on('exit', () => this.waiting.splice(0).forEach(({ reject }) => reject(new Error(`aws.py stopped\n${this.log}`))));
  }

  /** For example `call('ec2', 'create_vpc', { CidrBlock: '10.0.0.0/16' })`; lists come back with all their pages. */
  public async call(service: string, method: string, parameters: Parameters = {}): Promise<Answer> {
    return this.request({ service, method, parameters });
  }

  /** Puts a file, or a directory as a zip archive, into a bucket that is created on first use. */
  public async upload(file: string, bucket: string, key: string): Promise<void> {
    await this.request({ upload: file, bucket, key });
  }

  public stop(): void {
    this.process.stdin.end();
    this.lines.close();
  }

  private async request(request: Parameters): Promise<Answer> {
    const line = await new Promise<string>((resolve, reject) => {
      this.waiting.push({ resolve, reject });
      this.process.stdin.write(`${JSON.stringify(request)}\n`);
    });
    const answer = JSON.parse(line);
    if (answer.error) throw new AwsError(answer.error.code, answer.error.message);
    return answer.result;
  }
}
