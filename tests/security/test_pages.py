"""Every page that anybody can reach: what a browser is told, what stands in it, and where its links lead."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, cast
from urllib.parse import urlsplit

import lxml.html
import pytest
from flask import Flask
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from app import create_app
from app.access import Audience, list_routes
from app.extensions import db
from app.models import Complaint, Draft
from app.security.headers import CONTENT_SECURITY_POLICY
from config import Environment, Settings
from tests.app.public.steps import ANSWERS, walk
from tests.factories import PASSWORD
from tests.security.world import (
    ENDS,
    World,
    addresses,
    as_person,
    csrf_of,
    enter,
    person_routes,
)
from tests.support.client import StrictClient
from tests.support.databases import dispose

pytestmark = pytest.mark.database("sqlite")

STRICT = "; ".join(f"{name} {value}" for name, value in CONTENT_SECURITY_POLICY.items())
PEOPLE = ("pengganti", "petugas", "ombudsman", "admin", "pelapor", None)
OUTSIDE = {("https", "www.bmkg.go.id")}
"""Where the quick exit leads: a page that anybody may have open; it gets no Referer."""
PERSONAL = ("Siti", "Rahmawati", "rahmawati", "Cilegon", "81234567890", "Nama ", "%40", "@")
"""Words of the complainants and of the staff, who may stand in no address."""


def pages(app: Flask, world: World, who: str | None) -> Iterator[tuple[str, TestResponse]]:
    """Every page that this person can open, and every error page on the way."""
    client = as_person(app, world, who)
    for route in list_routes(app):
        if "GET" in route.methods and route.endpoint not in {"static", *ENDS}:
            for path in addresses(route, world.own):
                yield path, client.get(path)
    token = csrf_of(client)
    for route in person_routes(app, "POST"):
        if route.endpoint in ENDS:
            continue
        path = next(addresses(route, world.own))
        yield path, client.post(path)
        yield path, client.post(path, data={"csrf_token": token})
    yield "/tidak-ada", client.get("/tidak-ada")
    yield "/tidak-ada", client.get("/%00")
    yield "/staf/", client.put("/staf/")
    app.config["MAX_CONTENT_LENGTH"] = 1000
    yield "/masuk", client.post("/masuk", data={"csrf_token": token, "username": "x" * 2000})


@pytest.mark.parametrize("who", PEOPLE)
def test_headers_markup_and_addresses_of_every_page(app: Flask, world: World, who: str | None) -> None:
    statuses, links = set(), 0
    for path, answer in pages(app, world, who):
        statuses.add(answer.status_code)
        policy = answer.headers.get_all("Content-Security-Policy")
        assert policy in ([STRICT], ["default-src 'none'; sandbox"]), path
        assert "unsafe" not in policy[0], path
        assert answer.headers["Cache-Control"] == "no-store", path
        assert answer.headers["X-Content-Type-Options"] == "nosniff", path
        assert answer.headers["Referrer-Policy"] == "no-referrer", path
        assert answer.headers["X-Frame-Options"] == "DENY", path
        assert "Server" not in answer.headers or "/" not in answer.headers["Server"], path
        if answer.location:
            assert_harmless(path, answer.location)
        if answer.mimetype == "text/html":
            document = lxml.html.fromstring(answer.get_data(as_text=True))
            assert_no_inline(path, document)
            links += assert_addresses_are_ours(path, document)
        if answer.mimetype not in ("text/html", "application/json", "application/problem+json"):
            assert answer.headers["Content-Disposition"].startswith("attachment"), path
        answer.close()
    assert {200, 302, 400, 404, 405, 413} <= statuses
    assert links > 100


def assert_no_inline(path: str, document: lxml.html.HtmlElement) -> None:
    for element in document.iter():
        if not isinstance(element.tag, str):
            continue
        assert element.tag not in ("style", "iframe", "object", "embed", "base"), path
        assert element.tag != "script" or (element.get("src") and not (element.text or "").strip()), path
        for name, value in element.attrib.items():
            assert not name.startswith("on"), f"{path}: {name}"
            assert name != "style", f"{path}: style attribute on {element.tag}"
            assert not value.strip().lower().startswith(("javascript:", "vbscript:", "data:text")), path


def assert_addresses_are_ours(path: str, document: lxml.html.HtmlElement) -> int:
    """Fail for a link that leads elsewhere or names somebody; gives how many there are."""
    found = 0
    for _element, attribute, link, _at in document.iterlinks():
        found += 1
        assert attribute in ("href", "src", "action", "formaction"), path
        if not link.startswith("data:image/"):
            assert_harmless(path, link)
    return found


def assert_harmless(path: str, link: str) -> None:
    parts = urlsplit(link)
    if parts.netloc:
        assert (parts.scheme, parts.netloc) in OUTSIDE, f"{path} leads to {link}"
        return
    assert parts.scheme in ("", "tel", "mailto"), f"{path} leads to {link}"
    if not parts.scheme:
        assert not any(word in link for word in PERSONAL), f"{path} has {link}"


@pytest.mark.parametrize(
    "wanted",
    [
        "https://jahat.example/staf/",
        "//jahat.example/staf/",
        "/\\jahat.example",
        "/staf/../..//jahat.example",
        "/staf/%2e%2e//jahat.example",
        "/staf/@jahat.example",
        "\t//jahat.example",
        "/ombudsman/",
        "javascript:alert(1)",
        "/staf/?x=https://jahat.example",
    ],
)
def test_signing_in_leads_nowhere_else(app: Flask, world: World, wanted: str) -> None:
    client = cast(StrictClient, app.test_client())
    page = client.get("/masuk")
    token = lxml.html.fromstring(page.get_data(as_text=True)).xpath("//input[@name='csrf_token']/@value")[0]
    answer = client.post(
        "/masuk",
        query_string={"next": wanted},
        data={"csrf_token": str(token), "username": "kasiwas", "password": PASSWORD},
    )
    if answer.status_code == 400:  # a control character in the address
        return
    assert answer.status_code == 302
    went = urlsplit(answer.location)
    assert (went.scheme, went.netloc) == ("", "")
    assert answer.location.startswith("/staf/")
    again = client.get("/masuk", query_string={"next": wanted})
    assert again.location.startswith("/staf/")


@pytest.mark.parametrize("path", ["//jahat.example/", "/%2F%2Fjahat.example", "/\\jahat.example"])
def test_the_language_switch_stays_here(app: Flask, path: str) -> None:
    client = cast(StrictClient, app.test_client())
    page = client.get(path, environ_overrides={"PATH_INFO": path})
    document = lxml.html.fromstring(page.get_data(as_text=True))
    links = [link for _e, _a, link, _p in document.iterlinks() if "lang=" in link]
    assert links
    for link in links:
        assert link.startswith("/")
        assert not link.startswith(("//", "/\\"))


@pytest.mark.parametrize("path", ["/", "/masuk", "/status", "/staf/", "/tidak-ada", "/privasi"])
def test_the_host_that_a_visitor_claims_is_believed_nowhere(app: Flask, path: str) -> None:
    client = cast(StrictClient, app.test_client())
    headers = {"X-Forwarded-Host": "jahat.example", "Forwarded": "host=jahat.example"}
    answer = client.get(path, base_url="http://jahat.example", headers=headers)
    assert "jahat.example" not in answer.get_data(as_text=True)
    assert "jahat.example" not in (answer.location or "")


def test_a_token_of_another_session_is_refused(app: Flask, world: World) -> None:
    thief, victim = enter(app, "admin"), enter(app, "pengganti")
    token = csrf_of(thief)
    for route in person_routes(app, "POST"):
        path = next(addresses(route, world.own))
        wanted = 404 if route.endpoint == BY_ITS_ADDRESS else 400
        if route.endpoint not in BACK_TO_THE_FORM:
            assert victim.post(path, data={"csrf_token": token}).status_code == wanted, path
        assert victim.post(path, headers={"X-CSRFToken": "x"}).status_code == wanted, path
    assert victim.get("/staf/").status_code == 200


BACK_TO_THE_FORM = ("public.answer", "public.send")
"""A question that stood open past its session comes back with what was typed; see the next test."""
BY_ITS_ADDRESS = "public.stop_notices"
"""A mail program posts without a page of ours (RFC 8058): the secret in the address is its right."""


@pytest.mark.parametrize("site", [None, "none", "same-origin", "same-site", "cross-site"])
def test_filing_keeps_and_sends_nothing_by_a_token_of_another_session(
    app: Flask, world: World, site: str | None
) -> None:
    token = csrf_of(enter(app, "admin"))
    victim = cast(StrictClient, app.test_client())
    slugs = walk(victim, satuan={"station": "SRG"})
    headers = {} if site is None else {"Sec-Fetch-Site": site}
    before = drafts_and_cases(app)
    for slug in [*slugs, "periksa"]:
        if slug == "bukti":  # a route of its own, refused above
            continue
        typed = {"csrf_token": token, "consent": "y", "forward": "y", **ANSWERS.get(slug, {"station": "SRG"})}
        answer = victim.post(f"/lapor/{slug}", data=typed, headers=headers)
        assert answer.status_code == (400 if site in ("same-site", "cross-site") else 422), slug
        assert drafts_and_cases(app) == before, slug
    assert victim.get("/lapor/periksa").status_code == 200, "and the writer goes on undisturbed"


def drafts_and_cases(app: Flask) -> tuple[Any, ...]:
    """Every draft as it lies sealed, and how many complaints there are."""
    with app.app_context():
        session = db.session()
        sealed = session.scalars(select(Draft.answers_sealed).order_by(Draft.id)).all()
        return *sealed, session.scalar(select(func.count()).select_from(Complaint))


def test_machines_routes_take_no_posts(app: Flask) -> None:
    """What CSRF does not watch over can't write."""
    for route in list_routes(app):
        if route.audience is Audience.MACHINE:
            assert set(route.methods) <= {"GET"}, route.rule


def test_every_cookie_is_guarded(settings: Settings, world: World) -> None:
    """Over HTTPS: each cookie is for this host, for HTTPS, for no script, and not for other sites."""
    secure = create_app(
        Settings(
            environment=Environment.TEST,
            instance_path=settings.instance_path,
            database_url=settings.database_url,
            public_url="https://lapor.example.go.id",
        )
    )
    try:
        client = secure.test_client()
        base = "https://lapor.example.go.id"
        page = client.get("/masuk?lang=en", base_url=base)
        token = lxml.html.fromstring(page.get_data(as_text=True)).xpath("//input[@name='csrf_token']/@value")[
            0
        ]
        form = {"csrf_token": str(token), "username": "kasiwas", "password": PASSWORD}
        answer = client.post("/masuk", data=form, base_url=base)
        assert answer.status_code == 302
        cookies = page.headers.getlist("Set-Cookie") + answer.headers.getlist("Set-Cookie")
        assert {cookie.partition("=")[0] for cookie in cookies} == {"__Host-sahut", "sahut_lang"}
        for cookie in cookies:
            flags = {part.strip().partition("=")[0].lower() for part in cookie.split(";")[1:]}
            assert {"secure", "httponly", "samesite", "path"} <= flags, cookie
            assert "domain" not in flags, cookie
        session_cookie = next(cookie for cookie in cookies if cookie.startswith("__Host-sahut"))
        assert "expires" not in session_cookie.lower(), "it ends with the browser"
    finally:
        dispose(secure)
