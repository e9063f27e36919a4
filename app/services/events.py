"""One service for each event of the table, named by what it does.

All share the keywords of :func:`app.services.casework.fire`: ``actor``, ``at`` and, for people at a
screen, ``seen_version``. All raise :class:`workflows.errors.Refused` and then have written nothing.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import TypedDict, Unpack

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.database import run_in_unit
from app.models import CaseEvent, Notice
from app.services.casework import Extra, Outcome, fire, fire_in
from app.services.completion import Supplements, supplement
from app.services.effects import Act
from app.services.files import StoredFile, attach_to
from workflows.errors import GuardRefused
from workflows.snapshot import SYSTEM, Actor, Given
from workflows.vocabulary import ClosureReason, ComplaintClass, Event, Finding, NoticeKind


class By(TypedDict, total=False):
    """Who acts, when, and on which version of the case."""

    actor: Actor
    at: datetime
    seen_version: int | None


def acknowledge(number: str, **by: Unpack[By]) -> Outcome:
    """Issue the receipt of a case that has none yet."""
    return fire(number, Event.ACKNOWLEDGE, **by)


def verify_file(number: str, **by: Unpack[By]) -> Outcome:
    """Begin to check completeness and jurisdiction."""
    return fire(number, Event.VERIFY, **by)


def request_completion(number: str, text: str, **by: Unpack[By]) -> Outcome:
    """Tell the complainant what is missing; the 30 days run once the letter is received."""
    return fire(number, Event.REQUEST_COMPLETION, given=Given(text=text), **by)


def receive_completion(
    number: str,
    text: str,
    *,
    supplements: Supplements | None = None,
    files: Sequence[StoredFile] = (),
    **by: Unpack[By],
) -> Outcome:
    """Take in what was missing: words, fields that were empty, files."""

    def extra(act: Act) -> None:
        if supplements is not None:
            supplement(act, supplements)
        attach_to(act, files)

    return fire(number, Event.COMPLETE_RECEIVED, given=Given(text=text), extra=extra, **by)


def lapse(number: str, *, at: datetime) -> Outcome:
    """Deem a complaint withdrawn whose 30 days passed (UU 25/2009 Pasal 44 ayat (5))."""
    return fire(number, Event.LAPSE, actor=SYSTEM, at=at)


def declare_complete(number: str, **by: Unpack[By]) -> Outcome:
    """Declare the file complete: the 60 days of Pasal 50 ayat (1) start here."""
    return fire(number, Event.DECLARE_COMPLETE, **by)


def classify(
    number: str,
    complaint_class: ComplaintClass | None,
    *,
    maladministration: str | None = None,
    in_danger: bool = False,
    reason: str = "",
    **by: Unpack[By],
) -> Outcome:
    """Triage: berkadar pengawasan or not; clocks are recomputed from their first triggers."""
    given = Given(
        complaint_class=complaint_class,
        maladministration=maladministration,
        in_danger=in_danger,
        reason=reason,
    )
    return fire(number, Event.CLASSIFY, given=given, **by)


def dispose(
    number: str, unit_id: int | None, *, officer_id: int | None = None, reason: str = "", **by: Unpack[By]
) -> Outcome:
    """Route the case to a unit."""
    return fire(
        number, Event.DISPOSE, given=Given(unit_id=unit_id, officer_id=officer_id, reason=reason), **by
    )


def accept(number: str, *, officer_id: int | None = None, **by: Unpack[By]) -> Outcome:
    """The unit takes the case and may name its officer."""
    return fire(number, Event.ACCEPT, given=Given(officer_id=officer_id), **by)


def reassign(
    number: str, unit_id: int | None, *, officer_id: int | None = None, reason: str = "", **by: Unpack[By]
) -> Outcome:
    """Give the case to another unit or officer."""
    return fire(
        number, Event.REASSIGN, given=Given(unit_id=unit_id, officer_id=officer_id, reason=reason), **by
    )


def propose_transfer(number: str, reason: str, **by: Unpack[By]) -> Outcome:
    """Propose to pass the case on; its clocks go on."""
    return fire(number, Event.PROPOSE_TRANSFER, given=Given(reason=reason), **by)


def decline_transfer(number: str, reason: str, **by: Unpack[By]) -> Outcome:
    """Refuse the proposal: the case is back where it was."""
    return fire(number, Event.DECLINE_TRANSFER, given=Given(reason=reason), **by)


def transfer_out(number: str, destination: str, *, destination_number: str = "", **by: Unpack[By]) -> Outcome:
    """Pass the case on and tell the complainant where it went."""
    given = Given(destination=destination, destination_number=destination_number)
    return fire(number, Event.TRANSFER_OUT, given=given, **by)


def start_examination(number: str, **by: Unpack[By]) -> Outcome:
    """Begin to examine; only after the file was declared complete."""
    return fire(number, Event.START_EXAMINATION, **by)


def ask_info(number: str, text: str, **by: Unpack[By]) -> Outcome:
    """Ask the complainant; operational clocks wait for the answer."""
    return fire(number, Event.ASK_INFO, given=Given(text=text), **by)


def receive_info(number: str, text: str, *, files: Sequence[StoredFile] = (), **by: Unpack[By]) -> Outcome:
    """Take in the complainant's answer."""
    return fire(number, Event.INFO_RECEIVED, given=Given(text=text), extra=_with_files(files), **by)


def resume_without_info(number: str, **by: Unpack[By]) -> Outcome:
    """Go on with the file as it stands, once the wait is over."""
    return fire(number, Event.RESUME_WITHOUT_INFO, **by)


def hold_hearing(number: str, text: str = "", **by: Unpack[By]) -> Outcome:
    """Hear complainant and respondent (Pasal 48 ayat (3))."""
    return fire(number, Event.HOLD_HEARING, given=Given(text=text), **by)


def hold_separate_hearing(number: str, reason: str, **by: Unpack[By]) -> Outcome:
    """Hear the complainant apart from the respondent (Pasal 48 ayat (3))."""
    return fire(number, Event.SEPARATE_HEARING, given=Given(reason=reason), **by)


def check_field(number: str, text: str = "", **by: Unpack[By]) -> Outcome:
    """Look at the place or the evidence."""
    return fire(number, Event.FIELD_CHECK, given=Given(text=text), **by)


def submit_review(number: str, text: str, **by: Unpack[By]) -> Outcome:
    """Hand the results to Siwas for review."""
    return fire(number, Event.SUBMIT_REVIEW, given=Given(text=text), **by)


def draft_decision(number: str, text: str, **by: Unpack[By]) -> Outcome:
    """Draft the decision."""
    return fire(number, Event.DRAFT_DECISION, given=Given(text=text), **by)


def decide_case(
    number: str,
    finding: Finding | None,
    reason: str,
    *,
    findings: Mapping[int, Finding] | None = None,
    remedies: Sequence[str] = (),
    compensation_idr: int | None = None,
    compensation_due_on: date | None = None,
    files: Sequence[StoredFile] = (),
    **by: Unpack[By],
) -> Outcome:
    """Decide, with a finding on every allegation; the signed decision may be attached."""
    given = Given(
        finding=finding,
        reason=reason,
        findings=dict(findings or {}),
        remedies=tuple(remedies),
        compensation_idr=compensation_idr,
        compensation_due_on=compensation_due_on,
    )
    return fire(number, Event.DECIDE, given=given, extra=_with_files(files, purpose="decision"), **by)


def deliver_decision(
    number: str,
    *,
    notice_number: str = "",
    is_keputusan: bool = False,
    files: Sequence[StoredFile] = (),
    **by: Unpack[By],
) -> Outcome:
    """Deliver the decision with its copy (Pasal 50 ayat (2) and (9))."""
    given = Given(notice_number=notice_number, is_keputusan=is_keputusan)
    extra = _with_files(files, purpose="decision", shared=True)
    return fire(number, Event.DELIVER_DECISION, given=given, extra=extra, **by)


def follow_up(number: str, text: str, **by: Unpack[By]) -> Outcome:
    """Record what is being done, and tell the complainant (PP 96/2012 Pasal 42 ayat (2))."""
    return fire(number, Event.FOLLOW_UP, given=Given(text=text), **by)


def close(number: str, **by: Unpack[By]) -> Outcome:
    """Close the case."""
    return fire(number, Event.CLOSE, **by)


def withdraw(number: str, reason: str = "", **by: Unpack[By]) -> Outcome:
    """The complainant takes the complaint back; a reason is asked for, not demanded."""
    return fire(number, Event.WITHDRAW, given=Given(reason=reason), **by)


def continue_ex_officio(number: str, reason: str, **by: Unpack[By]) -> Outcome:
    """Go on after a withdrawal (Pasal 41 ayat (3))."""
    return fire(number, Event.CONTINUE_EX_OFFICIO, given=Given(reason=reason), **by)


def reject(number: str, closure_reason: ClosureReason | None, reason: str, **by: Unpack[By]) -> Outcome:
    """Reject with a written reason and the next remedies; there is no silent rejection."""
    return fire(number, Event.REJECT, given=Given(closure_reason=closure_reason, reason=reason), **by)


def archive(number: str, text: str, **by: Unpack[By]) -> Outcome:
    """Archive what is not berkadar pengawasan, with an answer."""
    return fire(number, Event.ARCHIVE, given=Given(text=text), **by)


def object_to_outcome(
    number: str, reason: str, *, files: Sequence[StoredFile] = (), **by: Unpack[By]
) -> Outcome:
    """The complainant objects: the case is open again."""
    return fire(number, Event.OBJECT, given=Given(reason=reason), extra=_with_files(files), **by)


def give_documents(number: str, text: str, *, files: Sequence[StoredFile] = (), **by: Unpack[By]) -> Outcome:
    """Give the complainant the documents needed as proof (Pasal 43 ayat (2))."""
    extra = _with_files(files, purpose="letter", shared=True)
    return fire(number, Event.GIVE_DOCUMENTS, given=Given(text=text), extra=extra, **by)


def record_notice(
    number: str,
    kind: NoticeKind | None,
    *,
    text: str = "",
    notice_number: str = "",
    sent_at: datetime | None = None,
    received_at: datetime | None = None,
    proof: str = "",
    files: Sequence[StoredFile] = (),
    **by: Unpack[By],
) -> Outcome:
    """Record a letter that was sent: an SP3D, a first reply, a result. Several clocks hang on it."""
    given = Given(
        notice_kind=kind.value if kind else "",
        text=text,
        notice_number=notice_number,
        sent_at=sent_at,
        notice_received_at=received_at,
        proof=proof,
    )
    extra = _with_files(files, purpose="letter", shared=True)
    return fire(number, Event.RECORD_NOTICE, given=given, extra=extra, **by)


def record_receipt_of_notice(
    number: str, notice_id: int, *, received_at: datetime, proof: str, **by: Unpack[By]
) -> Outcome:
    """Record that a letter reached the complainant, and how that is known."""
    return run_in_unit(
        lambda session: fire_in(
            session,
            number,
            Event.RECORD_NOTICE,
            given=receipt_of(session, session.get(Notice, notice_id), received_at, proof),
            **by,
        )
    )


def open_notice(number: str, notice_id: int, *, at: datetime) -> None:
    """The complainant opened a letter on the status page: from now on it is received.

    The system records it, on the act of the complainant; a second opening changes nothing.
    """

    def work(session: Session) -> None:
        notice = session.get(Notice, notice_id)
        if notice is not None and notice.received_at is None:
            given = receipt_of(session, notice, at, "status_page")
            fire_in(session, number, Event.RECORD_NOTICE, actor=SYSTEM, at=at, given=given)

    run_in_unit(work)


def receipt_of(session: Session, notice: Notice | None, received_at: datetime, proof: str) -> Given:
    """What the recording of a letter's receipt brings along; the letter itself says what starts.

    :raises GuardRefused: there is no such letter
    """
    if notice is None:
        raise GuardRefused(Event.RECORD_NOTICE, "notice_kind_missing", field="notice_kind")
    return Given(
        notice_id=notice.id,
        notice_kind=notice.kind,
        notice_number=notice.number,
        sent_at=notice.sent_at,
        notice_received_at=received_at,
        proof=proof,
        asks_completion=_asks_completion(session, notice),
    )


def _asks_completion(session: Session, notice: Notice) -> bool:
    """Whether the letter was written by a request for completion, not by the declaration "complete"."""
    request = select(CaseEvent.id).where(
        CaseEvent.complaint_id == notice.complaint_id,
        CaseEvent.event == Event.REQUEST_COMPLETION.value,
        CaseEvent.at == notice.sent_at,
    )
    return notice.kind == NoticeKind.COMPLETENESS and session.scalar(request) is not None


def _with_files(
    files: Sequence[StoredFile], *, purpose: str = "evidence", shared: bool = False
) -> Extra | None:
    if not files:
        return None

    def extra(act: Act) -> None:
        attach_to(act, files, purpose=purpose, shared=shared)

    return extra
