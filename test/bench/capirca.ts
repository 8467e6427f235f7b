import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GeneratedFlow, Size, synthAddresses } from './synth-policy';

/** Whether `aclgen` of Debian's python3-capirca is here. */
export function hasCapirca(): boolean {
  return spawnSync('aclgen', ['--help']).error === undefined;
}

/**
 * What capirca's nftables target makes of flows of a generated policy: a chain of its own for each, jumped to one after the other.
 *
 * Of IPv4 it forgets the destination port unless a term has a source port as well (2.0.6), so each term names all of those:
 * the rules then admit what is declared.
 */
export function capircaRules(size: Size, flows: readonly GeneratedFlow[]): string {
  const directory = mkdtempSync(join(tmpdir(), 'microseg-capirca-'));
  try {
    for (const folder of ['def', 'pol', 'out']) mkdirSync(join(directory, folder));
    writeFileSync(join(directory, 'def/all.net'), networks(size));
    writeFileSync(join(directory, 'def/all.svc'), services(flows));
    writeFileSync(join(directory, 'pol/synth.pol'), ['header {', '  target:: nftables inet INPUT', '}', ...flows.map(term), ''].join('\n'));
    const args = ['--policy_file', 'pol/synth.pol', '--base_directory', 'pol', '--definitions_directory', 'def', '--output_directory', 'out'];
    const { status, stderr } = spawnSync('aclgen', args, { cwd: directory, encoding: 'utf8', maxBuffer: 2 ** 28 });
    if (status !== 0) throw new Error(`aclgen: exit ${String(status)}: ${stderr.slice(-2000)}`);
    return readFileSync(join(directory, 'out/synth.nft'), 'utf8');
  } finally {
    rmSync(directory, { recursive: true });
  }
}

function networks({ workloads }: Size): string {
  return Array.from({ length: workloads }, (_, i) => `W${i} = ${synthAddresses(i).join('\n  ')}\n`).join('');
}

function services(flows: readonly GeneratedFlow[]): string {
  const ports = [...new Set(flows.map(({ port }) => port))];
  return [...ports.map((port) => `P${port} = ${port}/tcp\n`), 'ANY = 0-65535/tcp\n'].join('');
}

function term({ client, server, port }: GeneratedFlow, index: number): string {
  const lines = [`source-address:: W${client}`, `destination-address:: W${server}`, 'source-port:: ANY', `destination-port:: P${port}`];
  return [`term f${index} {`, ...[...lines, 'protocol:: tcp', 'action:: accept'].map((line) => `  ${line}`), '}'].join('\n');
}
