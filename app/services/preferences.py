"""What a complainant wants to be told, in which language, and where.

Nothing means nothing: no letter of any kind goes out, not even one that says so. The log says that something
was changed, never what an address is.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.database import run_in_unit
from app.models import Complainant, Complaint, NoticePreference, OutboxItem
from app.queries.snapshots import get_snapshot
from app.security.vault import seal, unseal
from app.services.access import read_identity_in
from app.services.audit_log import append_case_entry
from app.services.casework import lock_case
from app.services.links import Purpose, close_links, find_link
from app.services.outbox import queue_for_complainant, queue_for_former_address
from app.services.texts import CaseKeyDestroyed, get_case_key
from workflows.audit import Fact
from workflows.errors import CaseNotVisible, GuardRefused
from workflows.permissions import can_see
from workflows.snapshot import Actor, complainant_of
from workflows.vocabulary import IdentityMode, Role

CHANGED = "notices.changed"
ADDRESS_CHANGED = "notices.address_changed"
STOPPED = "notices.stopped"
LANGUAGES = ("id", "en")
_EMAIL, _FORMER = "email", "former_email"


class Level(enum.StrEnum):
    """How much somebody wants to be told."""

    EVERYTHING = "everything"
    LETTERS = "letters"
    """Letters, questions and deadlines."""
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Preferences:
    """What holds now.

    :ivar address_hint: enough of the address for its owner to know it, as ``s…@example.id``; empty: none
    :ivar undelivered: a letter to this address was refused for good
    :ivar can_be_told: False for an anonymous tip, which has no address by nature
    """

    level: Level
    language: str
    address_hint: str
    undelivered: bool
    can_be_told: bool


def read_preferences(session: Session, complaint: Complaint) -> Preferences:
    """What the complainant of a case chose. Writes nothing."""
    identity = session.get(Complainant, complaint.id)
    preference = session.get(NoticePreference, complaint.id)
    has_address = identity is not None and identity.email_sealed is not None
    level = Level.EVERYTHING
    if identity is None or not identity.wants_notices:
        level = Level.NOTHING
    elif preference is not None and preference.only_letters:
        level = Level.LETTERS
    try:
        address = read_identity_in(session, complaint).email if has_address else ""
    except CaseKeyDestroyed:
        address = ""
    return Preferences(
        level=level,
        language=complaint.language if complaint.language in LANGUAGES else LANGUAGES[0],
        address_hint=hint_of(address),
        undelivered=bool(address) and has_failed(session, complaint.id),
        can_be_told=complaint.identity_mode != IdentityMode.ANONYMOUS,
    )


def hint_of(address: str) -> str:
    """``s…@example.id``: says nothing to whoever does not know the address."""
    name, _, host = address.partition("@")
    return f"{name[:1]}…@{host}" if host else ""


def has_failed(session: Session, complaint_id: int) -> bool:
    """Whether the last letter to the complainant that came to an end was refused for good."""
    last = session.scalar(
        select(OutboxItem.status)
        .where(
            OutboxItem.complaint_id == complaint_id,
            OutboxItem.recipient == "complainant",
            OutboxItem.status.in_(("sent", "failed")),
        )
        .order_by(OutboxItem.done_at.desc(), OutboxItem.id.desc())
        .limit(1)
    )
    return last == "failed"


def choose_notices(number: str, level: Level, language: str, *, actor: Actor, at: datetime) -> None:
    """Choose how much to be told, and in which language letters and notices are written.

    :raises workflows.errors.Refused: nothing was written
    """

    def work(session: Session) -> None:
        complaint, identity = _open(session, number, CHANGED, actor)
        if level is not Level.NOTHING and complaint.identity_mode == IdentityMode.ANONYMOUS:
            raise GuardRefused(CHANGED, "tip_is_not_told", field="level")
        complaint.language = language if language in LANGUAGES else LANGUAGES[0]
        identity.wants_notices = level is not Level.NOTHING
        _preference(session, complaint.id).only_letters = level is Level.LETTERS
        _log(session, complaint, CHANGED, actor, at, {"level": level.value, "language": complaint.language})

    run_in_unit(work)


def change_address(number: str, email: str, *, actor: Actor, at: datetime) -> None:
    """Put another address on file, or none; the one before is told, unless nothing is to be told.

    :param email: empty takes the address off the file
    :raises workflows.errors.Refused: nothing was written
    """

    def work(session: Session) -> None:
        complaint, identity = _open(session, number, ADDRESS_CHANGED, actor)
        if complaint.identity_mode == IdentityMode.ANONYMOUS:
            raise GuardRefused(ADDRESS_CHANGED, "tip_is_not_told", field="email")
        former = read_identity_in(session, complaint).email
        if email.strip() == former:
            return
        identity.email_sealed = _sealed(session, complaint, identity, _EMAIL, email.strip())
        session.flush()
        for purpose in (Purpose.STOP_NOTICES, Purpose.NEW_CODE):  # they stand in letters to the one before
            close_links(session, complaint, purpose)
        facts: dict[str, Fact] = {"had": bool(former), "has": identity.email_sealed is not None}
        seq = _log(session, complaint, ADDRESS_CHANGED, actor, at, facts)
        if former:
            _tell_former(session, complaint, identity, former, seq, at)
        queue_for_complainant(
            session, complaint, template="address_added", at=at, key=f"{complaint.number}/address/{seq}"
        )

    run_in_unit(work)


def is_stop_link(session: Session, token: str, at: datetime) -> bool:
    """Whether the link stops notices. Writes nothing."""
    return find_link(session, token, Purpose.STOP_NOTICES, at) is not None


def stop_by_link(token: str, *, at: datetime) -> bool:
    """Stop every notice of a case; twice is as once. False where the link is none of ours."""

    def work(session: Session) -> bool:
        link = find_link(session, token, Purpose.STOP_NOTICES, at, lock=True)
        if link is None:
            return False
        identity = session.get(Complainant, link.complaint_id)
        if identity is None or not identity.wants_notices:
            return True
        complaint = session.scalars(
            select(Complaint).where(Complaint.id == link.complaint_id).with_for_update()
        ).one()
        identity.wants_notices = False
        _log(session, complaint, STOPPED, complainant_of(complaint.number), at, {})
        return True

    return run_in_unit(work)


def read_former_address(session: Session, complaint_id: int) -> str:
    """The address before the last change, for the letter that says so; empty once that has gone out.

    :raises app.services.texts.CaseKeyDestroyed: the case was erased
    """
    row = session.get(NoticePreference, complaint_id)
    identity = session.get(Complainant, complaint_id)
    if row is None or row.former_email_sealed is None or identity is None:
        return ""
    return unseal(
        get_case_key(session, complaint_id),
        case_id=complaint_id,
        field=_FORMER,
        version=identity.key_version,
        sealed=row.former_email_sealed,
    )


def forget_former_address(session: Session, complaint_id: int) -> None:
    """Forget the address before the last change: its letter has come to an end."""
    row = session.get(NoticePreference, complaint_id)
    if row is not None:
        row.former_email_sealed = None


def _tell_former(
    session: Session, complaint: Complaint, identity: Complainant, former: str, seq: int, at: datetime
) -> None:
    """Queue the letter to the address before the change.

    While one still waits to be told, it stays the one: whoever changes twice in a row could else make the
    first owner be forgotten.
    """
    if not identity.wants_notices:
        return
    row = _preference(session, complaint.id)
    if row.former_email_sealed is not None:
        return
    row.former_email_sealed = _sealed(session, complaint, identity, _FORMER, former)
    session.add(row)
    session.flush()
    queue_for_former_address(session, complaint, at=at, key=f"{complaint.number}/former-address/{seq}")


def _sealed(
    session: Session, complaint: Complaint, identity: Complainant, field: str, text: str
) -> bytes | None:
    if not text:
        return None
    return seal(
        get_case_key(session, complaint.id),
        case_id=complaint.id,
        field=field,
        version=identity.key_version,
        text=text,
    )


def _preference(session: Session, complaint_id: int) -> NoticePreference:
    row = session.get(NoticePreference, complaint_id)
    if row is None:
        row = NoticePreference(complaint_id=complaint_id, only_letters=False)
        session.add(row)
    return row


def _open(session: Session, number: str, action: str, actor: Actor) -> tuple[Complaint, Complainant]:
    complaint = lock_case(session, number, action)
    identity = session.get(Complainant, complaint.id)
    if identity is None or not can_see(get_snapshot(session, complaint), actor):
        raise CaseNotVisible(action)
    return complaint, identity


def _log(
    session: Session, complaint: Complaint, kind: str, actor: Actor, at: datetime, facts: dict[str, Fact]
) -> int:
    entry = append_case_entry(
        session, complaint, kind=kind, actor=actor, role=Role.COMPLAINANT, at=at, facts=facts
    )
    return entry.seq
