"""Sends one crafted packet: `crafted.py NAME SOURCE4 SERVER4 SOURCE6 SERVER6 LINK-LOCAL`, where the last is the sender's own.

What ordinary programs never send: fragments, extension headers, segments of no connection, ICMP errors, and what only a router or
a neighbour may say, from where none can be.
"""

import socket
import struct
import sys

DECLARED, UNDECLARED, CLIENT_PORT = 5000, 5001, 6000
UDP, TCP, ICMP, ICMPV6 = socket.IPPROTO_UDP, socket.IPPROTO_TCP, socket.IPPROTO_ICMP, socket.IPPROTO_ICMPV6
HOP_BY_HOP, FRAGMENT, OPTIONS = 0, 44, 60
NAME, SOURCE4, SERVER4, SOURCE6, SERVER6, LINK_LOCAL = sys.argv[1:]
EIGHT_BYTES_OF_PADDING = b'\x01\x04\x00\x00\x00\x00'
DATA = b'x' * 32


def checksum(data):
    data += b'\0' * (len(data) % 2)
    total = sum(struct.unpack(f'!{len(data) // 2}H', data))
    while total >> 16:
        total = (total & 0xffff) + (total >> 16)
    return ~total & 0xffff


def packed(address):
    return socket.inet_pton(socket.AF_INET6 if ':' in address else socket.AF_INET, address)


def ipv4(payload, protocol, source=SOURCE4, destination=SERVER4, fragment=0):
    head = struct.pack('!BBHHHBBH', 0x45, 0, 20 + len(payload), 4711, fragment, 64, protocol, 0) + packed(source) + packed(destination)
    return head[:10] + struct.pack('!H', checksum(head)) + head[12:] + payload


def ipv6(payload, next_header, source=SOURCE6, destination=SERVER6, hops=64):
    return struct.pack('!IHBB', 6 << 28, len(payload), next_header, hops) + packed(source) + packed(destination) + payload


def summed(segment, protocol, source, destination, at):
    """With its checksum in the place for it."""
    pseudo = packed(source) + packed(destination) + struct.pack('!II', len(segment), protocol)
    return segment[:at] + struct.pack('!H', checksum(pseudo + segment)) + segment[at + 2:]


def udp(port, source=SOURCE4, destination=SERVER4, source_port=CLIENT_PORT):
    return summed(struct.pack('!HHHH', source_port, port, 8 + len(DATA), 0) + DATA, UDP, source, destination, 6)


def udp6(port, source=SOURCE6, source_port=CLIENT_PORT):
    return udp(port, source, SERVER6, source_port)


def acknowledgement(port):
    return summed(struct.pack('!HHIIBBHHH', CLIENT_PORT, port, 1, 1, 0x50, 0x10, 1024, 0, 0), TCP, SOURCE4, SERVER4, 16)


def fragments4(payload):
    return [ipv4(payload[:16], UDP, fragment=0x2000), ipv4(payload[16:], UDP, fragment=2)]


def fragments6(payload):
    return [ipv6(struct.pack('!BBHI', UDP, 0, offset, 4711) + part, FRAGMENT) for offset, part in ((1, payload[:16]), (16, payload[16:]))]


def behind_options(payload):
    return [ipv6(bytes([OPTIONS, 0]) + EIGHT_BYTES_OF_PADDING + bytes([UDP, 0]) + EIGHT_BYTES_OF_PADDING + payload, HOP_BY_HOP)]


def icmp(kind, code, rest, about):
    """About a packet that the server has sent, or never did."""
    message = struct.pack('!BBH', kind, code, 0) + rest + about
    return [ipv4(message[:2] + struct.pack('!H', checksum(message)) + message[4:], ICMP)]


def icmp6(kind, rest, source=SOURCE6, hops=64):
    return [ipv6(summed(struct.pack('!BBH', kind, 0, 0) + rest, ICMPV6, source, SERVER6, 2), ICMPV6, source, hops=hops)]


def answered(source, destination, wrap, port):
    return wrap(udp(CLIENT_PORT, source, destination, port), UDP, source, destination)


ANSWER4, NO_ANSWER4 = (answered(SERVER4, SOURCE4, ipv4, port) for port in (DECLARED, UNDECLARED))
ANSWER6, NO_ANSWER6 = (answered(SERVER6, SOURCE6, ipv6, port) for port in (DECLARED, UNDECLARED))
SIZE = struct.pack('!I', 1400)
SOLICITATION, REDIRECT6 = bytes(4) + packed(SERVER6), bytes(4) + packed(LINK_LOCAL) + packed(SOURCE6)
ADVERTISEMENT, QUERY = struct.pack('!BBHII', 64, 0, 0, 0, 0), bytes(20)

PACKETS = {
    'datagram': lambda: [ipv4(udp(DECLARED), UDP)],
    'datagram, undeclared': lambda: [ipv4(udp(UNDECLARED), UDP)],
    'datagram 6': lambda: [ipv6(udp6(DECLARED), UDP)],
    'datagram 6, undeclared': lambda: [ipv6(udp6(UNDECLARED), UDP)],
    'fragments': lambda: fragments4(udp(DECLARED)),
    'fragments, undeclared': lambda: fragments4(udp(UNDECLARED)),
    'fragments 6': lambda: fragments6(udp6(DECLARED)),
    'fragments 6, undeclared': lambda: fragments6(udp6(UNDECLARED)),
    'options 6': lambda: behind_options(udp6(DECLARED)),
    'options 6, undeclared': lambda: behind_options(udp6(UNDECLARED)),
    'acknowledgement, undeclared': lambda: [ipv4(acknowledgement(UNDECLARED), TCP)],
    'fragmentation needed': lambda: icmp(3, 4, SIZE, ANSWER4),
    'fragmentation needed, of no connection': lambda: icmp(3, 4, SIZE, NO_ANSWER4),
    'redirect': lambda: icmp(5, 1, packed(SOURCE4), ANSWER4),
    'packet too big': lambda: icmp6(2, SIZE + ANSWER6),
    'packet too big, of no connection': lambda: icmp6(2, SIZE + NO_ANSWER6),
    'redirect 6': lambda: icmp6(137, REDIRECT6, LINK_LOCAL, 255),
    'neighbour solicitation': lambda: icmp6(135, SOLICITATION, hops=255),
    'neighbour solicitation, through a router': lambda: icmp6(135, SOLICITATION, hops=254),
    'router advertisement': lambda: icmp6(134, ADVERTISEMENT, LINK_LOCAL, 255),
    'router advertisement, through a router': lambda: icmp6(134, ADVERTISEMENT, LINK_LOCAL, 254),
    'listener query': lambda: icmp6(130, QUERY, LINK_LOCAL, 1),
    'listener query, from elsewhere': lambda: icmp6(130, QUERY, SOURCE6, 1),
    'address from a server of the link': lambda: [ipv6(udp6(546, LINK_LOCAL, 547), UDP, LINK_LOCAL)],
    'address from elsewhere': lambda: [ipv6(udp6(546, SOURCE6, 547), UDP)],
}

for packet in PACKETS[NAME]():
    family, destination = (socket.AF_INET, SERVER4) if packet[0] >> 4 == 4 else (socket.AF_INET6, SERVER6)
    with socket.socket(family, socket.SOCK_RAW, socket.IPPROTO_RAW) as raw:
        raw.sendto(packet, (destination, 0))
