import { ServiceRange, ServiceSet } from '../../algebra';
import { Layer4 } from './plan-types';

/** Protocols whose ports a rule looks at. Of ICMP it sees neither type nor code. */
const WITH_PORTS: readonly string[] = ['tcp', 'udp', 'sctp'];
const LAST_PORT = 65535;

/**
 * Names that Google Cloud has for protocols which are numbers elsewhere in this library. ICMPv6 has none there: `icmp` is
 * protocol 1 alone.
 *
 * @see https://cloud.google.com/firewall/docs/firewalls#protocols_and_ports
 */
const NAMES: { readonly [protocol: string]: string } = { 50: 'esp', 51: 'ah', icmpv6: '58' };

/** Whether a rule can admit exactly this range of services. */
export function isExpressible({ protocol, fromPort }: ServiceRange): boolean {
  return fromPort === undefined || WITH_PORTS.includes(protocol);
}

/**
 * Services as a rule writes them, one entry a protocol, for peers of the family or of both. Empty where nothing of them
 * exists in the family: such a rule must not be written, since without protocols there is none that means "nothing".
 */
export function layer4Of(services: ServiceSet, family?: 4 | 6): Layer4[] {
  if (services.equals(ServiceSet.ALL)) return [{ protocol: 'all', ports: [] }];
  const existing = family === undefined ? services : services.withoutForeignIcmp(family);
  const ports = new Map<string, string[]>();
  for (const range of existing.ranges()) {
    const protocol = NAMES[range.protocol] ?? range.protocol;
    ports.set(protocol, [...ports.get(protocol) ?? [], ...portsOf(range)]);
  }
  return [...ports].map(([protocol, each]) => ({ protocol, ports: each }));
}

/** Equal for equal entries, and different for others. */
export function layer4Text(entries: readonly Layer4[]): string {
  return entries.map(({ protocol, ports }) => (ports.length === 0 ? protocol : `${protocol}:${ports.join()}`)).join(' ');
}

function portsOf({ fromPort, toPort }: ServiceRange): string[] {
  if (fromPort === undefined || (fromPort === 0 && toPort === LAST_PORT)) return [];
  return [fromPort === toPort ? String(fromPort) : `${fromPort}-${toPort}`];
}
