import { ServiceSet } from '../../../algebra';

/** Protocols whose ports, or types and codes, EC2 looks at. */
const FILTERED: { readonly [protocol: string]: 'tcp' | 'udp' | 'icmp' | 'icmpv6' } = {
  tcp: 'tcp', 6: 'tcp', udp: 'udp', 17: 'udp', icmp: 'icmp', 1: 'icmp', icmpv6: 'icmpv6', 58: 'icmpv6',
};
const ANY = -1;

/**
 * What EC2 admits by a protocol and a range of ports. Ports count for TCP and UDP only, types and codes for ICMP; any
 * other protocol is admitted whole, whatever ports stand beside it.
 *
 * @returns undefined where these are no values that EC2 takes, or none that are known before deployment.
 * @see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_IpPermission.html
 */
export function ruleServices(protocolValue: unknown, fromValue: unknown, toValue: unknown): ServiceSet | undefined {
  const protocol = protocolText(protocolValue);
  if (protocol === undefined) return undefined;
  if (protocol === '-1' || protocol === 'all') return ServiceSet.ALL;
  if (!Object.hasOwn(FILTERED, protocol)) return wholeProtocol(protocol);
  const [from, to] = [portNumber(fromValue), portNumber(toValue)];
  if (from === undefined || to === undefined) return undefined;
  try {
    return FILTERED[protocol].startsWith('icmp') ? messages(FILTERED[protocol] as 'icmp', from, to) : ports(FILTERED[protocol] as 'tcp', from, to);
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

function protocolText(value: unknown): string | undefined {
  if (typeof value === 'number') return String(value);
  return typeof value === 'string' ? value.trim().toLowerCase() : undefined;
}

function wholeProtocol(protocol: string): ServiceSet | undefined {
  return /^[0-9]{1,3}$/.test(protocol) && Number(protocol) <= 255 ? ServiceSet.protocol(Number(protocol)) : undefined;
}

/** Absent reads as any; undefined where it is no number. */
function portNumber(value: unknown): number | undefined {
  if (value === undefined || value === null) return ANY;
  const text = typeof value === 'string' ? value.trim() : value;
  if (typeof text === 'string' && !/^-?[0-9]{1,5}$/.test(text)) return undefined;
  return typeof text === 'string' || typeof text === 'number' ? Number(text) : undefined;
}

function ports(protocol: 'tcp' | 'udp', from: number, to: number): ServiceSet {
  return from === ANY && to === ANY ? ServiceSet[protocol](0, 65535) : ServiceSet[protocol](from, to);
}

function messages(protocol: 'icmp' | 'icmpv6', type: number, code: number): ServiceSet {
  if (type === ANY) return ServiceSet[protocol]();
  return code === ANY ? ServiceSet[protocol](type) : ServiceSet[protocol](type, code);
}
