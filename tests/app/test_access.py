"""Who may come in where: every route names its audience, and strangers find nothing."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import cast

import lxml.html
import pytest
import time_machine
from flask import Blueprint, Flask
from sqlalchemy import select

from app.access import IDLE_LIMIT, Audience, audience_of, declare, list_routes, safe_next
from app.database import unit_of_work
from app.extensions import db
from app.models import Notice, User
from app.queries.accounts import Account
from app.security.passwords import SHORTEST
from tests.factories import Station, add_user, complaint_of, lodge, make_station, walk
from tests.support.client import StrictClient
from workflows.vocabulary import Event, Role

pytestmark = [pytest.mark.database("sqlite"), pytest.mark.usefixtures("frozen_clock")]

HOME_OF = {Audience.STAFF: "/staf/", Audience.REVIEW: "/ombudsman/"}


@pytest.fixture
def station(app: Flask) -> Station:
    with app.app_context():
        return make_station()


def sign_in(app: Flask, username: str) -> StrictClient:
    client = cast(StrictClient, app.test_client())
    assert client.submit("/masuk", {"username": username, "password": "sandi-untuk-uji"}).status_code == 302
    return client


def test_every_route_names_its_audience(app: Flask) -> None:
    unnamed = [route for route in list_routes(app) if route.audience is None]
    assert not unnamed


def test_addresses_agree_with_their_audience(app: Flask) -> None:
    for route in list_routes(app):
        for audience, home in HOME_OF.items():
            below = route.rule.startswith(home)
            assert below == (route.audience is audience), f"{route.rule} is for {route.audience}"


def test_a_route_without_audience_is_listed_and_closed(app: Flask) -> None:
    stray = Blueprint("stray", __name__)
    stray.add_url_rule("/stray", "page", lambda: ("seen", {"Content-Type": "text/plain"}))
    app.register_blueprint(stray)
    assert audience_of(app, "stray.page") is None
    assert [route.rule for route in list_routes(app) if route.audience is None] == ["/stray"]
    assert app.test_client().get("/stray").status_code == 404


def test_a_nested_blueprint_belongs_to_the_audience_around_it(app: Flask) -> None:
    outer, inner = Blueprint("outer", __name__), Blueprint("inner", __name__)
    inner.add_url_rule("/inner", "page", lambda: ("seen", {"Content-Type": "text/plain"}))
    outer.register_blueprint(inner)
    declare(outer, Audience.CITIZEN)
    app.register_blueprint(outer)
    assert audience_of(app, "outer.inner.page") is Audience.CITIZEN
    assert app.test_client().get("/inner").get_data(as_text=True) == "seen"


def test_every_staff_page_sends_strangers_to_the_door(app: Flask, client: StrictClient) -> None:
    for route in list_routes(app):
        if route.audience not in (Audience.STAFF, Audience.REVIEW):
            continue
        path = fill(route.rule)
        if "GET" in route.methods:
            answer = client.get(path)
            assert answer.status_code == 302, path
            assert answer.location == f"/masuk?next={path}"
        if "POST" in route.methods:
            answer = client.post(path, data={"csrf_token": token_on(client, "/masuk")})
            assert (answer.status_code, answer.location) == (302, "/masuk"), path


def test_every_post_wants_its_token(app: Flask, station: Station) -> None:
    client = sign_in(app, "kasiwas")
    posts = [r for r in list_routes(app) if "POST" in r.methods and r.audience is not Audience.MACHINE]
    assert posts
    for route in posts:
        # A mail program stops notices without a page of ours (RFC 8058): the address holds its right.
        wanted = 404 if route.endpoint == "public.stop_notices" else 400
        assert client.post(fill(route.rule)).status_code == wanted, route.rule


def test_staff_find_no_reviewer_page_and_reviewers_no_staff_page(app: Flask, station: Station) -> None:
    staff, reviewer = sign_in(app, "kasiwas"), sign_in(app, "ombudsman")
    for route in list_routes(app):
        if "GET" not in route.methods:
            continue
        if route.audience is Audience.REVIEW:
            assert staff.get(fill(route.rule)).status_code == 404
        if route.audience is Audience.STAFF:
            assert reviewer.get(fill(route.rule)).status_code == 404


def test_people_land_on_their_own_page(app: Flask, station: Station, client: StrictClient) -> None:
    for who, home in (("kasiwas", "/staf/"), ("admin", "/staf/"), ("ombudsman", "/ombudsman/")):
        entered = cast(StrictClient, app.test_client())
        answer = entered.submit("/masuk", {"username": who, "password": "sandi-untuk-uji"})
        assert answer.location == home


def test_the_page_asked_for_is_shown_after_signing_in(
    app: Flask, station: Station, client: StrictClient
) -> None:
    door = client.get("/staf/antrean?tenggat=overdue").location
    assert door == "/masuk?next=/staf/antrean?tenggat%3Doverdue"
    answer = client.submit(
        door, {"username": "kasiwas", "password": "sandi-untuk-uji"}, page=client.get(door)
    )
    assert answer.location == "/staf/antrean?tenggat=overdue"


@pytest.mark.parametrize(
    "wanted",
    [
        "https://evil.example/staf/",
        "//evil.example/staf/",
        "/\\evil.example",
        "/staf/\\..\\evil",
        "/ombudsman/",
        "/staf/ x",
        "/staf/\nSet-Cookie: a=b",
        "javascript:alert(1)",
        "",
        None,
    ],
)
def test_the_next_page_is_never_somebody_elses(wanted: str | None) -> None:
    account = Account(1, "a", "A", "T", 0, False, 1, "SRG", "Polresta", "Asia/Jakarta", 1, "Siwas",
                      frozenset({Role.COORDINATOR}))  # fmt: skip
    assert safe_next(wanted, account) == "/staf/"


def test_an_idle_desk_is_signed_out(
    app: Flask, station: Station, frozen_clock: time_machine.Traveller
) -> None:
    client = sign_in(app, "kasiwas")
    frozen_clock.shift(IDLE_LIMIT - timedelta(seconds=1))
    assert client.get("/staf/").status_code == 200
    frozen_clock.shift(IDLE_LIMIT + timedelta(seconds=1))
    assert client.get("/staf/").location == "/masuk?next=/staf/"
    assert client.get("/staf/").status_code == 302


def test_what_was_typed_at_an_idle_desk_is_sent_after_signing_in_again(
    app: Flask, station: Station, frozen_clock: time_machine.Traveller
) -> None:
    with app.app_context():
        number = lodge(station).number
        walk(station, number, Event.VERIFY)
    client = sign_in(app, "petugas")
    page = client.get(f"/staf/pengaduan/{number}/request_completion")
    frozen_clock.shift(IDLE_LIMIT + timedelta(minutes=1))
    typed = "Mohon lengkapi:\n- tanggal <b>layanan</b>"
    door = client.submit("", {"text": typed}, page=page)
    assert door.status_code == 403
    assert "belum hilang" in door.get_data(as_text=True)
    wrong = client.submit("", {"username": "petugas", "password": "salah"}, page=door)
    assert wrong.status_code == 422
    again = client.submit("", {"username": "petugas", "password": "sandi-untuk-uji"}, page=wrong)
    assert "Isian Anda masih ada" in again.get_data(as_text=True)
    sent = client.submit("", page=again)
    assert sent.location == f"/staf/pengaduan/{number}"
    with app.app_context():
        assert complaint_of(number).substate == "awaiting_completion"
        letter = db.session().scalars(select(Notice.body).where(Notice.kind == "completeness")).one()
        assert typed in letter


def test_somebody_else_at_the_door_gets_nothing_of_it(
    app: Flask, station: Station, frozen_clock: time_machine.Traveller
) -> None:
    with app.app_context():
        number = lodge(station).number
        walk(station, number, Event.VERIFY)
    client = sign_in(app, "petugas")
    page = client.get(f"/staf/pengaduan/{number}/request_completion")
    frozen_clock.shift(IDLE_LIMIT + timedelta(minutes=1))
    door = client.submit("", {"text": "Rahasia."}, page=page)
    other = client.submit("", {"username": "kaspkt", "password": "sandi-untuk-uji"}, page=door)
    assert other.location == "/staf/"


def test_an_initial_password_is_changed_before_anything_else(app: Flask, station: Station) -> None:
    with app.app_context():
        add_user(station, "baru", Role.INTAKE, unit="siwas", must_change_password=True)
    client = sign_in(app, "baru")
    for path in ("/staf/", "/staf/antrean", "/staf/pengaduan/baru"):
        assert client.get(path).location == "/masuk/sandi"
    refused = client.submit(
        "/masuk/sandi", {"current": "sandi-untuk-uji", "new": "pendek", "again": "pendek"}
    )
    assert refused.status_code == 422
    assert f"paling sedikit {SHORTEST} karakter" in refused.get_data(as_text=True)
    answer = client.submit(
        "/masuk/sandi",
        {"current": "sandi-untuk-uji", "new": "kuda pagar besi tua", "again": "kuda pagar besi tua"},
    )
    assert answer.location == "/staf/"
    assert client.get("/staf/").status_code == 200


def test_a_cookie_from_before_signing_out_is_worth_nothing(app: Flask, station: Station) -> None:
    client = sign_in(app, "kasiwas")
    cookie = client.get_cookie("sahut")
    assert cookie is not None
    thief = cast(StrictClient, app.test_client())
    thief.set_cookie("sahut", cookie.value)
    assert thief.get("/staf/").status_code == 200
    out = client.post("/keluar", data={"csrf_token": token_on(client, "/staf/")})
    assert out.location == "/masuk"
    assert client.get("/staf/").status_code == 302
    assert thief.get("/staf/").status_code == 302


def test_signing_in_begins_a_new_session(app: Flask, station: Station) -> None:
    client = cast(StrictClient, app.test_client())
    with client.session_transaction() as before:
        before["planted"] = "by somebody else"
    client.submit("/masuk", {"username": "kasiwas", "password": "sandi-untuk-uji"})
    with client.session_transaction() as after:
        assert "planted" not in after
        assert after["_user_id"]


def test_a_session_moved_to_another_browser_ends(app: Flask, station: Station) -> None:
    client = sign_in(app, "kasiwas")
    answer = client.get("/staf/", headers={"User-Agent": "another browser"})
    assert answer.status_code == 302


def test_the_administrator_of_accounts_sees_no_case(app: Flask, station: Station) -> None:
    client = sign_in(app, "admin")
    page = client.get("/staf/").get_data(as_text=True)
    assert "Akun ini tidak menangani pengaduan" in page
    assert "/staf/antrean" not in page
    assert client.get("/staf/antrean").location == "/staf/"
    assert client.get("/staf/tenggat").location == "/staf/"


def test_a_switched_off_account_is_out_at_once(app: Flask, station: Station) -> None:
    client = sign_in(app, "kasiwas")
    with app.app_context(), unit_of_work() as session:
        session.get_one(User, station.people["kasiwas"]).is_active = False
    assert client.get("/staf/").status_code == 302


def fill(rule: str) -> str:
    """An address that fits a rule."""
    known = {"<number>": "SRG-2026-000001", "<action>": "verify", "<code>": "SRG"}
    for name, value in known.items():
        rule = rule.replace(name, value)
    return re.sub("<[^<>]+>", "x", re.sub("<int:[^<>]+>", "1", rule))


def token_on(client: StrictClient, path: str) -> str:
    """The CSRF token that a page carries."""
    found = lxml.html.fromstring(client.get(path).get_data(as_text=True)).xpath("//input[@name='csrf_token']")
    return str(found[0].get("value"))
