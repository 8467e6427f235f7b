import { PlatformCapabilities } from '../capability';

/** A host matches every service exactly: ports of TCP, UDP and SCTP, types and codes of ICMP and ICMPv6, any other protocol whole. */
export const LINUX_CAPABILITIES: PlatformCapabilities = { platform: 'linux', canFilter: () => true };
