import { PlatformCapabilities } from '../capability';
import { canFilter } from './rule-traffic';

/**
 * What rules of security groups can say: ports of TCP and UDP, types and codes of ICMP, any other protocol as a whole.
 *
 * @see https://docs.aws.amazon.com/vpc/latest/userguide/security-group-rules.html
 */
export const AWS_CAPABILITIES: PlatformCapabilities = { platform: 'aws', canFilter };
