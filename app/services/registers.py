"""Export the complaint register of an agency; that it was exported stands in the log."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.worksheet._write_only import WriteOnlyWorksheet
from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from app.database import run_in_unit
from app.extensions import db
from app.law import get_law
from app.models import Agency
from app.queries.registers import list_register
from app.services.audit_log import append_agency_entry
from reports.csv_file import harmless
from workflows.snapshot import SYSTEM
from workflows.vocabulary import ClosureReason, ComplaintClass, Finding, PublicState, Role

FORMATS = (".csv", ".xlsx")
HEADER = (
    "Nomor",
    "Diterima",
    "Kanal",
    "Pelapor",
    "Terlapor (layanan)",
    "Perihal",
    "Tanggal pelayanan",
    "Lokasi",
    "Klasifikasi",
    "Klasifikasi sementara",
    "Unit penanggung jawab",
    "Status",
    "Tahap",
    "Hasil",
    "Dinyatakan lengkap",
    "Diputus",
    "Disampaikan",
    "Ditutup",
    "Alasan ditutup",
    "Tenggat terlampaui",
    "Riwayat impor",
    "Sumber",
    "Nomor asal",
)
"""Columns of ``registers.complaint_register`` in the law data, then how the case went."""


def export_register(agency_code: str, out: Path, *, at: datetime) -> int:
    """Write the register as CSV or XLSX; how many complaints.

    The file appears when it is whole. Instants are in the agency's zone.

    :raises LookupError: no agency has the code
    """
    session = db.session()
    agency = session.scalar(select(Agency).where(Agency.code == agency_code))
    if agency is None:
        raise LookupError(agency_code)
    unfinished = out.with_name(f".{out.name}.unfinished")
    write = _write_xlsx if out.suffix.lower() == ".xlsx" else _write_csv
    try:
        count = write(unfinished, _cells(session, agency))
        unfinished.replace(out)
    finally:
        unfinished.unlink(missing_ok=True)
    _log(agency.id, count, out.suffix.lower(), at)
    return count


def _log(agency_id: int, count: int, suffix: str, at: datetime) -> None:
    def work(session: Session) -> None:
        append_agency_entry(
            session,
            session.get_one(Agency, agency_id),
            kind="register.export",
            actor=SYSTEM,
            role=Role.SYSTEM,
            at=at,
            facts={"rows": count, "format": suffix.removeprefix(".")},
        )

    run_in_unit(work)


def _cells(session: Session, agency: Agency) -> Iterator[list[str | int]]:
    law, zone = get_law(), ZoneInfo(agency.timezone)
    labels = _Labels()
    yes = {True: "ya", False: "tidak"}
    states = {state.code: state.label_id for state in law.public_states.values()}
    for row in list_register(session, agency):

        def local(name: str, row: Row = row) -> str:
            at = getattr(row, name)
            return at.astimezone(zone).strftime("%Y-%m-%d %H:%M") if at else ""

        yield [
            row.number,
            local("received_at"),
            labels.channel(row.channel),
            labels.identity(row.identity_mode),
            row.service or "",
            labels.category(row.category),
            row.service_date.isoformat() if row.service_date else "",
            row.place,
            law.policies[ComplaintClass(row.complaint_class)].label_id,
            yes[row.class_is_provisional],
            row.owner_unit or "",
            states[PublicState(row.public_state)],
            row.substate,
            law.outcomes[Finding(row.finding)].label_id if row.finding else "",
            local("declared_complete_at"),
            local("decided_at"),
            local("delivered_at"),
            local("closed_at"),
            law.closure_reasons[ClosureReason(row.closure_reason)].label_id if row.closure_reason else "",
            row.breached_stages,
            yes[row.imported],
            row.import_source or "",
            row.external_number or "",
        ]


class _Labels:
    """Words of coded columns; a code that the law data doesn't know stands for itself."""

    def __init__(self) -> None:
        self.law = get_law()

    def channel(self, code: str) -> str:
        known = self.law.channels.get(code)
        return known.label_id if known else code

    def category(self, code: str | None) -> str:
        known = self.law.issues.get(code or "") or self.law.conduct.get(code or "")
        return known.label_id if known else code or ""

    def identity(self, code: str) -> str:
        return {"open": "terbuka", "withheld": "dirahasiakan", "anonymous": "anonim"}.get(code, code)


def _write_csv(path: Path, rows: Iterable[Sequence[str | int]]) -> int:
    with path.open("w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(HEADER)
        return _count(rows, lambda row: writer.writerow([harmless(cell) for cell in row]))


def _write_xlsx(path: Path, rows: Iterable[Sequence[str | int]]) -> int:
    book = Workbook(write_only=True)
    sheet = book.create_sheet("Register")
    sheet.freeze_panes = "A2"
    sheet.append(HEADER)

    def append(row: Sequence[str | int]) -> None:
        sheet.append([_typed(sheet, cell) for cell in row])

    count = _count(rows, append)
    book.save(path)
    return count


def _typed(sheet: WriteOnlyWorksheet, cell: str | int) -> object:
    """A text stays a text, whatever it begins with."""
    if not isinstance(cell, str) or not cell.startswith("="):
        return cell
    typed = WriteOnlyCell(sheet, value=cell)
    typed.data_type = "s"
    return typed


def _count(rows: Iterable[Sequence[str | int]], write: Callable[[Sequence[str | int]], object]) -> int:
    count = 0
    for row in rows:
        write(row)
        count += 1
    return count
