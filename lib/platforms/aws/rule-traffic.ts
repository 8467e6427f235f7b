import { ManifestService } from '../../compiler';
import { fail } from '../../support/errors';

/** Protocol and ports in the form of a security group rule. */
export interface RuleTraffic {
  readonly protocol: string;
  readonly fromPort?: number;
  readonly toPort?: number;
}

/** What AWS writes for any ICMP type or code. */
const ANY = -1;

const SCTP = '132';

/**
 * A service as security groups write it. Ports are filtered for TCP and UDP, types and codes for ICMP; of any other
 * protocol AWS ignores the ports, so that a rule for some of them would admit all of them: that is refused.
 *
 * @see https://docs.aws.amazon.com/vpc/latest/userguide/security-group-rules.html
 * @throws MSEG3006 if security groups would admit more than the service.
 */
export function ruleTraffic(service: ManifestService, where: string): RuleTraffic {
  const { protocol, fromPort, toPort } = service;
  if (!canFilter(service)) fail('MSEG3006', where, `ports of ${protocol}/${fromPort} cannot be filtered`);
  switch (protocol) {
    case 'all': return { protocol: '-1' };
    case 'tcp':
    case 'udp': return { protocol, fromPort: fromPort ?? 0, toPort: toPort ?? 65535 };
    case 'icmp':
    case 'icmpv6': return { protocol, fromPort: fromPort ?? ANY, toPort: toPort ?? ANY };
    case 'sctp': return { protocol: SCTP };
    default: return { protocol };
  }
}

/** Whether security groups admit exactly this service. Of SCTP they see all ports or none. */
export function canFilter({ protocol, fromPort = 0, toPort = 65535 }: ManifestService): boolean {
  return protocol !== 'sctp' || (fromPort === 0 && toPort === 65535);
}

/** Address family in which the protocol exists; undefined for both. */
export function familyOfProtocol(protocol: string): 4 | 6 | undefined {
  if (protocol === 'icmp') return 4;
  return protocol === 'icmpv6' ? 6 : undefined;
}
