import { Problem } from '../../support/errors';
import { LinuxHostPlan } from './plan-types';

/** What must work on a host under new rules before they are kept. Both, where both are given. */
export interface BundleProbe {
  /** A TCP connection from the host: to what it is administered or deployed from, for example. */
  readonly tcp?: { readonly host: string; readonly port: number };
  /** A command for `sh -c`, run as root, that must succeed within ten seconds. On one line. */
  readonly command?: string;
}

/** How the agent puts a bundle in force, and guards it. */
export interface BundleSettings {
  readonly probe?: BundleProbe;
  /** How long the agent waits for `microseg-agent confirm` until the last good rules come back; 0: a probe that succeeds confirms. */
  readonly confirmSeconds: number;
  /** When the last good rules cannot be loaded: only management access, or no rules at all. */
  readonly onFailure: 'closed' | 'open';
  /** When the rules in the kernel are not the last good ones. */
  readonly onDrift: 'restore' | 'report';
  /** Whether established connections of flows that are gone are ended, in ENFORCE; else they live until they end by themselves. */
  readonly cutRemovedConnections: boolean;
}

const LONGEST_WAIT_SECONDS = 86_400;
const ID = /^[A-Za-z][A-Za-z0-9._-]*$/;
const HOST = /^[A-Za-z0-9][A-Za-z0-9.:_-]{0,252}$|^::[0-9A-Fa-f:.]*$/;
/** A line of agent.conf is a value: nothing in it may end the line, or move a terminal that shows it. */
const ONE_LINE = /^[^\u0000-\u001f\u007f-\u009f\u2028\u2029\ud800-\udfff]*$/u;
const LONGEST_COMMAND = 1000;

/** What is wrong with the settings of a bundle: MSEG4020 and MSEG4021. */
export function bundleProblems(host: LinuxHostPlan, settings: BundleSettings, where: string): Problem[] {
  const { probe = {}, confirmSeconds } = settings;
  const problems: Problem[] = [];
  const wrong = (code: Problem['code'], message: string) => problems.push({ code, where, message });
  for (const id of [host.policy, host.workload]) if (!ID.test(id)) wrong('MSEG4021', `${JSON.stringify(id)} is no id`);
  if (!Number.isInteger(confirmSeconds) || confirmSeconds < 0 || confirmSeconds > LONGEST_WAIT_SECONDS) {
    wrong('MSEG4021', `the agent waits ${confirmSeconds} seconds for a confirmation`);
  }
  if (confirmSeconds === 0 && probe.tcp === undefined && probe.command === undefined) wrong('MSEG4020', 'new rules need neither a probe nor a confirmation');
  if (probe.tcp && (!HOST.test(probe.tcp.host) || !Number.isInteger(probe.tcp.port) || probe.tcp.port < 1 || probe.tcp.port > 65_535)) {
    wrong('MSEG4021', `the probe connects to ${JSON.stringify(probe.tcp.host)} port ${probe.tcp.port}`);
  }
  const { command } = probe;
  if (command !== undefined && (command.trim() === '' || command.length > LONGEST_COMMAND || !ONE_LINE.test(command))) {
    wrong('MSEG4021', `the command of the probe is empty, longer than ${LONGEST_COMMAND} characters, or not on one line`);
  }
  return problems;
}

/**
 * agent.conf: a setting a line, read by the agent with sed and never run.
 *
 * @param bookForm SHA-256 of the form of an address book that comes separately
 */
export function agentConf(host: LinuxHostPlan, settings: BundleSettings, bookForm?: string): string {
  const { probe = {} } = settings;
  return [
    `policy=${host.policy}`,
    `workload=${host.workload}`,
    `mode=${host.mode}`,
    `confirm_seconds=${settings.confirmSeconds}`,
    `on_failure=${settings.onFailure}`,
    `on_drift=${settings.onDrift}`,
    // Other modes let undeclared connections pass: there is nothing to end.
    `cut_connections=${settings.cutRemovedConnections && host.mode === 'enforce' ? 'yes' : 'no'}`,
    // Deploy-time values come in an address book of their own, without which the rules would admit nobody.
    ...(bookForm === undefined ? ['addresses=included'] : ['addresses=separate', `addresses_form=${bookForm}`]),
    ...(probe.tcp ? [`probe_tcp=${probe.tcp.host} ${probe.tcp.port}`] : []),
    ...(probe.command === undefined ? [] : [`probe_command=${probe.command}`]),
    ...managementElements(host).map((element) => `management=${element}`),
    '',
  ].join('\n');
}

/** What the agent looks up in rules before it loads them, so that no bundle locks out those who administer the host. */
function managementElements({ mode, management }: LinuxHostPlan): string[] {
  if (mode === 'visibility') return [];
  return ([4, 6] as const).flatMap((family) => management[family].map(({ address, ports: [first, last] }) => (
    `management${family} ${address} . ${first === last ? first : `${first}-${last}`}`)));
}

/** 4 MB, and 16 MB once records were lost: the kernel's default of 208 KB is for programs that read without pause. */
const NETLINK_BUFFER = ['netlink_socket_buffer_size=4194304', 'netlink_socket_buffer_maxsize=16777216'];

/**
 * ulogd's configuration: denials (and would-be denials) and new connections, one JSON object a line. New connections are those
 * that connection tracking confirms, so the denied ones are not among them; of ICMPv6 they have no type (it is always a request).
 */
export function ulogdConf(host: LinuxHostPlan): string {
  return [
    '# Made by cdk-microsegmentation.',
    '[global]',
    'logfile="/var/log/microseg/ulogd.log"',
    'loglevel=5',
    'stack=log1:NFLOG,base1:BASE,ifi1:IFINDEX,ip2str1:IP2STR,mac2str1:HWHDR,json1:JSON',
    'stack=ct1:NFCT,ip2str2:IP2STR,json2:JSON',
    '[log1]',
    `group=${host.log.group}`,
    // Neither a burst nor a busy disk may stop a listener: what does not fit is lost, and denials are counted by the rules all the same.
    ...NETLINK_BUFFER,
    '[ct1]',
    'event_mask=0x00000001',
    'hash_enable=0',
    ...NETLINK_BUFFER,
    // Without `sync` a record stays in memory until the next ones fill four kilobytes.
    '[json1]',
    'file="/var/log/microseg/denials.json"',
    'sync=1',
    '[json2]',
    'file="/var/log/microseg/connections.json"',
    'sync=1',
    '',
  ].join('\n');
}
