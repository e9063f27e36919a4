"""Writing the pack: files streamed into a ZIP while they are hashed, then manifest, signature and seal.

Equal files, instants and keys give equal bytes: every date in the ZIP is the cut-off, and Ed25519 signatures
are a function of key and message (RFC 8032). Memory stays at one block, whatever the files' size. How a pack
is checked is said in `reports.evidence.verifier`, which travels inside.
"""

from __future__ import annotations

import hashlib
import zipfile
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib import resources
from pathlib import Path
from typing import Any

from reports.evidence.verifier import (
    COMMENT_BYTES,
    MANIFEST,
    PACK,
    SEAL,
    SIGNATURE,
    canonical,
    content_digest,
    read_through,
)
from workflows.canonical import instant_text

VERIFIER = "verifikasi.py"
"""Under which name the verifier travels."""

Sign = Callable[[bytes], bytes]
"""Ed25519 signature (64 bytes) over a message."""


@dataclass(frozen=True, slots=True)
class Signer:
    """Who signs: id of the published key, and the signing itself."""

    key_id: str
    sign: Sign


@dataclass(slots=True)
class PackWriter:
    """A pack on its way.

    :ivar path: the file that is written; it must not be there yet
    :ivar as_of: cut-off, aware; stands for every date in the ZIP
    """

    path: Path
    as_of: datetime
    files: dict[str, dict[str, Any]] = field(default_factory=dict)
    _archive: zipfile.ZipFile = field(init=False)

    def __post_init__(self) -> None:
        self._archive = zipfile.ZipFile(self.path, "x", zipfile.ZIP_DEFLATED)

    def add(self, name: str, chunks: Iterable[bytes]) -> None:
        """Stream a file in, and note its size and SHA-256 for the manifest."""
        if name in self.files:
            raise ValueError(f"{name} is in the pack already")
        digest, size = hashlib.sha256(), 0
        with self._archive.open(self._info(name), "w") as target:
            for chunk in chunks:
                digest.update(chunk)
                size += len(chunk)
                target.write(chunk)
        self.files[name] = {"size": size, "sha256": digest.hexdigest()}

    def add_verifier(self) -> None:
        """Let the verifier travel along."""
        self.add(VERIFIER, [resources.files("reports.evidence").joinpath("verifier.py").read_bytes()])

    def content_digest(self, about: Mapping[str, Any]) -> str:
        """What the log is to hold of the pack (`verifier.content_digest`), of the files added so far."""
        return content_digest({"format": PACK, **about, "files": self.files})

    def close(self, about: Mapping[str, Any], signer: Signer, at: datetime) -> None:
        """Write manifest and signature, and seal the file.

        :param about: what the manifest says beside its files: agency, year, as_of, made_at, unproved
        :param at: aware instant of signing
        """
        manifest = canonical({"format": PACK, **about, "files": self.files})
        signature = {
            "key": signer.key_id,
            "at": instant_text(at),
            "signature": signer.sign(PACK.encode() + b"\x00" + manifest).hex(),
        }
        self._archive.writestr(self._info(MANIFEST), manifest)
        self._archive.writestr(self._info(SIGNATURE), canonical(signature))
        self._archive.comment = b" " * COMMENT_BYTES
        self._archive.close()
        self._seal(signer)

    def discard(self) -> None:
        """Give up, and take the file away."""
        self._archive.close()
        self.path.unlink(missing_ok=True)

    def _seal(self, signer: Signer) -> None:
        with self.path.open("r+b") as file:
            before = self.path.stat().st_size - COMMENT_BYTES
            digest, _ = read_through(file, before)
            signature = signer.sign(SEAL.encode() + b"\x00" + digest.digest())
            file.seek(before)
            file.write(b"sahut-seal " + digest.hexdigest().encode() + b" " + signature.hex().encode())

    def _info(self, name: str) -> zipfile.ZipInfo:
        info = zipfile.ZipInfo(name, self.as_of.astimezone(UTC).timetuple()[:6])
        info.compress_type, info.create_system, info.external_attr = zipfile.ZIP_DEFLATED, 3, 0o644 << 16
        return info
