"""The survey: one page, one answer a link, nothing that leads back, and a way on for the unhappy."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask
from sqlalchemy import func, inspect, select

from app import clock
from app.extensions import db
from app.models import AuditEntry, CaseLink, OutboxItem, SurveyResponse
from app.models.survey import ELEMENTS
from app.queries.survey import list_comments, skm_results
from app.services import events, survey
from app.services.links import Purpose
from app.services.survey import NoMarks, SurveyGone, answer_survey, find_survey_token
from tests.factories import Station, complaint_of, lodge, walk
from tests.support.client import StrictClient
from workflows.snapshot import complainant_of
from workflows.vocabulary import ClosureReason, ComplaintClass, Event

pytestmark = pytest.mark.database("sqlite")
GOOD = dict.fromkeys(ELEMENTS, "4")


@pytest.fixture
def lodged(app: Flask, station: Station) -> Any:
    """A case whose decision was delivered."""
    with app.app_context():
        made = lodge(station, at=clock.now() - timedelta(days=1))
        walk(station, made.number, Event.DELIVER_DECISION, at=clock.now() - timedelta(hours=20))
        return made


def token_of(app: Flask, lodged: Any) -> str:
    with app.app_context():
        token = find_survey_token(db.session(), lodged.complaint_id, clock.now())
        assert token is not None
        return token


def responses(app: Flask) -> list[SurveyResponse]:
    with app.app_context():
        return list(db.session().scalars(select(SurveyResponse)))


def test_nine_elements_and_a_comment_are_kept_apart_from_the_case(
    app: Flask, client: StrictClient, station: Station, lodged: Any
) -> None:
    token = token_of(app, lodged)
    with app.app_context():
        entries = db.session().scalar(select(func.count()).select_from(AuditEntry))
    page = client.get(f"/survei/{token}")
    assert lodged.number not in page.get_data(as_text=True)
    done = client.submit(f"/survei/{token}", GOOD | {"comment": "Cepat dan ramah."}, page=page)
    assert "Terima kasih" in done.get_data(as_text=True)
    assert "keberatan" not in done.get_data(as_text=True)
    (row,) = responses(app)
    assert [getattr(row, code) for code in ELEMENTS] == [4] * 9
    assert (row.agency_id, row.service_id) == (station.agency_id, station.services["skck"])
    assert (row.answered_in, row.language, row.comment) == (date(2026, 3, 1), "id", "Cepat dan ramah.")
    with app.app_context():
        link = db.session().scalars(select(CaseLink).where(CaseLink.purpose == Purpose.SURVEY.value)).one()
        assert (link.is_used, link.used_at) == (True, None)
        assert db.session().scalar(select(func.count()).select_from(AuditEntry)) == entries


def test_no_column_of_an_answer_leads_to_a_case(app: Flask) -> None:
    with app.app_context():
        inspector = inspect(db.engine)
        targets = {key["referred_table"] for key in inspector.get_foreign_keys("survey_response")}
        kinds = {str(column["type"]) for column in inspector.get_columns("survey_response")}
    assert targets == {"agency", "service"}
    assert not any("TIME" in kind for kind in kinds)


@pytest.mark.parametrize("path", ["", "x" * 43, "tidak-ada"])
def test_a_wrong_link_gets_one_friendly_page(client: StrictClient, station: Station, path: str) -> None:
    answer = client.get(f"/survei/{path or 'x'}")
    assert answer.status_code == 404
    assert "tidak dapat diisi lagi" in answer.get_data(as_text=True)


def test_used_and_expired_links_get_the_same_page(
    app: Flask, client: StrictClient, station: Station, lodged: Any, frozen_clock: time_machine.Traveller
) -> None:
    wrong = client.get(f"/survei/{'x' * 43}").get_data(as_text=True)

    def page_of(token: str) -> str:
        return client.get(f"/survei/{token}").get_data(as_text=True).replace(token, "x" * 43)

    token = token_of(app, lodged)
    page = client.get(f"/survei/{token}")
    client.submit(f"/survei/{token}", GOOD, page=page)
    assert page_of(token) == wrong
    again = client.submit(f"/survei/{token}", GOOD, page=page)
    assert again.status_code == 404
    assert len(responses(app)) == 1
    with app.app_context():
        other = lodge(station, at=clock.now())
        walk(station, other.number, Event.DELIVER_DECISION, at=clock.now())
    late = token_of(app, other)
    frozen_clock.shift(timedelta(days=92))
    assert page_of(late) == wrong


def test_what_was_marked_and_typed_survives_an_error(app: Flask, client: StrictClient, lodged: Any) -> None:
    token = token_of(app, lodged)
    page = client.get(f"/survei/{token}")
    refused = client.submit(f"/survei/{token}", {"time": "3", "comment": "x" * 1_001}, page=page)
    assert refused.status_code == 422
    text = refused.get_data(as_text=True)
    assert "x" * 1_001 in text
    assert 'name="time" type="radio" value="3" checked' in text
    assert responses(app) == []


def test_one_mark_is_enough_and_none_is_not(app: Flask, client: StrictClient, lodged: Any) -> None:
    token = token_of(app, lodged)
    empty = client.submit(f"/survei/{token}", {})
    assert empty.status_code == 422
    assert "paling sedikit satu unsur" in empty.get_data(as_text=True)
    assert client.submit(f"/survei/{token}", {"time": "3"}).status_code == 200
    (row,) = responses(app)
    assert (row.time, row.fee) == (3, None)


def test_a_mark_outside_the_scale_is_refused(app: Flask, client: StrictClient, lodged: Any) -> None:
    token = token_of(app, lodged)
    page = client.get(f"/survei/{token}")
    assert client.submit(f"/survei/{token}", GOOD | {"fee": "5"}, page=page).status_code == 422
    assert responses(app) == []


def test_an_unhappy_answer_offers_to_object_within_the_window(
    app: Flask, client: StrictClient, lodged: Any
) -> None:
    token = token_of(app, lodged)
    done = client.submit(f"/survei/{token}", GOOD | {"behaviour": "2"}).get_data(as_text=True)
    assert "Ajukan keberatan" in done
    assert 'href="/status/kasus/keberatan"' in done
    client.submit("/status", {"number": lodged.number, "code": lodged.tracking_code})
    assert client.get("/status/kasus/keberatan").status_code == 200


def test_after_the_window_it_names_the_ombudsman(
    app: Flask, client: StrictClient, lodged: Any, frozen_clock: time_machine.Traveller
) -> None:
    token = token_of(app, lodged)
    with app.app_context():
        letter = next(iter(_decision_letters(lodged)))
        events.open_notice(lodged.number, letter, at=clock.now())
    frozen_clock.shift(timedelta(days=80))
    done = client.submit(f"/survei/{token}", GOOD | {"time": "1"}).get_data(as_text=True)
    assert "Batas keberatan sudah lewat" in done
    assert "Ajukan keberatan" not in done


def _decision_letters(lodged: Any) -> list[int]:
    from app.models import Notice

    return list(
        db.session().scalars(
            select(Notice.id).where(Notice.complaint_id == lodged.complaint_id, Notice.kind == "decision")
        )
    )


def test_it_is_offered_once_in_the_life_of_a_case(app: Flask, station: Station, lodged: Any) -> None:
    with app.app_context():
        at = clock.now()
        events.object_to_outcome(lodged.number, "Belum selesai.", actor=complainant_of(lodged.number), at=at)
        walk(station, lodged.number, Event.DELIVER_DECISION, at=at + timedelta(hours=1))
        links = db.session().scalars(select(CaseLink).where(CaseLink.purpose == "survey")).all()
        mails = db.session().scalars(select(OutboxItem).where(OutboxItem.template == "survey")).all()
    assert (len(links), len(mails)) == (1, 1)
    assert mails[0].next_attempt_at >= links[0].created_at + survey.NOTICE_AFTER


def test_only_those_who_got_an_answer_are_asked(app: Flask, station: Station) -> None:
    with app.app_context():
        withdrawn = lodge(station, at=clock.now())
        events.withdraw(withdrawn.number, "", actor=complainant_of(withdrawn.number), at=clock.now())
        rejected = lodge(station, at=clock.now())
        at = walk(station, rejected.number, Event.VERIFY, at=clock.now())
        events.reject(
            rejected.number,
            ClosureReason.BEFORE_COURT,
            "Sedang diperiksa pengadilan.",
            actor=station.actor("kasiwas"),
            at=at,
        )
        asked = set(db.session().scalars(select(CaseLink.complaint_id).where(CaseLink.purpose == "survey")))
    assert asked == {rejected.complaint_id}


def test_the_status_page_leads_to_it(app: Flask, client: StrictClient, lodged: Any) -> None:
    client.submit("/status", {"number": lodged.number, "code": lodged.tracking_code})
    assert client.get("/status/kasus/survei").headers["Location"] == f"/survei/{token_of(app, lodged)}"
    client.submit(f"/survei/{token_of(app, lodged)}", GOOD)
    assert client.get("/status/kasus/survei").status_code == 404


def test_the_service_refuses_what_the_page_does_not_send(app: Flask, lodged: Any) -> None:
    token = token_of(app, lodged)
    with app.app_context():
        with pytest.raises(NoMarks):
            answer_survey(token, {"unknown": 4}, "", language="id", at=clock.now())
        with pytest.raises(SurveyGone):
            answer_survey("x", {"time": 4}, "", language="id", at=clock.now())


def test_results_add_up_by_service_and_over_all(app: Flask, client: StrictClient, station: Station) -> None:
    for service, product, marks in (
        ("skck", "skck_new", "4"),
        ("skck", "skck_new", "2"),
        ("sim", "sim_c_new", "3"),
        (None, None, "1"),
    ):
        with app.app_context():
            made = lodge(station, at=clock.now(), service_code=service, product_code=product)
            walk(station, made.number, Event.DELIVER_DECISION, at=clock.now())
        client.submit(f"/survei/{token_of(app, made)}", dict.fromkeys(ELEMENTS, marks) | {"comment": marks})
    with app.app_context():
        session = db.session()
        found = skm_results(session, station.agency_id, date(2026, 3, 31), date(2026, 3, 31))
        none = skm_results(session, station.agency_id, date(2026, 4, 1), date(2026, 12, 31))
        comments = list_comments(session, station.agency_id, date(2026, 1, 1), date(2026, 12, 31))
    by_service = {one.service_id: str(one.result.ikm) for one in found.services}
    assert by_service == {
        station.services["skck"]: "75.00",
        station.services["sim"]: "75.00",
        None: "25.00",
    }
    assert (found.overall.respondents, str(found.overall.ikm)) == (4, "62.50")
    assert (none.overall.ikm, none.services) == (None, ())
    assert comments == (), "with few answers a comment could be laid to a person"


def test_the_table_refuses_an_answer_without_marks(app: Flask, station: Station) -> None:
    from sqlalchemy.exc import IntegrityError

    from app.database import unit_of_work

    def keep(marks: dict[str, int]) -> None:
        with unit_of_work() as unit:
            unit.add(
                SurveyResponse(
                    id="0" * 32,
                    agency_id=station.agency_id,
                    answered_in=date(2026, 3, 1),
                    language="id",
                    comment="",
                    **marks,
                )
            )

    for marks in ({}, {"time": 5}, {"time": 0}):
        with app.app_context(), pytest.raises(IntegrityError):
            keep(marks)


def test_the_class_of_a_case_makes_no_difference(app: Flask, station: Station) -> None:
    with app.app_context():
        made = lodge(station, at=clock.now())
        walk(
            station,
            made.number,
            Event.DELIVER_DECISION,
            at=clock.now(),
            unit="intelkam",
            complaint_class=ComplaintClass.SERVICE,
        )
        assert complaint_of(made.number).delivered_at is not None
        assert find_survey_token(db.session(), made.complaint_id, clock.now()) is not None
