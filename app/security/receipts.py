"""The citizen's receipt (UU 25/2009 Pasal 44 ayat (1) dan (2)): a signed promise that cannot be denied later.

A receipt says when, where, by whom and for what number a complaint was received, holds a commitment to its
text and files, and names the longest time until the receiving is sealed in the log. The document is canonical
JSON::

    {"body": {…}, "inclusion": {…} or null, "signature": "…"}

The signature is Ed25519 over ``sahut/receipt/v1``, a zero byte, and the canonical form of the body. The
inclusion is added when the document is handed out again after sealing. It is not under the signature, since
it does not exist at filing; it proves itself, by the signature of its checkpoint.

Two editions: the full one holds the contents of Pasal 44 ayat (2) and the salt, so that its owner can show
the text to belong to it; the one for people in danger leaves out identity, text and salt.
"""

from __future__ import annotations

import enum
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from app.security.keys import KeyName, KeyRing
from workflows.audit import Fact
from workflows.canonical import NotCanonical, canonical_json, instant_text, parse_canonical, parse_instant
from workflows.checkpoint import SignedCheckpoint
from workflows.commitments import SALT_BYTES

RECEIPT_FORMAT = "sahut/receipt/v1"
LARGEST_DOCUMENT = 1024 * 1024
"""Bytes; a larger document is refused unread."""

_HASH = re.compile(r"[0-9a-f]{64}")
_SIGNATURE = re.compile(r"[0-9a-f]{128}")


class NotAReceipt(ValueError):
    """The document is no receipt of Sahut's, byte for byte as it was issued."""


class Edition(enum.StrEnum):
    """How much a receipt tells to who finds it."""

    FULL = "full"
    WITHOUT_IDENTITY = "without_identity"


@dataclass(frozen=True, slots=True)
class Complainant:
    """Pasal 44 ayat (2) huruf a: who complained, as far as given."""

    name: str
    address: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """What a receipt says.

    :ivar number: public number of the complaint, as ``SRG-2026-000123``
    :ivar received_at: aware instant of receiving (huruf c); `place` and `channel` say where and how
    :ivar officer_title: office of the receiving officer (huruf d), as the law has him answer for it
    :ivar issued_at: aware instant of signing
    :ivar seal_within: longest time from then until the receiving is sealed in the log; whole seconds
    :ivar text_commitment: `workflows.commitments.commit_text`, hex
    :ivar files_commitment: `workflows.commitments.commit_files`, hex; None without files
    :ivar complainant: huruf a; None for an anonymous complaint, and in the edition without identity
    :ivar shortfall: huruf b, the text committed to; None in the edition without identity
    :ivar salt: opens the commitments; None in the edition without identity
    """

    edition: Edition
    number: str
    agency_code: str
    agency_name: str
    received_at: datetime
    place: str
    channel: str
    officer_title: str
    officer_name: str
    issued_at: datetime
    seal_within: timedelta
    text_commitment: str
    files_commitment: str | None = None
    file_count: int = 0
    complainant: Complainant | None = None
    shortfall: str | None = None
    salt: bytes | None = None

    def __post_init__(self) -> None:
        told = [self.complainant, self.shortfall, self.salt]
        if self.edition is Edition.WITHOUT_IDENTITY and told != [None, None, None]:
            raise ValueError("the edition without identity tells neither who nor what")
        if self.edition is Edition.FULL and (self.shortfall is None or self.salt is None):
            raise ValueError("the full edition holds the text and its salt")
        if self.salt is not None and len(self.salt) != SALT_BYTES:
            raise ValueError(f"a salt has {SALT_BYTES} bytes")
        if (self.files_commitment is None) != (self.file_count == 0) or self.file_count < 0:
            raise ValueError("files and their commitment come together")
        for commitment in (self.text_commitment, self.files_commitment):
            if commitment is not None and not _HASH.fullmatch(commitment):
                raise ValueError("a commitment is 64 hex digits")
        if self.seal_within <= timedelta(0) or self.seal_within.microseconds:
            raise ValueError("the longest time until sealing is whole seconds")

    @property
    def sealing_due_at(self) -> datetime:
        """Until when the receiving must be sealed in the log."""
        return self.issued_at + self.seal_within

    def without_identity(self) -> Receipt:
        """The same receipt in the edition for people in danger."""
        fields = {name: getattr(self, name) for name in self.__slots__}
        hidden = {"complainant": None, "shortfall": None, "salt": None}
        return Receipt(**fields | hidden | {"edition": Edition.WITHOUT_IDENTITY})

    def facts(self) -> dict[str, Fact]:
        """What the audit entry of the receiving must hold, so that its inclusion proves this receipt sealed.

        The entry stands in the chain ``case:<number>``; other facts may stand beside these.
        """
        return {
            "receipt_text": self.text_commitment,
            "receipt_files": self.files_commitment,
            "receipt_file_count": self.file_count,
            "receipt_received_at": instant_text(self.received_at),
            "receipt_issued_at": instant_text(self.issued_at),
        }

    def to_json(self, key_id: str) -> dict[str, Any]:
        """The body, as it is signed by the key of this id."""
        who = self.complainant
        return {
            "format": RECEIPT_FORMAT,
            "edition": self.edition.value,
            "number": self.number,
            "agency": {"code": self.agency_code, "name": self.agency_name},
            "received": {"at": instant_text(self.received_at), "place": self.place, "channel": self.channel},
            "officer": {"title": self.officer_title, "name": self.officer_name},
            "complainant": None if who is None else {"name": who.name, "address": who.address},
            "shortfall": self.shortfall,
            "commitment": {
                "text": self.text_commitment,
                "files": self.files_commitment,
                "file_count": self.file_count,
                "salt": None if self.salt is None else self.salt.hex(),
            },
            "issued_at": instant_text(self.issued_at),
            "seal_within_seconds": int(self.seal_within.total_seconds()),
            "key": key_id,
        }

    @classmethod
    def from_json(cls, body: Mapping[str, Any]) -> Receipt:
        """The receipt whose body this is.

        :raises NotAReceipt: if it is none
        """
        try:
            receipt = cls._parse(body)
        except (KeyError, TypeError, ValueError, AttributeError, OverflowError):
            raise NotAReceipt("not the body of a receipt") from None
        if receipt.to_json(str(body.get("key"))) != body:
            raise NotAReceipt("the body holds more or other than a receipt does")
        return receipt

    @classmethod
    def _parse(cls, body: Mapping[str, Any]) -> Receipt:
        who, salt = body["complainant"], body["commitment"]["salt"]
        places = (body["agency"], body["received"], body["officer"], who or {})
        texts = [body["number"], body["shortfall"], *(text for place in places for text in place.values())]
        if not all(text is None or isinstance(text, str) for text in texts):
            raise ValueError("a text is not a text")
        return cls(
            edition=Edition(body["edition"]),
            number=body["number"],
            agency_code=body["agency"]["code"],
            agency_name=body["agency"]["name"],
            received_at=parse_instant(body["received"]["at"]),
            place=body["received"]["place"],
            channel=body["received"]["channel"],
            officer_title=body["officer"]["title"],
            officer_name=body["officer"]["name"],
            issued_at=parse_instant(body["issued_at"]),
            seal_within=timedelta(seconds=body["seal_within_seconds"]),
            text_commitment=body["commitment"]["text"],
            files_commitment=body["commitment"]["files"],
            file_count=body["commitment"]["file_count"],
            complainant=None if who is None else Complainant(who["name"], who["address"]),
            shortfall=body["shortfall"],
            salt=None if salt is None else bytes.fromhex(salt),
        )


@dataclass(frozen=True, slots=True)
class Inclusion:
    """Proof that the receiving is sealed in the log.

    :ivar entry: canonical form of the audit entry
    :ivar position: its place in the log, counted from 0
    :ivar proof: inclusion proof under the checkpoint (`workflows.merkle.inclusion_proof`)
    """

    entry: bytes
    position: int
    proof: tuple[bytes, ...]
    checkpoint: SignedCheckpoint

    def to_json(self) -> dict[str, Any]:
        """The inclusion as it stands in the document."""
        return {
            **self.checkpoint.to_json(),
            "entry": self.entry.decode("ascii"),
            "position": self.position,
            "proof": [digest.hex() for digest in self.proof],
        }

    @classmethod
    def from_json(cls, value: Any) -> Inclusion:
        """The inclusion that `to_json` wrote.

        :raises NotAReceipt: if it is none
        """
        try:
            signed = SignedCheckpoint.from_json({name: value[name] for name in ("checkpoint", "signature")})
            proof = tuple(bytes.fromhex(text) for text in value["proof"])
            inclusion = cls(value["entry"].encode("ascii"), value["position"], proof, signed)
        except (KeyError, TypeError, ValueError, AttributeError):
            raise NotAReceipt("not an inclusion proof") from None
        if isinstance(inclusion.position, bool) or inclusion.to_json() != value:
            raise NotAReceipt("the inclusion proof is not written as Sahut writes it")
        return inclusion


@dataclass(frozen=True, slots=True)
class SignedReceipt:
    """A receipt as it is handed out."""

    receipt: Receipt
    key_id: str
    signature: bytes
    inclusion: Inclusion | None = None

    def signed_bytes(self) -> bytes:
        """What the signature is over."""
        return _signed_bytes(self.receipt, self.key_id)

    def document(self) -> bytes:
        """The document, to be handed out as it is: a changed space is a changed receipt."""
        return canonical_json(
            {
                "body": self.receipt.to_json(self.key_id),
                "inclusion": None if self.inclusion is None else self.inclusion.to_json(),
                "signature": self.signature.hex(),
            }
        )

    def with_inclusion(self, inclusion: Inclusion) -> SignedReceipt:
        """The same receipt with the proof that it was sealed."""
        return SignedReceipt(self.receipt, self.key_id, self.signature, inclusion)

    @classmethod
    def parse(cls, document: bytes) -> SignedReceipt:
        """The receipt that `document` wrote; nothing of it is verified here.

        :raises NotAReceipt: if a byte is not as `document` writes it
        """
        if len(document) > LARGEST_DOCUMENT:
            raise NotAReceipt("too large for a receipt")
        try:
            value = parse_canonical(document)
        except NotCanonical as error:
            raise NotAReceipt(str(error)) from None
        if not isinstance(value, dict) or value.keys() != {"body", "inclusion", "signature"}:
            raise NotAReceipt("not a document with body, inclusion and signature")
        if not isinstance(value["signature"], str) or not _SIGNATURE.fullmatch(value["signature"]):
            raise NotAReceipt("the signature is not 128 hex digits")
        receipt = Receipt.from_json(value["body"])
        inclusion = None if value["inclusion"] is None else Inclusion.from_json(value["inclusion"])
        return cls(receipt, value["body"]["key"], bytes.fromhex(value["signature"]), inclusion)


def sign_receipt(keys: KeyRing, receipt: Receipt) -> SignedReceipt:
    """The receipt, signed by the receipt key in use.

    :raises workflows.canonical.NotCanonical: if a text holds half a surrogate pair
    """
    key = keys.current(KeyName.RECEIPT)
    return SignedReceipt(receipt, key.id, key.sign(_signed_bytes(receipt, key.id)))


def _signed_bytes(receipt: Receipt, key_id: str) -> bytes:
    return RECEIPT_FORMAT.encode() + b"\x00" + canonical_json(receipt.to_json(key_id))
