"""Asks for connections, one a line of standard input, and says which of them come about.

    tcp ADDRESS PORT | icmp ADDRESS TYPE CODE
"""
import os
import socket
import struct
import sys

WAIT_SECONDS = 0.7
REPLIES = {8: 0, 128: 129}


def family(address):
    return socket.AF_INET6 if ":" in address else socket.AF_INET


def tcp(address, port):
    with socket.socket(family(address), socket.SOCK_STREAM) as client:
        client.settimeout(WAIT_SECONDS)
        try:
            client.connect((address, port))
            return True
        except OSError:
            return False


def checksum(data):
    total = sum(struct.unpack(f"!{len(data) // 2}H", data))
    total = (total >> 16) + (total & 0xFFFF)
    return ~(total + (total >> 16)) & 0xFFFF


def icmp(address, kind, code):
    with socket.socket(family(address), socket.SOCK_RAW, 58 if ":" in address else 1) as client:
        client.settimeout(WAIT_SECONDS)
        echo = struct.pack("!HH", os.getpid() & 0xFFFF, 1)
        # The kernel fills in the checksum of ICMPv6, which is over the addresses, too.
        packet = struct.pack("!BBH", kind, code, 0) + echo
        client.sendto(packet[:2] + struct.pack("!H", checksum(packet)) + echo, (address, 0))
        try:
            while True:
                answer, (sender, *_) = client.recvfrom(2000)
                body = answer if ":" in address else answer[20:]
                if sender == address and body[0] == REPLIES.get(kind) and body[4:8] == echo:
                    return True
        except OSError:
            return False


for line in sys.stdin:
    kind, address, *numbers = line.split()
    reached = {"tcp": tcp, "icmp": icmp}[kind](address, *map(int, numbers))
    print(line.strip(), "open" if reached else "closed")
