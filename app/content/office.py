"""Office files are ZIP archives: which one, and whether it is safe to unpack.

Checked before anything is unpacked: number of parts, declared sizes, parts that overlap (the trick of most
bombs), data before or behind the archive. Then each part is unpacked once, into nothing, so that a wrong size
or a damaged part can't surprise whoever opens the file later.
"""

from __future__ import annotations

import zipfile
import zlib
from typing import BinaryIO

from app.content.errors import (
    FileAmbiguous,
    FileDamaged,
    FileExecutable,
    FileLocked,
    FileTypeUnknown,
    FileUnpacksTooLarge,
)

MOST_PARTS = 5000
MOST_UNPACKED_BYTES = 200 * 1024 * 1024
MOST_EXPANSION = 200
"""Times its packed size that a large part may grow to; a sheet of numbers grows ten- to fiftyfold."""
SMALL_PART_BYTES = 4 * 1024 * 1024
"""Parts up to this size may grow as they like: a blank page of XML compresses a thousandfold."""

_END_RECORD_BYTES = 22
_MAIN_PARTS = {"word/document.xml": "docx", "xl/workbook.xml": "xlsx", "ppt/presentation.xml": "pptx"}
_OPEN_DOCUMENTS = {
    b"application/vnd.oasis.opendocument.text": "odt",
    b"application/vnd.oasis.opendocument.spreadsheet": "ods",
    b"application/vnd.oasis.opendocument.presentation": "odp",
}
_MACROS = ("vbaProject.bin", "vbaData.xml")
_MACRO_FOLDERS = ("Basic/", "Scripts/")


def find_office_type(stream: BinaryIO) -> str:
    """``docx``, ``xlsx``, ``pptx``, ``odt``, ``ods`` or ``odp``.

    :raises FileUnpacksTooLarge: a bomb
    :raises FileAmbiguous: something stands before or behind the archive
    :raises FileExecutable: it carries macros, or is a Java or Android program
    :raises FileLocked: it is encrypted
    :raises FileDamaged: it can't be unpacked
    :raises FileTypeUnknown: another archive
    """
    stream.seek(0)
    try:
        with zipfile.ZipFile(stream) as archive:
            parts = archive.infolist()
            _check_sizes(parts)
            _check_shape(stream, archive, parts)
            found = _type_of(archive, parts)
            _unpack_into_nothing(archive, parts)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, ValueError, OverflowError):
        raise FileDamaged from None
    return found


def _check_sizes(parts: list[zipfile.ZipInfo]) -> None:
    if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_UNPACKED_BYTES:
        raise FileUnpacksTooLarge
    for part in parts:
        if part.file_size > SMALL_PART_BYTES and part.file_size > MOST_EXPANSION * part.compress_size:
            raise FileUnpacksTooLarge
    end = 0
    for part in sorted(parts, key=lambda one: one.header_offset):
        if part.header_offset < end:
            raise FileUnpacksTooLarge
        end = part.header_offset + len(part.filename) + part.compress_size


def _check_shape(stream: BinaryIO, archive: zipfile.ZipFile, parts: list[zipfile.ZipInfo]) -> None:
    """The archive is the whole file: it begins at the first byte and ends with the last."""
    size = stream.seek(0, 2)
    stream.seek(size - _END_RECORD_BYTES - len(archive.comment))
    ends_here = stream.read(4) == b"PK\x05\x06"
    begins_here = bool(parts) and min(part.header_offset for part in parts) == 0
    if not (ends_here and begins_here):
        raise FileAmbiguous


def _type_of(archive: zipfile.ZipFile, parts: list[zipfile.ZipInfo]) -> str:
    names = {part.filename for part in parts}
    if any(part.flag_bits & 1 for part in parts):
        raise FileLocked
    if names & {"META-INF/MANIFEST.MF", "AndroidManifest.xml", "classes.dex"}:
        raise FileExecutable
    if any(name.endswith(_MACROS) or name.startswith(_MACRO_FOLDERS) for name in names):
        raise FileExecutable
    if "mimetype" in names and "content.xml" in names:
        with archive.open("mimetype") as part:
            found = _OPEN_DOCUMENTS.get(part.read(64).strip())
        if found is not None:
            return found
    if "[Content_Types].xml" in names:
        for main, found in _MAIN_PARTS.items():
            if main in names:
                return found
    raise FileTypeUnknown


def _unpack_into_nothing(archive: zipfile.ZipFile, parts: list[zipfile.ZipInfo]) -> None:
    left = MOST_UNPACKED_BYTES
    for info in parts:
        with archive.open(info) as part:
            while chunk := part.read(1 << 16):
                left -= len(chunk)
                if left < 0:
                    raise FileUnpacksTooLarge
