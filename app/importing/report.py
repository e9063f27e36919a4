"""What an import found and did: every refused row with its reason, and the counts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

FIRST_PROBLEMS = 10
"""How many are shown of a file that is refused as a whole."""
MOST_KEPT = 10_000
"""More problems than anyone reads are counted, not kept."""
_SHORT = 40


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a row, or the file, is refused.

    :ivar row: line of the record in the file, the header being 1; None for the file as a whole
    :ivar value: the value at fault, shortened
    :ivar code: stable word for the reason
    :ivar why: the same in a sentence
    """

    row: int | None
    column: str
    value: str
    code: str
    why: str

    def __str__(self) -> str:
        where = "berkas" if self.row is None else f"baris {self.row}"
        column = f", kolom {self.column}" if self.column else ""
        value = f" ({self.value})" if self.value else ""
        return f"{where}{column}: {self.why}{value}"

    def as_dict(self) -> dict[str, Any]:
        """For the JSON report."""
        return {
            "row": self.row,
            "column": self.column,
            "value": self.value,
            "code": self.code,
            "why": self.why,
        }


def problem(row: int | None, code: str, why: str, *, column: str = "", value: str = "") -> Problem:
    """A problem whose value is shortened to what a report needs."""
    shown = " ".join(value.split())
    return Problem(row, column, shown if len(shown) <= _SHORT else f"{shown[: _SHORT - 1]}…", code, why)


class FileRefused(Exception):
    """The file isn't what it says it is; nothing was written.

    :ivar problems: the first ten at most
    """

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("; ".join(str(found) for found in problems[:FIRST_PROBLEMS]))
        self.problems = problems[:FIRST_PROBLEMS]


@dataclass(slots=True)
class ImportReport:
    """Counts and problems of one run.

    :ivar new: rows written, or in a dry run: that would be written
    :ivar known: rows that stood here already
    :ivar refused: rows that were refused
    :ivar cases_touched: cases whose state a register of findings changed
    """

    kind: str
    source: str
    agency: str
    dry_run: bool
    rows: int = 0
    new: int = 0
    known: int = 0
    refused: int = 0
    cases_touched: int = 0
    problems: list[Problem] = field(default_factory=list)

    def refuse(self, problems: list[Problem]) -> None:
        """Count a refused row and keep why."""
        self.refused += 1
        self.problems.extend(problems[: max(0, MOST_KEPT - len(self.problems))])

    def as_dict(self) -> dict[str, Any]:
        """For ``--json``."""
        return {
            "kind": self.kind,
            "source": self.source,
            "agency": self.agency,
            "dry_run": self.dry_run,
            "rows": self.rows,
            "new": self.new,
            "known": self.known,
            "refused": self.refused,
            "cases_touched": self.cases_touched,
            "problems": [found.as_dict() for found in self.problems],
        }

    def lines(self) -> Iterator[str]:
        """The report for a reader: every problem, then the counts."""
        yield from map(str, self.problems)
        if len(self.problems) == MOST_KEPT:
            yield f"… hanya {MOST_KEPT} penolakan pertama ditampilkan"
        verb = "akan ditambahkan" if self.dry_run else "ditambahkan"
        yield (
            f"{self.rows} baris dibaca: {self.new} {verb}, {self.known} sudah ada, {self.refused} ditolak."
        )
        if self.cases_touched:
            yield f"{self.cases_touched} perkara diperbarui."
        if self.dry_run:
            yield "Uji coba: tidak ada yang ditulis."
