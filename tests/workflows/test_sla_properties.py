"""What holds of every deadline, whatever the facts."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from tests.workflows.clock_support import LAW, WIB, WIT, WITA, calendar
from workflows.sla import ClockFacts, Deadline, Wait, compute_deadlines, due, explain
from workflows.vocabulary import Binding, ComplaintClass, LimitUnit

ZONES = st.sampled_from([WIB, WITA, WIT])
CLASSES = st.sampled_from(list(ComplaintClass))
STAGES = st.sampled_from(
    sorted({(cls, step.stage) for cls, policy in LAW.policies.items() for step in policy.steps})
)
FIRST_INSTANT = datetime(2025, 1, 2, tzinfo=UTC)
INSTANTS = st.integers(0, 635 * 86_400).map(lambda seconds: FIRST_INSTANT + timedelta(seconds=seconds))
DATES = st.dates(date(2025, 1, 1), date(2026, 12, 31))
LENGTHS = st.timedeltas(timedelta(0), timedelta(days=45))


@st.composite
def facts(draw: st.DrawFn, complaint_class: ComplaintClass) -> ClockFacts:
    """Any points of the class at any instants, with waits and perhaps a closing."""
    steps = LAW.policies[complaint_class].steps
    codes = sorted({code for step in steps for code in (step.starts_at, *step.ends_at)})
    points = draw(
        st.dictionaries(st.sampled_from(codes), st.lists(INSTANTS, min_size=1, max_size=3).map(tuple))
    )
    waited_in = sorted({substate for step in steps for substate in step.pauses})
    waits: list[Wait] = []
    if waited_in:
        for _ in range(draw(st.integers(0, 3))):
            start = draw(INSTANTS)
            length = draw(st.none() | LENGTHS)
            end = None if length is None else start + length
            waits.append(Wait(draw(st.sampled_from(waited_in)), start, end))
    return ClockFacts(points, tuple(waits), draw(st.none() | INSTANTS))


CASES = CLASSES.flatmap(lambda cls: st.tuples(st.just(cls), facts(cls)))


@given(case=CASES, zone=ZONES)
def test_every_deadline_is_sound(case: tuple[ComplaintClass, ClockFacts], zone: ZoneInfo) -> None:
    complaint_class, known = case
    deadlines = compute_deadlines(LAW, complaint_class, known, calendar(zone))
    effective = Counter((d.stage, d.occurrence) for d in deadlines if d.effective)
    assert set(effective) == {(d.stage, d.occurrence) for d in deadlines}
    assert set(effective.values()) <= {1}
    assert len({(d.step, d.occurrence) for d in deadlines}) == len(deadlines)
    for d in deadlines:
        assert d.due_at >= d.triggered_at
        assert d.due_at.utcoffset() == timedelta(0)
        assert d.met_at is None or d.met_at >= d.triggered_at
        assert d.void_at is None or (d.met_at is None and d.void_at >= d.triggered_at)
        assert sum(pause.days for pause in d.pauses) <= 30
        edges = [on for pause in d.pauses for on in (pause.first_on, pause.until_on)]
        assert edges == sorted(edges)
        if d.binding in (Binding.STATUTE, Binding.REGULATION):
            assert d.pauses == ()


@given(case=CASES)
def test_the_same_facts_give_the_same_deadlines(case: tuple[ComplaintClass, ClockFacts]) -> None:
    complaint_class, known = case
    first = compute_deadlines(LAW, complaint_class, known, calendar())
    shuffled = ClockFacts(
        {code: instants[::-1] for code, instants in reversed(list(known.points.items()))},
        known.waits[::-1],
        known.closed_at,
    )
    assert compute_deadlines(LAW, complaint_class, known, calendar()) == first
    assert compute_deadlines(LAW, complaint_class, shuffled, calendar()) == first


@given(case=CASES)
def test_the_effective_one_is_the_earliest_duty_or_the_latest_right(
    case: tuple[ComplaintClass, ClockFacts],
) -> None:
    complaint_class, known = case
    rounds: dict[tuple[str, int], list[Deadline]] = {}
    for d in compute_deadlines(LAW, complaint_class, known, calendar()):
        rounds.setdefault((d.stage, d.occurrence), []).append(d)
    for together in rounds.values():
        (binding,) = [d for d in together if d.effective]
        pick = max if binding.party == "complainant" else min
        assert binding.due_at == pick(d.due_at for d in together)


@given(stage=STAGES, start=INSTANTS, holiday=DATES, zone=ZONES)
def test_one_more_holiday_never_makes_anything_earlier(
    stage: tuple[ComplaintClass, str], start: datetime, holiday: date, zone: ZoneInfo
) -> None:
    before = {s.deadline.step: s for s in due(LAW, *stage, start, [], calendar(zone))}
    after = {s.deadline.step: s for s in due(LAW, *stage, start, [], calendar(zone, [holiday]))}
    for index, step in before.items():
        if step.deadline.unit is LimitUnit.WORKING_DAY:
            assert after[index].due_at >= step.due_at
        else:
            assert after[index].due_at == step.due_at


@given(stage=STAGES, start=INSTANTS, offset=LENGTHS, length=LENGTHS, more=LENGTHS)
def test_a_longer_pause_never_makes_anything_earlier(
    stage: tuple[ComplaintClass, str],
    start: datetime,
    offset: timedelta,
    length: timedelta,
    more: timedelta,
) -> None:
    first = start + offset
    lengths: tuple[list[tuple[datetime, datetime | None]], ...] = (
        [],
        [(first, first + length)],
        [(first, first + length + more)],
        [(first, None)],
    )
    dues = [{s.deadline.step: s for s in due(LAW, *stage, start, pauses, calendar())} for pauses in lengths]
    for index, step in dues[0].items():
        instants = [found[index].due_at for found in dues]
        assert instants == sorted(instants)
        if step.deadline.binding in (Binding.STATUTE, Binding.REGULATION):
            assert len(set(instants)) == 1


@given(stage=STAGES, start=INSTANTS, offset=LENGTHS, length=st.none() | LENGTHS, zone=ZONES)
def test_the_ledger_adds_up_to_the_limit(
    stage: tuple[ComplaintClass, str],
    start: datetime,
    offset: timedelta,
    length: timedelta | None,
    zone: ZoneInfo,
) -> None:
    first = start + offset
    pauses = [(first, None if length is None else first + length)]
    known = calendar(zone)
    for step in due(LAW, *stage, start, pauses, known):
        ledger, deadline = step.ledger, step.deadline
        assert ledger == explain(LAW, deadline, known)
        assert all(day.basis for day in ledger)
        if deadline.unit is LimitUnit.HOUR:
            spans = [day.span for day in ledger if day.span is not None]
            assert sum(spans, timedelta()) == timedelta(hours=deadline.limit)
            continue
        assert sum(day.counted for day in ledger) == deadline.limit
        assert ledger[0].on == start.astimezone(known.zone).date()
        assert ledger[-1].on == deadline.due_at.astimezone(known.zone).date()
