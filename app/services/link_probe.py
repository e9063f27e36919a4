"""Whether a link opens for anybody, tried from here without handing anybody a door into our own house.

Only http and https, only their own ports, only addresses of the public internet. A name is resolved once and
the connection goes to the address that was judged, so that a second answer of the name server can't lead it
elsewhere; each redirect is judged anew. Little is read, nothing is kept, no cookie is sent.
"""

from __future__ import annotations

import contextlib
import http.client
import ipaddress
import re
import socket
import ssl
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from urllib.parse import urljoin, urlsplit

from reports.wbk.evidence_rules import LinkOutcome

TIMEOUT_S = 10.0
"""For one request, name to last byte; `WHOLE_S` bounds the whole try with its redirects."""
WHOLE_S = 25.0
MOST_BYTES = 1 << 16
"""So much of a page is read, to see whether it asks for a password."""
MOST_REDIRECTS = 5
PORTS = {"http": 80, "https": 443}
AGENT = "Sahut-link-check/1.0"

_PASSWORD = re.compile(rb"<input[^>]+type\s*=\s*[\"']?password", re.IGNORECASE)
_SIGN_IN_HOSTS = frozenset({"accounts.google.com", "login.microsoftonline.com", "login.live.com"})
_SIGN_IN_PATH = re.compile(r"/(login|signin|sign-in|masuk|auth|sso)(/|$|\.)", re.IGNORECASE)

Resolve = Callable[[str, int], Sequence[str]]
"""Addresses of a host name.

:raises OSError: it has none
"""
May = Callable[[str], bool]
"""Whether an address may be connected to."""


@dataclass(frozen=True, slots=True)
class Probe:
    """What a try at a link found."""

    outcome: LinkOutcome
    http_status: int | None = None


class _Stopped(Exception):
    def __init__(self, outcome: LinkOutcome, http_status: int | None = None) -> None:
        super().__init__(outcome)
        self.probe = Probe(outcome, http_status)


@dataclass(frozen=True, slots=True)
class _Answer:
    status: int
    location: str | None
    start: bytes


def resolve(host: str, port: int) -> tuple[str, ...]:
    """Addresses that the name server gives for a host, in its order.

    :raises OSError: it knows none
    """
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return tuple(dict.fromkeys(str(entry[4][0]) for entry in found))


def is_public(address: str) -> bool:
    """Whether an address is one of the public internet, also where it is wrapped in a longer one."""
    try:
        ip = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(ip, ipaddress.IPv6Address):
        inner = ip.ipv4_mapped or ip.sixtofour or (ip.teredo[1] if ip.teredo else None)
        if inner is not None and not is_public(str(inner)):
            return False
        if ip in _NAT64:
            return is_public(str(ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)))
    return ip.is_global and not ip.is_multicast


_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")


def probe_link(
    url: str,
    *,
    may: May = is_public,
    resolver: Resolve = resolve,
    ports: frozenset[int] | None = None,
    timeout_s: float = TIMEOUT_S,
) -> Probe:
    """Try to open a link as somebody without an account would; never raises for what lies on the other side.

    :param ports: that may be connected to; the scheme's own if not given
    """
    ends_at = time.monotonic() + WHOLE_S
    try:
        for _ in range(MOST_REDIRECTS + 1):
            answer = _get(url, may, resolver, ports, min(timeout_s, ends_at - time.monotonic()))
            if answer.location is None:
                return _judge(url, answer)
            url = urljoin(url, answer.location)
    except _Stopped as stopped:
        return stopped.probe
    return Probe(LinkOutcome.LOOP)


def _judge(url: str, answer: _Answer) -> Probe:
    status = answer.status
    if status in (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN, HTTPStatus.PROXY_AUTHENTICATION_REQUIRED):
        return Probe(LinkOutcome.REFUSED, status)
    if status in (HTTPStatus.NOT_FOUND, HTTPStatus.GONE):
        return Probe(LinkOutcome.MISSING, status)
    if not 200 <= status < 300:
        return Probe(LinkOutcome.BROKEN, status)
    if is_sign_in(url) or _PASSWORD.search(answer.start):
        return Probe(LinkOutcome.LOGIN, status)
    return Probe(LinkOutcome.OPEN, status)


def is_sign_in(url: str) -> bool:
    """Whether an address is that of a door where people sign in."""
    parts = urlsplit(url)
    return (parts.hostname or "") in _SIGN_IN_HOSTS or bool(_SIGN_IN_PATH.search(parts.path))


def _get(url: str, may: May, resolver: Resolve, ports: frozenset[int] | None, timeout_s: float) -> _Answer:
    """One request; what keeps it from an answer is an outcome."""
    if timeout_s <= 0:
        raise _Stopped(LinkOutcome.TIMEOUT)
    scheme, host, port, target = _parts(url, ports)
    address = _address(host, port, may, resolver)
    connection = _connection(scheme, host, port, address, timeout_s)
    late = threading.Event()
    overdue = threading.Timer(timeout_s, _hang_up, (connection, late))
    overdue.start()
    try:
        headers = {"User-Agent": AGENT, "Accept": "*/*", "Accept-Encoding": "identity", "Connection": "close"}
        connection.request("GET", target, headers=headers)
        response = connection.getresponse()
        location = response.getheader("Location") if 300 <= response.status < 400 else None
        start = b"" if location is not None else _start(response, timeout_s)
        return _Answer(response.status, location, start)
    except TimeoutError:
        raise _Stopped(LinkOutcome.TIMEOUT) from None
    except ssl.SSLError:
        raise _Stopped(LinkOutcome.INSECURE) from None
    except (OSError, http.client.HTTPException, ValueError):
        raise _Stopped(LinkOutcome.TIMEOUT if late.is_set() else LinkOutcome.UNREACHED) from None
    finally:
        overdue.cancel()
        connection.close()


def _hang_up(connection: http.client.HTTPConnection, late: threading.Event) -> None:
    """End a conversation in which the other side says a byte now and then."""
    late.set()
    if connection.sock is not None:
        with contextlib.suppress(OSError):
            connection.sock.shutdown(socket.SHUT_RDWR)


def _start(response: http.client.HTTPResponse, timeout_s: float) -> bytes:
    """The first bytes of a page; of other kinds none are wanted. A slow trickle ends with the time."""
    if "html" not in (response.getheader("Content-Type") or "").lower():
        return b""
    ends_at, read = time.monotonic() + timeout_s, b""
    while len(read) < MOST_BYTES and time.monotonic() < ends_at:
        part = response.read1(MOST_BYTES - len(read))
        if not part:
            break
        read += part
    return read


def _parts(url: str, ports: frozenset[int] | None) -> tuple[str, str, int, str]:
    """Scheme, host, port and target of an address that may be tried.

    :raises _Stopped: it may not: another scheme or port, credentials in it, no host
    """
    try:
        parts = urlsplit(url)
        port = parts.port or PORTS.get(parts.scheme, 0)
        host = (parts.hostname or "").encode("idna").decode("ascii")
    except ValueError:
        raise _Stopped(LinkOutcome.FORBIDDEN) from None
    allowed = ports if ports is not None else frozenset({PORTS.get(parts.scheme, 0)})
    if parts.scheme not in PORTS or not host or port not in allowed or parts.username is not None:
        raise _Stopped(LinkOutcome.FORBIDDEN)
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    if not target.isascii() or any(c <= " " for c in target):
        target = _quoted(target)
    return parts.scheme, host, port, target


def _quoted(target: str) -> str:
    return "".join(
        chr(byte) if 0x20 < byte < 0x7F else f"%{byte:02X}" for byte in target.encode("utf-8", "replace")
    )


def _address(host: str, port: int, may: May, resolver: Resolve) -> str:
    """The address to connect to; every address of the name must be one that we may."""
    try:
        addresses = resolver(host, port)
    except (OSError, UnicodeError):
        raise _Stopped(LinkOutcome.UNREACHED) from None
    if not addresses:
        raise _Stopped(LinkOutcome.UNREACHED)
    if not all(may(address) for address in addresses):
        raise _Stopped(LinkOutcome.FORBIDDEN)
    return addresses[0]


def _connection(
    scheme: str, host: str, port: int, address: str, timeout_s: float
) -> http.client.HTTPConnection:
    """A connection to an address, under the name of the host (also for its certificate)."""
    if scheme == "https":
        return _PinnedHttps(host, port, address, timeout_s)
    return _PinnedHttp(host, port, address, timeout_s)


class _PinnedHttp(http.client.HTTPConnection):
    """Goes to one address, whatever the name would lead to by now."""

    def __init__(self, host: str, port: int, address: str, timeout_s: float) -> None:
        super().__init__(host, port, timeout=timeout_s)
        self._address = address

    def connect(self) -> None:
        self.sock = socket.create_connection((self._address, self.port), self.timeout)


class _PinnedHttps(_PinnedHttp):
    """The same with TLS, the certificate being that of the name."""

    default_port = 443

    def connect(self) -> None:
        super().connect()
        context = ssl.create_default_context()
        self.sock = context.wrap_socket(self.sock, server_hostname=self.host)
