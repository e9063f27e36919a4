"""Everything on one case, read for a page: facts, history, clocks, letters, messages, files, log.

Read-only and frozen. Who the complainant is does not stand here: that is opened apart, with a reason
(:func:`app.services.access.open_identity`).
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from app.models import (
    Allegation,
    Assignment,
    Attachment,
    Complainant,
    Complaint,
    Deadline,
    IdentityRead,
    Message,
    Notice,
    Respondent,
    Unit,
    User,
)
from app.queries.case_log import AUDIT_SHOWN, AuditRow, EventRow, Person, list_audit, list_events
from app.queries.snapshots import get_snapshot
from app.queries.twins import list_twins
from app.queries.visibility import visible_to
from workflows.errors import CaseNotVisible
from workflows.snapshot import Actor, CaseSnapshot


@dataclass(frozen=True, slots=True)
class FileRow:
    """A file of the case."""

    id: int
    name: str
    content_type: str
    size: int
    sha256: str
    purpose: str
    message_id: int | None
    uploaded_at: datetime
    by_complainant: bool
    shared: bool
    has_clean_copy: bool


@dataclass(frozen=True, slots=True)
class RespondentRow:
    """Who is complained of."""

    id: int
    person: Person | None
    unit_name: str | None
    description: str

    @property
    def words(self) -> str:
        """In one line; a stranger by the description alone."""
        named = [self.person.words if self.person else "", self.unit_name or "", self.description]
        return "; ".join(part for part in named if part)


@dataclass(frozen=True, slots=True)
class AllegationRow:
    """One allegation and its finding."""

    id: int
    category: str
    description: str
    respondent_id: int | None
    finding: str | None
    consequence: str


@dataclass(frozen=True, slots=True)
class CaseFile:
    """A case with everything on it. Rows that come as models are read and detached of any change."""

    complaint: Complaint
    snapshot: CaseSnapshot
    events: tuple[EventRow, ...]
    deadlines: tuple[Deadline, ...]
    messages: tuple[Message, ...]
    notices: tuple[Notice, ...]
    files: tuple[FileRow, ...]
    respondents: tuple[RespondentRow, ...]
    allegations: tuple[AllegationRow, ...]
    assignments: tuple[Assignment, ...]
    audit: tuple[AuditRow, ...]
    identity_reads: tuple[tuple[datetime, Person, str], ...]
    has_identity: bool
    twins: tuple[str, ...]
    """Numbers of cases that are likely the same complaint, sent twice."""

    def files_of(self, message_id: int) -> tuple[FileRow, ...]:
        """Files that came with a message."""
        return tuple(row for row in self.files if row.message_id == message_id)


def get_visible_complaint(session: Session, number: str, actor: Actor) -> Complaint:
    """The row of a case that exists for the actor, with what its pages need.

    :raises CaseNotVisible: no such case, or not for this actor
    """
    found = session.scalar(
        select(Complaint)
        .where(Complaint.number == number, visible_to(actor))
        .options(
            joinedload(Complaint.agency),
            joinedload(Complaint.service),
            joinedload(Complaint.product),
            joinedload(Complaint.owner_unit),
            joinedload(Complaint.case_officer),
            joinedload(Complaint.receiving_officer),
            joinedload(Complaint.fee_claim),
            joinedload(Complaint.circumstance),
        )
    )
    if found is None:
        raise CaseNotVisible("case.read")
    return found


def get_case_file(session: Session, number: str, actor: Actor) -> CaseFile:
    """Everything on a case.

    :raises CaseNotVisible: no such case, or not for this actor
    """
    complaint = get_visible_complaint(session, number, actor)
    identity = session.get(Complainant, complaint.id)
    return CaseFile(
        complaint=complaint,
        snapshot=get_snapshot(session, complaint),
        events=list_events(session, complaint.id),
        deadlines=list_deadlines(session, complaint),
        messages=_messages(session, complaint.id),
        notices=_notices(session, complaint.id),
        files=list_files(session, complaint.id),
        respondents=list_respondents(session, complaint.id),
        allegations=list_allegations(session, complaint.id),
        assignments=_assignments(session, complaint.id),
        audit=list_audit(session, complaint.id),
        identity_reads=_identity_reads(session, complaint.id),
        has_identity=identity is not None and identity.name_sealed is not None,
        twins=list_twins(session, complaint, actor),
    )


def list_deadlines(session: Session, complaint: Complaint) -> tuple[Deadline, ...]:
    """Clocks of the case, in the order in which they were triggered and fall due."""
    return tuple(
        session.scalars(
            select(Deadline)
            .where(Deadline.complaint_id == complaint.id)
            .order_by(Deadline.triggered_at, Deadline.due_at, Deadline.id)
        )
    )


def list_files(session: Session, complaint_id: int) -> tuple[FileRow, ...]:
    """Files of the case, oldest first."""
    rows = session.execute(
        select(
            Attachment.id,
            Attachment.name,
            Attachment.content_type,
            Attachment.size,
            Attachment.sha256,
            Attachment.purpose,
            Attachment.message_id,
            Attachment.uploaded_at,
            Attachment.uploaded_by,
            Attachment.shared,
            Attachment.view_storage_key,
        )
        .where(Attachment.complaint_id == complaint_id)
        .order_by(Attachment.id)
    )
    return tuple(
        FileRow(
            id=row.id,
            name=row.name,
            content_type=row.content_type,
            size=row.size,
            sha256=row.sha256,
            purpose=row.purpose,
            message_id=row.message_id,
            uploaded_at=row.uploaded_at,
            by_complainant=row.uploaded_by == "complainant",
            shared=row.shared,
            has_clean_copy=row.view_storage_key is not None,
        )
        for row in rows
    )


def list_respondents(session: Session, complaint_id: int) -> tuple[RespondentRow, ...]:
    """Respondents of the case, in the order in which they were named."""
    rows = session.execute(
        select(Respondent.id, Respondent.description, User.id, User.full_name, User.title, Unit.name)
        .outerjoin(User, User.id == Respondent.user_id)
        .outerjoin(Unit, Unit.id == Respondent.unit_id)
        .where(Respondent.complaint_id == complaint_id)
        .order_by(Respondent.id)
    )
    return tuple(
        RespondentRow(
            id=respondent_id,
            person=Person(user_id, name, title) if user_id else None,
            unit_name=unit_name,
            description=description,
        )
        for respondent_id, description, user_id, name, title, unit_name in rows
    )


def list_allegations(session: Session, complaint_id: int) -> tuple[AllegationRow, ...]:
    """Allegations of the case, in the order in which they were written down."""
    rows = session.execute(
        select(
            Allegation.id,
            Allegation.category,
            Allegation.description,
            Allegation.respondent_id,
            Allegation.finding,
            Allegation.consequence,
        )
        .where(Allegation.complaint_id == complaint_id)
        .order_by(Allegation.id)
    )
    return tuple(AllegationRow(*row) for row in rows)


def _messages(session: Session, complaint_id: int) -> tuple[Message, ...]:
    return tuple(
        session.scalars(
            select(Message)
            .where(Message.complaint_id == complaint_id)
            .options(joinedload(Message.author))
            .order_by(Message.at, Message.id)
        )
    )


def _notices(session: Session, complaint_id: int) -> tuple[Notice, ...]:
    return tuple(
        session.scalars(
            select(Notice).where(Notice.complaint_id == complaint_id).order_by(Notice.sent_at, Notice.id)
        )
    )


def _assignments(session: Session, complaint_id: int) -> tuple[Assignment, ...]:
    return tuple(
        session.scalars(
            select(Assignment)
            .where(Assignment.complaint_id == complaint_id)
            .options(joinedload(Assignment.unit), joinedload(Assignment.officer))
            .order_by(Assignment.assigned_at, Assignment.id)
        )
    )


def _identity_reads(session: Session, complaint_id: int) -> tuple[tuple[datetime, Person, str], ...]:
    rows = session.execute(
        select(IdentityRead.at, IdentityRead.reason, User.id, User.full_name, User.title)
        .join(User, User.id == IdentityRead.user_id)
        .where(IdentityRead.complaint_id == complaint_id)
        .order_by(IdentityRead.at.desc())
        .limit(AUDIT_SHOWN)
    )
    return tuple((row.at, Person(row.id, row.full_name, row.title), row.reason) for row in rows)
