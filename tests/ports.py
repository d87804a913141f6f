"""A port for a server that must be told which."""

import random
import socket

# below those that systems give to whoever connects or asks for any, so that nobody gets it
# between here and the server's start; drawn by chance, since several sessions may run at once
_PORTS = range(15000, 32000)
_chance = random.SystemRandom()


def free_port() -> int:
    """A port of 127.0.0.1 at which nobody listens."""
    while True:
        port = _chance.choice(_PORTS)
        with socket.socket() as listener:
            try:
                listener.bind(("127.0.0.1", port))
            except OSError:
                continue
        return port
