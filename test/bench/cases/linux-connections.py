"""Opens TCP connections one after the other for so many seconds, and prints how many a second: SOURCE DESTINATION PORT SECONDS."""

import socket
import struct
import sys
import time

source, destination, port, seconds = sys.argv[1], sys.argv[2], int(sys.argv[3]), float(sys.argv[4])
opened, start = 0, time.monotonic()
while time.monotonic() < start + seconds:
    sock = socket.socket()
    # Closed by reset: no port is left waiting.
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack('ii', 1, 0))
    sock.bind((source, 0))
    sock.connect((destination, port))
    sock.close()
    opened += 1
print(opened / (time.monotonic() - start))
