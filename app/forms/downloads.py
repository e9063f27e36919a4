"""Files on their way to one reader, as attachments: exports, documents of evidence, packs."""

from __future__ import annotations

import contextlib
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO

from flask import Response, flash, redirect
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.services.evidence_files import EvidenceDownload
from app.services.evidence_packs import NotSealed, Pack
from app.services.exports import Export
from reports.wbk.errors import WbkError

CHUNK_BYTES = 1 << 18
ZIP = "application/zip"
PREFIX = "sahut-pack-"
MADE_WITHIN_S = 3600.0
"""No pack takes so long; the folder of an older one belongs to nobody any more."""


def send_or_tell(make: Callable[[], Response], back: str) -> ResponseReturnValue:
    """The workbook or pack that `make` gives; where it can't be made, back to an address with the reason."""
    try:
        return make()
    except WbkError as error:
        flash(_("Ekspor dibatalkan: %(why)s.", why=str(error)))
    except NotSealed:
        flash(_("Catatan audit sedang tidak dapat disegel. Coba lagi sebentar."))
    return redirect(back)


def send_export(made: Export) -> Response:
    """A workbook or report."""
    return _attached(Response(made.content, mimetype=made.content_type), made.name)


def send_evidence(found: EvidenceDownload) -> Response:
    """A document, decrypted as it is sent."""
    response = Response(found.chunks, mimetype=found.content_type)
    response.content_length = found.size
    return _attached(response, found.name)


def clear_left_behind() -> None:
    """Remove what processes that died have left of their packs; those in the making are younger."""
    before = time.time() - MADE_WITHIN_S
    for folder in Path(tempfile.gettempdir()).glob(f"{PREFIX}*"):
        with contextlib.suppress(OSError):  # another's, or just gone
            if folder.stat().st_mtime < before:
                shutil.rmtree(folder)


def send_pack(make: Callable[[Path], Pack]) -> Response:
    """The pack that `make` writes to a path, as an attachment; memory stays flat whatever its size.

    The file loses its name before the first byte is sent. A process that dies earlier leaves opened documents
    behind, for no other user of the machine, until somebody makes the next pack.
    """
    clear_left_behind()
    with tempfile.TemporaryDirectory(prefix=PREFIX) as folder:
        made = make(Path(folder) / "pack.zip")
        size = made.path.stat().st_size
        stream = made.path.open("rb")
    response = Response(_chunks(stream), mimetype=ZIP)
    response.content_length = size
    response.call_on_close(stream.close)
    return _attached(response, made.name)


def _attached(response: Response, name: str) -> Response:
    response.headers.set("Content-Disposition", "attachment", filename=name)
    return response


def _chunks(stream: BinaryIO) -> Iterator[bytes]:
    with stream:
        while chunk := stream.read(CHUNK_BYTES):
            yield chunk
