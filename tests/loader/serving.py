"""A web server on the loopback interface: a folder, byte ranges, and mishaps on request."""

import random
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread


@dataclass
class Served:
    """`requests`: (file name, Range header) of each. `failures`: so many of the next are answered
    with 503. `refused` and `flipped`: the shares of answers that are a 503, and of the others that
    have one wrong bit. `connections`: how many were opened."""

    url: str = ""
    ranges: bool = True
    failures: int = 0
    refused: float = 0.0
    flipped: float = 0.0
    connections: int = 0
    requests: list[tuple[str, str | None]] = field(default_factory=list)

    def of(self, suffix: str) -> list[str | None]:
        """The Range headers of the requests for files with this suffix."""
        return [asked for name, asked in self.requests if name.endswith(suffix)]


@contextmanager
def serving(folder: Path) -> Iterator[Served]:
    """Serve `folder` until the context ends."""
    served = Served()
    chance = random.Random(0)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def setup(self) -> None:
            served.connections += 1
            super().setup()

        def do_GET(self) -> None:
            name = self.path.partition("?")[0].lstrip("/")
            asked = self.headers.get("Range")
            served.requests.append((name, asked))
            if served.failures or chance.random() < served.refused:
                served.failures = max(0, served.failures - 1)
                self.send_error(503)
                return
            if not (folder / name).is_file():
                self.send_error(404)
                return
            data, status = (folder / name).read_bytes(), 200
            total = len(data)
            if asked and served.ranges:
                first, last = map(int, re.findall(r"\d+", asked))
                data, status = data[first : last + 1], 206
            if chance.random() < served.flipped:
                at = chance.randrange(len(data))
                data = data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]
            self.send_response(status)
            if status == 206:
                self.send_header("Content-Range", f"bytes {first}-{last}/{total}")
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    served.url = f"http://127.0.0.1:{server.server_port}"
    try:
        yield served
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
