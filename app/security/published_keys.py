"""The list of public keys at ``/verifikasi``, by which anyone checks receipts and checkpoints without us.

A verifier takes keys from this list alone, never from what it verifies. Each key is listed with the time in
which it was in use, so a key that was replaced, and may have leaked since, cannot sign for later.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from app.security.keys import KeyName, KeyRing, verify_signature
from workflows.canonical import instant_text, parse_instant

LIST_FORMAT = "sahut/keys/v1"
HANDOVER = timedelta(minutes=5)
"""How long after a rotation the old key may still sign, in a process that was just at it."""

_HEX_KEY = re.compile(r"[0-9a-f]{64}")


class NotAKeyList(ValueError):
    """What was given is no list of published keys."""


@dataclass(frozen=True, slots=True)
class PublishedKey:
    """A public key.

    :ivar id: its id
    :ivar use: what it signs
    :ivar public: 32 bytes, Ed25519
    :ivar since: aware instant from which it was in use, inclusive
    :ivar until: instant at which it was replaced; None while in use
    """

    id: str
    use: KeyName
    public: bytes
    since: datetime
    until: datetime | None

    def was_in_use(self, at: datetime) -> bool:
        """Whether the key may have signed at `at`."""
        return self.since <= at and (self.until is None or at < self.until + HANDOVER)

    def to_json(self) -> dict[str, Any]:
        """The key as it stands in the list."""
        return {
            "id": self.id,
            "use": self.use.value,
            "algorithm": "Ed25519",
            "public_key": self.public.hex(),
            "since": instant_text(self.since),
            "until": None if self.until is None else instant_text(self.until),
        }

    @classmethod
    def from_json(cls, value: Any) -> PublishedKey:
        """The key that `to_json` wrote.

        :raises NotAKeyList: if it is none
        """
        try:
            return cls._parse(value)
        except (KeyError, TypeError, ValueError):
            raise NotAKeyList("not a published key") from None

    @classmethod
    def _parse(cls, value: Any) -> PublishedKey:
        use = KeyName(value["use"])
        if (
            not use.is_signing
            or value["algorithm"] != "Ed25519"
            or not _HEX_KEY.fullmatch(value["public_key"])
        ):
            raise ValueError("not an Ed25519 key that signs")
        until = None if value["until"] is None else parse_instant(value["until"])
        return cls(
            str(value["id"]), use, bytes.fromhex(value["public_key"]), parse_instant(value["since"]), until
        )


class PublishedKeys:
    """The list, by which signatures are checked."""

    def __init__(self, keys: Iterable[PublishedKey]) -> None:
        self._keys: Mapping[str, PublishedKey] = {}
        listed = tuple(keys)
        self._keys = {key.id: key for key in listed}
        if len(self._keys) != len(listed):
            raise NotAKeyList("two keys of one id")

    @classmethod
    def of(cls, keys: KeyRing) -> PublishedKeys:
        """What this installation publishes."""
        published = []
        for name in (KeyName.RECEIPT, KeyName.CHECKPOINT):
            until = None
            for key in keys.history(name):
                published.append(PublishedKey(key.id, name, key.public_bytes(), key.created_at, until))
                until = key.created_at
        return cls(published)

    def find(self, use: KeyName, key_id: str) -> PublishedKey | None:
        """The key of this use and id, if listed."""
        key = self._keys.get(key_id)
        return key if key is not None and key.use is use else None

    def verify(self, use: KeyName, key_id: str, message: bytes, signature: bytes, at: datetime) -> bool:
        """Whether the listed key of this id, in use at `at`, signed `message`."""
        key = self.find(use, key_id)
        return key is not None and key.was_in_use(at) and verify_signature(key.public, message, signature)

    def to_json(self) -> dict[str, Any]:
        """The list as it is published."""
        return {"format": LIST_FORMAT, "keys": [key.to_json() for key in self._keys.values()]}

    @classmethod
    def parse(cls, text: str | bytes) -> PublishedKeys:
        """The list that was published, from JSON in any layout.

        :raises NotAKeyList: if it is none
        """
        try:
            value = json.loads(text)
        except ValueError:
            raise NotAKeyList("not JSON") from None
        if (
            not isinstance(value, dict)
            or value.get("format") != LIST_FORMAT
            or not isinstance(value.get("keys"), list)
        ):
            raise NotAKeyList(f"not of the format {LIST_FORMAT}")
        return cls(PublishedKey.from_json(key) for key in value["keys"])
