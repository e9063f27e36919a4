"""Trying links: what an evaluator would find, and never a door into a house."""

from __future__ import annotations

import ssl
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from app.services.link_probe import Probe, is_public, is_sign_in, probe_link
from reports.wbk.evidence_rules import LinkOutcome


class Pages(BaseHTTPRequestHandler):
    """A few pages as they are met in the wild."""

    seen: list[str]

    def do_GET(self) -> None:
        self.server.seen.append(self.path)  # type: ignore[attr-defined]
        match self.path.partition("?")[0]:
            case "/document.pdf":
                self._say(200, b"%PDF-1.7", "application/pdf")
            case "/form":
                self._say(200, b'<form><INPUT name=p type="password"></form>', "text/html; charset=utf-8")
            case "/moved":
                self._say(302, b"", "text/html", location="/document.pdf")
            case "/inside":
                self._say(302, b"", "text/html", location="http://intern.example:80/geheim")
            case "/to-login":
                self._say(302, b"", "text/html", location="/login?next=/document.pdf")
            case "/login":
                self._say(200, b"<p>Masuk</p>", "text/html")
            case "/loop":
                self._say(302, b"", "text/html", location="/loop")
            case "/no":
                self._say(403, b"", "text/html")
            case "/gone":
                self._say(410, b"", "text/html")
            case "/broken":
                self._say(500, b"", "text/html")
            case "/huge":
                self._say(200, b"<p>" + b"x" * (1 << 22), "text/html")
            case "/trickle":
                self.send_response(200)
                self.send_header("Content-Type", "text/html")
                self.end_headers()
                until = time.monotonic() + 5
                try:
                    while time.monotonic() < until:
                        self.wfile.write(b".")
                        time.sleep(0.05)
                except OSError:
                    return
            case "/silent":
                time.sleep(3)
            case _:
                self._say(404, b"", "text/html")

    def _say(self, status: int, body: bytes, kind: str, location: str | None = None) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        if location is not None:
            self.send_header("Location", location)
        self.end_headers()
        try:
            self.wfile.write(body)
        except OSError:
            return

    def log_message(self, *args: object) -> None:
        """Says nothing."""


@pytest.fixture(scope="module")
def server() -> Iterator[ThreadingHTTPServer]:
    made = ThreadingHTTPServer(("127.0.0.1", 0), Pages)
    made.seen = []  # type: ignore[attr-defined]
    made.daemon_threads = True
    thread = threading.Thread(target=made.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    yield made
    made.shutdown()
    made.server_close()


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Key and certificate of bukti.example, which nobody vouches for."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "bukti.example")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("bukti.example")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    kept = tmp_path_factory.mktemp("tls") / "bukti.pem"
    form = serialization.PrivateFormat.PKCS8
    private = key.private_bytes(serialization.Encoding.PEM, form, serialization.NoEncryption())
    kept.write_bytes(private + made.public_bytes(serialization.Encoding.PEM))
    return kept


@pytest.fixture
def secure(certificate: Path) -> Iterator[int]:
    """Port of the same pages behind TLS."""
    made = ThreadingHTTPServer(("127.0.0.1", 0), Pages)
    made.seen = []  # type: ignore[attr-defined]
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    made.socket = context.wrap_socket(made.socket, server_side=True)
    threading.Thread(target=made.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    yield made.server_address[1]
    made.shutdown()
    made.server_close()


def try_securely(host: str, port: int) -> LinkOutcome:
    return probe_link(
        f"https://{host}:{port}/document.pdf",
        may=lambda address: address == "127.0.0.1",
        resolver=lambda _host, _port: ["127.0.0.1"],
        ports=frozenset({port}),
    ).outcome


def test_a_certificate_is_held_against_the_name_and_not_the_address(
    secure: int, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert try_securely("bukti.example", secure) is LinkOutcome.INSECURE
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    assert try_securely("bukti.example", secure) is LinkOutcome.OPEN
    assert try_securely("lain.example", secure) is LinkOutcome.INSECURE


def try_at(server: ThreadingHTTPServer, path: str, timeout_s: float = 5.0) -> Probe:
    """Try a page of the server, which stands for one of the public internet under the name bukti.example."""
    port = server.server_address[1]
    return probe_link(
        f"http://bukti.example:{port}{path}",
        may=lambda address: address == "127.0.0.1",
        resolver=lambda host, _port: ["127.0.0.1"] if host == "bukti.example" else ["10.0.0.7"],
        ports=frozenset({port, 80}),
        timeout_s=timeout_s,
    )


@pytest.mark.parametrize(
    ("path", "outcome", "status"),
    [
        ("/document.pdf", LinkOutcome.OPEN, 200),
        ("/moved", LinkOutcome.OPEN, 200),
        ("/document.pdf?judul=rencana kerja é", LinkOutcome.OPEN, 200),
        ("/huge", LinkOutcome.OPEN, 200),
        ("/form", LinkOutcome.LOGIN, 200),
        ("/to-login", LinkOutcome.LOGIN, 200),
        ("/no", LinkOutcome.REFUSED, 403),
        ("/gone", LinkOutcome.MISSING, 410),
        ("/nowhere", LinkOutcome.MISSING, 404),
        ("/broken", LinkOutcome.BROKEN, 500),
        ("/loop", LinkOutcome.LOOP, None),
        ("/inside", LinkOutcome.FORBIDDEN, None),
    ],
)
def test_what_is_found_behind_a_link(
    server: ThreadingHTTPServer, path: str, outcome: LinkOutcome, status: int | None
) -> None:
    assert try_at(server, path) == Probe(outcome, status)


def test_a_host_that_says_nothing_or_little_does_not_hold_us(server: ThreadingHTTPServer) -> None:
    started = time.monotonic()
    assert try_at(server, "/silent", timeout_s=0.3).outcome is LinkOutcome.TIMEOUT
    assert try_at(server, "/trickle", timeout_s=0.3).outcome in (LinkOutcome.OPEN, LinkOutcome.TIMEOUT)
    assert time.monotonic() - started < 2.5


def test_the_connection_goes_to_the_address_that_was_judged(server: ThreadingHTTPServer) -> None:
    """A name server that answers otherwise the second time (DNS rebinding) is asked only once."""
    asked: list[str] = []

    def turning(host: str, _port: int) -> list[str]:
        asked.append(host)
        return ["127.0.0.1"] if len(asked) == 1 else ["169.254.169.254"]

    port = server.server_address[1]
    found = probe_link(
        f"http://bukti.example:{port}/document.pdf",
        may=lambda address: address == "127.0.0.1",
        resolver=turning,
        ports=frozenset({port}),
    )
    assert found.outcome is LinkOutcome.OPEN
    assert asked == ["bukti.example"]


def test_one_inner_address_among_several_is_enough_to_stay_away(server: ThreadingHTTPServer) -> None:
    server.seen.clear()  # type: ignore[attr-defined]
    port = server.server_address[1]
    found = probe_link(
        f"http://bukti.example:{port}/document.pdf",
        may=lambda address: address == "127.0.0.1",
        resolver=lambda _host, _port: ["127.0.0.1", "10.0.0.1"],
        ports=frozenset({port}),
    )
    assert found.outcome is LinkOutcome.FORBIDDEN
    assert server.seen == []  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/",
        "http://localhost/",
        "http://[::1]/",
        "http://0.0.0.0/",
        "http://2130706433/",
        "http://0x7f.1/",
        "http://169.254.169.254/latest/meta-data/",
        "http://[::ffff:10.0.0.1]/",
        "http://[64:ff9b::a00:1]/",
        "ftp://bukti.example.go.id/1.pdf",
        "file:///etc/passwd",
        "http://orang@bukti.example.go.id/",
        "http://bukti.example.go.id:22/",
        "https://bukti.example.go.id:80000/",
        "http:///tanpa-host",
    ],
)
def test_doors_into_a_house_stay_shut(url: str) -> None:
    """With the real name server for addresses that need none, and the real judgement of addresses."""
    assert probe_link(url).outcome in (LinkOutcome.FORBIDDEN, LinkOutcome.UNREACHED)


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("8.8.8.8", True),
        ("2606:4700::1111", True),
        ("10.1.2.3", False),
        ("172.16.0.1", False),
        ("192.168.1.1", False),
        ("100.64.0.1", False),
        ("127.0.0.1", False),
        ("169.254.1.1", False),
        ("224.0.0.1", False),
        ("0.0.0.0", False),  # noqa: S104 (judged, not bound)
        ("::", False),
        ("::1", False),
        ("fe80::1%eth0", False),
        ("fc00::1", False),
        ("ff02::1", False),
        ("::ffff:127.0.0.1", False),
        ("2002:7f00:1::", False),
        ("64:ff9b::7f00:1", False),
        ("not an address", False),
    ],
)
def test_which_addresses_are_of_the_public_internet(address: str, public: bool) -> None:
    assert is_public(address) is public


@pytest.mark.parametrize(
    ("url", "is_door"),
    [
        ("https://accounts.google.com/v3/signin", True),
        ("https://berkas.example.go.id/login", True),
        ("https://berkas.example.go.id/auth/masuk.php", True),
        ("https://berkas.example.go.id/dokumen/masukan-masyarakat.pdf", False),
    ],
)
def test_doors_where_people_sign_in(url: str, is_door: bool) -> None:
    assert is_sign_in(url) is is_door
