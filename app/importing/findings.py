"""Rows of a register of findings: one allegation each, joined to its complaint by number."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from app.importing.fields import OTHER
from app.importing.reader import Line
from app.importing.report import Problem
from app.importing.rows import RowReader, row_digest
from app.services.import_findings import HistoricFinding
from workflows.vocabulary import Finding


@dataclass(slots=True)
class FindingRows:
    """Reads findings in the order of the file.

    A register of findings has no key of its own and holds equal rows that mean two allegations. So a row is
    named by its digest and by which of the equal ones it is: the same file read again names them alike,
    wherever new rows were put in between.
    """

    reader: RowReader
    seen: Counter[str] = field(default_factory=Counter)

    def read(self, line: Line) -> tuple[HistoricFinding | None, list[Problem]]:
        """The finding of a row."""
        values, problems = self.reader.read(line)
        if problems:
            return None, problems
        digest = row_digest(line.cells)
        self.seen[digest] += 1
        text = {name: value for name, value in values.items() if isinstance(value, str)}
        respondent = text.get("respondent", "")
        same_when = self.reader.mapping.same_respondent
        parts = [self.reader.text_of(line, column) for column in same_when] or [respondent]
        return (
            HistoricFinding(
                external_number=text["external_number"],
                external_row=f"{self.reader.mapping.source}:{digest}:{self.seen[digest]}"[-80:],
                respondent=respondent,
                respondent_key=row_digest(parts),
                category=text.get("category", OTHER),
                description=text.get("description", ""),
                finding=Finding(text["finding"]) if "finding" in text else None,
                consequence=text.get("consequence", ""),
            ),
            [],
        )
