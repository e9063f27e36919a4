"""The Ombudsman's track as tables: what may follow what, who may do it, what is due when."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from app.law import get_law
from app.queries.calendars import law_calendar
from workflows.errors import CaseNotVisible, GuardRefused, RoleNotPermitted
from workflows.ombudsman import (
    EVENTS,
    ActionState,
    Compliance,
    Conclusion,
    RequestFacts,
    RequestKind,
    TrackEvent,
    TrackFacts,
    check_answer,
    check_answerer,
    check_event,
    check_report,
    check_reviewer,
    check_verdict,
    chosen_duty,
    compliance_at,
    duty_of,
    refusal,
)
from workflows.snapshot import Actor
from workflows.vocabulary import Role

NOW = datetime(2026, 3, 10, 3, 0, tzinfo=UTC)
LATER, EARLIER = NOW + timedelta(days=2), NOW - timedelta(days=2)
C1, C2, SUMMONS = RequestKind.CLARIFICATION_1, RequestKind.CLARIFICATION_2, RequestKind.SUMMONS

RUNNING = TrackFacts(requests=(RequestFacts(C1, LATER),))
UNANSWERED = TrackFacts(requests=(RequestFacts(C1, EARLIER),))
ANSWERED = TrackFacts(requests=(RequestFacts(C1, LATER, EARLIER),))
LOST = TrackFacts(requests=(RequestFacts(C1, EARLIER), RequestFacts(C2, EARLIER)))
SECOND = TrackFacts(requests=(RequestFacts(C1, EARLIER), RequestFacts(C2, LATER)))
FOUND = TrackFacts(conclusions=(Conclusion.FOUND,))
CLEARED = TrackFacts(conclusions=(Conclusion.NOT_FOUND,))
NEGLECTED = TrackFacts(conclusions=(Conclusion.FOUND,), verdicts=(Compliance.NOT,))
PUBLISHED = TrackFacts(conclusions=(Conclusion.FOUND,), verdicts=(Compliance.NOT,), publications=1)
OBEYED = TrackFacts(conclusions=(Conclusion.FOUND,), verdicts=(Compliance.IMPLEMENTED,))
SUMMONED = TrackFacts(requests=(RequestFacts(SUMMONS),) * 3)

STANDING = {
    "fresh": (TrackFacts(), {"c2", "corrective", "recommendation", "published"}),
    "running": (RUNNING, {"c1", "c2", "lhp", "corrective", "recommendation", "published"}),
    "unanswered": (UNANSWERED, {"c1", "corrective", "recommendation", "published"}),
    "answered": (ANSWERED, {"c1", "c2", "corrective", "recommendation", "published"}),
    "second runs": (SECOND, {"c1", "c2", "lhp", "corrective", "recommendation", "published"}),
    "lost": (LOST, {"c1", "c2", "corrective", "recommendation", "published"}),
    "found": (FOUND, {"c2", "published"}),
    "cleared": (CLEARED, {"c2", "corrective", "recommendation", "published"}),
    "neglected": (NEGLECTED, {"c2"}),
    "published": (PUBLISHED, {"c2", "published"}),
    "obeyed": (OBEYED, {"c2", "published"}),
    "summoned thrice": (SUMMONED, {"c2", "summons", "corrective", "recommendation", "published"}),
}
SHORT = {
    "c1": TrackEvent.CLARIFICATION_1,
    "c2": TrackEvent.CLARIFICATION_2,
    "documents": TrackEvent.DOCUMENTS,
    "summons": TrackEvent.SUMMONS,
    "field": TrackEvent.FIELD,
    "mediation": TrackEvent.MEDIATION,
    "lhp": TrackEvent.LHP,
    "corrective": TrackEvent.CORRECTIVE,
    "recommendation": TrackEvent.RECOMMENDATION,
    "published": TrackEvent.PUBLISHED,
}


@pytest.mark.parametrize("standing", STANDING)
def test_every_step_from_every_standing(standing: str) -> None:
    facts, refused = STANDING[standing]
    assert {name for name, event in SHORT.items() if refusal(facts, event, NOW)} == refused


def test_the_table_names_every_step_of_the_law_data() -> None:
    assert set(EVENTS) == set(SHORT.values()) == set(TrackEvent)
    of_the_law = set(get_law().ombudsman_track)
    assert {event.value for event in TrackEvent} - of_the_law == {TrackEvent.DOCUMENTS.value}
    assert of_the_law <= {event.value for event in TrackEvent}
    assert {one.value for one in Conclusion} == set(get_law().ombudsman_conclusions)


def test_a_running_first_request_says_until_when_it_runs() -> None:
    with pytest.raises(GuardRefused) as told:
        check_event(RUNNING, TrackEvent.CLARIFICATION_2, NOW, field="kind")
    assert (told.value.code, told.value.field, told.value.until) == ("first_request_runs", "kind", LATER)


REVIEWER = Actor(frozenset({Role.OMBUDSMAN}), user_id=1, agency_id=9, mandate=frozenset({1}))
KASIWAS = Actor(frozenset({Role.COORDINATOR}), user_id=2, agency_id=1, unit_id=5)
HEAD = Actor(frozenset({Role.UNIT_HEAD}), user_id=3, agency_id=1, unit_id=6)


def test_only_reviewers_of_the_mandate_review_and_never_their_own() -> None:
    check_reviewer(REVIEWER, 1, "x")
    for actor, agency_id in ((REVIEWER, 2), (KASIWAS, 1), (HEAD, 1)):
        with pytest.raises(CaseNotVisible):
            check_reviewer(actor, agency_id, "x")
    own = Actor(frozenset({Role.OMBUDSMAN}), user_id=4, agency_id=1, mandate=frozenset({1}))
    with pytest.raises(GuardRefused, match="own_agency"):
        check_reviewer(own, 1, "x")


def test_who_answers_for_the_station() -> None:
    check_answerer(KASIWAS, 1, "x")
    with pytest.raises(RoleNotPermitted):
        check_answerer(HEAD, 1, "x")
    for actor, agency_id in ((KASIWAS, 2), (REVIEWER, 9)):
        with pytest.raises(CaseNotVisible):
            check_answerer(actor, agency_id, "x")


@pytest.mark.parametrize(
    ("request_", "code"),
    [
        (RequestFacts(C1, LATER), None),
        (RequestFacts(C1, EARLIER), None),
        (RequestFacts(C2, LATER), None),
        (RequestFacts(C2, EARLIER), "right_to_answer_lost"),
        (RequestFacts(C1, LATER, EARLIER), "answered_before"),
        (RequestFacts(SUMMONS), "nothing_to_answer"),
    ],
)
def test_when_an_answer_is_taken(request_: RequestFacts, code: str | None) -> None:
    if code is None:
        check_answer(request_, NOW)
        return
    with pytest.raises(GuardRefused, match=code):
        check_answer(request_, NOW)


@pytest.mark.parametrize(
    ("state", "by_unit", "by_reviewer"),
    [
        (ActionState.OPEN, None, "nothing_reported"),
        (ActionState.SENT_BACK, None, "nothing_reported"),
        (ActionState.REPORTED, "report_under_review", None),
        (ActionState.VERIFIED, "action_closed", "nothing_reported"),
    ],
)
def test_whose_move_it_is(state: ActionState, by_unit: str | None, by_reviewer: str | None) -> None:
    def code_of(call: object, *given: object) -> str | None:
        try:
            call(*given)  # type: ignore[operator]
        except GuardRefused as refused:
            return refused.code
        return None

    assert code_of(check_report, HEAD, state, 6, None) == by_unit
    assert code_of(check_verdict, state) == by_reviewer
    with pytest.raises(RoleNotPermitted):
        check_report(HEAD, state, 7, None)


ZONE = ZoneInfo("Asia/Jakarta")
CALENDAR = law_calendar("Asia/Jakarta")


@pytest.mark.parametrize(
    ("event", "due"),
    [
        (TrackEvent.CLARIFICATION_1, date(2026, 3, 24)),  # Tuesday, within Idul Fitri: it is not moved
        (TrackEvent.CLARIFICATION_2, date(2026, 3, 24)),
        (TrackEvent.LHP, date(2026, 4, 9)),  # Thursday
        (TrackEvent.RECOMMENDATION, date(2026, 5, 9)),  # Saturday
    ],
)
def test_what_is_due_after_tuesday_10_march_2026(event: TrackEvent, due: date) -> None:
    duty = duty_of(get_law(), event, NOW, CALENDAR)
    local = duty.due_at.astimezone(ZONE)
    assert (local.date(), local.strftime("%H:%M:%S")) == (due, "23:59:59")
    assert duty.sources


def test_a_day_that_the_ombudsman_set_ends_with_the_day() -> None:
    duty = chosen_duty("corrective_action", NOW, date(2026, 4, 1), CALENDAR, "mattanews_2020 | 30 hari")
    assert duty.due_at == datetime(2026, 4, 1, 16, 59, 59, tzinfo=UTC)
    assert "local_policy" in duty.sources


def test_silence_after_sixty_days_is_not_compliance() -> None:
    assert compliance_at(None, LATER, NOW) is Compliance.NOT_DUE
    assert compliance_at(None, EARLIER, NOW) is Compliance.NOT
    assert compliance_at(Compliance.PARTLY, EARLIER, NOW) is Compliance.PARTLY
