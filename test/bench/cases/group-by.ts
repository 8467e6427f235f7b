/**
 * What DuckDB takes to group the records of a file by their five values (addresses, ports, protocol), with a count and the sums
 * of bytes and packets: its own detection of columns, its own settings, all of the memory it likes.
 * The package is loaded and the database closed by the clock, as they are in discovery.
 */
import { statSync } from 'node:fs';

async function run(path: string): Promise<void> {
  const start = performance.now();
  const { DuckDBInstance } = await import('@duckdb/node-api');
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  const files = statSync(path).isDirectory() ? `${path}/*` : path;
  const relation = path.endsWith('.parquet') ? `read_parquet('${files}')` : `read_csv('${files}', delim = ' ', header = true)`;
  const groups = await connection.runAndReadAll(`
    SELECT count(*), sum(records), sum(bytes), sum(packets)
    FROM (
      SELECT srcaddr, dstaddr, srcport, dstport, protocol, count(*) AS records, sum(bytes) AS bytes, sum(packets) AS packets
      FROM ${relation} GROUP BY srcaddr, dstaddr, srcport, dstport, protocol
    )`);
  connection.closeSync();
  instance.closeSync();
  const seconds = (performance.now() - start) / 1000;
  const [[, records]] = groups.getRowsJson();
  console.log(JSON.stringify({ seconds, megabytes: process.resourceUsage().maxRSS / 1024, records: Number(records) }));
}

void run(process.argv[2]);
