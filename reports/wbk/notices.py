"""What an evaluator must know before believing a figure, in plain words, for the cover."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from reports.rows import EvidenceStatus
from reports.wbk.layout import CASES, CLOCKS, LKE, MONTHLY
from reports.wbk.report import Report

UNSOUND = {
    EvidenceStatus.EXPIRED: "kedaluwarsa",
    EvidenceStatus.UNREACHABLE: "bertautan mati",
    EvidenceStatus.REJECTED: "ditolak",
}


@dataclass(frozen=True, slots=True)
class Notice:
    """A sentence, and the sheet where it shows; it was true at the cut-off and doesn't move with answers."""

    words: str
    sheet: str


def notices(report: Report) -> tuple[Notice, ...]:
    """All that hold, the gravest first."""
    return (*_empty(report), *_cases(report), *_evidence(report))


def _empty(report: Report) -> Iterator[Notice]:
    given = report.input
    if not given.assessed:
        words = f"Satuan belum memulai penilaian tahun {given.year}: lembar kerja ini masih kosong."
        yield Notice(words, LKE)
    if not report.cases:
        words = (
            f"Tidak ada pengaduan pada tahun {given.year} sampai tanggal potong: "
            "A5.R.ii.a tidak dapat dihitung, jangan dianggap 100%."
        )
        yield Notice(words, MONTHLY)


def _cases(report: Report) -> Iterator[Notice]:
    if report.input.unlisted:
        words = f"{report.input.unlisted} pengaduan dihitung, tetapi tidak boleh dilihat pengekspor."
        yield Notice(words, CASES)
    provisional = sum(not case.classified for case in report.cases)
    if provisional:
        yield Notice(f"{provisional} pengaduan belum ditelaah: kelasnya sementara.", CASES)
    imported = sum(case.imported for case in report.cases)
    if imported:
        words = f"{imported} pengaduan dari register lama: riwayat tenggatnya tidak lengkap."
        yield Notice(words, CASES)
    unsure = sum(clock.provisional_calendar for clock in report.input.clocks)
    if unsure:
        yield Notice(f"{unsure} tenggat dihitung dengan kalender libur sementara.", CLOCKS)


def _evidence(report: Report) -> Iterator[Notice]:
    documents = {row.id: row for rows in report.evidence.values() for row in rows}
    undated = sum(row.signed_on is None for row in documents.values())
    states = Counter(row.status_on(report.cut_off) for row in documents.values())
    parts = [f"{states[status]} {words}" for status, words in UNSOUND.items() if states[status]]
    if undated:
        parts.insert(0, f"{undated} tanpa tanggal")
    if parts:
        yield Notice(f"Dokumen bukti yang perlu dibenahi: {', '.join(parts)}.", _home(report))


def _home(report: Report) -> str:
    """The evidence sheet of the first document that isn't in order."""
    for component in report.worksheet.components:
        for indicator in component.indicators:
            for row in report.evidence.get(indicator.id, ()):
                if row.signed_on is None or not row.counts_on(report.cut_off):
                    return component.key
    return LKE
