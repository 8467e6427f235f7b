import { IntervalSet } from './interval-set';

/**
 * Services of one protocol, as rules are written: `tcp`, `udp` and `sctp` with ports, `icmp` and `icmpv6` with the type as
 * `fromPort` and the code as `toPort` (absent: any), an IANA protocol number as text, or `all`.
 */
export interface ServiceRange {
  readonly protocol: string;
  readonly fromPort?: number;
  readonly toPort?: number;
}

/** IANA numbers of the protocols that have names here. */
export const PROTOCOL_NUMBERS = { icmp: 1, tcp: 6, udp: 17, icmpv6: 58, sctp: 132 } as const;

/** Points of the service axis that each protocol takes up. */
export const SELECTORS = 65_536;
const CODES = 256;
const ICMP: readonly number[] = [PROTOCOL_NUMBERS.icmp, PROTOCOL_NUMBERS.icmpv6];
const NAMES = new Map<number, string>(Object.entries(PROTOCOL_NUMBERS).map(([name, number]) => [number, name]));

/** First and last point of a range on the service axis. @throws RangeError if the range means nothing. */
export function readRange(range: ServiceRange): [number, number] {
  if (range.protocol === 'all') {
    refusePorts(range);
    return [0, 256 * SELECTORS - 1];
  }
  const protocol = protocolNumber(range.protocol);
  const [first, last] = selectors(protocol, range);
  return [protocol * SELECTORS + first, protocol * SELECTORS + last];
}

/** The ranges that make up a set of points, protocol by protocol. */
export function rangesOf(points: IntervalSet<number>): ServiceRange[] {
  const ranges: ServiceRange[] = [];
  for (const { from, to } of points.intervals()) {
    for (let start = from; start <= to;) {
      const protocol = Math.floor(start / SELECTORS);
      const base = protocol * SELECTORS;
      const last = Math.min(to, base + SELECTORS - 1);
      ranges.push(...protocolRanges(protocol, start - base, last - base));
      start = last + 1;
    }
  }
  return ranges;
}

function protocolNumber(text: string): number {
  if (Object.hasOwn(PROTOCOL_NUMBERS, text)) return PROTOCOL_NUMBERS[text as keyof typeof PROTOCOL_NUMBERS];
  const known = /^(0|[1-9][0-9]{0,2})$/.test(text) && Number(text) <= 255;
  if (!known) {
    const names = Object.keys(PROTOCOL_NUMBERS).join(', ');
    throw new RangeError(`Protocol ${JSON.stringify(String(text).slice(0, 40))} is none of ${names}, all, or a number from 0 to 255.`);
  }
  return Number(text);
}

function selectors(protocol: number, range: ServiceRange): [number, number] {
  if (ICMP.includes(protocol)) return messages(range);
  if (NAMES.has(protocol)) return ports(range);
  refusePorts(range);
  return [0, SELECTORS - 1];
}

function ports({ protocol, fromPort, toPort }: ServiceRange): [number, number] {
  if (fromPort === undefined && toPort === undefined) return [0, SELECTORS - 1];
  if (fromPort === undefined || toPort === undefined) throw new RangeError(`A ${protocol} range needs both its first and its last port.`);
  const [first, last] = [within('Port', fromPort, SELECTORS), within('Port', toPort, SELECTORS)];
  if (first > last) throw new RangeError(`Ports cannot go from ${first} down to ${last}.`);
  return [first, last];
}

function messages({ fromPort, toPort }: ServiceRange): [number, number] {
  if (fromPort === undefined) {
    if (toPort !== undefined) throw new RangeError(`ICMP code ${toPort} needs a type.`);
    return [0, SELECTORS - 1];
  }
  const first = within('ICMP type', fromPort, CODES) * CODES;
  if (toPort === undefined) return [first, first + CODES - 1];
  const point = first + within('ICMP code', toPort, CODES);
  return [point, point];
}

function within(what: string, value: number, end: number): number {
  if (!Number.isInteger(value) || value < 0 || value >= end) throw new RangeError(`${what} ${value} is not a whole number from 0 to ${end - 1}.`);
  return value;
}

function refusePorts({ protocol, fromPort, toPort }: ServiceRange): void {
  if (fromPort !== undefined || toPort !== undefined) throw new RangeError(`Protocol ${protocol} has no ports.`);
}

function protocolRanges(number: number, first: number, last: number): ServiceRange[] {
  const protocol = NAMES.get(number) ?? String(number);
  if (ICMP.includes(number)) return first === 0 && last === SELECTORS - 1 ? [{ protocol }] : messageRanges(protocol, first, last);
  return NAMES.has(number) ? [{ protocol, fromPort: first, toPort: last }] : [{ protocol }];
}

/** A rule names one message, or every code of a type: nothing in between. */
function messageRanges(protocol: string, first: number, last: number): ServiceRange[] {
  const ranges: ServiceRange[] = [];
  for (let point = first; point <= last;) {
    const [type, code] = [Math.floor(point / CODES), point % CODES];
    const wholeType = code === 0 && point + CODES - 1 <= last;
    ranges.push(wholeType ? { protocol, fromPort: type } : { protocol, fromPort: type, toPort: code });
    point += wholeType ? CODES : 1;
  }
  return ranges;
}
