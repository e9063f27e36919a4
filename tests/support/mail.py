"""A real SMTP server on the loopback, which keeps what it gets and can be told to refuse."""

from __future__ import annotations

import logging
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import cast

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session


@dataclass
class Letter:
    """One message as the server took it."""

    sender: str
    recipients: list[str]
    message: EmailMessage
    raw: bytes
    """As it came over the line."""


@dataclass
class MailServer:
    """Address and inbox of the server; `answers` are given, first to last, before it takes mail again."""

    host: str
    port: int
    letters: list[Letter] = field(default_factory=list)
    answers: list[str] = field(default_factory=list)
    """SMTP replies such as ``"451 try later"`` for the next messages; nothing is kept of those."""

    @property
    def url(self) -> str:
        """What `SMTP_URL` must say to reach it."""
        return f"smtp://{self.host}:{self.port}?from=sahut@example.go.id"

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        if self.answers:
            return self.answers.pop(0)
        raw = cast(bytes, envelope.original_content)
        message = message_from_bytes(raw, policy=policy.default)
        self.letters.append(Letter(cast(str, envelope.mail_from), list(envelope.rcpt_tos), message, raw))
        return "250 OK"


def free_port() -> int:
    """A TCP port on the loopback that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def mail_server() -> Iterator[MailServer]:
    """A server that takes mail until the block ends."""
    server = MailServer("127.0.0.1", free_port())
    logging.getLogger("mail.log").setLevel(logging.WARNING)  # else each connection is three lines
    controller = Controller(server, hostname=server.host, port=server.port)
    controller.start()
    try:
        yield server
    finally:
        controller.stop()
