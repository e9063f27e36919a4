"""A row of a register turned into what the writer takes, or into the reasons why it is refused."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from app.importing.fields import codes_of
from app.importing.mapping import ColumnRule, RegisterMapping
from app.importing.reader import Cell, Line
from app.importing.report import Problem, problem
from app.queries.calendars import FIRST_LIBRARY_YEAR
from app.services.importing import HistoricCase
from workflows.law import Law
from workflows.vocabulary import ComplaintClass, Finding, IdentityMode

Value = str | datetime
Refuse = Callable[[str, str], None]
"""Notes code and reason why a cell is refused."""
DEFAULT_CHANNEL = "letter"


@dataclass(frozen=True)
class RowReader:
    """Reads the rows of one file by its mapping.

    :ivar header: the columns of the file, in order
    :ivar at: instant of the import; nothing in history lies after it
    """

    mapping: RegisterMapping
    law: Law
    header: tuple[str, ...]
    at: datetime

    @cached_property
    def places(self) -> Mapping[str, int]:
        """Where each column stands."""
        return {name: index for index, name in enumerate(self.header)}

    @cached_property
    def allowed(self) -> Mapping[str, frozenset[str]]:
        """Codes of each coded field."""
        return {name: frozenset(codes_of(spec, self.law)) for name, spec in self.mapping.specs.items()}

    def read(self, line: Line) -> tuple[dict[str, Value], list[Problem]]:
        """The fields of a row, and what is wrong with it."""
        if len(line.cells) != len(self.header):
            why = f"{len(line.cells)} sel, bukan {len(self.header)} seperti judulnya"
            return {}, [problem(line.number, "cells", why)]
        values: dict[str, Value] = dict(self.mapping.defaults)
        problems: list[Problem] = []
        for rule in self.mapping.columns:
            value = self._read_cell(rule, line, problems)
            if value is not None and value != "":
                values[rule.spec.name] = value
        return values, problems

    def text_of(self, line: Line, column: str) -> str:
        """A cell as text, for keys made of columns."""
        cell = line.cells[self.places[column]]
        return cell.isoformat() if isinstance(cell, datetime) else cell.strip()

    def _read_cell(self, rule: ColumnRule, line: Line, problems: list[Problem]) -> Value | None:
        cell = line.cells[self.places[rule.name]]

        def refuse(code: str, why: str) -> None:
            shown = cell.isoformat() if isinstance(cell, datetime) else cell
            problems.append(problem(line.number, code, why, column=rule.name, value=shown))

        if rule.spec.is_instant:
            return self._read_instant(rule, cell, refuse)
        text = clean(cell.isoformat() if isinstance(cell, datetime) else cell)
        value = rule.value_for(text) if text else ""
        if value is None:
            refuse("unknown_value", "nilai tidak ada dalam peta nilai")
            return None
        if not value:
            if rule.required and rule.spec.name not in self.mapping.defaults:
                refuse("missing", "wajib diisi")
            return None
        if rule.spec.codes is not None and value not in self.allowed[rule.spec.name]:
            refuse("unknown_code", f"bukan nilai {rule.spec.name}")
            return None
        value = f"{rule.prefix}{value}"
        if rule.spec.codes is None and len(value) > rule.spec.longest:
            refuse("too_long", f"lebih dari {rule.spec.longest} karakter")
            return None
        return value

    def _read_instant(self, rule: ColumnRule, cell: Cell, refuse: Refuse) -> datetime | None:
        text = "" if isinstance(cell, datetime) else clean(cell)
        if not isinstance(cell, datetime) and (not text or text in rule.empty):
            if rule.required:
                refuse("missing", "wajib diisi")
            return None
        local = cell if isinstance(cell, datetime) else _parse_date(text, rule.formats)
        if local is None:
            refuse("bad_date", f"bukan tanggal menurut {' atau '.join(rule.formats)}")
            return None
        aware = local if local.tzinfo is not None else local.replace(tzinfo=self.mapping.zone)
        if aware > self.at:
            refuse("future", "setelah saat impor")
            return None
        if aware.year < FIRST_LIBRARY_YEAR:
            refuse("too_old", f"sebelum tahun {FIRST_LIBRARY_YEAR}: kalender kerjanya tidak dikenal")
            return None
        return aware


def clean(text: str) -> str:
    """Text without outer blanks, control characters and foreign line ends."""
    unified = text.replace("\r\n", "\n").replace("\r", "\n").strip()
    return "".join(char for char in unified if char in "\n\t" or char.isprintable() or char == "\u00ad")


def case_of(reader: RowReader, line: Line) -> tuple[HistoricCase | None, list[Problem]]:
    """The complaint of a row."""
    values, problems = reader.read(line)
    if not problems:
        problems = _check_order(reader, line, values)
    if problems:
        return None, problems
    text = {name: value for name, value in values.items() if isinstance(value, str)}
    when = {name: value for name, value in values.items() if isinstance(value, datetime)}
    category = text.get("category")
    service_date = when.get("service_date")
    return (
        HistoricCase(
            external_number=text["external_number"],
            received_at=when["received_at"],
            narrative=text["narrative"],
            category=category,
            complaint_class=_class_of(reader.law, text.get("complaint_class"), category),
            maladministration=text.get("maladministration") or _maladministration(reader.law, category),
            channel=text.get("channel", DEFAULT_CHANNEL),
            language=text.get("language", "id"),
            identity_mode=IdentityMode(text.get("identity_mode", IdentityMode.ANONYMOUS)),
            service_code=text.get("service"),
            service_date=service_date.date() if service_date else None,
            place=text.get("place", ""),
            loss=text.get("loss", ""),
            remedy_sought=text.get("remedy_sought", ""),
            respondent_text=text.get("respondent_text", ""),
            finding=Finding(text["finding"]) if "finding" in text else None,
            decided_at=when.get("decided_at"),
            closed_at=when.get("closed_at"),
        ),
        [],
    )


def _check_order(reader: RowReader, line: Line, values: Mapping[str, Value]) -> list[Problem]:
    """A complaint isn't decided or closed before it was received."""
    found = []
    received = values["received_at"]
    assert isinstance(received, datetime)
    for rule in reader.mapping.columns:
        value = values.get(rule.spec.name)
        if rule.spec.name in ("decided_at", "closed_at") and isinstance(value, datetime) and value < received:
            shown = value.isoformat()
            found.append(
                problem(line.number, "order", "sebelum tanggal diterima", column=rule.name, value=shown)
            )
    return found


def _class_of(law: Law, given: str | None, category: str | None) -> ComplaintClass:
    if given is not None:
        return ComplaintClass(given)
    known = law.issues.get(category or "") or law.conduct.get(category or "")
    return known.default_class if known else ComplaintClass.SERVICE


def _maladministration(law: Law, category: str | None) -> str | None:
    known = law.issues.get(category or "") or law.conduct.get(category or "")
    return known.maladministration if known else None


def _parse_date(text: str, formats: Sequence[str]) -> datetime | None:
    for pattern in formats:
        try:
            return datetime.strptime(text, pattern)  # noqa: DTZ007 (its zone is the mapping's)
        except ValueError:
            continue
    return None


def row_digest(cells: Sequence[Cell]) -> str:
    """What tells a row from any other row of its file, whatever its place: 20 hex digits."""
    plain = [cell.isoformat() if isinstance(cell, datetime) else cell.strip() for cell in cells]
    packed = json.dumps(plain, ensure_ascii=False, separators=(",", ":")).encode()
    return hashlib.sha256(packed).hexdigest()[:20]
