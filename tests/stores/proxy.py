"""An HTTP proxy on loopback in front of a real object store, which lets things go wrong on request.

The mishaps are those of a network and of a busy store: an answer of 503, a connection that is reset
before the store heard of the request or after it did what was asked, an answer that stops half-way
though its length was announced, and one that comes slowly.
"""

import socket
import struct
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPResponse
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from math import inf
from typing import Literal

Fault = Literal["busy", "reset", "unanswered", "cut", "slow"]
FAULTS: tuple[Fault, ...] = ("busy", "reset", "unanswered", "cut", "slow")
_HOP = {"connection", "keep-alive", "transfer-encoding", "proxy-connection"}
_SLOW = 0.3
"""Seconds that a slow answer takes."""


@dataclass
class Mishaps:
    """Of the requests that are `chosen` by method and path, every `every`th meets the next of
    `faults`, `most` of them in all.

    `requests` counts what came by method and path, `met` what befell them.
    """

    faults: tuple[Fault, ...] = ()
    every: int = 1
    chosen: Callable[[str, str], bool] = lambda _method, _path: True
    most: float = inf
    requests: Counter[str] = field(default_factory=Counter)
    met: Counter[str] = field(default_factory=Counter)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _seen: int = 0

    def begin(
        self,
        *faults: Fault,
        every: int = 1,
        chosen: Callable[[str, str], bool] = lambda _method, _path: True,
        most: float = inf,
    ) -> None:
        """From now on these, counted anew."""
        with self._lock:
            self.faults, self.every, self.chosen, self.most = faults, every, chosen, most
            self._seen = 0
            self.requests.clear()
            self.met.clear()

    def next(self, method: str, path: str) -> Fault | None:
        """What befalls this request."""
        with self._lock:
            self.requests[f"{method} {path}"] += 1
            if not self.faults or not self.chosen(method, path):
                return None
            self._seen += 1
            if self._seen % self.every or self.met.total() >= self.most:
                return None
            fault = self.faults[(self._seen // self.every - 1) % len(self.faults)]
            self.met[fault] += 1
            return fault


@contextmanager
def proxy(store: Callable[[], int]) -> Iterator[tuple[int, Mishaps]]:
    """The port of a proxy, and what may go wrong there. `store` says which port the store behind it
    has, once somebody asks for something."""
    mishaps = Mishaps()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _pass_on(self) -> None:
            body = self._body()
            fault = mishaps.next(self.command, self.path)
            if fault == "busy":
                self._answer(503, [("Content-Type", "text/plain")], b"slow down")
                return
            if fault == "reset":
                self._reset()
                return
            upstream = HTTPConnection("127.0.0.1", store(), timeout=300)
            headers = {k: v for k, v in self.headers.items() if k.lower() not in _HOP}
            upstream.request(self.command, self.path, body, headers)
            response = upstream.getresponse()
            data = response.read()
            upstream.close()
            if fault == "unanswered":
                self._reset()
                return
            if fault == "slow":
                time.sleep(_SLOW)
            self._answer(response.status, _headers(response), data, fault == "cut")

        do_GET = do_PUT = do_POST = do_DELETE = do_HEAD = do_PATCH = _pass_on

        def _body(self) -> bytes:
            if self.headers.get("Transfer-Encoding", "").lower() != "chunked":
                return self.rfile.read(int(self.headers.get("Content-Length", 0)))
            data = b""
            while size := int(self.rfile.readline().split(b";")[0], 16):
                data += self.rfile.read(size)
                self.rfile.readline()
            self.rfile.readline()
            return data

        def _answer(
            self, status: int, headers: list[tuple[str, str]], data: bytes, cut: bool = False
        ) -> None:
            self.send_response_only(status)
            for name, value in headers:
                self.send_header(name, value)
            if self.command != "HEAD":
                self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            if self.command == "HEAD":
                return
            with suppress(ConnectionError):  # a client may leave, too
                self.wfile.write(data[: len(data) // 2] if cut else data)
            if cut:
                self.close_connection = True

        def _reset(self) -> None:
            # closed with data unread or with this option, a connection is reset and not ended
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.close_connection = True
            self.connection.close()

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(
        target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True
    )
    thread.start()
    try:
        yield server.server_port, mishaps
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _headers(response: HTTPResponse) -> list[tuple[str, str]]:
    dropped = _HOP | {"content-length"} if response.getheader("Content-Length") else _HOP
    kept = [(name, value) for name, value in response.getheaders() if name.lower() not in dropped]
    if response._method == "HEAD" and (length := response.getheader("Content-Length")):  # type: ignore[attr-defined]
        kept.append(("Content-Length", length))
    return kept
