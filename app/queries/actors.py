"""The actor behind an account."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models import ReviewMandate, Unit, User
from workflows.snapshot import Actor
from workflows.vocabulary import Role


def get_actor(session: Session, user: User) -> Actor:
    """Who acts when this person acts, with roles, unit and (for reviewers) mandate."""
    roles = frozenset(Role(row.role) for row in user.roles)
    mandate: frozenset[int] = frozenset()
    if Role.OMBUDSMAN in roles:
        mandate = frozenset(
            session.scalars(
                select(ReviewMandate.agency_id).where(ReviewMandate.reviewer_agency_id == user.agency_id)
            )
        )
    return Actor(
        roles=roles, user_id=user.id, agency_id=user.agency_id, unit_id=user.unit_id, mandate=mandate
    )


def list_line_above(session: Session, user_id: int) -> tuple[int, ...]:
    """Superiors of a person, nearest first; a circle in the line ends it."""
    line: list[int] = []
    person = session.get(User, user_id)
    while person is not None and person.superior_id is not None and person.superior_id not in line:
        line.append(person.superior_id)
        person = session.get(User, person.superior_id)
    return tuple(line)


def list_unit_superiors(session: Session, unit_id: int) -> tuple[int, ...]:
    """Heads of a unit and everyone above them, nearest first: the superiors of whoever serves there."""
    heads = session.scalars(
        select(User.id)
        .where(User.unit_id == unit_id, User.is_active)
        .where(
            User.superior_id.is_(None) | ~User.superior_id.in_(select(User.id).where(User.unit_id == unit_id))
        )
        .order_by(User.id)
    ).all()
    line: list[int] = []
    for head in heads:
        for person in (head, *list_line_above(session, head)):
            if person not in line:
                line.append(person)
    unit = session.get(Unit, unit_id)
    return tuple(line) if unit is not None else ()
