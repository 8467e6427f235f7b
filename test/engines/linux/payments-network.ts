import { RootConstruct } from 'constructs';
import { PaymentsPolicy } from '../../../examples/payments/policy';
import { CompiledPolicy, compilePolicy } from '../../../lib/compiler';
import { EnforcementMode } from '../../../lib/model';
import { LinuxBundle, linuxBundle } from '../../../lib/platforms/linux/bundle';
import { BundleSettings } from '../../../lib/platforms/linux/bundle-settings';
import { LINUX_DEFAULT_LIMITS } from '../../../lib/platforms/linux/limits';
import { planLinuxHosts } from '../../../lib/platforms/linux/plan';
import { PeerAddress } from '../../../lib/platforms/linux/plan-types';
import { MachineSettings, Probe } from './network';

/** Who is somewhere: on a machine of its own where a workload is protected, else all on one. */
export interface Place {
  readonly name: string;
  readonly addresses: readonly string[];
}

export const WORKLOADS: readonly Place[] = ['LoadBalancer', 'Web', 'Api', 'Worker', 'Ledger', 'Cache', 'Bastion', 'Collector', 'SharedServices']
  .map((name, index) => ({ name, addresses: [`10.20.${index}.5`, `2001:db8:20:${index + 1}::5`] }));

/** The one workload of the policy that nobody protects. */
export const AUDIT_HOST: Place = { name: 'AuditHost', addresses: ['172.20.8.15'] };

/** Blocks of addresses that flows name, at their ends, and who is next to them. */
const OUTSIDE: readonly Place[] = [
  { name: 'Office', addresses: ['203.0.113.255', '2001:db8:cafe:ffff:ffff:ffff:ffff:ffff'] },
  { name: 'BesideOffice', addresses: ['203.0.112.255', '2001:db8:caff::1'] },
  { name: 'Acquirer', addresses: ['198.51.100.63'] },
  { name: 'BesideAcquirer', addresses: ['198.51.100.64'] },
  AUDIT_HOST,
  { name: 'BesideAuditHost', addresses: ['172.20.8.16'] },
  { name: 'Internet', addresses: ['192.0.2.1', '2001:db8:9::1'] },
];

const PLACES = [...WORKLOADS, ...OUTSIDE];
const PLACE_OF = new Map(PLACES.flatMap(({ name, addresses }) => addresses.map((address) => [address, name])));
const PROTECTED = new Set(WORKLOADS.map(({ name }) => name));

/** What the payments policy declares, read by a person from its text: client > server, and what of it. */
const DECLARED: readonly (readonly [client: string, server: string, ...services: string[]])[] = [
  ['*', 'LoadBalancer', 'tcp 443'],
  ['LoadBalancer', 'Web', 'tcp 443'],
  ['Web', 'Api', 'tcp 8443'],
  ['Api', 'Ledger', 'tcp 5432'],
  ['Api', 'Cache', 'tcp 6379'],
  ['Api', 'SharedServices', 'tcp 5000'],
  ['Worker', 'Ledger', 'tcp 5432'],
  ['Worker', 'Web', 'tcp 443'],
  ['Worker', 'Acquirer', 'tcp 443'],
  ['AuditHost', 'Ledger', 'tcp 5432'],
  ['Office', 'Bastion', 'tcp 22', 'icmp 8'],
  ...['Web', 'Api', 'Worker', 'Bastion', 'Collector'].map((host) => [host, 'SharedServices', 'udp 53', 'tcp 53', 'udp 123'] as const),
  ...['Web', 'Api', 'Bastion', 'SharedServices'].map((host) => ['Collector', host, 'tcp 9100'] as const),
  ...['Web', 'Collector', 'SharedServices'].map((host) => ['Bastion', host, 'tcp 22'] as const),
];

const TCP_PORTS = [22, 53, 443, 5000, 5432, 6379, 8443, 9100];
const UDP_PORTS = [53, 123];
const around = (ports: readonly number[]) => ports.flatMap((port) => [port - 1, port, port + 1]);
const TCP = [...around(TCP_PORTS), 123];
/** What is declared for TCP must be closed for UDP, and the other way round. */
const UDP = [...around(UDP_PORTS), ...TCP_PORTS.filter((port) => port !== 53)];
/** Echo and timestamp of ICMP; echo of ICMPv6. */
const ICMP = { 4: [8, 13], 6: [128] };

export const MACHINES: readonly MachineSettings[] = [
  ...WORKLOADS, { name: 'Outside', addresses: OUTSIDE.flatMap(({ addresses }) => addresses) },
].map((place) => ({ ...place, tcp: TCP, udp: UDP }));

/** Every client with every server of the same family, where at least one of both is protected. */
export const PROBES: readonly Probe[] = PLACES.flatMap((client) => PLACES.flatMap((server) => (
  client === server || !(PROTECTED.has(client.name) || PROTECTED.has(server.name)) ? [] : pairs(client, server))));

function pairs(client: Place, server: Place): Probe[] {
  const sameFamily = (source: string) => server.addresses.filter((address) => familyOf(address) === familyOf(source));
  return client.addresses.flatMap((source) => sameFamily(source).flatMap((destination) => [
    ...TCP.map((port): Probe => [source, destination, 'tcp', port]),
    ...UDP.map((port): Probe => [source, destination, 'udp', port]),
    ...ICMP[familyOf(source)].map((type): Probe => [source, destination, 'icmp', type]),
  ]));
}

function familyOf(address: string): 4 | 6 {
  return address.includes(':') ? 6 : 4;
}

export const clientOf = ([source]: Probe) => PLACE_OF.get(source)!;
export const serverOf = ([, destination]: Probe) => PLACE_OF.get(destination)!;

/** An end at which no flow admits a packet. */
export interface Refuser {
  readonly workload: string;
  readonly end: 'ingress' | 'egress';
}

/** Protected workloads that an undeclared packet meets: they must refuse it, or say that they would. Client first. */
export function refusers(probe: Probe): Refuser[] {
  const [, , protocol, number] = probe;
  const [client, server] = [clientOf(probe), serverOf(probe)];
  const declared = DECLARED.filter(([, , ...services]) => services.includes(`${protocol} ${number}`));
  // That anybody may reach the load balancer opens the load balancer, and no workload's way out to it.
  const leaves = declared.some(([from, to]) => from === client && to === server);
  const enters = leaves || declared.some(([from, to]) => from === '*' && to === server);
  return [
    ...(PROTECTED.has(client) && !leaves ? [{ workload: client, end: 'egress' as const }] : []),
    ...(PROTECTED.has(server) && !enters ? [{ workload: server, end: 'ingress' as const }] : []),
  ];
}

/** Fit for a test that waits for nobody. */
const SETTINGS: BundleSettings = { confirmSeconds: 0, probe: { command: 'true' }, onFailure: 'closed', onDrift: 'restore', cutRemovedConnections: false };
/** Each refused packet of a round is to be seen. */
const LOG = { group: 100, ratePerSecond: 100_000, burst: 100_000 };

const PEER_ADDRESSES = Object.fromEntries(WORKLOADS.map(({ name, addresses }) => [name, addresses.map((address): PeerAddress => (
  { value: `${address}/${familyOf(address) === 6 ? 128 : 32}`, family: familyOf(address), opaque: false }))]));

export function paymentsPolicy(mode = EnforcementMode.ENFORCE): CompiledPolicy {
  return compilePolicy(new PaymentsPolicy(new RootConstruct('App'), 'Payments', { mode }));
}

/** The bundles of all workloads of the example policy, by workload. */
export function bundlesOf(policy: CompiledPolicy, settings: Partial<BundleSettings> = {}): Map<string, LinuxBundle> {
  const { hosts } = planLinuxHosts({
    policy, enforcementPoint: 'App/Hosts', protects: WORKLOADS.map(({ name }) => ({ workload: name })), peerAddresses: PEER_ADDRESSES,
    management: [], log: LOG, limits: LINUX_DEFAULT_LIMITS,
  });
  return new Map(hosts.map((host) => [host.workload, linuxBundle(host, { ...SETTINGS, ...settings }, 'App/Hosts')]));
}
