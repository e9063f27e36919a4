"""The sweep: who is told when, what is recorded, and that twice is once."""

from __future__ import annotations

import json
import threading
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from functools import partial

import pytest
from flask import Flask
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from app import clock
from app.database import unit_of_work
from app.extensions import db
from app.models import (
    AuditEntry,
    CalendarDay,
    CalendarDecree,
    Complaint,
    Deadline,
    OutboxItem,
    Respondent,
    User,
)
from app.queries.actors import get_actor
from app.queries.log_check import check_log
from app.queries.snapshots import get_snapshot
from app.security.checkpoints import verify_checkpoint
from app.security.published_keys import PublishedKeys
from app.security.ring import get_keys
from app.services import events
from app.services import sweep as sweeping
from app.services.clocks import refresh_queue, sync_deadlines
from app.services.lease import LeaseLost, acquire_lease, check_term
from app.services.reminders import list_cases
from app.services.sealing import seal
from app.services.sweep import SweepCounts, sweep
from tests import factories
from tests.app.services.copies import copy_case
from tests.factories import MONDAY, Station
from workflows.permissions import can_see
from workflows.vocabulary import ComplaintClass, Event, IdentityMode, Role

SECOND = timedelta(seconds=1)
DUE = datetime(2026, 3, 5, 16, 59, 59, tzinfo=UTC)
"""Verification of a complaint lodged on Monday 2 March 2026, 09.00 WIB: three working days."""
LENGTH = DUE - MONDAY
HALF, MOST, LATE = (MONDAY + LENGTH * percent / 100 for percent in (50, 80, 120))


@pytest.fixture
def station(session: Session) -> Station:
    return factories.make_station()


def verification(number: str) -> Deadline:
    db.session().rollback()
    return (
        db.session()
        .scalars(
            select(Deadline)
            .join(Complaint, Complaint.id == Deadline.complaint_id)
            .where(Complaint.number == number, Deadline.stage == "verification")
            .execution_options(populate_existing=True)
        )
        .one()
    )


def told(template: str | None = None) -> list[tuple[str, str]]:
    """Template and username of every letter of the sweep, in the order of writing."""
    session = db.session()
    session.rollback()
    rows = session.execute(
        select(OutboxItem.template, User.username)
        .join(User, User.id == OutboxItem.user_id)
        .where(OutboxItem.template.like("sla_%"))
        .order_by(OutboxItem.id)
    ).all()
    return [(row.template, row.username) for row in rows if template in (None, row.template)]


def findings() -> list[dict[str, object]]:
    session = db.session()
    session.rollback()
    bodies = session.scalars(
        select(AuditEntry.body).where(AuditEntry.kind.like("sla.%")).order_by(AuditEntry.id)
    )
    return [json.loads(body) for body in bodies]


# --- one clock, from trigger to escalation -------------------------------------------


def test_a_clock_is_warned_of_twice_flagged_and_escalated(station: Station) -> None:
    number = factories.lodge(station).number
    assert sweep(HALF) == SweepCounts()
    assert sweep(HALF + SECOND) == SweepCounts(warned=1)
    assert told() == [("sla_warning", "kasiwas")]
    assert sweep(MOST + SECOND) == SweepCounts(warned=1)
    assert verification(number).warned_at == MOST + SECOND
    assert sweep(DUE) == SweepCounts(), "the due instant itself is still in time"
    assert verification(number).breached_at is None
    assert sweep(DUE + SECOND) == SweepCounts(breached=1)
    assert told()[2:] == [("sla_breach", "kasiwas")]
    assert sweep(LATE + SECOND) == SweepCounts(escalated=1)
    assert told()[3:] == [("sla_escalation", "kapolresta")]
    row = verification(number)
    assert (row.breached_at, row.flagged_at, row.escalated_at) == (DUE, DUE + SECOND, LATE + SECOND)
    assert (row.next_alert, row.next_alert_at, row.alerted_percent) == (None, None, 120)


def test_the_log_says_what_was_breached_by_which_law(station: Station) -> None:
    number = factories.lodge(station).number
    sweep(LATE + SECOND)
    breach, escalation = (one for one in findings() if one["facts"]["stage"] == "verification")  # type: ignore[index]
    assert (breach["kind"], escalation["kind"]) == ("sla.breach", "sla.escalation")
    assert (breach["chain"], breach["actor"], breach["role"]) == (f"case:{number}", "system", "system")
    row = verification(number)
    assert breach["facts"] == {
        "stage": "verification",
        "step": row.step,
        "occurrence": 0,
        "class": "service_complaint",
        "triggered_at": "2026-03-02T02:00:00.000000Z",
        "due_at": "2026-03-05T16:59:59.000000Z",
        "binding": row.binding,
        "policy": row.policy_version,
        "percent": 100,
        "provisional_calendar": False,
    }


@pytest.mark.parametrize(
    "at", [HALF + SECOND, MOST + SECOND, DUE + SECOND, LATE + SECOND, LATE + timedelta(days=300)]
)
def test_twice_is_once(station: Station, at: datetime) -> None:
    factories.lodge(station)
    assert sweep(at) != SweepCounts()
    letters, entries = told(), findings()
    assert sweep(at) == SweepCounts()
    assert (told(), findings()) == (letters, entries)


def test_after_an_outage_the_true_instant_is_recorded_and_no_stale_warning_goes_out(station: Station) -> None:
    number = factories.lodge(station).number
    much_later = MONDAY + timedelta(days=9)
    counts = sweep(much_later)
    assert counts == SweepCounts(warned=1, breached=1, escalated=1), "the warning is of the 14 days"
    row = verification(number)
    assert (row.breached_at, row.flagged_at) == (DUE, much_later)
    assert row.warned_at is None
    assert Counter(told()) == {
        ("sla_warning", "kasiwas"): 1,
        ("sla_breach", "kasiwas"): 1,
        ("sla_escalation", "kapolresta"): 1,
    }


def test_many_small_steps_and_one_large_one_end_alike(station: Station) -> None:
    first, second = factories.lodge(station), factories.lodge(station)
    del second
    ends: list[tuple[datetime | None, int, datetime | None]] = []
    at = MONDAY
    while at < LATE + timedelta(hours=9):
        sweep(at)
        at += timedelta(hours=3)
    row = verification(first.number)
    ends.append((row.breached_at, row.alerted_percent, row.next_alert_at))
    third = factories.lodge(station)
    sweep(at)
    row = verification(third.number)
    ends.append((row.breached_at, row.alerted_percent, row.next_alert_at))
    assert ends[0] == ends[1] == (DUE, 120, None)


# --- who is told ---------------------------------------------------------------------


def first_response(number: str) -> Deadline:
    db.session().rollback()
    return (
        db.session()
        .scalars(
            select(Deadline)
            .join(Complaint, Complaint.id == Deadline.complaint_id)
            .where(Complaint.number == number, Deadline.stage == "first_response", Deadline.effective)
        )
        .one()
    )


def test_once_assigned_the_case_officer_and_the_superior_are_told(station: Station) -> None:
    lodged = factories.lodge(station)
    factories.walk(station, lodged.number, Event.START_EXAMINATION)
    due = first_response(lodged.number).due_at
    sweep(due - timedelta(minutes=1))
    assert set(told("sla_warning")) == {("sla_warning", "penyidik")}
    sweep(due + SECOND)
    assert told("sla_breach") == [
        ("sla_breach", "penyidik"),
        ("sla_breach", "kasipropam"),
        ("sla_breach", "kasiwas"),
    ]


def test_without_an_officer_the_leaders_of_the_unit_are_told(station: Station) -> None:
    lodged = factories.lodge(station)
    factories.walk(station, lodged.number, Event.DISPOSE)
    due = first_response(lodged.number).due_at
    sweep(due + SECOND)
    assert told("sla_breach")[:1] == [("sla_breach", "kasipropam")]
    assert ("sla_breach", "kapolresta") not in told("sla_breach")


def test_a_superior_with_an_interest_is_passed_over_for_the_next_one_up(station: Station) -> None:
    lodged = factories.lodge(station)
    factories.walk(station, lodged.number, Event.START_EXAMINATION)
    with unit_of_work() as unit:
        unit.add(Respondent(complaint_id=lodged.complaint_id, user_id=station.people["kasipropam"]))
    sweep(first_response(lodged.number).due_at + SECOND)
    assert ("sla_breach", "kasipropam") not in told()
    assert ("sla_breach", "kapolresta") in told()


def test_nobody_is_told_of_a_case_that_does_not_exist_for_them(station: Station) -> None:
    lodged = factories.lodge(station)
    with unit_of_work() as unit:
        for who in ("kasiwas", "kapolresta"):
            unit.add(Respondent(complaint_id=lodged.complaint_id, user_id=station.people[who]))
    assert sweep(LATE + SECOND).breached == 1, "it is a breach all the same"
    assert told() == []


def test_an_account_that_was_closed_is_told_nothing(station: Station) -> None:
    factories.lodge(station)
    with unit_of_work() as unit:
        unit.execute(update(User).where(User.id == station.people["kasiwas"]).values(is_active=False))
    sweep(LATE + SECOND)
    assert [who for _template, who in told()] == ["kapolresta"]


def test_a_neighbouring_station_is_told_nothing(station: Station) -> None:
    factories.make_station("CLG", prefix="clg_")
    factories.lodge(station)
    sweep(LATE + SECOND)
    assert {who for _template, who in told()} == {"kasiwas", "kapolresta"}


def test_batch_and_single_snapshots_let_the_same_people_see(session: Session, station: Station) -> None:
    plain, own, officer = (factories.lodge(station) for _ in range(3))
    tip = factories.lodge(station, identity_mode=IdentityMode.ANONYMOUS, category="extortion")
    factories.walk(station, plain.number, Event.START_EXAMINATION)
    factories.walk(station, own.number, Event.ACCEPT, unit="intelkam", complaint_class=ComplaintClass.SERVICE)
    with unit_of_work() as unit:
        unit.add(Respondent(complaint_id=officer.complaint_id, user_id=station.people["penyidik"]))
        unit.add(Respondent(complaint_id=tip.complaint_id, unit_id=station.units["siwas"]))
    session.expire_all()
    batch = list_cases(session, [one.complaint_id for one in (plain, own, officer, tip)])
    actors = [get_actor(session, user) for user in session.scalars(select(User).order_by(User.id))]
    seen = []
    for complaint in session.scalars(select(Complaint)):
        single = get_snapshot(session, complaint)
        for actor in actors:
            answer = can_see(single, actor)
            assert can_see(batch[complaint.id], actor) == answer, (complaint.number, actor)
            seen.append(answer)
    assert 5 < sum(seen) < len(seen) - 5


# --- what is left alone --------------------------------------------------------------


def test_a_duty_that_was_done_is_not_flagged(station: Station) -> None:
    lodged = factories.lodge(station)
    at = factories.walk(station, lodged.number, Event.CLASSIFY)
    assert verification(lodged.number).met_at is not None
    sweep(LATE + SECOND)
    assert [one for one in findings() if one["facts"]["stage"] == "verification"] == []  # type: ignore[index]
    assert at < DUE


def test_a_closed_case_is_left_in_peace(station: Station) -> None:
    lodged = factories.lodge(station)
    factories.walk(station, lodged.number, Event.CLOSE)
    assert sweep(MONDAY + timedelta(days=400)) == SweepCounts()


def test_imported_history_is_never_looked_at(station: Station) -> None:
    lodged = factories.lodge(station)
    with unit_of_work() as unit:
        complaint = unit.get_one(Complaint, lodged.complaint_id)
        complaint.imported = True
        sync_deadlines(unit, complaint, MONDAY)
    assert sweep(LATE + SECOND) == SweepCounts()
    with unit_of_work() as unit:  # even if somebody set an alert by hand
        unit.execute(update(Deadline).values(next_alert=100, next_alert_at=DUE))
    assert sweep(LATE + SECOND) == SweepCounts()
    assert (told(), findings()) == ([], [])


def test_a_breach_by_a_provisional_calendar_is_marked_and_told_to_nobody_above(
    session: Session, station: Station
) -> None:
    with unit_of_work() as unit:
        decree = CalendarDecree(year=2026, status="provisional", basis="draf", recorded_at=MONDAY)
        unit.add(decree)
        unit.flush()
        unit.add(CalendarDay(decree_id=decree.id, on=date(2026, 3, 4), kind="national"))
    lodged = factories.lodge(station)
    row = verification(lodged.number)
    assert row.provisional_calendar
    sweep(row.triggered_at + (row.due_at - row.triggered_at) * 0.9)
    assert told() == [("sla_warning", "kasiwas")]
    params = session.scalars(select(OutboxItem.params).where(OutboxItem.template == "sla_warning")).one()
    assert params["provisional"] is True
    sweep(row.triggered_at + (row.due_at - row.triggered_at) * 1.3)
    assert told()[1:] == []
    (finding,) = findings()
    assert finding["facts"]["provisional_calendar"] is True  # type: ignore[index]
    assert verification(lodged.number).breached_at == row.due_at


# --- together with events ------------------------------------------------------------


def test_the_counts_of_the_case_are_those_that_an_event_would_keep(
    session: Session, station: Station
) -> None:
    lodged = factories.lodge(station)
    sweep(MONDAY + timedelta(days=20))
    complaint = factories.complaint_of(lodged.number)
    kept = (complaint.breached_stages, complaint.queue_due_at, complaint.queue_due_stage, complaint.version)
    assert complaint.breached_stages == 2
    rows = session.scalars(select(Deadline).where(Deadline.complaint_id == complaint.id)).all()
    refresh_queue(complaint, rows)
    assert kept == (
        complaint.breached_stages,
        complaint.queue_due_at,
        complaint.queue_due_stage,
        complaint.version,
    )
    session.rollback()


def test_a_late_event_keeps_the_breach_and_ends_the_alerts(station: Station) -> None:
    lodged = factories.lodge(station)
    sweep(DUE + SECOND)
    late = DUE + timedelta(hours=2)
    events.verify_file(lodged.number, actor=station.actor("petugas"), at=late)
    events.declare_complete(lodged.number, actor=station.actor("petugas"), at=late)
    events.classify(lodged.number, ComplaintClass.SERVICE, actor=station.actor("kasiwas"), at=late + SECOND)
    row = verification(lodged.number)
    assert row.met_at is not None
    assert (row.breached_at, row.flagged_at) == (DUE, DUE + SECOND)
    assert sweep(LATE + SECOND).escalated == 0


def test_a_breach_that_an_event_saw_first_is_still_told(station: Station) -> None:
    """An event on the case writes the breach into the clock; the sweep then still tells and logs it."""
    lodged = factories.lodge(station)
    with unit_of_work() as unit:
        sync_deadlines(unit, unit.get_one(Complaint, lodged.complaint_id), DUE + SECOND)
    assert verification(lodged.number).breached_at == DUE
    assert sweep(DUE + 2 * SECOND) == SweepCounts(breached=1)
    assert verification(lodged.number).flagged_at == DUE + SECOND
    assert told() == [("sla_breach", "kasiwas")]


# --- many, and at once ---------------------------------------------------------------


def test_more_than_a_batch_is_swept_and_the_log_verifies(session: Session, station: Station) -> None:
    lodged = factories.lodge(station)
    count = sweeping.BATCH + 30
    copy_case(session, lodged.complaint_id, count)
    assert sweep(DUE + SECOND) == SweepCounts(breached=count + 1)
    assert sweep(DUE + SECOND) == SweepCounts()
    session.rollback()
    breached = session.scalar(select(func.count()).where(Complaint.breached_stages == 1))
    assert breached == count + 1
    assert len(findings()) == len(told("sla_breach")) == count + 1
    seal(clock.now())
    session.rollback()
    report = check_log(session, partial(verify_checkpoint, PublishedKeys.of(get_keys())))
    assert report.is_intact
    assert report.unsealed == 0


def test_two_sweeps_at_once_flag_each_breach_once(app: Flask, session: Session, station: Station) -> None:
    lodged = factories.lodge(station)
    copy_case(session, lodged.complaint_id, 60)
    session.rollback()
    gate = threading.Barrier(2)
    counts: list[SweepCounts] = []

    def run() -> None:
        with app.app_context():
            gate.wait()
            counts.append(sweep(DUE + SECOND))

    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(one.breached for one in counts) == 61
    assert len(findings()) == 61
    per_case = Counter(one["chain"] for one in findings())
    assert set(per_case.values()) == {1}


def test_a_process_that_lost_its_lease_writes_nothing(station: Station) -> None:
    factories.lodge(station)
    old = acquire_lease("scheduler", "old", at=MONDAY)
    assert old is not None
    acquire_lease("scheduler", "new", at=MONDAY + timedelta(days=1))
    with pytest.raises(LeaseLost):
        sweep(DUE + SECOND, fence=lambda session: check_term(session, old))
    assert findings() == []


def test_everybody_in_a_role_is_told(station: Station) -> None:
    factories.add_user(station, "kasubsi", Role.COORDINATOR, unit="siwas", superior="kasiwas")
    factories.lodge(station)
    sweep(DUE + SECOND)
    assert Counter(told()) == {("sla_breach", "kasiwas"): 1, ("sla_breach", "kasubsi"): 1}
