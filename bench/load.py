"""A load generator: so many clients, each asking again as soon as it has its answer.

One thread, raw sockets kept alive: the generator takes as little as it can of the two cores that it shares
with the servers, and treats yardstick and page alike.
"""

from __future__ import annotations

import selectors
import socket
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from statistics import median, quantiles

RECEIVE = 1 << 16
PATIENCE_S = 30
"""How long an answer may take before the run is given up."""


class UnexpectedAnswerError(RuntimeError):
    """A page answered with another status than the bench expects, so its time means nothing."""


@dataclass(frozen=True)
class Request:
    """One request, and the status that it must be answered with."""

    method: str
    path: str
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""

    def encode(self, host: str) -> bytes:
        """The bytes on the wire."""
        lines = [f"{self.method} {self.path} HTTP/1.1", f"Host: {host}"]
        lines += [f"{name}: {value}" for name, value in self.headers.items()]
        if self.body or self.method == "POST":
            lines.append(f"Content-Length: {len(self.body)}")
        return "\r\n".join([*lines, "", ""]).encode() + self.body


@dataclass(frozen=True)
class Measure:
    """What a run measured."""

    requests: int
    seconds: float
    latencies_s: tuple[float, ...]

    @property
    def rate(self) -> float:
        """Answers a second."""
        return self.requests / self.seconds

    @property
    def median_ms(self) -> float:
        """The middle answer's time."""
        return median(self.latencies_s) * 1000

    @property
    def p95_ms(self) -> float:
        """Time within which 95 of 100 answers came."""
        if len(self.latencies_s) < 2:
            return self.median_ms
        return quantiles(self.latencies_s, n=20)[-1] * 1000


class _Client:
    """One connection with one request under way; made anew only where the server closes it."""

    def __init__(self, port: int, selector: selectors.BaseSelector) -> None:
        self.address = ("127.0.0.1", port)
        self.selector = selector
        self.socket: socket.socket | None = None
        self.answer = b""
        self.expected = 200
        self.path = ""
        self.began = 0.0

    def ask(self, request: Request) -> None:
        self.answer, self.expected, self.path = b"", request.status, request.path
        wire = request.encode(f"{self.address[0]}:{self.address[1]}")
        self.began = time.perf_counter()
        self._connected().sendall(wire)

    def _connected(self) -> socket.socket:
        if self.socket is None:
            self.socket = socket.create_connection(self.address, timeout=PATIENCE_S)
            self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self.selector.register(self.socket, selectors.EVENT_READ, self)
        return self.socket

    def receive(self) -> float | None:
        """Take what has come; the time the answer took once it is whole, else None."""
        part = self._connected().recv(RECEIVE)
        if not part:
            raise UnexpectedAnswerError(f"{self.path}: the server closed the connection")
        self.answer += part
        head, separator, body = self.answer.partition(b"\r\n\r\n")
        if not separator or len(body) < int(_header(head, b"content-length") or 0):
            return None
        took = time.perf_counter() - self.began
        status = int(head[9:12])
        if status != self.expected:
            raise UnexpectedAnswerError(f"{self.path}: {status} instead of {self.expected}")
        if not _header(head, b"content-length"):
            raise UnexpectedAnswerError(f"{self.path}: without Content-Length no answer is known to be whole")
        if _header(head, b"connection").lower() == b"close":
            self.close()
        return took

    def close(self) -> None:
        if self.socket is not None:
            self.selector.unregister(self.socket)
            self.socket.close()
            self.socket = None


def _header(head: bytes, wanted: bytes) -> bytes:
    """Value of the header `wanted` (lower case); empty if it isn't there."""
    for line in head.split(b"\r\n")[1:]:
        name, _, value = line.partition(b":")
        if name.lower() == wanted:
            return value.strip()
    return b""


def measure(port: int, requests: Iterator[Request], *, clients: int, seconds: float) -> Measure:
    """Let `clients` ask for about `seconds`; an answer under way at the end is waited for and counted.

    :param requests: what to ask, in turn; if they run out, the run ends with them.
    :raises UnexpectedAnswerError: for any answer of another status than its request says.
    """
    selector = selectors.DefaultSelector()
    everyone = [_Client(port, selector) for _ in range(clients)]
    busy: set[_Client] = set()
    latencies: list[float] = []
    began = time.perf_counter()
    end = began + seconds
    try:
        for client, request in zip(everyone, requests, strict=False):
            client.ask(request)
            busy.add(client)
        while busy:
            ready = selector.select(timeout=PATIENCE_S)
            if not ready:
                raise UnexpectedAnswerError(f"no answer within {PATIENCE_S} s")
            for key, _ in ready:
                client = key.data
                took = client.receive()
                if took is None:
                    continue
                latencies.append(took)
                more = next(requests, None) if time.perf_counter() < end else None
                if more is None:
                    busy.remove(client)
                else:
                    client.ask(more)
        return Measure(len(latencies), time.perf_counter() - began, tuple(latencies))
    finally:
        for client in everyone:
            client.close()
        selector.close()
