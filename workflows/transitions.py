"""The table of transitions, and the one function that decides.

The rows (from, to, roles) are the law data, ``states.events``; the guards and effects that
data cannot carry stand here, one line an event. Every way of changing a case goes through
:func:`decide`: page, API, command line, import and job alike.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType

from workflows import guards
from workflows.errors import Refused, WrongState
from workflows.guards import Guard
from workflows.law import Law
from workflows.permissions import check_permission
from workflows.snapshot import Actor, CaseSnapshot, Decision, Given
from workflows.vocabulary import (
    CITIZEN_CLASSES,
    ClosureReason,
    ComplaintClass,
    Event,
    NoticeKind,
    Role,
    Substate,
)

GUARDS: Mapping[Event, tuple[Guard, ...]] = MappingProxyType(
    {
        Event.SUBMIT: (),
        Event.ACKNOWLEDGE: (),
        Event.VERIFY: (),
        Event.REQUEST_COMPLETION: (guards.text_given,),
        Event.COMPLETE_RECEIVED: (guards.text_given,),
        Event.LAPSE: (guards.completion_window_over,),
        Event.DECLARE_COMPLETE: (guards.file_complete,),
        Event.CLASSIFY: (guards.class_given,),
        Event.DISPOSE: (guards.unit_given, guards.unit_without_interest, guards.officer_without_interest),
        Event.ACCEPT: (guards.officer_without_interest,),
        Event.REASSIGN: (
            guards.unit_given,
            guards.unit_without_interest,
            guards.officer_without_interest,
            guards.unit_differs,
            guards.reason_given,
        ),
        Event.TRANSFER_OUT: (guards.destination_given,),
        Event.START_EXAMINATION: (guards.declared_complete,),
        Event.ASK_INFO: (guards.text_given,),
        Event.INFO_RECEIVED: (guards.text_given,),
        Event.SEPARATE_HEARING: (guards.reason_given,),
        Event.DECIDE: (
            guards.declared_complete,
            guards.info_wait_over,
            guards.finding_given,
            guards.reason_given,
            guards.every_allegation_found,
            guards.compensation_settled,
            guards.decider_not_examiner,
            guards.own_service_decided_above,
        ),
        Event.DELIVER_DECISION: (),
        Event.FOLLOW_UP: (guards.text_given,),
        Event.CLOSE: (),
        Event.WITHDRAW: (),
        Event.REJECT: (guards.rejection_reason_given, guards.reason_given),
        Event.ARCHIVE: (guards.not_supervisory, guards.text_given),
        Event.OBJECT: (guards.objection_window_open, guards.reason_given),
        Event.HOLD_HEARING: (),
        Event.FIELD_CHECK: (),
        Event.SUBMIT_REVIEW: (guards.text_given,),
        Event.DRAFT_DECISION: (guards.text_given, guards.own_service_drafted_by_siwas),
        Event.PROPOSE_TRANSFER: (guards.reason_given,),
        Event.GIVE_DOCUMENTS: (guards.text_given,),
        Event.DECLINE_TRANSFER: (guards.reason_given,),
        Event.RESUME_WITHOUT_INFO: (guards.info_wait_over,),
        Event.CONTINUE_EX_OFFICIO: (guards.reason_given,),
        Event.RECORD_NOTICE: (guards.notice_sound,),
    }
)
"""What must hold for each event, asked in this order. Every event has a row."""

OWED_NOTICES: Mapping[Event, tuple[NoticeKind, ...]] = MappingProxyType(
    {
        Event.ACKNOWLEDGE: (NoticeKind.RECEIPT,),
        Event.REQUEST_COMPLETION: (NoticeKind.COMPLETENESS,),
        Event.DECLARE_COMPLETE: (NoticeKind.COMPLETENESS,),
        Event.LAPSE: (NoticeKind.LAPSE,),
        Event.TRANSFER_OUT: (NoticeKind.TRANSFER,),
        Event.ARCHIVE: (NoticeKind.FIRST_REPLY,),
        Event.REJECT: (NoticeKind.DECISION,),
        Event.DELIVER_DECISION: (NoticeKind.DECISION,),
        Event.FOLLOW_UP: (NoticeKind.FOLLOW_UP_RESULT,),
    }
)
"""Letters that an event owes the complainant (``notices`` in the law data; for reject and
archive UU 25/2009 Pasal 48 ayat (2) and 18 huruf c: there is no silent rejection)."""

SENT_POINTS: Mapping[NoticeKind, tuple[str, ...]] = MappingProxyType(
    {
        NoticeKind.SP3D: ("sp3d_sent", "first_substantive_reply"),
        NoticeKind.FIRST_REPLY: ("first_substantive_reply",),
        NoticeKind.RESULT_DUMAS: ("result_notified", "sp3d_sent", "first_substantive_reply"),
        NoticeKind.DECISION: ("result_notified", "sp3d_sent", "first_substantive_reply"),
        NoticeKind.URGENT_ALERT: ("kapolresta_notified",),
    }
)
"""Clock points that fire when a notice is sent. Who tells the result owes no progress letter any more:
its clock stops, in time or late."""

RECEIVED_POINTS: Mapping[NoticeKind, tuple[str, ...]] = MappingProxyType(
    {
        NoticeKind.COMPLETENESS: ("completeness_notice_received",),
        NoticeKind.SP3D: ("sp3d_received",),
    }
)
"""Clock points that fire when a notice is known to have been received."""

CLOSURE: Mapping[Event, ClosureReason] = MappingProxyType(
    {
        Event.LAPSE: ClosureReason.LAPSED,
        Event.WITHDRAW: ClosureReason.WITHDRAWN,
        Event.TRANSFER_OUT: ClosureReason.NO_JURISDICTION,
        Event.ARCHIVE: ClosureReason.NON_SUPERVISORY_ANSWERED,
        Event.CLOSE: ClosureReason.DECIDED,
    }
)
"""Reasons that the event itself names; a rejection names its own."""


@dataclass(frozen=True, slots=True)
class Transition:
    """One row: from where, to where, by whom, under which guards.

    ``sources`` None means a new case; empty means any substate. ``to`` None means no change.
    """

    event: Event
    by: frozenset[Role]
    sources: frozenset[Substate] | None
    to: Substate | None
    to_previous: bool
    to_if_never_complete: Substate | None
    guards: tuple[Guard, ...]

    def starts_from(self, substate: Substate | None) -> bool:
        """Whether the event may be fired from here."""
        if self.sources is None:
            return substate is None
        return substate is not None and (not self.sources or substate in self.sources)

    def target(self, case: CaseSnapshot) -> Substate:
        """Where the event leads from this case.

        :raises WrongState: nothing to go back to
        """
        if self.to_previous:
            if case.previous_substate is None:
                raise WrongState(self.event, case.substate, ())
            return case.previous_substate
        if self.to_if_never_complete is not None and case.declared_complete_at is None:
            return self.to_if_never_complete
        return self.to if self.to is not None else case.substate


@dataclass(frozen=True, slots=True)
class TransitionTable:
    """All rows, one an event."""

    rows: Mapping[Event, Transition]

    @classmethod
    def from_law(cls, law: Law) -> "TransitionTable":
        """The table of the law data, with the guards of this module."""
        return cls(MappingProxyType({event: _row(law, event) for event in Event}))

    def __getitem__(self, event: Event) -> Transition:
        return self.rows[event]

    def sources_of(self, event: Event) -> tuple[Substate, ...]:
        """Substates from which the event can be fired, in the order of the life of a case."""
        return tuple(s for s in Substate if self.rows[event].starts_from(s))


def _row(law: Law, event: Event) -> Transition:
    rule = law.events[event]
    return Transition(
        event=event,
        by=frozenset(rule.by),
        sources=None if rule.sources is None else frozenset(rule.sources),
        to=rule.to,
        to_previous=rule.to_previous,
        to_if_never_complete=rule.to_if_never_complete,
        guards=GUARDS[event],
    )


def decide(
    case: CaseSnapshot,
    action: Event,
    actor: Actor,
    at: datetime,
    *,
    table: TransitionTable,
    given: Given | None = None,
) -> Decision:
    """What follows when the actor does this to the case at this instant.

    Order: may the actor know the case, may the role do this, does it start from here, do the
    guards hold. So a refusal never tells more than the actor may know.

    :param at: aware instant of the act
    :raises Refused: one of the subclasses in :mod:`workflows.errors`
    """
    row = table[action]
    given = given or Given()
    check_permission(case, action, row.by, actor)
    if not row.starts_from(case.substate):
        raise WrongState(action, case.substate, table.sources_of(action))
    for guard in row.guards:
        guard(guards.Question(case=case, action=action, actor=actor, at=at, given=given))
    target = row.target(case)
    return Decision(
        action=action,
        at=at,
        before=case.substate,
        to=target,
        previous=case.substate if target == Substate.TRANSFER_PENDING else None,
        points=((action.value, at), *_points(case, action, at, given)),
        notices=tuple(kind.value for kind in OWED_NOTICES.get(action, ())),
        declares_complete=action == Event.DECLARE_COMPLETE,
        reopens=case.substate.is_closed and not target.is_closed,
        closure_reason=_closure_reason(action, given),
    )


def submission(at: datetime) -> Decision:
    """The first event of a case: nothing can refuse it (UU 25/2009 Pasal 48 ayat (2))."""
    return Decision(
        action=Event.SUBMIT,
        at=at,
        before=None,
        to=Substate.SUBMITTED,
        previous=None,
        points=((Event.SUBMIT.value, at),),
    )


def allowed_actions(case: CaseSnapshot, actor: Actor, *, table: TransitionTable) -> tuple[Event, ...]:
    """Events that a page may offer: visible, permitted, starting from here.

    Guards that depend on what the actor will type are left to :func:`decide`.
    """
    offered = []
    for event, row in table.rows.items():
        if event == Event.SUBMIT or not row.starts_from(case.substate):
            continue
        try:
            check_permission(case, event, row.by, actor)
        except Refused:
            continue
        offered.append(event)
    return tuple(offered)


def provisional_class(category_default: str | None) -> ComplaintClass:
    """The class before ``classify``, from the citizen's own category; a service complaint if unknown."""
    if category_default is None:
        return ComplaintClass.SERVICE
    chosen = ComplaintClass(category_default)
    return chosen if chosen in CITIZEN_CLASSES else ComplaintClass.SERVICE


def _points(
    case: CaseSnapshot, action: Event, at: datetime, given: Given
) -> tuple[tuple[str, datetime], ...]:
    points = [(point, at) for kind in OWED_NOTICES.get(action, ()) for point in SENT_POINTS.get(kind, ())]
    if action == Event.DELIVER_DECISION and given.is_keputusan:
        points.append(("decision_announced", at))
    if action == Event.RECORD_NOTICE:
        kind = NoticeKind(given.notice_kind)
        if given.sent_at is not None and given.notice_id is None:
            points += [(point, given.sent_at) for point in SENT_POINTS.get(kind, ())]
        if given.notice_received_at is not None and _starts_at_receipt(case, kind, given):
            points += [(point, given.notice_received_at) for point in RECEIVED_POINTS.get(kind, ())]
    return tuple(points)


def _starts_at_receipt(case: CaseSnapshot, kind: NoticeKind, given: Given) -> bool:
    """Only the letter that asks for more starts a clock at its receipt, not "complete" (Pasal 44 (4))."""
    if kind != NoticeKind.COMPLETENESS:
        return True
    return given.asks_completion or (
        given.notice_id is None and case.substate == Substate.AWAITING_COMPLETION
    )


def _closure_reason(action: Event, given: Given) -> str | None:
    if action == Event.REJECT and given.closure_reason is not None:
        return given.closure_reason.value
    reason = CLOSURE.get(action)
    return reason.value if reason is not None else None
