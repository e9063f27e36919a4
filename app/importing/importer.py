"""The run of an import: check every row first, then write in batches, and report.

Nothing is written before the whole file was read once, so a file that isn't what it says leaves no trace. A
run that is broken off is finished by running it again: rows that stand here already are left alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.extensions import db
from app.importing.findings import FindingRows
from app.importing.mapping import Kind, RegisterMapping
from app.importing.reader import Line, Table, digest_of, open_table
from app.importing.report import FileRefused, ImportReport, Problem, problem
from app.importing.rows import RowReader, case_of
from app.models import Agency
from app.queries.imports import find_known_cases, find_known_rows
from app.services import importing
from app.services.import_findings import HistoricFinding, import_findings
from app.services.importing import HistoricCase
from workflows.law import Law

BATCH = 500
"""Rows in one transaction: long enough to be quick, short enough not to block other writers."""

Row = HistoricCase | HistoricFinding
Progress = Callable[[str, int, int], None]
"""Told the step, how far it is, and how far it goes."""


class AgencyUnknown(Exception):
    """The mapping, or the command, names an agency that isn't there."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def import_register(
    path: Path,
    mapping: RegisterMapping,
    law: Law,
    *,
    at: datetime,
    dry_run: bool = False,
    progress: Progress = lambda step, done, size: None,
) -> ImportReport:
    """Import a file, or (dry run) say what would become of each row.

    :param at: instant of the import
    :raises FileRefused: the file isn't what the mapping says; nothing was written
    :raises AgencyUnknown: the mapping's agency isn't there
    """
    session = db.session()
    agency_id = session.scalar(select(Agency.id).where(Agency.code == mapping.agency))
    if agency_id is None:
        raise AgencyUnknown(mapping.agency)
    run = _Run(session, path, mapping, law, agency_id, at, progress)
    table = open_table(path, mapping)
    report = ImportReport(mapping.kind.value, mapping.source, mapping.agency, dry_run)
    run.check(table, report)
    if not dry_run:
        run.write(table, report)
    return report


@dataclass(slots=True)
class _Run:
    session: Session
    path: Path
    mapping: RegisterMapping
    law: Law
    agency_id: int
    at: datetime
    progress: Progress

    def check(self, table: Table, report: ImportReport) -> None:
        """Read the whole file once, count, and refuse it if it isn't what it says."""
        for batch in _in_batches(self._rows(table, "memeriksa", report)):
            known = self._known(batch)
            report.known += sum(1 for row in batch if _key(row) in known)
            report.new += sum(1 for row in batch if _key(row) not in known)
        report.rows = report.new + report.known + report.refused
        if report.rows == 0:
            raise FileRefused([problem(None, "no_rows", "tidak ada baris setelah judul")])
        if report.refused * 100 > report.rows * self.mapping.refuse_above_percent:
            raise FileRefused(report.problems)

    def write(self, table: Table, report: ImportReport) -> None:
        """Write the sound rows, a batch a transaction."""
        batch_id = importing.open_batch(
            self.agency_id,
            source=self.mapping.source,
            kind=self.mapping.kind.value,
            file_sha256=digest_of(self.path),
            mapping_sha256=self.mapping.digest,
            at=self.at,
        )
        report.new = report.known = 0
        touched: set[int] = set()
        for batch in _in_batches(self._rows(table, "menulis", None)):
            written = self._write(batch_id, batch)
            report.new += written.new
            report.known += written.known
            touched |= written.touched
        report.cases_touched = len(touched)
        importing.close_batch(
            batch_id, new=report.new, known=report.known, refused=report.refused, at=self.at
        )

    def _write(self, batch_id: int, batch: Sequence[Row]) -> importing.Written:
        cases = [row for row in batch if isinstance(row, HistoricCase)]
        if cases:
            return importing.import_cases(batch_id, cases, state=self.mapping.state, at=self.at)
        return import_findings(
            batch_id,
            [row for row in batch if isinstance(row, HistoricFinding)],
            case_source=self.mapping.join_source,
            state=self.mapping.state,
            at=self.at,
        )

    def _rows(self, table: Table, step: str, report: ImportReport | None) -> Iterator[Row]:
        """The sound rows; the others go to the report, if there is one."""
        reader = RowReader(self.mapping, self.law, table.header, self.at)
        if self.mapping.kind is Kind.COMPLAINTS:
            return self._cases(reader, table, step, report)
        return self._findings(reader, table, step, report)

    def _cases(
        self, reader: RowReader, table: Table, step: str, report: ImportReport | None
    ) -> Iterator[HistoricCase]:
        first_seen: dict[str, int] = {}
        for line in self._lines(table, step):
            case, problems = case_of(reader, line)
            if case is not None:
                earlier = first_seen.setdefault(case.external_number, line.number)
                if earlier != line.number:
                    problems = [self._twice(line, case.external_number, earlier)]
            if case is not None and not problems:
                yield case
            elif report is not None:
                report.refuse(problems)

    def _findings(
        self, reader: RowReader, table: Table, step: str, report: ImportReport | None
    ) -> Iterator[HistoricFinding]:
        rows = FindingRows(reader)
        lines: list[Line] = []
        found: list[HistoricFinding] = []

        def joined() -> Iterator[HistoricFinding]:
            numbers = {row.external_number for row in found}
            there = find_known_cases(self.session, self.agency_id, self.mapping.join_source, numbers)
            for line, row in zip(lines, found, strict=True):
                if row.external_number in there:
                    yield row
                elif report is not None:
                    report.refuse([self._orphan(line, row.external_number)])
            lines.clear()
            found.clear()

        for line in self._lines(table, step):
            row, problems = rows.read(line)
            if row is None:
                if report is not None:
                    report.refuse(problems)
                continue
            lines.append(line)
            found.append(row)
            if len(found) == BATCH:
                yield from joined()
        yield from joined()

    def _lines(self, table: Table, step: str) -> Iterator[Line]:
        for line in table.lines():
            yield line
            self.progress(step, line.offset, table.size)

    def _known(self, batch: Sequence[Row]) -> set[str]:
        keys = [_key(row) for row in batch]
        if self.mapping.kind is Kind.COMPLAINTS:
            return set(find_known_cases(self.session, self.agency_id, self.mapping.source, keys))
        return find_known_rows(self.session, self.agency_id, keys)

    def _column(self, field: str) -> str:
        return next((rule.name for rule in self.mapping.columns if rule.spec.name == field), "")

    def _twice(self, line: Line, number: str, earlier: int) -> Problem:
        why = f"nomor sudah ada di baris {earlier} berkas ini"
        column = self._column("external_number")
        return problem(line.number, "twice", why, column=column, value=number)

    def _orphan(self, line: Line, number: str) -> Problem:
        why = f"tidak ada pengaduan bernomor ini dari sumber {self.mapping.join_source}"
        column = self._column("external_number")
        return problem(line.number, "orphan", why, column=column, value=number)


def _key(row: Row) -> str:
    return row.external_number if isinstance(row, HistoricCase) else row.external_row


def _in_batches(rows: Iterable[Row]) -> Iterator[list[Row]]:
    """Rows in batches; findings of one case that stand together stay together."""
    batch: list[Row] = []
    for row in rows:
        if len(batch) >= BATCH and row.external_number != batch[-1].external_number:
            yield batch
            batch = []
        batch.append(row)
    if batch:
        yield batch
