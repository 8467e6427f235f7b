import { ServiceSet } from '../../../algebra';

/** Protocols whose ports are looked at, by name and number. */
const WITH_PORTS: { readonly [protocol: string]: 'tcp' | 'udp' | 'sctp' } = { tcp: 'tcp', 6: 'tcp', udp: 'udp', 17: 'udp', sctp: 'sctp', 132: 'sctp' };
const NUMBERS: { readonly [protocol: string]: number } = { icmp: 1, esp: 50, ah: 51, icmpv6: 58 };
/** `443` or `8000-8080`. */
const PORTS = /^([0-9]{1,5})(?:-([0-9]{1,5}))?$/;

/**
 * What a protocol and its ports match. `ipip` is beyond this reader: two protocols go by that name.
 *
 * @param ports as evaluated; empty for the whole protocol
 * @returns undefined where these are no values that Google Cloud takes, or none that are known before deployment
 */
export function ruleServices(protocolValue: unknown, ports: readonly unknown[]): ServiceSet | undefined {
  if (typeof protocolValue !== 'string' && typeof protocolValue !== 'number') return undefined;
  const protocol = String(protocolValue).trim().toLowerCase();
  if (Object.hasOwn(WITH_PORTS, protocol)) return servicesOfPorts(WITH_PORTS[protocol], ports);
  if (ports.length > 0) return undefined;
  if (protocol === 'all') return ServiceSet.ALL;
  if (Object.hasOwn(NUMBERS, protocol)) return ServiceSet.protocol(NUMBERS[protocol]);
  return /^[0-9]{1,3}$/.test(protocol) && Number(protocol) <= 255 ? ServiceSet.protocol(Number(protocol)) : undefined;
}

function servicesOfPorts(protocol: 'tcp' | 'udp' | 'sctp', ports: readonly unknown[]): ServiceSet | undefined {
  if (ports.length === 0) return ServiceSet[protocol](0, 65535);
  const sets = ports.map((port) => {
    const range = PORTS.exec(String(port).trim());
    const [from, to] = [Number(range?.[1]), Number(range?.[2] ?? range?.[1])];
    return range && from <= to && to <= 65535 ? ServiceSet[protocol](from, to) : undefined;
  });
  return sets.every((set) => set !== undefined) ? ServiceSet.union(sets) : undefined;
}
