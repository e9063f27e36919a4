"""Corrective actions of a station in numbers: what is open, and how a year's stood at a cut-off."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from app.models import CorrectiveAction, ExaminationReport, OmbudsmanTrack
from reports.rows import ActionStatus, CorrectiveActionRow
from workflows.ombudsman import ActionState, StepKind

UNVERIFIED_SHOWN = 100
"""Corrective actions on one page, those overdue before all others."""


@dataclass(frozen=True, slots=True)
class OpenActions:
    """Corrective actions of an agency that no reviewer has found done.

    :ivar open: all of them
    :ivar overdue: those not reported done by their day
    :ivar reported: those that wait for the reviewer
    """

    open: int = 0
    overdue: int = 0
    reported: int = 0

    def __add__(self, other: OpenActions) -> OpenActions:
        return OpenActions(
            self.open + other.open, self.overdue + other.overdue, self.reported + other.reported
        )


def open_actions_by_agency(
    session: Session, agency_ids: Sequence[int], at: datetime
) -> dict[int, OpenActions]:
    """How many are not verified, and how many of them late; agencies without any are left out."""
    late = CorrectiveAction.state.in_((ActionState.OPEN, ActionState.SENT_BACK)) & (
        CorrectiveAction.due_at < at
    )
    rows = session.execute(
        select(
            OmbudsmanTrack.agency_id,
            func.count(),
            func.count().filter(late),
            func.count().filter(CorrectiveAction.state == ActionState.REPORTED),
        )
        .select_from(CorrectiveAction)
        .join(ExaminationReport, ExaminationReport.id == CorrectiveAction.lhp_id)
        .join(OmbudsmanTrack, OmbudsmanTrack.id == ExaminationReport.track_id)
        .where(OmbudsmanTrack.agency_id.in_(agency_ids), CorrectiveAction.state != ActionState.VERIFIED)
        .group_by(OmbudsmanTrack.agency_id)
    )
    return {row[0]: OpenActions(*row[1:]) for row in rows}


def list_unverified(
    session: Session, agency_ids: Sequence[int], *, limit: int = UNVERIFIED_SHOWN
) -> list[CorrectiveAction]:
    """Corrective actions that no reviewer has found done, the first due first."""
    statement = (
        select(CorrectiveAction)
        .join(ExaminationReport, ExaminationReport.id == CorrectiveAction.lhp_id)
        .join(OmbudsmanTrack, OmbudsmanTrack.id == ExaminationReport.track_id)
        .where(OmbudsmanTrack.agency_id.in_(agency_ids), CorrectiveAction.state != ActionState.VERIFIED)
        .options(
            joinedload(CorrectiveAction.lhp)
            .joinedload(ExaminationReport.track)
            .joinedload(OmbudsmanTrack.agency),
            joinedload(CorrectiveAction.unit),
        )
        .order_by(CorrectiveAction.due_at, CorrectiveAction.id)
        .limit(limit)
    )
    return list(session.scalars(statement))


def corrective_action_rows(
    session: Session, agency_id: int, year: int, as_of: datetime
) -> tuple[CorrectiveActionRow, ...]:
    """Corrective actions of LHPs issued in a year, as they stood at the cut-off, by LHP and place in it.

    What was recorded after the cut-off is not there; what was judged after it is not judged yet.
    """
    actions = session.scalars(
        select(CorrectiveAction)
        .join(ExaminationReport, ExaminationReport.id == CorrectiveAction.lhp_id)
        .join(OmbudsmanTrack, OmbudsmanTrack.id == ExaminationReport.track_id)
        .where(
            OmbudsmanTrack.agency_id == agency_id,
            CorrectiveAction.issued_on.between(date(year, 1, 1), date(year, 12, 31)),
            ExaminationReport.received_at <= as_of,
        )
        .order_by(CorrectiveAction.issued_on, CorrectiveAction.lhp_id, CorrectiveAction.seq)
    ).all()
    return tuple(_row_at(action, as_of) for action in actions)


def _row_at(action: CorrectiveAction, as_of: datetime) -> CorrectiveActionRow:
    """The row from the steps up to an instant: the columns know only the present."""
    zone = ZoneInfo(action.lhp.track.agency.timezone)
    done_at: datetime | None = None
    verified_at: datetime | None = None
    for step in action.steps:
        if step.at > as_of or step.kind == StepKind.NOTE:
            continue
        if step.kind == StepKind.REPORT:
            done_at = step.at
        elif step.kind == StepKind.SENT_BACK:
            done_at = None
        else:
            verified_at = step.at
    if verified_at is not None:
        status = ActionStatus.VERIFIED
    elif done_at is not None:
        status = ActionStatus.REPORTED
    else:
        status = ActionStatus.OVERDUE if as_of > action.due_at else ActionStatus.OPEN
    return CorrectiveActionRow(
        number=action.number,
        issued_on=action.issued_on,
        due_on=action.due_on,
        done_on=done_at.astimezone(zone).date() if done_at else None,
        verified_on=verified_at.astimezone(zone).date() if verified_at else None,
        status=status,
        source=action.lhp.number,
    )
