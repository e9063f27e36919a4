"""The citizen's receipt: promised in the transaction of the filing, handed out again at any time.

Both editions are signed at once and kept sealed under the case key. Their facts stand in the
audit entry of the acknowledgement, so that its inclusion in the log proves the receipt sealed.
"""

from datetime import timedelta
from typing import Any

from sqlalchemy.orm import Session

from app.database import insert_rows
from app.models import Complaint, Receipt, User
from app.queries.grounds import Station
from app.queries.inclusions import find_inclusion
from app.security import receipts as documents
from app.security.ring import get_keys
from app.security.vault import Sealer, unseal
from app.services.new_case import NewCase
from app.services.texts import COMPLAINT_SALT, get_case_key
from workflows.commitments import FileDigest, commit_files
from workflows.snapshot import Actor

__all__ = ["COMPLAINT_SALT", "SEAL_WITHIN", "prepare_receipt", "read_receipt", "store_receipts"]

SEAL_WITHIN = timedelta(hours=24)
"""Longest time until a filing is sealed in the log; the sealing job runs every minute."""

_VERSION = 1


def prepare_receipt(session: Session, case: NewCase, *, actor: Actor, commitment: str) -> documents.Receipt:
    """What the receipt of a new case will say (UU 25/2009 Pasal 44 ayat (2)).

    :param actor: who lodges it
    :param commitment: to its text
    """
    filing, agency = case.filing, case.agency
    salt, named = case.salt, filing.identity.named
    officer_title, officer_name = _receiving_officer(session, agency, actor)
    digests = [FileDigest(file.sha256, file.size) for file in filing.files]
    return documents.Receipt(
        edition=documents.Edition.FULL,
        number=case.number,
        agency_code=agency.code,
        agency_name=agency.name,
        received_at=case.received_at,
        place=agency.address or agency.name,
        channel=filing.channel,
        officer_title=officer_title,
        officer_name=officer_name,
        issued_at=case.recorded_at,
        seal_within=SEAL_WITHIN,
        text_commitment=commitment,
        files_commitment=commit_files(digests, salt) if digests else None,
        file_count=len(digests),
        complainant=None
        if filing.is_anonymous or not named
        else documents.Complainant(named, filing.identity.address.strip() or None),
        shortfall=case.text,
        salt=salt,
    )


def store_receipts(
    session: Session,
    case: NewCase,
    complaint_id: int,
    receipt: documents.Receipt,
    *,
    audit_entry_id: int,
) -> None:
    """Sign both editions and keep them, sealed."""
    sealer = Sealer(case.filing.case_key)

    def columns(edition: documents.Receipt) -> dict[str, Any]:
        signed = documents.sign_receipt(get_keys(), edition)
        return {
            "complaint_id": complaint_id,
            "edition": edition.edition.value,
            "document_sealed": sealer.seal(
                case_id=complaint_id,
                field=_field(edition.edition),
                version=_VERSION,
                text=signed.document().decode("utf-8"),
            ),
            "key_id": signed.key_id,
            "issued_at": case.recorded_at,
            "audit_entry_id": audit_entry_id,
        }

    insert_rows(session, Receipt, [columns(receipt), columns(receipt.without_identity())])


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


def _receiving_officer(session: Session, agency: Station, actor: Actor) -> tuple[str, str]:
    """At the desk the officer; on the web the person responsible (UU 25/2009 Pasal 36 ayat (4))."""
    if actor.user_id is not None:
        user = session.get_one(User, actor.user_id)
        return user.title, user.full_name
    return agency.contact_title, agency.contact_name


def _field(edition: documents.Edition) -> str:
    return f"receipt_{edition.value}"
