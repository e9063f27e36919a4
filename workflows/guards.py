"""What must hold before an event may be fired, one small function a rule.

A guard gets the whole question and either returns or raises :class:`GuardRefused` with a
stable code; pages turn codes into words and lay them on the field at fault.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from workflows.conflicts import conflict_of, unit_may_own
from workflows.errors import GuardRefused
from workflows.snapshot import Actor, CaseSnapshot, Given
from workflows.vocabulary import (
    CITIZEN_CLASSES,
    ClosureReason,
    ComplaintClass,
    Event,
    NoticeKind,
    Role,
    Substate,
)

REJECTION_REASONS = (
    ClosureReason.DUPLICATE,
    ClosureReason.TOO_VAGUE,
    ClosureReason.BEFORE_COURT,
    ClosureReason.NO_JURISDICTION,
)
"""Reasons for which a complaint may be rejected, each in writing."""


@dataclass(frozen=True, slots=True)
class Question:
    """May this actor do this to this case now?"""

    case: CaseSnapshot
    action: Event
    actor: Actor
    at: datetime
    given: Given

    def refuse(self, code: str, field: str | None = None, until: datetime | None = None) -> GuardRefused:
        """The refusal to raise."""
        return GuardRefused(self.action, code, field=field, until=until)


Guard = Callable[[Question], None]


def text_given(q: Question) -> None:
    """The letter, question or note has words."""
    if not q.given.text.strip():
        raise q.refuse("text_missing", "text")


def reason_given(q: Question) -> None:
    """A reason in writing."""
    if not q.given.reason.strip():
        raise q.refuse("reason_missing", "reason")


def unit_given(q: Question) -> None:
    """A unit to route to."""
    if q.given.unit_id is None:
        raise q.refuse("unit_missing", "unit_id")


def unit_without_interest(q: Question) -> None:
    """No unit examines itself (UU 25/2009 Pasal 48 ayat (1))."""
    if q.given.unit_id is not None and not unit_may_own(q.case, q.given.unit_id):
        raise q.refuse("unit_has_interest", "unit_id")


def officer_without_interest(q: Question) -> None:
    """Who examines serves in the unit that has the case, and has no interest in it (Pasal 48 ayat (1)).

    Else a case kept from the unit complained of would reach one of its people after all, by name.
    """
    if q.given.officer_id is None:
        return
    officer, unit_id = q.given.officer, q.given.unit_id or q.case.owner_unit_id
    if officer is None or officer.user_id != q.given.officer_id or officer.agency_id != q.case.agency_id:
        raise q.refuse("officer_unknown", "officer_id")
    if officer.unit_id != unit_id:
        raise q.refuse("officer_elsewhere", "officer_id")
    if conflict_of(q.case, officer) is not None:
        raise q.refuse("officer_has_interest", "officer_id")


def unit_differs(q: Question) -> None:
    """Reassigning changes the unit or the officer."""
    same_officer = q.given.officer_id == q.case.case_officer_id  # none at all: the unit names another
    if q.given.unit_id == q.case.owner_unit_id and same_officer:
        raise q.refuse("unit_unchanged", "unit_id")


def class_given(q: Question) -> None:
    """Triage names one of the classes of a citizen's complaint."""
    if q.given.complaint_class not in CITIZEN_CLASSES:
        raise q.refuse("class_missing", "complaint_class")


def destination_given(q: Question) -> None:
    """The complainant is told where the case went."""
    if not q.given.destination.strip():
        raise q.refuse("destination_missing", "destination")


def file_complete(q: Question) -> None:
    """The contents of UU 25/2009 Pasal 42 ayat (3) are there."""
    if q.case.missing_fields:
        raise q.refuse("file_incomplete")


def declared_complete(q: Question) -> None:
    """No examination and no decision before the file is declared complete (Pasal 50 ayat (1))."""
    if q.case.declared_complete_at is None:
        raise q.refuse("not_declared_complete")


def completion_window_over(q: Question) -> None:
    """The 30 days of Pasal 44 ayat (4) run from the receipt of the notice; unknown stays unknown."""
    due = q.case.completion_due_at
    if due is None:
        raise q.refuse("notice_receipt_unknown")
    if q.at <= due:
        raise q.refuse("completion_window_open", until=due)


def info_wait_over(q: Question) -> None:
    """While the complainant may still answer, nothing is decided over their head (local policy)."""
    if q.case.substate != Substate.AWAITING_COMPLAINANT_INFO:
        return
    due = q.case.info_wait_until
    if due is None or q.at <= due:
        raise q.refuse("info_wait_open", until=due)


def finding_given(q: Question) -> None:
    """A decision has an outcome."""
    if q.given.finding is None:
        raise q.refuse("finding_missing", "finding")


def every_allegation_found(q: Question) -> None:
    """Each allegation has a finding, before or with the decision."""
    open_ids = [a.id for a in q.case.allegations if a.finding is None and a.id not in q.given.findings]
    if open_ids:
        raise q.refuse("allegation_without_finding", "findings")


def compensation_settled(q: Question) -> None:
    """Compensation in a decision has an amount and a day to pay by (Pasal 50 ayat (3))."""
    amount, due_on = q.given.compensation_idr, q.given.compensation_due_on
    if (amount is None) != (due_on is None):
        raise q.refuse(
            "compensation_incomplete",
            "compensation_due_on" if due_on is None else "compensation_idr",
        )
    if amount is not None and amount <= 0:
        raise q.refuse("compensation_not_positive", "compensation_idr")
    if due_on is not None and due_on < q.at.date():
        raise q.refuse("compensation_due_past", "compensation_due_on")
    if "compensation" in q.given.remedies and amount is None:
        raise q.refuse("compensation_incomplete", "compensation_idr")


def decider_not_examiner(q: Question) -> None:
    """Who examined does not decide (local policy: four eyes)."""
    if q.actor.user_id in q.case.examiner_ids:
        raise q.refuse("decider_was_examiner")


def own_service_decided_above(q: Question) -> None:
    """Where the unit answers for its own service, the Kapolresta decides (local policy)."""
    if q.case.unit_answers_for_itself and Role.APPROVER not in q.actor.roles:
        raise q.refuse("own_service_needs_approver")


def own_service_drafted_by_siwas(q: Question) -> None:
    """Where the unit answers for its own service, Siwas drafts (local policy)."""
    if q.case.unit_answers_for_itself and Role.COORDINATOR not in q.actor.roles:
        raise q.refuse("own_service_needs_coordinator")


def rejection_reason_given(q: Question) -> None:
    """There is no silent rejection (Pasal 48 ayat (2)): one of the known reasons."""
    if q.given.closure_reason not in REJECTION_REASONS:
        raise q.refuse("closure_reason_missing", "closure_reason")


def not_supervisory(q: Question) -> None:
    """Only what is not berkadar pengawasan is archived (Perpol 2/2024, penelaahan)."""
    if q.case.complaint_class == ComplaintClass.SUPERVISORY or q.case.in_danger:
        raise q.refuse("supervisory_not_archived")


def objection_window_open(q: Question) -> None:
    """The citizen's window, the latest one; where none is known it stays open."""
    until = q.case.objection_until
    if until is not None and q.at > until:
        raise q.refuse("objection_window_over", until=until)


def notice_sound(q: Question) -> None:
    """A notice has a known kind, was not sent in the future, nor received before it was sent."""
    given = q.given
    if given.notice_kind not in {kind.value for kind in NoticeKind}:
        raise q.refuse("notice_kind_missing", "notice_kind")
    if given.notice_id is None and given.sent_at is None:
        raise q.refuse("notice_sent_missing", "sent_at")
    if given.sent_at is not None and given.sent_at > q.at:
        raise q.refuse("notice_sent_in_future", "sent_at")
    received = given.notice_received_at
    if given.notice_id is not None and received is None:
        raise q.refuse("notice_received_missing", "notice_received_at")
    if received is None:
        return
    if received > q.at:
        raise q.refuse("notice_received_in_future", "notice_received_at")
    if given.sent_at is not None and received < given.sent_at:
        raise q.refuse("notice_received_before_sent", "notice_received_at")
    by_hand = Role.SYSTEM not in q.actor.roles
    if by_hand and not given.proof.strip():
        raise q.refuse("notice_proof_missing", "proof")
