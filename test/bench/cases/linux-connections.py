"""New TCP connections, one after the other: `serve ADDRESS PORT`, or `compare SOURCE ONE OTHER PORT SECONDS`.

Prints how many a second there are to each of the two, by the median time of one.
"""

import socket
import statistics
import struct
import sys
import time


def family(address):
    return socket.AF_INET6 if ':' in address else socket.AF_INET


def serve(address, port):
    listener = socket.socket(family(address))
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind((address, int(port)))
    listener.listen(4096)
    while True:
        listener.accept()[0].close()


def opened_in(source, target):
    start = time.perf_counter()
    sock = socket.socket(family(source))
    # Closed by reset: no port is left waiting.
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack('ii', 1, 0))
    sock.bind((source, 0))
    sock.connect(target)
    sock.close()
    return time.perf_counter() - start


def compare(source, one, other, port, seconds):
    targets, end = [(one, int(port)), (other, int(port))], time.monotonic() + float(seconds)
    times = [[opened_in(source, target)] for target in targets]
    # In turn, so that whatever else the machine does hits both alike; the median leaves out what it interrupts.
    while time.monotonic() < end:
        for target, taken in zip(targets, times):
            taken.append(opened_in(source, target))
    print(*(1 / statistics.median(taken) for taken in times))


{'serve': serve, 'compare': compare}[sys.argv[1]](*sys.argv[2:])
