"""The actor behind an account."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Select, bindparam, select
from sqlalchemy.orm import Session, aliased

from app.database import read_rows
from app.models import ReviewMandate, User, UserRole
from workflows.snapshot import Actor
from workflows.vocabulary import Role


def get_actor(session: Session, user: User) -> Actor:
    """Who acts when this person acts, with roles, unit and (for reviewers) mandate."""
    roles = frozenset(Role(row.role) for row in user.roles)
    return Actor(
        roles=roles,
        user_id=user.id,
        agency_id=user.agency_id,
        unit_id=user.unit_id,
        mandate=_mandate(session, roles, user.agency_id),
    )


def find_officer(session: Session, user_id: int) -> Actor | None:
    """Somebody who may be given work; None where nobody active has the id."""
    user = session.get(User, user_id)
    return get_actor(session, user) if user is not None and user.is_active else None


def list_actors_in_role(session: Session, agency_id: int, role: Role) -> tuple[Actor, ...]:
    """The active people of an agency in a role, by id, each as `get_actor` gives them."""
    roles: dict[tuple[int, int | None], set[Role]] = {}
    for row in read_rows(session, _IN_ROLE, agency_id=agency_id, role=role.value):
        roles.setdefault((row.id, row.unit_id), set()).add(Role(row.role))
    return tuple(
        Actor(
            roles=frozenset(held),
            user_id=user_id,
            agency_id=agency_id,
            unit_id=unit_id,
            mandate=_mandate(session, held, agency_id),
        )
        for (user_id, unit_id), held in roles.items()
    )


def _in_role() -> Select[Any]:
    wanted = aliased(UserRole.__table__)
    user, held = User.__table__, UserRole.__table__
    return (
        select(user.c.id, user.c.unit_id, held.c.role)
        .select_from(user)
        .join(wanted, (wanted.c.user_id == user.c.id) & (wanted.c.role == bindparam("role")))
        .join(held, held.c.user_id == user.c.id)
        .where(user.c.agency_id == bindparam("agency_id"), user.c.is_active)
        .order_by(user.c.id)
    )


_IN_ROLE = _in_role()


def _mandate(session: Session, roles: frozenset[Role] | set[Role], agency_id: int) -> frozenset[int]:
    if Role.OMBUDSMAN not in roles:
        return frozenset()
    return frozenset(
        session.scalars(select(ReviewMandate.agency_id).where(ReviewMandate.reviewer_agency_id == agency_id))
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
    people = {row.id: row for row in read_rows(session, _UNIT_AND_ABOVE, unit_id=unit_id)}
    heads = (
        row.id
        for row in people.values()
        if row.unit_id == unit_id
        and row.is_active
        and (row.superior_id is None or people[row.superior_id].unit_id != unit_id)
    )
    superior_of = {row.id: row.superior_id for row in people.values()}
    everyone = (person for head in sorted(heads) for person in (head, *_line(head, superior_of)))
    return tuple(dict.fromkeys(everyone))


def _line(user_id: int, superiors: Mapping[int, int | None]) -> list[int]:
    """Superiors of a person, nearest first, until the line ends or meets itself."""
    line: list[int] = []
    superior = superiors[user_id]
    while superior is not None and superior not in line:
        line.append(superior)
        superior = superiors[superior]
    return line


def _unit_and_above() -> Select[Any]:
    """Everybody of a unit and everybody above them; UNION leaves out who is known, so circles end."""
    user = User.__table__
    columns = (user.c.id, user.c.unit_id, user.c.superior_id, user.c.is_active)
    line = select(*columns).where(user.c.unit_id == bindparam("unit_id")).cte("line", recursive=True)
    line = line.union(select(*columns).join(line, user.c.id == line.c.superior_id))
    return select(line)


_UNIT_AND_ABOVE = _unit_and_above()
