"""One case as its complainant sees it: what happened, what is due, what was written, in few cheap queries.

No name of an officer, no working note, nothing that is internal. Rows are read as columns, since making
objects of them would cost more than reading them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import BindParameter, Connection, Integer, Row, and_, bindparam, exists, or_, select, text
from sqlalchemy.orm import Session

from app.models import (
    Agency,
    Attachment,
    CaseEvent,
    CaseLink,
    CodeReissue,
    Complaint,
    Deadline,
    Message,
    Notice,
    Service,
    ServiceProduct,
    Unit,
    Withdrawal,
)
from app.models.code_reissue import REISSUE_IS_OPEN
from app.queries.withdrawals import IS_PENDING, Pending
from workflows.vocabulary import ComplaintClass, NoticeKind, Substate

LETTERS_ELSEWHERE = frozenset(
    {
        NoticeKind.ORI_EXPLANATION,
        NoticeKind.ORI_CORRECTIVE_REPORT,
        NoticeKind.ORI_RECOMMENDATION_REPORT,
        NoticeKind.URGENT_ALERT,
    }
)
"""Kinds of letters that go to others than the complainant (``notices[].to`` in the law data)."""

_LETTERS = tuple(kind.value for kind in NoticeKind if kind not in LETTERS_ELSEWHERE)


@dataclass(frozen=True, slots=True)
class CodeRow:
    """What is kept of the code of a case."""

    id: int
    number: str
    code_digest: str | None


@dataclass(frozen=True, slots=True)
class Clock:
    """A deadline that binds, of the station or of the complainant."""

    stage: str
    party: str
    due_at: datetime
    met_at: datetime | None
    void_at: datetime | None
    sources: Sequence[str]
    confidence: str
    binding: str
    provisional: bool

    @property
    def is_running(self) -> bool:
        """Neither met nor void."""
        return self.met_at is None and self.void_at is None

    def is_late(self, at: datetime) -> bool:
        """Passed unmet."""
        return self.is_running and at > self.due_at


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter to the complainant, without its text."""

    id: int
    kind: str
    number: str
    subject: str
    sent_at: datetime
    received_at: datetime | None


@dataclass(frozen=True, slots=True)
class FileEntry:
    """A file that the complainant may open."""

    id: int
    name: str
    size: int
    purpose: str
    message_id: int | None
    is_mine: bool


@dataclass(frozen=True, slots=True)
class Status:
    """The case for its complainant.

    :ivar case: columns of the case, its station, service and unit; see `_CASE`
    :ivar events: codes and instants, oldest first
    :ivar messages: (id, direction, kind, text, instant), oldest first
    """

    case: Any
    events: Sequence[Row[str, datetime]]
    clocks: tuple[Clock, ...]
    letters: tuple[Letter, ...]
    messages: Sequence[Row[int, str, str, str, datetime]]
    files: tuple[FileEntry, ...]

    @property
    def pending(self) -> Pending | None:
        """The withdrawal that was announced and can still be undone."""
        case = self.case
        if case.withdrawal_id is None:
            return None
        return Pending(case.withdrawal_id, case.withdrawal_announced_at, case.withdrawal_takes_effect_at)

    @property
    def substate(self) -> Substate:
        """Where exactly the case stands."""
        return Substate(self.case.substate)

    @property
    def objection_until(self) -> datetime | None:
        """Latest end of the window to object; None where none runs (`workflows.guards`)."""
        ends = [clock.due_at for clock in self.clocks if clock.stage == "appeal_window"]
        return max(ends) if ends else None

    def files_of(self, message_id: int) -> list[FileEntry]:
        """Files that came with a message."""
        return [file for file in self.files if file.message_id == message_id]


_CASE = (
    select(
        Complaint.id,
        Complaint.number,
        Complaint.version,
        Complaint.code_digest,
        Complaint.substate,
        Complaint.public_state,
        Complaint.complaint_class,
        Complaint.in_danger,
        Complaint.identity_mode,
        Complaint.language,
        Complaint.received_at,
        Complaint.declared_complete_at,
        Complaint.closed_at,
        Complaint.closure_reason,
        Complaint.finding,
        Complaint.delivered_at,
        Complaint.imported,
        Complaint.narrative,
        Complaint.loss,
        Complaint.remedy_sought,
        Complaint.place,
        Complaint.service_date,
        Complaint.category,
        Agency.name.label("agency_name"),
        Agency.timezone.label("zone"),
        Agency.phone.label("agency_phone"),
        Agency.contact_title,
        Service.label_id.label("service_id"),
        Service.label_en.label("service_en"),
        ServiceProduct.label_id.label("product_id"),
        ServiceProduct.label_en.label("product_en"),
        Unit.name.label("unit_name"),
        exists()
        .where(CodeReissue.complaint_id == Complaint.id, text(REISSUE_IS_OPEN))
        .label("is_reissue_open"),
        select(CaseLink.expires_at)
        .where(
            CaseLink.complaint_id == Complaint.id,
            CaseLink.purpose == "survey",
            ~CaseLink.is_used,
        )
        .limit(1)
        .scalar_subquery()
        .label("survey_until"),
        Withdrawal.id.label("withdrawal_id"),
        Withdrawal.announced_at.label("withdrawal_announced_at"),
        Withdrawal.takes_effect_at.label("withdrawal_takes_effect_at"),
    )
    .join(Agency, Agency.id == Complaint.agency_id)
    .outerjoin(Service, Service.id == Complaint.service_id)
    .outerjoin(ServiceProduct, ServiceProduct.id == Complaint.product_id)
    .outerjoin(Unit, Unit.id == Complaint.owner_unit_id)
    .outerjoin(Withdrawal, and_(Withdrawal.complaint_id == Complaint.id, IS_PENDING))
    .where(Complaint.number == bindparam("number"))
)


_CASE_ID: BindParameter[int] = bindparam("case", type_=Integer)

_EVENTS = (
    select(CaseEvent.event, CaseEvent.at).where(CaseEvent.complaint_id == _CASE_ID).order_by(CaseEvent.seq)
)
_CLOCKS = (
    select(
        Deadline.stage,
        Deadline.party,
        Deadline.due_at,
        Deadline.met_at,
        Deadline.void_at,
        Deadline.sources,
        Deadline.confidence,
        Deadline.binding,
        Deadline.provisional_calendar,
    )
    .where(
        Deadline.complaint_id == _CASE_ID,
        or_(
            Deadline.complaint_class == bindparam("complaint_class"),
            Deadline.complaint_class == ComplaintClass.URGENT.value,
        ),
        Deadline.effective,
    )
    .order_by(Deadline.due_at, Deadline.id)
)
_LETTER_ROWS = (
    select(Notice.id, Notice.kind, Notice.number, Notice.subject, Notice.sent_at, Notice.received_at)
    .where(Notice.complaint_id == _CASE_ID)
    .order_by(Notice.sent_at.desc(), Notice.id.desc())
)
_MESSAGES = (
    select(Message.id, Message.direction, Message.kind, Message.body, Message.at)
    .where(Message.complaint_id == _CASE_ID, Message.direction != "internal")
    .order_by(Message.at, Message.id)
)
_IS_MINE = Attachment.uploaded_by == "complainant"
_FILES = (
    select(
        Attachment.id,
        Attachment.name,
        Attachment.size,
        Attachment.purpose,
        Attachment.message_id,
        _IS_MINE,
    )
    .where(Attachment.complaint_id == _CASE_ID, or_(Attachment.shared, _IS_MINE))
    .order_by(Attachment.id)
)
"""Built once: making a statement costs as much as running it."""


def find_code(session: Session, number: str) -> CodeRow | None:
    """The case of this number with what is kept of its code."""
    row = session.execute(
        select(Complaint.id, Complaint.number, Complaint.code_digest).where(Complaint.number == number)
    ).first()
    return None if row is None else CodeRow(*row)


def find_status(connection: Connection, number: str) -> Status | None:
    """Everything that the complainant of this case may see; None where there is no such case."""
    case = connection.execute(_CASE, {"number": number}).first()
    if case is None:
        return None
    return Status(
        case=case,
        events=connection.execute(_EVENTS, {"case": case.id}).all(),
        clocks=_clocks(connection, case),
        letters=tuple(
            Letter(*row)
            for row in connection.execute(_LETTER_ROWS, {"case": case.id}).all()
            if row.kind not in LETTERS_ELSEWHERE
        ),
        messages=connection.execute(_MESSAGES, {"case": case.id}).all(),
        files=tuple(FileEntry(*row) for row in connection.execute(_FILES, {"case": case.id}).all()),
    )


def find_letter(session: Session, number: str, notice_id: int) -> Notice | None:
    """One letter to the complainant of this case, with its text."""
    return session.scalar(
        select(Notice)
        .join(Complaint, Complaint.id == Notice.complaint_id)
        .where(Complaint.number == number, Notice.id == notice_id, Notice.kind.in_(_LETTERS))
    )


def find_complaint(session: Session, number: str) -> Complaint | None:
    """The row of a case, for its receipt and for what its file lacks."""
    return session.scalar(select(Complaint).where(Complaint.number == number))


def _clocks(connection: Connection, case: Any) -> tuple[Clock, ...]:
    rows = connection.execute(_CLOCKS, {"case": case.id, "complaint_class": case.complaint_class})
    return tuple(Clock(*row) for row in rows.all())
