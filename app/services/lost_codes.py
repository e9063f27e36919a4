"""A lost tracking code, online: a link to the e-mail address on file, and nothing that tells a stranger.

What was typed is put aside, sealed, without looking at any case, and a job looks later. So the page that
answers is the same, after the same work, whether the number exists, the contact fits, or neither
(:func:`answer_requests`). The letter holds no number and no code. The new code is made when its owner asks
for it on the page of the link; from then on the old one, and every browser that it opened, is shut out.
"""

from __future__ import annotations

import hmac
import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from app.database import run_in_unit
from app.extensions import db
from app.models import CaseLink, CodeReissue, CodeRequest, Complainant, Complaint
from app.security.codes import code_digest, new_tracking_code
from app.security.ring import get_keys
from app.security.vault import VaultError, new_case_key, seal, unseal, unwrap_case_key, wrap_case_key
from app.services.access import read_identity_in
from app.services.audit_log import append_case_entry
from app.services.lease import Fence, unfenced
from app.services.links import Purpose, close_links, find_link, make_link
from app.services.outbox import queue_for_complainant
from app.services.texts import CaseKeyDestroyed
from workflows.snapshot import SYSTEM, complainant_of
from workflows.vocabulary import IdentityMode, Role

REQUESTED = "code.reissue_requested"
APPROVED = "code.reissue_approved"
STOPPED = "code.reissue_stopped"
CLAIMED = "code.reissue_claimed"
"""Kinds of log entries; their facts say the way (``email`` or ``desk``) and nothing personal."""

MOST_LINKS_A_DAY = 3
"""So that nobody's mailbox is filled by others."""
MOST_REQUESTS = 200
"""Most requests of one run of the job."""
ANSWERED_WITHIN = timedelta(hours=24)
"""An older request is thrown away: whoever asked has long gone."""


@dataclass(frozen=True, slots=True)
class NewCode:
    """A code that was just made; shown once."""

    number: str
    code: str = field(repr=False)


class LinkGone(Exception):
    """The link was used, is too old, or never was one."""


def ask_for_code(number: str, contact: str, *, at: datetime) -> None:
    """Put a request aside. Looks at no case, so that all requests cost the same.

    :param number: as normalised, or empty where what was typed can be no number
    :param contact: e-mail address or telephone number, as typed
    """
    key = new_case_key()
    key_id, wrapped = wrap_case_key(get_keys(), key)
    sealed = seal(key, case_id=0, field="contact", version=1, text=contact)

    def work(session: Session) -> None:
        session.add(
            CodeRequest(
                number=number,
                vault_key_id=key_id,
                wrapped_key=wrapped,
                contact_sealed=sealed,
                asked_at=at,
            )
        )

    run_in_unit(work)


def answer_requests(at: datetime, *, fence: Fence = unfenced) -> tuple[int, int]:
    """Look at what was put aside; gives how many were looked at and how many links were sent."""
    looked = sent = 0
    for request_id in _list_waiting():
        is_sent = run_in_unit(partial(_answer, request_id=request_id, at=at, fence=fence))
        looked += 1
        sent += is_sent
    return looked, sent


def is_code_link(session: Session, token: str, at: datetime) -> bool:
    """Whether the link is still good. Writes nothing."""
    return find_link(session, token, Purpose.NEW_CODE, at) is not None


def take_code_by_link(token: str, *, at: datetime) -> NewCode:
    """Use a link: the case gets a new code, and the old one is dead.

    :raises LinkGone: nothing was written
    """

    def work(session: Session) -> NewCode:
        link = find_link(session, token, Purpose.NEW_CODE, at, lock=True)
        if link is None:
            raise LinkGone
        complaint = session.scalars(
            select(Complaint).where(Complaint.id == link.complaint_id).with_for_update()
        ).one()
        link.is_used, link.used_at = True, at
        return replace_code(session, complaint, way="email", at=at)

    return run_in_unit(work)


def replace_code(session: Session, complaint: Complaint, *, way: str, at: datetime) -> NewCode:
    """Give a locked case a new code, shut every other way to one, and tell the contact."""
    code = new_tracking_code()
    complaint.code_digest = code_digest(get_keys(), code)
    close_links(session, complaint, Purpose.NEW_CODE)
    session.execute(
        update(CodeReissue)
        .where(
            CodeReissue.complaint_id == complaint.id,
            CodeReissue.claimed_at.is_(None),
            CodeReissue.stopped_at.is_(None),
        )
        .values(stopped_at=at, stopped_by="system")
    )
    entry = append_case_entry(
        session,
        complaint,
        kind=CLAIMED,
        actor=complainant_of(complaint.number),
        role=Role.COMPLAINANT,
        at=at,
        facts={"way": way},
    )
    queue_for_complainant(
        session, complaint, template="code_changed", at=at, key=f"{complaint.number}/code/{entry.seq}"
    )
    return NewCode(complaint.number, code)


def is_same_contact(given: str, *, email: str, phone: str) -> bool:
    """Whether what was typed is the address or the number on file, in whatever notation."""
    pairs = ((_plain_email(given), _plain_email(email)), (_plain_phone(given), _plain_phone(phone)))
    found = [bool(a) and hmac.compare_digest(a.encode(), b.encode()) for a, b in pairs]
    return any(found)


def _plain_email(text: str) -> str:
    typed = "".join(text.split()).casefold()
    return typed if "@" in typed else ""


def _plain_phone(text: str) -> str:
    """Digits after Indonesia's prefix: ``0812…``, ``+62 812…`` and ``62812…`` are one number."""
    if "@" in text:
        return ""
    digits = re.sub(r"\D", "", text)
    return re.sub(r"^(?:0062|62|0)", "", digits) if len(digits) >= 8 else ""


def _list_waiting() -> list[int]:
    session = db.session()
    session.rollback()
    found = list(session.scalars(select(CodeRequest.id).order_by(CodeRequest.id).limit(MOST_REQUESTS)))
    session.rollback()
    return found


def _answer(session: Session, *, request_id: int, at: datetime, fence: Fence) -> bool:
    fence(session)
    request = session.scalar(
        select(CodeRequest).where(CodeRequest.id == request_id).with_for_update(skip_locked=True)
    )
    if request is None:
        return False
    session.delete(request)
    complaint = session.scalar(select(Complaint).where(Complaint.number == request.number).with_for_update())
    if complaint is None or request.asked_at < at - ANSWERED_WITHIN:
        return False
    if not _may_be_sent(session, complaint, at) or not _fits(session, request, complaint):
        return False
    link = make_link(session, complaint, Purpose.NEW_CODE, at=at)
    append_case_entry(
        session, complaint, kind=REQUESTED, actor=SYSTEM, role=Role.SYSTEM, at=at, facts={"way": "email"}
    )
    queue_for_complainant(
        session,
        complaint,
        template="code_link",
        at=at,
        key=f"{complaint.number}/code-link/{link.id}",
        params={"link": link.id},
    )
    return True


def _may_be_sent(session: Session, complaint: Complaint, at: datetime) -> bool:
    """Whether this case may get a link: it has a code, an address, a wish to be told, and few links yet."""
    identity = session.get(Complainant, complaint.id)
    if identity is None or identity.email_sealed is None or not identity.wants_notices:
        return False
    if complaint.identity_mode == IdentityMode.ANONYMOUS or complaint.code_digest is None:
        return False
    recent = session.scalar(
        select(func.count())
        .select_from(CaseLink)
        .where(
            CaseLink.complaint_id == complaint.id,
            CaseLink.purpose == Purpose.NEW_CODE.value,
            CaseLink.created_at > at - timedelta(days=1),
        )
    )
    return (recent or 0) < MOST_LINKS_A_DAY


def _fits(session: Session, request: CodeRequest, complaint: Complaint) -> bool:
    try:
        key = unwrap_case_key(get_keys(), request.vault_key_id, request.wrapped_key)
        given = unseal(key, case_id=0, field="contact", version=1, sealed=request.contact_sealed)
        on_file = read_identity_in(session, complaint)
    except (CaseKeyDestroyed, VaultError):
        return False
    return is_same_contact(given, email=on_file.email, phone=on_file.phone)
