"""Patterns worth a look: cases in which something happened that needs no fault, and often hides one.

A pattern accuses nobody. It is a rule that anybody can read, with its thresholds beside it (local policy, no
law names them), and one condition of the database for the figure, the list behind it and the mark on the
case. Imported history shows none: its registers don't tell these things.
"""

from __future__ import annotations

import enum
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, and_, case, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from app.law import class_of_category, get_law
from app.models import (
    AuditEntry,
    CaseEvent,
    Complaint,
    IdentityRead,
    Notice,
    Respondent,
    RespondentSuperior,
    User,
    Withdrawal,
)
from app.queries.performance_facts import DAY, epoch, list_facts
from app.queries.visibility import visible_to
from app.queries.wbk_cases import year_bounds
from reports.performance.rows import Fact
from workflows.snapshot import Actor
from workflows.vocabulary import Event, NoticeKind, Substate

PAUSES = 2
"""Questions to the complainant from which on they count as repeated."""
LONG_PAUSE_DAYS = 25
"""Days of waiting, all together, that come near the 30 by which clocks may pause."""
UNTOLD_DAYS = 14
"""Days after the end of a case in which its letter should be known to have arrived."""
WITHDRAWN_WITHIN_DAYS = 14
"""A withdrawal so soon after an officer opened the identity is worth a question."""
OFTEN_OPENED = 4
"""Openings of one identity by the station from which on they count as many."""


class Pattern(enum.StrEnum):
    """One pattern; the code stands in the address of its list."""

    COMPLETE_AT_THE_END = "complete_at_the_end"
    ASKED_AGAIN = "asked_again"
    LONG_PAUSE = "long_pause"
    OWN_UNIT = "own_unit"
    OWN_HAND = "own_hand"
    LAPSED_UNANSWERED = "lapsed_unanswered"
    ENDED_UNTOLD = "ended_untold"
    RECLASSIFIED = "reclassified"
    WITHDRAWN_SOON = "withdrawn_soon"
    OPENED_OFTEN = "opened_often"


def condition_of_pattern(pattern: Pattern, zone: str, now: datetime) -> ColumnElement[bool]:
    """Which cases show a pattern, as a condition on ``complaint``.

    :param zone: of the station, whose days are counted
    """
    return and_(Complaint.imported.is_(False), *_CONDITIONS[pattern](zone, now))


def count_patterns(
    session: Session, actor: Actor, agency_id: int, zone: str, year: int, now: datetime
) -> Mapping[Pattern, int]:
    """How many cases of a station, received in a local year, show each pattern."""
    first, after = year_bounds(year, zone)
    conditions = [condition_of_pattern(pattern, zone, now) for pattern in Pattern]
    row = session.execute(
        select(*(func.coalesce(func.sum(case((one, 1), else_=0)), 0) for one in conditions)).where(
            Complaint.agency_id == agency_id,
            Complaint.received_at >= first,
            Complaint.received_at < after,
            visible_to(actor),
        )
    ).one()
    return dict(zip(Pattern, row, strict=True))


def find_patterns(session: Session, complaint_id: int, zone: str, now: datetime) -> list[Pattern]:
    """The patterns that one case shows."""
    row = session.execute(
        select(*(condition_of_pattern(pattern, zone, now) for pattern in Pattern)).where(
            Complaint.id == complaint_id
        )
    ).one()
    return [pattern for pattern, shown in zip(Pattern, row, strict=True) if shown]


def _asked_again(_zone: str, _now: datetime) -> Sequence[ColumnElement[bool]]:
    asked = (
        select(func.count())
        .select_from(CaseEvent)
        .where(CaseEvent.complaint_id == Complaint.id, CaseEvent.event == Event.ASK_INFO.value)
        .correlate(Complaint)
        .scalar_subquery()
    )
    return [asked >= PAUSES]


def _long_pause(_zone: str, now: datetime) -> Sequence[ColumnElement[bool]]:
    """Every time from a question to the event that ended the waiting, or to now, added up."""
    asked, ended = aliased(CaseEvent), aliased(CaseEvent)
    end = (
        select(func.min(epoch(ended.at)))
        .where(
            ended.complaint_id == asked.complaint_id,
            ended.seq > asked.seq,
            ended.before == Substate.AWAITING_COMPLAINANT_INFO.value,
            ended.after != ended.before,
        )
        .correlate(asked)
        .scalar_subquery()
    )
    waited = (
        select(func.sum(func.coalesce(end, int(now.timestamp())) - epoch(asked.at)))
        .where(asked.complaint_id == Complaint.id, asked.event == Event.ASK_INFO.value)
        .correlate(Complaint)
        .scalar_subquery()
    )
    return [waited >= LONG_PAUSE_DAYS * DAY]


def _own_hand(_zone: str, _now: datetime) -> Sequence[ColumnElement[bool]]:
    """A respondent, or one of the unit complained of and no superior, drafted, decided or delivered.

    The guards refuse that; it shows where a respondent was named afterwards, or a person was moved.
    """
    named = aliased(User)
    is_superior = exists(
        select(RespondentSuperior.user_id).where(
            RespondentSuperior.respondent_id == Respondent.id, RespondentSuperior.user_id == User.id
        )
    )
    deciding = (Event.DRAFT_DECISION.value, Event.DECIDE.value, Event.DELIVER_DECISION.value)
    return [
        exists(
            select(CaseEvent.id)
            .join(User, User.id == CaseEvent.actor_id)
            .join(Respondent, Respondent.complaint_id == CaseEvent.complaint_id)
            .outerjoin(named, named.id == Respondent.user_id)
            .where(
                CaseEvent.complaint_id == Complaint.id,
                CaseEvent.event.in_(deciding),
                or_(
                    User.id == Respondent.user_id,
                    and_(User.unit_id == func.coalesce(Respondent.unit_id, named.unit_id), ~is_superior),
                ),
            )
            .correlate(Complaint)
        )
    ]


def _ended_untold(_zone: str, now: datetime) -> Sequence[ColumnElement[bool]]:
    """UU 25/2009 Pasal 48 ayat (2): no silent rejection. Receipt unknown counts as not received."""
    told = (NoticeKind.DECISION.value, NoticeKind.TRANSFER.value)
    return [
        Complaint.substate.in_((Substate.CLOSED_REJECTED.value, Substate.CLOSED_TRANSFERRED.value)),
        Complaint.closed_at < now - timedelta(days=UNTOLD_DAYS),
        ~exists(
            select(Notice.id)
            .where(
                Notice.complaint_id == Complaint.id,
                Notice.kind.in_(told),
                Notice.received_at.isnot(None),
            )
            .correlate(Complaint)
        ),
    ]


def _reclassified(_zone: str, _now: datetime) -> Sequence[ColumnElement[bool]]:
    """Other clocks than those of the complainant's own choice, given after one of them was missed."""
    breach, classified = aliased(AuditEntry), aliased(CaseEvent)
    others = [
        and_(Complaint.complaint_class != of_category, Complaint.category.in_(categories))
        for of_category, categories in _categories_by_class().items()
    ]
    return [
        Complaint.class_is_provisional.is_(False),
        or_(*others),
        exists(
            select(classified.id)
            .join(breach, breach.complaint_id == classified.complaint_id)
            .where(
                classified.complaint_id == Complaint.id,
                classified.event == Event.CLASSIFY.value,
                breach.kind == "sla.breach",
                breach.at < classified.at,
            )
            .correlate(Complaint)
        ),
    ]


@cache
def _categories_by_class() -> dict[str, list[str]]:
    law = get_law()
    found: dict[str, list[str]] = {}
    for code in (*law.issues, *law.conduct, "permintaan_informasi", "aspirasi"):
        found.setdefault(class_of_category(code).value, []).append(code)
    return found


def _withdrawn_soon(_zone: str, _now: datetime) -> Sequence[ColumnElement[bool]]:
    """Announced, whether or not it took effect, within days of an opening by the station itself."""
    elapsed = epoch(Withdrawal.announced_at) - epoch(IdentityRead.at)
    return [
        exists(
            select(Withdrawal.id)
            .join(IdentityRead, IdentityRead.complaint_id == Withdrawal.complaint_id)
            .join(User, User.id == IdentityRead.user_id)
            .where(
                Withdrawal.complaint_id == Complaint.id,
                User.agency_id == Complaint.agency_id,
                elapsed.between(0, WITHDRAWN_WITHIN_DAYS * DAY),
            )
            .correlate(Complaint)
        )
    ]


def _opened_often(_zone: str, _now: datetime) -> Sequence[ColumnElement[bool]]:
    opened = (
        select(func.count())
        .select_from(IdentityRead)
        .join(User, User.id == IdentityRead.user_id)
        .where(IdentityRead.complaint_id == Complaint.id, User.agency_id == Complaint.agency_id)
        .correlate(Complaint)
        .scalar_subquery()
    )
    return [opened >= OFTEN_OPENED]


def _reported(fact: Fact) -> Callable[[str, datetime], Sequence[ColumnElement[bool]]]:
    """As the performance report counts it, so that both tell the same story."""

    def conditions(zone: str, now: datetime) -> Sequence[ColumnElement[bool]]:
        return dict(list_facts(Complaint.__table__, _offset(zone, now)))[fact]

    return conditions


def _offset(zone: str, now: datetime) -> int:
    """Seconds by which the local clock is ahead of UTC; no zone of Indonesia changes its clocks."""
    ahead = now.astimezone(ZoneInfo(zone)).utcoffset()
    assert ahead is not None
    return int(ahead.total_seconds())


_CONDITIONS: Mapping[Pattern, Callable[[str, datetime], Sequence[ColumnElement[bool]]]] = {
    Pattern.COMPLETE_AT_THE_END: _reported(Fact.LATE_COMPLETE),
    Pattern.ASKED_AGAIN: _asked_again,
    Pattern.LONG_PAUSE: _long_pause,
    Pattern.OWN_UNIT: _reported(Fact.OWN_UNIT),
    Pattern.OWN_HAND: _own_hand,
    Pattern.LAPSED_UNANSWERED: _reported(Fact.LAPSED_UNANSWERED),
    Pattern.ENDED_UNTOLD: _ended_untold,
    Pattern.RECLASSIFIED: _reclassified,
    Pattern.WITHDRAWN_SOON: _withdrawn_soon,
    Pattern.OPENED_OFTEN: _opened_often,
}
