"""Who complained: opened by the named roles with a reason, written down twice, and by nobody else ever."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from app.database import unit_of_work
from app.extensions import db
from app.models import Agency, AuditEntry, CaseKey, Complainant, IdentityRead, ReviewMandate, User, UserRole
from app.security.ring import get_keys
from app.security.vault import VaultError, seal, unseal, unwrap_case_key
from app.services.access import open_identity
from app.services.respondents import name_respondent
from tests.factories import MONDAY, Station, add_user, complaint_of, lodge, make_station, walk
from tests.security.world import enter, get_actor_of
from workflows.errors import CaseNotVisible, GuardRefused, RoleNotPermitted
from workflows.snapshot import Actor, complainant_of
from workflows.vocabulary import ComplaintClass, Event, IdentityMode, Role

LATER = MONDAY + timedelta(hours=6)
REASON = "Menulis alamat pada surat keputusan."
OPENS = {"petugas", "kasiwas", "kapolresta", "kasipropam", "ombudsman"}


@pytest.fixture
def station(session: Session) -> Station:
    return make_station()


def withheld(station: Station, *, unit: str = "sipropam", **changes: object) -> str:
    """A case with a withheld identity, in the hands of a unit."""
    number = lodge(station, identity_mode=IdentityMode.WITHHELD, **changes).number
    kind = ComplaintClass.SUPERVISORY if unit == "sipropam" else ComplaintClass.SERVICE
    walk(station, number, Event.ACCEPT, unit=unit, complaint_class=kind)
    return number


def entries_of(number: str) -> list[tuple[str, str, str]]:
    session = db.session()
    session.rollback()
    rows = session.execute(
        select(AuditEntry.kind, AuditEntry.actor, AuditEntry.body)
        .where(AuditEntry.chain == f"case:{number}")
        .order_by(AuditEntry.seq)
    )
    return [(row.kind, row.actor, row.body) for row in rows]


@pytest.mark.parametrize(
    "who",
    [
        "petugas",
        "kasiwas",
        "kapolresta",
        "kasipropam",
        "penyidik",
        "kaspkt",
        "kasatintelkam",
        "admin",
        "ombudsman",
    ],
)
def test_a_withheld_identity_opens_for_the_named_roles_alone(station: Station, who: str) -> None:
    number = withheld(station)
    before = entries_of(number)
    actor = station.actor(who)
    if who not in OPENS:
        with pytest.raises((RoleNotPermitted, CaseNotVisible)):
            open_identity(number, REASON, actor=actor, at=LATER)
        assert entries_of(number) == before
        assert db.session().scalars(select(IdentityRead)).all() == []
        return
    for empty in ("", "  \n"):
        with pytest.raises(GuardRefused):
            open_identity(number, empty, actor=actor, at=LATER)
    assert entries_of(number) == before
    assert open_identity(number, REASON, actor=actor, at=LATER).name == "Siti Rahmawati"
    (entry,) = entries_of(number)[len(before) :]
    assert entry[:2] == ("identity.read", actor.label)
    assert set(json.loads(entry[2])["facts"]) == {"reason_commitment"}
    read = db.session().scalars(select(IdentityRead)).one()
    assert (read.user_id, read.at, read.reason) == (actor.user_id, LATER, REASON)


def test_a_service_unit_never_opens_it_whatever_else_its_people_do(station: Station) -> None:
    """The unit answers for its own service; a second role, at the desk or above it, opens no more."""
    number = withheld(station, unit="intelkam")
    head = station.actor("kasatintelkam")
    with pytest.raises(RoleNotPermitted):
        open_identity(number, REASON, actor=head, at=LATER)
    for role in (Role.INTAKE, Role.COORDINATOR, Role.APPROVER, Role.INVESTIGATOR_LEAD):
        who = f"rangkap.{role.value}".replace("_", "-")
        add_user(station, who, role, unit="intelkam", superior="kasatintelkam")
        with unit_of_work() as session:
            user = session.scalars(select(User).where(User.username == who)).one()
            user.roles.append(UserRole(role=Role.UNIT_HEAD.value))
        actor = get_actor_of(who)
        with pytest.raises((RoleNotPermitted, CaseNotVisible)):
            open_identity(number, REASON, actor=actor, at=LATER)
    assert open_identity(number, REASON, actor=station.actor("kasiwas"), at=LATER).name


def test_a_respondent_never_opens_it(station: Station) -> None:
    number = withheld(station)
    add_user(station, "pengganti", Role.COORDINATOR)
    for who in ("petugas", "kasiwas", "kapolresta"):
        name_respondent(number, user_id=station.people[who], actor=get_actor_of("pengganti"), at=LATER)
    before = entries_of(number)
    for who in ("petugas", "kasiwas", "kapolresta"):
        with pytest.raises(CaseNotVisible):
            open_identity(number, REASON, actor=station.actor(who), at=LATER)
    assert entries_of(number) == before


def test_an_anonymous_tip_has_nothing_to_open(station: Station) -> None:
    number = lodge(station, identity_mode=IdentityMode.ANONYMOUS).number
    for who in OPENS:
        with pytest.raises((RoleNotPermitted, CaseNotVisible)):
            open_identity(number, REASON, actor=station.actor(who), at=LATER)


def test_a_reviewer_opens_it_within_the_mandate_alone(station: Station) -> None:
    number = withheld(station)
    other = make_station("CLG", prefix="clg-")
    reviewer = station.actor("ombudsman")
    assert reviewer.mandate == {station.agency_id, other.agency_id}
    assert open_identity(number, REASON, actor=reviewer, at=LATER).name
    with unit_of_work() as session:
        office = session.scalars(select(Agency.id).where(Agency.code == "ORI-BTN")).one()
        session.delete(session.get_one(ReviewMandate, (office, station.agency_id)))
    with pytest.raises(CaseNotVisible):
        open_identity(number, REASON, actor=station.actor("ombudsman"), at=LATER)


@pytest.mark.parametrize(
    "make",
    [lambda number: Actor(roles=frozenset({Role.ADMIN})), complainant_of],
    ids=["admin", "complainant"],
)
def test_neither_administrator_nor_complainant_opens_the_vault(
    station: Station, make: Callable[[str], Actor]
) -> None:
    number = withheld(station)
    with pytest.raises((RoleNotPermitted, CaseNotVisible)):
        open_identity(number, REASON, actor=make(number), at=LATER)


def test_a_sealed_field_moved_to_another_case_or_field_does_not_open(station: Station) -> None:
    """Somebody with the database at hand can't have a name opened in a case of their own."""
    one, other = withheld(station), lodge(station).number
    with unit_of_work() as session:
        ids = {number: complaint_of(number).id for number in (one, other)}
        stolen = session.get_one(Complainant, ids[one]).name_sealed
        session.get_one(Complainant, ids[other]).name_sealed = stolen
    with pytest.raises(VaultError):
        open_identity(other, REASON, actor=station.actor("kasiwas"), at=LATER)
    with unit_of_work() as session:
        key, theirs = session.get_one(CaseKey, ids[other]), session.get_one(CaseKey, ids[one])
        key.vault_key_id, key.wrapped_key = theirs.vault_key_id, theirs.wrapped_key
    with pytest.raises(VaultError):
        open_identity(other, REASON, actor=station.actor("kasiwas"), at=LATER)
    with unit_of_work() as session:
        row = session.get_one(Complainant, ids[one])
        row.address_sealed = row.name_sealed
    with pytest.raises(VaultError):
        open_identity(one, REASON, actor=station.actor("kasiwas"), at=LATER)


def test_every_sealing_is_new(station: Station) -> None:
    """The same name under the same key is never the same bytes: equal rows can't be told."""
    number = withheld(station)
    row = db.session().get_one(CaseKey, complaint_of(number).id)
    assert row.wrapped_key is not None
    key = unwrap_case_key(get_keys(), row.vault_key_id, row.wrapped_key)
    sealed = [seal(key, case_id=1, field="name", version=1, text="Siti") for _ in range(3)]
    assert len(set(sealed)) == 3
    assert unseal(key, case_id=1, field="name", version=1, sealed=sealed[0]) == "Siti"


def test_no_row_is_anonymous_and_named(station: Station) -> None:
    """The database refuses a row that says anonymous and holds a name."""
    complaint_id = complaint_of(withheld(station)).id
    mode = (
        update(Complainant).where(Complainant.complaint_id == complaint_id).values(identity_mode="anonymous")
    )
    with pytest.raises(DBAPIError), unit_of_work() as session:
        session.execute(mode)


@pytest.mark.usefixtures("frozen_clock")
@pytest.mark.database("sqlite")
def test_the_page_offers_nothing_to_the_unit_that_answers(app: Flask) -> None:
    with app.app_context():
        station = make_station()
        number = withheld(station, unit="intelkam")
    client = enter(app, "kasatintelkam")
    page = client.get(f"/staf/pengaduan/{number}")
    assert page.status_code == 200
    assert f"/staf/pengaduan/{number}/identitas" not in page.get_data(as_text=True)
    assert client.get(f"/staf/pengaduan/{number}/identitas").status_code == 404
