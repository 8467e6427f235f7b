import { checkedCidr } from '../../model/peer';
import { NetworkRange } from '../../platforms/network-range';
import { isToken } from '../../support/deploy-time';

/** The ranges of a network. Names of deploy-time values hold a colon, which no name given by users does. */
export function monitorScopeRanges(path: string, ranges: readonly string[] = [], ipv6Ranges: readonly string[] = []): NetworkRange[] {
  return [
    ...ranges.map((range, index) => networkRange(path, range, `monitor:${path}:${index}`, 4)),
    ...ipv6Ranges.map((range, index) => networkRange(path, range, `monitor:${path}:ipv6:${index}`, 6)),
  ];
}

function networkRange(path: string, range: string, name: string, family: 4 | 6): NetworkRange {
  if (isToken(range)) return { kind: 'token', name, value: range, family };
  const { family: actual } = checkedCidr(path, range);
  const cidr = range.includes('/') ? range : `${range}/${actual === 4 ? 32 : 128}`;
  return actual === 4 ? { kind: 'cidrIpv4', cidr } : { kind: 'cidrIpv6', cidr };
}
