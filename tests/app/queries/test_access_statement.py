"""Who opened a case: by day and role group, and nothing finer."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import event
from sqlalchemy.orm import Session

from app.database import unit_of_work
from app.extensions import db
from app.queries.access_statement import (
    DAYS_A_PAGE,
    GROUPS,
    Group,
    Opened,
    Statement,
    get_access_statement,
)
from app.services.access import open_identity, record_read
from app.services.audit_log import append_case_entry
from tests.factories import MONDAY, Station, complaint_of, lodge, make_station
from workflows.snapshot import Actor
from workflows.vocabulary import Role

ZONE = "Asia/Jakarta"


@pytest.fixture
def station(session: Session) -> Station:
    return make_station()


def statement(number: str, *, zone: str = ZONE, before: date | None = None) -> Statement:
    return get_access_statement(db.session(), complaint_of(number).id, zone, before=before)


def test_readings_are_told_by_day_and_group(station: Station) -> None:
    number = lodge(station).number
    tuesday = MONDAY + timedelta(days=1)
    for minute, who in enumerate(("petugas", "petugas", "kasiwas", "kapolresta")):
        record_read(number, actor=station.actor(who), at=MONDAY + timedelta(minutes=minute))
    open_identity(number, "Memanggil pelapor.", actor=station.actor("kasiwas"), at=tuesday)
    record_read(number, actor=station.actor("kasiwas"), at=tuesday)
    found = statement(number)
    assert [(day.on, day.opened) for day in found.days] == [
        (date(2026, 3, 3), ((Group.SUPERVISION, (Opened.CASE, Opened.IDENTITY)),)),
        (
            date(2026, 3, 2),
            (
                (Group.DESK, (Opened.CASE,)),
                (Group.SUPERVISION, (Opened.CASE,)),
                (Group.LEADERSHIP, (Opened.CASE,)),
            ),
        ),
    ]
    assert found.before is None


@pytest.mark.parametrize(
    ("zone", "at", "on"),
    [
        ("Asia/Jakarta", datetime(2026, 3, 2, 16, 59, tzinfo=UTC), date(2026, 3, 2)),
        ("Asia/Jakarta", datetime(2026, 3, 2, 17, 0, tzinfo=UTC), date(2026, 3, 3)),
        ("Asia/Makassar", datetime(2026, 3, 2, 16, 0, tzinfo=UTC), date(2026, 3, 3)),
        ("Asia/Jayapura", datetime(2026, 3, 2, 15, 0, tzinfo=UTC), date(2026, 3, 3)),
        ("Asia/Jayapura", datetime(2026, 3, 2, 14, 59, tzinfo=UTC), date(2026, 3, 2)),
    ],
)
def test_days_are_those_of_the_station(station: Station, zone: str, at: datetime, on: date) -> None:
    number = lodge(station).number
    record_read(number, actor=station.actor("petugas"), at=at)
    assert [day.on for day in statement(number, zone=zone).days] == [on]
    after, itself = on + timedelta(days=1), on
    assert [day.on for day in statement(number, zone=zone, before=after).days] == [on]
    assert statement(number, zone=zone, before=itself).days == ()


def test_what_is_no_reading_and_what_is_of_others_stays_out(station: Station) -> None:
    number, other = lodge(station).number, lodge(station).number
    record_read(other, actor=station.actor("petugas"), at=MONDAY)
    assert statement(number).days == ()


def test_every_role_that_works_has_a_group() -> None:
    assert set(GROUPS) == set(Role) - {Role.COMPLAINANT}


def test_pages_hold_whole_days_in_one_statement_each(session: Session, station: Station) -> None:
    number = lodge(station).number
    days = 2 * DAYS_A_PAGE + 5
    with unit_of_work() as writing:
        complaint = complaint_of(number)
        for day in range(days):
            for role in (Role.INTAKE, Role.COORDINATOR, Role.INVESTIGATOR):
                for kind in ("case.read", "file.read", "identity.read"):
                    append_case_entry(
                        writing,
                        complaint,
                        kind=kind,
                        actor=Actor(user_id=station.people["petugas"], roles=frozenset({role})),
                        role=role,
                        at=MONDAY + timedelta(days=day),
                        facts={},
                    )
    seen: list[str] = []
    event.listen(db.engine, "before_cursor_execute", lambda *given: seen.append(given[2]))
    case_id, before, pages = complaint_of(number).id, None, []
    seen.clear()
    while True:
        page = get_access_statement(session, case_id, ZONE, before=before)
        pages.append(page)
        before = page.before
        if before is None:
            break
    assert [len(page.days) for page in pages] == [DAYS_A_PAGE, DAYS_A_PAGE, 5]
    assert len([one for one in seen if "audit_entry" in one]) == 3
    found = [day.on for page in pages for day in page.days]
    assert found == sorted(set(found), reverse=True)
    assert len(found) == days
    assert all(len(day.opened) == 3 for page in pages for day in page.days)
