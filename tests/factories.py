"""People, stations and cases for tests: plain functions over the real services.

Call them inside an app context (the `session` fixture, or ``with app.app_context():``). What they give are
ids and frozen facts, so that a test may leave the context and go on with a client.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.database import insert_row, insert_rows, unit_of_work
from app.extensions import db
from app.law import get_law
from app.models import (
    Agency,
    Complaint,
    ReviewMandate,
    Service,
    ServiceProduct,
    Unit,
    User,
    UserRole,
)
from app.queries.actors import get_actor
from app.security.passwords import Passwords
from app.services import events
from app.services.lodging import Filing, Identity, Lodged, lodge_complaint
from workflows.snapshot import Actor
from workflows.vocabulary import ComplaintClass, Event, Finding, IdentityMode, Role, Substate

MONDAY = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
"""Monday 2 March 2026, 09.00 WIB."""

PASSWORD = "sandi-untuk-uji"
PASSWORD_MEMORY_KIB = 256
"""As the settings of the tests say; a hash of other parameters would be renewed at every sign-in."""
CITIZEN = Actor(roles=frozenset({Role.COMPLAINANT}))

UNITS = {
    "pimpinan": "Pimpinan",
    "siwas": "Seksi Pengawasan",
    "sipropam": "Seksi Profesi dan Pengamanan",
    "spkt": "SPKT",
    "intelkam": "Satuan Intelkam",
    "lantas": "Satuan Lalu Lintas",
}
PEOPLE = {
    "kapolresta": ("Kapolresta", "pimpinan", Role.APPROVER, None),
    "kasiwas": ("Kasiwas", "siwas", Role.COORDINATOR, "kapolresta"),
    "petugas": ("Petugas SPDT", "siwas", Role.INTAKE, "kasiwas"),
    "kasipropam": ("Kasipropam", "sipropam", Role.INVESTIGATOR_LEAD, "kapolresta"),
    "penyidik": ("Kanit Paminal", "sipropam", Role.INVESTIGATOR, "kasipropam"),
    "kaspkt": ("Ka SPKT", "spkt", Role.UNIT_HEAD, "kapolresta"),
    "kasatintelkam": ("Kasat Intelkam", "intelkam", Role.UNIT_HEAD, "kapolresta"),
    "kasatlantas": ("Kasat Lantas", "lantas", Role.UNIT_HEAD, "kapolresta"),
    "admin": ("Admin", "pimpinan", Role.ADMIN, None),
}
"""Username: post, unit, role, next one up the line."""
SERVICE_UNITS = {"spkt": "spkt", "skck": "intelkam", "sim": "lantas"}
UNIT_HEADS = {
    "spkt": "kaspkt",
    "intelkam": "kasatintelkam",
    "lantas": "kasatlantas",
    "sipropam": "kasipropam",
}


@dataclass(frozen=True)
class Station:
    """A station with its people; every name leads to an id.

    :ivar prefix: stands before the usernames of every station but the first
    """

    code: str
    agency_id: int
    prefix: str
    units: dict[str, int]
    people: dict[str, int]
    services: dict[str, int]
    reviewers: dict[str, int] = field(default_factory=dict)

    def actor(self, who: str) -> Actor:
        """One of the people as the rules know them."""
        return get_actor(db.session(), db.session().get_one(User, (self.people | self.reviewers)[who]))

    def username(self, who: str) -> str:
        """What that person types to sign in."""
        return who if who in self.reviewers else f"{self.prefix}{who}"


@cache
def password_hash(password: str = PASSWORD) -> str:
    """Hash of a test's password, made once: each costs a tenth of a second."""
    return Passwords(memory_cost=PASSWORD_MEMORY_KIB).hash(password)


def make_station(code: str = "SRG", *, prefix: str = "", at: datetime = MONDAY) -> Station:
    """A station under the Polda of Banten, with units, people, services, and a reviewer of the Ombudsman.

    A second station in the same database needs another code and a prefix for its usernames.
    """
    with unit_of_work() as session:
        polda = _agency(session, "BTN", "Polda Banten", "polda")
        office = _agency(session, "ORI-BTN", "Ombudsman RI Perwakilan Banten", "ombudsman")
        contact = {"contact_name": "Rina Kartika", "contact_title": "Kasiwas"}
        agency = _agency(session, code, f"Polresta {code}", "polres", parent_id=polda, **contact)
        insert_rows(session, ReviewMandate, [{"reviewer_agency_id": office, "agency_id": agency}])
        units = {short: _unit(session, agency, short, name) for short, name in UNITS.items()}
        people: dict[str, int] = {}
        for who, (title, unit, role, above) in PEOPLE.items():
            people[who] = _user(
                session, f"{prefix}{who}", title, agency, units[unit], role, people.get(above or ""), at
            )
        reviewer = session.scalar(select(User.id).where(User.username == "ombudsman"))
        if reviewer is None:
            reviewer = _user(
                session, "ombudsman", "Asisten Ombudsman", office, None, Role.OMBUDSMAN, None, at
            )
        services = _services(session, agency, units)
        return Station(code, agency, prefix, units, people, services, {"ombudsman": reviewer})


def add_user(
    station: Station,
    username: str,
    role: Role,
    *,
    unit: str | None = None,
    superior: str | None = None,
    at: datetime = MONDAY,
    **changes: Any,
) -> int:
    """One more person of a station; gives the id.

    :param changes: columns of the account that shall differ
    """
    with unit_of_work() as session:
        user_id = _user(
            session,
            username,
            username.title(),
            station.agency_id,
            station.units[unit] if unit else None,
            role,
            station.people[superior] if superior else None,
            at,
        )
        user = session.get_one(User, user_id)
        for name, value in changes.items():
            setattr(user, name, value)
        return user_id


def filing(station: Station, **changes: Any) -> Filing:
    """A complete complaint about a slow SKCK, as from the web form.

    :param changes: fields of `Filing` that shall differ
    """
    usual: dict[str, Any] = {
        "agency_code": station.code,
        "channel": "web",
        "identity_mode": IdentityMode.OPEN,
        "narrative": "Saya menunggu SKCK selama tiga hari padahal standarnya satu jam.",
        "identity": Identity(
            name="Siti Rahmawati",
            address="Jalan Raya Cilegon 12, Serang",
            email="siti.rahmawati@example.id",
            phone="+6281234567890",
        ),
        "category": "slow",
        "service_code": "skck",
        "product_code": "skck_new",
        "service_date": date(2026, 2, 26),
        "place": "Loket SKCK",
        "loss": "Dua hari kerja hilang.",
        "remedy_sought": "SKCK diterbitkan hari ini.",
    }
    usual |= changes
    if usual["identity_mode"] == IdentityMode.ANONYMOUS and "identity" not in changes:
        usual["identity"] = Identity()
    return Filing(**usual)


def lodge(station: Station, *, at: datetime = MONDAY, actor: Actor = CITIZEN, **changes: Any) -> Lodged:
    """Lodge a complaint through the real service; see `filing` for what it says."""
    return lodge_complaint(filing(station, **changes), actor=actor, at=at)


def complaint_of(number: str) -> Complaint:
    """The row of a case, freshly read."""
    session = db.session()
    session.expire_all()
    return session.scalars(select(Complaint).where(Complaint.number == number)).one()


LIFE = (
    Event.VERIFY,
    Event.DECLARE_COMPLETE,
    Event.CLASSIFY,
    Event.DISPOSE,
    Event.ACCEPT,
    Event.START_EXAMINATION,
    Event.SUBMIT_REVIEW,
    Event.DRAFT_DECISION,
    Event.DECIDE,
    Event.DELIVER_DECISION,
    Event.FOLLOW_UP,
    Event.CLOSE,
)
"""The straight way of a case after its receipt."""

AFTER = {
    Event.VERIFY: Substate.VERIFYING,
    Event.DECLARE_COMPLETE: Substate.COMPLETE,
    Event.CLASSIFY: Substate.CLASSIFIED,
    Event.DISPOSE: Substate.DISPOSITIONED,
    Event.ACCEPT: Substate.ACCEPTED_BY_UNIT,
    Event.START_EXAMINATION: Substate.CLARIFICATION,
    Event.SUBMIT_REVIEW: Substate.REVIEW,
    Event.DRAFT_DECISION: Substate.DECISION_DRAFTED,
    Event.DECIDE: Substate.DECIDED,
    Event.DELIVER_DECISION: Substate.DECISION_DELIVERED,
    Event.FOLLOW_UP: Substate.FOLLOW_UP_RUNNING,
    Event.CLOSE: Substate.CLOSED,
}


def walk(
    station: Station,
    number: str,
    until: Event | Substate,
    *,
    at: datetime = MONDAY + timedelta(hours=1),
    step: timedelta = timedelta(minutes=10),
    unit: str = "sipropam",
    complaint_class: ComplaintClass = ComplaintClass.SUPERVISORY,
    finding: Finding = Finding.SUBSTANTIATED,
) -> datetime:
    """Lead a case along its straight way, until that event has been fired or that substate is reached.

    Steps that the case has behind it are left out.

    :param unit: short name of the unit that examines; for a service's own unit, choose the class of a
        service complaint
    :returns: the instant after the last step
    """
    head = UNIT_HEADS[unit]
    examiner = "penyidik" if unit == "sipropam" else head
    stands_at = Substate(complaint_of(number).substate)
    passed = list(AFTER.values()).index(stands_at) + 1 if stands_at in AFTER.values() else 0
    for event in LIFE[passed:]:
        if AFTER[event] == until == stands_at:
            break
        _step(station, number, event, at, unit, head, examiner, complaint_class, finding)
        at += step
        if until in (event, AFTER[event]):
            break
    return at


def _step(
    station: Station,
    number: str,
    event: Event,
    at: datetime,
    unit: str,
    head: str,
    examiner: str,
    complaint_class: ComplaintClass,
    finding: Finding,
) -> None:
    def by(who: str) -> events.By:
        return {"actor": station.actor(who), "at": at}

    match event:
        case Event.VERIFY:
            events.verify_file(number, **by("petugas"))
        case Event.DECLARE_COMPLETE:
            events.declare_complete(number, **by("petugas"))
        case Event.CLASSIFY:
            events.classify(number, complaint_class, **by("kasiwas"))
        case Event.DISPOSE:
            events.dispose(number, station.units[unit], **by("kasiwas"))
        case Event.ACCEPT:
            events.accept(number, officer_id=station.people[examiner], **by(head))
        case Event.START_EXAMINATION:
            events.start_examination(number, **by(examiner))
        case Event.SUBMIT_REVIEW:
            events.submit_review(number, "Hasil pemeriksaan terlampir.", **by(examiner))
        case Event.DRAFT_DECISION:
            events.draft_decision(number, "Konsep: pengaduan terbukti.", **by("kasiwas"))
        case Event.DECIDE:
            findings = {row.id: finding for row in _allegations(number)}
            events.decide_case(number, finding, "Terbukti.", findings=findings, **by("kapolresta"))
        case Event.DELIVER_DECISION:
            events.deliver_decision(number, **by("kasiwas"))
        case Event.FOLLOW_UP:
            events.follow_up(number, "Petugas ditegur.", **by("kasiwas"))
        case Event.CLOSE:
            events.close(number, **by("kasiwas"))


def _allegations(number: str) -> list[Any]:
    from app.models import Allegation

    session = db.session()
    return list(
        session.scalars(
            select(Allegation)
            .join(Complaint, Complaint.id == Allegation.complaint_id)
            .where(Complaint.number == number)
        )
    )


def _agency(session: Session, code: str, name: str, kind: str, **others: Any) -> int:
    found = session.scalar(select(Agency.id).where(Agency.code == code))
    return found or insert_row(session, Agency, {"code": code, "name": name, "kind": kind, **others})


def _unit(session: Session, agency_id: int, code: str, name: str) -> int:
    values = {"agency_id": agency_id, "code": code, "name": name, "examines": code != "pimpinan"}
    return insert_row(session, Unit, values)


def _user(
    session: Session,
    username: str,
    title: str,
    agency_id: int,
    unit_id: int | None,
    role: Role,
    superior_id: int | None,
    at: datetime,
) -> int:
    values = {
        "username": username,
        "full_name": f"Nama {username.title()}",
        "title": title,
        "email": f"{username}@polri.example.id",
        "password_hash": password_hash(),
        "must_change_password": False,
        "agency_id": agency_id,
        "unit_id": unit_id,
        "superior_id": superior_id,
        "created_at": at,
    }
    user_id = insert_row(session, User, values)
    insert_rows(session, UserRole, [{"user_id": user_id, "role": role.value}])
    return user_id


def _services(session: Session, agency_id: int, units: dict[str, int]) -> dict[str, int]:
    made = {}
    products: list[dict[str, Any]] = []
    for code, law_service in get_law().services.items():
        values = {
            "agency_id": agency_id,
            "unit_id": units[SERVICE_UNITS[code]],
            "code": code,
            "label_id": law_service.label_id,
            "label_en": law_service.label_en,
        }
        made[code] = insert_row(session, Service, values)
        products += [
            {
                "service_id": made[code],
                "code": product.code,
                "label_id": product.label_id,
                "label_en": product.label_en,
                "fee_idr": product.fee_idr,
                "duration_minutes": product.duration_minutes,
                "requirements": list(product.requirements),
                "sources": [],
                "confidence": product.confidence.value,
                "fee_confidence": (product.fee_confidence or product.confidence).value,
                "duration_confidence": (product.duration_confidence or product.confidence).value,
            }
            for product in law_service.products.values()
        ]
    insert_rows(session, ServiceProduct, products)
    return made
