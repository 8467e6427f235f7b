import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { createServer, IncomingMessage } from 'node:http';
import { join } from 'node:path';
import { AZURE } from './azure/platform';
import { GOOGLE } from './google/platform';
import { serve } from './protocol/server';
import { InMemoryProvider } from './provider';
import { Attributes } from './values';

/**
 * The process behind `InMemoryProviders`: a provider per platform named on the command line, each on a socket of the
 * given directory, and one more socket to look into their worlds and to change them behind Terraform's back.
 *
 *     node --import tsx main.ts <directory> azurerm google
 *
 * Prints one line once it listens: what Terraform takes as TF_REATTACH_PROVIDERS.
 */
const PLATFORMS = [AZURE, GOOGLE];

/** What the control socket is asked, as JSON. */
export interface ControlRequest {
  readonly action: 'list' | 'change' | 'remove' | 'reset';
  /** The resource type, which also says whose world it is. */
  readonly type?: string;
  readonly id?: string;
  /** For `change`: the attributes that somebody set by hand. */
  readonly attributes?: Attributes;
}

async function main([directory, ...names]: string[]): Promise<void> {
  const providers = names.map((name) => new InMemoryProvider(platformOf(name)));
  const reattach = await Promise.all(providers.map(async (provider) => {
    const socket = join(directory, `${provider.platform.name}.sock`);
    await serve(provider, socket);
    const address = { Network: 'unix', String: socket };
    return [provider.platform.source, { Protocol: 'grpc', ProtocolVersion: 6, Pid: process.pid, Test: true, Addr: address }];
  }));
  await control(providers, join(directory, 'control.sock'));
  process.stdout.write(`${JSON.stringify(Object.fromEntries(reattach))}\n`);
  process.once('SIGTERM', () => {
    rmSync(directory, { recursive: true, force: true });
    process.exit(0);
  });
  // Whoever started this holds the other end: nobody is left behind where a test run is killed.
  process.stdin.resume().once('end', () => process.kill(process.pid, 'SIGTERM'));
}

function platformOf(name: string) {
  const platform = PLATFORMS.find((candidate) => candidate.name === name);
  if (!platform) throw new Error(`no platform ${name}: there are ${PLATFORMS.map((candidate) => candidate.name).join(', ')}`);
  return platform;
}

async function control(providers: readonly InMemoryProvider[], socket: string): Promise<void> {
  const server = createServer((request, response) => {
    void body(request).then((text) => answer(providers, JSON.parse(text) as ControlRequest)).then(
      (result) => response.end(JSON.stringify(result)),
      (error: Error) => response.writeHead(400).end(error.message),
    );
  });
  server.listen(socket);
  await once(server, 'listening');
}

async function body(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}

function answer(providers: readonly InMemoryProvider[], { action, type = '', id = '', attributes }: ControlRequest): unknown {
  if (action === 'reset') return providers.forEach(({ world }) => world.clear());
  const world = providers.find(({ platform }) => type.startsWith(`${platform.name}_`))?.world;
  if (!world) throw new Error(`no provider of ${type}`);
  if (action === 'list') return world.all(type);
  const resource = world.get(type, id);
  if (!resource) throw new Error(`no ${type} with the id ${id}`);
  if (action === 'remove') return world.remove(type, id);
  return world.put(type, { ...resource, ...attributes });
}

void main(process.argv.slice(2));
