"""A real HTTP server on the loopback that takes checkpoints, and can be told to answer otherwise."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class Posted:
    """One request as it came."""

    headers: dict[str, str]
    content: bytes


@dataclass
class WitnessServer:
    """Address and inbox of the witness.

    :ivar answers: status codes for the next requests, first to last; after them 201
    """

    port: int
    posted: list[Posted] = field(default_factory=list)
    answers: list[int] = field(default_factory=list)

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.port}/sahut"


@contextmanager
def witness_server() -> Iterator[WitnessServer]:
    """The witness, until the end of the block."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            content = self.rfile.read(int(self.headers["Content-Length"]))
            found.posted.append(Posted(dict(self.headers), content))
            status = found.answers.pop(0) if found.answers else 201
            self.send_response(status)
            if status == 302:
                self.send_header("Location", f"{found.url}/elsewhere")
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_what: object) -> None:
            """Quiet: what came is in `posted`."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    found = WitnessServer(server.server_address[1])
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield found
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
