import { checkedCidr } from '../../model/peer';
import { RulePeer } from '../../platforms/aws/plan-types';
import { isToken } from '../../support/deploy-time';

/** The ranges of a network as peers of rules. Names of deploy-time values hold a colon, which no name given by users does. */
export function monitorScopePeers(path: string, ranges: readonly string[], ipv6Ranges: readonly string[]): RulePeer[] {
  return [
    ...ranges.map((range, index) => rangePeer(path, range, `monitor:${path}:${index}`, 4)),
    ...ipv6Ranges.map((range, index) => rangePeer(path, range, `monitor:${path}:ipv6:${index}`, 6)),
  ];
}

function rangePeer(path: string, range: string, name: string, family: 4 | 6): RulePeer {
  if (isToken(range)) return { kind: 'token', name, value: range, family };
  const { family: actual } = checkedCidr(path, range);
  const cidr = range.includes('/') ? range : `${range}/${actual === 4 ? 32 : 128}`;
  return actual === 4 ? { kind: 'cidrIpv4', cidr } : { kind: 'cidrIpv6', cidr };
}
