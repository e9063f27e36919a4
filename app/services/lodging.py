"""Lodge a complaint: from the web, or at the desk on behalf of somebody.

Everything that promises something to the complainant is written in one transaction: the case,
its first clocks, the log entries, the signed receipt. Hashing and file work come before it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.database import insert_if_absent, run_in_unit
from app.law import class_of_category, get_law
from app.models import (
    Agency,
    Allegation,
    Attachment,
    CaseKey,
    Complainant,
    Complaint,
    ComplaintCounter,
    Draft,
    Respondent,
    RespondentSuperior,
    Service,
    ServiceProduct,
)
from app.models.complaint import FAR_FUTURE
from app.queries.actors import list_unit_superiors
from app.security.codes import code_digest, new_tracking_code
from app.security.ring import get_keys
from app.security.vault import new_case_key, seal, wrap_case_key
from app.services import casework, effects
from app.services.audit_log import acting_role
from app.services.clocks import add_points
from app.services.files import StoredFile
from app.services.outbox import queue_for_complainant, queue_for_role
from app.services.particulars import circumstance_row, committed_text, fee_row
from app.services.receipts import COMPLAINT_SALT, prepare_receipt, store_receipt
from app.services.texts import derive_salt
from workflows.commitments import commit_text
from workflows.particulars import Circumstances, Fee
from workflows.snapshot import SYSTEM, Actor, Given
from workflows.transitions import submission
from workflows.vocabulary import Event, IdentityMode, NoticeKind, Role, Substate

FILING_WINDOW_DAYS = 30
"""UU 25/2009 Pasal 42 ayat (2); a later complaint is flagged and still accepted."""

KEY_VERSION = 1


@dataclass(frozen=True, slots=True)
class Identity:
    """Who complains; empty for a tip. Sealed at once, kept nowhere else."""

    name: str = ""
    address: str = ""
    email: str = ""
    phone: str = ""
    proxy: str = ""
    """Who acts for the complainant, if somebody does: name and relation on the first line, then the rest."""
    wants_notices: bool = True

    @property
    def named(self) -> str:
        """As the receipt names who complains (UU 25/2009 Pasal 44 ayat (2) huruf a), the proxy included."""
        name, proxy = self.name.strip(), self.proxy.strip()
        return f"{name}, diwakili oleh {proxy.splitlines()[0]}" if name and proxy else name


@dataclass(frozen=True, slots=True)
class Filing:
    """A complaint as handed in, checked for shape by the form.

    ``received_at`` is given at the desk for a letter that lay there; None means now.
    """

    agency_code: str
    channel: str
    identity_mode: IdentityMode
    narrative: str
    language: str = "id"
    identity: Identity = field(default_factory=Identity)
    category: str | None = None
    service_code: str | None = None
    product_code: str | None = None
    service_date: date | None = None
    place: str = ""
    loss: str = ""
    remedy_sought: str = ""
    respondent_text: str = ""
    compensation_claim_idr: int | None = None
    in_danger: bool = False
    fee: Fee | None = None
    circumstances: Circumstances | None = None
    external_number: str | None = None
    external_source: str | None = None
    received_at: datetime | None = None
    case_key: bytes = field(default_factory=new_case_key)
    """Made before the files are stored under it."""
    files: Sequence[StoredFile] = ()


@dataclass(frozen=True, slots=True)
class Lodged:
    """Number and secret of a new case; the code is shown once and stored nowhere."""

    number: str
    tracking_code: str
    complaint_id: int


class ReceivedInFuture(ValueError):
    """The desk gave a receipt instant after now."""


def lodge_complaint(filing: Filing, *, actor: Actor, at: datetime, draft_id: int | None = None) -> Lodged:
    """Register a complaint, acknowledge it and sign its receipt.

    Nothing can refuse it (UU 25/2009 Pasal 48 ayat (2)).

    :param actor: the complainant-to-be (role complainant, no number yet) or an intake officer
    :param draft_id: the draft it was written in, marked as filed in the same transaction
    :raises ReceivedInFuture: ``received_at`` lies after ``at``
    """
    return run_in_unit(lambda session: lodge_in(session, filing, actor=actor, at=at, draft_id=draft_id))


def lodge_in(
    session: Session, filing: Filing, *, actor: Actor, at: datetime, draft_id: int | None = None
) -> Lodged:
    """As :func:`lodge_complaint`, inside a transaction that the caller holds."""
    received_at = filing.received_at or at
    if received_at > at:
        raise ReceivedInFuture
    agency = session.scalars(select(Agency).where(Agency.code == filing.agency_code)).one()
    code = new_tracking_code()
    complaint = _new_complaint(session, filing, agency, actor, received_at, at)
    complaint.code_digest = code_digest(get_keys(), code)
    session.add(complaint)
    session.flush()
    _seal_identity(session, complaint, filing, at)
    _add_respondents(session, complaint, filing)
    _add_files(session, complaint, filing, actor, at)
    _submit(session, complaint, filing, actor, received_at, at)
    if draft_id is not None:
        session.get_one(Draft, draft_id).complaint_id = complaint.id
    _acknowledge(session, complaint, filing, actor, at)
    _tell(session, complaint, at)
    return Lodged(complaint.number, code, complaint.id)


def _new_complaint(
    session: Session, filing: Filing, agency: Agency, actor: Actor, received_at: datetime, at: datetime
) -> Complaint:
    service, product = _service_of(session, agency, filing)
    received_on = received_at.astimezone(ZoneInfo(agency.timezone)).date()
    year = at.astimezone(ZoneInfo(agency.timezone)).year
    counter = _next_counter(session, agency.id, year)
    return Complaint(
        agency_id=agency.id,
        agency=agency,
        year=year,
        counter=counter,
        number=f"{agency.code}-{year}-{counter:06d}",
        version=1,
        substate=Substate.SUBMITTED.value,
        public_state="received",
        complaint_class=class_of_category(filing.category).value,
        class_is_provisional=True,
        category=filing.category,
        maladministration=_maladministration(filing.category),
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
        fee_claim=fee_row(filing.fee),
        circumstance=circumstance_row(filing.circumstances),
        filed_late=filing.service_date is not None
        and received_on > filing.service_date + timedelta(days=FILING_WINDOW_DAYS),
        receiving_officer_id=actor.user_id,
        external_number=filing.external_number,
        import_source=filing.external_source,
        queue_due_at=FAR_FUTURE,
        remedies=[],
        breached_stages=0,
        imported=False,
    )


def _maladministration(category: str | None) -> str | None:
    law = get_law()
    known = law.issues.get(category or "") or law.conduct.get(category or "")
    return known.maladministration if known else None


def _service_of(
    session: Session, agency: Agency, filing: Filing
) -> tuple[Service | None, ServiceProduct | None]:
    if filing.service_code is None:
        return None, None
    service = session.scalar(
        select(Service).where(Service.agency_id == agency.id, Service.code == filing.service_code)
    )
    product = None
    if service is not None and filing.product_code is not None:
        product = next((p for p in service.products if p.code == filing.product_code), None)
    return service, product


def _next_counter(session: Session, agency_id: int, year: int) -> int:
    wanted = (
        select(ComplaintCounter)
        .where(ComplaintCounter.agency_id == agency_id, ComplaintCounter.year == year)
        .with_for_update()
    )
    row = session.scalar(wanted)
    if row is None:
        insert_if_absent(session, ComplaintCounter, agency_id=agency_id, year=year, last=0)
        row = session.scalars(wanted).one()
    row.last += 1
    session.flush()
    return row.last


def _seal_identity(session: Session, complaint: Complaint, filing: Filing, at: datetime) -> None:
    key_id, wrapped = wrap_case_key(get_keys(), filing.case_key)
    session.add(CaseKey(complaint_id=complaint.id, vault_key_id=key_id, wrapped_key=wrapped, created_at=at))
    identity = filing.identity
    anonymous = filing.identity_mode == IdentityMode.ANONYMOUS

    def sealed(field_name: str, text: str) -> bytes | None:
        if not text.strip():
            return None
        return seal(
            filing.case_key, case_id=complaint.id, field=field_name, version=KEY_VERSION, text=text.strip()
        )

    session.add(
        Complainant(
            complaint_id=complaint.id,
            identity_mode=filing.identity_mode.value,
            key_version=KEY_VERSION,
            name_sealed=None if anonymous else sealed("name", identity.name),
            address_sealed=None if anonymous else sealed("address", identity.address),
            email_sealed=None if anonymous else sealed("email", identity.email),
            phone_sealed=None if anonymous else sealed("phone", identity.phone),
            proxy_sealed=None if anonymous else sealed("proxy", identity.proxy),
            wants_notices=identity.wants_notices and not anonymous,
        )
    )
    session.flush()


def _add_respondents(session: Session, complaint: Complaint, filing: Filing) -> None:
    respondent = None
    if complaint.service is not None:
        respondent = Respondent(
            complaint_id=complaint.id,
            unit_id=complaint.service.unit_id,
            description=filing.respondent_text[:300],
        )
        superiors = list_unit_superiors(session, complaint.service.unit_id)
        respondent.superiors = [
            RespondentSuperior(user_id=user_id, rank=rank) for rank, user_id in enumerate(superiors, 1)
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


def _add_files(session: Session, complaint: Complaint, filing: Filing, actor: Actor, at: datetime) -> None:
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


def _submit(
    session: Session,
    complaint: Complaint,
    filing: Filing,
    actor: Actor,
    received_at: datetime,
    at: datetime,
) -> None:
    text = committed_text(complaint)
    complaint.commitment = commit_text(text, derive_salt(filing.case_key, COMPLAINT_SALT))
    decision = submission(received_at)
    role = acting_role(actor, frozenset({Role.COMPLAINANT, Role.INTAKE}))
    act = effects.Act(session, complaint, decision, actor, role, at, Given())
    act.facts |= {
        "commitment": complaint.commitment,
        "channel": complaint.channel,
        "identity_mode": complaint.identity_mode,
        "received_at": received_at.isoformat(),
        "files": len(filing.files),
    }
    points = []
    if complaint.service_date is not None:
        zone = ZoneInfo(complaint.agency.timezone)
        served_at = datetime.combine(complaint.service_date, datetime.min.time(), zone)
        points = [("service_received", served_at), ("event_date", served_at)]
    casework.apply(act, lambda act: add_points(act.session, act.complaint, points))


def _acknowledge(session: Session, complaint: Complaint, filing: Filing, actor: Actor, at: datetime) -> None:
    """Sign the receipt: at the desk by the officer, on the web by the system (Pasal 44 ayat (1))."""
    receipt = prepare_receipt(
        session,
        complaint,
        name=filing.identity.named,
        address=filing.identity.address.strip(),
        text=committed_text(complaint),
        files=filing.files,
        case_key=filing.case_key,
        actor=actor,
        at=at,
    )

    def promise(act: effects.Act) -> None:
        effects.write_letter(act, NoticeKind.RECEIPT)
        act.facts |= receipt.facts()

    outcome = casework.fire_in(
        session,
        complaint.number,
        Event.ACKNOWLEDGE,
        actor=actor if actor.user_id is not None else SYSTEM,
        at=at,
        extra=promise,
    )
    store_receipt(
        session, complaint, receipt, case_key=filing.case_key, audit_entry_id=outcome.entry_id, at=at
    )


def _tell(session: Session, complaint: Complaint, at: datetime) -> None:
    queue_for_complainant(session, complaint, template="receipt", at=at, key=f"{complaint.number}/receipt")
    if complaint.in_danger:
        queue_for_role(
            session,
            complaint,
            role=Role.APPROVER,
            template="urgent_alert",
            at=at,
            key=f"{complaint.number}/urgent",
        )
    queue_for_role(
        session,
        complaint,
        role=Role.COORDINATOR,
        template="case_new",
        at=at,
        key=f"{complaint.number}/new",
    )
