import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { readLive } from '../../../lib/platforms/linux/read';
import { EnforcedWorkload } from '../../../lib/platforms/platform';
import { Answer, Moto } from '../harness';
import { AgentHost, Ran } from './agent-host';

/** A host to which Systems Manager gives commands, as far as its shell can tell: the AWS CLI copies from a directory. */
export class ManagedHost {
  public readonly agentHost = new AgentHost(['dash']);
  private readonly objects = join(this.agentHost.directory, 's3');

  public constructor(private readonly bucket: string) {}

  /** Objects as the API has them now, and no others; those that the host may read. */
  public async refresh(moto: Moto, mayRead: (key: string) => boolean = () => true): Promise<void> {
    rmSync(this.objects, { recursive: true, force: true });
    const { Contents: found = [] } = await moto.aws.call('s3', 'list_objects_v2', { Bucket: this.bucket });
    for (const { Key } of found.filter((object: Answer) => mayRead(object.Key))) {
      const authorization = 'AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=0';
      const answer = await fetch(`${moto.endpoint}/${this.bucket}/${Key}`, { headers: { authorization } });
      if (!answer.ok) throw new Error(`${Key}: ${answer.status}`);
      this.write(Key, Buffer.from(await answer.arrayBuffer()));
    }
  }

  public write(key: string, content: Buffer | string): void {
    const file = join(this.objects, this.bucket, key);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, content);
  }

  public read(key: string): string {
    return readFileSync(join(this.objects, this.bucket, key), 'utf8');
  }

  /** Runs the commands of an association. After `most` fetches the network is gone. */
  public run(commands: string, { shell = ['dash'], most = 99 } = {}): Ran {
    const { directory } = this.agentHost;
    const counter = join(directory, 'fetches');
    writeFileSync(counter, '');
    const path = join(directory, 'bin');
    mkdirSync(path, { recursive: true });
    writeFileSync(join(path, 'aws'), `#!/bin/dash
[ "$1 $2" = 's3 cp' ] || exit 9
echo >>${counter}; [ $(wc -l <${counter}) -le ${most} ] || exit 1
while [ $# -gt 2 ]; do shift; done
exec cp "${this.objects}/\${1#s3://}" "$2"\n`, { mode: 0o755 });
    writeFileSync(join(directory, 'commands'), commands);
    return this.agentHost.inHost({ PATH: `${path}:${process.env.PATH}` }, ...shell, join(directory, 'commands'));
  }

  /** What the kernel admits, in its own words. */
  public enforced(): EnforcedWorkload | undefined {
    return readLive('live', this.agentHost.inHost({}, 'nft', '-j', 'list', 'ruleset').said).workloads[0];
  }

  public remove(): void {
    this.agentHost.remove();
  }
}
