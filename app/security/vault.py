"""The identity vault: what would tell who complained, sealed under a key of its case.

Each case has a random key of its own, kept wrapped by the vault key. Fields are sealed with AES-256-GCM,
bound to their case, field and key version, so that a sealed value moved elsewhere in the database does not
open. Erasing a case means forgetting its wrapped key. Replacing the vault key means wrapping the case keys
anew, never the fields.
"""

from __future__ import annotations

import re
import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from app.security.keys import KeyName, KeyRing, UnknownKey

KEY_BYTES = 32
NONCE_BYTES = 12
TAG_BYTES = 16

_FIELD = re.compile(r"[a-z][a-z0-9_]{0,63}")


class VaultError(Exception):
    """A sealed value does not open: it was altered, belongs elsewhere, or its key is gone."""


def new_case_key() -> bytes:
    """A fresh key of a case, 32 random bytes."""
    return secrets.token_bytes(KEY_BYTES)


def wrap_case_key(keys: KeyRing, case_key: bytes) -> tuple[str, bytes]:
    """The case key as it is stored: id of the vault key that wraps it, and the wrapped key."""
    _check_key(case_key)
    key = keys.current(KeyName.VAULT)
    return key.id, _encrypt(key.secret, case_key, _wrap_data(key.id))


def unwrap_case_key(keys: KeyRing, key_id: str, wrapped: bytes) -> bytes:
    """The case key that `wrap_case_key` stored, whichever vault key was in use then.

    :raises VaultError: if it was altered, or its vault key is gone
    """
    try:
        key = keys.get(KeyName.VAULT, key_id)
    except UnknownKey:
        raise VaultError(f"vault key {key_id} is gone") from None
    return _decrypt(key.secret, wrapped, _wrap_data(key.id))


def needs_rewrap(keys: KeyRing, key_id: str) -> bool:
    """Whether a case key wrapped by this vault key should be wrapped anew, since that key was replaced."""
    return keys.current(KeyName.VAULT).id != key_id


def rewrap_case_key(keys: KeyRing, key_id: str, wrapped: bytes) -> tuple[str, bytes]:
    """The same case key, wrapped by the vault key in use now.

    :raises VaultError: if it was altered, or its vault key is gone
    """
    return wrap_case_key(keys, unwrap_case_key(keys, key_id, wrapped))


def seal(case_key: bytes, *, case_id: int, field: str, version: int, text: str) -> bytes:
    """`text` sealed for its place; sealing twice gives two different values.

    :param case_id: id of the case
    :param field: name of the field, as ``complainant_name``
    :param version: of the case key, counted up if a case ever gets another
    """
    return Sealer(case_key).seal(case_id=case_id, field=field, version=version, text=text)


class Sealer:
    """Seals several fields of one case as `seal` does; the key of its fields is derived once."""

    def __init__(self, case_key: bytes) -> None:
        self._key = _field_key(case_key)

    def seal(self, *, case_id: int, field: str, version: int, text: str) -> bytes:
        """As `seal`."""
        return _encrypt(self._key, text.encode("utf-8"), _place(case_id, field, version))


def unseal(case_key: bytes, *, case_id: int, field: str, version: int, sealed: bytes) -> str:
    """The text that `seal` sealed for this place.

    :raises VaultError: if it was altered, or sealed for another place or under another key
    """
    return _decrypt(_field_key(case_key), sealed, _place(case_id, field, version)).decode("utf-8")


def derive_key(case_key: bytes, purpose: bytes, salt: bytes = b"") -> bytes:
    """A key for one purpose from the key of a case (HKDF-SHA-256), 32 bytes."""
    _check_key(case_key)
    return HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=salt, info=purpose).derive(case_key)


def _field_key(case_key: bytes) -> bytes:
    return derive_key(case_key, b"sahut/vault/fields/v1")


def _place(case_id: int, field: str, version: int) -> bytes:
    if not _FIELD.fullmatch(field):
        raise ValueError(f"{field!r} is not the name of a field")
    return f"sahut/vault/field/v1|{case_id:d}|{field}|{version:d}".encode("ascii")


def _wrap_data(key_id: str) -> bytes:
    return f"sahut/vault/case-key/v1|{key_id}".encode("ascii")


def _encrypt(key: bytes, message: bytes, place: bytes) -> bytes:
    nonce = secrets.token_bytes(NONCE_BYTES)
    return nonce + AESGCM(key).encrypt(nonce, message, place)


def _decrypt(key: bytes, sealed: bytes, place: bytes) -> bytes:
    if len(sealed) < NONCE_BYTES + TAG_BYTES:
        raise VaultError("too short to be sealed")
    try:
        return AESGCM(key).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], place)
    except InvalidTag:
        raise VaultError("altered, or sealed for another place or under another key") from None


def _check_key(case_key: bytes) -> None:
    if len(case_key) != KEY_BYTES:
        raise ValueError(f"the key of a case has {KEY_BYTES} bytes")
