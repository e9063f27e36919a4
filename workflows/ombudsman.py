"""The Ombudsman's own track: what may follow what, who may do it, and what is due when.

It runs beside the four states of a case and moves none of them (``states.ombudsman_track`` in the law data).
UU 37/2008 Pasal 33: a written explanation within 14 days, asked for a second time within 14 more, then the
right to answer is lost. Pasal 31: three summonses. Pasal 37 and 38: a recommendation follows found
maladministration, binds, and is reported on within 60 days; one that is neglected may be published.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from enum import StrEnum
from types import MappingProxyType

from workflows import sla
from workflows.calendar import WorkingCalendar
from workflows.errors import CaseNotVisible, GuardRefused, RoleNotPermitted
from workflows.law import Law
from workflows.snapshot import Actor
from workflows.vocabulary import Binding, ComplaintClass, Confidence, Role

MOST_SUMMONSES = 3
LOCAL_SOURCE = "local_policy"


class TrackEvent(StrEnum):
    """Steps of the track; the codes are those of ``states.ombudsman_track``, and one of our own."""

    CLARIFICATION_1 = "ori_clarification_1"
    CLARIFICATION_2 = "ori_clarification_2"
    DOCUMENTS = "ori_documents"
    """A request for documents (UU 37/2008 Pasal 28 ayat (1) huruf b); the law data has no step for it."""
    SUMMONS = "ori_summons"
    FIELD = "ori_field"
    MEDIATION = "ori_mediation"
    LHP = "ori_lhp"
    CORRECTIVE = "ori_corrective"
    RECOMMENDATION = "ori_recommendation"
    PUBLISHED = "ori_published"


class RequestKind(StrEnum):
    """What is recorded as a request: those to answer, and those that only happen."""

    CLARIFICATION_1 = "ori_clarification_1"
    CLARIFICATION_2 = "ori_clarification_2"
    DOCUMENTS = "ori_documents"
    SUMMONS = "ori_summons"
    FIELD = "ori_field"
    MEDIATION = "ori_mediation"

    @property
    def wants_answer(self) -> bool:
        """True where the station owes a written answer."""
        return self in (self.CLARIFICATION_1, self.CLARIFICATION_2, self.DOCUMENTS)


class Conclusion(StrEnum):
    """How an examination ended (``outcomes.ombudsman_conclusion``)."""

    FOUND = "found"
    NOT_FOUND = "not_found"
    STOPPED = "stopped"


class ActionState(StrEnum):
    """Where a corrective action stands; whether it is overdue follows from its due date."""

    OPEN = "open"
    SENT_BACK = "sent_back"
    REPORTED = "reported"
    VERIFIED = "verified"


class StepKind(StrEnum):
    """What became of a corrective action, step by step."""

    NOTE = "note"
    REPORT = "report"
    SENT_BACK = "sent_back"
    VERIFIED = "verified"


class Compliance(StrEnum):
    """How far a recommendation was followed."""

    NOT_DUE = "not_due"
    """Never stored: the 60 days run, and nothing was judged yet."""
    IMPLEMENTED = "implemented"
    PARTLY = "partly"
    NOT = "not"


STATION_ANSWERS = frozenset({Role.APPROVER, Role.COORDINATOR})
"""Who answers the Ombudsman for the station (``roles.kapolresta.may``; the Siwas prepares: local policy)."""
UNIT_LEADERS = frozenset({Role.UNIT_HEAD, Role.INVESTIGATOR_LEAD})


@dataclass(frozen=True, slots=True)
class RequestFacts:
    """One request as the rules see it; ``due_at`` None where nothing is to be answered."""

    kind: RequestKind
    due_at: datetime | None = None
    answered_at: datetime | None = None

    def runs(self, at: datetime) -> bool:
        """Whether an answer is still awaited in time."""
        return self.due_at is not None and self.answered_at is None and at <= self.due_at


@dataclass(frozen=True, slots=True)
class TrackFacts:
    """A track as the rules see it.

    :ivar conclusions: of its LHPs
    :ivar verdicts: compliance of its recommendations, None while not judged
    :ivar publications: how many of them were published
    """

    requests: tuple[RequestFacts, ...] = ()
    conclusions: tuple[Conclusion, ...] = ()
    verdicts: tuple[Compliance | None, ...] = ()
    publications: int = 0

    def of(self, kind: RequestKind) -> tuple[RequestFacts, ...]:
        """Its requests of a kind."""
        return tuple(one for one in self.requests if one.kind is kind)


Guard = Callable[[TrackFacts, datetime], str | None]
"""Code of what stands in the way, or None."""


def _first_explanation(facts: TrackFacts, at: datetime) -> str | None:
    return "explanation_asked_before" if facts.of(RequestKind.CLARIFICATION_1) else None


def _second_explanation(facts: TrackFacts, at: datetime) -> str | None:
    """Pasal 33 ayat (2): only where the first was not answered in its time."""
    first = facts.of(RequestKind.CLARIFICATION_1)
    if not first:
        return "first_request_missing"
    if facts.of(RequestKind.CLARIFICATION_2):
        return "second_asked_before"
    if first[0].answered_at is not None:
        return "first_request_answered"
    return "first_request_runs" if first[0].runs(at) else None


def _summons(facts: TrackFacts, at: datetime) -> str | None:
    return "summoned_three_times" if len(facts.of(RequestKind.SUMMONS)) >= MOST_SUMMONSES else None


def _heard(facts: TrackFacts, at: datetime) -> str | None:
    """The station is heard first: no result while a written explanation can still come (local policy)."""
    asked = (RequestKind.CLARIFICATION_1, RequestKind.CLARIFICATION_2)
    return "explanation_runs" if any(one.runs(at) for kind in asked for one in facts.of(kind)) else None


def _found(facts: TrackFacts, at: datetime) -> str | None:
    return None if Conclusion.FOUND in facts.conclusions else "nothing_found"


def _neglected(facts: TrackFacts, at: datetime) -> str | None:
    neglected = sum(one in (Compliance.PARTLY, Compliance.NOT) for one in facts.verdicts)
    return None if neglected > facts.publications else "nothing_neglected"


def _any_time(facts: TrackFacts, at: datetime) -> str | None:
    return None


EVENTS: Mapping[TrackEvent, Guard] = MappingProxyType(
    {
        TrackEvent.CLARIFICATION_1: _first_explanation,
        TrackEvent.CLARIFICATION_2: _second_explanation,
        TrackEvent.DOCUMENTS: _any_time,
        TrackEvent.SUMMONS: _summons,
        TrackEvent.FIELD: _any_time,
        TrackEvent.MEDIATION: _any_time,
        TrackEvent.LHP: _heard,
        TrackEvent.CORRECTIVE: _found,
        TrackEvent.RECOMMENDATION: _found,
        TrackEvent.PUBLISHED: _neglected,
    }
)
"""Every step of the track and what it must follow."""


def refusal(facts: TrackFacts, event: TrackEvent, at: datetime) -> str | None:
    """Why a step can't be taken at an instant; None where it can."""
    return EVENTS[event](facts, at)


def check_event(facts: TrackFacts, event: TrackEvent, at: datetime, *, field: str | None = None) -> None:
    """Pass, or say what stands in the way.

    :raises GuardRefused: with the code of the guard and, for a running request, until when
    """
    code = refusal(facts, event, at)
    if code is None:
        return
    running = [one.due_at for one in facts.requests if one.runs(at)]
    until = max((due for due in running if due is not None), default=None) if code.endswith("_runs") else None
    raise GuardRefused(event.value, code, field=field, until=until)


def check_reviewer(actor: Actor, agency_id: int, action: str) -> None:
    """Pass for a reviewer with a mandate over the agency.

    :raises CaseNotVisible: not a reviewer of this agency; to be shown as "not found"
    :raises GuardRefused: ``own_agency``: nobody reviews the agency in which they serve
    """
    if Role.OMBUDSMAN not in actor.roles or agency_id not in actor.mandate:
        raise CaseNotVisible(action)
    if actor.agency_id == agency_id:
        raise GuardRefused(action, "own_agency")


def check_answerer(actor: Actor, agency_id: int, action: str) -> None:
    """Pass for those who answer the Ombudsman for the station.

    :raises CaseNotVisible: somebody of another agency
    :raises RoleNotPermitted: not their task
    """
    if actor.agency_id != agency_id or Role.OMBUDSMAN in actor.roles:
        raise CaseNotVisible(action)
    if not actor.roles & STATION_ANSWERS:
        raise RoleNotPermitted(action)


def check_answer(request: RequestFacts, at: datetime) -> None:
    """Pass where an answer may still be given.

    A late answer to the first request is taken and shown as late; after the second the right is lost
    (UU 37/2008 Pasal 33 ayat (3)).

    :raises GuardRefused: ``nothing_to_answer``, ``answered_before``, ``right_to_answer_lost``
    """
    if request.due_at is None:
        raise GuardRefused("ori.answer", "nothing_to_answer")
    if request.answered_at is not None:
        raise GuardRefused("ori.answer", "answered_before")
    if request.kind is RequestKind.CLARIFICATION_2 and at > request.due_at:
        raise GuardRefused("ori.answer", "right_to_answer_lost", field="text")


def owns_action(actor: Actor, unit_id: int, officer_id: int | None) -> bool:
    """Whether a corrective action is the actor's to carry out: the officer named, or who leads the unit."""
    if officer_id is not None and officer_id == actor.user_id:
        return True
    return actor.unit_id == unit_id and bool(actor.roles & UNIT_LEADERS)


def check_report(actor: Actor, state: ActionState, unit_id: int, officer_id: int | None) -> None:
    """Pass where the actor may write on a corrective action or report it done.

    :raises RoleNotPermitted: somebody else's action
    :raises GuardRefused: ``action_closed``, ``report_under_review``
    """
    if not owns_action(actor, unit_id, officer_id) and not actor.roles & STATION_ANSWERS:
        raise RoleNotPermitted("ori.action.report")
    if state is ActionState.VERIFIED:
        raise GuardRefused("ori.action.report", "action_closed")
    if state is ActionState.REPORTED:
        raise GuardRefused("ori.action.report", "report_under_review")


def check_verdict(state: ActionState) -> None:
    """Pass where there is a report to judge.

    :raises GuardRefused: ``nothing_reported``
    """
    if state is not ActionState.REPORTED:
        raise GuardRefused("ori.action.verdict", "nothing_reported")


def compliance_at(verdict: Compliance | None, due_at: datetime, at: datetime) -> Compliance:
    """How far a recommendation was followed, as seen at an instant: silence after 60 days is "not"."""
    if verdict is not None:
        return verdict
    return Compliance.NOT_DUE if at <= due_at else Compliance.NOT


@dataclass(frozen=True, slots=True)
class Duty:
    """What is due, by which rule.

    :ivar due_at: last instant in time, inclusive
    """

    stage: str
    triggered_at: datetime
    due_at: datetime
    binding: Binding
    confidence: Confidence
    sources: tuple[str, ...]


STAGES: Mapping[TrackEvent, tuple[str, str]] = MappingProxyType(
    {
        TrackEvent.CLARIFICATION_1: ("written_explanation", "request_received"),
        TrackEvent.CLARIFICATION_2: ("written_explanation_second", "second_request_received"),
        TrackEvent.LHP: ("corrective_action", "lhp_received"),
        TrackEvent.RECOMMENDATION: ("recommendation_report", "recommendation_received"),
    }
)
"""Stage of ``sla_policies`` (class ``ombudsman_case``) that a step starts, and its clock point."""


def duty_of(law: Law, event: TrackEvent, at: datetime, calendar: WorkingCalendar) -> Duty:
    """What the station owes after a step that reached it at an instant.

    :raises KeyError: the step starts no clock of the law data
    """
    stage, point = STAGES[event]
    facts = sla.ClockFacts({point: (at,)})
    found = next(
        one
        for one in sla.compute_deadlines(law, ComplaintClass.OMBUDSMAN_CASE, facts, calendar)
        if one.stage == stage
    )
    return Duty(stage, at, found.due_at, found.binding, found.confidence, found.sources)


def chosen_duty(stage: str, at: datetime, due_on: date, calendar: WorkingCalendar, *sources: str) -> Duty:
    """A duty whose day the Ombudsman set; due at the end of that local day."""
    due_at = datetime.combine(due_on, time(23, 59, 59), calendar.zone).astimezone(UTC)
    return Duty(stage, at, due_at, Binding.LOCAL, Confidence.RECONSTRUCTED, (*sources, LOCAL_SOURCE))
