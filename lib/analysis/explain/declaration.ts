import { ServiceSet } from '../../algebra';
import { ManifestPeer, ManifestService } from '../../compiler';
import { GraphWorkload } from '../policy-graph';

/** Words that no variable can have for a name. */
const RESERVED = new Set(('await break case catch class const continue debugger default delete do else enum export extends false finally for function if '
  + 'implements import in instanceof interface let new null package private protected public return static super switch this throw true try typeof var void '
  + 'while with yield').split(' '));

/**
 * The line that declares the flow, as users write it. Workloads stand as variables of their name.
 *
 * @param missing services to be opened; undefined: what the server offers
 */
export function declarationOf(
  workloads: ReadonlyMap<string, GraphWorkload>,
  client: ManifestPeer,
  server: ManifestPeer,
  missing: ServiceSet | undefined,
): string {
  const services = servicesOption('workload' in server ? workloads.get(server.workload)! : undefined, missing);
  const options = `{ ${[...services, "justification: '…'"].join(', ')} }`;
  return 'workload' in client
    ? `${variable(client.workload)}.allowTo(${peerCode(server)}, ${options});`
    : `${peerCode(server)}.allowFrom(${peerCode(client)}, ${options});`;
}

/** A flow without services opens what the server offers. */
function servicesOption(server: GraphWorkload | undefined, missing: ServiceSet | undefined): string[] {
  const offered = server?.offered ?? ServiceSet.EMPTY;
  if (!offered.isEmpty() && (missing === undefined || missing.equals(offered))) return [];
  return [`services: [${missing === undefined ? '…' : missing.ranges().map(serviceCode).join(', ')}]`];
}

function serviceCode({ protocol, fromPort, toPort }: ManifestService): string {
  if (protocol === 'all') return 'Service.any()';
  if (/^\d+$/.test(protocol)) return `Service.protocol(${protocol})`;
  if (protocol.startsWith('icmp')) return `Service.${protocol}(${[fromPort, toPort].filter((part) => part !== undefined).join(', ')})`;
  return fromPort === toPort ? `Service.${protocol}(${fromPort})` : `Service.${protocol}Range(${fromPort}, ${toPort})`;
}

function peerCode(peer: ManifestPeer): string {
  if ('workload' in peer) return variable(peer.workload);
  if ('any' in peer) return peer.any === 'ipv4' ? 'Peer.anyIpv4()' : 'Peer.anyIpv6()';
  if ('cidr' in peer) return `Peer.cidr('${peer.cidr}')`;
  return 'token' in peer ? `Peer.token(${literal(peer.token)}, …)` : `Peer.prefixList(${literal(peer.prefixList)}, …)`;
}

/** `Web-Server` becomes `webServer`: a name that can stand in code, whatever the id holds. */
function variable(id: string): string {
  const words = id.split(/[^A-Za-z0-9]+/).filter((word) => word !== '');
  const name = words.map((word, index) => (index === 0 ? word[0].toLowerCase() : word[0].toUpperCase()) + word.slice(1)).join('');
  if (name === '') return 'workload';
  return RESERVED.has(name) || /^\d/.test(name) ? `workload${name[0].toUpperCase()}${name.slice(1)}` : name;
}

function literal(text: string): string {
  return `'${JSON.stringify(text).slice(1, -1).replace(/\\"/g, '"').replace(/'/g, "\\'")}'`;
}
