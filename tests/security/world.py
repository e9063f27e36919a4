"""Two stations with cases, and everybody who might look at them: the ground of the attacks.

The cases carry markers where people carry names; `Planted.words` lists them all, so that a search can show
where none of them may turn up.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, cast
from urllib.parse import quote, unquote

import lxml.html
from flask import Flask
from markupsafe import escape
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from app.access import Audience, Route, list_routes
from app.database import unit_of_work
from app.extensions import db
from app.models import Agency, Attachment, Complaint, Deadline, Notice, ReviewMandate, User, UserRole
from app.models.base import Model
from app.public.acts import ACTS
from app.public.questions import QUESTIONS
from app.queries.actors import get_actor
from app.security.vault import new_case_key
from app.services import events
from app.services.files import store_file
from app.services.lodging import Identity, Lodged
from app.services.respondents import name_respondent
from app.staff.actions import ACTIONS
from tests.app.content.samples import picture
from tests.factories import MONDAY, PASSWORD, Station, add_user, lodge, make_station, password_hash, walk
from tests.support.client import StrictClient
from workflows.vocabulary import Event, IdentityMode, Role

NEVER = "{code}-2026-999999"
"""Shape of a number that no case has."""

AT_WORK = (
    "kasiwas",
    "petugas",
    "kasipropam",
    "penyidik",
    "kaspkt",
    "kasatintelkam",
    "kasatlantas",
    "kapolresta",
)


SEVERAL = {
    "<action>": tuple(event.value for event in sorted(ACTIONS)),
    "<act>": tuple(ACTS),
    "<slug>": tuple(question.slug for question in QUESTIONS),
}
"""Parts of an address that name one of a few things."""


@dataclass(frozen=True)
class Case:
    """One case with an id of everything that a route may name.

    :ivar code: of its station
    :ivar tracking_code: its complainant's
    :ivar ids: what else of it an address may name, by the part of the rule
    """

    number: str
    code: str
    tracking_code: str
    file_id: int
    notice_id: int
    deadline_id: int
    ids: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class World:
    """The stations and their cases.

    :ivar own: of SRG, open to those who work on it
    :ivar conflicted: of SRG, in which everybody in `AT_WORK` is a respondent
    """

    station: Station
    other: Station
    own: Case
    conflicted: Case


def planted_identity(mark: str) -> Identity:
    """An identity that is found again wherever it turns up."""
    return Identity(
        name=f"Nama{mark} Rahayu",
        address=f"Jalan{mark} 12, Serang",
        email=f"surel{mark.lower()}@example.id",
        phone=f"+62811{int.from_bytes(mark.encode(), 'big') % 10_000_000:07d}",
    )


def words_of(identity: Identity) -> tuple[str, ...]:
    """What of an identity may be found nowhere in the clear."""
    return identity.name, identity.address, identity.email, identity.phone


def make_world() -> World:
    """Build everything, inside an app context."""
    station, other = make_station(), make_station("CLG", prefix="clg-")
    add_user(station, "pengganti", Role.COORDINATOR)
    add_user(station, "tamu", Role.APPROVER)
    conflicted = make_case(station)
    replacement = get_actor_of("pengganti")
    for who in AT_WORK:
        name_respondent(
            conflicted.number, user_id=station.people[who], actor=replacement, at=MONDAY + timedelta(hours=5)
        )
    return World(station, other, make_case(station), conflicted)


def make_reviewer_elsewhere() -> None:
    """A reviewer of an office whose mandate is another station."""
    with unit_of_work() as session:
        office = Agency(code="ORI-JKT", name="Ombudsman RI", kind="ombudsman")
        session.add(office)
        session.flush()
        clg = session.scalars(select(Agency.id).where(Agency.code == "CLG")).one()
        session.add(ReviewMandate(reviewer_agency_id=office.id, agency_id=clg))
        session.add(
            User(
                username="ombudsman.lain",
                full_name="Nama",
                title="Asisten",
                email="",
                password_hash=password_hash(),
                must_change_password=False,
                agency_id=office.id,
                created_at=MONDAY,
                roles=[UserRole(role="ombudsman")],
            )
        )


def get_actor_of(username: str) -> Any:
    """Somebody as the rules know them, by username."""
    session = db.session()
    return get_actor(session, session.scalars(select(User).where(User.username == username)).one())


def make_case(station: Station, **changes: Any) -> Case:
    """A case with a file, a letter that nobody has opened yet, and running clocks."""
    lodged = lodge_with_file(station, **changes)
    at = walk(station, lodged.number, Event.VERIFY)
    events.request_completion(
        lodged.number, "Mohon lampirkan bukti.", actor=station.actor("petugas"), at=at + timedelta(minutes=1)
    )
    session = db.session()
    complaint_id = session.scalars(select(Complaint.id).where(Complaint.number == lodged.number)).one()

    def first(model: Any) -> int:
        return int(
            session.scalars(select(func.min(model.id)).where(model.complaint_id == complaint_id)).one()
        )

    unreceived = session.scalars(
        select(Notice.id).where(Notice.complaint_id == complaint_id, Notice.received_at.is_(None))
    ).first()
    assert unreceived is not None
    return Case(
        lodged.number, station.code, lodged.tracking_code, first(Attachment), unreceived, first(Deadline)
    )


def lodge_with_file(station: Station, *, file_name: str = "bukti.jpg", **changes: Any) -> Lodged:
    """Lodge a complaint with a photo."""
    key = new_case_key()
    stored = store_file(io.BytesIO(picture()), file_name, key)
    usual: dict[str, Any] = {"identity_mode": IdentityMode.WITHHELD, "case_key": key, "files": [stored]}
    return lodge(station, **(usual | changes))


def enter(app: Flask, username: str) -> StrictClient:
    """A client in which that person has signed in."""
    client = cast(StrictClient, app.test_client())
    answer = client.submit("/masuk", {"username": username, "password": PASSWORD})
    assert answer.status_code == 302, answer.get_data(as_text=True)
    return client


def enter_citizen(app: Flask, case: Case) -> StrictClient:
    """A client in which the complainant has opened the own case."""
    client = cast(StrictClient, app.test_client())
    answer = client.submit("/status", {"number": case.number, "code": case.tracking_code})
    assert answer.status_code == 303, answer.get_data(as_text=True)
    return client


def as_person(app: Flask, world: World, who: str | None) -> StrictClient:
    """A client of one of the staff, of ``pelapor`` (the complainant of the own case), or of nobody."""
    if who is None:
        return cast(StrictClient, app.test_client())
    return enter_citizen(app, world.own) if who == "pelapor" else enter(app, who)


def addresses(route: Route, case: Case) -> Iterator[str]:
    """Every address of a route about a case; the same list for each case, one by one."""
    known = {
        "<number>": case.number,
        "<int:file_id>": str(case.file_id),
        "<int:notice_id>": str(case.notice_id),
        "<int:deadline_id>": str(case.deadline_id),
        "<code>": case.code,
        "<int:year>": "2026",
        "<part>": "A1",
        "<indicator_id>": "A1.I.1.a",
        "<int:evidence_id>": "1",
        "<int:size>": "1",
        "<path:filename>": "css/none.css",
        **case.ids,
    }
    rule = route.rule
    for name, value in known.items():
        rule = rule.replace(name, value)
    for part, values in SEVERAL.items():
        if part in rule:
            yield from (rule.replace(part, value) for value in values)
            return
    yield re.sub("<[^<>]+>", "x", re.sub("<int:[^<>]+>", "1", rule))


def person_routes(app: Flask, method: str) -> list[Route]:
    """Routes that people open with this method, the door and machines' included, static files not."""
    return [
        route
        for route in list_routes(app)
        if method in route.methods and route.endpoint != "static" and route.audience is not Audience.MACHINE
    ]


def csrf_of(client: StrictClient, path: str = "/masuk/sandi") -> str:
    """The CSRF token of this client's session, from a form that is open to it."""
    page = client.get(path)
    if page.status_code != 200:
        page = client.get("/masuk")
    found = lxml.html.fromstring(page.get_data(as_text=True)).xpath("//input[@name='csrf_token']/@value")
    return str(found[0])


ENDS = frozenset({"entrance.sign_out", "public.close_status", "public.leave", "public.quick_exit"})
"""Endpoints after which a session is another one."""

_TOKEN = re.compile(r'(name="csrf_token"[^>]*value=")[^"]*')


def shape(answer: TestResponse, number: str) -> tuple[int, str, list[tuple[str, str]]]:
    """An answer without what differs by itself: the number asked for, CSRF token, request id, cookies."""
    body = _TOKEN.sub(r"\1", answer.get_data(as_text=True)).replace(number, "NUMBER")
    headers = [
        (name, value.replace(number, "NUMBER"))
        for name, value in answer.headers
        if name not in ("X-Request-ID", "Set-Cookie")
    ]
    return answer.status_code, body, sorted(headers)


def plain_shape(answer: TestResponse, path: str) -> tuple[int, str, list[tuple[str, str]]]:
    """`shape` without the address that was asked for, however it was written, and the length it makes."""
    if answer.mimetype.startswith("image/"):
        return answer.status_code, answer.mimetype, []
    status, body, headers = shape(answer, "NONE")
    clear = unquote(path)
    for form in {
        path,
        clear,
        quote(clear),
        quote(clear, safe=""),
        quote(quote(clear), safe=""),
        escape(clear),
    }:
        body = body.replace(form, "PATH")
        headers = [(name, value.replace(form, "PATH")) for name, value in headers]
    return status, body, [pair for pair in headers if pair[0] != "Content-Length"]


def count_rows(session: Session) -> dict[str, int]:
    """How many rows each table holds."""
    session.rollback()
    return {
        table.name: session.execute(select(func.count()).select_from(table)).scalar_one()
        for table in Model.metadata.sorted_tables
    }


def fingerprint(session: Session) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table, for telling whether anything at all was changed."""
    session.rollback()
    return {
        table.name: sorted(map(tuple, session.execute(select(table)).all()), key=repr)
        for table in Model.metadata.sorted_tables
    }
