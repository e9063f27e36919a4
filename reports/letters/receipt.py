"""The citizen's receipt as a PDF (UU 25/2009 Pasal 44): to print, to keep, to show to the Ombudsman.

The paper is for people; the proof is the signed document inside, attached as ``receipt.json`` byte for
byte, so that whoever has the PDF has everything that a check needs. The QR code leads to the status page by
the number alone: the tracking code never stands on paper.
"""

from __future__ import annotations

import io
import json
import re
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from importlib.resources import as_file, files
from itertools import islice
from typing import Any, cast
from zoneinfo import ZoneInfo

import segno
import typst
from babel.dates import format_date

from reports.letters.words import WORDS
from reports.palette import INK

ATTACHED_NAME = "receipt.json"
ATTACHED_STATEMENT = "statement.json"
LARGEST_PDF = 2 * 1024 * 1024
"""Bytes; a larger file is refused unread. A receipt with 30,000 characters of text takes a tenth of that."""
LARGEST_ATTACHED = 1024 * 1024
MOST_STREAMS = 5000
"""Streams of a file that are looked at; one of ours has some twenty."""
MOST_DOCUMENTS = 8
"""Of those that begin as a document of ours does; ours carries two."""
PEEKED = 1024
"""Packed bytes that are enough to tell how a stream begins."""

_BEGIN = b'{"body":{'
_MARKS = {
    ATTACHED_NAME: b'"format":"sahut/receipt/',
    ATTACHED_STATEMENT: b'"format":"sahut/statement/',
}
"""What tells a document; within a text of its own each quotation mark would have a backslash before it."""
_STREAM = re.compile(rb"(?<!end)stream\r?\n")

STANDARDS: Sequence[str] = ("a-3a", "ua-1")
"""For the archive, with the document inside, and for readers that read aloud."""

ZONE_NAMES = {"Asia/Jakarta": "WIB", "Asia/Pontianak": "WIB", "Asia/Makassar": "WITA", "Asia/Jayapura": "WIT"}


class NoReceiptInside(ValueError):
    """The file is no PDF that carries a receipt."""


@dataclass(frozen=True, slots=True)
class PromisedDay:
    """A duty of the station with its limit.

    :ivar name: what is due
    :ivar due_at: aware instant
    :ivar article: the law, in words
    :ivar met_at: when it was done, if it was
    :ivar void_at: when it ended with its case, without having been done
    """

    name: str
    due_at: datetime
    article: str
    met_at: datetime | None = None
    void_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class LetterLine:
    """A letter to the complainant.

    :ivar name: what kind of letter
    :ivar received_at: None where that is not known
    """

    name: str
    number: str
    sent_at: datetime
    received_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementSheet:
    """How the case stands when the proof of complaint is printed; the receipt's second part.

    :ivar state: where the case stands, in words
    :ivar duties: every duty of the station, by its limit
    :ivar unanswered: how many of them passed undone
    :ivar document: the signed statement, as made
    """

    as_of: datetime
    key_id: str
    state: str
    duties: tuple[PromisedDay, ...]
    unanswered: int
    letters: tuple[LetterLine, ...]
    document: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiptSheet:
    """What stands on the receipt.

    :ivar language: ``id`` or ``en``
    :ivar zone: IANA name of the agency's zone
    :ivar complainant: name and address, as far as given; None in the edition without identity
    :ivar shortfall: the text; None in the edition without identity
    :ivar sealed_at: when the receiving was sealed in the log; None until then
    :ivar status_url: with the number, never with the code
    :ivar document: the signed document, as issued
    :ivar statement: how the case stands now; with it the sheet is a proof of complaint
    """

    language: str
    zone: str
    number: str
    agency_name: str
    received_at: datetime
    place: str
    channel: str
    officer_title: str
    officer_name: str
    complainant: tuple[str, str] | None
    shortfall: str | None
    file_count: int
    issued_at: datetime
    sealing_due_at: datetime
    sealed_at: datetime | None
    text_commitment: str
    key_id: str
    status_url: str
    verify_url: str
    printed_at: datetime
    promised: tuple[PromisedDay, ...]
    document: bytes
    statement: StatementSheet | None = None


def make_pdf(sheet: ReceiptSheet) -> bytes:
    """The receipt as PDF/A-3a and PDF/UA-1.

    Where the text holds a character that no typeface at hand can draw, the paper claims no standard, since it
    shows a box in its place; the document inside is whole in any case.
    """
    data = json.dumps(_data(sheet), ensure_ascii=False)
    try:
        return _set(data, STANDARDS)
    except typst.TypstError:
        return _set(data, ())


def extract_document(pdf: bytes) -> bytes:
    """The signed document that a PDF carries.

    :raises NoReceiptInside: if it carries none
    """
    return extract_documents(pdf)[0]


def extract_documents(pdf: bytes) -> tuple[bytes, bytes | None]:
    """The signed receipt that a PDF carries, and the signed statement, if it is a proof of complaint.

    :raises NoReceiptInside: if it carries no receipt
    """
    if len(pdf) > LARGEST_PDF:
        raise NoReceiptInside("too large")
    if not pdf.startswith(b"%PDF-"):
        raise NoReceiptInside("no PDF")
    found: dict[str, bytes] = {}
    for content in islice(_list_documents(memoryview(pdf)), MOST_DOCUMENTS):
        for name, mark in _MARKS.items():
            if mark in content:
                found.setdefault(name, content)
    if ATTACHED_NAME not in found:
        raise NoReceiptInside("nothing attached")
    return found[ATTACHED_NAME], found.get(ATTACHED_STATEMENT)


def _list_documents(pdf: memoryview) -> Iterator[bytes]:
    """What is attached and begins as a signed document does.

    No library opens the file: anybody may hand it in, and one of half a megabyte can make a reader of PDF
    unpack gigabytes before it finds the first object. Whatever its structure says, an attachment is a stream
    by itself, so each stream is unpacked as far as its first letters, and only ours any further.
    """
    for place in islice(_STREAM.finditer(pdf), MOST_STREAMS):
        content = _unpacked(pdf[place.end() :])
        if content is not None:
            yield content


def _unpacked(stream: memoryview) -> bytes | None:
    """The document that begins here, packed or not, never more than one can have; None if none does."""
    if stream[: len(_BEGIN)] == _BEGIN:
        return _end_of_plain(bytes(stream[: LARGEST_ATTACHED + 1]))
    try:
        if zlib.decompressobj().decompress(stream[:PEEKED], len(_BEGIN)) != _BEGIN:
            return None
        content = zlib.decompressobj().decompress(stream, LARGEST_ATTACHED + 1)
    except zlib.error:
        return None
    if len(content) > LARGEST_ATTACHED:
        raise NoReceiptInside("too large")
    return content


def _end_of_plain(content: bytes) -> bytes:
    """Without what follows the document, which holds no line break itself."""
    document, _break, _rest = content.partition(b"\n")
    return document.removesuffix(b"\r")


def _set(data: str, standards: Sequence[str]) -> bytes:
    here = files("reports.letters")
    source = here.joinpath("receipt.typ").read_bytes()
    with as_file(here.joinpath("fonts")) as fonts:
        options: dict[str, Any] = {
            "font_paths": [str(fonts)],
            "ignore_system_fonts": bool(standards),
            "pdf_standards": list(standards),
        }
        return cast(bytes, typst.compile(source, sys_inputs={"data": data}, **options))


def _data(sheet: ReceiptSheet) -> dict[str, object]:
    words = WORDS[sheet.language]
    rows = [
        (words["received"], _instant(sheet, sheet.received_at)),
        (words["how"], f"{sheet.channel}, {sheet.place}"),
        (words["officer"], _line(sheet.officer_name, sheet.officer_title)),
    ]
    if sheet.complainant is not None:
        rows.append((words["complainant"], _line(*sheet.complainant)))
    elif sheet.shortfall is None:
        rows.append((words["complainant"], words["withheld"]))
    if sheet.file_count:
        rows.append((words["files"], str(sheet.file_count)))
    sealed = (
        words["sealed"].format(at=_instant(sheet, sheet.sealed_at))
        if sheet.sealed_at
        else words["unsealed"].format(at=_instant(sheet, sheet.sealing_due_at))
    )
    return {
        "words": dict(words),
        "lang": sheet.language,
        "number": sheet.number,
        "agency": sheet.agency_name,
        "rows": rows,
        "shortfall": sheet.shortfall,
        "promised": [_promised(sheet, day, words) for day in sheet.promised],
        "statement": None if sheet.statement is None else _statement(sheet, sheet.statement, words),
        "proof": [
            (words["issued"], _instant(sheet, sheet.issued_at)),
            (words["log"], sealed),
            (words["key"], sheet.key_id),
            (words["commitment"], sheet.text_commitment),
        ],
        "title": words["title" if sheet.statement is None else "proof_title"],
        "statement_verify": words["statement_verify"].format(url=sheet.verify_url),
        "verify": words["verify"].format(url=sheet.verify_url),
        "printed": words["printed"].format(at=_instant(sheet, sheet.printed_at)),
        "qr": _qr(sheet.status_url),
        "url": sheet.status_url.partition("?")[0].partition("://")[2],
        "document": sheet.document.decode("utf-8"),
    }


def _promised(sheet: ReceiptSheet, day: PromisedDay, words: Mapping[str, str]) -> tuple[str, str, str, str]:
    if day.met_at is not None:
        late = day.met_at > day.due_at
        state = words["met_late" if late else "met"].format(on=_day(sheet, day.met_at))
    elif day.void_at is not None and day.void_at <= day.due_at:
        state = words["void"].format(on=_day(sheet, day.void_at))
    else:
        state = words["late" if sheet.printed_at > day.due_at else "running"]
    return day.name, _day(sheet, day.due_at), day.article, state


def _statement(sheet: ReceiptSheet, statement: StatementSheet, words: Mapping[str, str]) -> dict[str, object]:
    count = statement.unanswered
    told = words["unanswered_none"] if count == 0 else words["unanswered"].format(count=count)
    return {
        "as_of": words["as_of"].format(at=_instant(sheet, statement.as_of)),
        "state": statement.state,
        "unanswered": told,
        "is_late": count > 0,
        "duties": [_promised(sheet, day, words) for day in statement.duties],
        "letters": [
            (
                letter.name,
                letter.number,
                _day(sheet, letter.sent_at),
                _day(sheet, letter.received_at) if letter.received_at else words["receipt_unknown"],
            )
            for letter in statement.letters
        ],
        "proof": [(words["made"], _instant(sheet, statement.as_of)), (words["key"], statement.key_id)],
        "document": statement.document.decode("utf-8"),
    }


def _line(first: str, second: str) -> str:
    return ", ".join(part for part in (first, second) if part)


def _day(sheet: ReceiptSheet, instant: datetime) -> str:
    return format_date(instant.astimezone(ZoneInfo(sheet.zone)).date(), "d MMMM y", locale=sheet.language)


def _instant(sheet: ReceiptSheet, instant: datetime) -> str:
    local = instant.astimezone(ZoneInfo(sheet.zone))
    day = format_date(local.date(), "EEEE, d MMMM y", locale=sheet.language)
    mark = "." if sheet.language == "id" else ":"
    zone = ZONE_NAMES.get(sheet.zone) or local.tzname() or ""
    return f"{day}, {local.hour:02d}{mark}{local.minute:02d} {zone}"


def _qr(text: str) -> str:
    buffer = io.BytesIO()
    code = segno.make(text, error="m", micro=False)
    code.save(buffer, kind="svg", xmldecl=False, border=0, dark=f"#{INK}", scale=4)
    return buffer.getvalue().decode()
