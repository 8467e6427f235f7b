import { servicesOf } from '../../compiler';
import { PlatformCapabilities } from '../capability';
import { isExpressible } from './layer4';

/**
 * What Google Cloud's firewalls filter exactly: TCP, UDP and SCTP by port, any other protocol as a whole. ICMP types and
 * codes are out of their sight.
 *
 * @see https://cloud.google.com/firewall/docs/firewalls#protocols_and_ports
 */
export const GOOGLE_CAPABILITIES: PlatformCapabilities = {
  platform: 'gcp',
  canFilter: (service) => servicesOf([service]).ranges().every(isExpressible),
};
