"""A new code at the desk: two officers, a delay, a stop by one click; and what the table itself refuses."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.database import unit_of_work
from app.extensions import db
from app.models import AuditEntry, CodeReissue, OutboxItem, Setting, User
from app.queries.access_statement import Group, Opened, get_access_statement
from app.security.codes import verify_code
from app.security.ring import get_keys
from app.services import lost_codes, reissue
from app.services.links import Purpose, find_link_of, token_of
from app.services.lodging import Identity
from app.services.reissue import ClaimRefused, ClaimTooEarly
from app.services.respondents import name_respondent
from tests import factories
from tests.factories import MONDAY, Station
from workflows.errors import CaseNotVisible, GuardRefused, RoleNotPermitted
from workflows.snapshot import complainant_of
from workflows.vocabulary import Event, IdentityMode

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
ASKED = MONDAY + HOUR


@pytest.fixture
def station(session: Session) -> Station:
    return factories.make_station()


def request(station: Station, number: str, who: str = "petugas", at: datetime = ASKED) -> reissue.Slip:
    return reissue.request_reissue(
        number, reason="Ponsel hilang, datang sendiri.", proof="ktp", actor=station.actor(who), at=at
    )


def approve(station: Station, number: str, who: str = "kasiwas", at: datetime = ASKED + HOUR) -> datetime:
    return reissue.approve_reissue(number, actor=station.actor(who), at=at)


def entries(number: str) -> list[AuditEntry]:
    session = db.session()
    session.rollback()
    return list(
        session.scalars(
            select(AuditEntry)
            .where(AuditEntry.chain == f"case:{number}", AuditEntry.kind.like("code.%"))
            .order_by(AuditEntry.seq)
        )
    )


def row() -> CodeReissue:
    session = db.session()
    session.rollback()
    session.expire_all()
    return session.scalars(select(CodeReissue).order_by(CodeReissue.id.desc()).limit(1)).one()


def test_two_officers_a_day_and_the_person_alone(station: Station) -> None:
    lodged = factories.lodge(station)
    slip = request(station, lodged.number)
    with pytest.raises(ClaimTooEarly) as early:
        reissue.claim_code(lodged.number, slip.secret, at=ASKED)
    assert early.value.until is None
    ready_at = approve(station, lodged.number)
    assert ready_at == ASKED + HOUR + DAY
    with pytest.raises(ClaimTooEarly) as early:
        reissue.claim_code(lodged.number, slip.secret, at=ready_at - timedelta(seconds=1))
    assert early.value.until == ready_at
    made = reissue.claim_code(lodged.number, slip.secret, at=ready_at)
    stored = factories.complaint_of(lodged.number).code_digest
    assert verify_code(get_keys(), made.code, stored)
    assert not verify_code(get_keys(), lodged.tracking_code, stored)
    assert not verify_code(get_keys(), slip.secret, stored), "the slip's secret is no tracking code"
    with pytest.raises(ClaimRefused):
        reissue.claim_code(lodged.number, slip.secret, at=ready_at)
    assert [(one.kind, one.actor.partition(":")[0]) for one in entries(lodged.number)] == [
        ("code.reissue_requested", "user"),
        ("code.reissue_approved", "user"),
        ("code.reissue_claimed", "complainant"),
    ]
    for one in entries(lodged.number):
        for told in ("Ponsel", "ktp", "Siti", slip.secret, made.code):
            assert told not in one.body
    assert row().stopped_at is None
    told_to_the_owner = get_access_statement(
        db.session(), factories.complaint_of(lodged.number).id, "Asia/Jakarta"
    )
    assert [day.opened for day in told_to_the_owner.days] == [
        ((Group.DESK, (Opened.CODE,)), (Group.SUPERVISION, (Opened.CODE,)))
    ], "the two officers' steps, not the person's own"


@pytest.mark.parametrize(
    ("asks", "approves"),
    [
        ("petugas", "petugas"),
        ("kasiwas", "kasiwas"),
        ("petugas", "penyidik"),
        ("petugas", "kasipropam"),
        ("petugas", "admin"),
        ("petugas", "ombudsman"),
    ],
)
@pytest.mark.database("sqlite")
def test_the_second_officer_is_another_one_with_the_role(station: Station, asks: str, approves: str) -> None:
    lodged = factories.lodge(station)
    request(station, lodged.number, asks)
    with pytest.raises((RoleNotPermitted, CaseNotVisible)):
        approve(station, lodged.number, approves)
    assert row().approved_at is None


@pytest.mark.parametrize(("asks", "approves"), [("petugas", "kapolresta"), ("kasiwas", "kapolresta")])
@pytest.mark.database("sqlite")
def test_these_pairs_may(station: Station, asks: str, approves: str) -> None:
    lodged = factories.lodge(station)
    request(station, lodged.number, asks)
    assert approve(station, lodged.number, approves) > ASKED


@pytest.mark.parametrize("who", ["kapolresta", "penyidik", "kasatintelkam", "admin", "ombudsman"])
@pytest.mark.database("sqlite")
def test_nobody_else_may_ask(station: Station, who: str) -> None:
    lodged = factories.lodge(station)
    with pytest.raises((RoleNotPermitted, CaseNotVisible)):
        request(station, lodged.number, who)


@pytest.mark.database("sqlite")
def test_neither_officer_is_of_the_unit_complained_of(station: Station) -> None:
    """Also where that unit may answer for its own service and so sees the case."""
    lodged = factories.lodge(station)
    with unit_of_work() as unit:
        unit.get_one(User, station.people["petugas"]).unit_id = station.units["intelkam"]
    with pytest.raises((RoleNotPermitted, CaseNotVisible)):
        request(station, lodged.number)
    request(station, lodged.number, "kasiwas")
    with unit_of_work() as unit:
        unit.get_one(User, station.people["kapolresta"]).unit_id = station.units["intelkam"]
    with pytest.raises((RoleNotPermitted, CaseNotVisible)):
        approve(station, lodged.number, "kapolresta")


@pytest.mark.database("sqlite")
def test_an_excluded_officer_does_not_find_the_case(station: Station) -> None:
    lodged = factories.lodge(station)
    name_respondent(
        lodged.number, user_id=station.people["petugas"], actor=station.actor("kasiwas"), at=ASKED
    )
    with pytest.raises(CaseNotVisible):
        request(station, lodged.number)


@pytest.mark.database("sqlite")
def test_a_requester_who_moved_to_that_unit_is_no_requester(station: Station) -> None:
    lodged = factories.lodge(station)
    request(station, lodged.number)
    with unit_of_work() as unit:
        unit.get_one(User, station.people["petugas"]).unit_id = station.units["intelkam"]
    with pytest.raises(GuardRefused) as refused:
        approve(station, lodged.number)
    assert refused.value.code == "requester_has_interest"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"reason": "  "}, "reason_missing"),
        ({"proof": "nik"}, "proof_missing"),
        ({"proof": ""}, "proof_missing"),
    ],
)
@pytest.mark.database("sqlite")
def test_reason_and_proof_are_asked_for(station: Station, changes: dict[str, str], code: str) -> None:
    lodged = factories.lodge(station)
    given: dict[str, Any] = {"reason": "Ponsel hilang.", "proof": "ktp"} | changes
    with pytest.raises(GuardRefused) as refused:
        reissue.request_reissue(lodged.number, **given, actor=station.actor("petugas"), at=ASKED)
    assert refused.value.code == code


@pytest.mark.database("sqlite")
def test_the_code_of_a_tip_cannot_be_replaced(station: Station) -> None:
    lodged = factories.lodge(station, identity_mode=IdentityMode.ANONYMOUS)
    with pytest.raises(GuardRefused) as refused:
        request(station, lodged.number)
    assert refused.value.code == "code_not_recoverable"


@pytest.mark.database("sqlite")
def test_one_request_at_a_time_until_nobody_came_for_it(station: Station) -> None:
    lodged = factories.lodge(station)
    first = request(station, lodged.number)
    with pytest.raises(GuardRefused) as refused:
        request(station, lodged.number, at=ASKED + DAY)
    assert refused.value.code == "reissue_under_way"
    ready_at = approve(station, lodged.number)
    late = ready_at + reissue.CLAIM_WINDOW + timedelta(seconds=1)
    with pytest.raises(ClaimRefused):
        reissue.claim_code(lodged.number, first.secret, at=late)
    second = request(station, lodged.number, at=late)
    with pytest.raises(ClaimRefused):
        reissue.claim_code(lodged.number, first.secret, at=late)
    with pytest.raises(ClaimTooEarly):
        reissue.claim_code(lodged.number, second.secret, at=late)


@pytest.mark.database("sqlite")
def test_a_second_approval_changes_nothing(station: Station) -> None:
    lodged = factories.lodge(station)
    request(station, lodged.number)
    ready_at = approve(station, lodged.number)
    with pytest.raises(GuardRefused) as refused:
        approve(station, lodged.number, "kapolresta", ASKED + 5 * HOUR)
    assert (refused.value.code, row().ready_at) == ("reissue_approved", ready_at)


def test_the_contact_is_told_and_stops_it_by_one_click(station: Station) -> None:
    lodged = factories.lodge(station)
    slip = request(station, lodged.number)
    (item,) = db.session().scalars(select(OutboxItem).where(OutboxItem.template == "reissue_requested")).all()
    assert (item.recipient, item.params) == ("complainant", {"reissue": row().id})
    link = find_link_of(db.session(), lodged.complaint_id, Purpose.STOP_REISSUE)
    assert link is not None
    token = token_of(db.session(), link)
    ready_at = approve(station, lodged.number)
    assert reissue.is_stop_link(db.session(), token, ready_at)
    assert reissue.stop_by_link(token, at=ready_at)
    assert not reissue.stop_by_link(token, at=ready_at)
    assert not reissue.is_stop_link(db.session(), token, ready_at)
    with pytest.raises(ClaimRefused):
        reissue.claim_code(lodged.number, slip.secret, at=ready_at)
    assert entries(lodged.number)[-1].kind == "code.reissue_stopped"
    assert (row().stopped_by, row().stopped_by_id) == ("complainant", None)
    assert verify_code(get_keys(), lodged.tracking_code, factories.complaint_of(lodged.number).code_digest)


@pytest.mark.database("sqlite")
def test_people_who_want_nothing_are_told_nothing(station: Station) -> None:
    identity = Identity(name="Siti", address="Serang", email="siti@example.id", wants_notices=False)
    lodged = factories.lodge(station, identity=identity)
    request(station, lodged.number)
    waiting = db.session().scalars(select(OutboxItem).where(OutboxItem.recipient == "complainant")).all()
    assert waiting == []


@pytest.mark.database("sqlite")
def test_the_owner_of_the_code_and_an_officer_can_stop_it(station: Station) -> None:
    lodged = factories.lodge(station)
    request(station, lodged.number)
    reissue.stop_reissue(lodged.number, actor=complainant_of(lodged.number), at=ASKED + HOUR)
    request(station, lodged.number, at=ASKED + 2 * HOUR)
    with pytest.raises((RoleNotPermitted, CaseNotVisible)):
        reissue.stop_reissue(lodged.number, actor=station.actor("penyidik"), at=ASKED + 3 * HOUR)
    reissue.stop_reissue(lodged.number, actor=station.actor("kasiwas"), at=ASKED + 3 * HOUR)
    assert (row().stopped_by, row().stopped_by_id) == ("staff", station.people["kasiwas"])
    with pytest.raises(GuardRefused):
        reissue.stop_reissue(lodged.number, actor=station.actor("kasiwas"), at=ASKED + 3 * HOUR)


@pytest.mark.database("sqlite")
def test_whoever_got_a_code_by_mail_needs_none_from_the_desk(station: Station) -> None:
    lodged = factories.lodge(station)
    slip = request(station, lodged.number)
    ready_at = approve(station, lodged.number)
    lost_codes.ask_for_code(lodged.number, "siti.rahmawati@example.id", at=ASKED)
    lost_codes.answer_requests(ASKED)
    link = find_link_of(db.session(), lodged.complaint_id, Purpose.NEW_CODE)
    assert link is not None
    lost_codes.take_code_by_link(token_of(db.session(), link), at=ASKED + HOUR)
    with pytest.raises(ClaimRefused):
        reissue.claim_code(lodged.number, slip.secret, at=ready_at)
    assert row().stopped_by == "system"


@pytest.mark.parametrize(("hours", "delay"), [(72, 72), (1, 24), ("x", 24), (None, 24)])
@pytest.mark.database("sqlite")
def test_the_delay_is_a_setting_and_never_less_than_a_day(station: Station, hours: Any, delay: int) -> None:
    lodged = factories.lodge(station)
    if hours is not None:
        with unit_of_work() as unit:
            unit.add(
                Setting(
                    key=reissue.DELAY_SETTING, agency_id=station.agency_id, value=hours, updated_at=MONDAY
                )
            )
    request(station, lodged.number)
    assert approve(station, lodged.number) == ASKED + HOUR + timedelta(hours=delay)


@pytest.mark.database("sqlite")
def test_a_new_code_leaves_the_version_of_the_case_alone(station: Station) -> None:
    lodged = factories.lodge(station)
    factories.walk(station, lodged.number, Event.VERIFY)
    version = factories.complaint_of(lodged.number).version
    slip = request(station, lodged.number)
    reissue.claim_code(lodged.number, slip.secret, at=approve(station, lodged.number))
    assert factories.complaint_of(lodged.number).version == version


@pytest.mark.parametrize(
    "change",
    [
        "approved_by_id = requested_by_id",
        "approved_at = NULL",
        "ready_at = NULL",
        "ready_at = approved_at",
        "approved_at = '2026-03-01 00:00:00.000000', ready_at = '2026-03-05 00:00:00.000000'",
        "delay_hours = 23",
        "claimed_at = approved_at",
        "claimed_at = '2027-03-01 00:00:00.000000'",
        "claimed_at = ready_at, stopped_at = ready_at, stopped_by = 'system'",
        "stopped_at = ready_at",
        "stopped_at = ready_at, stopped_by = 'staff'",
        "stopped_at = ready_at, stopped_by = 'system', stopped_by_id = requested_by_id",
        "reason = ''",
        "proof = 'nik'",
    ],
)
def test_the_table_itself_refuses(station: Station, change: str) -> None:
    lodged = factories.lodge(station)
    request(station, lodged.number)
    approve(station, lodged.number)
    with pytest.raises(IntegrityError), unit_of_work() as unit:
        unit.execute(text(f"UPDATE code_reissue SET {change}"))
