import { readdirSync, readFileSync } from 'fs';
import { join } from 'path';
import { MapEdge } from '../../lib/discovery/dependency-map';
import { discover } from '../../lib/discovery/discover';
import { Outcome } from '../../lib/discovery/flow-record';
import { LogReading, LogReport } from '../../lib/discovery/input/log-reading';
import { openLogs } from '../../lib/discovery/input/logs';
import { EMPTY_INVENTORY } from '../../lib/discovery/inventory/inventory';
import { LOG_FORMATS, Topology, trafficOf } from '../support/flow-logs';
import { skipLoudly } from '../support/skip-loudly';
import { edgeText, expectTruth } from './traffic-of';

/**
 * Logs of real systems, which are not part of this project: published examples of AWS, Google Cloud, Cilium and Zeek, and what the
 * kernel of a laboratory wrote. `MICROSEG_SAMPLES` names the directory that holds them in `flows/`, and in `topologies/` the
 * call graphs of published applications, one of which the laboratory replayed. Whoever names it has them all.
 */
const ROOT = process.env.MICROSEG_SAMPLES;

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

/** What is in each log when one looks at it: edges, how many of them were stopped, and the kinds of noise set apart. */
const EDGES: { readonly [file: string]: readonly [edges: number, denied: number, noise: readonly string[]] } = {
  'aws/awsdocs-custom-nat-noports.log': [0, 0, []],
  'aws/awsdocs-v2-default-noheader.log': [4, 2, []],
  'aws/awsdocs-v2-default.log': [4, 2, []],
  'aws/awsdocs-v3-tcpflags.log': [1, 0, []],
  // Four sights of one connection through a transit gateway.
  'aws/awsdocs-v3-tgw.log': [1, 0, []],
  'aws/awsdocs-v5-service-path-direction.log': [1, 0, []],
  'aws/ocsf-vpcflow-v1.5.0.json': [1, 0, []],
  'aws/ocsf-vpcflow-v8.csv': [1, 0, []],
  'aws/otel-tgw_flow_log_v6.log': [0, 0, ['failedAttempts']],
  'aws/otel-vpc_flow_cw_custom.json': [0, 0, []],
  'aws/otel-vpc_flow_log_ecs.log': [1, 0, []],
  'aws/otel-vpc_flow_log_multi.log': [2, 1, []],
  // The kernel dropped events while it wrote: no more are in it.
  'conntrack/conntrack-events.txt': [12, 0, []],
  'conntrack/conntrack-list.txt': [3, 0, []],
  'conntrack/ulogd-nfct.json': [21, 0, ['scan']],
  'conntrack/ulogd-nflog-drop.json': [1, 1, []],
  'gcp/otel-vpc-flow-2025.ndjson': [1, 0, ['scan']],
  'gcp/otel-vpc-flow-networkmanagement-2025.json': [1, 0, []],
  'hubble/hubble-drops.json': [6, 6, []],
  'zeek/apt29-day1-NASHUA_conn.json.log': [12, 0, ['broadcast', 'failedAttempts']],
  'zeek/apt29-day1-SCRANTON_conn.json.log': [14, 0, ['broadcast', 'failedAttempts']],
  'zeek/otrf_lsass_metasploit_comsvcs_lsass_memory_dump_conn.log': [3, 0, ['failedAttempts', 'multicast']],
  'zeek/otrf_lsass_metasploit_logonpasswords_lsass_memory_dump_conn.log': [3, 0, ['failedAttempts', 'multicast']],
  'zeek/otrf_lsass_metasploit_nanodump_lsass_memory_dump_conn.log': [3, 0, ['failedAttempts', 'multicast']],
  'zeek/otrf_lsass_metasploit_out-minidump_lsass_memory_dump_conn.log': [2, 0, ['failedAttempts', 'multicast']],
  'zeek/otrf_lsass_metasploit_outflank-dumpert_lsass_memory_dump_conn.log': [3, 0, ['broadcast', 'failedAttempts', 'multicast']],
  'zeek/otrf_lsass_metasploit_procdump_lsass_memory_dump_conn.log': [1, 0, ['broadcast', 'failedAttempts', 'multicast']],
  'zeek/otrf_lsass_metasploit_sharpdump_lsass_memory_dump_conn.log': [6, 0, ['failedAttempts', 'multicast']],
  'zeek/zat_conn.json.log': [7, 0, []],
  'zeek/zat_conn.tsv.log': [4, 0, ['broadcast', 'multicast', 'scan']],
  'zeek/zat_conn_date_issue.tsv.log': [1, 0, ['multicast']],
};

async function read(file: string): Promise<{ report: LogReport; outcomes: { [outcome in Outcome]?: number } }> {
  const [log] = await openLogs([file]);
  const reading = new LogReading(log);
  const outcomes: { [outcome in Outcome]?: number } = {};
  for await (const batch of reading.batches()) {
    for (const { outcome } of batch) outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
  }
  return { report: reading.report(), outcomes };
}

if (ROOT === undefined) skipLoudly('TESTS ON SAMPLES', 'MICROSEG_SAMPLES names no directory with logs of real systems');
else describe('logs of real systems', () => testSamples(ROOT));

function testSamples(root: string): void {
  const sample = (file: string) => join(root, 'flows', file);

  test.each(Object.entries(EXPECTED))('%s holds what is expected', async (file, [format, records, rejected, outcomes, gaps = []]) => {
    const { report, outcomes: found } = await read(sample(file));
    expect(report).toMatchObject({ format, records, rejected });
    expect(found).toEqual(outcomes);
    expect(report.gaps.map(({ kind }) => kind)).toEqual(gaps);
  });

  test.each(Object.entries(LINES))('every line of %s is read', async (file, [format, records]) => {
    expect((await read(sample(file))).report).toMatchObject({ format, records, rejected: 0, gaps: [] });
  });

  test.each(Object.entries(EDGES))('the edges of %s are found', async (file, [edges, denied, noise]) => {
    const map = await discover({ logs: [sample(file)] });
    expect([map.edges.length, map.edges.filter((edge) => edge.denied).length]).toEqual([edges, denied]);
    expect([...new Set(map.noise.map(({ kind }) => kind))].sort()).toEqual(noise);
  });

  const topologies = join(root, 'topologies');
  const callgraphs = readdirSync(topologies).map((file) => json<Callgraph>(join(topologies, file)));
  test.each(LOG_FORMATS.flatMap((log) => callgraphs.map((graph) => ({ log, graph, name: log.name, app: graph.app }))))(
    'the edges of $app are found in a log of $name, no others, and who scanned', async ({ log, graph }) => {
      const network: Topology = { name: graph.app, edges: graph.edges, nodes: graph.nodes.map((id, index) => ({ id, address: `10.50.0.${index + 10}` })) };
      const attempts = log.silentOnFailure ? {} : { scanned: 6, retries: 0.2 };
      await expectTruth(log, network, trafficOf(network, { seed: 3, connectionsPerEdge: 12, noise: 12, unseen: 0.3, ...attempts }));
    },
  );

  // Every host of the laboratory looks names up; one, taken over, tries what it finds.
  test('the graph that the laboratory replayed is found, its resolver beside it, and its attack apart', async () => {
    const { addresses, attack } = json<Laboratory>(sample('conntrack/lab-addresses.json'));
    const rows = Object.entries(addresses).map(([id, address]) => ({ id, address: `${address}/32`, labels: {}, kind: 'workload' as const, where: 'laboratory' }));
    const logs = ['ulogd-nfct.json', 'ulogd-nflog-drop.json'].map((file) => sample(`conntrack/${file}`));
    const map = await discover({ logs, inventory: { ...EMPTY_INVENTORY, rows } });

    const isLookup = ({ server, protocol, port }: MapEdge) => server === 'kube-dns' && protocol === 'udp' && port === 53;
    const { edges } = json<Callgraph>(join(topologies, 'online-boutique.json'));
    expect(map.edges.filter((edge) => !isLookup(edge)).map(edgeText).sort()).toEqual(edges.map(edgeText).sort());
    expect(map.edges.filter(isLookup)).toHaveLength(5);
    expect([...new Set(map.noise.map(({ kind, source }) => `${kind} ${source}`))]).toEqual([`scan ${attack[0].client}`]);
  });
}

interface Callgraph {
  readonly app: string;
  readonly nodes: readonly string[];
  readonly edges: Topology['edges'];
}

interface Laboratory {
  readonly addresses: { readonly [host: string]: string };
  readonly attack: readonly { readonly client: string }[];
}

function json<T>(file: string): T {
  return JSON.parse(readFileSync(file, 'utf8')) as T;
}
