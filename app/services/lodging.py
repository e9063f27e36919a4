"""Lodge a complaint: from the web, or at the desk on behalf of somebody.

Everything that promises something to the complainant is written in one transaction: the case,
its first clocks, the log entries, the signed receipt. Hashing and file work come before it.
What is written is worked out by :mod:`app.services.new_case` before the first row is.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from app.database import count_up, insert_row, insert_rows, run_in_unit, sent_together
from app.models import (
    Allegation,
    Attachment,
    AuditChain,
    AuditEntry,
    CaseEvent,
    CaseKey,
    Circumstance,
    ClockPoint,
    Complainant,
    Complaint,
    ComplaintCounter,
    Deadline,
    FeeClaim,
    Notice,
    OutboxItem,
    Respondent,
    RespondentSuperior,
)
from app.queries.actors import list_actors_in_role, list_unit_superiors
from app.queries.calendars import get_calendar
from app.queries.grounds import find_ground
from app.security.codes import code_digest, new_tracking_code
from app.security.receipts import Receipt
from app.security.ring import get_keys
from app.security.vault import wrap_case_key
from app.services import new_case
from app.services.audit_log import Link
from app.services.clocks import queue_columns
from app.services.effects import letter_columns, letter_facts
from app.services.filing import Filing, Identity, Lodged, ReceivedInFuture
from app.services.new_case import FILING_WINDOW_DAYS, KEY_VERSION, NewCase, Step
from app.services.outbox import outbox_columns
from app.services.receipts import prepare_receipt, store_receipts
from workflows.audit import Fact
from workflows.permissions import can_see
from workflows.snapshot import Actor
from workflows.vocabulary import NoticeKind, Role

__all__ = [
    "FILING_WINDOW_DAYS",
    "KEY_VERSION",
    "Filing",
    "Identity",
    "Lodged",
    "ReceivedInFuture",
    "lodge_complaint",
    "lodge_in",
]


def lodge_complaint(filing: Filing, *, actor: Actor, at: datetime) -> Lodged:
    """Register a complaint, acknowledge it and sign its receipt.

    Nothing can refuse it (UU 25/2009 Pasal 48 ayat (2)).

    :param actor: the complainant-to-be (role complainant, no number yet) or an intake officer
    :raises ReceivedInFuture: ``received_at`` lies after ``at``
    """
    return run_in_unit(lambda session: lodge_in(session, filing, actor=actor, at=at))


def lodge_in(session: Session, filing: Filing, *, actor: Actor, at: datetime) -> Lodged:
    """As :func:`lodge_complaint`, inside a transaction that the caller holds."""
    case = _open_case(session, filing, at)
    submitted = new_case.submit(case, actor)
    acknowledged = new_case.acknowledge(case, submitted, actor)
    steps = (submitted, acknowledged)
    points = new_case.clock_points(case, submitted, acknowledged)
    clocks = new_case.clocks(case, points, steps, get_calendar(session, case.agency))
    code, commitment = new_tracking_code(), new_case.commitment_of(case)
    digest = code_digest(get_keys(), code)
    columns = new_case.complaint_columns(case, acknowledged, actor, code_digest=digest, commitment=commitment)
    columns |= queue_columns(SimpleNamespace(**clock) for clock in clocks)
    complaint_id = insert_row(session, Complaint, columns)
    respondent_id = _write_respondent(session, case, complaint_id)
    promise = _promise(session, case, complaint_id, steps, actor, commitment)
    told = _whom_to_tell(session, case, complaint_id, acknowledged)
    with sent_together(session):
        _write_identity(session, case, complaint_id)
        _write_matter(session, case, complaint_id, respondent_id)
        _write_files(session, case, complaint_id, actor)
        insert_rows(session, CaseEvent, new_case.history_rows(complaint_id, steps))
        insert_rows(
            session,
            ClockPoint,
            [{"complaint_id": complaint_id, "code": point, "at": when} for point, when in points],
        )
        insert_rows(session, Deadline, [{"complaint_id": complaint_id, **clock} for clock in clocks])
        insert_rows(session, AuditChain, [promise.head.head_row()])
        store_receipts(session, case, complaint_id, promise.receipt, audit_entry_id=promise.entry_id)
        insert_rows(session, OutboxItem, told)
    return Lodged(case.number, code, complaint_id)


def _open_case(session: Session, filing: Filing, at: datetime) -> NewCase:
    received_at = filing.received_at or at
    if received_at > at:
        raise ReceivedInFuture
    ground = find_ground(session, filing.agency_code, filing.service_code, filing.product_code)
    year = at.astimezone(ZoneInfo(ground.agency.timezone)).year
    return NewCase(
        filing=filing,
        ground=ground,
        superiors=() if ground.unit_id is None else list_unit_superiors(session, ground.unit_id),
        year=year,
        counter=count_up(session, ComplaintCounter.last, agency_id=ground.agency.id, year=year),
        received_at=received_at,
        recorded_at=at,
    )


def _write_identity(session: Session, case: NewCase, complaint_id: int) -> None:
    key_id, wrapped = wrap_case_key(get_keys(), case.filing.case_key)
    key = {
        "complaint_id": complaint_id,
        "vault_key_id": key_id,
        "wrapped_key": wrapped,
        "created_at": case.recorded_at,
    }
    insert_rows(session, CaseKey, [key])
    insert_rows(session, Complainant, [new_case.identity_columns(case, complaint_id)])


def _write_respondent(session: Session, case: NewCase, complaint_id: int) -> int | None:
    """Who is complained of, as far as known at first: somebody in the unit that gives the service."""
    unit_id = case.ground.unit_id
    if unit_id is None:
        return None
    described = {"unit_id": unit_id, "description": case.filing.respondent_text[:300]}
    return insert_row(session, Respondent, {"complaint_id": complaint_id, **described})


def _write_matter(session: Session, case: NewCase, complaint_id: int, respondent_id: int | None) -> None:
    """What is complained of, who stands above whom, and what else was told."""
    filing = case.filing
    if respondent_id is not None:
        insert_rows(
            session,
            RespondentSuperior,
            [
                {"respondent_id": respondent_id, "user_id": user_id, "rank": rank}
                for rank, user_id in enumerate(case.superiors, 1)
            ],
        )
    allegation = {
        "complaint_id": complaint_id,
        "respondent_id": respondent_id,
        "category": filing.category or "other",
    }
    insert_rows(session, Allegation, [allegation])
    if filing.fee is not None:
        insert_rows(session, FeeClaim, [{"complaint_id": complaint_id, **asdict(filing.fee)}])
    if filing.circumstances:
        insert_rows(session, Circumstance, [{"complaint_id": complaint_id, **asdict(filing.circumstances)}])


def _write_files(session: Session, case: NewCase, complaint_id: int, actor: Actor) -> None:
    insert_rows(
        session,
        Attachment,
        [
            {
                "complaint_id": complaint_id,
                "purpose": "evidence",
                "uploaded_at": case.recorded_at,
                "uploaded_by": "complainant" if actor.user_id is None else "staff",
                "uploader_id": actor.user_id,
                "shared": True,
                **stored.columns(),
            }
            for stored in case.filing.files
        ],
    )


@dataclass(frozen=True, slots=True)
class _Promise:
    """What was promised, as far as it is written already.

    :ivar entry_id: of the log entry that proves the receipt
    :ivar head: the end of the chain
    """

    receipt: Receipt
    entry_id: int
    head: Link


def _promise(
    session: Session,
    case: NewCase,
    complaint_id: int,
    steps: tuple[Step, Step],
    actor: Actor,
    commitment: str,
) -> _Promise:
    """The letter of receipt, and the log of both events, which the signed receipt is proven by."""
    submitted, acknowledged = steps
    letter = letter_columns(
        NoticeKind.RECEIPT, case, actor=acknowledged.actor, at=case.recorded_at, event_seq=len(steps)
    )
    notice_id = insert_row(session, Notice, {"complaint_id": complaint_id, **letter})
    receipt = prepare_receipt(session, case, actor=actor, commitment=commitment)
    said = letter_facts(notice_id, NoticeKind.RECEIPT, letter["body"], case.filing.case_key)
    told: tuple[tuple[Step, Mapping[str, Fact]], ...] = (
        (submitted, new_case.submission_facts(case, commitment)),
        (acknowledged, said | receipt.facts()),
    )
    first, last = new_case.log_rows(case, complaint_id, told)
    insert_row(session, AuditEntry, first)
    return _Promise(receipt, insert_row(session, AuditEntry, last), Link.after(last))


def _whom_to_tell(session: Session, case: NewCase, complaint_id: int, last: Step) -> list[dict[str, Any]]:
    """Rows of the outbox: for the complainant, and for those in charge for whom the case exists."""
    filing, rows = case.filing, list[dict[str, Any]]()

    def queue(template: str, key: str, user_id: int | None = None) -> None:
        rows.append(
            outbox_columns(
                complaint_id,
                template=template,
                user_id=user_id,
                at=case.recorded_at,
                key=f"{case.number}/{key}" if user_id is None else f"{case.number}/{key}/{user_id}",
            )
        )

    wanted = filing.identity.wants_notices and not filing.is_anonymous
    if wanted and filing.identity.email.strip():
        queue("receipt", "receipt")
    alarms = [(Role.APPROVER, "urgent_alert", "urgent")] if filing.in_danger else []
    seen = case.snapshot(last.decision.to, last.version)
    for role, template, key in (*alarms, (Role.COORDINATOR, "case_new", "new")):
        for person in list_actors_in_role(session, case.agency.id, role):
            if can_see(seen, person):
                queue(template, key, person.user_id)
    return rows
