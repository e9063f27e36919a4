"""Closure sampling: drawn once and by nobody's hand, judged blind and once, without a trace on the case."""

from __future__ import annotations

import json
from datetime import date, timedelta

import lxml.html
import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from app.database import unit_of_work
from app.extensions import db
from app.models import AuditEntry, CaseEvent, ClosureReview, ClosureSample, Complaint, ReviewMandate
from app.queries.closure_samples import get_sample, tally
from app.queries.log import find_checkpoint
from app.services import events
from app.services.access import record_read
from app.services.closure_samples import draw_sample, judge
from app.services.sealing import seal
from tests.app.review.conftest import sign_in
from tests.factories import MONDAY, Station, lodge, make_station, walk
from tests.support.client import StrictClient
from workflows.errors import CaseNotVisible, GuardRefused
from workflows.sampling import draw, make_seed
from workflows.snapshot import complainant_of
from workflows.vocabulary import ClosureReason, Event

pytestmark = pytest.mark.database("sqlite")

NEXT_DAY = MONDAY + timedelta(days=1)
ON = MONDAY.date()


@pytest.fixture
def closed(app: Flask, station: Station) -> list[str]:
    """Three cases that were closed on `MONDAY`; one withdrawn and one open, which are not drawn."""
    with app.app_context():
        numbers = [lodge(station).number for _ in range(5)]
        for number in numbers[:2]:
            walk(station, number, Event.CLOSE, at=MONDAY)
        walk(station, numbers[2], Event.VERIFY, at=MONDAY)
        kasiwas = station.actor("kasiwas")
        events.reject(numbers[2], ClosureReason.TOO_VAGUE, "Terlalu umum.", actor=kasiwas, at=MONDAY)
        events.withdraw(numbers[3], actor=complainant_of(numbers[3]), at=MONDAY)
        seal(MONDAY)
    return numbers[:3]


def drawn(app: Flask, station: Station, count: int = 5) -> int:
    with app.app_context():
        return draw_sample("SRG", ON, ON, count, actor=station.actor("ombudsman"), at=NEXT_DAY)


def state_of(number: str) -> tuple[object, ...]:
    session = db.session()
    session.rollback()
    session.expire_all()
    row = session.scalars(select(Complaint).where(Complaint.number == number)).one()
    fired = session.scalars(select(CaseEvent.seq).where(CaseEvent.complaint_id == row.id)).all()
    return row.version, row.substate, row.finding, len(fired)


@pytest.mark.database("sqlite", "postgresql")
def test_the_sample_follows_from_the_checkpoint_and_the_numbers(
    app: Flask, station: Station, closed: list[str]
) -> None:
    made = drawn(app, station, 2)
    with app.app_context():
        sample = get_sample(db.session(), made, station.actor("ombudsman"))
        head = find_checkpoint(db.session(), sample.checkpoint_size)
        assert head is not None
        seed = make_seed(bytes.fromhex(head.root), "SRG", ON, ON)
        assert (sample.seed, sample.population) == (seed.hex(), 3)
        assert [row.complaint.number for row in sample.reviews] == list(draw(closed, seed, 2))
        outcomes = {row.complaint.number: row.station_outcome for row in sample.reviews}
        for number, outcome in outcomes.items():
            assert outcome == ("no_decision" if number == closed[2] else "substantiated")
        entry = db.session().scalars(select(AuditEntry).where(AuditEntry.kind == "sample.drawn")).one()
        assert json.loads(entry.body)["facts"]["seed"] == seed.hex()
        seal(NEXT_DAY)
    assert drawn(app, station, 3) == made, "another checkpoint gives no second chance"


@pytest.mark.parametrize(
    ("first", "last", "count", "code"),
    [
        (ON, ON - timedelta(days=1), 5, "period_wrong"),
        (ON - timedelta(days=400), ON, 5, "period_wrong"),
        (ON, ON + timedelta(days=1), 5, "period_open"),
        (ON, ON, 0, "count_wrong"),
        (ON, ON, 51, "count_wrong"),
        (date(2026, 1, 1), date(2026, 1, 31), 5, "nothing_closed"),
    ],
)
def test_what_cannot_be_drawn_is_refused(
    app: Flask, station: Station, closed: list[str], first: date, last: date, count: int, code: str
) -> None:
    with app.app_context():
        with pytest.raises(GuardRefused) as refused:
            draw_sample("SRG", first, last, count, actor=station.actor("ombudsman"), at=NEXT_DAY)
        assert refused.value.code == code
        assert not db.session().scalars(select(ClosureSample.id)).all()


def test_only_a_reviewer_of_the_mandate_draws_sees_and_judges(
    app: Flask, station: Station, closed: list[str]
) -> None:
    made = drawn(app, station)
    with app.app_context():
        make_station("CLG", prefix="clg_")
        for actor, code in ((station.actor("kapolresta"), "SRG"), (station.actor("ombudsman"), "BTN")):
            with pytest.raises(CaseNotVisible):
                draw_sample(code, ON, ON, 5, actor=actor, at=NEXT_DAY)
        with pytest.raises(CaseNotVisible):
            judge(made, 1, "answered", "Alasan.", actor=station.actor("kapolresta"), at=NEXT_DAY)
        for place in (0, 4):
            with pytest.raises(CaseNotVisible):
                judge(made, place, "answered", "Alasan.", actor=station.actor("ombudsman"), at=NEXT_DAY)


@pytest.mark.database("sqlite", "postgresql")
def test_a_judgement_is_made_once_and_changes_nothing_of_the_case(
    app: Flask, station: Station, closed: list[str]
) -> None:
    made = drawn(app, station)
    with app.app_context():
        before = [state_of(number) for number in closed]
        reviewer = station.actor("ombudsman")
        sample = get_sample(db.session(), made, reviewer)
        seen = next(row.place for row in sample.reviews if row.complaint.number == closed[0])
        db.session().rollback()
        record_read(closed[0], actor=reviewer, at=NEXT_DAY)
        for row_place in (1, 2, 3):
            judge(made, row_place, "not_substantiated", "Buktinya kurang.", actor=reviewer, at=NEXT_DAY)
        with pytest.raises(GuardRefused) as refused:
            judge(made, 1, "substantiated", "Berubah pikiran.", actor=reviewer, at=NEXT_DAY)
        assert refused.value.code == "judged_already"
        rows = db.session().scalars(select(ClosureReview).order_by(ClosureReview.place)).all()
        assert {row.place: row.was_blind for row in rows} == {place: place != seen for place in (1, 2, 3)}
        counts = tally(rows)
        assert (counts.drawn, counts.judged, counts.blind, counts.differing) == (3, 3, 2, 2)
        assert counts.disagreement == 1.0
        assert [state_of(number) for number in closed] == before
        logged = db.session().scalars(select(AuditEntry.body).where(AuditEntry.kind == "sample.judged")).all()
        assert len(logged) == 3
        assert not any("Buktinya" in body for body in logged)


def test_the_page_shows_the_case_without_its_decision_until_it_is_judged(
    app: Flask, reviewer: StrictClient, station: Station, closed: list[str], clock_at: time_machine.Traveller
) -> None:
    clock_at.move_to(NEXT_DAY)
    sign_in(reviewer, "ombudsman")
    asked = {"agency": "SRG", "first": ["2", "3", "2026"], "last": ["2", "3", "2026"], "count": "5"}
    answer = reviewer.submit("/ombudsman/sampel", asked)
    assert answer.status_code == 302
    home = answer.headers["Location"]
    listed = reviewer.get(home).get_data(as_text=True)
    assert "tertutup sampai dinilai" in listed
    assert "Terbukti" not in listed
    with app.app_context():
        rows = get_sample(db.session(), 1, station.actor("ombudsman")).reviews
        place = next(row.place for row in rows if row.complaint.number == closed[0])
    page = reviewer.get(f"{home}/{place}").get_data(as_text=True)
    body = lxml.html.fromstring(page).xpath("//main")[0]
    for choice in body.xpath(".//*[contains(@class, 'govuk-radios')]"):
        choice.drop_tree()
    blind = " ".join(body.text_content().split())
    assert "Saya menunggu SKCK selama tiga hari" in blind
    for told in ("Terbukti", "Konsep", "Hasil pemeriksaan terlampir", "Petugas ditegur", "Ditutup"):
        assert told not in blind, told
    assert reviewer.submit(f"{home}/{place}", {"outcome": "substantiated"}).status_code == 422
    done = reviewer.submit(f"{home}/{place}", {"outcome": "substantiated", "reason": "Buktinya cukup."})
    assert done.status_code == 302
    after = " ".join(lxml.html.fromstring(reviewer.get(f"{home}/{place}").text).text_content().split())
    assert "Hasil satuan Terbukti" in after
    assert "Tanpa melihat keputusan ya" in after
    assert "sama" in reviewer.get(home).get_data(as_text=True)
    for path in ("/ombudsman/sampel/9", f"{home}/9", "/ombudsman/sampel/0/0"):
        assert reviewer.get(path).status_code == 404


def test_a_sample_of_another_mandate_is_as_if_it_were_not(
    app: Flask, reviewer: StrictClient, closed: list[str]
) -> None:
    with app.app_context():
        other = make_station("CLG", prefix="clg_")
        number = lodge(other).number
        walk(other, number, Event.CLOSE, at=MONDAY)
        draw_sample("CLG", ON, ON, 5, actor=other.actor("ombudsman"), at=NEXT_DAY)
        with unit_of_work() as session:
            for row in session.scalars(
                select(ReviewMandate).where(ReviewMandate.agency_id == other.agency_id)
            ):
                session.delete(row)
    page = reviewer.get("/ombudsman/sampel").get_data(as_text=True)
    assert "CLG" not in page
    token = lxml.html.fromstring(page).xpath("//input[@name='csrf_token']/@value")[0]
    sent = {"csrf_token": token, "outcome": "answered", "reason": "Alasan."}
    for tail in ("", "/1"):
        found, unknown = (reviewer.get(f"/ombudsman/sampel/{one}{tail}") for one in (1, 9))
        assert (found.status_code, unknown.status_code) == (404, 404)
        shape = found.get_data().replace(b"/ombudsman/sampel/1", b"/ombudsman/sampel/9")
        assert shape == unknown.get_data()
    assert reviewer.post("/ombudsman/sampel/1/1", data=sent).status_code == 404
    with app.app_context():
        assert db.session().scalars(select(ClosureReview.outcome)).all() == [None]
        assert not db.session().scalars(select(AuditEntry.id).where(AuditEntry.kind == "sample.read")).all()


def test_a_period_that_is_not_over_is_told_at_its_field(reviewer: StrictClient, closed: list[str]) -> None:
    asked = {"agency": "SRG", "first": ["2", "3", "2026"], "last": ["2", "3", "2026"], "count": "5"}
    answer = reviewer.submit("/ombudsman/sampel", asked)
    assert answer.status_code == 422
    assert "Periode ini belum berakhir" in answer.get_data(as_text=True)
