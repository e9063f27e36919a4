"""Which of the accepted types a file is, by its bytes.

A file is accepted when it begins with the signature of one accepted type, carries that type's structure where
it is cheap to check, and doesn't read as another type too. Everything else is refused; `puremagic` and a few
signatures of our own only tell whether it was a program, so that the answer can say so.
"""

from __future__ import annotations

import codecs
import re
import zipfile
from dataclasses import dataclass
from typing import BinaryIO

from app.content.errors import (
    FileAmbiguous,
    FileEmpty,
    FileExecutable,
    FileOfOldOffice,
    FileTypeUnknown,
)
from app.content.office import find_office_type

HEAD_BYTES = 4096
"""What a decision by signature looks at."""
POLYGLOT_BYTES = 1024
"""Readers of PDF and HTML search this far for their own beginning."""


@dataclass(frozen=True, slots=True)
class Kind:
    """An accepted type.

    :ivar content_type: as it is served
    :ivar extensions: those that fit it, without dot; the first is added to a name that has another
    """

    content_type: str
    extensions: tuple[str, ...]

    @property
    def is_image(self) -> bool:
        """Whether a cleaned picture can stand for it."""
        return self in (JPEG, PNG, WEBP, HEIC)


JPEG = Kind("image/jpeg", ("jpg", "jpeg", "jpe", "jfif"))
PNG = Kind("image/png", ("png",))
WEBP = Kind("image/webp", ("webp",))
HEIC = Kind("image/heic", ("heic", "heif"))
PDF = Kind("application/pdf", ("pdf",))
DOCX = Kind("application/vnd.openxmlformats-officedocument.wordprocessingml.document", ("docx",))
XLSX = Kind("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", ("xlsx",))
PPTX = Kind("application/vnd.openxmlformats-officedocument.presentationml.presentation", ("pptx",))
ODT = Kind("application/vnd.oasis.opendocument.text", ("odt",))
ODS = Kind("application/vnd.oasis.opendocument.spreadsheet", ("ods",))
ODP = Kind("application/vnd.oasis.opendocument.presentation", ("odp",))
MP3 = Kind("audio/mpeg", ("mp3",))
M4A = Kind("audio/mp4", ("m4a",))
OGG = Kind("audio/ogg", ("ogg", "oga", "opus"))
WAV = Kind("audio/wav", ("wav",))
AAC = Kind("audio/aac", ("aac",))
AMR = Kind("audio/amr", ("amr", "awb"))
MP4 = Kind("video/mp4", ("mp4", "m4v", "m4a"))
"""Some telephones give their sound recordings the brand of films."""
MOV = Kind("video/quicktime", ("mov", "qt"))
WEBM = Kind("video/webm", ("webm",))
THREE_GP = Kind("video/3gpp", ("3gp", "3gpp"))
TEXT = Kind("text/plain", ("txt", "log", "csv", "md"))

KINDS = (
    *(JPEG, PNG, WEBP, HEIC),
    *(PDF, DOCX, XLSX, PPTX, ODT, ODS, ODP, TEXT),
    *(MP3, M4A, OGG, WAV, AAC, AMR),
    *(MP4, MOV, WEBM, THREE_GP),
)
"""Every accepted type."""

_BY_CONTENT_TYPE = {kind.content_type: kind for kind in KINDS}
_OFFICE = {kind.extensions[0]: kind for kind in (DOCX, XLSX, PPTX, ODT, ODS, ODP)}
_BRANDS = {
    **dict.fromkeys((b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"), HEIC),
    **dict.fromkeys((b"M4A ", b"M4B "), M4A),
    b"qt  ": MOV,
    **dict.fromkeys(
        (b"isom", b"iso2", b"iso3", b"iso4", b"iso5", b"iso6", b"mp41", b"mp42", b"avc1", b"M4V ", b"MSNV"),
        MP4,
    ),
}
"""Major brands of ISO base media files; 3GPP's all begin with ``3gp``."""

_OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_SPEECH = (b"#!AMR\n", b"#!AMR-WB\n")
_SCRIPTS = (b"#!", b"@echo off")
_PROGRAMS = (
    b"\x7fELF",
    b"\xca\xfe\xba\xbe",
    b"\xfe\xed\xfa\xce",
    b"\xfe\xed\xfa\xcf",
    b"\xce\xfa\xed\xfe",
    b"\xcf\xfa\xed\xfe",
    b"dex\n",
    b"L\x00\x00\x00\x01\x14\x02\x00",
)
"""ELF, Java and Mach-O, Android, Windows short cuts; Windows programs have zeros after their two letters."""
_PROGRAM_TYPES = frozenset(
    {".exe", ".dll", ".elf", ".so", ".sh", ".bat", ".jar", ".apk", ".msi", ".class", ".lnk"}
)
_MARKUP = re.compile(rb"<(?:!doctype|html|head|body|script|svg|iframe|\?php|\?xml|!--|hta:)", re.IGNORECASE)
_ACTIVE = re.compile(rb"<(?:html|script|iframe|\?php)", re.IGNORECASE)
_FORBIDDEN_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f]")
_MP3_FRAME = re.compile(rb"\xff[\xe2-\xff]", re.DOTALL)


def kind_of(content_type: str) -> Kind:
    """The accepted type that is served as `content_type`.

    :raises KeyError: there is none
    """
    return _BY_CONTENT_TYPE[content_type]


def tell_kind(stream: BinaryIO) -> Kind:
    """The accepted type of a file; the stream is left at an unspecified place.

    :raises FileEmpty: no bytes
    :raises FileExecutable: a program, a script, or a document with macros
    :raises FileOfOldOffice: a document in the old form, which may carry macros
    :raises FileAmbiguous: it reads as a second type too
    :raises FileUnpacksTooLarge: an office file that unpacks into too much
    :raises FileDamaged: an office file that can't be unpacked
    :raises FileTypeUnknown: nothing that is accepted
    """
    stream.seek(0)
    head = stream.read(HEAD_BYTES)
    if not head:
        raise FileEmpty
    if _is_program(head):
        raise FileExecutable
    if head.startswith(_OLD_OFFICE):
        raise FileOfOldOffice
    if head.startswith(b"PK\x03\x04"):
        if b"%PDF-" in head[:POLYGLOT_BYTES]:
            raise FileAmbiguous
        return _OFFICE[find_office_type(stream)]
    kind = _by_signature(head)
    if kind is None:
        kind = _text_or_nothing(stream, head)
    _refuse_second_reading(stream, head, kind)
    return kind


def _by_signature(head: bytes) -> Kind | None:
    if head.startswith(b"\xff\xd8\xff"):
        return JPEG
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return PNG
    if head.startswith(b"%PDF-"):
        return PDF
    if head.startswith(b"RIFF"):
        return {b"WEBP": WEBP, b"WAVE": WAV}.get(head[8:12])
    if head.startswith(b"OggS"):
        return OGG
    if head.startswith(b"\x1a\x45\xdf\xa3"):
        return WEBM if b"\x42\x82\x84webm" in head[:64] else None
    if head[4:8] == b"ftyp":
        brand = head[8:12]
        return THREE_GP if brand.startswith(b"3g") else _BRANDS.get(brand)
    if head.startswith(_SPEECH):
        return AMR
    if head.startswith(b"ID3") or _is_mp3_frame(head):
        return MP3
    return AAC if _is_aac_frame(head) else None


def _is_mp3_frame(head: bytes) -> bool:
    """Whether an MPEG audio frame of layer III begins here, with rates that exist."""
    if len(head) < 4 or not _MP3_FRAME.match(head):
        return False
    layer, bit_rate, sampling = (head[1] >> 1) & 3, head[2] >> 4, (head[2] >> 2) & 3
    return layer == 1 and bit_rate not in (0, 15) and sampling != 3


def _is_aac_frame(head: bytes) -> bool:
    """Whether an ADTS frame begins here, with a rate that exists, and a second one follows it."""
    if len(head) < 7 or head[0] != 0xFF or head[1] & 0xF6 != 0xF0 or (head[2] >> 2) & 15 > 12:
        return False
    length = (head[3] & 3) << 11 | head[4] << 3 | head[5] >> 5
    following = head[length : length + 2]
    return length >= 7 and len(following) == 2 and following[0] == 0xFF and following[1] & 0xF6 == 0xF0


def _text_or_nothing(stream: BinaryIO, head: bytes) -> Kind:
    if not _is_text(stream):
        if _looks_like_program(head):
            raise FileExecutable
        raise FileTypeUnknown
    if _MARKUP.match(_without_blanks(head)):
        raise FileTypeUnknown
    return TEXT


def _is_text(stream: BinaryIO) -> bool:
    """Whether the whole file is UTF-8 without control characters but line ends, tabs and page breaks."""
    stream.seek(0)
    decoder = codecs.getincrementaldecoder("utf-8-sig")()
    try:
        while chunk := stream.read(1 << 16):
            if _FORBIDDEN_CONTROLS.search(decoder.decode(chunk)):
                return False
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _without_blanks(head: bytes) -> bytes:
    return head.lstrip(b"\xef\xbb\xbf \t\r\n")


def _is_program(head: bytes) -> bool:
    if head.startswith(_SPEECH):
        return False
    is_windows = head.startswith(b"MZ") and b"\x00" in head[:64]
    return is_windows or head.startswith(_PROGRAMS) or _without_blanks(head).lower().startswith(_SCRIPTS)


def _looks_like_program(head: bytes) -> bool:
    """What `puremagic` says of a file that isn't accepted anyway."""
    import puremagic  # few files come here, and most are looked at in a process of their own

    try:
        found = puremagic.magic_string(head)
    except (puremagic.PureError, ValueError):
        return False
    return any(match.extension in _PROGRAM_TYPES and match.confidence >= 0.5 for match in found)


def _refuse_second_reading(stream: BinaryIO, head: bytes, kind: Kind) -> None:
    """Refuse what other readers would take for a PDF, a ZIP archive (also a Java one) or a page.

    Phones append their own data to photos, so that what follows the picture is no offence in itself.
    """
    beginning = head[:POLYGLOT_BYTES]
    if kind is TEXT:
        if b"%PDF-" in beginning:
            raise FileAmbiguous
        return
    if kind is not PDF and b"%PDF-" in beginning:
        raise FileAmbiguous
    if _ACTIVE.search(beginning):
        raise FileAmbiguous
    stream.seek(0)
    if zipfile.is_zipfile(stream):
        raise FileAmbiguous
