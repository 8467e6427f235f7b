import { End } from './plan-types';

/**
 * What a host needs to have IPv6 at all, accepted whatever is declared, each of them bound to the link:
 * router advertisements and solicitations and neighbour discovery, which count with hop limit 255 only and so never come
 * through a router; the reports and queries by which switches learn of multicast listeners (MLD), without which neighbour
 * discovery stops; and DHCPv6 of the link, which is how clouds hand out IPv6 addresses.
 *
 * Nothing of the kind is needed for IPv4: ARP does not pass these chains, and DHCP clients read and write raw frames, but
 * for unicast renewals, after which they rebind by raw frames. ICMP errors of either family (packet too big, fragmentation
 * needed, unreachable, time exceeded, parameter problem) are accepted where connection tracking relates them to a connection
 * of the host ({@link RELATED_RULES}), and nowhere else: that is what path MTU discovery needs. Echo, redirects and IGMP are not
 * essential.
 *
 * @see https://www.rfc-editor.org/rfc/rfc4890
 * @see https://www.rfc-editor.org/rfc/rfc4861#section-7.1
 */
export const ESSENTIAL_RULES: { readonly [end in End]: readonly string[] } = {
  ingress: [
    'ip6 hoplimit 255 icmpv6 type { nd-router-advert, nd-neighbor-solicit, nd-neighbor-advert } accept',
    'ip6 saddr fe80::/10 ip6 hoplimit 1 icmpv6 type mld-listener-query accept',
    'ip6 saddr fe80::/10 udp sport 547 udp dport 546 accept',
  ],
  egress: [
    'ip6 hoplimit 255 icmpv6 type { nd-router-solicit, nd-neighbor-solicit, nd-neighbor-advert } accept',
    'ip6 hoplimit 1 icmpv6 type { mld-listener-report, mld-listener-done, mld2-listener-report } accept',
    'ip6 daddr ff02::1:2 udp sport 546 udp dport 547 accept',
  ],
};

/**
 * What is accepted of the packets that connection tracking relates to a connection: errors, by their types. It relates redirects
 * of IPv4 as well, by which a neighbour would lead the host's traffic through itself.
 */
export const RELATED_RULES: readonly string[] = [
  'icmp type { destination-unreachable, time-exceeded, parameter-problem } accept',
  'icmpv6 type { destination-unreachable, packet-too-big, time-exceeded, parameter-problem } accept',
];
