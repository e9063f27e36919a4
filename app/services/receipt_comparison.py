"""What stands in the register today, held against a genuine receipt: the text, the files, the day.

Who altered the stored text, moved its day back or let the case vanish is found out by whoever brings the
receipt. Asked only for receipts that we signed, so that nobody learns from it whether a number exists.
"""

from __future__ import annotations

import enum
import json
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models import Attachment, AuditEntry, Complaint
from app.security.receipts import Receipt
from app.services.particulars import circumstances_of, fee_of, joined_text
from app.services.receipts import COMPLAINT_SALT
from app.services.texts import CaseKeyDestroyed, derive_salt, get_case_key
from workflows.commitments import FileDigest, opens_files, opens_text
from workflows.vocabulary import Event


class Stored(enum.StrEnum):
    """How what is stored stands to a receipt."""

    SAME = "same"
    OTHER = "other"
    ERASED = "erased"
    """The text was erased by the rules of retention; number and log remain."""
    MISSING = "missing"
    """There is no such case: the receipt proves that there was."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """What is stored, compared with a receipt.

    :ivar files: None for a receipt without files
    """

    text: Stored
    files: Stored | None
    instant: Stored


def compare_with_stored(session: Session, receipt: Receipt) -> Comparison:
    """Compare a genuine receipt with the case of its number."""
    complaint = session.scalar(select(Complaint).where(Complaint.number == receipt.number))
    if complaint is None:
        return Comparison(Stored.MISSING, Stored.MISSING if receipt.file_count else None, Stored.MISSING)
    instant = Stored.SAME if complaint.received_at == receipt.received_at else Stored.OTHER
    try:
        salt = receipt.salt or derive_salt(get_case_key(session, complaint.id), COMPLAINT_SALT)
    except CaseKeyDestroyed:
        return Comparison(Stored.ERASED, Stored.ERASED if receipt.file_count else None, instant)
    return Comparison(
        _same(opens_text(receipt.text_commitment, filed_text(session, complaint), salt)),
        _files(session, complaint, receipt, salt),
        instant,
    )


def filed_text(session: Session, complaint: Complaint) -> str:
    """The text as it was filed: parts that the complainant filled in later are left out.

    Which those are stands in the log (``supplemented`` of the completion), not in the case.
    """
    later = _supplemented(session, complaint.id)
    return joined_text(
        complaint.narrative,
        "" if "loss" in later else complaint.loss,
        "" if "remedy_sought" in later else complaint.remedy_sought,
        fee_of(complaint),
        circumstances_of(complaint),
    )


def _supplemented(session: Session, complaint_id: int) -> frozenset[str]:
    bodies = session.scalars(
        select(AuditEntry.body).where(
            AuditEntry.complaint_id == complaint_id, AuditEntry.kind == Event.COMPLETE_RECEIVED.value
        )
    )
    named = (json.loads(body)["facts"].get("supplemented") or "" for body in bodies)
    return frozenset(name for names in named for name in names.split(",") if name)


def _files(session: Session, complaint: Complaint, receipt: Receipt, salt: bytes) -> Stored | None:
    if receipt.files_commitment is None:
        return None
    rows = session.execute(
        select(Attachment.sha256, Attachment.size)
        .where(
            Attachment.complaint_id == complaint.id,
            Attachment.message_id.is_(None),
            Attachment.uploaded_at == complaint.recorded_at,
        )
        .order_by(Attachment.id)
    )
    return _same(opens_files(receipt.files_commitment, [FileDigest(*row) for row in rows], salt))


def _same(holds: bool) -> Stored:
    return Stored.SAME if holds else Stored.OTHER
