"""Who sees to which indicator until when, and the reminders of it.

A reminder goes out some days before the day that was set, and once after it, to the person or to those who
lead the unit; one letter for everything of one day. Nobody is reminded of an indicator that is answered and
has sound evidence.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.database import run_in_unit
from app.models import Agency, Assessment, IndicatorDuty, OutboxItem, Unit, User, UserRole
from app.queries.assessment_work import UNIT_LEADERS
from app.queries.assessments import get_standing
from app.services.assessment_access import (
    AssessmentRefused,
    check_indicators,
    facts_of,
    log_act,
    own_assessment,
    worksheet_of,
)
from app.services.lease import Fence, unfenced
from app.services.outbox import new_message_id
from workflows.canonical import instant_text
from workflows.snapshot import Actor

REMINDED_BEFORE = (14, 7, 1, -1)
"""Days before the day that was set; the last one comes after it (local policy)."""
AT_HOUR = time(8)
TEMPLATE = "zi_reminder"


@dataclass(frozen=True, slots=True)
class Owner:
    """Who is to see to something: a person or a unit, by id."""

    user_id: int | None = None
    unit_id: int | None = None


def give_duty(
    assessment_id: int,
    indicator_ids: Sequence[str],
    owner: Owner | None,
    due_on: date | None,
    *,
    actor: Actor,
    at: datetime,
) -> None:
    """Give indicators to somebody to see to; None takes them back.

    :param due_on: local day until when, or None for no day
    :raises AssessmentRefused: ``indicator_unknown``, ``owner_unknown``, ``due_past``
    :raises CaseNotVisible: not the actor's agency, or not an assessor
    """

    def work(session: Session) -> None:
        assessment = own_assessment(session, assessment_id, actor)
        check_indicators(worksheet_of(assessment), indicator_ids)
        if owner is not None:
            _check_owner(session, assessment.agency, owner)
        if due_on is not None and due_on < at.astimezone(ZoneInfo(assessment.agency.timezone)).date():
            raise AssessmentRefused("due_past", "due_on")
        for indicator_id in dict.fromkeys(indicator_ids):
            _set(session, assessment, indicator_id, owner, due_on, actor, at)

    run_in_unit(work)


def remind_of_duties(at: datetime, *, fence: Fence = unfenced) -> int:
    """Queue the reminders that are due at `at` and were not yet; gives how many letters."""

    def work(session: Session) -> int:
        fence(session)
        due = select(IndicatorDuty).where(IndicatorDuty.remind_at <= at)
        rows = session.scalars(due.order_by(IndicatorDuty.assessment_id, IndicatorDuty.id)).all()
        by_assessment: dict[int, list[IndicatorDuty]] = {}
        for row in rows:
            by_assessment.setdefault(row.assessment_id, []).append(row)
        return sum(_remind(session, duties, at) for duties in by_assessment.values())

    return run_in_unit(work)


def next_reminder(due_on: date, zone: str, after: datetime) -> datetime | None:
    """The first instant after `after` to remind of a day; None once all have passed."""
    for days in REMINDED_BEFORE:
        instant = _instant(due_on, days, zone)
        if instant > after:
            return instant
    return None


def _instant(due_on: date, days_before: int, zone: str) -> datetime:
    local = datetime.combine(due_on - timedelta(days=days_before), AT_HOUR, ZoneInfo(zone))
    return local.astimezone(UTC)


def _set(
    session: Session,
    assessment: Assessment,
    indicator_id: str,
    owner: Owner | None,
    due_on: date | None,
    actor: Actor,
    at: datetime,
) -> None:
    row = session.scalar(
        select(IndicatorDuty).where(
            IndicatorDuty.assessment_id == assessment.id, IndicatorDuty.indicator == indicator_id
        )
    )
    facts = facts_of(assessment, indicator_id)
    if owner is None:
        if row is not None:
            session.delete(row)
            log_act(session, assessment.agency, "wbk.duty_removed", actor, at, facts)
        return
    if row is None:
        row = IndicatorDuty(assessment_id=assessment.id, indicator=indicator_id)
        session.add(row)
    row.user_id, row.unit_id, row.due_on = owner.user_id, owner.unit_id, due_on
    zone = assessment.agency.timezone
    row.remind_at = next_reminder(due_on, zone, at) if due_on is not None else None
    row.set_by_id, row.set_at = actor.user_id, at
    session.flush()
    facts |= {
        "user": owner.user_id,
        "unit": owner.unit_id,
        "due_on": due_on.isoformat() if due_on is not None else None,
    }
    log_act(session, assessment.agency, "wbk.duty", actor, at, facts)


def _check_owner(session: Session, agency: Agency, owner: Owner) -> None:
    if owner.unit_id is not None:
        unit = session.get(Unit, owner.unit_id)
        if owner.user_id is None and unit is not None and unit.agency_id == agency.id:
            return
    elif owner.user_id is not None:
        user = session.get(User, owner.user_id)
        if user is not None and user.is_active and user.agency_id == agency.id:
            return
    raise AssessmentRefused("owner_unknown", "owner")


def _remind(session: Session, duties: Sequence[IndicatorDuty], at: datetime) -> int:
    """The letters of one assessment; each duty is then set to its next reminder."""
    assessment = duties[0].assessment
    zone = ZoneInfo(assessment.agency.timezone)
    today = at.astimezone(zone).date()
    standing = get_standing(session, assessment.id, at, today)
    open_ones = {gap.indicator.id for gap in standing.gaps}
    letters: dict[tuple[int, date], int] = {}
    for duty in duties:
        due_on = duty.due_on
        if due_on is not None and duty.indicator in open_ones:
            for user_id in _people(session, duty):
                letters[user_id, due_on] = letters.get((user_id, due_on), 0) + 1
        duty.remind_at = next_reminder(due_on, zone.key, at) if due_on is not None else None
    queued = 0
    for (user_id, due_on), count in sorted(letters.items()):
        queued += _queue(session, assessment, user_id, due_on, count, today, at)
    session.flush()
    return queued


def _people(session: Session, duty: IndicatorDuty) -> Iterable[int]:
    if duty.user_id is not None:
        return (duty.user_id,)
    return session.scalars(
        select(User.id)
        .join(UserRole, UserRole.user_id == User.id)
        .where(User.unit_id == duty.unit_id, User.is_active)
        .where(UserRole.role.in_([role.value for role in UNIT_LEADERS]))
        .order_by(User.id)
        .distinct()
    ).all()


def _queue(
    session: Session,
    assessment: Assessment,
    user_id: int,
    due_on: date,
    count: int,
    today: date,
    at: datetime,
) -> int:
    key = f"zi/{assessment.id}/{due_on}/{today}/{user_id}"
    if session.scalar(select(OutboxItem.id).where(OutboxItem.dedupe_key == key)) is not None:
        return 0
    due_at = datetime.combine(due_on, time(23, 59, 59), ZoneInfo(assessment.agency.timezone))
    session.add(
        OutboxItem(
            complaint_id=None,
            template=TEMPLATE,
            recipient="user",
            user_id=user_id,
            params={
                "assessment": assessment.id,
                "year": assessment.year,
                "count": count,
                "is_late": due_on < today,
                "due_at": instant_text(due_at.astimezone(UTC)),
            },
            dedupe_key=key,
            message_id=new_message_id(),
            created_at=at,
            next_attempt_at=at,
        )
    )
    return 1
