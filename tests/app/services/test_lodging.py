"""Lodging writes each table once; it must leave what two events of the general path leave, row by row."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import Table, select
from sqlalchemy.orm import Session

from app.database import unit_of_work
from app.models import Complaint, Respondent, RespondentSuperior, User
from app.models.base import Model
from app.queries.actors import get_actor, list_actors_in_role, list_unit_superiors
from app.queries.grounds import find_ground
from app.queries.snapshots import get_snapshot
from app.services.files import StoredFile
from app.services.lodging import Filing, Identity, lodge_in
from app.services.new_case import NewCase, acknowledge, submit
from tests.app.services.general_filing import file_generally
from tests.factories import CITIZEN, MONDAY, Station, add_user, complaint_of, filing, lodge, make_station
from workflows.errors import CaseNotVisible
from workflows.particulars import Circumstances, Fee, Known, Payment, SaidToBe
from workflows.snapshot import Actor
from workflows.vocabulary import Event, IdentityMode, Role

RANDOM = {
    ("complaint", "code_digest"),
    ("case_key", "wrapped_key"),
    ("outbox", "message_id"),
    ("receipt", "document_sealed"),
    *(("complainant", f"{name}_sealed") for name in ("name", "address", "email", "phone", "proxy")),
}
"""Drawn anew for every case; of these only whether they are there is compared."""
ORDERED_BY_RULES = {"deadline": ("complaint_class", "stage", "step", "occurrence")}
"""Tables in which the order of a case's rows says nothing, by what tells their rows apart instead."""

FILE = StoredFile("bukti.pdf", "application/pdf", 1200, "ab" * 32, "ab/cd", "ef/01", "application/pdf")
FEE = Fee(payment=Payment.PAID, amount_idr=250_000, said_to_be=SaidToBe.OFFICIAL, tariff_idr=30_000)
KINDS: dict[str, dict[str, Any]] = {
    "usual": {},
    "a_tip": {"identity_mode": IdentityMode.ANONYMOUS},
    "withheld_and_silent": {
        "identity_mode": IdentityMode.WITHHELD,
        "identity": Identity(name="Siti", email="siti@example.id", wants_notices=False),
    },
    "without_address_or_mail": {"identity": Identity(name="Siti Rahmawati", proxy="Budi, adik\nSerang")},
    "in_danger": {"in_danger": True},
    "conduct_of_an_unknown_unit": {"category": "rude", "service_code": None, "product_code": None},
    "grave": {"category": "abuse", "in_danger": True},
    "unknown_service": {"service_code": "none", "product_code": "none"},
    "a_question": {"category": "permintaan_informasi", "service_date": None, "loss": "", "remedy_sought": ""},
    "a_suggestion": {"category": "aspirasi", "service_date": None, "loss": "", "remedy_sought": ""},
    "no_category": {"category": None, "service_date": None},
    "long_ago": {"service_date": date(2025, 6, 1)},
    "english_with_claim": {"language": "en", "compensation_claim_idr": 150_000, "respondent_text": "x" * 400},
    "with_files": {"files": (FILE, FILE)},
    "with_particulars": {
        "category": "illegal_fee",
        "fee": FEE,
        "circumstances": Circumstances(applied_on=date(2026, 2, 1), witnessed=Known.NO),
    },
    "from_elsewhere": {"external_number": "R/12/2026", "external_source": "Dumas Presisi"},
}


class TakenBack(Exception):
    """Ends a transaction whose rows have been seen."""


def _rows(session: Session) -> dict[str, list[dict[str, Any]]]:
    """Everything in the database, table by table; of random values only whether they are there."""
    session.flush()
    found: dict[str, list[dict[str, Any]]] = {}
    for table in Model.metadata.sorted_tables:
        rows = [dict(row._mapping) for row in session.execute(select(table).order_by(*table.primary_key))]
        found[table.name] = [_comparable(table, row) for row in rows]
    for name, keys in ORDERED_BY_RULES.items():
        found[name].sort(key=lambda row, keys=keys: [row[key] for key in keys])
    return found


def _comparable(table: Table, row: dict[str, Any]) -> dict[str, Any]:
    return {
        column: value is not None if (table.name, column) in RANDOM else value
        for column, value in row.items()
        if not (table.name in ORDERED_BY_RULES and column == "id")
    }


def _rows_after(write: Callable[[Session], object]) -> dict[str, list[dict[str, Any]]]:
    """The whole database as `write` leaves it, which is then taken back."""
    found: dict[str, list[dict[str, Any]]] = {}

    def see_and_take_back() -> None:
        with unit_of_work() as session:
            write(session)
            found.update(_rows(session))
            raise TakenBack

    with pytest.raises(TakenBack):
        see_and_take_back()
    return found


def _lodges_as_the_general_path(handed_in: Filing, actor: Actor) -> dict[str, list[dict[str, Any]]]:
    at = MONDAY + timedelta(hours=1)
    general = _rows_after(lambda session: file_generally(session, handed_in, actor=actor, at=at))
    quick = _rows_after(lambda session: lodge_in(session, handed_in, actor=actor, at=at))
    assert len(general["audit_entry"]) == 2
    for name in general:
        assert quick[name] == general[name], name
    return quick


@pytest.fixture
def station(session: Session) -> Station:
    return make_station()


# SQLite gives the same ids again after a rollback, so that every row can be compared whole.
@pytest.mark.database("sqlite")
@pytest.mark.parametrize("kind", KINDS)
def test_a_filing_on_the_web_leaves_what_two_events_leave(station: Station, kind: str) -> None:
    rows = _lodges_as_the_general_path(filing(station, **KINDS[kind]), CITIZEN)
    assert rows["deadline"]


@pytest.mark.database("sqlite")
@pytest.mark.parametrize("kind", KINDS)
def test_a_filing_at_the_desk_leaves_what_two_events_leave(station: Station, kind: str) -> None:
    handed_in = filing(station, channel="walk_in", received_at=MONDAY - timedelta(days=3), **KINDS[kind])
    rows = _lodges_as_the_general_path(handed_in, station.actor("petugas"))
    assert {row["actor_role"] for row in rows["audit_entry"]} == {Role.INTAKE}


@pytest.mark.database("sqlite")
def test_who_has_an_interest_is_told_by_neither_path(station: Station) -> None:
    add_user(station, "kasiwas2", Role.COORDINATOR, unit="intelkam", superior="kasatintelkam")
    add_user(station, "kasiwas3", Role.COORDINATOR, unit="siwas", is_active=False)
    handed_in = filing(station, category="abuse")
    told = [row["user_id"] for row in _lodges_as_the_general_path(handed_in, CITIZEN)["outbox"]]
    assert told == [None, station.people["kasiwas"]]


def test_the_rules_see_before_writing_what_they_see_afterwards(station: Station, session: Session) -> None:
    handed_in = filing(station, compensation_claim_idr=1, in_danger=True, identity=Identity(name="Siti"))
    ground = find_ground(session, station.code, handed_in.service_code, handed_in.product_code)
    assert ground.unit_id is not None
    case = NewCase(
        filing=handed_in,
        ground=ground,
        superiors=list_unit_superiors(session, ground.unit_id),
        year=2026,
        counter=1,
        received_at=MONDAY,
        recorded_at=MONDAY,
    )
    acknowledged = acknowledge(case, submit(case, CITIZEN), CITIZEN)
    before = case.snapshot(acknowledged.decision.to, acknowledged.version)
    with unit_of_work() as writing:
        number = lodge_in(writing, handed_in, actor=CITIZEN, at=MONDAY).number
    after = get_snapshot(session, complaint_of(number))
    assert [allegation.finding for allegation in after.allegations] == [None]
    assert before.missing_fields == ("full_address",)
    for name in before.__slots__:
        if name != "allegations":
            assert getattr(before, name) == getattr(after, name), name


def test_an_officer_of_the_unit_complained_of_cannot_take_the_complaint(station: Station) -> None:
    add_user(station, "petugas2", Role.INTAKE, unit="intelkam", superior="kasatintelkam")
    with unit_of_work() as session:
        person = session.scalars(select(User).where(User.username == "petugas2")).one()
        taker = get_actor(session, person)
    with pytest.raises(CaseNotVisible) as refused:
        lodge(station, actor=taker, category="abuse", channel="walk_in")
    assert refused.value.action == Event.ACKNOWLEDGE
    with unit_of_work() as session:
        assert session.scalars(select(Complaint)).all() == []


def test_superiors_come_nearest_first_and_a_circle_ends(station: Station, session: Session) -> None:
    people = station.people
    unit_id = station.units["intelkam"]
    assert list_unit_superiors(session, unit_id) == (people["kasatintelkam"], people["kapolresta"])
    with unit_of_work() as writing:
        writing.get_one(User, people["kapolresta"]).superior_id = people["kasiwas"]
    # Kasiwas answers to the Kapolresta, who now answers to Kasiwas.
    assert list_unit_superiors(session, unit_id) == (
        people["kasatintelkam"],
        people["kapolresta"],
        people["kasiwas"],
    )
    assert list_unit_superiors(session, 10_000) == ()


def test_the_superiors_stand_with_the_complaint(station: Station, session: Session) -> None:
    lodged = lodge(station)
    rows = session.execute(
        select(RespondentSuperior.user_id, RespondentSuperior.rank)
        .join(Respondent)
        .where(Respondent.complaint_id == lodged.complaint_id)
        .order_by(RespondentSuperior.rank)
    )
    people = station.people
    assert [tuple(row) for row in rows] == [(people["kasatintelkam"], 1), (people["kapolresta"], 2)]


def test_people_in_a_role_are_whole_actors(station: Station, session: Session) -> None:
    second = add_user(station, "kedua", Role.COORDINATOR, unit="siwas")
    add_user(station, "pergi", Role.COORDINATOR, unit="siwas", is_active=False)
    found = list_actors_in_role(session, station.agency_id, Role.COORDINATOR)
    assert found == tuple(
        get_actor(session, session.get_one(User, user_id)) for user_id in (station.people["kasiwas"], second)
    )


def test_numbers_have_no_gaps_when_a_filing_fails(station: Station) -> None:
    assert lodge(station).number == "SRG-2026-000001"
    _rows_after(lambda session: lodge_in(session, filing(station), actor=CITIZEN, at=MONDAY))
    assert lodge(station).number == "SRG-2026-000002"
