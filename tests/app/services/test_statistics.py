"""Freezing months: each once, as it stood when it had ended, and never again."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.database import unit_of_work
from app.models import Complaint, Setting, StatisticsCount, StatisticsMonth
from app.queries.settings import THRESHOLD_SETTING
from app.services import events
from app.services.statistics import freeze_months
from reports.statistics.measures import IN_TIME, LATE
from tests import factories
from tests.factories import MONDAY, Station
from workflows.snapshot import complainant_of
from workflows.vocabulary import Event

APRIL = datetime(2026, 3, 31, 17, 0, tzinfo=UTC)
"""The first instant of April 2026 in Serang."""


@pytest.fixture
def station(session: Session) -> Station:
    return factories.make_station()


def counts(session: Session, measure: str) -> dict[tuple[date, str, str], int]:
    session.expire_all()
    return {
        (row.month, row.category, row.service): row.n
        for row in session.scalars(select(StatisticsCount).where(StatisticsCount.measure == measure))
    }


def test_a_month_is_frozen_when_it_has_ended_there(session: Session, station: Station) -> None:
    factories.lodge(station, at=MONDAY)
    assert freeze_months(APRIL - timedelta(seconds=1)) == 2, "January and February of the first year"
    assert counts(session, "received") == {}
    assert freeze_months(APRIL) == 1
    assert counts(session, "received") == {(date(2026, 3, 1), "", "skck"): 1}
    assert freeze_months(APRIL) == 0


def test_what_happens_later_changes_no_frozen_month(session: Session, station: Station) -> None:
    factories.lodge(station, at=MONDAY)
    freeze_months(APRIL)
    before = counts(session, "received")
    with unit_of_work() as unit:
        unit.execute(update(Complaint).values(service_id=station.services["sim"]))
    factories.lodge(station, at=APRIL + timedelta(hours=1))
    freeze_months(APRIL + timedelta(days=40))
    after = counts(session, "received")
    assert before.items() <= after.items()
    assert after[(date(2026, 4, 1), "", "skck")] == 1


def test_a_clock_is_in_time_or_late_by_the_month_in_which_it_fell_due(
    session: Session, station: Station
) -> None:
    factories.lodge(station, at=MONDAY)
    freeze_months(APRIL)
    assert counts(session, "acknowledgement.law") == {(date(2026, 3, 1), IN_TIME, "skck"): 1}
    assert counts(session, "completeness_notice.law") == {(date(2026, 3, 1), LATE, "skck"): 1}


def test_decisions_and_other_endings_are_counted_apart(session: Session, station: Station) -> None:
    decided, withdrawn = (factories.lodge(station, at=MONDAY).number for _ in range(2))
    factories.walk(station, decided, Event.DELIVER_DECISION)
    events.withdraw(withdrawn, actor=complainant_of(withdrawn), at=MONDAY + timedelta(hours=2))
    freeze_months(datetime(2026, 6, 30, 17, tzinfo=UTC))
    assert list(counts(session, "decided").values()) == [1]
    assert {category for _month, category, _service in counts(session, "undecided")} == {"withdrawn"}


def test_a_year_keeps_the_threshold_that_it_began_with(session: Session, station: Station) -> None:
    factories.lodge(station, at=MONDAY)
    freeze_months(APRIL)
    with unit_of_work() as unit:
        unit.add(Setting(key=THRESHOLD_SETTING, agency_id=station.agency_id, value=10, updated_at=APRIL))
    freeze_months(datetime(2027, 1, 31, 17, tzinfo=UTC))
    rows = session.execute(select(StatisticsMonth.month, StatisticsMonth.threshold))
    assert {(month.year, threshold) for month, threshold in rows} == {(2026, 5), (2027, 10)}
