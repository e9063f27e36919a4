"""What a complaint counts as in A5.R.ii.a, and which complaints a year holds.

Basis: ``pemetaan_status_pengaduan`` of the worksheet data (reconstructed: local policy), after the statuses
of Perpol 2/2024. Withdrawn, lapsed, rejected and transferred cases are never counted as finished and leave
the denominator, listed apart with their reason. What is not certainly outside stays inside: an unclassified
complaint counts by its provisional class, and a case that ended without a finding stays "in process", so that
no one improves the share by leaving a case unsorted or closing it unexamined.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from enum import StrEnum

from reports.rows import AnonymisedCaseRow
from workflows.vocabulary import (
    ClosureReason,
    ComplaintClass,
    Finding,
    PublicState,
    Substate,
)

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
