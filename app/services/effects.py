"""What each event writes besides the state: one small function an event, one table.

The rules have already decided; nothing here refuses. Letters are created as notices in the
complainant's language; the outbox only says that there is something to read.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.law import get_law
from app.models import Allegation, Assignment, Complaint, Message, Notice
from app.services.letters import Addressed, letter_for
from app.services.outbox import queue_for_complainant, queue_for_unit, queue_for_user
from app.services.survey import offer_survey
from app.services.texts import commit_to, derive_salt, get_case_key
from workflows.audit import Fact
from workflows.commitments import commit_text
from workflows.snapshot import Actor, Decision, Given
from workflows.vocabulary import Event, NoticeKind, Role


@dataclass(slots=True)
class Act:
    """One event while it is being written down."""

    session: Session
    complaint: Complaint
    decision: Decision
    actor: Actor
    role: Role
    at: datetime
    given: Given
    event_seq: int = 0
    facts: dict[str, Fact] = field(default_factory=dict)
    """More facts for the audit entry: codes, ids and commitments, never text."""
    notice_ids: list[int] = field(default_factory=list)
    writes_to_complainant: bool = False
    """A letter of the act is for the complainant, not for an authority or the head of the station."""
    message_id: int | None = None


Effect = Callable[[Act], None]


def details_of(given: Given) -> dict[str, Any]:
    """Codes, ids and dates of an act, for the history; no text and nothing personal."""
    found: dict[str, Any] = {
        "unit_id": given.unit_id,
        "officer_id": given.officer_id,
        "complaint_class": given.complaint_class,
        "maladministration": given.maladministration,
        "in_danger": given.in_danger or None,
        "finding": given.finding,
        "remedies": list(given.remedies),
        "compensation_idr": given.compensation_idr,
        "compensation_due_on": given.compensation_due_on.isoformat() if given.compensation_due_on else None,
        "closure_reason": given.closure_reason,
        "destination": given.destination,
        "destination_number": given.destination_number,
        "notice_kind": given.notice_kind,
        "notice_number": given.notice_number,
        "sent_at": given.sent_at.isoformat() if given.sent_at else None,
        "received_at": given.notice_received_at.isoformat() if given.notice_received_at else None,
    }
    return {key: value for key, value in found.items() if value not in (None, "", [])}


def queue_notices(act: Act) -> None:
    """Tell those whom the event concerns, once."""
    if act.complaint.imported:
        return
    key = f"{act.complaint.number}/{act.event_seq}"
    if act.decision.action == Event.ACKNOWLEDGE:
        receipt = f"{act.complaint.number}/receipt"
        queue_for_complainant(act.session, act.complaint, template="receipt", at=act.at, key=receipt)
    elif act.writes_to_complainant or act.decision.action in _TELLS_COMPLAINANT:
        is_letter = act.writes_to_complainant or act.decision.action in _ASKS_COMPLAINANT
        queue_for_complainant(
            act.session,
            act.complaint,
            template="case_letter" if is_letter else "case_news",
            at=act.at,
            key=f"{key}/complainant",
        )
    offer_survey(act.session, act.complaint, act.decision.action, at=act.at)
    if act.decision.action in (Event.DISPOSE, Event.REASSIGN):
        queue_for_unit(act.session, act.complaint, template="case_assigned", at=act.at, key=f"{key}/unit")
    elif act.role == Role.COMPLAINANT and act.complaint.case_officer_id is not None:
        queue_for_user(
            act.session,
            act.complaint,
            user_id=act.complaint.case_officer_id,
            template="case_answered",
            at=act.at,
            key=f"{key}/officer",
        )


_TELLS_COMPLAINANT = frozenset({Event.ASK_INFO, Event.GIVE_DOCUMENTS, Event.START_EXAMINATION})
_ASKS_COMPLAINANT = frozenset({Event.ASK_INFO, Event.GIVE_DOCUMENTS})
"""Of these, what starts a clock of the complainant's or brings something to read: more than a step."""


def write_letter(act: Act, kind: NoticeKind, text: str = "", number: str = "") -> Notice:
    """A letter, as a rule to the complainant: sent now, read on the status page, receipt still unknown."""
    columns = letter_columns(
        kind, act.complaint, actor=act.actor, at=act.at, event_seq=act.event_seq, text=text, number=number
    )
    notice = Notice(complaint_id=act.complaint.id, **columns)
    act.session.add(notice)
    act.session.flush()
    act.notice_ids.append(notice.id)
    act.writes_to_complainant |= "complainant" in get_law().notices[kind].to
    case_key = get_case_key(act.session, act.complaint.id)
    act.facts |= letter_facts(notice.id, kind, notice.body, case_key)
    return notice


def letter_columns(
    kind: NoticeKind,
    case: Addressed,
    *,
    actor: Actor,
    at: datetime,
    event_seq: int,
    text: str = "",
    number: str = "",
) -> dict[str, Any]:
    """The columns of a letter that the event of this number in the history of a case sends."""
    subject, body = letter_for(kind, case, text=text)
    return {
        "kind": kind.value,
        "number": number or f"{case.number}/{kind.value.upper()}/{event_seq}",
        "sent_at": at,
        "subject": subject,
        "body": body,
        "recorded_by_id": actor.user_id,
    }


def letter_facts(notice_id: int, kind: NoticeKind, body: str, case_key: bytes) -> dict[str, Fact]:
    """What the log says of a letter: never its words, but what binds us to them."""
    return {
        "notice": notice_id,
        "notice_kind": kind.value,
        "notice_commitment": commit_text(body, derive_salt(case_key, f"notice:{notice_id}")),
    }


def write_message(act: Act, direction: str, kind: str, body: str) -> Message:
    """A message in the case, committed to in the log."""
    message = Message(
        complaint_id=act.complaint.id,
        direction=direction,
        kind=kind,
        body=body,
        author_id=act.actor.user_id,
        at=act.at,
    )
    act.session.add(message)
    act.session.flush()
    act.message_id = message.id
    act.facts["message"] = message.id
    act.facts["message_commitment"] = commit_to(
        act.session, act.complaint, body, label=f"message:{message.id}"
    )
    return message


def _nothing(act: Act) -> None:
    """The change of state says it all."""


def _note(act: Act) -> None:
    if act.given.text.strip():
        write_message(act, "internal", "note", act.given.text)


def _request_completion(act: Act) -> None:
    write_letter(act, NoticeKind.COMPLETENESS, act.given.text)


def _complete_received(act: Act) -> None:
    write_message(act, "from_complainant", "completion", act.given.text)


def _lapse(act: Act) -> None:
    _close(act)
    write_letter(act, NoticeKind.LAPSE)


def _declare_complete(act: Act) -> None:
    act.complaint.declared_complete_at = act.at
    write_letter(act, NoticeKind.COMPLETENESS)


def _classify(act: Act) -> None:
    assert act.given.complaint_class is not None
    act.complaint.complaint_class = act.given.complaint_class.value
    act.complaint.class_is_provisional = False
    act.complaint.in_danger = act.complaint.in_danger or act.given.in_danger
    act.complaint.maladministration = act.given.maladministration or act.complaint.maladministration


def _route(act: Act) -> None:
    assert act.given.unit_id is not None
    act.complaint.owner_unit_id = act.given.unit_id
    act.complaint.case_officer_id = act.given.officer_id
    for row in act.session.scalars(
        select(Assignment).where(Assignment.complaint_id == act.complaint.id, Assignment.ended_at.is_(None))
    ):
        row.ended_at = act.at
    act.session.add(
        Assignment(
            complaint_id=act.complaint.id,
            unit_id=act.given.unit_id,
            officer_id=act.given.officer_id,
            assigned_by_id=act.actor.user_id,
            assigned_at=act.at,
            reason=act.given.reason[:500],
        )
    )
    act.facts["unit"] = act.given.unit_id
    act.facts["officer"] = act.given.officer_id


def _accept(act: Act) -> None:
    if act.given.officer_id is None:
        return
    act.complaint.case_officer_id = act.given.officer_id
    row = act.session.scalar(
        select(Assignment).where(Assignment.complaint_id == act.complaint.id, Assignment.ended_at.is_(None))
    )
    if row is not None:
        row.officer_id = act.given.officer_id
    act.facts["officer"] = act.given.officer_id


def _ask_info(act: Act) -> None:
    write_message(act, "to_complainant", "question", act.given.text)


def _info_received(act: Act) -> None:
    write_message(act, "from_complainant", "answer", act.given.text)


def _decide(act: Act) -> None:
    given, complaint = act.given, act.complaint
    assert given.finding is not None
    complaint.finding = given.finding.value
    complaint.decision_text = given.reason
    complaint.remedies = list(given.remedies)
    complaint.compensation_idr = given.compensation_idr
    complaint.compensation_due_on = given.compensation_due_on
    complaint.decided_at = act.at
    for allegation_id, finding in given.findings.items():
        allegation = act.session.get(Allegation, allegation_id)
        if allegation is not None and allegation.complaint_id == complaint.id:
            allegation.finding = finding.value
    act.facts["finding"] = given.finding.value
    act.facts["decision_commitment"] = commit_to(
        act.session, complaint, given.reason, label=f"decision:{act.event_seq}"
    )


def _deliver_decision(act: Act) -> None:
    act.complaint.delivered_at = act.at
    write_letter(act, NoticeKind.DECISION, act.complaint.decision_text or "", act.given.notice_number)


def _follow_up(act: Act) -> None:
    write_letter(act, NoticeKind.FOLLOW_UP_RESULT, act.given.text)


def _close(act: Act) -> None:
    act.complaint.closed_at = act.at
    act.complaint.closure_reason = act.decision.closure_reason
    act.facts["closure_reason"] = act.decision.closure_reason


def _withdraw(act: Act) -> None:
    _close(act)
    if act.given.reason.strip():
        write_message(act, "from_complainant", "withdrawal", act.given.reason)


def _reject(act: Act) -> None:
    _close(act)
    write_letter(act, NoticeKind.DECISION, act.given.reason, act.given.notice_number)


def _transfer_out(act: Act) -> None:
    _close(act)
    where = act.given.destination
    if act.given.destination_number:
        where = f"{where} ({act.given.destination_number})"
    write_letter(act, NoticeKind.TRANSFER, where)


def _archive(act: Act) -> None:
    _close(act)
    write_letter(act, NoticeKind.FIRST_REPLY, act.given.text)


def _reopen(act: Act) -> None:
    complaint = act.complaint
    complaint.closed_at = complaint.closure_reason = None
    complaint.decided_at = complaint.delivered_at = None
    complaint.finding = complaint.decision_text = None
    complaint.compensation_idr = complaint.compensation_due_on = None
    complaint.remedies = []


def _object(act: Act) -> None:
    _reopen(act)
    write_message(act, "from_complainant", "objection", act.given.reason)


def _give_documents(act: Act) -> None:
    write_message(act, "to_complainant", "message", act.given.text)


def _record_notice(act: Act) -> None:
    given = act.given
    if given.notice_id is not None:
        notice = act.session.get(Notice, given.notice_id)
        if notice is None or notice.complaint_id != act.complaint.id or notice.received_at is not None:
            return
        notice.received_at = given.notice_received_at
        notice.proof = given.proof
        act.facts["notice"] = notice.id
        act.facts["notice_kind"] = notice.kind
        return
    notice = write_letter(act, NoticeKind(given.notice_kind), given.text, given.notice_number)
    assert given.sent_at is not None
    notice.sent_at = given.sent_at
    notice.received_at = given.notice_received_at
    notice.proof = given.proof


EFFECTS: Mapping[Event, Effect] = {
    Event.SUBMIT: _nothing,
    Event.ACKNOWLEDGE: _nothing,
    Event.VERIFY: _nothing,
    Event.REQUEST_COMPLETION: _request_completion,
    Event.COMPLETE_RECEIVED: _complete_received,
    Event.LAPSE: _lapse,
    Event.DECLARE_COMPLETE: _declare_complete,
    Event.CLASSIFY: _classify,
    Event.DISPOSE: _route,
    Event.ACCEPT: _accept,
    Event.REASSIGN: _route,
    Event.TRANSFER_OUT: _transfer_out,
    Event.START_EXAMINATION: _nothing,
    Event.ASK_INFO: _ask_info,
    Event.INFO_RECEIVED: _info_received,
    Event.SEPARATE_HEARING: _note,
    Event.DECIDE: _decide,
    Event.DELIVER_DECISION: _deliver_decision,
    Event.FOLLOW_UP: _follow_up,
    Event.CLOSE: _close,
    Event.WITHDRAW: _withdraw,
    Event.REJECT: _reject,
    Event.ARCHIVE: _archive,
    Event.OBJECT: _object,
    Event.HOLD_HEARING: _note,
    Event.FIELD_CHECK: _note,
    Event.SUBMIT_REVIEW: _note,
    Event.DRAFT_DECISION: _note,
    Event.PROPOSE_TRANSFER: _nothing,
    Event.GIVE_DOCUMENTS: _give_documents,
    Event.DECLINE_TRANSFER: _nothing,
    Event.RESUME_WITHOUT_INFO: _nothing,
    Event.CONTINUE_EX_OFFICIO: _reopen,
    Event.RECORD_NOTICE: _record_notice,
}
