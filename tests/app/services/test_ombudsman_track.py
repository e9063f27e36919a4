"""The Ombudsman's track through its services: requests, answers, actions, recommendations, the sweep."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.database import unit_of_work
from app.models import AuditEntry, CorrectiveAction, OmbudsmanRequest, OutboxItem, TrackClock, TrackFile, User
from app.queries.actors import get_actor
from app.queries.case_file import get_visible_complaint
from app.queries.corrective_actions import corrective_action_rows, open_actions_by_agency
from app.queries.ombudsman_track import (
    get_action,
    get_request,
    list_owed,
    list_tracks,
)
from app.services.corrective_actions import (
    note_progress,
    record_action_read,
    report_done,
    send_back,
    verify_action,
)
from app.services.examination_reports import ActionOrder, Report, record_lhp
from app.services.files import StoredFile, store_file
from app.services.ombudsman_recommendations import (
    assess_recommendation,
    record_publication,
    record_recommendation,
    report_recommendation,
)
from app.services.ombudsman_track import answer_request, open_agency_track, record_request
from app.services.respondents import name_respondent
from app.services.texts import get_case_key
from app.services.track_sweep import TrackCounts, sweep_tracks
from reports.rows import ActionStatus
from tests.app.content.samples import picture
from tests.factories import MONDAY, Station, add_user, complaint_of, lodge, make_station
from workflows.errors import CaseNotVisible, Refused
from workflows.ombudsman import Compliance, Conclusion, RequestKind
from workflows.vocabulary import Role

DAY = timedelta(days=1)
LHP_ON = MONDAY + 20 * DAY
"""Sunday 22 March 2026."""


@pytest.fixture
def station(session: Session) -> Station:
    return make_station()


@pytest.fixture
def number(station: Station) -> str:
    return lodge(station).number


def ask(station: Station, place: int | str, kind: RequestKind, at: datetime = MONDAY, **more: Any) -> int:
    return record_request(place, kind, "Jelaskan.", actor=station.actor("ombudsman"), at=at, **more)


def code_of(call: Callable[[], object]) -> tuple[str, str | None]:
    with pytest.raises(Refused) as told:
        call()
    return told.value.code, told.value.field


def report(station: Station, *, due_on: date | None = date(2026, 4, 21), **changes: Any) -> Report:
    usual: dict[str, Any] = {
        "number": "LHP/7/2026",
        "issued_on": date(2026, 3, 20),
        "conclusion": Conclusion.FOUND,
        "summary": "Pelayanan tertunda.",
        "findings": (("undue_delay", "Tiga hari untuk satu jam."),),
        "actions": (ActionOrder("Atur giliran.", station.units["intelkam"], due_on, finding=0),),
    }
    return Report(**(usual | changes))


def make_lhp(station: Station, place: int | str, **changes: Any) -> int:
    """The id of its one action."""
    lhp_id = record_lhp(place, report(station, **changes), actor=station.actor("ombudsman"), at=LHP_ON)
    with unit_of_work() as unit:
        return unit.scalars(select(CorrectiveAction.id).where(CorrectiveAction.lhp_id == lhp_id)).one()


def proof(number: str, session: Session) -> StoredFile:
    key = get_case_key(session, complaint_of(number).id)
    return store_file(io.BytesIO(picture()), "bukti.jpg", key)


def kinds(session: Session, chain: str) -> list[str]:
    rows = session.scalars(select(AuditEntry.kind).where(AuditEntry.chain == chain).order_by(AuditEntry.seq))
    return [kind for kind in rows if kind.startswith("ori.")]


def test_two_explanations_then_the_right_to_answer_is_lost(
    session: Session, station: Station, number: str
) -> None:
    before = complaint_of(number).version, complaint_of(number).substate
    first = ask(station, number, RequestKind.CLARIFICATION_1)
    second = lambda at: ask(station, number, RequestKind.CLARIFICATION_2, at)  # noqa: E731
    assert code_of(lambda: second(MONDAY + 3 * DAY)) == ("first_request_runs", "kind")
    assert sweep_tracks(MONDAY + 15 * DAY) == TrackCounts(warned=0, breached=1)
    later = second(MONDAY + 15 * DAY)
    kasiwas = station.actor("kasiwas")
    assert sweep_tracks(MONDAY + 30 * DAY) == TrackCounts(breached=1)
    assert code_of(lambda: answer_request(later, "Maaf.", actor=kasiwas, at=MONDAY + 30 * DAY)) == (
        "right_to_answer_lost",
        "text",
    )
    with unit_of_work() as unit:
        clocks = unit.scalars(select(TrackClock).order_by(TrackClock.id)).all()
        assert [one.breached_at == one.due_at for one in clocks] == [True, True]
        assert all(one.void_at is not None and one.met_at is None for one in clocks)
        assert unit.get_one(OmbudsmanRequest, first).answered_at is None
    assert kinds(session, f"case:{number}") == [
        "ori.opened",
        "ori.request",
        "ori.breach",
        "ori.request",
        "ori.breach",
    ]
    assert (complaint_of(number).version, complaint_of(number).substate) == before


def test_an_answer_with_a_file_stops_the_clock_and_is_given_once(
    session: Session, station: Station, number: str
) -> None:
    request_id = ask(station, number, RequestKind.CLARIFICATION_1)
    assert [one.request is not None for one in list_owed(session, station.actor("kasiwas"))] == [True]
    file = proof(number, session)
    kasiwas, at = station.actor("kasiwas"), MONDAY + DAY
    assert code_of(lambda: answer_request(request_id, " ", actor=kasiwas, at=at)) == ("text_missing", "text")
    answer_request(request_id, "Sudah dijelaskan.", files=[file], actor=kasiwas, at=at)
    assert code_of(lambda: answer_request(request_id, "Lagi.", actor=kasiwas, at=at))[0] == "answered_before"
    assert list_owed(session, kasiwas) == ()
    with unit_of_work() as unit:
        assert unit.scalars(select(TrackFile.side)).all() == ["station"]
        body = unit.scalars(select(AuditEntry.body).where(AuditEntry.kind == "ori.answer")).one()
    facts = json.loads(body)["facts"]
    assert facts["files"] == 1
    assert "Sudah dijelaskan" not in body
    assert sweep_tracks(MONDAY + 40 * DAY) == TrackCounts()


def test_the_sweep_tells_once_and_nobody_with_an_interest(
    session: Session, station: Station, number: str
) -> None:
    replacement = get_actor(session, session.get_one(User, add_user(station, "pengganti", Role.COORDINATOR)))
    name_respondent(number, user_id=station.people["kasiwas"], actor=replacement, at=MONDAY)
    request_id = ask(station, number, RequestKind.CLARIFICATION_1)
    with pytest.raises(CaseNotVisible):
        get_request(session, request_id, station.actor("kasiwas"))
    with pytest.raises(CaseNotVisible):
        answer_request(request_id, "x", actor=station.actor("kasiwas"), at=MONDAY + DAY)
    assert list_owed(session, station.actor("kasiwas")) == ()
    assert sweep_tracks(MONDAY + 8 * DAY) == TrackCounts(warned=1)
    assert sweep_tracks(MONDAY + 8 * DAY) == TrackCounts()
    told = session.execute(
        select(OutboxItem.template, OutboxItem.user_id).where(OutboxItem.template.like("ori%"))
    ).all()
    people = {user_id for _template, user_id in told}
    assert station.people["kasiwas"] not in people
    assert station.people["kapolresta"] in people
    assert len(told) == 2 * len(people)


@pytest.mark.parametrize(
    ("changes", "code", "field"),
    [
        ({"due_on": date(2026, 3, 1)}, "due_before_issue", "action_0_due_on"),
        ({"due_on": date(2026, 3, 21)}, "due_past", "action_0_due_on"),
        ({"due_on": None}, "due_missing", "action_0_due_on"),
        ({"number": " "}, "number_missing", "number"),
        ({"issued_on": date(2026, 3, 23)}, "issued_in_future", "issued_on"),
        ({"findings": ()}, "finding_missing_lhp", "finding_0_kind"),
        ({"conclusion": Conclusion.NOT_FOUND}, "nothing_found", "conclusion"),
    ],
)
@pytest.mark.database("sqlite")
def test_a_report_that_does_not_fit_is_refused_beside_the_field(
    session: Session, station: Station, number: str, changes: dict[str, Any], code: str, field: str
) -> None:
    assert code_of(lambda: make_lhp(station, number, **changes)) == (code, field)
    assert list_tracks(session, station.actor("ombudsman")) == []


def test_an_action_is_closed_by_the_reviewer_alone(session: Session, station: Station, number: str) -> None:
    action_id = make_lhp(station, number, actions=(_for_officer(station),))
    reviewer, kasiwas, at = station.actor("ombudsman"), station.actor("kasiwas"), LHP_ON + DAY
    assert code_of(lambda: verify_action(action_id, "Baik.", actor=reviewer, at=at))[0] == "nothing_reported"
    note_progress(action_id, "Dibahas.", actor=kasiwas, at=at)
    assert code_of(lambda: report_done(action_id, "Sudah.", actor=kasiwas, at=at)) == (
        "proof_missing",
        "files",
    )
    assert code_of(lambda: report_done(action_id, "Sudah.", url="javascript:x", actor=kasiwas, at=at)) == (
        "url_unfit",
        "url",
    )
    link = "https://dokumen.example.go.id/giliran.pdf"
    report_done(action_id, "Sudah.", url=link, actor=kasiwas, at=at)
    assert open_actions_by_agency(session, [station.agency_id], at)[station.agency_id].reported == 1
    with pytest.raises(CaseNotVisible):
        verify_action(action_id, "Baik.", actor=kasiwas, at=at)
    send_back(action_id, "Belum ada tanda tangan.", actor=reviewer, at=at + DAY)
    late = LHP_ON + 40 * DAY
    assert sweep_tracks(late) == TrackCounts(breached=1)
    assert open_actions_by_agency(session, [station.agency_id], late)[station.agency_id].overdue == 1
    report_done(action_id, "Ditandatangani.", files=[proof(number, session)], actor=kasiwas, at=late + DAY)
    verify_action(action_id, "Terbukti.", actor=reviewer, at=late + 2 * DAY)
    assert code_of(lambda: note_progress(action_id, "x", actor=kasiwas, at=late + 3 * DAY))[0] == (
        "action_closed"
    )

    def at_cut_off(as_of: datetime) -> tuple[ActionStatus, date | None, date | None]:
        (row,) = corrective_action_rows(session, station.agency_id, 2026, as_of)
        assert (row.number, row.source) == ("LHP/7/2026/1", "LHP/7/2026")
        return row.status, row.done_on, row.verified_on

    assert at_cut_off(LHP_ON) == (ActionStatus.OPEN, None, None)
    assert at_cut_off(at)[0] is ActionStatus.REPORTED
    assert at_cut_off(late) == (ActionStatus.OVERDUE, None, None)
    assert at_cut_off(late + 2 * DAY) == (ActionStatus.VERIFIED, date(2026, 5, 2), date(2026, 5, 3))
    assert corrective_action_rows(session, station.agency_id, 2026, LHP_ON - DAY) == ()


def _for_officer(station: Station) -> ActionOrder:
    return ActionOrder(
        "Atur giliran.", station.units["siwas"], date(2026, 4, 21), officer_id=station.people["kasiwas"]
    )


@pytest.mark.parametrize(
    "change",
    [
        "verified_by_role = 'coordinator'",
        "verified_by_id = reported_by_id",
        "verified_at = '2020-01-01 00:00:00.000000'",
        "reported_at = NULL, reported_by_id = NULL",
        "due_on = '2020-01-01'",
        "state = 'open'",
    ],
)
@pytest.mark.database("sqlite")
def test_the_database_itself_holds_who_closed_what(
    session: Session, station: Station, number: str, change: str
) -> None:
    action_id = make_lhp(station, number, actions=(_for_officer(station),))
    link = "https://dokumen.example.go.id/giliran.pdf"
    report_done(action_id, "Sudah.", url=link, actor=station.actor("kasiwas"), at=LHP_ON + DAY)
    verify_action(action_id, "Terbukti.", actor=station.actor("ombudsman"), at=LHP_ON + 2 * DAY)
    with pytest.raises(IntegrityError), unit_of_work() as unit:
        unit.connection().execute(text(f"UPDATE corrective_action SET {change}"))


def test_an_action_can_be_put_on_nobody_with_an_interest(
    session: Session, station: Station, number: str
) -> None:
    name_respondent(
        number, user_id=station.people["kasatintelkam"], actor=station.actor("kasiwas"), at=MONDAY
    )
    order = ActionOrder(
        "Atur.", station.units["intelkam"], date(2026, 4, 21), officer_id=station.people["kasatintelkam"]
    )
    refused = code_of(lambda: make_lhp(station, number, actions=(order,)))
    assert refused == ("officer_has_interest", "action_0_officer")


def test_a_unit_is_shown_what_it_must_put_right_and_nothing_around_it(
    session: Session, station: Station, number: str
) -> None:
    """The case was never the unit's; one with an interest in it finds not even the task."""
    ask(station, number, RequestKind.CLARIFICATION_1)
    action_id = make_lhp(station, number)
    head, others = station.actor("kasatintelkam"), station.actor("kasatlantas")
    with pytest.raises(CaseNotVisible):
        get_visible_complaint(session, number, head)
    assert [one.action is not None for one in list_owed(session, head)] == [True]
    record_action_read(action_id, actor=head, at=LHP_ON + DAY)
    report_done(action_id, "Sudah.", files=[proof(number, session)], actor=head, at=LHP_ON + DAY)
    assert kinds(session, f"case:{number}")[-2:] == ["ori.action.read", "ori.action.report"]
    request_id = session.scalars(select(OmbudsmanRequest.id)).one()
    with pytest.raises(CaseNotVisible):
        get_request(session, request_id, head)
    with pytest.raises(CaseNotVisible):
        answer_request(request_id, "x", actor=head, at=LHP_ON)
    assert list_owed(session, others) == ()
    with pytest.raises(CaseNotVisible):
        record_action_read(action_id, actor=others, at=LHP_ON)
    name_respondent(number, user_id=head.user_id, actor=station.actor("kasiwas"), at=LHP_ON)
    assert list_owed(session, head) == ()
    with pytest.raises(CaseNotVisible):
        get_action(session, action_id, head)


def test_a_track_without_a_case_stands_in_the_chain_of_the_agency(session: Session, station: Station) -> None:
    reviewer = station.actor("ombudsman")
    assert code_of(lambda: open_agency_track(station.agency_id, " ", actor=reviewer, at=MONDAY)) == (
        "subject_missing",
        "subject",
    )
    track_id = open_agency_track(station.agency_id, "Antrean SIM", actor=reviewer, at=MONDAY)
    action_id = make_lhp(station, track_id)
    head = station.actor("kasatintelkam")
    assert get_action(session, action_id, head).unit_id == station.units["intelkam"]
    assert [one.action is not None for one in list_owed(session, head)] == [True]
    assert list_owed(session, station.actor("kasatlantas")) == ()
    with pytest.raises(CaseNotVisible):
        get_action(session, action_id, station.actor("kasatlantas"))
    note_progress(action_id, "Dimulai.", actor=head, at=LHP_ON + DAY)
    assert kinds(session, f"agency:{station.code}") == [
        "ori.opened",
        "ori.action",
        "ori.lhp",
        "ori.action.note",
    ]
    told = set(
        session.scalars(
            select(User.username)
            .join(OutboxItem, OutboxItem.user_id == User.id)
            .where(OutboxItem.template == "ori_new")
        )
    )
    assert told == {"kasatintelkam", "kasiwas"}


def test_reviewers_act_in_their_mandate_only(session: Session, station: Station, number: str) -> None:
    stranger = make_station("CLG", prefix="clg-")
    with pytest.raises(CaseNotVisible):
        record_request(
            number,
            RequestKind.FIELD,
            "x",
            held_on=date(2026, 3, 2),
            actor=station.actor("kasiwas"),
            at=MONDAY,
        )
    request_id = ask(station, number, RequestKind.CLARIFICATION_1)
    for who in ("kasiwas", "kapolresta"):
        with pytest.raises(CaseNotVisible):
            answer_request(request_id, "x", actor=stranger.actor(who), at=MONDAY)
    with pytest.raises(CaseNotVisible):
        answer_request(request_id, "x", actor=station.actor("kasatlantas"), at=MONDAY)


def test_a_recommendation_until_it_is_published(session: Session, station: Station, number: str) -> None:
    reviewer, kapolresta = station.actor("ombudsman"), station.actor("kapolresta")

    def recommend(at: datetime) -> int:
        return record_recommendation(
            number, "REK/1/2026", date(2026, 3, 20), "Laksanakan.", actor=reviewer, at=at
        )

    assert code_of(lambda: recommend(LHP_ON))[0] == "nothing_found"
    make_lhp(station, number)
    row = recommend(LHP_ON)
    assess = lambda at, how: assess_recommendation(row, how, "Sebagian.", actor=reviewer, at=at)  # noqa: E731
    assert code_of(lambda: assess(LHP_ON + DAY, Compliance.NOT)) == ("not_due_yet", "compliance")
    with pytest.raises(CaseNotVisible):
        report_recommendation(row, "x", actor=station.actor("petugas"), at=LHP_ON + DAY)
    report_recommendation(row, "Dilaksanakan dua dari tiga.", actor=kapolresta, at=LHP_ON + 61 * DAY)
    with unit_of_work() as unit:
        clock = unit.scalars(select(TrackClock).where(TrackClock.recommendation_id == row)).one()
        assert clock.breached_at == clock.due_at
    publish = lambda at: record_publication(row, "Siaran pers.", actor=reviewer, at=at)  # noqa: E731
    assert code_of(lambda: publish(LHP_ON + 62 * DAY))[0] == "nothing_neglected"
    assess(LHP_ON + 62 * DAY, Compliance.PARTLY)
    publish(LHP_ON + 63 * DAY)
    assert code_of(lambda: publish(LHP_ON + 64 * DAY))[0] == "published_before"
    refused = code_of(lambda: assess(LHP_ON + 64 * DAY, Compliance.IMPLEMENTED))
    assert refused[0] == "published_before"
