"""Commitments: a digest that binds us to a citizen's text and files without telling anything of them.

A commitment can be published, signed and kept for ever; only who has the salt and the text can show that they
belong to it. When a complaint is erased, its salt dies with the key of the case, and the commitment says
nothing any more.

Text: SHA-256 over ``sahut/commitment/text/v1``, a zero byte, the salt (32 bytes), the length of the text in
bytes (8 bytes, the highest first) and the text in UTF-8, in Unicode's NFC and with LF line ends.

Files: the same with ``sahut/commitment/files/v1``, over the manifest instead of the text: the canonical JSON
of an array with, for each file in order, the SHA-256 and size of the original bytes. File names are left out,
since they can name people.
"""

from __future__ import annotations

import hashlib
import re
import secrets
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from hmac import compare_digest

from workflows.canonical import canonical_ascii

SALT_BYTES = 32
TEXT_TAG = b"sahut/commitment/text/v1"
FILES_TAG = b"sahut/commitment/files/v1"

_SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class FileDigest:
    """One file of a manifest.

    :ivar sha256: SHA-256 of the original bytes, in hex
    :ivar size: their number
    """

    sha256: str
    size: int

    def __post_init__(self) -> None:
        if not _SHA256.fullmatch(self.sha256) or self.size < 0:
            raise ValueError("not the digest and size of a file")


def new_salt() -> bytes:
    """A fresh random salt of 256 bits."""
    return secrets.token_bytes(SALT_BYTES)


def normal_text(text: str) -> str:
    """`text` as it is committed to: Unicode's NFC, every line end a single LF."""
    return unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))


def commit_text(text: str, salt: bytes) -> str:
    """Commitment to a text, in hex.

    :param salt: 32 random bytes, used for one complaint only
    :raises ValueError: for a salt of another length, or a text that is no valid Unicode
    """
    return _commit(TEXT_TAG, salt, normal_text(text).encode("utf-8"))


def commit_files(files: Sequence[FileDigest], salt: bytes) -> str:
    """Commitment to files and their order, in hex.

    :param salt: 32 random bytes; the salt of the same complaint's text may be used
    :raises ValueError: for a salt of another length
    """
    return _commit(FILES_TAG, salt, manifest(files))


def manifest(files: Sequence[FileDigest]) -> bytes:
    """The manifest that `commit_files` commits to: canonical JSON."""
    return canonical_ascii([{"sha256": one.sha256, "size": one.size} for one in files])


def opens_text(commitment: str, text: str, salt: bytes) -> bool:
    """Whether `text` and `salt` belong to the commitment."""
    return compare_digest(commit_text(text, salt), commitment)


def opens_files(commitment: str, files: Sequence[FileDigest], salt: bytes) -> bool:
    """Whether the files, in this order, and `salt` belong to the commitment."""
    return compare_digest(commit_files(files, salt), commitment)


def _commit(tag: bytes, salt: bytes, message: bytes) -> str:
    if len(salt) != SALT_BYTES:
        raise ValueError(f"a salt has {SALT_BYTES} bytes, not {len(salt)}")
    return hashlib.sha256(tag + b"\x00" + salt + len(message).to_bytes(8, "big") + message).hexdigest()
