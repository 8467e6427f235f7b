/**
 * Flow logs of the payments workloads as AWS writes them (version 2 and 3 fields), generated: the same to the byte every time.
 * Every connection is logged at both ends and in both directions, some only in part, between customers, scanners and the
 * daily routine of fourteen days.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

/** How many hosts each workload has. */
const HOSTS = {
  LoadBalancer: 2, Web: 3, Api: 3, Worker: 2, Ledger: 2, Cache: 2, Bastion: 1, Collector: 1, SharedServices: 2,
} as const;
type Workload = keyof typeof HOSTS;
const WORKLOADS = Object.keys(HOSTS) as Workload[];

const FIRST_DAY = Date.UTC(2026, 8, 1) / 1000;
export const DAYS = 14;
const DAY = 86_400;
const FIELDS = 'version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status tcp-flags';

/** What the application does every day: client, server, protocol, port, connections a pair of hosts and day. */
const ROUTINE: readonly (readonly [client: Workload, server: Workload, protocol: 6 | 17, port: number, times: number])[] = [
  ['LoadBalancer', 'Web', 6, 443, 6], ['Web', 'Api', 6, 8443, 5], ['Api', 'Ledger', 6, 5432, 5], ['Api', 'Cache', 6, 6379, 5],
  ['Worker', 'Ledger', 6, 5432, 2], ['Worker', 'Web', 6, 443, 1], ['Api', 'SharedServices', 6, 5000, 1], ['Bastion', 'Web', 6, 22, 1],
  ...(['Web', 'Api', 'Worker', 'Bastion', 'Collector'] as const).flatMap((client) => [
    [client, 'SharedServices', 17, 53, 2] as const, [client, 'SharedServices', 17, 123, 1] as const,
  ]),
  ...(['Web', 'Api', 'Bastion', 'SharedServices'] as const).map((server) => ['Collector', server, 6, 9100, 3] as const),
];

/** The inventory that the team has: whose addresses these are, and of which application. Tiers are known of some only. */
export function inventory(): string {
  const tiers: { readonly [workload: string]: string } = { LoadBalancer: 'edge', Web: 'web', Ledger: 'db' };
  const app = (workload: Workload) => (['Bastion', 'Collector', 'SharedServices'].includes(workload) ? 'platform' : 'payments');
  const rows = WORKLOADS.flatMap((workload) => hostsOf(workload).map((address) => `${address},${workload},${app(workload)},${tiers[workload] ?? ''}`));
  return `${['address,workload,app,tier', ...rows].join('\n')}\n`;
}

/** Writes a file for each of the fourteen days. @returns how many records there are */
export function writeRoutine(directory: string): number {
  mkdirSync(directory, { recursive: true });
  let records = 0;
  for (let day = 0; day < DAYS; day += 1) {
    const log = new Log(day + 1, FIRST_DAY + day * DAY);
    routine(log);
    customers(log);
    administration(log);
    outsideScan(log);
    records += log.write(join(directory, `day-${String(day + 1).padStart(2, '0')}.log.gz`));
  }
  return records;
}

/** Writes one more day, on which somebody who owns a web server looks around and reaches for the ledger. */
export function writeBreach(directory: string): void {
  mkdirSync(directory, { recursive: true });
  const log = new Log(1000, FIRST_DAY + DAYS * DAY);
  routine(log);
  const [intruder] = hostsOf('Web');
  for (const target of hostsOf('Ledger')) {
    for (let count = 0; count < 4; count += 1) log.connection(intruder, target, 6, 5432);
    log.connection(intruder, target, 6, 22);
  }
  for (let host = 1; host < 200; host += 1) log.attempt(intruder, `10.0.7.${host}`, 445);
  log.write(join(directory, 'day-15.log.gz'));
}

function routine(log: Log): void {
  for (const [client, server, protocol, port, times] of ROUTINE) {
    for (const from of hostsOf(client)) {
      for (const to of hostsOf(server)) for (let count = 0; count < times; count += 1) log.connection(from, to, protocol, port);
    }
  }
}

function customers(log: Log): void {
  for (const to of hostsOf('LoadBalancer')) for (let count = 0; count < 150; count += 1) log.connection(log.publicAddress(), to, 6, 443);
}

function administration(log: Log): void {
  log.connection('203.0.113.17', hostsOf('Bastion')[0], 6, 22);
  for (const from of hostsOf('Worker')) log.connection(from, '198.51.100.10', 6, 443);
}

/** Somebody on the Internet tries every port of whatever answers. */
function outsideScan(log: Log): void {
  const scanner = log.publicAddress();
  for (const to of [...hostsOf('LoadBalancer'), ...hostsOf('Bastion')]) for (let port = 1; port < 60; port += 1) log.attempt(scanner, to, port * 17);
}

function hostsOf(workload: Workload): string[] {
  const subnet = WORKLOADS.indexOf(workload) + 1;
  return Array.from({ length: HOSTS[workload] }, (_, host) => `10.0.${subnet}.${host + 10}`);
}

/** The records of one day. */
class Log {
  private readonly lines: string[] = [];

  public constructor(private seed: number, private readonly midnight: number) {}

  /** What both ends log of a connection, in both directions; sometimes one end's log is lost. */
  public connection(client: string, server: string, protocol: 6 | 17, port: number): void {
    const start = this.midnight + this.whole(DAY - 600);
    const clientPort = 32_768 + this.whole(28_000);
    const [there, back] = protocol === 6 ? [3, 19] : [0, 0];
    const packets = protocol === 6 ? 8 + this.whole(40) : 1;
    const lost = this.whole(10);
    for (const sensor of [client, server]) {
      if (!sensor.startsWith('10.') || (lost === 0 && sensor === client)) continue;
      this.record(sensor, [client, server, clientPort, port, protocol], packets, start, `ACCEPT OK ${there}`);
      this.record(sensor, [server, client, port, clientPort, protocol], packets, start, `ACCEPT OK ${back}`);
    }
  }

  /** A first packet that a rule stops. */
  public attempt(client: string, server: string, port: number): void {
    this.record(server, [client, server, 40_000 + this.whole(20_000), port, 6], 1, this.midnight + this.whole(DAY - 600), 'REJECT OK 2');
  }

  public publicAddress(): string {
    return [80 + this.whole(15), this.whole(256), this.whole(256), 1 + this.whole(254)].join('.');
  }

  /** @returns how many records were written */
  public write(file: string): number {
    writeFileSync(file, gzipSync(`${[FIELDS, ...this.lines].join('\n')}\n`));
    return this.lines.length;
  }

  /** @param tuple addresses, ports and protocol. @param outcome action, log status and TCP flags */
  private record(sensor: string, tuple: readonly (string | number)[], packets: number, start: number, outcome: string): void {
    const [subnet, host] = sensor.split('.').slice(2);
    const facts = [...tuple, packets, packets * (60 + this.whole(900)), start, start + this.whole(300)];
    this.lines.push(`3 111122223333 eni-${subnet}${host} ${facts.join(' ')} ${outcome}`);
  }

  /** A whole number from 0, below the bound: of a linear congruential generator, which is all that is needed here. */
  private whole(bound: number): number {
    this.seed = (Math.imul(this.seed, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((this.seed / 2 ** 32) * bound);
  }
}
