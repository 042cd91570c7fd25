"""Ports for servers that a test starts, chosen before the server listens on them."""

import random
import socket

HOST = "127.0.0.1"
# Below the range that systems take outgoing ports from: nobody gets one of these by accident, so it stays free until
# its server listens, and while its server is down. Each kind of server has a part of its own.
MAIL_PORTS = range(20_000, 26_000)
WEB_PORTS = range(26_000, 32_000)


def free_port(ports: range) -> int:
    for _attempt in range(100):
        port = random.SystemRandom().choice(ports)
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((HOST, port))
            except OSError:
                continue
            return port
    raise RuntimeError("no free port for a server of a test")
