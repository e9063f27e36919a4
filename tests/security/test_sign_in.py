"""The door under attack: guessing, watching the answers, bringing a session along, coming back."""

from __future__ import annotations

import time
from typing import cast

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from app import clock
from app.access import Audience
from app.database import unit_of_work
from app.extensions import db
from app.models import AuditEntry, User
from app.services import accounts
from app.services.accounts import FREE_FAILURES
from tests.factories import PASSWORD, Station, add_user, make_station
from tests.security.world import World, addresses, csrf_of, enter, fingerprint, person_routes, shape
from tests.support.client import StrictClient
from workflows.vocabulary import Role

pytestmark = pytest.mark.database("sqlite")

WRONG = "sandi-yang-lain"


@pytest.fixture
def station(app: Flask, frozen_clock: time_machine.Traveller) -> Station:
    with app.app_context():
        return make_station()


def knock(app: Flask, username: str, password: str) -> tuple[int, str, list[tuple[str, str]]]:
    """The answer to one attempt in a fresh browser, without the name that was typed."""
    client = cast(StrictClient, app.test_client())
    answer = client.submit("/masuk", {"username": username, "password": password})
    return shape(answer, username)


def test_name_password_lock_and_switch_are_told_alike(app: Flask, station: Station) -> None:
    with app.app_context():
        add_user(station, "cutilama", Role.INTAKE, unit="siwas", is_active=False)
        add_user(station, "terkunci", Role.INTAKE, unit="siwas")
        for _ in range(FREE_FAILURES + 1):
            accounts.sign_in("terkunci", WRONG, at=clock.now())
    answers = [
        knock(app, "petugas1", WRONG),
        knock(app, "tidakada", WRONG),
        knock(app, "tidakada", PASSWORD),
        knock(app, "cutilama", PASSWORD),
        knock(app, "cutilama", WRONG),
        knock(app, "terkunci", PASSWORD),
        knock(app, "penyidik", WRONG),
    ]
    assert answers[0][0] == 422
    assert all(answer == answers[0] for answer in answers)
    assert WRONG not in answers[0][1]


def test_a_hash_is_computed_for_a_name_that_nobody_has(app: Flask, station: Station) -> None:
    """Told by the work of this process, not by the time of an answer: nothing else here costs as much."""

    def work(username: str) -> float:
        costs = []
        for _ in range(3):
            with app.app_context():
                before = time.process_time()
                accounts.sign_in(username, WRONG, at=clock.now())
                costs.append(time.process_time() - before)
        return min(costs)

    assert work("tidakada") > work("kasiwas") / 3
    assert work("k" * 200) > work("kasiwas") / 3


def test_an_account_is_locked_for_guessers_from_everywhere(app: Flask, station: Station) -> None:
    """The lock is the account's: another address or browser helps nothing, nor does the right password."""
    for attempt in range(FREE_FAILURES + 1):
        client = app.test_client()
        form = {"username": "kasiwas", "password": WRONG, "csrf_token": csrf_of(cast(StrictClient, client))}
        client.post("/masuk", data=form, environ_base={"REMOTE_ADDR": f"10.0.0.{attempt}"})
    assert knock(app, "kasiwas", PASSWORD)[0] == 422
    assert enter(app, "petugas").get("/staf/").status_code == 200


def test_one_address_can_not_try_name_after_name(app: Flask, station: Station) -> None:
    client = cast(StrictClient, app.test_client())
    token = csrf_of(client, "/masuk")
    statuses = [
        client.post(
            "/masuk", data={"csrf_token": token, "username": f"nama{number}", "password": WRONG}
        ).status_code
        for number in range(21)
    ]
    assert statuses == [422] * 20 + [429]
    forged = client.post(
        "/masuk",
        data={"csrf_token": token, "username": "kasiwas", "password": PASSWORD},
        headers={"X-Forwarded-For": "10.9.9.9", "Forwarded": "for=10.9.9.9", "X-Real-IP": "10.9.9.9"},
    )
    assert forged.status_code == 429, "a header that anybody can send is no address"


def test_guessing_the_present_password_locks_as_at_the_door(app: Flask, station: Station) -> None:
    """Who finds a desk open must not learn the password by trying it where it is changed."""
    client = enter(app, "kasiwas")
    form = {"current": WRONG, "new": "kuda pagar besi tua", "again": "kuda pagar besi tua"}
    for _ in range(FREE_FAILURES + 1):
        assert client.submit("/masuk/sandi", form).status_code == 422
    assert client.submit("/masuk/sandi", form | {"current": PASSWORD}).status_code == 422
    assert knock(app, "kasiwas", PASSWORD)[0] == 422
    with app.app_context():
        kinds = db.session().scalars(select(AuditEntry.kind).where(AuditEntry.chain == "agency:SRG")).all()
    assert kinds.count("account.sign_in_failed") == FREE_FAILURES + 1
    assert "account.password_changed" not in kinds


def test_a_session_from_before_is_not_the_session_after(app: Flask, station: Station) -> None:
    """Fixation: what an attacker put into the victim's browser beforehand opens nothing afterwards."""
    victim = cast(StrictClient, app.test_client())
    token = csrf_of(victim, "/masuk")
    planted = victim.get_cookie("sahut")
    assert planted is not None
    victim.post("/masuk", data={"csrf_token": token, "username": "kasiwas", "password": PASSWORD})
    grown = victim.get_cookie("sahut")
    assert grown is not None
    assert grown.value != planted.value
    attacker = cast(StrictClient, app.test_client())
    attacker.set_cookie("sahut", planted.value)
    assert attacker.get("/staf/").status_code == 302
    assert victim.post("/keluar", data={"csrf_token": token}).status_code == 400, "nor does its token"


def test_the_end_of_one_session_is_the_end_of_all(app: Flask, station: Station) -> None:
    """Signing out, a new password, a reset and switching off each end a cookie copied to another machine."""

    def sign_out() -> None:
        desk.post("/keluar", data={"csrf_token": csrf_of(desk)})

    def change() -> None:
        form = {"current": PASSWORD, "new": "kuda pagar besi tua", "again": "kuda pagar besi tua"}
        assert desk.submit("/masuk/sandi", form).status_code == 302

    def reset() -> None:
        with app.app_context():
            accounts.reset_access(who, at=clock.now())

    def switch_off() -> None:
        with app.app_context(), unit_of_work() as session:
            session.get_one(User, station.people[who]).is_active = False

    for who, end in (("kasiwas", sign_out), ("petugas", change), ("kaspkt", reset), ("penyidik", switch_off)):
        desk, copy = enter(app, who), cast(StrictClient, app.test_client())
        cookie = desk.get_cookie("sahut")
        assert cookie is not None
        copy.set_cookie("sahut", cookie.value)
        assert copy.get("/staf/").status_code == 200
        end()
        assert copy.get("/staf/").status_code == 302, end.__name__


def test_a_cookie_that_was_made_up_opens_nothing(app: Flask, station: Station) -> None:
    """Neither unsigned, nor signed with another key, nor with the epoch of tomorrow."""
    from flask.sessions import SecureCookieSessionInterface

    other = Flask("other")
    other.secret_key = "x" * 32
    signer = SecureCookieSessionInterface().get_signing_serializer(other)
    assert signer is not None
    wanted = {
        "_user_id": f"{station.people['kasiwas']}.0",
        "_fresh": True,
        "seen": int(clock.now().timestamp()),
    }
    for value in (str(signer.dumps(wanted)), "eyJfdXNlcl9pZCI6IjEuMCJ9.x.y", ""):
        client = cast(StrictClient, app.test_client())
        client.set_cookie("sahut", value)
        assert client.get("/staf/").status_code == 302


def test_an_initial_password_opens_no_page_but_its_change(app: Flask, world: World) -> None:
    """By any address and method, reviewers included, and leaving nothing behind."""
    with app.app_context():
        add_user(world.station, "baru", Role.COORDINATOR, must_change_password=True)
        with unit_of_work() as session:
            session.scalars(
                select(User).where(User.username == "ombudsman")
            ).one().must_change_password = True
    for who, audience in (("baru", Audience.STAFF), ("ombudsman", Audience.REVIEW)):
        client = enter(app, who)
        token = csrf_of(client)
        with app.app_context():
            before = fingerprint(db.session())
        for method in ("GET", "POST"):
            for route in person_routes(app, method):
                if route.audience is not audience:
                    continue
                for path in addresses(route, world.own):
                    answer = client.open(
                        path, method=method, data={"csrf_token": token} if method == "POST" else None
                    )
                    assert (answer.status_code, answer.location) == (302, "/masuk/sandi"), f"{method} {path}"
        with app.app_context():
            assert fingerprint(db.session()) == before


def test_the_administrator_of_accounts_opens_no_case(app: Flask, world: World) -> None:
    client = enter(app, "admin")
    token = csrf_of(client)
    for method in ("GET", "POST"):
        for route in person_routes(app, method):
            if route.audience is not Audience.STAFF:
                continue
            for path in addresses(route, world.own):
                answer = client.open(
                    path, method=method, data={"csrf_token": token} if method == "POST" else None
                )
                assert answer.status_code in (302, 404) or path == "/staf/", f"{method} {path}"
                assert world.own.number not in answer.get_data(as_text=True).replace(path, "")
