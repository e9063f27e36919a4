"""The station's clocks of many cases, as they stood at an instant.

Stored deadlines serve for every case that nothing has touched since; the few that went on are computed again
from the points that lay behind them then.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from app.law import get_law
from app.models import Agency, ClockPoint, Complaint, Deadline
from app.queries.calendars import get_calendar
from app.queries.history import CaseAt
from reports.rows import ClockStatus
from workflows import sla
from workflows.vocabulary import Binding, ComplaintClass, Party

LAWFUL = (Binding.STATUTE.value, Binding.REGULATION.value)
DECIDING_STAGES = ("resolution", "resolution_kip")
OBJECTION_STAGE = "objection_review"
_ROWS_AT_ONCE = 5_000
_IDS_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class ClockAt:
    """One clock of one case at an instant; later instants are not known yet."""

    stage: str
    binding: str
    effective: bool
    due_at: datetime
    met_at: datetime | None
    void_at: datetime | None
    provisional_calendar: bool
    sources: tuple[str, ...]

    def status(self, at: datetime) -> ClockStatus:
        """How it stands: what was done late, or never, is told from what was done in time."""
        if self.met_at is not None:
            return ClockStatus.MET if self.met_at <= self.due_at else ClockStatus.MET_LATE
        if min(self.void_at or at, at) > self.due_at:
            return ClockStatus.BREACHED
        return ClockStatus.RUNNING if self.void_at is None else ClockStatus.VOID


def decision_due_at(case: CaseAt, clocks: Sequence[ClockAt]) -> datetime | None:
    """Until when the case must be decided: the limit of law where there is one, else the one that binds.

    UU 25/2009 Pasal 50 ayat (1); after an objection the time to examine it. Of imported history it is
    given only where the register tells when it was decided.
    """
    if case.imported and case.decided_at is None:
        return None
    stages = (OBJECTION_STAGE,) if case.objected else DECIDING_STAGES
    chosen = [clock for clock in clocks if clock.stage in stages]
    lawful = [clock for clock in chosen if clock.binding in LAWFUL]
    return max((clock.due_at for clock in lawful or chosen), default=None)


def clocks_of_cases(
    session: Session,
    agency: Agency,
    cases: Iterable[CaseAt],
    condition: ColumnElement[bool],
    as_of: datetime,
    *,
    stages: Sequence[str] | None = None,
) -> dict[int, tuple[ClockAt, ...]]:
    """Clocks by the id of the case: those that bind, and those of law beside them; in order of due instant.

    :param condition: on ``complaint``, the one that `cases` were chosen by
    :param stages: those of these stages alone
    """
    by_id = {case.id: case for case in cases}
    found: dict[int, list[ClockAt]] = {}
    wanted = condition if stages is None else condition & Deadline.stage.in_(stages)
    for complaint_id, clock in _stored(session, wanted, as_of):
        case = by_id.get(complaint_id)
        if case is not None and not case.changed_later:
            found.setdefault(complaint_id, []).append(clock)
    changed = [case for case in by_id.values() if case.changed_later and not case.imported]
    for case, clocks in _computed(session, agency, changed, as_of):
        found[case.id] = [clock for clock in clocks if stages is None or clock.stage in stages]
    return {key: tuple(clocks) for key, clocks in found.items()}


def _stored(
    session: Session, condition: ColumnElement[bool], as_of: datetime
) -> Iterable[tuple[int, ClockAt]]:
    rows = session.execute(
        select(
            Deadline.complaint_id,
            Deadline.stage,
            Deadline.binding,
            Deadline.effective,
            Deadline.due_at,
            Deadline.met_at,
            Deadline.void_at,
            Deadline.provisional_calendar,
            Deadline.sources,
        )
        .join(Complaint, Complaint.id == Deadline.complaint_id)
        .where(
            condition,
            Complaint.received_at <= as_of,
            Deadline.party == Party.STATION.value,
            or_(Deadline.effective, Deadline.binding.in_(LAWFUL)),
            Deadline.triggered_at <= as_of,
        )
        .order_by(Deadline.complaint_id, Deadline.due_at, Deadline.stage, Deadline.step)
        .execution_options(yield_per=_ROWS_AT_ONCE)
    )
    for complaint_id, stage, binding, effective, due_at, met_at, void_at, provisional, sources in rows:
        yield (
            complaint_id,
            ClockAt(
                stage,
                binding,
                effective,
                due_at,
                met_at if met_at is not None and met_at <= as_of else None,
                void_at if void_at is not None and void_at <= as_of else None,
                provisional,
                tuple(sources),
            ),
        )


def _computed(
    session: Session, agency: Agency, cases: Sequence[CaseAt], as_of: datetime
) -> Iterable[tuple[CaseAt, list[ClockAt]]]:
    law, calendar = get_law(), get_calendar(session, agency)
    points = _points(session, [case.id for case in cases], as_of)
    for case in cases:
        facts = sla.ClockFacts(
            points={code: tuple(instants) for code, instants in points.get(case.id, {}).items()},
            waits=case.all_waits,
            closed_at=case.closed_at,
        )
        classes = (case.complaint_class, ComplaintClass.URGENT) if case.in_danger else (case.complaint_class,)
        deadlines = [
            deadline
            for complaint_class in classes
            for deadline in sla.compute_deadlines(law, complaint_class, facts, calendar)
        ]
        deadlines.sort(key=lambda deadline: (deadline.due_at, deadline.stage, deadline.step))
        yield case, [_clock(deadline) for deadline in deadlines if _is_shown(deadline)]


def _points(
    session: Session, complaint_ids: Sequence[int], as_of: datetime
) -> dict[int, dict[str, list[datetime]]]:
    points: dict[int, dict[str, list[datetime]]] = {}
    for first in range(0, len(complaint_ids), _IDS_AT_ONCE):
        rows = session.execute(
            select(ClockPoint.complaint_id, ClockPoint.code, ClockPoint.at)
            .where(
                ClockPoint.complaint_id.in_(complaint_ids[first : first + _IDS_AT_ONCE]),
                ClockPoint.at <= as_of,
            )
            .order_by(ClockPoint.complaint_id, ClockPoint.at, ClockPoint.id)
        )
        for complaint_id, code, at in rows:
            points.setdefault(complaint_id, {}).setdefault(code, []).append(at)
    return points


def _is_shown(deadline: sla.Deadline) -> bool:
    return deadline.party is Party.STATION and (deadline.effective or deadline.binding.value in LAWFUL)


def _clock(deadline: sla.Deadline) -> ClockAt:
    return ClockAt(
        stage=deadline.stage,
        binding=deadline.binding.value,
        effective=deadline.effective,
        due_at=deadline.due_at,
        met_at=deadline.met_at,
        void_at=deadline.void_at,
        provisional_calendar=deadline.provisional_calendar,
        sources=deadline.sources,
    )
