"""Ports for the servers that tests start."""

import os
import socket
from contextlib import suppress
from itertools import count

# Below those that systems lend to clients, from 32768 on: a test that tries such a port until a
# server listens there can be lent the very same one, and then keeps the server from it.
_PORTS = range(20_000, 32_000)
_numbers = count(37 * os.getpid())  # suites that run at the same time begin in different places


def free_port() -> int:
    """Return a port on which nothing listens, another one at each call."""
    while True:
        port = _PORTS[next(_numbers) % len(_PORTS)]
        with suppress(OSError), socket.socket() as probe:
            probe.bind(("127.0.0.1", port))
            return port
