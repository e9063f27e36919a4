"""Accounts as the web edge needs them: who is signed in, read in one query and detached from the session."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models import Agency, ReviewMandate, Unit, User, UserRole
from workflows.snapshot import Actor
from workflows.vocabulary import CASE_ROLES, Role


@dataclass(frozen=True, slots=True)
class Account:
    """A signed-in person.

    :ivar epoch: raised to end every session of the account
    :ivar zone: IANA name of the agency's zone
    """

    id: int
    username: str
    full_name: str
    title: str
    epoch: int
    must_change_password: bool
    agency_id: int
    agency_code: str
    agency_name: str
    zone: str
    unit_id: int | None
    unit_name: str | None
    roles: frozenset[Role]

    @property
    def is_reviewer(self) -> bool:
        """An Ombudsman reviewer: has the reviewers' pages, and none of the station's."""
        return Role.OMBUDSMAN in self.roles

    @property
    def works_on_cases(self) -> bool:
        """False for an administrator of accounts, who sees no case at all."""
        return bool(self.roles & CASE_ROLES) and not self.is_reviewer


def find_account(session: Session, user_id: int) -> Account | None:
    """The active account of this id."""
    rows = session.execute(
        select(
            User.id,
            User.username,
            User.full_name,
            User.title,
            User.session_epoch,
            User.must_change_password,
            User.agency_id,
            Agency.code,
            Agency.name,
            Agency.timezone,
            User.unit_id,
            Unit.name.label("unit_name"),
            UserRole.role,
        )
        .join(Agency, Agency.id == User.agency_id)
        .outerjoin(Unit, Unit.id == User.unit_id)
        .outerjoin(UserRole, UserRole.user_id == User.id)
        .where(User.id == user_id, User.is_active)
    ).all()
    if not rows:
        return None
    first = rows[0]
    return Account(
        id=first.id,
        username=first.username,
        full_name=first.full_name,
        title=first.title,
        epoch=first.session_epoch,
        must_change_password=first.must_change_password,
        agency_id=first.agency_id,
        agency_code=first.code,
        agency_name=first.name,
        zone=first.timezone,
        unit_id=first.unit_id,
        unit_name=first.unit_name,
        roles=frozenset(Role(row.role) for row in rows if row.role is not None),
    )


def actor_of(session: Session, account: Account) -> Actor:
    """Who acts when this account acts; reads the mandate of a reviewer, nothing else."""
    mandate: frozenset[int] = frozenset()
    if account.is_reviewer:
        mandate = frozenset(
            session.scalars(
                select(ReviewMandate.agency_id).where(ReviewMandate.reviewer_agency_id == account.agency_id)
            )
        )
    return Actor(
        roles=account.roles,
        user_id=account.id,
        agency_id=account.agency_id,
        unit_id=account.unit_id,
        mandate=mandate,
    )
