"""The five indicators that our own data answers, as proposals a person accepts or corrects.

Basis: ``data_sistem`` and ``pemetaan_status_pengaduan`` of the worksheet data (reconstructed: local
policy), after the statuses of Perpol 2/2024. Withdrawn, lapsed, rejected and transferred cases are
never counted as finished and leave the denominator, listed apart with their reason. What is not
certainly outside stays inside: an unclassified complaint counts by its provisional class, and a case
that ended without a finding stays "in process", so that no one improves the share by leaving a
case unsorted or closing it unexamined.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime
from enum import StrEnum

from reports.rows import (
    AnonymisedCaseRow,
    CountGroup,
    Provenance,
    RecommendationRow,
    SurveyRoundRow,
)
from workflows.vocabulary import (
    ClosureReason,
    ComplaintClass,
    Finding,
    PublicState,
    Substate,
)

FOLLOWED_UP, EVALUATION, HANDLED = "A5.P.iii.b", "A5.P.iii.d", "A5.R.ii.a"
SURVEYS, SURVEY_FOLLOW_UP = "A6.P.iv.a", "A6.P.iv.c"

SUPERVISORY = frozenset({ComplaintClass.SUPERVISORY, ComplaintClass.URGENT, ComplaintClass.KOMPOLNAS_CASE})
"""Classes that carry supervisory weight (*berkadar pengawasan*); local policy."""

FINISHED_SUBSTATES = frozenset({Substate.DECISION_DELIVERED, Substate.FOLLOW_UP_RUNNING, Substate.CLOSED})
"""Decided *and* told: before delivery a decision is still in process (local policy)."""


class Standing(StrEnum):
    """What a case counts as in A5.R.ii.a; the words stand in the annex, to filter by."""

    WAITING = "Belum diproses"
    IN_PROCESS = "Sedang diproses"
    FINISHED = "Selesai"
    NOT_SUPERVISORY = "Di luar: tidak berkadar pengawasan"
    WITHDRAWN = "Di luar: dicabut pelapor"
    LAPSED = "Di luar: dianggap mencabut"
    REJECTED = "Di luar: ditolak dengan alasan"
    TRANSFERRED = "Di luar: salah alamat, diteruskan"
    DUPLICATE = "Di luar: ganda"
    ANSWERED = "Di luar: dijawab tanpa temuan"

    @property
    def counted(self) -> bool:
        """True where the case stands in the denominator."""
        return self in (Standing.WAITING, Standing.IN_PROCESS, Standing.FINISHED)


_ENDED_OUTSIDE = {
    Substate.CLOSED_WITHDRAWN: Standing.WITHDRAWN,
    Substate.CLOSED_LAPSED: Standing.LAPSED,
    Substate.CLOSED_REJECTED: Standing.REJECTED,
    Substate.CLOSED_TRANSFERRED: Standing.TRANSFERRED,
    Substate.CLOSED_ARCHIVED: Standing.NOT_SUPERVISORY,
}
_REASON_OUTSIDE = {
    ClosureReason.DUPLICATE: Standing.DUPLICATE,
    ClosureReason.NO_JURISDICTION: Standing.TRANSFERRED,
    ClosureReason.WITHDRAWN: Standing.WITHDRAWN,
    ClosureReason.LAPSED: Standing.LAPSED,
    ClosureReason.NON_SUPERVISORY_ANSWERED: Standing.NOT_SUPERVISORY,
    ClosureReason.TOO_VAGUE: Standing.REJECTED,
    ClosureReason.BEFORE_COURT: Standing.REJECTED,
}


def standing(case: AnonymisedCaseRow) -> Standing:
    """What one case counts as at the cut-off."""
    if case.duplicate:
        return Standing.DUPLICATE
    if case.substate in _ENDED_OUTSIDE:
        return _ENDED_OUTSIDE[case.substate]
    if case.substate is Substate.CLOSED and case.closure_reason in _REASON_OUTSIDE:
        return _REASON_OUTSIDE[case.closure_reason]
    if case.complaint_class not in SUPERVISORY:
        return Standing.NOT_SUPERVISORY
    if case.state is PublicState.RECEIVED:
        return Standing.WAITING
    if case.substate not in FINISHED_SUBSTATES or case.finding is None:
        return Standing.IN_PROCESS
    return Standing.ANSWERED if case.finding is Finding.ANSWERED else Standing.FINISHED


def in_period(case: AnonymisedCaseRow, year: int, cut_off: date) -> bool:
    """True for cases received in the year up to the cut-off, and for what was left of years before.

    :param cut_off: last day that counts, inclusive
    """
    if case.received_on > cut_off or case.received_on.year > year:
        return False
    return case.received_on.year == year or case.ended_on is None or case.ended_on.year >= year


def cases_in_period(
    cases: Iterable[AnonymisedCaseRow], year: int, cut_off: date
) -> tuple[AnonymisedCaseRow, ...]:
    """The cases of :func:`in_period`, by date received and number."""
    chosen = (case for case in cases if in_period(case, year, cut_off))
    return tuple(sorted(chosen, key=lambda case: (case.received_on, case.number)))


def _numbers(cases: Iterable[AnonymisedCaseRow]) -> tuple[str, ...]:
    return tuple(case.number for case in cases)


def _period_filter(year: int, as_of: datetime) -> str:
    return (
        f"diterima 1 Januari {year} sampai tanggal potong {as_of.isoformat()}, "
        f"ditambah sisa tahun sebelumnya yang belum berakhir pada 1 Januari {year}"
    )


def complaints_handled(
    cases: Iterable[AnonymisedCaseRow], year: int, cut_off: date, as_of: datetime
) -> Provenance:
    """A5.R.ii.a: the three counts, K3 checked by construction (waiting + in process + finished = all).

    The proposal is given at zero complaints too: 0, 0, 0, which the score flags (K2).
    """
    groups: dict[Standing, list[str]] = {kind: [] for kind in Standing}
    counted: list[str] = []
    imported: list[str] = []
    for case in cases_in_period(cases, year, cut_off):
        kind = standing(case)
        groups[kind].append(case.number)
        if kind.counted:
            counted.append(case.number)
        if case.imported:
            imported.append(case.number)
    shown = [
        CountGroup("harus_ditindaklanjuti", "Harus ditindaklanjuti", tuple(counted)),
        CountGroup("belum_diproses", Standing.WAITING.value, tuple(groups[Standing.WAITING])),
        CountGroup(
            "sedang_diproses",
            Standing.IN_PROCESS.value,
            tuple(groups[Standing.IN_PROCESS]),
        ),
        CountGroup("selesai", Standing.FINISHED.value, tuple(groups[Standing.FINISHED])),
    ]
    shown += [
        CountGroup(f"di_luar_{kind.name.lower()}", kind.value, tuple(numbers))
        for kind, numbers in groups.items()
        if not kind.counted and numbers
    ]
    if imported:
        shown.append(CountGroup("impor", "Riwayat impor (sudah termasuk di atas)", tuple(imported)))
    return Provenance(
        indicator_id=HANDLED,
        proposal={
            "harus_ditindaklanjuti": len(counted),
            "sedang_diproses": len(groups[Standing.IN_PROCESS]),
            "selesai": len(groups[Standing.FINISHED]),
        },
        query="Jumlah pengaduan berkadar pengawasan menurut kedudukannya pada tanggal potong",
        filter=_period_filter(year, as_of)
        + "; selesai = putusan bertemuan (selesai benar atau selesai tidak benar) yang sudah disampaikan; "
        "dicabut, gugur, ditolak, diteruskan, ganda, dan tidak berkadar keluar dari penyebut",
        as_of=as_of,
        groups=tuple(shown),
        remark=""
        if counted
        else "Tidak ada pengaduan yang harus ditindaklanjuti; penyebut nol, jangan dianggap 100%.",
    )


def complaints_followed_up(
    cases: Iterable[AnonymisedCaseRow], year: int, cut_off: date, as_of: datetime
) -> Provenance:
    """A5.P.iii.b: ``Ya`` where every complaint that must be followed up has a recorded action."""
    duty = [case for case in cases_in_period(cases, year, cut_off) if standing(case).counted]
    untouched = _numbers(case for case in duty if not case.has_recorded_action)
    return Provenance(
        indicator_id=FOLLOWED_UP,
        proposal=None if not duty else "Tidak" if untouched else "Ya",
        query="Pengaduan yang harus ditindaklanjuti, dengan dan tanpa tindakan tercatat",
        filter=_period_filter(year, as_of)
        + "; tindakan = perbuatan petugas yang tercatat setelah pengaduan masuk",
        as_of=as_of,
        groups=(
            CountGroup("harus_ditindaklanjuti", "Harus ditindaklanjuti", _numbers(duty)),
            CountGroup("tanpa_tindakan", "Tanpa tindakan tercatat", untouched),
        ),
        remark=""
        if duty
        else "Tidak ada pengaduan yang harus ditindaklanjuti; jawab dengan pertimbangan sendiri.",
    )


def _share_done(
    indicator_id: str,
    query: str,
    rows: Iterable[RecommendationRow],
    year: int,
    cut_off: date,
    as_of: datetime,
    letter: Callable[[int, int], str],
) -> Provenance:
    issued = sorted(
        (r for r in rows if r.issued_on.year == year and r.issued_on <= cut_off),
        key=lambda r: r.number,
    )
    done = [row for row in issued if row.completed_on is not None and row.completed_on <= cut_off]
    open_ = [row for row in issued if row not in done]
    return Provenance(
        indicator_id=indicator_id,
        proposal=letter(len(done), len(issued)) if issued else None,
        query=query,
        filter=f"terbit 1 Januari {year} sampai tanggal potong {as_of.isoformat()}",
        as_of=as_of,
        groups=(
            CountGroup("rekomendasi", "Rekomendasi", tuple(row.number for row in issued)),
            CountGroup("selesai", "Selesai ditindaklanjuti", tuple(row.number for row in done)),
            CountGroup("terbuka", "Masih terbuka", tuple(row.number for row in open_)),
        ),
        remark="" if issued else "Belum ada rekomendasi tercatat; tidak ada yang dapat diusulkan.",
    )


def evaluation_followed_up(
    rows: Iterable[RecommendationRow], year: int, cut_off: date, as_of: datetime
) -> Provenance:
    """A5.P.iii.d: all recommendations of complaint evaluations done A, some B, none C."""

    def letter(done: int, issued: int) -> str:
        return "A" if done == issued else "B" if done else "C"

    query = "Rekomendasi evaluasi penanganan pengaduan menurut penyelesaiannya"
    return _share_done(EVALUATION, query, rows, year, cut_off, as_of, letter)


def survey_followed_up(
    rows: Iterable[RecommendationRow], year: int, cut_off: date, as_of: datetime
) -> Provenance:
    """A6.P.iv.c: survey elements or recommendations done: all A, more than half B, some C, none D."""

    def letter(done: int, issued: int) -> str:
        return "A" if done == issued else "B" if done * 2 > issued else "C" if done else "D"

    query = "Unsur dan rekomendasi survei kepuasan masyarakat menurut penyelesaian tindak lanjutnya"
    return _share_done(SURVEY_FOLLOW_UP, query, rows, year, cut_off, as_of, letter)


def surveys_held(rounds: Iterable[SurveyRoundRow], year: int, cut_off: date, as_of: datetime) -> Provenance:
    """A6.P.iv.a: survey rounds closed and reported within the year: four or more A, 3 B, 2 C, 1 D, none E."""
    started = sorted(
        (r for r in rounds if r.closed_on is None or r.closed_on.year == year),
        key=lambda r: r.number,
    )

    def within(day: date | None) -> bool:
        return day is not None and day.year == year and day <= cut_off

    done = tuple(row.number for row in started if within(row.closed_on) and within(row.reported_on))
    rest = tuple(row.number for row in started if row.number not in done)
    return Provenance(
        indicator_id=SURVEYS,
        proposal="EDCBA"[min(len(done), 4)],
        query="Periode survei kepuasan masyarakat yang ditutup dan berlaporan",
        filter=f"ditutup dan dilaporkan 1 Januari {year} sampai tanggal potong {as_of.isoformat()}",
        as_of=as_of,
        groups=(
            CountGroup("berlaporan", "Ditutup dan berlaporan", done),
            CountGroup("belum", "Belum ditutup atau belum berlaporan", rest),
        ),
    )


def automatic_provenance(
    *,
    cases: Sequence[AnonymisedCaseRow],
    evaluation: Sequence[RecommendationRow],
    survey_rounds: Sequence[SurveyRoundRow],
    survey_actions: Sequence[RecommendationRow],
    year: int,
    cut_off: date,
    as_of: datetime,
) -> dict[str, Provenance]:
    """The provenance of all five by indicator id. ``cut_off`` is the local date of ``as_of``."""
    found = (
        complaints_followed_up(cases, year, cut_off, as_of),
        evaluation_followed_up(evaluation, year, cut_off, as_of),
        complaints_handled(cases, year, cut_off, as_of),
        surveys_held(survey_rounds, year, cut_off, as_of),
        survey_followed_up(survey_actions, year, cut_off, as_of),
    )
    return {item.indicator_id: item for item in found}
