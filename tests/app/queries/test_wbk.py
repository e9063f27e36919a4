"""The workbook's figures, each driven by cases that the test made through the real services."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from io import BytesIO
from typing import Any

import pytest
from openpyxl import load_workbook
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.database import unit_of_work
from app.models import Agency, AuditEntry, Complaint, Recommendation, SurveyRound
from app.queries.assessments import find_agency, get_worksheet
from app.queries.wbk import get_wbk_input
from app.services import events
from app.services.assessments import answer_indicator, start_assessment
from app.services.exports import CutOffInFuture, export_workbook
from reports.rows import ClockStatus, WbkInput
from reports.wbk.proposals.standing import standing
from tests import factories
from tests.factories import MONDAY, Station, lodge, make_station, walk
from workflows.errors import CaseNotVisible
from workflows.snapshot import SYSTEM, Actor, complainant_of
from workflows.vocabulary import ComplaintClass, Event, Finding, PublicState, Substate

YEAR = 2026
LATER = MONDAY + timedelta(days=90)
HANDLED, FOLLOWED_UP = "A5.R.ii.a", "A5.P.iii.b"


@pytest.fixture
def station(session: Session) -> Station:
    return make_station()


def read(station: Station, as_of: datetime = LATER, actor: Actor = SYSTEM, year: int = YEAR) -> WbkInput:
    session = factories.db.session()
    agency = find_agency(session, station.code)
    assert agency is not None
    return get_wbk_input(session, agency, year, as_of=as_of, actor=actor)


def counts(found: WbkInput) -> dict[str, int]:
    assert found.provenance is not None
    proposal = found.provenance[HANDLED].proposal
    assert isinstance(proposal, dict)
    return proposal


def test_each_figure_follows_its_cases(station: Station) -> None:
    waiting = lodge(station, category="abuse").number
    running = lodge(station, at=MONDAY + timedelta(minutes=1)).number
    walk(station, running, Event.START_EXAMINATION)
    finished = lodge(station, at=MONDAY + timedelta(minutes=2)).number
    walk(station, finished, Event.CLOSE)
    lodge(station, at=MONDAY + timedelta(minutes=3))  # a service complaint: outside the count
    found = read(station)
    assert counts(found) == {"harus_ditindaklanjuti": 3, "sedang_diproses": 1, "selesai": 1}
    assert found.provenance is not None
    groups = {group.code: group.numbers for group in found.provenance[HANDLED].groups}
    assert groups["harus_ditindaklanjuti"] == (waiting, running, finished)
    assert groups["belum_diproses"] == (waiting,)
    assert groups["sedang_diproses"] == (running,)
    assert groups["selesai"] == (finished,)
    followed = found.provenance[FOLLOWED_UP]
    assert followed.proposal == "Tidak"
    assert followed.counts["tanpa_tindakan"] == 1


def test_an_officers_act_is_what_follows_a_complaint_up(station: Station) -> None:
    number = lodge(station, category="abuse").number
    assert not read(station).cases[0].has_recorded_action
    events.verify_file(number, actor=station.actor("petugas"), at=MONDAY + timedelta(hours=1))
    found = read(station)
    assert found.cases[0].has_recorded_action
    assert found.provenance is not None
    assert found.provenance[FOLLOWED_UP].proposal == "Ya"


def test_a_case_stands_as_it_stood_at_the_cut_off(station: Station) -> None:
    number = lodge(station, category="abuse").number
    start = MONDAY + timedelta(hours=1)
    walk(station, number, Event.CLOSE, at=start, step=timedelta(days=1))
    order = list(factories.LIFE)
    for event, substate in factories.AFTER.items():
        at = start + order.index(event) * timedelta(days=1)
        row = read(station, as_of=at).cases[0]
        assert row.substate is substate, event
        assert row.classified is (order.index(event) >= order.index(Event.CLASSIFY))
        assert (row.decided_on is not None) is (order.index(event) >= order.index(Event.DECIDE))
        assert (row.finding is Finding.SUBSTANTIATED) is (row.decided_on is not None)
        assert (row.closure_reason is not None) is (event is Event.CLOSE)
    before = read(station, as_of=start - timedelta(minutes=1)).cases[0]
    assert (before.substate, before.state) == (Substate.ACKNOWLEDGED, PublicState.RECEIVED)
    assert not read(station, as_of=MONDAY - timedelta(seconds=1)).cases


def test_an_earlier_cut_off_says_later_what_it_said_then(station: Station) -> None:
    number = lodge(station, category="abuse").number
    start = MONDAY + timedelta(hours=1)
    then = walk(station, number, Event.START_EXAMINATION, at=start, step=timedelta(hours=2))
    events.ask_info(number, "Kapan tepatnya?", actor=station.actor("penyidik"), at=then)
    cut_off = then + timedelta(days=1)
    said = read(station, as_of=cut_off)
    answered = cut_off + timedelta(days=2)
    events.receive_info(number, "Pukul sembilan.", actor=complainant_of(number), at=answered)
    walk_on(station, number, answered + timedelta(days=1))
    assert read(station, as_of=cut_off) == said
    assert read(station).cases != said.cases


def walk_on(station: Station, number: str, at: datetime) -> None:
    walk(station, number, Event.CLOSE, at=at, step=timedelta(days=1))


def test_the_class_at_the_cut_off_is_the_citizens_until_the_case_is_sorted(station: Station) -> None:
    number = lodge(station).number
    walk(station, number, Event.CLASSIFY, step=timedelta(days=1))
    before, after = read(station, as_of=MONDAY + timedelta(days=1)), read(station)
    assert (before.cases[0].complaint_class, before.cases[0].classified) == (ComplaintClass.SERVICE, False)
    assert (after.cases[0].complaint_class, after.cases[0].classified) == (ComplaintClass.SUPERVISORY, True)


def test_an_objection_reopens_the_figure(station: Station) -> None:
    number = lodge(station).number
    done = walk(station, number, Event.CLOSE)
    assert counts(read(station))["selesai"] == 1
    events.object_to_outcome(number, "Belum adil.", actor=complainant_of(number), at=done)
    row = read(station).cases[0]
    assert (row.finding, row.decided_on, row.ended_on, row.closure_reason) == (None, None, None, None)
    assert counts(read(station)) == {"harus_ditindaklanjuti": 1, "sedang_diproses": 1, "selesai": 0}
    due_on = row.decision_due_on
    assert due_on == (done + timedelta(hours=7)).date() + timedelta(days=30)


def test_withdrawn_and_rejected_cases_leave_the_denominator(station: Station) -> None:
    number = lodge(station, category="abuse").number
    at = MONDAY + timedelta(hours=1)
    events.withdraw(number, "Sudah selesai.", actor=complainant_of(number), at=at)
    found = read(station)
    assert found.provenance is not None
    handled = found.provenance[HANDLED]
    assert (handled.proposal, handled.counts["harus_ditindaklanjuti"]) == (None, 0)
    assert standing(found.cases[0]).value == "Di luar: dicabut pelapor"


def test_years_are_local_and_what_was_left_over_comes_along(station: Station) -> None:
    eve = datetime(2025, 12, 31, 16, 59, tzinfo=UTC)  # Wednesday, 23.59 WIB
    old_open = lodge(station, at=eve, category="abuse").number
    old_ended = lodge(station, at=eve - timedelta(hours=3), category="abuse").number
    events.withdraw(old_ended, actor=complainant_of(old_ended), at=eve)
    new = lodge(station, at=eve + timedelta(minutes=1), category="abuse").number
    assert [row.number for row in read(station).cases] == [old_open, new]
    assert {row.number for row in read(station, year=2025).cases} == {old_ended, old_open}


def test_clocks_tell_law_and_fate(station: Station) -> None:
    number = lodge(station).number
    walk(station, number, Event.DECLARE_COMPLETE)
    clocks = {(c.stage, c.law): c for c in read(station).clocks}
    statute = clocks["Keputusan", "UU 25/2009 Pasal 50(1)"]
    assert statute.status is ClockStatus.BREACHED
    assert statute.due_at == datetime(2026, 5, 1, 16, 59, 59, tzinfo=UTC)  # Friday, 60 days after 2 March
    assert read(station).cases[0].decision_due_on == date(2026, 5, 1)
    receipt = next(c for c in clocks.values() if c.stage == "Tanda terima")
    assert receipt.status is ClockStatus.MET
    assert not any("Jendela" in stage for stage, _ in clocks)
    early = {c.stage: c.status for c in read(station, as_of=MONDAY + timedelta(days=1)).clocks}
    assert early["Keputusan"] is ClockStatus.RUNNING


def test_recommendations_and_surveys_give_the_other_three(station: Station) -> None:
    with unit_of_work() as session:
        for origin in ("complaint_evaluation", "skm"):
            session.add_all(
                Recommendation(
                    agency_id=station.agency_id,
                    origin=origin,
                    number=f"{origin}-{n}",
                    text="Perbaiki antrean.",
                    issued_on=date(2026, 3, 2),
                    done_on=date(2026, 4, 1) if n == 1 else None,
                )
                for n in (1, 2)
            )
        session.add_all(
            SurveyRound(
                agency_id=station.agency_id,
                opened_on=date(2026, month, 1),
                closed_on=date(2026, month, 20),
                reported_on=date(2026, month, 25),
                report_number=f"SKM-{month}",
            )
            for month in (1, 2, 3)
        )
    found = read(station).provenance
    assert found is not None
    proposals = {key: found[key].proposal for key in ("A5.P.iii.d", "A6.P.iv.a", "A6.P.iv.c")}
    assert proposals == {"A5.P.iii.d": "B", "A6.P.iv.a": "B", "A6.P.iv.c": "C"}
    assert found["A6.P.iv.a"].groups[0].numbers == ("SKM-1", "SKM-2", "SKM-3")


def test_the_system_proposes_and_a_person_answers(station: Station) -> None:
    walk(station, lodge(station).number, Event.CLOSE)
    unanswered = read(station).answers[HANDLED]
    assert unanswered.value is None
    assert unanswered.note == (
        "Usul sistem: harus ditindaklanjuti 1, sedang diproses 0, selesai 1. Belum dijawab petugas."
    )
    assessment = start_assessment(station.code, YEAR, actor=station.actor("kasiwas"), at=MONDAY)
    answer_indicator(
        assessment,
        HANDLED,
        {"harus_ditindaklanjuti": 1, "sedang_diproses": 0, "selesai": 1},
        "Sesuai register.",
        seen="",
        actor=station.actor("kasiwas"),
        at=MONDAY + timedelta(days=30),
    )
    given = read(station).answers[HANDLED]
    assert given.value == {"harus_ditindaklanjuti": 1, "sedang_diproses": 0, "selesai": 1}
    assert (given.note, given.answered_by_title) == ("Sesuai register.", "Kasiwas")
    assert read(station, as_of=MONDAY + timedelta(days=29)).answers[HANDLED].value is None


def test_who_has_an_interest_in_a_case_finds_it_in_no_figure(station: Station) -> None:
    lodge(station, category="abuse")
    hidden = lodge(station, category="abuse", at=MONDAY + timedelta(minutes=1)).number
    make_respondent(hidden, station.people["kasiwas"], station.units["siwas"])
    whole, seen = (read(station, actor=station.actor(who)) for who in ("kapolresta", "kasiwas"))
    assert whole.provenance is not None
    assert seen.provenance is not None
    for all_of_them, shown in zip(
        whole.provenance[HANDLED].groups, seen.provenance[HANDLED].groups, strict=True
    ):
        assert shown.count == all_of_them.count - all_of_them.numbers.count(hidden)
        assert (shown.hidden, all_of_them.hidden) == (0, 0)
        assert set(shown.numbers) == set(all_of_them.numbers) - {hidden}
    assert (whole.unlisted, seen.unlisted) == (0, 0)
    assert hidden in {row.number for row in whole.cases}
    assert not any(hidden in item.case_numbers for item in seen.provenance.values())
    assert hidden not in {row.number for row in seen.cases} | {row.case_number for row in seen.clocks}


def make_respondent(number: str, user_id: int, unit_id: int) -> None:
    from app.models import Respondent

    with unit_of_work() as session:
        complaint_id = session.scalars(select(Complaint.id).where(Complaint.number == number)).one()
        session.add(Respondent(complaint_id=complaint_id, user_id=user_id, unit_id=unit_id))


def test_imported_history_counts_by_its_date_and_is_marked(station: Station) -> None:
    number = lodge(station).number
    walk(station, number, Event.CLOSE)
    with unit_of_work() as session:
        row = session.scalars(select(Complaint).where(Complaint.number == number)).one()
        row.imported, row.closed_at, row.decided_at = True, None, None
        row.received_at = datetime(2026, 1, 5, 3, tzinfo=UTC)
    found = read(station)
    case = found.cases[0]
    assert (case.imported, case.received_on, case.ended_on) == (True, date(2026, 1, 5), date(2026, 1, 5))
    assert case.decision_due_on is None
    assert not read(station, year=2027).cases
    assert all(clock.status is not ClockStatus.BREACHED for clock in found.clocks)


# --- the file itself ---------------------------------------------------------------------


def cells(content: bytes) -> dict[str, dict[str, Any]]:
    book = load_workbook(BytesIO(content), data_only=True)
    return {
        sheet.title: {
            cell.coordinate: cell.value for row in sheet.iter_rows() for cell in row if cell.value is not None
        }
        for sheet in book
    }


def changed(before: dict[str, Any], after: dict[str, Any]) -> dict[str, set[str]]:
    return {
        title: {
            place
            for place in before[title].keys() | after[title].keys()
            if before[title].get(place) != after[title].get(place)
        }
        for title in before
    }


def test_one_more_case_changes_only_what_depends_on_it(station: Station) -> None:
    walk(station, lodge(station).number, Event.CLOSE)
    before = cells(export_workbook(station.code, YEAR, as_of=LATER, actor=SYSTEM, at=LATER).content)
    number = lodge(station, at=MONDAY + timedelta(hours=5)).number
    walk(station, number, Event.CLOSE, at=MONDAY + timedelta(hours=6))
    after = cells(export_workbook(station.code, YEAR, as_of=LATER, actor=SYSTEM, at=LATER).content)
    diff = changed(before, after)
    touched = {title for title, places in diff.items() if places}
    assert touched == {"LKE", "A5", "Rekap Bulanan", "Daftar Pengaduan", "Tenggat", "Metode"}
    new_row = max(int(place[1:]) for place in after["Daftar Pengaduan"] if place.startswith("A"))
    assert {place.lstrip("ABCDEFGHIJKLMNOPQ") for place in diff["Daftar Pengaduan"]} <= {str(new_row), "3"}
    assert after["Daftar Pengaduan"][f"A{new_row}"] == number
    months = {place for place in diff["Rekap Bulanan"] if after["Rekap Bulanan"].get(place) == 2}
    assert months
    assert len(diff["LKE"]) == 1  # the note with the proposal; no answer, no score
    assert "harus ditindaklanjuti 2" in after["LKE"][diff["LKE"].pop()]


def test_an_export_is_logged_with_the_digest_of_the_file(session: Session, station: Station) -> None:
    import hashlib
    import json

    lodge(station)
    made = export_workbook(
        station.code, YEAR, as_of=LATER, actor=station.actor("ombudsman"), at=LATER, generated_by="Asisten"
    )
    entry = session.scalars(select(AuditEntry).where(AuditEntry.kind == "export.wbk")).one()
    body = json.loads(entry.body)
    assert body["facts"]["sha256"] == hashlib.sha256(made.content).hexdigest() == made.sha256
    assert (body["facts"]["year"], body["facts"]["cases"], body["role"]) == (YEAR, 1, "ombudsman")
    assert body["chain"] == f"agency:{station.code}"
    assert made.name == "WBK-SRG-2026-20260531.xlsx"
    again = export_workbook(
        station.code, YEAR, as_of=LATER, actor=station.actor("ombudsman"), at=LATER, generated_by="Asisten"
    )
    assert again.content == made.content


@pytest.mark.parametrize("who", ["petugas", "penyidik", "kasipropam", "kaspkt", "admin"])
def test_only_assessors_and_reviewers_export(session: Session, station: Station, who: str) -> None:
    with pytest.raises(CaseNotVisible):
        export_workbook(station.code, YEAR, as_of=LATER, actor=station.actor(who), at=LATER)
    assert not session.scalars(select(AuditEntry).where(AuditEntry.kind == "export.wbk")).all()


def test_a_stranger_and_the_future_are_refused(session: Session, station: Station) -> None:
    other = make_station("CLG", prefix="clg_")
    with pytest.raises(CaseNotVisible):
        export_workbook(station.code, YEAR, as_of=LATER, actor=other.actor("kasiwas"), at=LATER)
    with pytest.raises(CaseNotVisible):
        export_workbook("XXX", YEAR, as_of=LATER, actor=SYSTEM, at=LATER)
    with pytest.raises(CutOffInFuture):
        export_workbook(station.code, YEAR, as_of=LATER + timedelta(seconds=1), actor=SYSTEM, at=LATER)


def test_the_sheet_of_an_agency_without_assessment_is_the_present_one(station: Station) -> None:
    assert read(station).worksheet_version == get_worksheet().version


def test_the_agency_is_named_with_its_polda(session: Session, station: Station) -> None:
    agency = read(station).agency
    assert (agency.code, agency.polda, agency.zone_label) == ("SRG", "Polda Banten", "WIB")
    assert session.scalars(select(Agency.name).where(Agency.code == "SRG")).one() == agency.name
