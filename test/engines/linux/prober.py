"""One of these runs in each network namespace: it answers on TCP and UDP ports, and probes others when it is told to.

    prober.py '{"addresses": ["10.0.0.1"], "tcp": [443], "udp": [53]}'

A command is a line of JSON on standard input, its answer a line of JSON on standard output:

    {"probe": [[source, destination, "tcp" | "udp" | "icmp", port or ICMP type], ...], "quiet": seconds}
        -> {"reached": [indexes]}     what was answered until nothing more came for so long
    {"connect": [source, destination, port]}  -> {"connection": number}     opened, and kept open
    {"ask": number}                           -> {"answered": boolean}      whether a line still comes back on it
"""

import errno
import json
import resource
import selectors
import socket
import struct
import sys
import time

PACE = 50  # probes between two looks at what has come back, so that no queue on the way overflows
PATIENCE = 1.0
REPLIES = {8: 0, 13: 14, 128: 129}  # echo and timestamp of ICMP, echo of ICMPv6

selector = selectors.DefaultSelector()
connections = []


def family_of(address):
    return socket.AF_INET6 if ':' in address else socket.AF_INET


def opened(address, port, kind):
    sock = socket.socket(family_of(address), kind)
    sock.setblocking(False)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    if kind == socket.SOCK_STREAM:
        # Closed by reset, nothing of a connection is left to disturb the next round.
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack('ii', 1, 0))
    sock.bind((address, port))
    return sock


def closed(sock):
    selector.unregister(sock)
    sock.close()


def step(seconds):
    for key, _ in selector.select(seconds):
        key.data(key.fileobj)


# --- answering ---

def listen(addresses, tcp, udp):
    for address in addresses:
        for port in tcp:
            sock = opened(address, port, socket.SOCK_STREAM)
            sock.listen(1024)
            selector.register(sock, selectors.EVENT_READ, accept)
        for port in udp:
            selector.register(opened(address, port, socket.SOCK_DGRAM), selectors.EVENT_READ, answer_datagrams)


def accept(listener):
    while True:
        try:
            sock, _ = listener.accept()
        except OSError:
            return
        sock.setblocking(False)
        selector.register(sock, selectors.EVENT_READ, echo)


def echo(sock):
    try:
        data = sock.recv(4096)
        if data:
            sock.send(data)
            return
    except OSError:
        pass
    closed(sock)


def answer_datagrams(sock):
    while True:
        try:
            data, peer = sock.recvfrom(4096)
            sock.sendto(data, peer)
        except OSError:
            return


# --- probing ---

class Round:
    identifier = 0

    def __init__(self):
        self.reached, self.sockets, self.echoes, self.raw, self.last = set(), set(), {}, {}, time.monotonic()

    def run(self, probes, quiet):
        for index, (source, destination, protocol, number) in enumerate(probes):
            try:
                getattr(self, protocol)(index, source, destination, number)
            except OSError as error:
                # Our own rules refuse what we send.
                if error.errno not in (errno.EPERM, errno.EACCES):
                    raise
            if index % PACE == 0:
                step(0)
        self.last = time.monotonic()
        while time.monotonic() < self.last + quiet and len(self.reached) < len(probes):
            step(0.05)
        for sock in list(self.sockets):
            closed(sock)
        return sorted(self.reached)

    def got(self, index):
        self.reached.add(index)
        self.last = time.monotonic()

    def watch(self, sock, event, index, answered):
        def come(_):
            if answered():
                self.got(index)
            self.sockets.discard(sock)
            closed(sock)
        self.sockets.add(sock)
        selector.register(sock, event, come)

    def tcp(self, index, source, destination, port):
        sock = opened(source, 0, socket.SOCK_STREAM)
        code = sock.connect_ex((destination, port))
        if code not in (0, errno.EINPROGRESS):
            raise OSError(code, 'connect')
        self.watch(sock, selectors.EVENT_WRITE, index, lambda: sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR) == 0)

    def udp(self, index, source, destination, port):
        sock = opened(source, 0, socket.SOCK_DGRAM)
        sock.connect((destination, port))
        sock.send(b'probe')

        def answered():
            try:
                return sock.recv(16) == b'probe'
            except OSError:
                return False
        self.watch(sock, selectors.EVENT_READ, index, answered)

    def icmp(self, index, source, destination, kind):
        Round.identifier = Round.identifier % 65535 + 1
        body = bytes(12)
        header = struct.pack('!BBHHH', kind, 0, 0, Round.identifier, 1)
        total = sum(struct.unpack('!10H', header + body))
        while total >> 16:
            total = (total & 0xffff) + (total >> 16)
        # The kernel fills in the checksum of ICMPv6.
        header = struct.pack('!BBHHH', kind, 0, ~total & 0xffff, Round.identifier, 1)
        self.echoes[REPLIES[kind], Round.identifier] = index
        self.raw_socket(source).sendto(header + body, (destination, 0))

    def raw_socket(self, source):
        if source not in self.raw:
            family = family_of(source)
            protocol = socket.IPPROTO_ICMPV6 if family == socket.AF_INET6 else socket.IPPROTO_ICMP
            sock = socket.socket(family, socket.SOCK_RAW, protocol)
            sock.setblocking(False)
            sock.bind((source, 0))
            self.raw[source] = sock
            self.sockets.add(sock)
            selector.register(sock, selectors.EVENT_READ, self.replies)
        return self.raw[source]

    def replies(self, sock):
        while True:
            try:
                data = sock.recv(2048)
            except OSError:
                return
            if sock.family == socket.AF_INET:
                data = data[(data[0] & 15) * 4:]
            kind, _, _, identifier = struct.unpack('!BBHH', data[:6])
            if (kind, identifier) in self.echoes:
                self.got(self.echoes[kind, identifier])


# --- connections that stay ---

def connect(source, destination, port):
    sock = opened(source, 0, socket.SOCK_STREAM)
    sock.settimeout(PATIENCE)
    sock.connect((destination, port))
    connections.append(sock)
    return len(connections) - 1


def ask(number):
    try:
        connections[number].send(b'x')
        return connections[number].recv(1) == b'x'
    except OSError:
        return False


def execute(order):
    if 'probe' in order:
        answer = {'reached': Round().run(order['probe'], order['quiet'])}
    elif 'connect' in order:
        answer = {'connection': connect(*order['connect'])}
    else:
        answer = {'answered': ask(order['ask'])}
    print(json.dumps(answer), flush=True)


def main():
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    settings = json.loads(sys.argv[1])
    listen(settings['addresses'], settings['tcp'], settings['udp'])
    orders = []
    selector.register(sys.stdin.buffer, selectors.EVENT_READ, lambda stream: orders.append(stream.readline() or sys.exit(0)))
    print(json.dumps({'ready': True}), flush=True)
    while True:
        step(None)
        # Not from within a step: it takes steps itself.
        while orders:
            execute(json.loads(orders.pop()))


main()
