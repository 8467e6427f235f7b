import { execFileSync } from 'node:child_process';
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { DuckDbEngine } from '../../lib/discovery/engine/duckdb';

/*
 * VPC flow logs as a network of 2,000 clients and 300 servers writes them: the default layout, ten minutes of conversations
 * after the other over days, each with an ephemeral port of its own, both directions, at the interfaces of both ends.
 */
export const CLIENTS = 2000;
export const SERVERS = 300;
const SERVICES_PER_CLIENT = 5;
const PORTS = [443, 5432, 6379, 8080, 53, 9092];
const DAYS = 7;
/** Both directions at both interfaces. */
const RECORDS_PER_CONVERSATION = 4;

/** `files` is a directory of compressed files of some 20,000 records, as AWS writes them to S3. */
export type Form = 'text' | 'gz' | 'files' | 'parquet';

/** A client's use of a server, by their numbers. */
export interface RecordedUse {
  readonly client: number;
  readonly server: number;
  readonly port: number;
}

/** Who uses whom in the records. */
export function* recordedUses(): Iterable<RecordedUse> {
  for (let slot = 0; slot < SERVICES_PER_CLIENT; slot += 1) {
    for (let client = 0; client < CLIENTS; client += 1) {
      const server = serverOf(client, slot);
      yield { client, server, port: PORTS[server % PORTS.length] };
    }
  }
}

export function clientAddress(client: number): string {
  return `10.0.${Math.floor(client / 250)}.${client % 250 + 1}`;
}

export function serverAddress(server: number): string {
  return `10.1.${Math.floor(server / 250)}.${server % 250 + 1}`;
}

function serverOf(client: number, slot: number): number {
  return (client * 31 + slot * 17) % SERVERS;
}

/** Writes so many records in each form. */
export async function writeFlowRecords(path: string, records: number): Promise<{ readonly [form in Form]: string }> {
  const engine = await DuckDbEngine.open({ memoryMegabytes: 2000 });
  const files = { text: `${path}.log`, gz: `${path}.log.gz`, files: `${path}.d`, parquet: `${path}.parquet` };
  const query = recordsQuery(records);
  await engine.connection.run(`COPY (${query}) TO '${files.text}' (FORMAT csv, DELIMITER ' ', HEADER, QUOTE '')`);
  await engine.connection.run(`COPY (${query}) TO '${files.files}' (FORMAT csv, DELIMITER ' ', HEADER, QUOTE '', COMPRESSION gzip, FILE_SIZE_BYTES '2MB')`);
  await engine.connection.run(`COPY (${query}) TO '${files.parquet}' (FORMAT parquet)`);
  await engine.close();
  execFileSync('sh', ['-c', 'gzip -1 -k "$1"', 'sh', files.text]);
  return files;
}

export function megabytesOf(path: string): number {
  const files = statSync(path).isDirectory() ? readdirSync(path).map((name) => join(path, name)) : [path];
  return files.reduce((sum, file) => sum + statSync(file).size, 0) / 1e6;
}

function recordsQuery(records: number): string {
  const conversations = records / RECORDS_PER_CONVERSATION;
  const both = (client: string, server: string) => `unnest([${client}, ${server}, ${client}, ${server}])`;
  return `
    SELECT 2 AS version, '123456789012' AS "account-id",
      unnest(['eni-c' || client, 'eni-c' || client, 'eni-s' || server, 'eni-s' || server]) AS "interface-id",
      ${both('ca', 'sa')} AS srcaddr, ${both('sa', 'ca')} AS dstaddr, ${both('cp', 'port')} AS srcport, ${both('port', 'cp')} AS dstport,
      CASE WHEN port = 53 THEN 17 ELSE 6 END AS protocol, ${both('10', '8')} AS packets, ${both('800 + size', '900 + size * 3')} AS bytes,
      began AS start, began + 59 AS "end", 'ACCEPT' AS action, 'OK' AS "log-status"
    FROM (
      SELECT *, '10.0.' || client // 250 || '.' || client % 250 + 1 AS ca, '10.1.' || server // 250 || '.' || server % 250 + 1 AS sa,
        [${PORTS.join(', ')}][1 + server % ${PORTS.length}] AS port
      FROM (
        SELECT client, (client * 31 + slot * 17) % ${SERVERS} AS server, cp, began, size
        FROM (
          SELECT CAST(hash(k) % ${CLIENTS} AS INTEGER) AS client, CAST(hash(k * 7 + 1) % ${SERVICES_PER_CLIENT} AS INTEGER) AS slot,
            32768 + CAST(hash(k * 13 + 5) % 28232 AS INTEGER) AS cp, 1790000000 + k * ${DAYS * 86_400} // ${conversations} AS began,
            CAST(hash(k * 3) % 10000 AS INTEGER) AS size
          FROM range(${conversations}) AS r(k)
        )
      )
    )`;
}
