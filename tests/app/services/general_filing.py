"""A filing as any two events are written: object by object, each event read back from what the last wrote.

Slow on purpose. It is what the quick way of `app.services.lodging` must equal, row by row, and shares with it
only what every event uses (`app.services.casework`, `app.services.effects`, `app.services.clocks`).
"""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.law import class_of_category, get_law
from app.models import (
    Agency,
    Allegation,
    Attachment,
    CaseKey,
    Circumstance,
    Complainant,
    Complaint,
    ComplaintCounter,
    FeeClaim,
    Receipt,
    Respondent,
    RespondentSuperior,
    Service,
    ServiceProduct,
    User,
)
from app.models.complaint import FAR_FUTURE
from app.queries.actors import list_unit_superiors
from app.security.receipts import Complainant as Named
from app.security.receipts import Edition
from app.security.receipts import Receipt as Promise
from app.security.ring import get_keys
from app.security.vault import seal, wrap_case_key
from app.services import casework, effects
from app.services.audit_log import acting_role
from app.services.clocks import add_points
from app.services.lodging import FILING_WINDOW_DAYS, KEY_VERSION, Filing
from app.services.outbox import queue_for_complainant, queue_for_role
from app.services.particulars import committed_text
from app.services.receipts import COMPLAINT_SALT, SEAL_WITHIN
from app.services.texts import derive_salt
from workflows.commitments import FileDigest, commit_files, commit_text
from workflows.snapshot import SYSTEM, Actor, Given
from workflows.transitions import submission
from workflows.vocabulary import Event, IdentityMode, NoticeKind, Role, Substate


def file_generally(session: Session, filing: Filing, *, actor: Actor, at: datetime) -> Complaint:
    """The complaint, submitted and acknowledged by the general path."""
    complaint = _complaint(session, filing, actor, at)
    session.add(complaint)
    session.flush()
    _identity(session, complaint, filing, at)
    _matter(session, complaint, filing)
    for stored in filing.files:
        session.add(
            Attachment(
                complaint_id=complaint.id,
                purpose="evidence",
                uploaded_at=at,
                uploaded_by="complainant" if actor.user_id is None else "staff",
                uploader_id=actor.user_id,
                shared=True,
                **stored.columns(),
            )
        )
    session.flush()
    _submit(session, complaint, filing, actor, at)
    _acknowledge(session, complaint, filing, actor, at)
    _tell(session, complaint, at)
    return complaint


def _complaint(session: Session, filing: Filing, actor: Actor, at: datetime) -> Complaint:
    agency = session.scalars(select(Agency).where(Agency.code == filing.agency_code)).one()
    service = session.scalar(
        select(Service).where(Service.agency_id == agency.id, Service.code == filing.service_code)
    )
    product = session.scalar(
        select(ServiceProduct).where(
            ServiceProduct.service_id == (service.id if service else None),
            ServiceProduct.code == filing.product_code,
        )
    )
    received_at = filing.received_at or at
    received_on = received_at.astimezone(ZoneInfo(agency.timezone)).date()
    year = at.astimezone(ZoneInfo(agency.timezone)).year
    counter = ComplaintCounter(agency_id=agency.id, year=year, last=1)
    session.add(counter)
    issue = get_law().issues.get(filing.category or "") or get_law().conduct.get(filing.category or "")
    late = filing.service_date is not None and received_on > filing.service_date + timedelta(
        days=FILING_WINDOW_DAYS
    )
    return Complaint(
        agency_id=agency.id,
        agency=agency,
        year=year,
        counter=counter.last,
        number=f"{agency.code}-{year}-{counter.last:06d}",
        version=1,
        substate=Substate.SUBMITTED.value,
        public_state="received",
        complaint_class=class_of_category(filing.category).value,
        class_is_provisional=True,
        category=filing.category,
        maladministration=issue.maladministration if issue else None,
        channel=filing.channel,
        language=filing.language,
        identity_mode=filing.identity_mode.value,
        received_at=received_at,
        recorded_at=at,
        service=service,
        product=product,
        service_date=filing.service_date,
        place=filing.place,
        narrative=filing.narrative,
        loss=filing.loss,
        remedy_sought=filing.remedy_sought,
        respondent_text=filing.respondent_text,
        compensation_claim_idr=filing.compensation_claim_idr,
        in_danger=filing.in_danger,
        fee_claim=FeeClaim(**asdict(filing.fee)) if filing.fee else None,
        circumstance=Circumstance(**asdict(filing.circumstances)) if filing.circumstances else None,
        filed_late=late,
        receiving_officer_id=actor.user_id,
        external_number=filing.external_number,
        import_source=filing.external_source,
        code_digest="drawn",
        queue_due_at=FAR_FUTURE,
    )


def _identity(session: Session, complaint: Complaint, filing: Filing, at: datetime) -> None:
    key_id, wrapped = wrap_case_key(get_keys(), filing.case_key)
    session.add(CaseKey(complaint_id=complaint.id, vault_key_id=key_id, wrapped_key=wrapped, created_at=at))
    anonymous = filing.identity_mode == IdentityMode.ANONYMOUS
    told = {} if anonymous else asdict(filing.identity)
    sealed = {
        f"{name}_sealed": seal(
            filing.case_key, case_id=complaint.id, field=name, version=KEY_VERSION, text=told[name].strip()
        )
        for name in ("name", "address", "email", "phone", "proxy")
        if told.get(name, "").strip()
    }
    session.add(
        Complainant(
            complaint_id=complaint.id,
            identity_mode=filing.identity_mode.value,
            key_version=KEY_VERSION,
            wants_notices=filing.identity.wants_notices and not anonymous,
            **sealed,
        )
    )
    session.flush()


def _matter(session: Session, complaint: Complaint, filing: Filing) -> None:
    respondent = None
    if complaint.service is not None:
        unit_id = complaint.service.unit_id
        respondent = Respondent(
            complaint_id=complaint.id, unit_id=unit_id, description=filing.respondent_text[:300]
        )
        respondent.superiors = [
            RespondentSuperior(user_id=user_id, rank=rank)
            for rank, user_id in enumerate(list_unit_superiors(session, unit_id), 1)
        ]
        session.add(respondent)
        session.flush()
    session.add(
        Allegation(
            complaint_id=complaint.id,
            respondent_id=respondent.id if respondent else None,
            category=filing.category or "other",
        )
    )
    session.flush()


def _submit(session: Session, complaint: Complaint, filing: Filing, actor: Actor, at: datetime) -> None:
    salt = derive_salt(filing.case_key, COMPLAINT_SALT)
    complaint.commitment = commit_text(committed_text(complaint), salt)
    role = acting_role(actor, frozenset({Role.COMPLAINANT, Role.INTAKE}))
    act = effects.Act(session, complaint, submission(complaint.received_at), actor, role, at, Given())
    act.facts |= {
        "commitment": complaint.commitment,
        "channel": complaint.channel,
        "identity_mode": complaint.identity_mode,
        "received_at": complaint.received_at.isoformat(),
        "files": len(filing.files),
    }
    points = []
    if complaint.service_date is not None:
        zone = ZoneInfo(complaint.agency.timezone)
        served_at = datetime.combine(complaint.service_date, datetime.min.time(), zone)
        points = [("service_received", served_at), ("event_date", served_at)]
    casework.apply(act, lambda act: add_points(act.session, act.complaint, points))


def _acknowledge(session: Session, complaint: Complaint, filing: Filing, actor: Actor, at: datetime) -> None:
    promise = _promise(session, complaint, filing, actor, at)

    def extra(act: effects.Act) -> None:
        effects.write_letter(act, NoticeKind.RECEIPT)
        act.facts |= promise.facts()

    outcome = casework.fire_in(
        session,
        complaint.number,
        Event.ACKNOWLEDGE,
        actor=actor if actor.user_id is not None else SYSTEM,
        at=at,
        extra=extra,
    )
    session.add_all(
        Receipt(
            complaint_id=complaint.id,
            edition=edition.value,
            document_sealed=b"sealed",
            key_id=get_keys().current("receipt").id,
            issued_at=at,
            audit_entry_id=outcome.entry_id,
        )
        for edition in Edition
    )
    session.flush()


def _promise(session: Session, complaint: Complaint, filing: Filing, actor: Actor, at: datetime) -> Promise:
    agency, salt = complaint.agency, derive_salt(filing.case_key, COMPLAINT_SALT)
    officer = session.get(User, actor.user_id) if actor.user_id is not None else None
    digests = [FileDigest(file.sha256, file.size) for file in filing.files]
    assert complaint.commitment is not None
    return Promise(
        edition=Edition.FULL,
        number=complaint.number,
        agency_code=agency.code,
        agency_name=agency.name,
        received_at=complaint.received_at,
        place=agency.address or agency.name,
        channel=complaint.channel,
        officer_title=officer.title if officer else agency.contact_title,
        officer_name=officer.full_name if officer else agency.contact_name,
        issued_at=at,
        seal_within=SEAL_WITHIN,
        text_commitment=complaint.commitment,
        files_commitment=commit_files(digests, salt) if digests else None,
        file_count=len(digests),
        complainant=Named(filing.identity.named) if filing.identity.named else None,
        shortfall=committed_text(complaint),
        salt=salt,
    )


def _tell(session: Session, complaint: Complaint, at: datetime) -> None:
    number = complaint.number
    queue_for_complainant(session, complaint, template="receipt", at=at, key=f"{number}/receipt")
    if complaint.in_danger:
        queue_for_role(
            session,
            complaint,
            role=Role.APPROVER,
            template="urgent_alert",
            at=at,
            key=f"{number}/urgent",
        )
    queue_for_role(session, complaint, role=Role.COORDINATOR, template="case_new", at=at, key=f"{number}/new")
