"""Opening a page changes nothing but the log of reading, whoever opens it.

Every route, every role, every row of every table: the only traces allowed are read entries and the heads of
their chains.
"""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from app.access import Audience, list_routes
from app.extensions import db
from app.models import AuditEntry
from tests.security.tracks import Tracks, mark_of
from tests.security.world import ENDS, World, addresses, as_person, csrf_of, enter, fingerprint, person_routes

READS = {"case.read", "file.read", "log.read", "sample.read"}
PEOPLE = (
    "kasiwas",
    "petugas",
    "kasipropam",
    "kaspkt",
    "kapolresta",
    "pengganti",
    "admin",
    "ombudsman",
    "pelapor",
    None,
)
WORDS = (b"Saya menunggu SKCK", b"Mohon lampirkan bukti", b"bukti.jpg", b"Dua hari kerja hilang")
"""What a case says: the complaint, its letter, its file."""
LOG_OF_READING = ("audit_entry", "audit_chain")


@pytest.mark.database("sqlite")
@pytest.mark.parametrize("who", PEOPLE)
def test_no_get_writes_more_than_a_read_entry(app: Flask, world: World, who: str | None) -> None:
    assert_gets_only_read(app, world, who)


@pytest.mark.database("postgresql")
def test_so_it_is_on_postgresql(app: Flask, world: World) -> None:
    assert_gets_only_read(app, world, "pengganti")


def assert_gets_only_read(app: Flask, world: World, who: str | None) -> None:
    """Open every address of every route, and compare every row before and after."""
    client = as_person(app, world, who)
    with app.app_context():
        before = fingerprint(db.session())
    opened = 0
    for route in list_routes(app):
        if "GET" not in route.methods or route.endpoint in ENDS:
            continue
        of_both = (path for case in (world.own, world.conflicted) for path in addresses(route, case))
        for path in dict.fromkeys(of_both):  # most addresses name no case
            for tail in ("", "?asli=1&lang=en"):
                answer = client.get(path + tail)
                opened += answer.status_code == 200
                answer.close()
    with app.app_context():
        after = fingerprint(db.session())
    assert opened > 10
    if who == "pelapor":
        assert client.get("/status/kasus").status_code == 200, "the case stood open to the end"
    for table, rows in before.items():
        if table not in LOG_OF_READING:
            assert after[table] == rows, f"opening pages as {who} changed {table}"
    old, new = set(before["audit_entry"]), set(after["audit_entry"])
    kind = AuditEntry.__table__.columns.keys().index("kind")
    assert old <= new
    assert {row[kind] for row in new - old} <= READS


def test_what_is_asked_for_with_head_is_logged_as_read(app: Flask, world: World) -> None:
    """HEAD runs the same view: it may not be a way to look without leaving a trace."""
    client = enter(app, "pengganti")
    with app.app_context():
        before = fingerprint(db.session())["audit_entry"]
    answer = FlaskClient.open(
        client, f"/staf/pengaduan/{world.own.number}", method="HEAD"
    )  # has no body to check
    assert (answer.status_code, answer.data) == (200, b"")
    with app.app_context():
        assert len(fingerprint(db.session())["audit_entry"]) == len(before) + 1


@pytest.mark.database("sqlite")
def test_every_page_that_shows_a_case_leaves_a_read_entry(app: Flask, world: World) -> None:
    """A page of a case with its words on it counts as opening it, by whichever address."""
    client = enter(app, "pengganti")
    silent = []
    for route in list_routes(app):
        if "GET" not in route.methods or route.audience is not Audience.STAFF or "<number>" not in route.rule:
            continue
        for path in addresses(route, world.own):
            with app.app_context():
                before = len(fingerprint(db.session())["audit_entry"])
            answer = client.get(path)
            shows = any(words in answer.get_data() for words in WORDS)
            with app.app_context():
                if shows and len(fingerprint(db.session())["audit_entry"]) == before:
                    silent.append(path)
    assert not silent


@pytest.mark.database("sqlite")
@pytest.mark.parametrize("who", ["pengganti", "ombudsman"])
def test_no_form_comes_back_with_a_case_and_leaves_no_trace(
    app: Flask, world: World, tracks: Tracks, who: str
) -> None:
    """Sending a form wrongly filled in, without having opened its page, would be a way to look unseen."""
    client, silent, told = enter(app, who), [], 0
    token, words = csrf_of(client), (*WORDS, mark_of(tracks.own).encode())
    for route in person_routes(app, "POST"):
        if route.audience not in (Audience.STAFF, Audience.REVIEW) or "<" not in route.rule:
            continue
        for path in addresses(route, tracks.own):
            before = count_entries(app)
            answer = client.post(path, data={"csrf_token": token})
            body = answer.get_data()
            answer.close()
            if any(one in body for one in words):
                told += 1
                silent += [path] if count_entries(app) == before else []
    assert told
    assert not silent


def count_entries(app: Flask) -> int:
    with app.app_context():
        return db.session().scalar(select(func.count()).select_from(AuditEntry)) or 0
