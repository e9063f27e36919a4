"""The annexes of the pack as CSV: what the workbook shows, for programs.

UTF-8 with a byte-order mark, comma, CRLF (RFC 4180); the first row holds column names, ASCII and stable. No
person and no word of a complaint; text that could run as a formula is guarded as in the workbook.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, datetime
from types import MappingProxyType
from typing import TypeAlias

from reports.evidence.verifier import CASE_LIST
from reports.rows import WbkInput
from reports.wbk.canvas import guarded
from workflows.canonical import instant_text

Cell: TypeAlias = "str | int | float | bool | date | datetime | None"
Rows: TypeAlias = "Callable[[WbkInput], Iterable[tuple[Cell, ...]]]"

ROWS_AT_ONCE = 500
MARK = "\N{ZERO WIDTH NO-BREAK SPACE}"


def csv_chunks(columns: tuple[str, ...], rows: Iterable[tuple[Cell, ...]]) -> Iterator[bytes]:
    """The file in pieces; the first piece holds the mark and the column names."""
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer)
    buffer.write(MARK)
    writer.writerow(columns)
    for number, row in enumerate(rows, 1):
        writer.writerow(map(_written, row))
        if number % ROWS_AT_ONCE == 0:
            yield buffer.getvalue().encode()
            buffer.seek(0)
            buffer.truncate()
    yield buffer.getvalue().encode()


def annexes(wbk_input: WbkInput) -> Iterator[tuple[str, Iterator[bytes]]]:
    """Each annex by its path in the pack."""
    for path, (columns, rows) in ANNEXES.items():
        yield path, csv_chunks(columns, rows(wbk_input))


def _written(cell: Cell) -> str | int | float:
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "ya" if cell else "tidak"
    if isinstance(cell, datetime):
        return instant_text(cell)
    if isinstance(cell, date):
        return cell.isoformat()
    return guarded(cell) if isinstance(cell, str) else cell


def _cases(given: WbkInput) -> Iterator[tuple[Cell, ...]]:
    for case in given.cases:
        yield (
            case.number,
            case.received_on,
            case.channel,
            case.service,
            case.complaint_class.value,
            case.classified,
            case.state.value,
            case.substate.value,
            case.finding.value if case.finding else None,
            case.closure_reason.value if case.closure_reason else None,
            case.complete_on,
            case.decision_due_on,
            case.decided_on,
            case.ended_on,
            case.has_recorded_action,
            case.imported,
        )


def _clocks(given: WbkInput) -> Iterator[tuple[Cell, ...]]:
    for clock in given.clocks:
        yield (
            clock.case_number,
            clock.stage,
            clock.law,
            clock.binding.value,
            clock.due_at,
            clock.met_at,
            clock.status.value,
            clock.provisional_calendar,
        )


def _answers(given: WbkInput) -> Iterator[tuple[Cell, ...]]:
    for indicator, answer in sorted(given.answers.items()):
        values: Mapping[str, Cell]
        if isinstance(answer.value, Mapping):
            values = {f"{indicator}.{key}": value for key, value in answer.value.items()}
        else:
            values = {indicator: answer.value}
        for key, value in values.items():
            yield key, value, answer.note, answer.answered_by_title, answer.answered_on, answer.basis


def _documents(given: WbkInput) -> Iterator[tuple[Cell, ...]]:
    for row in given.evidence:
        yield (
            row.id,
            " ".join(row.indicator_ids),
            row.number,
            row.title,
            row.signed_on,
            row.signer,
            row.url,
            row.valid_until,
            row.status_on(given.cut_off).value,
        )


def _origins(given: WbkInput) -> Iterator[tuple[Cell, ...]]:
    for indicator, origin in sorted((given.provenance or {}).items()):
        for group in origin.groups:
            for number in group.numbers or ("",):
                yield indicator, group.code, group.count, number, origin.query, origin.filter, origin.as_of


def _survey(given: WbkInput) -> Iterator[tuple[Cell, ...]]:
    annex = given.survey
    if annex is None:
        return
    for element in annex.elements:
        yield annex.first, annex.last, "unsur", element.label, element.answered, element.total, None
    for service in annex.services:
        yield annex.first, annex.last, "layanan", service.label, service.respondents, None, service.index


def _tracked(given: WbkInput) -> Iterator[tuple[Cell, ...]]:
    for row in given.tracked:
        yield (
            row.origin.value,
            row.number,
            row.source,
            row.issued_on,
            row.due_on,
            row.done_on,
            row.verified_on,
            row.status_on(given.cut_off).value,
        )


ANNEXES: Mapping[str, tuple[tuple[str, ...], Rows]] = MappingProxyType(
    {
        CASE_LIST: (
            (
                "nomor",
                "diterima",
                "kanal",
                "layanan",
                "kelas",
                "kelas_ditetapkan",
                "keadaan",
                "tahap",
                "hasil",
                "alasan_tutup",
                "lengkap",
                "batas_putus",
                "diputus",
                "berakhir",
                "ada_tindakan",
                "dari_register_lama",
            ),
            _cases,
        ),
        "lampiran/tenggat.csv": (
            (
                "nomor",
                "tahap",
                "dasar",
                "sifat",
                "jatuh_tempo",
                "dipenuhi",
                "status",
                "kalender_sementara",
            ),
            _clocks,
        ),
        "lampiran/skm.csv": (
            ("dari", "sampai", "jenis", "nama", "dijawab", "jumlah_nilai", "indeks"),
            _survey,
        ),
        "lampiran/rekomendasi.csv": (
            ("asal", "nomor", "dokumen", "terbit", "tenggat", "selesai", "diperiksa", "status"),
            _tracked,
        ),
        "lampiran/jawaban.csv": (
            ("indikator", "jawaban", "catatan", "dijawab_oleh", "dijawab_pada", "dasar"),
            _answers,
        ),
        "lampiran/bukti.csv": (
            (
                "id",
                "indikator",
                "nomor_surat",
                "judul",
                "tanggal",
                "penanda_tangan",
                "tautan",
                "berlaku_sampai",
                "status",
            ),
            _documents,
        ),
        "lampiran/asal-angka.csv": (
            ("indikator", "kelompok", "banyaknya", "nomor", "kueri", "saringan", "diambil_pada"),
            _origins,
        ),
    }
)
"""Column names and rows by path."""
