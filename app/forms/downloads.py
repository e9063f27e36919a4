"""Files made for one reader: written to a nameless place, sent as they are read, gone when they are sent."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO

from flask import Response

from app.services.evidence_packs import Pack

CHUNK_BYTES = 1 << 18
ZIP = "application/zip"


def send_pack(make: Callable[[Path], Pack]) -> Response:
    """The pack that `make` writes to a path, as an attachment; memory stays flat whatever its size.

    The file loses its name before the first byte is sent: a process that dies leaves nothing behind.
    """
    with tempfile.TemporaryDirectory(prefix="sahut-pack-") as folder:
        made = make(Path(folder) / "pack.zip")
        size = made.path.stat().st_size
        stream = made.path.open("rb")
    response = Response(_chunks(stream), mimetype=ZIP)
    response.content_length = size
    response.headers.set("Content-Disposition", "attachment", filename=made.name)
    response.call_on_close(stream.close)
    return response


def _chunks(stream: BinaryIO) -> Iterator[bytes]:
    with stream:
        while chunk := stream.read(CHUNK_BYTES):
            yield chunk
