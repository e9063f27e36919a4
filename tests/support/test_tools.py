"""The databases, the mail server and the browser of the tests do what they say."""

from __future__ import annotations

import smtplib
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from flask import Flask
from sqlalchemy import create_engine, inspect, select, text

from app.database import unit_of_work
from app.extensions import db
from app.models import Agency
from tests.support.browser import strict_page
from tests.support.databases import KINDS, Database, Kind, fresh_database_url
from tests.support.mail import MailServer

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

    from tests.support.browser import LiveServer


@pytest.mark.parametrize("turn", [1, 2])
def test_each_test_finds_its_database_empty_and_numbered_from_one(app: Flask, turn: int) -> None:
    with app.app_context():
        with unit_of_work() as session:
            session.add(Agency(code="UJI", name=f"Giliran {turn}", kind="polres"))
        assert db.session.scalars(select(Agency.id)).all() == [1]


@pytest.mark.database("postgresql")
def test_a_changed_table_does_not_reach_the_next_test(database: Database, tmp_path: Path) -> None:
    engine = create_engine(database.url)
    with engine.begin() as connection:
        assert not inspect(connection).has_table("stray")
        connection.execute(text("CREATE TABLE stray (id int)"))
    engine.dispose()


@pytest.mark.database("postgresql")
def test_indeed_it_did_not(database: Database) -> None:
    engine = create_engine(database.url)
    assert not inspect(engine).has_table("stray")
    engine.dispose()


@pytest.mark.parametrize("kind", KINDS)
def test_a_database_without_migrations_has_no_table(kind: Kind, tmp_path: Path) -> None:
    with fresh_database_url(kind, tmp_path, migrated=False) as url:
        engine = create_engine(url)
        assert inspect(engine).get_table_names() == []
        engine.dispose()


def test_the_mail_server_keeps_letters_and_refuses_when_told(smtp_server: MailServer) -> None:
    smtp_server.answers.append("451 try later")
    letter = "Subject: Uji\r\nMessage-ID: <a@b>\r\n\r\nisi\r\n"
    with smtplib.SMTP(smtp_server.host, smtp_server.port) as connection:
        with pytest.raises(smtplib.SMTPDataError, match="451"):
            connection.sendmail("sahut@example.go.id", ["siti@example.id"], letter)
        connection.sendmail("sahut@example.go.id", ["siti@example.id"], letter)
    (kept,) = smtp_server.letters
    assert (kept.sender, kept.recipients) == ("sahut@example.go.id", ["siti@example.id"])
    assert (kept.message["Message-ID"], kept.message.get_content()) == ("<a@b>", "isi\r\n")


@pytest.mark.database("sqlite")
def test_the_browser_is_the_size_of_a_phone_and_speaks_indonesian(page: Page) -> None:
    response = page.goto("/healthz")
    assert response is not None
    assert response.status == 200
    assert page.evaluate("[innerWidth, navigator.language]") == [360, "id-ID"]


@pytest.mark.database("sqlite")
@pytest.mark.parametrize(
    "script",
    [
        "console.error('rusak')",
        "setTimeout(() => { throw new Error('rusak') })",
        "fetch('http://127.0.0.2:9/rusak')",
    ],
    ids=["console", "exception", "foreign-host"],
)
def test_a_page_that_makes_the_browser_complain_fails(
    browser: Browser, live_server: LiveServer, script: str
) -> None:
    def visit() -> None:
        with strict_page(browser, live_server.url) as page:
            page.goto("/healthz")
            page.evaluate(f"() => {{ {script}; return new Promise(done => setTimeout(done, 50)) }}")

    with pytest.raises((AssertionError,), match="rusak"):
        visit()
