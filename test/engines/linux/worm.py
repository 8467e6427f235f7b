"""A host whose services all have one hole, and the worm that comes through it. One of these runs in each network namespace.

    worm.py '{"name": "Web", "addresses": ["10.0.0.1"], "tcp": [443], "udp": [53]}'

Orders and answers are lines of JSON. On standard input somebody breaches this host, or opens more of it:

    {"attack": number, "targets": [{"name", "addresses"}], "tcp": [ports], "udp": [ports]}
        -> {"hops": [[client, server, "tcp" | "udp", port], ...]}
    {"listen": {"tcp": [ports], "udp": [ports]}}  -> {}

A breached host tries all ports of all addresses of all targets, and sends the order itself over the first connection that comes
about with each of them. What receives it is breached, does the same, and answers over that connection with the hops from there:
the worm and what is known of it travel by no other way than the network.
"""

import asyncio
import json
import resource
import socket
import sys

PATIENCE = 1.5  # seconds for a host; the kernel asks a second time after one
LARGEST = 60_000


def opened(address, port, kind):
    sock = socket.socket(socket.AF_INET6 if ':' in address else socket.AF_INET, kind)
    sock.setblocking(False)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    sock.bind((address, port))
    return sock


async def line_from(sock):
    data = b''
    while not data.endswith(b'\n'):
        part = await asyncio.get_running_loop().sock_recv(sock, LARGEST)
        if not part:
            break
        data += part
    return data


def line_of(value):
    return json.dumps(value).encode() + b'\n'


class Host:
    def __init__(self, name, addresses):
        self.name, self.addresses, self.attacks, self.tasks = name, addresses, set(), set()
        self.loop = asyncio.get_running_loop()

    def start(self, work):
        # The loop itself holds tasks weakly.
        task = asyncio.create_task(work)
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)
        return task

    # --- the hole ---

    def listen(self, tcp, udp):
        for address in self.addresses:
            for port in tcp:
                listener = opened(address, port, socket.SOCK_STREAM)
                listener.listen(1024)
                self.start(self.accept(listener))
            for port in udp:
                sock = opened(address, port, socket.SOCK_DGRAM)
                self.loop.add_reader(sock, self.datagram, sock)

    async def accept(self, listener):
        while True:
            sock, _ = await self.loop.sock_accept(listener)
            self.start(self.converse(sock))

    async def converse(self, sock):
        with sock:
            try:
                line = await line_from(sock)
                if line:
                    await self.loop.sock_sendall(sock, line_of(await self.breached(json.loads(line))))
            except ConnectionError:
                pass

    def datagram(self, sock):
        line, peer = sock.recvfrom(LARGEST)

        async def answer():
            sock.sendto(line if line == b'?' else line_of(await self.breached(json.loads(line))), peer)
        self.start(answer())

    # --- the worm ---

    async def breached(self, order):
        """All hops from here on; none if the worm is here already."""
        if order['attack'] in self.attacks:
            return []
        self.attacks.add(order['attack'])
        others = [target for target in order['targets'] if target['name'] != self.name]
        return [hop for hops in await asyncio.gather(*(self.enter(target, order) for target in others)) for hop in hops]

    async def enter(self, target, order):
        connected = self.loop.create_future()
        tries = [
            self.start(self.connect(connected, kind, source, destination, port))
            for kind in ('tcp', 'udp') for port in order[kind]
            for source in self.addresses for destination in target['addresses'] if (':' in source) == (':' in destination)
        ]
        await asyncio.wait([connected, asyncio.gather(*tries)], timeout=PATIENCE, return_when=asyncio.FIRST_COMPLETED)
        for attempt in tries:
            attempt.cancel()
        if not connected.done():
            return []
        kind, port, sock = connected.result()
        with sock:
            await self.loop.sock_sendall(sock, line_of(order))
            return [[self.name, target['name'], kind, port], *json.loads(await line_from(sock))]

    async def connect(self, connected, kind, source, destination, port):
        sock = opened(source, 0, socket.SOCK_STREAM if kind == 'tcp' else socket.SOCK_DGRAM)
        try:
            await self.loop.sock_connect(sock, (destination, port))
            if kind == 'udp':
                await self.loop.sock_sendall(sock, b'?')
                await self.loop.sock_recv(sock, LARGEST)
            if not connected.done():
                connected.set_result((kind, port, sock))
                return
        except (OSError, asyncio.CancelledError):
            pass
        sock.close()


async def main():
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    settings = json.loads(sys.argv[1])
    host = Host(settings['name'], settings['addresses'])
    host.listen(settings['tcp'], settings['udp'])
    print(json.dumps({'ready': True}), flush=True)
    while True:
        line = await host.loop.run_in_executor(None, sys.stdin.readline)
        if not line:
            break
        order = json.loads(line)
        if 'listen' in order:
            host.listen(**order['listen'])
        print(json.dumps({'hops': await host.breached(order)} if 'attack' in order else {}), flush=True)


asyncio.run(main())
