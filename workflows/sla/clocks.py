"""Deadlines: what is due when, for whom, and by which article.

From the policies of the law data and the facts of a case follow all its deadlines, each time
anew and always the same. How time counts (``working_calendar.rules`` and ``clock_rules`` there):

- The local date of the trigger is not counted. Clocks in days and years are due at 23:59:59
  local time of their last date, limit 0 at the end of the trigger's own date; hours run hour by
  hour. A calendar deadline that falls on a holiday is not moved.
- Clocks of statute and regulation never pause. Others stand still while the case waits for the
  complainant: the local dates from the first of the wait to the day before its last do not
  count, at most 30 calendar days in all. A wait still open is taken to last up to that cap: the
  due instant is then the latest possible, and comes nearer when the answer does.
- Each trigger opens an occurrence, met by the first end at or after it. Of several steps of one
  stage the earliest due binds the station and others, the latest a complainant's window.
- Reclassifying and reopening compute again from the original triggers.
- Closing voids what still runs, except a complainant's window for a thing that can still be
  done after closing, such as an objection or the way to the Ombudsman.
"""

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from workflows.calendar import WorkingCalendar
from workflows.law import Law, SlaStep
from workflows.law.checks import DUE_SUFFIX
from workflows.sla.facts import ClockFacts, Deadline, Pause, StageUnknown, Wait, refuse_naive
from workflows.vocabulary import Binding, ComplaintClass, Event, LimitUnit, Party

_ONE_DAY = timedelta(days=1)
_LAST_SECOND = time(23, 59, 59)
_EVENT_CODES = frozenset(event.value for event in Event)
_STRONGEST_FIRST = (Binding.STATUTE, Binding.REGULATION, Binding.GUIDELINE, Binding.LOCAL)


def compute_deadlines(
    law: Law, complaint_class: ComplaintClass, facts: ClockFacts, calendar: WorkingCalendar
) -> tuple[Deadline, ...]:
    """All deadlines that the facts have started, by step and occurrence.

    :param calendar: of the case's agency, in its zone
    :raises CalendarUnknown: a working day would lie in a year without a calendar
    """
    running: list[_Running] = []
    steps = law.policies[complaint_class].steps
    for index, step in enumerate(steps):
        if step.starts_at.endswith(DUE_SUFFIX):
            running += _extensions(law, index, step, facts, calendar, running)
            continue
        for at in sorted(facts.points.get(step.starts_at, ())):
            running.append(_start(law, index, step, at, facts, calendar))
    if facts.closed_at is not None:
        for clock in running:
            if clock.met_at is None and clock.void_at is None and not _outlives_closing(law, clock.step):
                clock.void_at = max(_utc(facts.closed_at), clock.triggered_at)
    _number(running, facts)
    _choose(running)
    return tuple(_frozen(law, complaint_class, clock) for clock in running)


def deadlines_from(
    law: Law,
    complaint_class: ComplaintClass,
    stage: str,
    start: datetime,
    pauses: Iterable[tuple[datetime, datetime | None]],
    calendar: WorkingCalendar,
) -> tuple[Deadline, ...]:
    """The deadlines of one stage if it were triggered at an instant, the effective one first.

    :param pauses: waits for the complainant; steps that do not pause ignore them
    :raises StageUnknown: the class has no such stage
    :raises CalendarUnknown: a working day would lie in a year without a calendar
    """
    refuse_naive(start)
    steps = law.policies[complaint_class].steps
    chosen = [(index, step) for index, step in enumerate(steps) if step.stage == stage]
    if not chosen:
        raise StageUnknown(complaint_class, stage, tuple(dict.fromkeys(step.stage for step in steps)))
    waited_in = {substate for _, step in chosen for substate in step.pauses}
    waits = tuple(Wait(substate, *pause) for pause in pauses for substate in waited_in)
    facts = ClockFacts(points={}, waits=waits)
    running = [_start(law, index, step, start, facts, calendar) for index, step in chosen]
    _choose(running)
    running.sort(key=lambda clock: not clock.effective)
    return tuple(_frozen(law, complaint_class, clock) for clock in running)


# --- one clock -----------------------------------------------------------------------


@dataclass(slots=True)
class _Running:
    """A deadline in the making."""

    index: int
    step: SlaStep
    triggered_at: datetime
    due_at: datetime
    met_at: datetime | None
    pauses: tuple[Pause, ...]
    provisional: bool
    void_at: datetime | None = None
    occurrence: int = 0
    effective: bool = False


def _start(
    law: Law, index: int, step: SlaStep, at: datetime, facts: ClockFacts, calendar: WorkingCalendar
) -> _Running:
    on = at.astimezone(calendar.zone).date()
    waits = [wait for wait in facts.waits if wait.substate in step.pauses] if step.pauses else []
    pauses = _pauses(waits, on, law.pause_cap_days, calendar) if waits else ()
    triggered_at = _utc(at)
    if step.unit is LimitUnit.HOUR:
        due_at = triggered_at + timedelta(hours=step.limit)
        last = on
    else:
        last = _last_date(step, on, pauses, calendar)
        due_at = max(_end_of(last, calendar), triggered_at)
    provisional = (
        step.unit is LimitUnit.WORKING_DAY
        and last > on
        and calendar.is_provisional_between(on + _ONE_DAY, last)
    )
    return _Running(
        index=index,
        step=step,
        triggered_at=triggered_at,
        due_at=due_at,
        met_at=_first_end(step, triggered_at, facts),
        pauses=tuple(pause for pause in pauses if pause.first_on <= last),
        provisional=provisional,
    )


def _last_date(step: SlaStep, on: date, pauses: Sequence[Pause], calendar: WorkingCalendar) -> date:
    skipping = [(pause.first_on, pause.until_on) for pause in pauses]
    if step.unit is LimitUnit.WORKING_DAY:
        return calendar.add_working_days(on, step.limit, skipping)
    if step.unit is LimitUnit.YEAR:
        return _years_later(on, step.limit, step.party)
    last = on + timedelta(days=step.limit)
    for first, until in skipping:
        if first <= last:
            last += until - first
    return last


def _years_later(on: date, years: int, party: Party) -> date:
    """The same day so many years on; for 29 February the day that suits the citizen better.

    A window of the complainant ends on 1 March, a duty of others on 28 February (local policy,
    after ``clock_rules.earliest_wins``).
    """
    try:
        return on.replace(year=on.year + years)
    except ValueError:
        year = on.year + years
        return date(year, 3, 1) if party is Party.COMPLAINANT else date(year, 2, 28)


def _pauses(waits: Iterable[Wait], on: date, cap: int, calendar: WorkingCalendar) -> tuple[Pause, ...]:
    """The waits as dates after the trigger's, in order, disjoint, within the cap."""
    found: list[Pause] = []
    free_from = on + _ONE_DAY
    left = cap
    for wait in sorted(waits, key=lambda wait: wait.start):
        first = max(wait.start.astimezone(calendar.zone).date(), free_from)
        if wait.end is None:
            until = first + timedelta(days=left)
        else:
            until = wait.end.astimezone(calendar.zone).date()
            if until <= first:
                continue
            until = min(until, first + timedelta(days=left))
        found.append(Pause(wait.substate, _utc(wait.start), wait.end and _utc(wait.end), first, until))
        left -= (until - first).days
        free_from = until
    return tuple(found)


def _first_end(step: SlaStep, triggered_at: datetime, facts: ClockFacts) -> datetime | None:
    ends = (at for code in step.ends_at for at in facts.points.get(code, ()) if at >= triggered_at)
    first = min(ends, default=None)
    return None if first is None else _utc(first)


def _extensions(
    law: Law,
    index: int,
    step: SlaStep,
    facts: ClockFacts,
    calendar: WorkingCalendar,
    running: Sequence[_Running],
) -> list[_Running]:
    """Clocks that go on where another falls due, if an extension was recorded in time.

    UU 14/2008 Pasal 22 ayat (8): once, by written reason. Recorded after the due instant it
    extends nothing. The clock that it extends stops to bind when it falls due.
    """
    recorded = facts.points.get(step.starts_at, ())
    stage = step.starts_at.removesuffix(DUE_SUFFIX)
    extended: list[_Running] = []
    for base in running:
        in_time = any(base.triggered_at <= at <= base.due_at for at in recorded)
        if base.step.stage != stage or not in_time:
            continue
        if base.met_at is not None and base.met_at <= base.due_at:
            continue
        base.met_at, base.void_at = None, base.due_at
        extended.append(_start(law, index, step, base.due_at, facts, calendar))
    return extended


def _outlives_closing(law: Law, step: SlaStep) -> bool:
    """A citizen's window stays open while what it is for can be done on a closed case."""
    if step.party is not Party.COMPLAINANT:
        return False
    return any(
        code not in _EVENT_CODES or law.events[Event(code)].can_fire_when_closed for code in step.ends_at
    )


# --- among clocks --------------------------------------------------------------------


def _by_stage(running: Iterable[_Running]) -> dict[str, list[_Running]]:
    stages: dict[str, list[_Running]] = {}
    for clock in running:
        stages.setdefault(clock.step.stage, []).append(clock)
    return stages


def _number(running: Iterable[_Running], facts: ClockFacts) -> None:
    """Count the occurrences of each stage.

    Steps of a stage that start at different moments (a decision delivered, a Keputusan
    announced) belong to one occurrence until one of them starts again or the stage has ended.
    """
    for clocks in _by_stage(running).values():
        clocks.sort(key=lambda clock: (clock.triggered_at, clock.index))
        codes = {code for clock in clocks for code in clock.step.ends_at}
        ends = sorted(at for code in codes for at in facts.points.get(code, ()))
        occurrence, members, opened_at = -1, set[int](), None
        for clock in clocks:
            ended = opened_at is not None and _any_between(ends, opened_at, clock.triggered_at)
            if opened_at is None or clock.index in members or ended:
                occurrence, members, opened_at = occurrence + 1, set(), clock.triggered_at
            members.add(clock.index)
            clock.occurrence = occurrence


def _any_between(ends: Sequence[datetime], first: datetime, before: datetime) -> bool:
    position = bisect_left(ends, first)
    return position < len(ends) and ends[position] < before


def _choose(running: Iterable[_Running]) -> None:
    """Mark the effective clock of each stage and occurrence: of equal ones the most binding."""
    groups: dict[tuple[str, int], list[_Running]] = {}
    for clock in running:
        groups.setdefault((clock.step.stage, clock.occurrence), []).append(clock)
    for clocks in groups.values():
        if len(clocks) == 1:
            clocks[0].effective = True
            continue
        ranked = sorted(clocks, key=lambda c: (_STRONGEST_FIRST.index(c.step.binding), c.index))
        pick = max if ranked[0].step.party is Party.COMPLAINANT else min
        pick(ranked, key=lambda clock: clock.due_at).effective = True


def _frozen(law: Law, complaint_class: ComplaintClass, clock: _Running) -> Deadline:
    step = clock.step
    return Deadline(
        stage=step.stage,
        step=clock.index,
        occurrence=clock.occurrence,
        party=step.party,
        complaint_class=complaint_class,
        limit=step.limit,
        unit=step.unit,
        binding=step.binding,
        trigger=step.starts_at,
        triggered_at=clock.triggered_at,
        due_at=clock.due_at,
        met_at=clock.met_at,
        void_at=clock.void_at,
        effective=clock.effective,
        pauses=clock.pauses,
        sources=step.source_texts,
        confidence=step.due_confidence,
        provisional_calendar=clock.provisional,
        policy_version=law.version,
    )


# --- instants ------------------------------------------------------------------------


def _end_of(on: date, calendar: WorkingCalendar) -> datetime:
    return datetime.combine(on, _LAST_SECOND, calendar.zone).astimezone(UTC)


def _utc(at: datetime) -> datetime:
    return at if at.tzinfo is UTC else at.astimezone(UTC)
