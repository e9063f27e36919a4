"""Markers in the place of everything that tells who complained, and the search for them in what is left."""

from __future__ import annotations

import base64
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models.base import Model
from tests.support.databases import Database

IDENTITY: Mapping[str, str] = {
    "name": "Zubaedah PENANDANAMA",
    "address": "Kampung PENANDAALAMAT 7, Serang",
    "email": "penandasurel@example.id",
    "phone": "0899-1234-5678",
}
"""What the complainant is asked for."""
IDENTITY_MARKS = ("PENANDANAMA", "Zubaedah", "PENANDAALAMAT", "penandasurel", "8991234567", "1234-5678")
STORY = {
    "narrative": "PENANDACERITA: tiga hari saya menunggu.",
    "loss": "PENANDARUGI: dua hari upah.",
    "remedy": "PENANDAMINTA: terbitkan hari ini.",
    "respondent": "PENANDATERLAPOR: berkumis",
}
STORY_MARKS = ("PENANDACERITA", "PENANDARUGI", "PENANDAMINTA", "PENANDATERLAPOR")
STAFF = {"reason": "PENANDAALASAN menulis surat", "text": "PENANDAPESAN kapan tepatnya?"}
STAFF_MARKS = ("PENANDAALASAN", "PENANDAPESAN", "PENANDAKEPUTUSAN")
FILE_MARKS = ("PENANDABERKAS",)
EVERY_MARK = (*IDENTITY_MARKS, *STORY_MARKS, *STAFF_MARKS, *FILE_MARKS)


def forms_of(mark: str) -> Iterator[bytes]:
    """A marker as it is, as an address carries it, and in the three ways in which base64 may hide it."""
    plain = mark.encode()
    yield plain
    yield plain.lower()
    if quote(mark) != mark:
        yield quote(mark).encode()
    for lead in range(3):
        # The first and last characters depend on what stands around: only the middle is certain.
        coded = base64.b64encode(b"\0" * lead + plain)
        start = -(-lead * 8 // 6) + (1 if lead else 0)
        middle = coded[start : (lead + len(plain)) * 8 // 6 - 1]
        if len(middle) >= 8:
            yield middle
            yield middle.replace(b"+", b"-").replace(b"/", b"_")


def found_in(data: bytes, marks: Iterable[str]) -> list[str]:
    """Which markers stand in `data`, in whatever form."""
    return [mark for mark in marks if any(form in data for form in forms_of(mark))]


def dump_rows(session: Session, *, tables: Iterable[str] | None = None) -> dict[str, bytes]:
    """Every row of every table as bytes: what somebody sees who steals the database."""
    session.rollback()
    wanted = None if tables is None else set(tables)
    dumped = {}
    for table in Model.metadata.sorted_tables:
        if wanted is None or table.name in wanted:
            rows = session.execute(select(table)).all()
            dumped[table.name] = b"\n".join(_as_bytes(value) for row in rows for value in row)
    return dumped


def _as_bytes(value: Any) -> bytes:
    return value if isinstance(value, bytes) else repr(value).encode()


def file_bytes(database: Database) -> bytes:
    """The SQLite file with its write-ahead log; nothing for a server's database."""
    if database.kind != "sqlite":
        return b""
    path = Path(database.url.removeprefix("sqlite:///"))
    return b"".join(one.read_bytes() for one in path.parent.glob(f"{path.name}*"))


def unpacked(path: Path) -> bytes:
    """Content of an exported file, a workbook's parts taken apart."""
    if path.suffix == ".csv":
        return path.read_bytes()
    with zipfile.ZipFile(path) as book:
        return b"\n".join(name.encode() + book.read(name) for name in book.namelist())


def cookie_payload(value: str) -> bytes:
    """What a session cookie says to whoever holds it: it is signed, not sealed."""
    compressed, payload = value.startswith("."), value.lstrip(".").split(".")[0]
    data = base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4))
    return zlib.decompress(data) if compressed else data


@dataclass
class Sinks:
    """Everything that a life of a case leaves behind, by where it was left."""

    left: dict[str, bytes] = field(default_factory=dict)

    def add(self, where: str, data: bytes | str) -> None:
        """Take down what was left; the same place may leave more than once."""
        self.left[where] = (
            self.left.get(where, b"") + (data.encode() if isinstance(data, str) else data) + b"\n"
        )

    def faults(self, marks: Iterable[str]) -> list[str]:
        """Where which marker was left."""
        wanted = tuple(marks)
        return [f"{mark} in {where}" for where, data in self.left.items() for mark in found_in(data, wanted)]
