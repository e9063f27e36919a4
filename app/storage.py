"""Files of a case, encrypted in chunks: a local folder or S3, read and written as a stream.

An object is a header and chunks. The header holds four magic bytes, a random salt and a random nonce prefix;
the object's own key is drawn from the key of the case and the salt (HKDF-SHA-256). Each chunk of 1 MiB is
sealed with AES-256-GCM under the nonce *prefix, number of the chunk, whether it is the last*, with the header
as associated data (the STREAM construction of Hoang, Reyhanitabar, Rogaway and Vizár, 2015). So a chunk that
was altered, moved, doubled, dropped or taken from another object does not open, nor does a file that was cut
at a chunk.

An object is named by the SHA-256 of its ciphertext, and the last chunk is given out only after that has been
compared. Salts are random, so equal files of two cases are two objects, and neither tells of the other.
Forgetting the key of the case makes its files unreadable, wherever copies lie.

Memory: a few chunks, whatever the size of the file.
"""

from __future__ import annotations

import hashlib
import os
import re
import secrets
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from pathlib import Path
from typing import Any, BinaryIO, Self, cast
from urllib.parse import unquote, urlsplit

import obstore
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from flask import current_app
from obstore.store import LocalStore, ObjectStore, from_url

EXTENSION = "sahut.storage"

CHUNK_BYTES = 1024 * 1024
SEALED_BYTES = CHUNK_BYTES + 16
PART_BYTES = 5 * 1024 * 1024
"""Least part of an upload that S3 takes."""
MAGIC = b"SHT1"
SALT_BYTES = 32
PREFIX_BYTES = 7
HEADER_BYTES = len(MAGIC) + SALT_BYTES + PREFIX_BYTES
KEY_BYTES = 32

_KEY = re.compile(r"[0-9a-f]{2}/[0-9a-f]{64}")
_UNFINISHED = "unfinished"


class StorageError(Exception):
    """A file cannot be kept or given out."""


class FileTooLarge(StorageError):
    """The stream is longer than allowed; nothing of it was kept.

    :ivar limit: most bytes allowed
    """

    def __init__(self, limit: int) -> None:
        super().__init__(f"more than {limit} bytes")
        self.limit = limit


class FileMissing(StorageError):
    """No object has this key.

    :ivar key: the key
    """

    def __init__(self, key: str) -> None:
        super().__init__(f"no object {key}")
        self.key = key


class FileDamaged(StorageError):
    """The object is not what was stored, or belongs to another case.

    :ivar key: its key
    """

    def __init__(self, key: str) -> None:
        super().__init__(f"object {key} does not open")
        self.key = key


@dataclass(frozen=True, slots=True)
class StoredObject:
    """What was stored.

    :ivar key: where
    :ivar size: bytes of the original
    :ivar sha256: of the original, in hex: for manifests and commitments
    :ivar cipher_sha256: of the ciphertext, in hex
    """

    key: str
    size: int
    sha256: str
    cipher_sha256: str


class Storage:
    """Encrypted files in one place.

    :param store: the place
    """

    def __init__(self, store: ObjectStore) -> None:
        self._store = store
        self._folder: Path | None = Path(str(store.prefix)) if isinstance(store, LocalStore) else None

    @classmethod
    def from_url(cls, url: str) -> Self:
        """The place that `url` names: ``file:///folder`` (made if missing, closed to others) or
        ``s3://bucket/prefix``.

        For S3, region, credentials and endpoint come from the usual ``AWS_`` variables of the environment.

        :raises StorageError: for another kind of URL
        """
        parts = urlsplit(url)
        if parts.scheme == "file" and not parts.netloc and parts.path.startswith("/"):
            folder = Path(unquote(parts.path))
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            return cls(LocalStore(prefix=folder))
        if parts.scheme == "s3" and parts.netloc:
            return cls(from_url(url))
        raise StorageError("STORAGE_URL: must be file:///folder or s3://bucket/prefix")

    def put(
        self, stream: BinaryIO | Iterable[bytes], case_key: bytes, *, limit: int | None = None
    ) -> StoredObject:
        """Keep what `stream` gives; when this returns, a local file has reached the disk.

        :param stream: a binary file, or byte strings of any length; read once, chunk by chunk
        :param case_key: key of the case, 32 bytes
        :param limit: most bytes taken
        :raises FileTooLarge: beyond `limit`; nothing is kept
        """
        draft = f"{_UNFINISHED}/{secrets.token_hex(16)}"
        sealing = _Sealing(case_key, limit)
        part = PART_BYTES if self._folder is None else CHUNK_BYTES
        blocks = sealing.run(_chunks(stream))
        obstore.put(self._store, draft, blocks, use_multipart=True, chunk_size=part, max_concurrency=1)
        stored = sealing.stored()
        obstore.rename(self._store, draft, stored.key, overwrite=True)
        self._reach_disk(stored.key)
        return stored

    def open(self, key: str, case_key: bytes) -> Iterator[bytes]:
        """The original, in chunks of at most 1 MiB. The first is read and opened at once.

        :raises FileMissing: if there is no such object
        :raises FileDamaged: now, or later while reading: whatever was given out before is genuine, and the
            last chunk is given out only if the whole object is the one of that key
        """
        opened = self._opened(key, case_key)
        first = next(opened, b"")
        return chain((first,), opened)

    def is_sound(self, key: str) -> bool:
        """Whether the object's ciphertext is still the one that was stored; needs no key of a case.

        :raises FileMissing: if there is no such object
        """
        digest = hashlib.sha256()
        for block in self._read(key):
            digest.update(block)
        return digest.hexdigest() == key[3:]

    def exists(self, key: str) -> bool:
        """Whether there is an object of this key."""
        try:
            obstore.head(self._store, _checked(key))
        except FileNotFoundError:
            return False
        return True

    def delete(self, key: str) -> None:
        """Remove the object; no complaint if it is gone already."""
        try:
            obstore.delete(self._store, _checked(key))
        except FileNotFoundError:
            return

    def list_keys(self) -> Iterator[str]:
        """Keys of all objects, in no order: to find those that no row names."""
        for listed in obstore.list(self._store):
            for found in listed:
                if _KEY.fullmatch(found["path"]):
                    yield found["path"]

    def remove_unfinished(self, before: datetime) -> int:
        """Remove what broken uploads left; gives their number.

        :param before: aware instant; later ones may still be under way
        """
        removed = 0
        for listed in obstore.list(self._store, prefix=_UNFINISHED):
            for found in listed:
                if found["last_modified"] < before:
                    obstore.delete(self._store, found["path"])
                    removed += 1
        return removed

    def _opened(self, key: str, case_key: bytes) -> Iterator[bytes]:
        digest = hashlib.sha256()
        blocks = _Blocks(self._read(key), digest)
        header = blocks.take(HEADER_BYTES)
        if len(header) < HEADER_BYTES or not header.startswith(MAGIC):
            raise FileDamaged(key)
        cipher = _cipher(case_key, header)
        number, sealed = 0, blocks.take(SEALED_BYTES)
        while True:
            following = blocks.take(SEALED_BYTES)
            try:
                chunk = cipher.decrypt(_nonce(header, number, not following), sealed, header)
            except InvalidTag:
                raise FileDamaged(key) from None
            if not following and digest.hexdigest() != key[3:]:
                raise FileDamaged(key)
            yield chunk
            if not following:
                return
            number, sealed = number + 1, following

    def _read(self, key: str) -> Iterator[bytes]:
        """The object in blocks: of a folder by ranges (ten times as fast as its stream), else as it comes."""
        try:
            if self._folder is None:
                for block in obstore.get(self._store, _checked(key)).stream(min_chunk_size=CHUNK_BYTES):
                    yield bytes(block)
                return
            size = obstore.head(self._store, _checked(key))["size"]
            for start in range(0, size, CHUNK_BYTES):
                length = min(CHUNK_BYTES, size - start)
                yield bytes(obstore.get_range(self._store, key, start=start, length=length))
        except FileNotFoundError:
            raise FileMissing(key) from None

    def _reach_disk(self, key: str) -> None:
        if self._folder is None:
            return
        path = self._folder / key
        for place in (path, path.parent, self._folder):
            descriptor = os.open(place, os.O_RDONLY)
            try:
                os.fsync(descriptor)
            finally:
                os.close(descriptor)


class _Sealing:
    """One file on its way in."""

    def __init__(self, case_key: bytes, limit: int | None) -> None:
        self._header = MAGIC + secrets.token_bytes(SALT_BYTES + PREFIX_BYTES)
        self._cipher = _cipher(case_key, self._header)
        self._limit = limit
        self._size = 0
        self._clear = hashlib.sha256()
        self._sealed = hashlib.sha256()

    def run(self, chunks: Iterator[bytes]) -> Iterator[bytes]:
        """The object's header and sealed chunks."""
        yield self._give(self._header)
        chunk = self._take(next(chunks, b""))
        number = 0
        for following in chunks:
            yield self._give(self._cipher.encrypt(_nonce(self._header, number, False), chunk, self._header))
            number, chunk = number + 1, self._take(following)
        yield self._give(self._cipher.encrypt(_nonce(self._header, number, True), chunk, self._header))

    def stored(self) -> StoredObject:
        """What was stored, once all has been run through."""
        cipher_sha256 = self._sealed.hexdigest()
        key = f"{cipher_sha256[:2]}/{cipher_sha256}"
        return StoredObject(key, self._size, self._clear.hexdigest(), cipher_sha256)

    def _take(self, chunk: bytes) -> bytes:
        self._size += len(chunk)
        if self._limit is not None and self._size > self._limit:
            raise FileTooLarge(self._limit)
        self._clear.update(chunk)
        return chunk

    def _give(self, block: bytes) -> bytes:
        self._sealed.update(block)
        return block


class _Blocks:
    """Pieces of wanted lengths from blocks of any length."""

    def __init__(self, blocks: Iterator[bytes], digest: Any) -> None:
        self._blocks = blocks
        self._digest = digest
        self._buffer = bytearray()

    def take(self, count: int) -> bytes:
        """The next `count` bytes, or what is left."""
        while len(self._buffer) < count and (block := next(self._blocks, b"")):
            self._digest.update(block)
            self._buffer += block
        piece = bytes(self._buffer[:count])
        del self._buffer[:count]
        return piece


def get_storage() -> Storage:
    """The storage of the running application."""
    return cast(Storage, current_app.extensions[EXTENSION])


def _chunks(stream: BinaryIO | Iterable[bytes]) -> Iterator[bytes]:
    """The stream in chunks of 1 MiB, the last one shorter; none if it is empty."""
    buffer = bytearray()
    for block in _blocks(stream):
        if len(block) == CHUNK_BYTES and not buffer:
            yield block
            continue
        view = memoryview(block)
        for at in range(0, len(view), CHUNK_BYTES):
            buffer += view[at : at + CHUNK_BYTES]
            while len(buffer) >= CHUNK_BYTES:
                yield bytes(buffer[:CHUNK_BYTES])
                del buffer[:CHUNK_BYTES]
    if buffer:
        yield bytes(buffer)


def _blocks(stream: BinaryIO | Iterable[bytes]) -> Iterator[bytes]:
    if not hasattr(stream, "read"):
        yield from stream
        return
    while block := stream.read(CHUNK_BYTES):
        yield block


def _cipher(case_key: bytes, header: bytes) -> AESGCM:
    if len(case_key) != KEY_BYTES:
        raise ValueError(f"the key of a case has {KEY_BYTES} bytes")
    salt = header[len(MAGIC) : len(MAGIC) + SALT_BYTES]
    return AESGCM(
        HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=salt, info=b"sahut/file/v1").derive(case_key)
    )


def _nonce(header: bytes, number: int, is_last: bool) -> bytes:
    return header[-PREFIX_BYTES:] + number.to_bytes(4, "big") + bytes([is_last])


def _checked(key: str) -> str:
    if not _KEY.fullmatch(key):
        raise ValueError("not the key of an object")
    return key
