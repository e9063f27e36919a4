"""Files on their way to one reader, as attachments: exports, documents of evidence, packs."""

from __future__ import annotations

import tempfile
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
    response.call_on_close(stream.close)
    return _attached(response, made.name)


def _attached(response: Response, name: str) -> Response:
    response.headers.set("Content-Disposition", "attachment", filename=name)
    return response


def _chunks(stream: BinaryIO) -> Iterator[bytes]:
    with stream:
        while chunk := stream.read(CHUNK_BYTES):
            yield chunk
