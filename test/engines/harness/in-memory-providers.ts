import { ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { ControlRequest } from '../provider/main';

const MAIN = join(__dirname, '../provider/main.ts');

export type InMemoryProviderName = 'azurerm' | 'google';

/** The attributes of a resource, as the platform holds them. */
export interface HeldResource {
  readonly id: string;
  readonly [attribute: string]: unknown;
}

/**
 * Terraform providers for Azure and Google Cloud without a cloud: schemas come from the typed packages, resources live in
 * the memory of one process, and what the platforms refuse is refused. Schema, graph and the platforms' published rules
 * are checked, no more: nothing here is validated by the real provider.
 */
export class InMemoryProviders {
  public static async start(...names: InMemoryProviderName[]): Promise<InMemoryProviders> {
    const directory = mkdtempSync(join(tmpdir(), 'microseg-providers-'));
    const server = spawn(process.execPath, ['--import', 'tsx', MAIN, directory, ...names], { stdio: ['pipe', 'pipe', 'inherit'] });
    const lines = createInterface({ input: server.stdout });
    const reattach = await new Promise<string>((resolve, reject) => {
      lines.once('line', resolve);
      server.once('error', reject);
      server.once('exit', (code) => reject(new Error(`the providers in memory ended with ${code}`)));
    });
    return new InMemoryProviders(names, reattach, directory, server);
  }

  private constructor(
    public readonly names: readonly InMemoryProviderName[],
    /** The value for TF_REATTACH_PROVIDERS. */
    public readonly reattach: string,
    private readonly directory: string,
    private readonly server: ChildProcess,
  ) {}

  /** Everything of a type that the platform holds now, whoever made it. */
  public async resources(type: string): Promise<HeldResource[]> {
    return this.ask({ action: 'list', type }) as Promise<HeldResource[]>;
  }

  /** Changes a resource behind Terraform's back, as somebody in the console would. */
  public async change(type: string, id: string, attributes: ControlRequest['attributes']): Promise<void> {
    await this.ask({ action: 'change', type, id, attributes });
  }

  /** Removes a resource behind Terraform's back, whether or not another one needs it. */
  public async remove(type: string, id: string): Promise<void> {
    await this.ask({ action: 'remove', type, id });
  }

  /** Forgets every resource: cheaper than destroying them. */
  public async reset(): Promise<void> {
    await this.ask({ action: 'reset' });
  }

  public async stop(): Promise<void> {
    const exited = new Promise((resolve) => this.server.once('exit', resolve));
    this.server.kill();
    await exited;
    rmSync(this.directory, { recursive: true, force: true });
  }

  private async ask(question: ControlRequest): Promise<unknown> {
    const text = await new Promise<string>((resolve, reject) => {
      // A connection of its own: one that is kept goes stale while Terraform runs, which blocks this process.
      const asked = request({ socketPath: join(this.directory, 'control.sock'), method: 'POST', agent: false }, (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('end', () => {
          const answer = Buffer.concat(chunks).toString('utf8');
          if (response.statusCode === 200) resolve(answer);
          else reject(new Error(answer));
        });
      });
      asked.once('error', reject);
      asked.end(JSON.stringify(question));
    });
    return text === '' ? undefined : JSON.parse(text);
  }
}
