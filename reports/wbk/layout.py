"""Where everything stands on the LKE sheet: rows are fixed before a cell is written, so that every
sheet can point at every other."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from reports.wbk.formulas import CONFIRMATION
from reports.wbk.worksheet import (
    Component,
    Half,
    Indicator,
    InputField,
    Kind,
    ResultGroup,
    SubComponent,
    Worksheet,
)

COVER, RECAP, LKE, RESULTS = "Sampul", "Rekap", "LKE", "Hasil"
MONTHLY, CASES, SURVEY, TRACKED = "Rekap Bulanan", "Daftar Pengaduan", "SKM", "Rekomendasi"
CLOCKS, METHOD, GAPS = "Tenggat", "Metode", "Kekurangan"

LKE_HEADER, LKE_FIRST = 5, 6


class Column(StrEnum):
    """Columns of the LKE sheet, as inspectorates use them; the last five help."""

    ID = "A"
    QUESTION = "B"
    WEIGHT = "C"
    CRITERIA = "D"
    OPTIONS = "E"
    ANSWER = "F"
    VALUE = "G"
    SHARE = "H"
    NOTE = "I"
    EVIDENCE = "J"
    LINK = "K"
    TPI_ANSWER = "L"
    TPI_VALUE = "M"
    TPI_SHARE = "N"
    TPI_NOTE = "O"
    FLAG = "P"
    SAFE = "Q"
    STAKE = "R"
    RANK = "S"

    @property
    def number(self) -> int:
        """1 for A."""
        return ord(self.value) - 64


@dataclass(frozen=True, slots=True)
class PartLine:
    """A lever or result part: ``A``, ``A.I``, ``A.II``, ``B`` and the grand total ``T``."""

    id: str
    row: int
    title: str
    weight: float


@dataclass(frozen=True, slots=True)
class HalfLine:
    """Pemenuhan or reform of one component."""

    row: int
    component: Component
    half: Half

    @property
    def id(self) -> str:
        """``A1.P``."""
        return f"{self.component.key}.{self.half.letter}"


@dataclass(frozen=True, slots=True)
class SubLine:
    """One sub-component."""

    row: int
    sub: SubComponent


@dataclass(frozen=True, slots=True)
class GroupLine:
    """One result group."""

    row: int
    group: ResultGroup


@dataclass(frozen=True, slots=True)
class IndicatorLine:
    """One indicator; ``parent`` is the row of its sub-component or result group."""

    row: int
    indicator: Indicator
    parent: int
    order: int


@dataclass(frozen=True, slots=True)
class InputLine:
    """One count of a share, or (``field`` None) the confirmation of its zero denominator."""

    row: int
    indicator: Indicator
    field: InputField | None

    @property
    def key(self) -> str:
        """The input's key."""
        return self.field.key if self.field else CONFIRMATION

    @property
    def id(self) -> str:
        """``A5.R.ii.a.selesai``."""
        return f"{self.indicator.id}.{self.key}"


Line = PartLine | HalfLine | SubLine | GroupLine | IndicatorLine | InputLine


@dataclass(frozen=True, slots=True)
class Layout:
    """The lines of the LKE sheet in order, and rows by id."""

    lines: tuple[Line, ...]
    parts: Mapping[str, int]
    halves: Mapping[str, int]
    subs: Mapping[str, int]
    groups: Mapping[str, int]
    indicators: Mapping[str, int]
    inputs: Mapping[str, int]
    last: int

    def cell(self, column: Column, row: int) -> str:
        """``F12``."""
        return f"{column}{row}"

    def there(self, column: Column, row: int) -> str:
        """``LKE!$F$12``, for formulas on other sheets."""
        return f"{LKE}!${column}${row}"

    def span(self, column: Column) -> str:
        """The whole column of lines, for formulas on other sheets."""
        return f"{LKE}!${column}${LKE_FIRST}:${column}${self.last}"

    def input_cells(self, indicator: Indicator, column: Column = Column.ANSWER) -> dict[str, str]:
        """Addresses of a share's counts by key, the confirmation left out."""
        return {f.key: f"{column}{self.inputs[f'{indicator.id}.{f.key}']}" for f in indicator.inputs}


def lay_out(worksheet: Worksheet) -> Layout:
    """The layout of a worksheet: official order, the inputs of a share below it."""
    lines: list[Line] = []
    order = 0

    def row() -> int:
        return LKE_FIRST + len(lines)

    def indicators(of: tuple[Indicator, ...], parent: int) -> None:
        nonlocal order
        for indicator in of:
            order += 1
            lines.append(IndicatorLine(row(), indicator, parent, order))
            if indicator.kind is Kind.SHARE:
                fields = (*indicator.inputs, None)
                lines.extend([InputLine(row() + at, indicator, field) for at, field in enumerate(fields)])

    lines.append(PartLine("A", row(), "A. PENGUNGKIT", worksheet.lever_weight))
    for part, letter, title in (("A.I", "P", "I. PEMENUHAN"), ("A.II", "R", "II. REFORM")):
        weight = sum(half.weight for _, half in worksheet.in_halves(letter))
        lines.append(PartLine(part, row(), title, weight))
        for component, half in worksheet.in_halves(letter):
            lines.append(HalfLine(row(), component, half))
            for sub in half.sub_components:
                lines.append(SubLine(row(), sub))
                indicators(sub.indicators, row() - 1)
    lines.append(PartLine("B", row(), "B. HASIL", worksheet.result_weight))
    for group in worksheet.results:
        lines.append(GroupLine(row(), group))
        indicators(group.indicators, row() - 1)
    lines.append(PartLine("T", row(), "NILAI EVALUASI", worksheet.lever_weight + worksheet.result_weight))
    return Layout(
        lines=tuple(lines),
        parts={line.id: line.row for line in lines if isinstance(line, PartLine)},
        halves={line.id: line.row for line in lines if isinstance(line, HalfLine)},
        subs={line.sub.id: line.row for line in lines if isinstance(line, SubLine)},
        groups={line.group.id: line.row for line in lines if isinstance(line, GroupLine)},
        indicators={line.indicator.id: line.row for line in lines if isinstance(line, IndicatorLine)},
        inputs={line.id: line.row for line in lines if isinstance(line, InputLine)},
        last=row() - 1,
    )
