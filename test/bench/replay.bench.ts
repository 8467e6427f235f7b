/**
 * Replay of VPC flow logs against a policy of their network, against discovery of the same file. MICROSEG_BENCH_RECORDS says how
 * many records there are.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { RootConstruct } from 'constructs';
import { compile, snapshotOf, writeManifest } from '../../lib/compiler';
import { EnforcementMode, SegmentationPolicy, Service } from '../../lib/model';
import { clientAddress, CLIENTS, Form, recordedUses, serverAddress, SERVERS, writeFlowRecords } from './flow-records';
import { manifestPolicy } from './manifests';
import { Measurement, measureWith, median, printTable } from './measure';

const RUNS = Number(process.env.MICROSEG_BENCH_RUNS ?? 3);
const RECORDS = Number(process.env.MICROSEG_BENCH_RECORDS ?? 10_000_000);
const FORMS: readonly Form[] = ['text', 'parquet'];

const WORKLOADS = 1000;
const FLOWS = 5000;

interface Replayed extends Measurement {
  readonly allowed: number;
  readonly wouldBlock: number;
}

/** A workload for each server, the others for the clients; about half of what the records show is declared. */
function writePolicy(directory: string): void {
  const policy = new SegmentationPolicy(new RootConstruct('Bench'), 'Recorded', { mode: EnforcementMode.MONITOR });
  const servers = Array.from({ length: SERVERS }, (_, server) => policy.addWorkload(`Server${server}`, { addresses: [`${serverAddress(server)}/32`] }));
  const groups = WORKLOADS - SERVERS;
  const clients = Array.from({ length: groups }, (_, group) => {
    const members = Array.from({ length: CLIENTS }, (__, client) => client).filter((client) => client % groups === group);
    return policy.addWorkload(`Clients${group}`, { addresses: members.map((client) => `${clientAddress(client)}/32`) });
  });
  const declared = new Set<string>();
  for (const { client, server, port } of recordedUses()) {
    const key = `${client % groups} ${server}`;
    if (declared.size >= FLOWS || declared.has(key)) continue;
    declared.add(key);
    clients[client % groups].allowTo(servers[server], { services: [port === 53 ? Service.udp(port) : Service.tcp(port)], justification: 'recorded' });
  }
  const whole = manifestPolicy(compile(snapshotOf(policy)));
  if (whole.workloads.length !== WORKLOADS || whole.flows.length !== FLOWS) throw new Error(`${whole.workloads.length} workloads, ${whole.flows.length} flows`);
  writeManifest(directory, { schemaVersion: 1, generator: { name: 'bench', version: '0.0.0' }, policies: [whole] });
}

async function bench(): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), 'microseg-bench-'));
  try {
    writePolicy(directory);
    const files = await writeFlowRecords(join(directory, 'flows'), RECORDS);
    const rows = FORMS.map((form) => {
      // In turns, so that what else the machine does falls on both.
      const runs = Array.from({ length: RUNS }, () => (
        { replayed: measureWith<Replayed>('replay', [files[form], directory]), discovered: measureWith('discover', [files[form]]) }));
      const [replayed, discovered] = [median(runs.map((run) => run.replayed.seconds)), median(runs.map((run) => run.discovered.seconds))];
      const [{ replayed: { allowed, wouldBlock } }] = runs;
      return [
        RECORDS.toLocaleString('en'), form, replayed.toFixed(2), discovered.toFixed(2), (replayed / discovered).toFixed(2),
        Math.max(...runs.map((run) => run.replayed.megabytes)).toFixed(0),
        allowed.toLocaleString('en'), wouldBlock.toLocaleString('en'),
      ];
    });
    printTable(['records', 'form', 'replay s', 'discover s', '×', 'peak MB', 'connections allowed', 'would block'], rows);
    console.log(`policy of ${WORKLOADS.toLocaleString('en')} workloads and ${FLOWS.toLocaleString('en')} flows; goal: at most 1.2 × of discovery`);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

void bench();
