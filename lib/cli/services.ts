import { InvalidArgumentError } from 'commander';
import { ServiceSet } from '../algebra';

const ONE = /^([a-z0-9]+)(?:\/(\d+)(?:([-/])(\d+))?)?$/;

/** Services as reports write them: `tcp/5432`, `udp/8000-8100`, `icmp/8/0`, `50`, `all`; several joined by commas. */
export function servicesOption(text: string): ServiceSet {
  return ServiceSet.union(text.split(',').map((part) => oneService(part.trim())));
}

function oneService(text: string): ServiceSet {
  const match = ONE.exec(text);
  if (!match) throw new InvalidArgumentError('Write it as tcp/5432, udp/8000-8100, icmp/8, 50 or all.');
  const [, protocol, first, separator, second] = match;
  const isIcmp = protocol.startsWith('icmp');
  if (second !== undefined && (separator === '/') !== isIcmp) throw new InvalidArgumentError('Ports are joined by a hyphen, ICMP type and code by a slash.');
  const fromPort = first === undefined ? undefined : Number(first);
  const toPort = second === undefined ? (isIcmp ? undefined : fromPort) : Number(second);
  try {
    return ServiceSet.fromRange({ protocol, fromPort, toPort });
  } catch (error) {
    throw new InvalidArgumentError((error as Error).message);
  }
}
