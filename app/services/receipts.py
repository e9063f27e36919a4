"""The citizen's receipt: promised in the transaction of the filing, handed out again at any time.

Both editions are signed at once and kept sealed under the case key. Their facts stand in the
audit entry of the acknowledgement, so that its inclusion in the log proves the receipt sealed.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from app.models import Complaint, Receipt, User
from app.queries.inclusions import find_inclusion
from app.security import receipts as documents
from app.security.ring import get_keys
from app.security.vault import seal, unseal
from app.services.files import StoredFile
from app.services.texts import derive_salt, get_case_key
from workflows.commitments import FileDigest, commit_files
from workflows.snapshot import Actor
from workflows.vocabulary import IdentityMode

SEAL_WITHIN = timedelta(hours=24)
"""Longest time until a filing is sealed in the log; the sealing job runs every minute."""

COMPLAINT_SALT = "complaint"
"""Label of the salt that opens the text and the files of the filing."""

_VERSION = 1


def prepare_receipt(
    session: Session,
    complaint: Complaint,
    *,
    name: str,
    address: str,
    text: str,
    files: Sequence[StoredFile],
    case_key: bytes,
    actor: Actor,
    at: datetime,
) -> documents.Receipt:
    """What the receipt of a new case will say (UU 25/2009 Pasal 44 ayat (2))."""
    salt = derive_salt(case_key, COMPLAINT_SALT)
    officer_title, officer_name = _receiving_officer(session, complaint, actor)
    assert complaint.commitment is not None
    anonymous = complaint.identity_mode == IdentityMode.ANONYMOUS
    digests = [FileDigest(file.sha256, file.size) for file in files]
    return documents.Receipt(
        edition=documents.Edition.FULL,
        number=complaint.number,
        agency_code=complaint.agency.code,
        agency_name=complaint.agency.name,
        received_at=complaint.received_at,
        place=complaint.agency.address or complaint.agency.name,
        channel=complaint.channel,
        officer_title=officer_title,
        officer_name=officer_name,
        issued_at=at,
        seal_within=SEAL_WITHIN,
        text_commitment=complaint.commitment,
        files_commitment=commit_files(digests, salt) if digests else None,
        file_count=len(digests),
        complainant=None if anonymous or not name else documents.Complainant(name, address or None),
        shortfall=text,
        salt=salt,
    )


def store_receipt(
    session: Session,
    complaint: Complaint,
    receipt: documents.Receipt,
    *,
    case_key: bytes,
    audit_entry_id: int,
    at: datetime,
) -> None:
    """Sign both editions and keep them, sealed."""
    for edition in (receipt, receipt.without_identity()):
        signed = documents.sign_receipt(get_keys(), edition)
        session.add(
            Receipt(
                complaint_id=complaint.id,
                edition=edition.edition.value,
                document_sealed=seal(
                    case_key,
                    case_id=complaint.id,
                    field=_field(edition.edition),
                    version=_VERSION,
                    text=signed.document().decode("utf-8"),
                ),
                key_id=signed.key_id,
                issued_at=at,
                audit_entry_id=audit_entry_id,
            )
        )
    session.flush()


def read_receipt(
    session: Session, complaint: Complaint, edition: documents.Edition
) -> documents.SignedReceipt | None:
    """The receipt as issued, with the proof of its sealing once there is one; None for imported history.

    :raises app.services.texts.CaseKeyDestroyed: the case was erased
    """
    row = session.get(Receipt, (complaint.id, edition.value))
    if row is None:
        return None
    text = unseal(
        get_case_key(session, complaint.id),
        case_id=complaint.id,
        field=_field(edition),
        version=_VERSION,
        sealed=row.document_sealed,
    )
    signed = documents.SignedReceipt.parse(text.encode("utf-8"))
    inclusion = find_inclusion(session, row.audit_entry_id)
    return signed if inclusion is None else signed.with_inclusion(inclusion)


def _receiving_officer(session: Session, complaint: Complaint, actor: Actor) -> tuple[str, str]:
    """At the desk the officer; on the web the person responsible (UU 25/2009 Pasal 36 ayat (4))."""
    if actor.user_id is not None:
        user = session.get_one(User, actor.user_id)
        return user.title, user.full_name
    return complaint.agency.contact_title, complaint.agency.contact_name


def _field(edition: documents.Edition) -> str:
    return f"receipt_{edition.value}"
