"""The signed statement of a case: every duty of the station as it stood at one instant.

Together with the receipt it is the proof of complaint that a citizen shows to the Ombudsman.

A receipt promises; a statement tells what became of the promise. It holds dates and codes alone, neither
identity nor text, so it may lie anywhere. Canonical JSON::

    {"body": {…}, "signature": "…"}

signed by the receipt key over ``sahut/statement/v1``, a zero byte, and the canonical form of the body
(docs/adr/0004-receipts.md). It says what the office's own register showed when it was made; the log proves
the acts themselves.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app.security.keys import KeyName, KeyRing
from app.security.published_keys import PublishedKeys
from workflows.canonical import NotCanonical, canonical_json, instant_text, parse_canonical, parse_instant

STATEMENT_FORMAT = "sahut/statement/v1"
LARGEST_STATEMENT = 512 * 1024
"""Bytes; a larger document is refused unread."""

_SIGNATURE = re.compile(r"[0-9a-f]{128}")


class NotAStatement(ValueError):
    """The document is no statement of Sahut's, byte for byte as it was made."""


@dataclass(frozen=True, slots=True)
class Duty:
    """A duty of the station.

    :ivar stage: code of the clock in the law data
    :ivar binding: how strongly it binds
    :ivar sources: as in the law data
    :ivar void_at: when it ended with its case, without having been met; it was unanswered if that was late
    :ivar provisional: counted on a calendar that no decree has settled yet
    """

    stage: str
    due_at: datetime
    met_at: datetime | None
    void_at: datetime | None
    binding: str
    sources: tuple[str, ...]
    provisional: bool

    def is_unanswered(self, at: datetime) -> bool:
        """Whether its limit had passed unmet at `at`."""
        return self.met_at is None and (self.void_at or at) > self.due_at

    def to_json(self) -> dict[str, Any]:
        """The duty as it stands in the document."""
        return {
            "stage": self.stage,
            "due_at": instant_text(self.due_at),
            "met_at": _maybe(self.met_at),
            "void_at": _maybe(self.void_at),
            "binding": self.binding,
            "sources": list(self.sources),
            "provisional_calendar": self.provisional,
        }


@dataclass(frozen=True, slots=True)
class SentLetter:
    """A letter to the complainant; an unknown receipt stays unknown."""

    kind: str
    number: str
    sent_at: datetime
    received_at: datetime | None

    def to_json(self) -> dict[str, Any]:
        """The letter as it stands in the document."""
        return {
            "kind": self.kind,
            "number": self.number,
            "sent_at": instant_text(self.sent_at),
            "received_at": _maybe(self.received_at),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """How a case stood at one instant.

    :ivar state: code of the public state
    """

    number: str
    agency_code: str
    agency_name: str
    as_of: datetime
    received_at: datetime
    state: str
    closed_at: datetime | None
    closure_reason: str | None
    duties: tuple[Duty, ...]
    letters: tuple[SentLetter, ...]

    @property
    def unanswered(self) -> tuple[Duty, ...]:
        """Duties whose limit had passed unmet."""
        return tuple(duty for duty in self.duties if duty.is_unanswered(self.as_of))

    def to_json(self, key_id: str) -> dict[str, Any]:
        """The body, as it is signed by the key of this id."""
        return {
            "format": STATEMENT_FORMAT,
            "number": self.number,
            "agency": {"code": self.agency_code, "name": self.agency_name},
            "as_of": instant_text(self.as_of),
            "received_at": instant_text(self.received_at),
            "state": self.state,
            "closed_at": _maybe(self.closed_at),
            "closure_reason": self.closure_reason,
            "duties": [duty.to_json() for duty in self.duties],
            "letters": [letter.to_json() for letter in self.letters],
            "key": key_id,
        }

    @classmethod
    def from_json(cls, body: Mapping[str, Any]) -> Statement:
        """The statement whose body this is.

        :raises NotAStatement: if it is none
        """
        try:
            statement = cls(
                number=body["number"],
                agency_code=body["agency"]["code"],
                agency_name=body["agency"]["name"],
                as_of=parse_instant(body["as_of"]),
                received_at=parse_instant(body["received_at"]),
                state=body["state"],
                closed_at=_parse_maybe(body["closed_at"]),
                closure_reason=body["closure_reason"],
                duties=tuple(_duty(row) for row in body["duties"]),
                letters=tuple(_letter(row) for row in body["letters"]),
            )
            is_same = statement.to_json(str(body.get("key"))) == body
        except (KeyError, TypeError, ValueError, AttributeError, OverflowError):
            raise NotAStatement("not the body of a statement") from None
        if not is_same:
            raise NotAStatement("the body holds more or other than a statement does")
        return statement


@dataclass(frozen=True, slots=True)
class SignedStatement:
    """A statement as it is handed out."""

    statement: Statement
    key_id: str
    signature: bytes

    def document(self) -> bytes:
        """The document, to be handed out as it is."""
        return canonical_json(
            {"body": self.statement.to_json(self.key_id), "signature": self.signature.hex()}
        )

    @classmethod
    def parse(cls, document: bytes) -> SignedStatement:
        """The statement that `document` wrote; nothing of it is verified here.

        :raises NotAStatement: if a byte is not as `document` writes it
        """
        if len(document) > LARGEST_STATEMENT:
            raise NotAStatement("too large for a statement")
        try:
            value = parse_canonical(document)
        except NotCanonical as error:
            raise NotAStatement(str(error)) from None
        if not isinstance(value, dict) or value.keys() != {"body", "signature"}:
            raise NotAStatement("not a document with body and signature")
        if not isinstance(value["signature"], str) or not _SIGNATURE.fullmatch(value["signature"]):
            raise NotAStatement("the signature is not 128 hex digits")
        if not isinstance(value["body"], dict):
            raise NotAStatement("the body is none")
        statement = Statement.from_json(value["body"])
        return cls(statement, value["body"]["key"], bytes.fromhex(value["signature"]))


def sign_statement(keys: KeyRing, statement: Statement) -> SignedStatement:
    """The statement, signed by the receipt key in use."""
    key = keys.current(KeyName.RECEIPT)
    return SignedStatement(statement, key.id, key.sign(_signed_bytes(statement, key.id)))


def verify_statement(document: bytes, published: PublishedKeys) -> Statement | None:
    """The statement, if a published key that was in use at its instant signed it word for word."""
    try:
        signed = SignedStatement.parse(document)
    except NotAStatement:
        return None
    message = _signed_bytes(signed.statement, signed.key_id)
    at = signed.statement.as_of
    is_ours = published.verify(KeyName.RECEIPT, signed.key_id, message, signed.signature, at)
    return signed.statement if is_ours else None


def _signed_bytes(statement: Statement, key_id: str) -> bytes:
    return STATEMENT_FORMAT.encode() + b"\x00" + canonical_json(statement.to_json(key_id))


def _duty(row: Mapping[str, Any]) -> Duty:
    return Duty(
        row["stage"],
        parse_instant(row["due_at"]),
        _parse_maybe(row["met_at"]),
        _parse_maybe(row["void_at"]),
        row["binding"],
        tuple(row["sources"]),
        row["provisional_calendar"],
    )


def _letter(row: Mapping[str, Any]) -> SentLetter:
    return SentLetter(
        row["kind"], row["number"], parse_instant(row["sent_at"]), _parse_maybe(row["received_at"])
    )


def _maybe(at: datetime | None) -> str | None:
    return None if at is None else instant_text(at)


def _parse_maybe(text: str | None) -> datetime | None:
    return None if text is None else parse_instant(text)
