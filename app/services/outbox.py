"""Queue what is to be told. A row holds template and case, never an address or a text.

The scheduler process delivers (:mod:`app.services.delivery`); the same fact is told once, by its
``dedupe_key``, however often a job runs.
"""

import secrets
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from flask import current_app
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models import Complainant, Complaint, NoticePreference, OutboxItem, User, UserRole
from app.queries.actors import get_actor
from app.queries.snapshots import get_snapshot
from workflows.permissions import can_see
from workflows.vocabulary import Role

STEPS = frozenset({"case_news", "survey"})
"""Templates that announce neither a letter nor a question nor a deadline."""


def queue_for_complainant(
    session: Session,
    complaint: Complaint,
    *,
    template: str,
    at: datetime,
    key: str,
    params: dict[str, Any] | None = None,
) -> None:
    """Point the complainant to the status page, where an address is on file and notices are wanted.

    :param at: from when it may be sent
    """
    identity = session.get(Complainant, complaint.id)
    if identity is None or identity.email_sealed is None or not identity.wants_notices:
        return
    if template in STEPS:
        preference = session.get(NoticePreference, complaint.id)
        if preference is not None and preference.only_letters:
            return
    _queue(
        session,
        complaint,
        template=template,
        user_id=None,
        at=at,
        key=key,
        params=params,
    )


def queue_for_former_address(session: Session, complaint: Complaint, *, at: datetime, key: str) -> None:
    """Tell the address before a change that it is no longer the one."""
    _queue(
        session,
        complaint,
        template="address_changed",
        user_id=None,
        at=at,
        key=key,
        params={"to": "former"},
    )


def queue_for_user(
    session: Session,
    complaint: Complaint,
    *,
    user_id: int,
    template: str,
    at: datetime,
    key: str,
    params: dict[str, Any] | None = None,
) -> None:
    """Tell one member of staff; to somebody for whom the case does not exist, nothing is told."""
    user = session.get(User, user_id)
    if user is None or not user.is_active or complaint.imported:
        return
    if not can_see(get_snapshot(session, complaint), get_actor(session, user)):
        return
    _queue(
        session,
        complaint,
        template=template,
        user_id=user_id,
        at=at,
        key=f"{key}/{user_id}",
        params=params,
    )


def queue_for_unit(session: Session, complaint: Complaint, *, template: str, at: datetime, key: str) -> None:
    """Tell the heads of the unit that owns the case."""
    if complaint.owner_unit_id is None:
        return
    for user_id in session.scalars(
        select(User.id)
        .join(UserRole, UserRole.user_id == User.id)
        .where(
            User.unit_id == complaint.owner_unit_id,
            UserRole.role.in_([Role.UNIT_HEAD.value, Role.INVESTIGATOR_LEAD.value]),
        )
        .order_by(User.id)
    ).all():
        queue_for_user(session, complaint, user_id=user_id, template=template, at=at, key=key)


def queue_for_role(
    session: Session,
    complaint: Complaint,
    *,
    role: Role,
    template: str,
    at: datetime,
    key: str,
    params: dict[str, Any] | None = None,
) -> int:
    """Tell everybody of the agency in a role, except those with an interest; gives how many."""
    told = 0
    for user_id in list_in_role(session, complaint.agency_id, role):
        queue_for_user(session, complaint, user_id=user_id, template=template, at=at, key=key, params=params)
        told += 1
    return told


def list_in_role(session: Session, agency_id: int, role: Role) -> list[int]:
    """Active people of an agency in a role, by id."""
    return list(
        session.scalars(
            select(User.id)
            .join(UserRole, UserRole.user_id == User.id)
            .where(User.agency_id == agency_id, User.is_active, UserRole.role == role.value)
            .order_by(User.id)
        )
    )


def new_message_id() -> str:
    """A Message-ID that no other letter has; it tells nothing of the case."""
    host = urlsplit(current_app.config["PUBLIC_URL"]).hostname or "localhost"
    return f"<{secrets.token_hex(16)}@{host}>"


def _queue(
    session: Session,
    complaint: Complaint,
    *,
    template: str,
    user_id: int | None,
    at: datetime,
    key: str,
    params: dict[str, Any] | None = None,
) -> None:
    if complaint.imported:
        return
    if session.scalar(select(OutboxItem.id).where(OutboxItem.dedupe_key == key)) is not None:
        return
    columns = outbox_columns(complaint.id, template=template, user_id=user_id, at=at, key=key, params=params)
    session.add(OutboxItem(**columns))
    session.flush()


def outbox_columns(
    complaint_id: int,
    *,
    template: str,
    user_id: int | None,
    at: datetime,
    key: str,
    params: dict[str, Any] | None = None,
) -> dict[str, Any]:
    """The columns of a row: to a member of staff, or where none is named to the complainant.

    :param at: from when it may be sent
    :param key: what tells this fact from every other
    """
    return {
        "complaint_id": complaint_id,
        "template": template,
        "recipient": "complainant" if user_id is None else "user",
        "user_id": user_id,
        "params": params or {},
        "dedupe_key": key,
        "message_id": new_message_id(),
        "created_at": at,
        "next_attempt_at": at,
    }
