"""Rows of a CSV or Excel file, and a plain refusal of what is neither.

Rows come one at a time, so a register of any length needs no more memory than one row. A cell is text, or a
date where Excel says it is one.
"""

from __future__ import annotations

import csv
import hashlib
import io
import zipfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Protocol

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from app.importing.mapping import RegisterMapping
from app.importing.report import FileRefused, Problem, problem

Cell = str | datetime
MAX_UNPACKED = 1 << 30
"""Most bytes of a workbook once unpacked: more is no register but a bomb."""
_SIGNATURES = {
    b"PK\x03\x04": "arsip ZIP atau Excel",
    b"%PDF": "PDF",
    b"\x89PNG": "gambar PNG",
    b"\xff\xd8\xff": "gambar JPEG",
    b"\xd0\xcf\x11\xe0": "Excel lama (.xls): simpan sebagai .xlsx",
    b"\x1f\x8b": "arsip gzip",
}
_OTHER_DELIMITERS = (",", ";", "\t", "|")


@dataclass(frozen=True, slots=True)
class Line:
    """One record.

    :ivar number: its line (CSV) or row (Excel), the header being 1
    :ivar offset: how far the reader is, in the units of the table's size
    """

    number: int
    cells: tuple[Cell, ...]
    offset: int


class Table(Protocol):
    """A file with a header and rows."""

    header: tuple[str, ...]
    header_text: str
    size: int

    def lines(self) -> Iterator[Line]:
        """Every record after the header, from the start each time.

        :raises FileRefused: the file stops being what it says it is
        """


def open_table(path: Path, mapping: RegisterMapping) -> Table:
    """The table in a file, its header checked against the mapping.

    :raises FileRefused: unreadable, binary, of another encoding or delimiter, or without a column it needs
    """
    if path.suffix.lower() in (".xlsx", ".xlsm"):
        table: Table = ExcelTable(path, mapping.sheet)
    else:
        table = CsvTable(path, mapping.encoding, mapping.delimiter)
    _check_header(table, mapping)
    return table


def digest_of(path: Path) -> str:
    """SHA-256 of a file, in hex, for the log."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


class CsvTable:
    """A text file with one record a line; quoted cells may hold line ends."""

    def __init__(self, path: Path, encoding: str, delimiter: str) -> None:
        self.path, self.encoding, self.delimiter = path, encoding, delimiter
        self.size = path.stat().st_size
        _refuse_binary(path, encoding)
        first = next((cells for _, cells, _ in self._records()), [])
        self.header = tuple(map(_name, first))
        self.header_text = delimiter.join(first)
        if not self.header:
            raise FileRefused([problem(None, "empty_file", "berkas kosong")])

    def lines(self) -> Iterator[Line]:
        """See `Table`."""
        records = self._records()
        next(records, None)
        for number, cells, offset in records:
            if any(cell.strip() for cell in cells):
                yield Line(number, tuple(cells), offset)

    def _records(self) -> Iterator[tuple[int, list[str], int]]:
        with self.path.open("rb") as raw:
            text = io.TextIOWrapper(raw, self.encoding, errors="strict", newline="")
            reader = csv.reader(text, delimiter=self.delimiter, strict=True)
            line = 1
            try:
                for cells in reader:
                    yield line, cells, raw.tell()
                    line = reader.line_num + 1
            except UnicodeDecodeError as error:
                raise FileRefused([_not_encoded(line, self.encoding, error)]) from None
            except csv.Error as error:
                why = f"bukan CSV yang sah: {error}"
                raise FileRefused([problem(line, "not_csv", why)]) from None


class ExcelTable:
    """One sheet of a workbook: the named one, or the first."""

    def __init__(self, path: Path, sheet: str | None) -> None:
        self.path = path
        _refuse_bomb(path)
        try:
            self._book = load_workbook(path, read_only=True, data_only=True)
        except (InvalidFileException, zipfile.BadZipFile, KeyError, ValueError, OSError) as error:
            why = f"bukan buku kerja Excel yang dapat dibaca ({type(error).__name__})"
            raise FileRefused([problem(None, "not_excel", why)]) from None
        names = self._book.sheetnames
        if sheet is not None and sheet not in names:
            why = f"tidak ada lembar {sheet!r}; yang ada: {', '.join(names)}"
            raise FileRefused([problem(None, "sheet_missing", why)])
        self._sheet = self._book[sheet or names[0]]
        self.size = self._sheet.max_row or 1
        first = next(self._sheet.iter_rows(values_only=True), ())
        self.header = tuple(_name(_text(value)) for value in first)
        self.header_text = ""
        while self.header and not self.header[-1]:
            self.header = self.header[:-1]
        if not self.header:
            raise FileRefused([problem(None, "empty_file", "lembar kosong")])

    def lines(self) -> Iterator[Line]:
        """See `Table`."""
        width = len(self.header)
        for number, values in enumerate(self._sheet.iter_rows(min_row=2, values_only=True), 2):
            cells = [_cell(value) for value in values]
            while len(cells) > width and cells[-1] == "":
                cells.pop()
            cells += [""] * (width - len(cells))
            if any(cell != "" for cell in cells):
                yield Line(number, tuple(cells), number)


def _check_header(table: Table, mapping: RegisterMapping) -> None:
    header = table.header
    found: list[Problem] = []
    missing = [name for name in mapping.column_names if name not in header]
    if missing and len(header) == 1 and (other := _likelier_delimiter(table.header_text, mapping)):
        why = f"judul hanya satu kolom: pemisahnya tampaknya {other!r}, bukan {mapping.delimiter!r}"
        found.append(problem(1, "wrong_delimiter", why))
    for name in missing:
        why = f"kolom tidak ada; yang ada: {', '.join(header)[:200]}"
        found.append(problem(1, "column_missing", why, column=name))
    for name, times in Counter(header).items():
        if times > 1 and name in mapping.column_names:
            found.append(problem(1, "column_twice", f"kolom ada {times} kali", column=name))
    if found:
        raise FileRefused(found)


def _likelier_delimiter(header: str, mapping: RegisterMapping) -> str | None:
    for other in _OTHER_DELIMITERS:
        names = {_name(part) for part in header.split(other)}
        if other != mapping.delimiter and set(mapping.column_names) <= names:
            return other
    return None


def _refuse_binary(path: Path, encoding: str) -> None:
    with path.open("rb") as stream:
        start = stream.read(8192)
    for signature, name in _SIGNATURES.items():
        if start.startswith(signature):
            raise FileRefused([problem(None, "binary", f"bukan CSV melainkan {name}")])
    if b"\x00" in start and not encoding.startswith(("utf-16", "utf-32")):
        raise FileRefused([problem(None, "binary", "bukan berkas teks: ada byte nol")])


def _refuse_bomb(path: Path) -> None:
    try:
        with zipfile.ZipFile(path) as archive:
            unpacked = sum(member.file_size for member in archive.infolist())
    except (zipfile.BadZipFile, OSError):
        raise FileRefused([problem(None, "not_excel", "bukan buku kerja Excel (.xlsx)")]) from None
    if unpacked > MAX_UNPACKED:
        raise FileRefused([problem(None, "too_large", "buku kerja terlalu besar bila dibuka")])


def _not_encoded(line: int, encoding: str, error: UnicodeDecodeError) -> Problem:
    shown = error.object[error.start : error.start + 4].hex(" ")
    name = encoding.removesuffix("-sig")
    return problem(line, "wrong_encoding", f"bukan {name}: ada byte {shown} di sekitar baris ini")


def _name(text: str) -> str:
    return " ".join(text.split())


def _cell(value: object) -> Cell:
    if isinstance(value, datetime):
        return value
    if isinstance(value, date):
        return datetime(value.year, value.month, value.day)  # noqa: DTZ001 (its zone is the mapping's)
    return _text(value)


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)
