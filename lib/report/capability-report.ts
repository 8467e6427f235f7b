import { CapabilityTable, FlowSupports } from '../analysis/capability-table';
import { peerName, servicesOf } from '../compiler';
import { counted, table } from './terminal';

/** A longer table is cut down to what is not plainly exact. */
const MOST_ROWS = 60;

/** For each policy a table of its flows by platform, for people. */
export function capabilityText(tables: readonly CapabilityTable[]): string {
  return tables.filter(({ platforms, flows }) => platforms.length * flows.length > 0).map(textOf).join('');
}

function textOf({ policy, platforms, flows }: CapabilityTable): string {
  const exact = flows.filter((each) => Object.values(each.platforms).every((support) => support === 'exact'));
  const shown = flows.length > MOST_ROWS ? flows.filter((each) => !exact.includes(each)) : flows;
  const left = flows.length - shown.length;
  return [
    `flows of ${policy} by platform`,
    table(['client', 'server', 'services', ...platforms], shown.slice(0, MOST_ROWS).map((row) => rowOf(row, platforms))),
    ...(left > 0 ? [`and ${counted(left, 'flow')}, exact on every platform that enforces them`] : []),
    ...(shown.length > MOST_ROWS ? [`and ${counted(shown.length - MOST_ROWS, 'flow')} more, not exact everywhere`] : []),
    '',
  ].join('\n');
}

function rowOf({ flow, platforms: supports }: FlowSupports, platforms: readonly string[]): string[] {
  const { client, server, services } = flow;
  return [peerName(client), peerName(server), servicesOf(services).toString(), ...platforms.map((platform) => supports[platform] ?? '')];
}
