"""The doors through which news goes out: one sender a channel, all with the same three movements.

E-mail is the one that is built. A gateway for SMS or WhatsApp is another `Sender` in `open_senders`; what is
queued, when it is tried again and what is recorded stay as they are. A row of a channel without a sender is
dropped as ``no_door``, so that it says so instead of waiting for ever.
"""

from __future__ import annotations

import enum
from collections.abc import Mapping
from typing import Protocol

from sqlalchemy.orm import Session

from app.models import OutboxItem
from app.services.mail import Letter, write_mail
from app.services.smtp import Answer, MailDoor
from config import Settings


class Channel(enum.StrEnum):
    """How somebody can be reached."""

    EMAIL = "email"
    SMS = "sms"
    WHATSAPP = "whatsapp"


class Sender(Protocol):
    """One door. Letters are written in it and handed over by it; addresses stay in its hands."""

    def open(self) -> None:
        """Connect, unless that is done.

        :raises app.services.smtp.ServerUnreachable: that did not succeed; no attempt is counted
        """

    def write(self, session: Session, item: OutboxItem) -> Letter:
        """What an outbox row stands for.

        :raises app.services.mail.Undeliverable: it must not, or can't, be sent
        """

    def hand_over(self, letter: Letter) -> Answer:
        """Hand it over, outside any transaction, and wait for the answer."""

    def close(self) -> None:
        """Take leave."""


class EmailSender:
    """By SMTP."""

    def __init__(self, door: MailDoor, settings: Settings) -> None:
        self._door = door
        self._settings = settings

    def open(self) -> None:
        self._door.open()

    def write(self, session: Session, item: OutboxItem) -> Letter:
        return write_mail(session, item, self._settings)

    def hand_over(self, letter: Letter) -> Answer:
        return self._door.hand_over(letter.message, letter.address)

    def close(self) -> None:
        self._door.close()


def open_senders(settings: Settings) -> Mapping[Channel, Sender]:
    """The doors that this installation has; none are connected yet."""
    if settings.smtp is None:
        return {}
    return {Channel.EMAIL: EmailSender(MailDoor(settings.smtp), settings)}
