"""Whom a duty towards the Ombudsman concerns, and the letters about it: track and stage, never a text.

A written answer concerns those who answer for the station; a corrective action its officer, else the leaders
of its unit, and the coordinators. Nobody is told of a case that does not exist for them.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models import CorrectiveAction, OmbudsmanTrack, OutboxItem, TrackClock, User, UserRole
from app.queries.ombudsman_track import who_can_carry_out
from app.services.outbox import list_in_role, new_message_id
from workflows.canonical import instant_text
from workflows.ombudsman import UNIT_LEADERS
from workflows.vocabulary import Role

BREACH_PERCENT = 100


def tell(
    session: Session, track: OmbudsmanTrack, clock: TrackClock, template: str, percent: int, at: datetime
) -> int:
    """Queue a letter to everybody whom the duty concerns, once a share of its time; gives to how many.

    :param template: ``ori_new``, ``ori_warning`` or ``ori_breach``
    """
    told = 0
    for user_id in _people(session, track, clock, percent):
        key = f"ori/{clock.id}/{percent}/{instant_text(clock.due_at)}/{user_id}"
        if session.scalar(select(OutboxItem.id).where(OutboxItem.dedupe_key == key)) is not None:
            continue
        params: dict[str, Any] = {
            "track": track.id,
            "stage": clock.stage,
            "percent": percent,
            "due_at": instant_text(clock.due_at),
        }
        session.add(
            OutboxItem(
                complaint_id=track.complaint_id,
                template=template,
                recipient="user",
                user_id=user_id,
                params=params,
                dedupe_key=key,
                message_id=new_message_id(),
                created_at=at,
                next_attempt_at=at,
            )
        )
        told += 1
    session.flush()
    return told


def _people(session: Session, track: OmbudsmanTrack, clock: TrackClock, percent: int) -> list[int]:
    coordinators = list_in_role(session, track.agency_id, Role.COORDINATOR)
    heads = list_in_role(session, track.agency_id, Role.APPROVER)
    if clock.action_id is None:
        people = coordinators + heads
    else:
        action = session.get_one(CorrectiveAction, clock.action_id)
        people = _owners(session, action) + coordinators
        people += heads if percent >= BREACH_PERCENT else []
    users = [session.get_one(User, user_id) for user_id in dict.fromkeys(people)]
    return [one.id for one in who_can_carry_out(session, track, users)]


def _owners(session: Session, action: CorrectiveAction) -> list[int]:
    if action.officer_id is not None:
        return [action.officer_id]
    return list(
        session.scalars(
            select(User.id)
            .join(UserRole, UserRole.user_id == User.id)
            .where(User.unit_id == action.unit_id, UserRole.role.in_([role.value for role in UNIT_LEADERS]))
            .order_by(User.id)
            .distinct()
        )
    )
