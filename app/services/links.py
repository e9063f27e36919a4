"""Links that open one door of one case by e-mail: made, found by their token, used once.

The token is 256 bits, derived from the key of the case when the letter is written: whoever holds the database
and not the vault has no token, and erasing a case closes all its doors.
"""

from __future__ import annotations

import base64
import enum
import hashlib
import secrets
from datetime import datetime, timedelta

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from app.models import CaseLink, Complaint
from app.security.vault import derive_key
from app.services.texts import get_case_key

NONCE_BYTES = 32
LONGEST_TOKEN = 64
"""Characters; ours have 43, longer ones are refused unread."""


class Purpose(enum.StrEnum):
    """What a link opens."""

    NEW_CODE = "new_code"
    """Take a new tracking code."""
    STOP_NOTICES = "stop_notices"
    STOP_REISSUE = "stop_reissue"
    """Stop a new code that somebody asked for at the desk."""
    SURVEY = "survey"


VALID_FOR: dict[Purpose, timedelta | None] = {
    Purpose.NEW_CODE: timedelta(hours=24),
    Purpose.STOP_NOTICES: None,
    Purpose.STOP_REISSUE: timedelta(days=30),
    Purpose.SURVEY: timedelta(days=90),
}
"""How long a link stays good; None: as long as the case has its key."""


def make_link(
    session: Session, complaint: Complaint, purpose: Purpose, *, at: datetime, reissue_id: int | None = None
) -> CaseLink:
    """A new link of a case, in the caller's transaction.

    :raises app.services.texts.CaseKeyDestroyed: the case was erased
    """
    nonce = secrets.token_bytes(NONCE_BYTES)
    token = _derive(get_case_key(session, complaint.id), purpose, nonce)
    valid_for = VALID_FOR[purpose]
    link = CaseLink(
        complaint_id=complaint.id,
        purpose=purpose.value,
        reissue_id=reissue_id,
        nonce=nonce,
        token_digest=_digest(token),
        created_at=at,
        expires_at=at + valid_for if valid_for else None,
        is_used=False,
    )
    session.add(link)
    session.flush()
    return link


def token_of(session: Session, link: CaseLink) -> str:
    """What stands in the address of a link, 43 characters.

    :raises app.services.texts.CaseKeyDestroyed: the case was erased
    """
    return _derive(get_case_key(session, link.complaint_id), Purpose(link.purpose), link.nonce)


def find_link(
    session: Session, token: str, purpose: Purpose, at: datetime, *, lock: bool = False
) -> CaseLink | None:
    """The link of this token, if it is good: neither used nor past its time.

    :param lock: hold its case and its row against every other visitor, before it is used
    """
    if len(token) > LONGEST_TOKEN:
        return None
    if lock:
        _lock_case_of(session, token)
    wanted = select(CaseLink).where(
        CaseLink.token_digest == _digest(token),
        CaseLink.purpose == purpose.value,
        ~CaseLink.is_used,
        or_(CaseLink.expires_at.is_(None), CaseLink.expires_at > at),
    )
    return session.scalar(wanted.with_for_update() if lock else wanted)


def find_link_of(
    session: Session, complaint_id: int, purpose: Purpose, *, reissue_id: int | None = None
) -> CaseLink | None:
    """The newest link of a case with this purpose, used or not."""
    wanted = select(CaseLink).where(CaseLink.complaint_id == complaint_id, CaseLink.purpose == purpose.value)
    if reissue_id is not None:
        wanted = wanted.where(CaseLink.reissue_id == reissue_id)
    return session.scalar(wanted.order_by(CaseLink.id.desc()).limit(1))


def _lock_case_of(session: Session, token: str) -> None:
    """Hold the case before its link, as all who write to a case do: else two could wait for each other."""
    session.execute(
        select(Complaint.id)
        .join(CaseLink, CaseLink.complaint_id == Complaint.id)
        .where(CaseLink.token_digest == _digest(token))
        .with_for_update(of=Complaint)
    )


def close_links(session: Session, complaint: Complaint, purpose: Purpose) -> None:
    """Shut every door of a case with this purpose that is still open."""
    session.execute(
        update(CaseLink)
        .where(CaseLink.complaint_id == complaint.id, CaseLink.purpose == purpose.value, ~CaseLink.is_used)
        .values(is_used=True)
    )


def _derive(case_key: bytes, purpose: Purpose, nonce: bytes) -> str:
    key = derive_key(case_key, f"sahut/link/v1|{purpose.value}".encode(), salt=nonce)
    return base64.urlsafe_b64encode(key).rstrip(b"=").decode("ascii")


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
