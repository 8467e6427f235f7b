import { existsSync } from 'fs';
import { join } from 'path';
import { discover } from '../../lib/discovery/discover';
import { Outcome } from '../../lib/discovery/flow-record';
import { LogReading, LogReport } from '../../lib/discovery/input/log-reading';
import { openLogs } from '../../lib/discovery/input/logs';

/**
 * Logs of real systems, which are not part of this project: published examples of AWS, Google Cloud, Cilium and Zeek, and what the
 * kernel of a laboratory wrote. `MICROSEG_SAMPLES` names the directory that holds them; files of it that are not here are left out.
 */
const SAMPLES = process.env.MICROSEG_SAMPLES;

type Outcomes = { readonly [outcome in Outcome]?: number };
type Expected = readonly [format: string, records: number, rejected: number, outcomes: Outcomes, gaps?: readonly string[]];

const EXPECTED: { readonly [file: string]: Expected } = {
  // Neither ports nor protocol: nothing in it tells of a flow.
  'aws/awsdocs-custom-nat-noports.log': ['aws-vpc', 0, 7, {}],
  'aws/awsdocs-v2-default-noheader.log': ['aws-vpc', 5, 0, { allowed: 3, denied: 2 }, ['skipped']],
  'aws/awsdocs-v2-default.log': ['aws-vpc', 5, 0, { allowed: 3, denied: 2 }, ['skipped']],
  'aws/awsdocs-v3-tcpflags.log': ['aws-vpc', 8, 0, { allowed: 8 }],
  'aws/awsdocs-v3-tgw.log': ['aws-vpc', 4, 0, { allowed: 4 }],
  'aws/awsdocs-v5-service-path-direction.log': ['aws-vpc', 2, 0, { allowed: 2 }],
  'aws/ocsf-vpcflow-v1.5.0.json': ['ocsf', 1, 0, { allowed: 1 }],
  'aws/ocsf-vpcflow-v8.csv': ['aws-vpc', 1, 0, { allowed: 1 }],
  'aws/otel-tgw_flow_log_v6.log': ['aws-vpc', 1, 0, { unknown: 1 }],
  // Messages of a custom layout, which no message names.
  'aws/otel-vpc_flow_cw_custom.json': ['aws-cloudwatch', 0, 2, {}],
  'aws/otel-vpc_flow_log_ecs.log': ['aws-vpc', 1, 0, { allowed: 1 }],
  'aws/otel-vpc_flow_log_multi.log': ['aws-vpc', 2, 0, { allowed: 1, denied: 1 }],
  'conntrack/ulogd-nfct.json': ['ulogd', 124, 0, { allowed: 113, attempt: 11 }],
  'conntrack/ulogd-nflog-drop.json': ['ulogd', 2, 0, { denied: 2 }],
  'gcp/otel-vpc-flow-2025.ndjson': ['gcp', 4, 0, { allowed: 4 }, ['sampled']],
  'gcp/otel-vpc-flow-networkmanagement-2025.json': ['gcp', 1, 0, { allowed: 1 }, ['sampled']],
  'hubble/hubble-drops.json': ['hubble', 226, 0, { denied: 226 }],
  'zeek/zat_conn.json.log': ['zeek', 50, 0, { allowed: 48, attempt: 2 }],
  'zeek/zat_conn_date_issue.tsv.log': ['zeek', 3, 0, { allowed: 1, attempt: 1, unknown: 1 }],
  'conntrack/conntrack-list.txt': ['conntrack', 3, 0, { allowed: 3 }],
};

/** Files of which only the number of records is known from elsewhere: every line that is no header is one. */
const LINES: { readonly [file: string]: readonly [format: string, records: number] } = {
  'conntrack/conntrack-events.txt': ['conntrack', 225],
  'zeek/apt29-day1-NASHUA_conn.json.log': ['zeek', 479],
  'zeek/apt29-day1-SCRANTON_conn.json.log': ['zeek', 134],
  'zeek/zat_conn.tsv.log': ['zeek', 360],
  'zeek/otrf_lsass_metasploit_comsvcs_lsass_memory_dump_conn.log': ['zeek', 126],
  'zeek/otrf_lsass_metasploit_logonpasswords_lsass_memory_dump_conn.log': ['zeek', 112],
  'zeek/otrf_lsass_metasploit_nanodump_lsass_memory_dump_conn.log': ['zeek', 566],
  'zeek/otrf_lsass_metasploit_out-minidump_lsass_memory_dump_conn.log': ['zeek', 116],
  'zeek/otrf_lsass_metasploit_outflank-dumpert_lsass_memory_dump_conn.log': ['zeek', 777],
  'zeek/otrf_lsass_metasploit_procdump_lsass_memory_dump_conn.log': ['zeek', 119],
  'zeek/otrf_lsass_metasploit_sharpdump_lsass_memory_dump_conn.log': ['zeek', 895],
};

/** Edges that are in the logs when one looks at them, without those that were stopped, scanned or never answered. */
const EDGES: readonly (readonly [files: readonly string[], edges: number, denied: number, scanners: readonly string[]])[] = [
  [['aws/awsdocs-v2-default.log'], 4, 2, []],
  [['aws/awsdocs-v3-tcpflags.log'], 1, 0, []],
  // Four sights of one connection through a transit gateway.
  [['aws/awsdocs-v3-tgw.log'], 1, 0, []],
  // 16 edges of the shop that was replayed and 5 to its resolver; what one host tried after being taken over is set apart.
  [['conntrack/ulogd-nfct.json', 'conntrack/ulogd-nflog-drop.json'], 21, 0, ['10.42.0.14']],
];

async function read(file: string): Promise<{ report: LogReport; outcomes: { [outcome in Outcome]?: number } }> {
  const [log] = await openLogs([file]);
  const reading = new LogReading(log);
  const outcomes: { [outcome in Outcome]?: number } = {};
  for await (const batch of reading.batches()) {
    for (const { outcome } of batch) outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
  }
  return { report: reading.report(), outcomes };
}

if (SAMPLES === undefined || !existsSync(SAMPLES)) {
  process.stderr.write('TESTS ON SAMPLES SKIPPED: MICROSEG_SAMPLES names no directory\n');
  test.skip('skipped: MICROSEG_SAMPLES names no directory with logs of real systems', () => undefined);
} else {
  const present = <T>(table: { readonly [file: string]: T }) => Object.entries(table).filter(([file]) => existsSync(join(SAMPLES, file)));

  test.each(present(EXPECTED))('%s holds what is expected', async (file, [format, records, rejected, outcomes, gaps = []]) => {
    const { report, outcomes: found } = await read(join(SAMPLES, file));
    expect(report).toMatchObject({ format, records, rejected });
    expect(found).toEqual(outcomes);
    expect(report.gaps.map(({ kind }) => kind)).toEqual(gaps);
  });

  test.each(present(LINES))('every line of %s is read', async (file, [format, records]) => {
    expect((await read(join(SAMPLES, file))).report).toMatchObject({ format, records, rejected: 0, gaps: [] });
  });

  test.each(EDGES.filter(([files]) => files.every((file) => existsSync(join(SAMPLES, file)))))('the edges of %j are found', async (files, edges, denied, scanners) => {
    const map = await discover({ logs: files.map((file) => join(SAMPLES, file)) });
    expect([map.edges.length, map.edges.filter((edge) => edge.denied).length]).toEqual([edges, denied]);
    const sources = map.noise.filter(({ kind }) => kind === 'scan').map(({ source }) => map.nodes.find(({ id }) => id === source)!.addresses);
    expect(sources.flat()).toEqual(scanners);
  });
}
