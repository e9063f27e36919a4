"""Assessments over time: what stood at an instant, the TPI's word beside the unit's, duties and reminders."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.database import unit_of_work
from app.extensions import db
from app.models import Agency, Answer, Assessment, IndicatorDuty, OutboxItem, PastAnswer, TpiAnswer
from app.queries.actors import find_officer
from app.queries.assessment_work import get_duties, get_tpi_answers, list_earlier_answers, list_own_duties
from app.queries.assessments import get_answers, get_standing
from app.services.assessment_access import AnswerChanged, AssessmentRefused
from app.services.assessment_duties import Owner, give_duty, next_reminder, remind_of_duties
from app.services.assessments import answer_indicator, start_assessment
from app.services.evidence_items import Document, attach_evidence
from app.services.tpi_answers import enter_tpi_answer
from reports.wbk.errors import AnswersError, WorksheetVersionUnknown
from tests import factories
from tests.factories import MONDAY, Station
from workflows.errors import CaseNotVisible
from workflows.snapshot import Actor
from workflows.vocabulary import Role

DAY = timedelta(days=1)
KEY, OTHER = "A1.P.i.a", "A1.P.i.b"
TODAY = date(2026, 3, 2)  # the Monday of the tests


@pytest.fixture
def station(session: Session) -> Station:
    return factories.make_station()


@pytest.fixture
def assessment(station: Station) -> int:
    return start_assessment("SRG", 2026, actor=station.actor("kasiwas"), at=MONDAY)


def give(
    station: Station, assessment: int, value: object, at: datetime, *, note: str = "", who: str = "kasiwas"
) -> None:
    """Answer the indicator, whatever stands."""
    with unit_of_work() as session:
        row = session.scalar(select(Answer).where(Answer.indicator == OTHER))
        seen = row.answered_at.isoformat() if row is not None else ""
    answer_indicator(assessment, OTHER, value, note, seen=seen, actor=station.actor(who), at=at)


@pytest.mark.database("sqlite", "postgresql")
def test_an_earlier_instant_has_the_answer_that_stood_then(station: Station, assessment: int) -> None:
    give(station, assessment, "C", MONDAY + DAY, note="Awal.")
    give(station, assessment, "A", MONDAY + 3 * DAY, who="kapolresta")
    give(station, assessment, None, MONDAY + 5 * DAY)
    give(station, assessment, "B", MONDAY + 7 * DAY)
    stood = {
        days: getattr(get_answers(db.session(), assessment, MONDAY + days * DAY).get(OTHER), "value", None)
        for days in range(9)
    }
    assert stood == {0: None, 1: "C", 2: "C", 3: "A", 4: "A", 5: None, 6: None, 7: "B", 8: "B"}
    history = list_earlier_answers(db.session(), assessment, OTHER, MONDAY + 8 * DAY)
    assert [(one.value, one.by_title, one.until) for one in history] == [
        ("B", "Kasiwas", None),
        ("A", "Kapolresta", MONDAY + 5 * DAY),
        ("C", "Kasiwas", MONDAY + 3 * DAY),
    ]
    assert history[-1].note == "Awal."
    then = list_earlier_answers(db.session(), assessment, OTHER, MONDAY + 4 * DAY)
    assert [(one.value, one.until) for one in then] == [("A", None), ("C", MONDAY + 3 * DAY)]


def test_an_answer_that_is_refused_leaves_no_history(station: Station, assessment: int) -> None:
    give(station, assessment, "C", MONDAY)
    actor = station.actor("kasiwas")
    with pytest.raises(AnswersError):
        answer_indicator(assessment, OTHER, "Z", seen=MONDAY.isoformat(), actor=actor, at=MONDAY + DAY)
    with pytest.raises(AnswerChanged):
        answer_indicator(assessment, OTHER, "A", seen="", actor=actor, at=MONDAY + DAY)
    assert db.session().scalar(select(func.count(PastAnswer.id))) == 0


def test_an_assessment_stays_on_its_version_and_an_unknown_one_is_named(
    station: Station, assessment: int
) -> None:
    with unit_of_work() as session:
        session.get_one(Assessment, assessment).worksheet_version = "0.1"
    with pytest.raises(WorksheetVersionUnknown, match=r"0\.1"):
        give(station, assessment, "A", MONDAY)
    with pytest.raises(WorksheetVersionUnknown, match=r"0\.1"):
        get_standing(db.session(), assessment, MONDAY, TODAY)


# --- the TPI ---------------------------------------------------------------------------


def polda_coordinator(station: Station) -> Actor:
    """The coordinator of the Polda above the station."""
    polda = db.session().scalars(select(Agency.id).where(Agency.code == "BTN")).one()
    user_id = factories.add_user(station, "itwasda", Role.COORDINATOR, agency_id=polda)
    found = find_officer(db.session(), user_id)
    assert found is not None
    return found


def enter(
    assessment: int,
    value: object,
    actor: Actor,
    at: datetime,
    *,
    seen: str = "",
    sheet_on: date = TODAY,
    note: str = "",
) -> None:
    enter_tpi_answer(assessment, OTHER, value, note, sheet_on=sheet_on, seen=seen, actor=actor, at=at)


@pytest.mark.database("sqlite", "postgresql")
def test_the_tpi_answers_beside_the_unit_and_never_over_it(station: Station, assessment: int) -> None:
    give(station, assessment, "A", MONDAY)
    enter(assessment, "C", station.actor("kasiwas"), MONDAY + DAY, note="Bukti belum lengkap.")
    (entry,) = get_tpi_answers(db.session(), assessment, MONDAY + DAY).values()
    assert (entry.value, entry.note, entry.sheet_on, entry.by_parent) == (
        "C",
        "Bukti belum lengkap.",
        TODAY,
        False,
    )
    assert get_answers(db.session(), assessment, MONDAY + DAY)[OTHER].value == "A"
    assert get_tpi_answers(db.session(), assessment, MONDAY) == {}
    enter(assessment, None, station.actor("kasiwas"), MONDAY + 2 * DAY, seen=entry.token)
    assert get_tpi_answers(db.session(), assessment, MONDAY + 2 * DAY) == {}
    assert get_tpi_answers(db.session(), assessment, MONDAY + DAY)[OTHER].value == "C"
    assert db.session().scalar(select(func.count(TpiAnswer.id))) == 2


def test_what_the_polda_entered_the_station_cannot_change(station: Station, assessment: int) -> None:
    above = polda_coordinator(station)
    enter(assessment, "C", above, MONDAY)
    with pytest.raises(AssessmentRefused, match="entered_by_parent"):
        enter(assessment, "A", station.actor("kasiwas"), MONDAY + DAY, seen=MONDAY.isoformat())
    enter(assessment, "B", above, MONDAY + DAY, seen=MONDAY.isoformat())
    assert get_tpi_answers(db.session(), assessment, MONDAY + DAY)[OTHER].value == "B"


def test_who_enters_what_the_tpi_says_and_of_which_day(station: Station, assessment: int) -> None:
    for who in ("petugas", "kasatlantas", "penyidik", "admin", "ombudsman"):
        with pytest.raises(CaseNotVisible):
            enter(assessment, "A", station.actor(who), MONDAY)
    other = factories.make_station("CLG", prefix="clg_")
    with pytest.raises(CaseNotVisible):
        enter(assessment, "A", other.actor("kasiwas"), MONDAY)
    kasiwas = station.actor("kasiwas")
    for sheet_on, code in ((TODAY + DAY, "sheet_in_future"), (date(2025, 12, 31), "sheet_before_year")):
        with pytest.raises(AssessmentRefused, match=code) as refusal:
            enter(assessment, "A", kasiwas, MONDAY, sheet_on=sheet_on)
        assert refusal.value.field == "sheet_on"
    with pytest.raises(AnswersError):
        enter(assessment, "Z", kasiwas, MONDAY)
    enter(assessment, "A", kasiwas, MONDAY)
    with pytest.raises(AnswerChanged):
        enter(assessment, "B", kasiwas, MONDAY + DAY)


# --- duties ----------------------------------------------------------------------------


def test_somebody_given_an_indicator_works_on_that_one_alone(station: Station, assessment: int) -> None:
    kasiwas, lantas = station.actor("kasiwas"), station.actor("kasatlantas")
    with pytest.raises(CaseNotVisible):
        answer_indicator(assessment, OTHER, "A", seen="", actor=lantas, at=MONDAY)
    give_duty(assessment, (OTHER,), Owner(unit_id=station.units["lantas"]), None, actor=kasiwas, at=MONDAY)
    assert list_own_duties(db.session(), assessment, lantas) == {OTHER}
    answer_indicator(assessment, OTHER, "A", seen="", actor=lantas, at=MONDAY)
    for act in (
        lambda: answer_indicator(assessment, KEY, "Ya", seen="", actor=lantas, at=MONDAY),
        lambda: give_duty(assessment, (OTHER,), None, None, actor=lantas, at=MONDAY),
        lambda: attach_evidence(assessment, (OTHER, KEY), Document("1", "SK"), actor=lantas, at=MONDAY),
    ):
        with pytest.raises(CaseNotVisible):
            act()
    assert list_own_duties(db.session(), assessment, station.actor("petugas")) == frozenset()
    give_duty(assessment, (OTHER,), None, None, actor=kasiwas, at=MONDAY)
    with pytest.raises(CaseNotVisible):
        answer_indicator(assessment, OTHER, "B", seen=MONDAY.isoformat(), actor=lantas, at=MONDAY + DAY)


def test_a_duty_needs_somebody_of_the_station_and_a_day_ahead(station: Station, assessment: int) -> None:
    other, kasiwas = factories.make_station("CLG", prefix="clg_"), station.actor("kasiwas")
    for owner in (Owner(user_id=other.people["kasiwas"]), Owner(unit_id=other.units["spkt"]), Owner()):
        with pytest.raises(AssessmentRefused, match="owner_unknown"):
            give_duty(assessment, (KEY,), owner, None, actor=kasiwas, at=MONDAY)
    owner = Owner(user_id=station.people["kasatlantas"])
    with pytest.raises(AssessmentRefused, match="due_past"):
        give_duty(assessment, (KEY,), owner, TODAY - DAY, actor=kasiwas, at=MONDAY)
    with pytest.raises(AssessmentRefused, match="indicator_unknown"):
        give_duty(assessment, ("A9",), owner, None, actor=kasiwas, at=MONDAY)
    give_duty(assessment, (KEY,), owner, TODAY, actor=kasiwas, at=MONDAY)
    assert get_duties(db.session(), assessment)[KEY].due_on == TODAY


def test_reminders_come_at_eight_local_before_the_day_and_once_after_it() -> None:
    due, at = date(2026, 4, 1), MONDAY  # a Wednesday; Monday 2 March
    told = []
    while (found := next_reminder(due, "Asia/Jakarta", at)) is not None:
        told.append(found.isoformat())
        at = found
    assert told == [
        "2026-03-18T01:00:00+00:00",
        "2026-03-25T01:00:00+00:00",
        "2026-03-31T01:00:00+00:00",
        "2026-04-02T01:00:00+00:00",
    ]


def letters() -> list[tuple[int | None, int, bool]]:
    rows = db.session().scalars(
        select(OutboxItem).where(OutboxItem.template == "zi_reminder").order_by(OutboxItem.id)
    )
    return [(row.user_id, row.params["count"], row.params["is_late"]) for row in rows]


@pytest.mark.database("sqlite", "postgresql")
def test_one_letter_a_day_for_everything_that_is_open_and_twice_is_as_once(
    station: Station, assessment: int
) -> None:
    kasiwas, due = station.actor("kasiwas"), date(2026, 3, 12)
    unit, person = Owner(unit_id=station.units["lantas"]), Owner(user_id=station.people["petugas"])
    give_duty(assessment, (KEY, OTHER), unit, due, actor=kasiwas, at=MONDAY)
    give_duty(assessment, ("A1.P.ii.a",), person, due, actor=kasiwas, at=MONDAY)
    a_week_before = datetime.fromisoformat("2026-03-05T01:00:00+00:00")
    assert remind_of_duties(a_week_before - timedelta(seconds=1)) == 0
    assert remind_of_duties(a_week_before) == 2
    assert remind_of_duties(a_week_before) == 0
    lantas, petugas = station.people["kasatlantas"], station.people["petugas"]
    assert sorted(letters()) == sorted([(lantas, 2, False), (petugas, 1, False)])
    document = Document("Kep/1/2026", "SK", TODAY, url="https://bukti.example.go.id/1.pdf")
    attach_evidence(assessment, (OTHER,), document, actor=kasiwas, at=a_week_before)
    give(station, assessment, "A", a_week_before)
    assert remind_of_duties(a_week_before + 30 * DAY) == 2
    assert sorted(letters()[2:]) == sorted([(lantas, 1, True), (petugas, 1, True)])
    assert remind_of_duties(a_week_before + 60 * DAY) == 0
    assert db.session().scalars(select(IndicatorDuty.remind_at)).all() == [None, None, None]
