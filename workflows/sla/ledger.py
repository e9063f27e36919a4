"""The explainable clock: every date between trigger and due, counted or not, with reason and rule."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import Any

from workflows.calendar import WorkingCalendar
from workflows.law import Law
from workflows.sla.clocks import deadlines_from
from workflows.sla.facts import Deadline
from workflows.vocabulary import ComplaintClass, LimitUnit

_ONE_DAY = timedelta(days=1)


class DayReason(StrEnum):
    """Why a date counts, or does not."""

    TRIGGER_DAY = "trigger_day"
    SAME_DAY = "same_day"
    """Due on the day of the trigger itself (limit 0)."""
    WORKING_DAY = "working_day"
    CALENDAR_DAY = "calendar_day"
    HOURS = "hours"
    ANNIVERSARY = "anniversary"
    WEEKEND = "weekend"
    NATIONAL_HOLIDAY = "national_holiday"
    JOINT_LEAVE = "joint_leave"
    WAITING = "waiting"
    WAITING_BEYOND_CAP = "waiting_beyond_cap"
    """The case waited, but the days for which a clock may stand still were used up."""


@dataclass(frozen=True, slots=True)
class LedgerDay:
    """One date of a deadline.

    :ivar counted: whether it is one of the units of the limit
    :ivar basis: the rules or the decree it rests on, as citations
    :ivar span: time counted on this date, for clocks in hours; else None
    """

    on: date
    counted: bool
    why: DayReason
    basis: tuple[str, ...]
    span: timedelta | None = None


@dataclass(frozen=True, slots=True)
class DueStep:
    """A deadline with its ledger."""

    deadline: Deadline
    ledger: tuple[LedgerDay, ...]

    @property
    def due_at(self) -> datetime:
        """Last instant in time (aware, UTC)."""
        return self.deadline.due_at

    @property
    def effective(self) -> bool:
        """Whether this is the step that binds."""
        return self.deadline.effective


def due(
    law: Law,
    complaint_class: ComplaintClass,
    stage: str,
    start: datetime,
    pauses: Iterable[tuple[datetime, datetime | None]],
    calendar: WorkingCalendar,
) -> tuple[DueStep, ...]:
    """When a stage is due if triggered at an instant, explained; the effective step first.

    :param pauses: start and end of waits for the complainant; end None while it lasts
    :raises StageUnknown: the class has no such stage
    :raises CalendarUnknown: a working day would lie in a year without a calendar
    """
    found = deadlines_from(law, complaint_class, stage, start, pauses, calendar)
    return tuple(DueStep(deadline, explain(law, deadline, calendar)) for deadline in found)


def explain(law: Law, deadline: Deadline, calendar: WorkingCalendar) -> tuple[LedgerDay, ...]:
    """The ledger of a deadline: every date from trigger to due, both inclusive, in order.

    For years only the anniversaries are listed, for hours the dates with the time counted on
    each. The counted dates, or the hours, add up to the limit.

    :param calendar: the one that the deadline was computed with
    """
    first = deadline.triggered_at.astimezone(calendar.zone).date()
    if deadline.unit is LimitUnit.HOUR:
        return tuple(_hours(law, deadline, calendar))
    counting = law.working_calendar.rules["hari_kerja_count"].source_texts
    if deadline.limit == 0:
        return (LedgerDay(first, False, DayReason.SAME_DAY, deadline.sources),)
    opening = LedgerDay(first, False, DayReason.TRIGGER_DAY, counting)
    last = deadline.due_at.astimezone(calendar.zone).date()
    if deadline.unit is LimitUnit.YEAR:
        return (opening, *_anniversaries(deadline, first, last))
    dates = (first + timedelta(days=n) for n in range(1, (last - first).days + 1))
    return (opening, *(_day(law, deadline, calendar, on) for on in dates))


def as_cli_json(law: Law, steps: tuple[DueStep, ...], calendar: WorkingCalendar) -> dict[str, Any]:
    """What ``sla due --json`` prints: the effective step, and all of them under ``steps``.

    Instants are ISO 8601 with the offset of the calendar's zone.
    """
    described = [_step_json(law, step, calendar) for step in steps]
    return {
        **{key: described[0][key] for key in ("due_at", "basis", "ledger", "provisional")},
        "steps": described,
    }


def _step_json(law: Law, step: DueStep, calendar: WorkingCalendar) -> dict[str, Any]:
    deadline = step.deadline
    policy_step = law.policies[deadline.complaint_class].steps[deadline.step]

    def local(at: datetime | None) -> str | None:
        return None if at is None else at.astimezone(calendar.zone).isoformat()

    return {
        "due_at": local(deadline.due_at),
        "effective": deadline.effective,
        "provisional": deadline.provisional_calendar,
        "basis": {
            "class": deadline.complaint_class.value,
            "stage": deadline.stage,
            "party": deadline.party.value,
            "limit": deadline.limit,
            "unit": deadline.unit.value,
            "binding": deadline.binding.value,
            "confidence": deadline.confidence.value,
            "trigger": deadline.trigger,
            "triggered_at": local(deadline.triggered_at),
            "sources": list(deadline.sources),
            "articles": [law.cite(citation) for citation in policy_step.source],
            "policy_version": deadline.policy_version,
        },
        "pauses": [
            {
                "substate": pause.substate,
                "start": local(pause.start),
                "end": local(pause.end),
                "first_on": pause.first_on.isoformat(),
                "until_on": pause.until_on.isoformat(),
                "days": pause.days,
            }
            for pause in deadline.pauses
        ],
        "ledger": [_day_json(day) for day in step.ledger],
    }


def _day_json(day: LedgerDay) -> dict[str, Any]:
    described: dict[str, Any] = {
        "date": day.on.isoformat(),
        "counted": day.counted,
        "reason": day.why.value,
        "basis": list(day.basis),
    }
    if day.span is not None:
        described["hours"] = day.span / timedelta(hours=1)
    return described


def _day(law: Law, deadline: Deadline, calendar: WorkingCalendar, on: date) -> LedgerDay:
    if any(pause.first_on <= on < pause.until_on for pause in deadline.pauses):
        return LedgerDay(on, False, DayReason.WAITING, law.clock_rules["operational_pause"].source_texts)
    if deadline.unit is LimitUnit.WORKING_DAY:
        free = calendar.why_not(on)
        if free is not None:
            return LedgerDay(on, False, DayReason(free), _free_basis(law, calendar, on, DayReason(free)))
    if _waited(deadline, calendar, on):
        basis = law.clock_rules["operational_pause"].source_texts
        return LedgerDay(on, True, DayReason.WAITING_BEYOND_CAP, basis)
    return LedgerDay(on, True, DayReason(deadline.unit.value), deadline.sources)


def _waited(deadline: Deadline, calendar: WorkingCalendar, on: date) -> bool:
    """Whether the case waited on a date, be it felt by the clock or not."""
    for pause in deadline.pauses:
        first = pause.start.astimezone(calendar.zone).date()
        until = date.max if pause.end is None else pause.end.astimezone(calendar.zone).date()
        if first <= on < until:
            return True
    return False


def _free_basis(law: Law, calendar: WorkingCalendar, on: date, why: DayReason) -> tuple[str, ...]:
    if why is DayReason.WEEKEND:
        return law.working_calendar.source_texts
    if why is DayReason.JOINT_LEAVE:
        return (calendar.basis_of(on), *law.working_calendar.rules["cuti_bersama"].source_texts)
    return (calendar.basis_of(on),)


def _hours(law: Law, deadline: Deadline, calendar: WorkingCalendar) -> Iterator[LedgerDay]:
    basis = (*deadline.sources, *law.working_calendar.rules["jam"].source_texts)
    at = deadline.triggered_at
    while at < deadline.due_at:
        on = at.astimezone(calendar.zone).date()
        midnight = datetime.combine(on + _ONE_DAY, time(), calendar.zone).astimezone(UTC)
        until = min(midnight, deadline.due_at)
        yield LedgerDay(on, True, DayReason.HOURS, basis, until - at)
        at = until


def _anniversaries(deadline: Deadline, first: date, last: date) -> Iterator[LedgerDay]:
    for n in range(1, deadline.limit + 1):
        year = first.year + n
        is_leap_day = (first.month, first.day) == (2, 29)
        on = last if year == last.year else date(year, 3, 1) if is_leap_day else first.replace(year=year)
        yield LedgerDay(on, True, DayReason.ANNIVERSARY, deadline.sources)
