"""Sahut's keys: one history for each purpose, so that no key serves two ends and any can be replaced alone.

========== ==================================================== =======================
name       what it does                                         kind
========== ==================================================== =======================
session    signs the cookies of logged-in people                32 random bytes
code       turns tracking codes into what is stored of them     32 random bytes
vault      wraps the key of each case                           32 random bytes
receipt    signs citizens' receipts                             Ed25519
checkpoint signs checkpoints of the log                         Ed25519
========== ==================================================== =======================

The newest key of a name is used; older ones stay, to verify and to open what they made. Keys stand in a
folder, one file each (``vault.0001.json``), so that a backup can leave out the vault's; or, where the
platform keeps secrets in the environment, as one JSON array of such files' contents. Nothing here ever prints
or logs a key.
"""

from __future__ import annotations

import base64
import enum
import hashlib
import json
import logging
import os
import secrets
import stat
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import unquote, urlsplit

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from workflows.canonical import instant_text, parse_instant

SECRET_BYTES = 32
KEY_FORMAT = "sahut/key/v1"

_log = logging.getLogger(__name__)


class KeyName(enum.StrEnum):
    """What a key is for."""

    SESSION = "session"
    CODE = "code"
    VAULT = "vault"
    RECEIPT = "receipt"
    CHECKPOINT = "checkpoint"

    @property
    def is_signing(self) -> bool:
        """Whether keys of this name sign with Ed25519."""
        return self in (KeyName.RECEIPT, KeyName.CHECKPOINT)


class KeysError(Exception):
    """The keys cannot be used as they are; the message says why and what to do, and holds no key."""


class KeysUnsafe(KeysError):
    """Others on this machine may read the keys."""


class KeysReadOnly(KeysError):
    """Keys that come from the environment cannot be made or replaced from within."""


class UnknownKey(KeysError):
    """No key has this id.

    :ivar key_id: the id
    """

    def __init__(self, key_id: str) -> None:
        super().__init__(f"no key {key_id!r} for this purpose")
        self.key_id = key_id


@dataclass(frozen=True, slots=True)
class Key:
    """One key.

    :ivar id: as ``receipt-1-5f0c11d2``: name, number, and the first digits of a digest of its public
        half, or of a digest of the secret
    :ivar name: what it is for
    :ivar number: counted from 1; the highest is in use
    :ivar created_at: aware instant from which it was in use
    :ivar secret: 32 bytes: the secret, or the private half of an Ed25519 pair
    """

    id: str
    name: KeyName
    number: int
    created_at: datetime
    secret: bytes = field(repr=False)

    @classmethod
    def make(cls, name: KeyName, number: int, at: datetime) -> Key:
        """A fresh key."""
        secret = secrets.token_bytes(SECRET_BYTES)
        return cls(_key_id(name, number, secret), name, number, at, secret)

    def sign(self, message: bytes) -> bytes:
        """Ed25519 signature of `message`, 64 bytes.

        :raises TypeError: if keys of this name do not sign
        """
        return self._private().sign(message)

    def public_bytes(self) -> bytes:
        """Public half, 32 bytes.

        :raises TypeError: if keys of this name have none
        """
        return self._private().public_key().public_bytes_raw()

    def _private(self) -> Ed25519PrivateKey:
        if not self.name.is_signing:
            raise TypeError(f"{self.name} keys do not sign")
        return _signer(self.secret)

    def to_file(self) -> bytes:
        """Content of the key's file."""
        fields = {
            "format": KEY_FORMAT,
            "id": self.id,
            "name": self.name.value,
            "number": self.number,
            "created_at": instant_text(self.created_at),
            "secret": base64.b64encode(self.secret).decode(),
        }
        return json.dumps(fields, indent=1).encode() + b"\n"

    @classmethod
    def from_json(cls, value: Any, where: str) -> Key:
        """The key that `to_file` wrote, parsed from JSON.

        :param where: file or place, for the error
        :raises KeysError: if it is none, or its id is not that of its secret
        """
        try:
            return cls._parse(value)
        except (KeyError, TypeError, ValueError):
            raise KeysError(f"{where}: not a key of Sahut, or damaged") from None

    @classmethod
    def _parse(cls, value: Any) -> Key:
        secret = base64.b64decode(value["secret"], validate=True)
        name, number = KeyName(value["name"]), int(value["number"])
        if value["format"] != KEY_FORMAT or len(secret) != SECRET_BYTES or number < 1:
            raise ValueError("another format, length or number")
        if value["id"] != _key_id(name, number, secret):
            raise ValueError("the id is not that of the secret")
        return cls(value["id"], name, number, parse_instant(value["created_at"]), secret)


@lru_cache(maxsize=32)
def _signer(secret: bytes) -> Ed25519PrivateKey:
    """The key made ready to sign, which costs as much as signing; the ring holds its secret anyway."""
    return Ed25519PrivateKey.from_private_bytes(secret)


def _key_id(name: KeyName, number: int, secret: bytes) -> str:
    if name.is_signing:
        shown = Ed25519PrivateKey.from_private_bytes(secret).public_key().public_bytes_raw()
    else:
        shown = b"sahut/key-id/v1\x00" + hashlib.sha256(secret).digest()
    return f"{name.value}-{number}-{hashlib.sha256(shown).hexdigest()[:8]}"


class KeySource(Protocol):
    """Where keys are kept."""

    def load(self) -> Sequence[Key]:
        """All keys, in any order."""

    def add(self, key: Key) -> bool:
        """Keep a new key for good; False if its place has been taken meanwhile."""

    def mark(self) -> object:
        """Something that changes when keys are added."""


class KeyRing:
    """All keys, each name with its history. Several processes may share one folder and start at once."""

    def __init__(self, source: KeySource) -> None:
        self._source = source
        self._mark: object = None
        self._history: dict[KeyName, tuple[Key, ...]] = {}
        self._by_id: dict[str, Key] = {}
        self._refresh()

    @classmethod
    def open(
        cls, url: str, *, at: datetime, production: bool, environ: Mapping[str, str] | None = None
    ) -> KeyRing:
        """The ring behind `url`, with a first key made for every name that has none.

        :param url: ``file:///folder``, or ``env:VARIABLE`` for a JSON array of key files' contents
        :param at: now, for keys made here
        :param production: refuse keys that others on the machine may read
        :raises KeysUnsafe: if they may
        :raises KeysReadOnly: if a name has no key and none can be made here
        :raises KeysError: if `url` or a key cannot be read
        """
        ring = cls(_source(url, production, os.environ if environ is None else environ))
        for name in KeyName:
            if name not in ring._history:
                ring._add(Key.make(name, 1, at))
        return ring

    def current(self, name: KeyName | str) -> Key:
        """The key of this name that is in use."""
        self._refresh()
        return self._history[KeyName(name)][0]

    def history(self, name: KeyName | str) -> tuple[Key, ...]:
        """All keys of this name, the newest first."""
        self._refresh()
        return self._history[KeyName(name)]

    def get(self, name: KeyName | str, key_id: str) -> Key:
        """The key of this name and id, in use or retired.

        :raises UnknownKey: if there is none
        """
        self._refresh()
        key = self._by_id.get(key_id)
        if key is None or key.name is not KeyName(name):
            raise UnknownKey(key_id)
        return key

    def rotate(self, name: KeyName | str, *, at: datetime) -> Key:
        """Take a fresh key of this name into use; the others stay.

        If another process does so at the same moment, its key is the new one, and is given.

        :raises KeysReadOnly: if keys come from the environment
        """
        name = KeyName(name)
        return self._add(Key.make(name, self.current(name).number + 1, at))

    def _add(self, key: Key) -> Key:
        self._source.add(key)
        self._mark = None
        self._refresh()
        return self._history[key.name][0]

    def _refresh(self) -> None:
        mark = self._source.mark()
        if self._mark is not None and mark == self._mark:
            return
        history: dict[KeyName, tuple[Key, ...]] = {}
        for key in sorted(self._source.load(), key=lambda one: -one.number):
            history[key.name] = (*history.get(key.name, ()), key)
        for name, keys in history.items():
            if [key.number for key in keys] != list(range(len(keys), 0, -1)):
                raise KeysError(
                    f"the {name} keys are not numbered 1 to {len(keys)}: one is missing or doubled"
                )
        self._history = history
        self._by_id = {key.id: key for keys in history.values() for key in keys}
        self._mark = mark


class _Folder:
    """Keys as files of a folder that only its owner may enter."""

    def __init__(self, folder: Path, production: bool) -> None:
        self._folder = folder
        self._production = production
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)

    def mark(self) -> object:
        return sorted(os.listdir(self._folder))  # noqa: PTH208 (asked for every use of a key)

    def load(self) -> list[Key]:
        self._check_private(self._folder)
        return [self._read(path) for path in sorted(self._folder.glob("*.[0-9][0-9][0-9][0-9].json"))]

    def add(self, key: Key) -> bool:
        """Written whole under another name, then linked into place, which succeeds for one process only."""
        final = self._folder / f"{key.name.value}.{key.number:04d}.json"
        draft = self._folder / f".{final.name}.{secrets.token_hex(8)}"
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(key.to_file())
                file.flush()
                os.fsync(file.fileno())
            os.link(draft, final)
        except FileExistsError:
            return False
        finally:
            draft.unlink()
            _sync_folder(self._folder)
        return True

    def _read(self, path: Path) -> Key:
        self._check_private(path)
        try:
            value = json.loads(path.read_bytes())
        except ValueError:
            raise KeysError(f"{path}: not a key of Sahut, or damaged") from None
        key = Key.from_json(value, str(path))
        if path.name != f"{key.name.value}.{key.number:04d}.json":
            raise KeysError(f"{path}: holds key {key.id}, which belongs in another file")
        return key

    def _check_private(self, path: Path) -> None:
        status = path.stat()
        if not status.st_mode & 0o077 and status.st_uid in (os.geteuid(), 0):
            return
        mode = stat.filemode(status.st_mode)
        if self._production:
            raise KeysUnsafe(f"{path} ({mode}): must belong to Sahut's own user, and be closed to all others")
        _log.warning("keys: others may read %s (%s)", path, mode)


class _Environment:
    """Keys as one JSON array in an environment variable."""

    def __init__(self, variable: str, environ: Mapping[str, str]) -> None:
        self._variable = variable
        self._environ = environ

    def mark(self) -> object:
        return True

    def load(self) -> list[Key]:
        try:
            values = json.loads(self._environ[self._variable])
        except KeyError:
            raise KeysError(f"{self._variable}: not set, though KEYS_URL names it") from None
        except ValueError:
            raise KeysError(f"{self._variable}: not JSON") from None
        if not isinstance(values, list):
            raise KeysError(f"{self._variable}: not a JSON array of keys")
        return [Key.from_json(value, f"{self._variable}[{at}]") for at, value in enumerate(values)]

    def add(self, key: Key) -> bool:
        raise KeysReadOnly(f"{self._variable}: has no {key.name} key of number {key.number}, nor can get one")


def _source(url: str, production: bool, environ: Mapping[str, str]) -> KeySource:
    parts = urlsplit(url)
    if parts.scheme == "file" and parts.path.startswith("/") and not parts.netloc:
        return _Folder(Path(unquote(parts.path)), production)
    if parts.scheme == "env" and parts.path:
        return _Environment(parts.path, environ)
    raise KeysError("KEYS_URL: must be file:///folder or env:VARIABLE")


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def verify_signature(public: bytes, message: bytes, signature: bytes) -> bool:
    """Whether the owner of the Ed25519 key `public` (32 bytes) signed `message`."""
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True
