/**
 * What DuckDB takes to group the records of a file by their five values (addresses, ports, protocol), with a count and the sums
 * of bytes and packets: its own detection of columns, no other setting than those of discovery.
 */
import { DuckDbEngine } from '../../../lib/discovery/engine/duckdb';

async function run(file: string): Promise<void> {
  const engine = await DuckDbEngine.open();
  const start = performance.now();
  const relation = file.endsWith('.parquet') ? `read_parquet('${file}')` : `read_csv('${file}', delim = ' ', header = true)`;
  const groups = await engine.connection.runAndReadAll(`
    SELECT count(*), sum(records), sum(bytes), sum(packets)
    FROM (
      SELECT srcaddr, dstaddr, srcport, dstport, protocol, count(*) AS records, sum(bytes) AS bytes, sum(packets) AS packets
      FROM ${relation} GROUP BY srcaddr, dstaddr, srcport, dstport, protocol
    )`);
  const seconds = (performance.now() - start) / 1000;
  const [[, records]] = groups.getRowsJson();
  await engine.close();
  console.log(JSON.stringify({ seconds, megabytes: process.resourceUsage().maxRSS / 1024, records: Number(records) }));
}

void run(process.argv[2]);
