"""What reviewers opened, as the station sees it: everything but what does not exist for the reader."""

from __future__ import annotations

import lxml.html
import pytest
import time_machine
from flask import Flask

from app.extensions import db
from app.queries.reviewer_reads import list_reviewer_reads
from app.services.access import open_identity, record_read
from app.services.log_reading import record_log_read
from app.services.respondents import name_respondent
from tests.app.review.conftest import sign_in
from tests.factories import MONDAY, Station, add_user, lodge, make_station
from tests.support.client import StrictClient
from workflows.vocabulary import Role

PAGE = "/staf/ombudsman/pembukaan"


@pytest.fixture
def station(app: Flask) -> Station:
    """A case that a reviewer, and an officer, opened; and one against the Kasiwas, opened as well."""
    with app.app_context():
        made = make_station()
        reviewer, kasiwas = made.actor("ombudsman"), made.actor("kasiwas")
        first, second = lodge(made).number, lodge(made).number
        add_user(made, "pengganti", Role.COORDINATOR)
        record_read(first, actor=kasiwas, at=MONDAY)
        record_read(first, actor=reviewer, at=MONDAY)
        record_read(second, actor=reviewer, at=MONDAY)
        open_identity(first, "Konfirmasi.", actor=reviewer, at=MONDAY)
        record_log_read(made.agency_id, {"case": second}, actor=reviewer, at=MONDAY)
        name_respondent(second, user_id=made.people["kasiwas"], actor=kasiwas, at=MONDAY)
    return made


def test_the_station_sees_who_opened_what_and_nothing_of_a_case_against_oneself(
    app: Flask, station: Station
) -> None:
    with app.app_context():
        seen = list_reviewer_reads(db.session(), station.actor("kasiwas"))
        assert [(row.kind, row.number) for row in seen.rows] == [
            ("log.read", None),
            ("identity.read", "SRG-2026-000001"),
            ("case.read", "SRG-2026-000001"),
        ]
        assert {row.by.title for row in seen.rows} == {"Asisten Ombudsman"}
        head = list_reviewer_reads(db.session(), station.actor("kapolresta"), limit=3)
        assert [row.number for row in head.rows] == [None, "SRG-2026-000001", "SRG-2026-000002"]
        rest = list_reviewer_reads(db.session(), station.actor("kapolresta"), cursor=head.after, limit=3)
        assert [row.kind for row in rest.rows] == ["case.read"]
        assert rest.after is None


@pytest.mark.database("sqlite")
def test_its_page_is_for_those_who_answer_for_the_station(client: StrictClient, station: Station) -> None:
    with time_machine.travel(MONDAY, tick=False):
        sign_in(client, "kasiwas")
        page = client.get(PAGE).get_data(as_text=True)
        text = " ".join(lxml.html.fromstring(page).text_content().split())
        assert "Identitas pelapor dibuka SRG-2026-000001 Nama Ombudsman, Asisten Ombudsman" in text
        assert "SRG-2026-000002" not in page
        assert PAGE in client.get("/staf/ombudsman").get_data(as_text=True)
    with time_machine.travel(MONDAY, tick=False):
        other = client.application.test_client()
        sign_in(other, "kasatlantas")  # type: ignore[arg-type]
        assert other.get(PAGE).status_code == 404
