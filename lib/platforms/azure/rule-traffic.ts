import { ServiceSet } from '../../algebra';
import { ManifestService } from '../../compiler';
import { RuleProtocol } from './plan-types';

/** Protocol and destination port of a rule: `443`, `8000-8099`, or `*`. */
export interface RuleTraffic {
  readonly protocol: RuleProtocol;
  readonly port: string;
}

export const ANY_PORT = '*';
const LAST_PORT = 65_535;

/** IANA protocols that Azure knows by name, besides those with ports. */
const WHOLE: { readonly [protocol: string]: RuleProtocol } = { icmp: 'Icmp', 50: 'Esp', 51: 'Ah' };

/**
 * A service as network security groups write it. Ports are filtered for TCP and UDP; ICMP, which is IPv4's alone, only as a
 * whole; of all other protocols only ESP and AH. Everything else could be written as `*` only, which is more: it is refused.
 *
 * @returns undefined for a service that cannot be said exactly.
 * @see https://learn.microsoft.com/azure/virtual-network/network-security-groups-overview
 * @see https://learn.microsoft.com/azure/virtual-network/ip-services/ipv6-overview (no ICMPv6 in rules)
 */
export function ruleTraffic(service: ManifestService): RuleTraffic | undefined {
  // One protocol may be written as a name or a number; the set knows both.
  const [{ protocol, fromPort, toPort }] = ServiceSet.fromRange(service).ranges();
  if (protocol === 'all') return { protocol: '*', port: ANY_PORT };
  if (protocol === 'tcp' || protocol === 'udp') {
    return { protocol: protocol === 'tcp' ? 'Tcp' : 'Udp', port: portText(fromPort!, toPort!) };
  }
  const whole = Object.hasOwn(WHOLE, protocol) && fromPort === undefined;
  return whole ? { protocol: WHOLE[protocol], port: ANY_PORT } : undefined;
}

/** The traffic of several ports of one protocol as rules write it, sorted and without overlap. */
export function portTexts(protocol: RuleProtocol, services: ServiceSet): string[] {
  return hasPorts(protocol) ? services.ranges().map(({ fromPort, toPort }) => portText(fromPort!, toPort!)) : [ANY_PORT];
}

/** What a rule of this protocol with these ports admits. */
export function servicesOf(protocol: RuleProtocol, ports: readonly string[]): ServiceSet {
  switch (protocol) {
    case '*': return ServiceSet.ALL;
    case 'Icmp': return ServiceSet.icmp();
    case 'Esp': return ServiceSet.protocol(50);
    case 'Ah': return ServiceSet.protocol(51);
    default: return ServiceSet.union(ports.map((port) => portServices(protocol, port)));
  }
}

export function hasPorts(protocol: RuleProtocol): protocol is 'Tcp' | 'Udp' {
  return protocol === 'Tcp' || protocol === 'Udp';
}

function portServices(protocol: 'Tcp' | 'Udp', port: string): ServiceSet {
  const [from, to = from] = port === ANY_PORT ? [0, LAST_PORT] : port.split('-').map(Number);
  return protocol === 'Tcp' ? ServiceSet.tcp(from, to) : ServiceSet.udp(from, to);
}

function portText(from: number, to: number): string {
  if (from === 0 && to === LAST_PORT) return ANY_PORT;
  return from === to ? String(from) : `${from}-${to}`;
}
