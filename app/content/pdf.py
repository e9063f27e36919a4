"""A PDF for viewing: the pages, and nothing that acts, hides or phones home.

Removed: scripts, actions (also on opening, closing, printing), embedded files, forms that calculate or send,
sound, film and 3-D annotations, links out, document information and XMP. What is left is written anew, so
that objects nobody refers to, and older versions of the document, go too.
"""

from __future__ import annotations

import io
import warnings
from typing import Any, BinaryIO

import pikepdf

from app.content.errors import FileDamaged, FileLocked

DEEPEST = 60
"""Levels of direct arrays and dictionaries inside one object; more is no honest document."""

_ACTIVE_KEYS = (
    "/AA",
    "/AF",
    "/Collection",
    "/EF",
    "/EmbeddedFiles",
    "/JS",
    "/JavaScript",
    "/Metadata",
    "/OpenAction",
    "/PieceInfo",
    "/Renditions",
    "/RichMediaContent",
    "/RichMediaSettings",
    "/URI",
    "/URLS",
    "/XFA",
)
"""Entries that act or hide something, wherever they stand. ``/URI`` in the catalogue is the base of links."""
_ACTING_ANNOTATIONS = frozenset(
    {"/FileAttachment", "/Sound", "/Movie", "/Screen", "/3D", "/RichMedia", "/PrinterMark", "/TrapNet"}
)


def clean_copy(stream: BinaryIO) -> bytes:
    """The document without anything active.

    :raises FileLocked: it needs a password
    :raises FileDamaged: it can't be read
    """
    stream.seek(0)
    out = io.BytesIO()
    try:
        with warnings.catch_warnings(), pikepdf.open(stream, suppress_warnings=True) as document:
            warnings.simplefilter("ignore", UserWarning)
            _strip_document(document)
            for page in document.pages:
                _strip_annotations(page.obj)
            for found in document.objects:
                _strip(found, 0)
            document.save(
                out,
                object_stream_mode=pikepdf.ObjectStreamMode.generate,
                deterministic_id=True,
                encryption=False,
                fix_metadata_version=False,
            )
    except pikepdf.PasswordError:
        raise FileLocked from None
    except (pikepdf.PdfError, pikepdf.DependencyError, ValueError, TypeError, RuntimeError, RecursionError):
        raise FileDamaged from None
    return out.getvalue()


def _strip_document(document: pikepdf.Pdf) -> None:
    if len(document.pages) == 0:
        raise FileDamaged
    if "/Info" in document.trailer:
        del document.trailer["/Info"]
    names = document.Root.get("/Names")
    if isinstance(names, pikepdf.Dictionary):
        for key in ("/JavaScript", "/EmbeddedFiles", "/Renditions", "/URLS", "/AlternatePresentations"):
            if key in names:
                del names[key]


def _strip_annotations(page: Any) -> None:
    annotations = page.get("/Annots")
    if not isinstance(annotations, pikepdf.Array):
        return
    kept = [
        one
        for one in annotations
        if isinstance(one, pikepdf.Dictionary) and str(one.get("/Subtype")) not in _ACTING_ANNOTATIONS
    ]
    page["/Annots"] = pikepdf.Array(kept)


def _strip(value: Any, depth: int) -> None:
    """Remove what acts from an object and the direct ones inside it; indirect ones have their turn."""
    if depth > DEEPEST:
        raise FileDamaged
    if isinstance(value, pikepdf.Array):
        for inner in value:
            _strip_direct(inner, depth)
        return
    if not isinstance(value, (pikepdf.Dictionary, pikepdf.Stream)):
        return
    for key in _ACTIVE_KEYS:
        if key in value:
            del value[key]
    for key in ("/A", "/PA"):
        action = value.get(key)
        if isinstance(action, pikepdf.Dictionary) and str(action.get("/S", "")) != "/GoTo" and "/S" in action:
            del value[key]
    for key in list(value.keys()):
        _strip_direct(value[key], depth)


def _strip_direct(inner: Any, depth: int) -> None:
    if isinstance(inner, pikepdf.Object) and not inner.is_indirect:
        _strip(inner, depth + 1)
