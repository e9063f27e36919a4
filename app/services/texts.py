"""The key of a case, and what is done with it: sealing fields, committing to texts.

A salt is derived from the case key and a label instead of being stored: 256 bits that nobody
can guess, the same whenever asked, gone for good when the key is destroyed (docs/adr/0003).
"""

import hashlib
import hmac

from sqlalchemy.orm import Session

from app.models import CaseKey, Complaint
from app.security.ring import get_keys
from app.security.vault import unwrap_case_key
from workflows.commitments import commit_text

COMPLAINT_SALT = "complaint"
"""Label of the salt that opens the text and the files of the filing."""

_DOMAIN = b"sahut/salt/v1\x00"


class CaseKeyDestroyed(Exception):
    """The case was erased: its key is gone, and with it every sealed text."""


def get_case_key(session: Session, complaint_id: int) -> bytes:
    """The 256-bit key of a case, unwrapped.

    :raises CaseKeyDestroyed: the case was erased
    """
    row = session.get(CaseKey, complaint_id)
    if row is None or row.wrapped_key is None:
        raise CaseKeyDestroyed
    return unwrap_case_key(get_keys(), row.vault_key_id, row.wrapped_key)


def derive_salt(case_key: bytes, label: str) -> bytes:
    """Salt of one commitment, 32 bytes."""
    return hmac.new(case_key, _DOMAIN + label.encode(), hashlib.sha256).digest()


def commit_to(session: Session, complaint: Complaint, text: str, *, label: str) -> str:
    """Commitment (hex) to a text of the case, for the log."""
    return commit_text(text, derive_salt(get_case_key(session, complaint.id), label))
