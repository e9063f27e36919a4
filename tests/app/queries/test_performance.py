"""The report's counts against a slow count in Python, over a small seeded world, on both databases."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime, timedelta
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.database import unit_of_work
from app.models import Complaint, Deadline, Respondent, ReviewMandate, Setting
from app.queries.performance import get_performance, list_reach
from app.queries.settings import THRESHOLD_SETTING
from app.queries.wbk import STAGES
from reports.performance.rows import Basis, Fact, Measure, PerformanceInput, Period, Standing
from tests.factories import MONDAY, Station, complaint_of, lodge, make_station, walk
from workflows.snapshot import SYSTEM, Actor
from workflows.vocabulary import ComplaintClass, Event

FIRST, LAST = date(2026, 3, 9), date(2026, 3, 29)
AS_OF = MONDAY + timedelta(days=120)
WIB = ZoneInfo("Asia/Jakarta")
FATES = (None, Event.VERIFY, Event.DECLARE_COMPLETE, Event.DRAFT_DECISION, Event.CLOSE)


def small_world() -> list[Station]:
    """Two stations, thirty cases around the edges of both periods, each as far as chance leads it."""
    rng = Random(4)
    stations = [make_station(), make_station("CLG", prefix="clg-")]
    for _ in range(30):
        station = rng.choice(stations)
        at = MONDAY - timedelta(days=16) + timedelta(hours=rng.randrange(0, 45 * 24))
        made = lodge(station, at=at)
        fate = rng.choice(FATES)
        if fate is not None:
            walk(station, made.number, fate, at=at + timedelta(hours=rng.randrange(1, 400)))
    return stations


def read(session: Session, actor: Actor = SYSTEM) -> PerformanceInput:
    agencies = list_reach(session, actor)
    return get_performance(session, agencies, FIRST, LAST, actor=actor, as_of=AS_OF)


def period_of(received_at: datetime) -> Period | None:
    on = received_at.astimezone(WIB).date()
    if FIRST <= on <= LAST:
        return Period.NOW
    return Period.BEFORE if FIRST - timedelta(days=21) <= on < FIRST else None


def test_counts_equal_a_slow_count(session: Session) -> None:
    small_world()
    found = read(session)
    expected: Counter[tuple[Any, ...]] = Counter()
    for case in session.scalars(select(Complaint)):
        period = period_of(case.received_at)
        if period is None:
            continue
        own = (period, case.agency.code)
        month = f"{case.received_at.astimezone(WIB):%Y-%m}"
        facts = {
            Fact.OPEN: not case.substate.startswith("closed"),
            Fact.BREACHED: case.breached_stages > 0,
            Fact.COMPLETE: case.declared_complete_at is not None,
            Fact.DECIDED: case.finding is not None,
        }
        if case.declared_complete_at is not None:
            days = (
                case.declared_complete_at.astimezone(WIB).date() - case.received_at.astimezone(WIB).date()
            ).days
            facts[Fact.LATE_COMPLETE] = days in (13, 14)
        expected[*own, Measure.TOTAL, ""] += 1
        expected[*own, Measure.MONTH, month] += 1
        for fact, holds in facts.items():
            expected[*own, Measure.FACT, fact.value] += holds
    told = {
        (row.period, row.agency, row.measure, row.category): row.n
        for row in found.counts
        if row.measure in (Measure.TOTAL, Measure.MONTH)
        or (row.measure is Measure.FACT and (*_key(row), row.measure, row.category) in expected)
    }
    assert told == {key: n for key, n in expected.items() if n}
    assert {key[0] for key in told} == set(Period)
    for measure in (Measure.KIND, Measure.TYPE, Measure.CHANNEL):
        assert _sums(found, measure) == _sums(found, Measure.TOTAL), measure
    now = {key: n for key, n in _sums(found, Measure.TOTAL).items() if key[0] is Period.NOW}
    for measure in (Measure.UNIT, Measure.SERVICE):
        assert _sums(found, measure) == now, measure


def _sums(found: PerformanceInput, measure: Measure) -> Counter[tuple[Period, str]]:
    sums: Counter[tuple[Period, str]] = Counter()
    for row in found.counts:
        if row.measure is measure:
            sums[_key(row)] += row.n
    return sums


def _key(row: Any) -> tuple[Period, str]:
    return row.period, row.agency


def test_clocks_and_days_equal_a_slow_count(session: Session) -> None:
    small_world()
    found = read(session)
    fates: Counter[tuple[Any, ...]] = Counter()
    days: Counter[tuple[str, str, int]] = Counter()
    for clock in session.scalars(select(Deadline)):
        case = clock.complaint
        period = period_of(case.received_at)
        lawful = clock.binding in ("statute", "regulation")
        if period is None or clock.party != "station" or not (clock.effective or lawful):
            continue
        if clock.met_at is not None:
            fate = Standing.IN_TIME if clock.met_at <= clock.due_at else Standing.LATE
        elif (clock.void_at or AS_OF) > clock.due_at:
            fate = Standing.OVERDUE
        else:
            fate = Standing.VOID if clock.void_at else Standing.RUNNING
        name = STAGES.get(clock.stage, clock.stage)
        fates[period, case.agency.code, name, Basis.LAW if lawful else Basis.POLICY, fate] += 1
        if clock.effective and clock.met_at is not None and period is Period.NOW:
            days[case.agency.code, name, (clock.met_at - clock.triggered_at).days] += 1
    told: Counter[tuple[Any, ...]] = Counter()
    by_unit: Counter[tuple[Any, ...]] = Counter()
    for row in found.clocks:
        if row.measure is Measure.CLOCK:
            told[row.period, row.agency, row.category, row.basis, row.standing] += row.n
        else:
            by_unit[row.measure, row.period, row.agency, row.basis, row.standing] += row.n
    assert told == fates
    for measure in (Measure.UNIT, Measure.SERVICE):
        expected: Counter[tuple[Any, ...]] = Counter()
        for (period, agency, _, basis, standing), n in fates.items():
            expected[measure, period, agency, basis, standing] += n if period is Period.NOW else 0
        assert {key: n for key, n in by_unit.items() if key[0] is measure} == {
            key: n for key, n in expected.items() if n
        }
    assert {(row.agency, row.clock, row.days): row.n for row in found.durations} == days
    assert len({key[-1] for key in fates}) >= 3
    assert len(days) > 5


def test_a_reviewer_is_told_of_the_mandate_alone(session: Session) -> None:
    stations = small_world()
    with unit_of_work() as writing:
        other = writing.scalars(
            select(ReviewMandate).where(ReviewMandate.agency_id == stations[1].agency_id)
        ).one()
        writing.delete(other)
    actor = stations[0].actor("ombudsman")
    found = read(session, actor)
    assert [one.code for one in found.stations] == ["SRG"]
    assert {row.agency for row in found.counts} == {row.agency for row in found.clocks} == {"SRG"}
    assert list_reach(session, stations[0].actor("kapolresta")) == []


def test_imported_history_counts_no_clock_whose_end_nobody_knows(session: Session) -> None:
    station = make_station()
    number = lodge(station, at=MONDAY + timedelta(days=8)).number
    with unit_of_work() as writing:
        writing.execute(update(Complaint).where(Complaint.number == number).values(imported=True))
    found = read(session)
    assert {row.standing for row in found.clocks} <= {Standing.IN_TIME, Standing.LATE}
    assert [row.n for row in found.counts if row.category == Fact.IMPORTED.value] == [1]


def test_a_unit_may_decide_on_its_own_service_but_not_on_its_officers(session: Session) -> None:
    """The rule of `CaseSnapshot.concerns_own_service`, counted."""
    station = make_station()
    own, other = station.units["intelkam"], station.units["sipropam"]
    table: tuple[tuple[ComplaintClass, int, str | None, bool, bool], ...] = (
        # class, unit complained of, officer named, another unit would have had to decide, the own one did
        (ComplaintClass.SERVICE, own, None, False, False),
        (ComplaintClass.SERVICE, own, "penyidik", True, True),
        (ComplaintClass.SUPERVISORY, own, None, True, True),
        (ComplaintClass.SUPERVISORY, other, None, True, False),
    )
    for complaint_class, complained_of, officer, _, _ in table:
        number = lodge(station, at=MONDAY + timedelta(days=8)).number
        walk(
            station,
            number,
            Event.DECIDE,
            at=MONDAY + timedelta(days=9),
            unit="intelkam",
            complaint_class=ComplaintClass.SERVICE,
        )
        with unit_of_work() as writing:  # the rules of a case let nobody get here
            case = complaint_of(number)
            writing.get_one(Complaint, case.id).complaint_class = complaint_class
            (named,) = writing.scalars(select(Respondent).where(Respondent.complaint_id == case.id))
            named.unit_id = complained_of
            named.user_id = station.people[officer] if officer else None
    counted = {row.category: row.n for row in read(session).counts if row.measure is Measure.FACT}
    assert counted[Fact.DECIDED] == len(table)
    assert counted[Fact.DECIDED_APART] == sum(row[3] for row in table)
    assert counted[Fact.OWN_UNIT] == sum(row[4] for row in table)


def test_no_unit_and_no_service_is_shown_with_fewer_complaints_than_the_threshold(session: Session) -> None:
    station = make_station()
    units = ("sipropam", "intelkam")
    for at, unit in enumerate((*units, units[1], units[1], units[1], units[1])):
        number = lodge(station, at=MONDAY + timedelta(days=8, hours=at)).number
        with unit_of_work() as writing:
            case = writing.get_one(Complaint, complaint_of(number).id)
            case.owner_unit_id = station.units[unit]
    found = read(session)
    (row,) = [row for row in found.counts if row.measure is Measure.UNIT]
    assert row.n == 6
    assert row.category.endswith("digabung)")
    with unit_of_work() as writing:
        writing.add(Setting(key=THRESHOLD_SETTING, agency_id=station.agency_id, value=7, updated_at=MONDAY))
    found = read(session)
    assert sum(row.n for row in found.counts if row.measure is Measure.TOTAL) == 6
    assert len({row.category for row in found.clocks if row.measure is Measure.SERVICE}) == 1
