"""The workbook's annexes from live data, and a live year that LibreOffice computes anew."""

from __future__ import annotations

import zipfile
from datetime import UTC, date, datetime, timedelta
from io import BytesIO
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from app.database import unit_of_work
from app.models import Recommendation, SurveyResponse, SurveyRound
from app.models.survey import ELEMENTS
from app.queries.assessments import find_agency, get_worksheet
from app.queries.survey import FEWEST
from app.queries.wbk import get_wbk_input
from app.queries.wbk_annexes import last_whole_month
from app.services import events
from app.services.assessments import answer_indicator, start_assessment
from app.services.corrective_actions import report_done, verify_action
from app.services.examination_reports import ActionOrder, Report, record_lhp
from app.services.exports import export_workbook
from app.services.ombudsman_recommendations import (
    assess_recommendation,
    record_recommendation,
    report_recommendation,
)
from app.services.ombudsman_track import open_agency_track
from reports.rows import TrackedOrigin, TrackedStatus, WbkInput
from reports.wbk.workbook import expected_values
from tests import factories
from tests.app.services.test_ombudsman_track import make_lhp
from tests.factories import MONDAY, Station, lodge, make_station, walk
from tests.reports.wbk.office import grid, recalculated
from tests.reports.wbk.test_recalculation import differences, spoiled
from workflows.ombudsman import Compliance, Conclusion
from workflows.snapshot import SYSTEM, Actor, complainant_of
from workflows.vocabulary import Event

pytestmark = pytest.mark.database("sqlite")

DAY = timedelta(days=1)
LATER = MONDAY + 90 * DAY
"""Sunday 31 May 2026, the last day of its month."""


@pytest.fixture
def station(session: Session) -> Station:
    return make_station()


def read(station: Station, as_of: datetime = LATER, actor: Actor = SYSTEM) -> WbkInput:
    session = factories.db.session()
    session.expire_all()
    agency = find_agency(session, station.code)
    assert agency is not None
    return get_wbk_input(session, agency, 2026, as_of=as_of, actor=actor)


def answer_survey(station: Station, month: date, count: int, service: str | None, mark: int) -> None:
    """Some answers of one month; nobody marks the fee, and every second leaves facilities out."""
    with unit_of_work() as session:
        for at in range(count):
            marks = {code: mark for code in ELEMENTS if code != "fee"}
            if at % 2:
                del marks["facilities"]
            session.add(
                SurveyResponse(
                    id=f"{service or 'none'}-{month:%m}-{at}",
                    agency_id=station.agency_id,
                    service_id=station.services[service] if service else None,
                    answered_in=month,
                    language="id",
                    **marks,
                )
            )


@pytest.mark.parametrize(
    ("day", "last"),
    [
        (date(2026, 1, 30), None),
        (date(2026, 1, 31), date(2026, 1, 31)),
        (date(2026, 2, 27), date(2026, 1, 31)),
        (date(2026, 2, 28), date(2026, 2, 28)),
        (date(2026, 12, 30), date(2026, 11, 30)),
        (date(2026, 12, 31), date(2026, 12, 31)),
        (date(2027, 1, 1), date(2026, 12, 31)),
        (date(2025, 12, 31), None),
    ],
)
def test_only_months_that_are_over_count(day: date, last: date | None) -> None:
    assert last_whole_month(2026, day) == last


def test_the_survey_stands_by_element_and_service_up_to_the_last_whole_month(station: Station) -> None:
    skck, sim = list(station.services)[:2]
    answer_survey(station, date(2026, 3, 1), 6, skck, 4)
    answer_survey(station, date(2026, 4, 1), 6, sim, 3)
    answer_survey(station, date(2026, 5, 1), 6, None, 1)
    annex = read(station, LATER - DAY).survey
    assert annex is not None
    assert (annex.first, annex.last, annex.respondents) == (date(2026, 1, 1), date(2026, 4, 30), 12)
    found = {element.code: (element.answered, element.total) for element in annex.elements}
    assert found == dict.fromkeys(ELEMENTS, (12, 42)) | {"fee": (0, 0), "facilities": (6, 21)}
    assert [(s.respondents, s.index) for s in annex.services] == [(6, 4.0), (6, 3.0)]
    assert [grade.grade for grade in annex.grades] == ["A", "B", "C", "D"]
    whole = read(station).survey
    assert whole is not None
    assert (whole.last, whole.respondents) == (date(2026, 5, 31), 18)


def test_few_answers_are_counted_and_never_shown(station: Station) -> None:
    skck, sim = list(station.services)[:2]
    answer_survey(station, date(2026, 3, 1), FEWEST - 1, skck, 2)
    annex = read(station).survey
    assert annex is not None
    assert (annex.respondents, annex.elements, annex.services) == (FEWEST - 1, (), ())
    answer_survey(station, date(2026, 3, 1), 9, sim, 4)
    annex = read(station).survey
    assert annex is not None
    assert annex.respondents == FEWEST + 8
    assert [service.index for service in annex.services] == [None, None]  # the other could be reckoned


def test_what_was_asked_for_stands_as_it_stood(station: Station) -> None:
    with unit_of_work() as session:
        for number, due_on, done_on in (
            ("REK-1", date(2026, 4, 1), date(2026, 3, 20)),
            ("REK-2", date(2026, 4, 1), None),
            ("REK-3", None, None),
        ):
            session.add(
                Recommendation(
                    agency_id=station.agency_id,
                    origin="complaint_evaluation",
                    number=number,
                    text="Nama pelapor tidak boleh ada di sini.",
                    issued_on=date(2026, 3, 10),
                    due_on=due_on,
                    done_on=done_on,
                )
            )

    def states(on: date) -> dict[str, TrackedStatus]:
        at = datetime(on.year, on.month, on.day, 5, tzinfo=UTC)
        return {row.number: row.status_on(on) for row in read(station, at).tracked}

    assert states(date(2026, 3, 9)) == {}
    running, overdue, done = TrackedStatus.RUNNING, TrackedStatus.OVERDUE, TrackedStatus.DONE
    assert states(date(2026, 3, 19)) == {"REK-1": running, "REK-2": running, "REK-3": running}
    assert states(date(2026, 4, 1)) == {"REK-1": done, "REK-2": running, "REK-3": running}
    assert states(date(2026, 4, 2)) == {"REK-1": done, "REK-2": overdue, "REK-3": running}


def test_the_ombudsman_and_nobody_else_finds_its_own_done(station: Station) -> None:
    reviewer, kapolresta = station.actor("ombudsman"), station.actor("kapolresta")
    number = lodge(station).number
    issued = MONDAY + 20 * DAY
    action = make_lhp(station, number)
    row = record_recommendation(
        number, "REK/1/2026", date(2026, 3, 20), "Laksanakan.", actor=reviewer, at=issued
    )
    url = "https://bukti.contoh.go.id/giliran.pdf"
    report_done(action, "Sudah.", url=url, actor=kapolresta, at=issued + 2 * DAY)
    report_recommendation(row, "Dilaksanakan.", actor=kapolresta, at=issued + 3 * DAY)
    verify_action(action, "Benar.", actor=reviewer, at=issued + 5 * DAY)
    assess_recommendation(row, Compliance.IMPLEMENTED, "Ya.", actor=reviewer, at=issued + 61 * DAY)

    def states(at: datetime) -> list[tuple[TrackedOrigin, TrackedStatus]]:
        found = read(station, at)
        return [(item.origin, item.status_on(found.cut_off)) for item in found.tracked]

    lhp, ombudsman = TrackedOrigin.EXAMINATION, TrackedOrigin.OMBUDSMAN
    running, reported, done = TrackedStatus.RUNNING, TrackedStatus.REPORTED, TrackedStatus.DONE
    assert states(issued - DAY) == []
    assert states(issued + DAY) == [(lhp, running), (ombudsman, running)]
    assert states(issued + 4 * DAY) == [(lhp, reported), (ombudsman, reported)]
    assert states(issued + 6 * DAY) == [(lhp, done), (ombudsman, reported)]
    assert states(issued + 62 * DAY) == [(lhp, done), (ombudsman, done)]


def live_year(station: Station) -> None:
    """Cases with every kind of end, a survey, recommendations, an examination, and some answers."""
    fates = [Event.CLOSE, Event.START_EXAMINATION, Event.DECIDE, Event.DECLARE_COMPLETE, Event.VERIFY, None]
    for at, fate in enumerate(fates * 2):
        filed = MONDAY + 5 * at * DAY
        number = lodge(station, at=filed, category="abuse").number
        if fate is not None:
            walk(station, number, fate, at=filed + timedelta(hours=1), step=(1 + at) * DAY)
        elif at > 6:
            events.withdraw(number, "Sudah.", actor=complainant_of(number), at=filed + DAY)
    skck = next(iter(station.services))
    answer_survey(station, date(2026, 3, 1), 7, skck, 3)
    answer_survey(station, date(2026, 4, 1), 8, None, 4)
    with unit_of_work() as session:
        session.add(
            Recommendation(
                agency_id=station.agency_id,
                origin="skm",
                number="SKM-REK-1",
                text="Tambah loket.",
                issued_on=date(2026, 4, 1),
                due_on=date(2026, 5, 1),
            )
        )
        session.add(
            SurveyRound(
                agency_id=station.agency_id,
                opened_on=date(2026, 3, 1),
                closed_on=date(2026, 4, 30),
                respondents=15,
            )
        )
    track = open_agency_track(station.agency_id, "Loket SKCK", actor=station.actor("ombudsman"), at=MONDAY)
    order = ActionOrder("Atur giliran.", station.units["intelkam"], date(2026, 4, 21), finding=0)
    report = Report(
        number="LHP/9/2026",
        issued_on=date(2026, 3, 20),
        conclusion=Conclusion.FOUND,
        summary="Tertunda.",
        findings=(("undue_delay", "Tiga hari."),),
        actions=(order,),
    )
    record_lhp(track, report, actor=station.actor("ombudsman"), at=MONDAY + 20 * DAY)
    kasiwas = station.actor("kasiwas")
    assessment = start_assessment(station.code, 2026, actor=kasiwas, at=MONDAY)
    for indicator, answer in {
        "A1.P.i.a": "Ya",
        "A1.P.i.b": "B",
        "B.I.a": 3.65,
        "A5.R.ii.a": {"harus_ditindaklanjuti": 9, "sedang_diproses": 4, "selesai": 2},
        "A4.R.i.a": {"jumlah_sasaran": 0, "jumlah_tercapai": 0},
    }.items():
        answer_indicator(assessment, indicator, answer, "", seen="", actor=kasiwas, at=MONDAY + DAY)


def test_libreoffice_computes_a_live_year_as_python_does(station: Station, tmp_path: Path) -> None:
    live_year(station)
    made = export_workbook(station.code, 2026, as_of=LATER, actor=SYSTEM, at=LATER)
    again = export_workbook(station.code, 2026, as_of=LATER, actor=SYSTEM, at=LATER + DAY)
    assert again.content == made.content
    with zipfile.ZipFile(BytesIO(made.content)) as archive:
        everything = "".join(archive.read(name).decode(errors="replace") for name in archive.namelist())
    for personal in ("Rahmawati", "Cilegon", "example.id", "6281234", "menunggu SKCK", "Tambah loket"):
        assert personal not in everything
    found = grid(recalculated({"live": spoiled(made.content)}, tmp_path)["live"])
    expected = expected_values(get_worksheet(), read(station))
    assert differences(found, expected) == []
    seven, facilities = (7 * 3 + 8 * 4) / 15, (4 * 3 + 4 * 4) / 8  # the fee has no mark, so no weight
    assert found["SKM"]["C6"] == pytest.approx((7 * seven + facilities) / 8, abs=1e-9)
    assert "SKM-REK-1" in found["Rekomendasi"].values()
    assert not [text for cells in found.values() for text in cells.values() if str(text).startswith("#")]
