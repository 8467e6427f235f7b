import { createServer, IncomingMessage, Server, ServerResponse } from 'node:http';
import { AddressInfo } from 'node:net';
import { Chdb } from './chdb';

/** The HTTP interface of a ClickHouse server, as far as clients that ask and insert use it, before the engine in this process. */
export class ChdbServer {
  public static async start(chdb: Chdb): Promise<ChdbServer> {
    const asked: URLSearchParams[] = [];
    const server = createServer((request, response) => void answer(chdb, request, response, asked));
    await new Promise<void>((listening) => { server.listen(0, '127.0.0.1', listening); });
    return new ChdbServer(server, asked);
  }

  public readonly url: string;

  private constructor(private readonly server: Server, /** Settings of each request. */ public readonly asked: readonly URLSearchParams[]) {
    this.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  public close(): Promise<void> {
    return new Promise((closed) => {
      this.server.close(() => closed());
      this.server.closeAllConnections();
    });
  }
}

async function answer(chdb: Chdb, request: IncomingMessage, response: ServerResponse, asked: URLSearchParams[]): Promise<void> {
  const { searchParams } = new URL(request.url!, 'http://127.0.0.1');
  asked.push(searchParams);
  const body = await bodyOf(request);
  const insert = /^INSERT INTO (\S+) FORMAT (\S+)$/.exec(searchParams.get('query') ?? '');
  try {
    if (insert) await chdb.session.insert({ table: insert[1], values: body, format: insert[2] });
    response.end(insert ? '' : (await chdb.session.queryAsync(body.toString('utf8'))).text());
  } catch (error) {
    response.writeHead(500).end((error as Error).message);
  }
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}
