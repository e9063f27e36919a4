"""Accounts of staff and reviewers: made, signed in to, locked for a while, given a new password.

Every step on a known account stands in the log of its agency: by the number of the account, never by a name
that somebody typed. A name that nobody has leaves no trace, and gets the same answer after the same work.
"""

import re
import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache

from flask import current_app
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.database import run_in_unit
from app.extensions import db
from app.models import Agency, Unit, User, UserRole
from app.security.passwords import PasswordCheck, Passwords, UnusablePassword
from app.services.audit_log import acting_role, append_agency_entry
from config import Settings
from workflows.audit import Fact
from workflows.snapshot import SYSTEM, Actor
from workflows.vocabulary import Role

FREE_FAILURES = 4
"""Wrong passwords in a row that cost nothing but the next try."""
FIRST_LOCK = timedelta(minutes=1)
LONGEST_LOCK = timedelta(hours=1)

STAFF_ROLES = frozenset(Role) - {Role.COMPLAINANT, Role.SYSTEM}
"""Roles that an account may have."""

_USERNAME = re.compile(r"[a-z0-9](?:[a-z0-9._-]{1,58}[a-z0-9])")
_INITIAL_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
_INITIAL_GROUPS, _INITIAL_GROUP = 4, 5


class AccountRefused(Exception):
    """An account can't be made or changed as asked.

    :ivar code: stable word for the reason
    :ivar field: the input at fault
    """

    code = "refused"
    field = ""


class UsernameUnfit(AccountRefused):
    """Small letters, digits, and ``. _ -`` between them, 3 to 60 characters."""

    code, field = "username_unfit", "username"


class UsernameTaken(AccountRefused):
    """Somebody has it already."""

    code, field = "username_taken", "username"


class UnknownAgency(AccountRefused):
    """No agency has this code."""

    code, field = "unknown_agency", "agency"


class UnknownUnit(AccountRefused):
    """The agency has no unit of this code."""

    code, field = "unknown_unit", "unit"


class UnknownSuperior(AccountRefused):
    """The superior has no account in the same agency."""

    code, field = "unknown_superior", "superior"


class RolesUnfit(AccountRefused):
    """No role, one that accounts can't have, or the Ombudsman's together with the station's."""

    code, field = "roles_unfit", "roles"


class UnknownAccount(AccountRefused):
    """No active account has this name."""

    code, field = "unknown_account", "username"


class WrongPassword(AccountRefused):
    """The present password is another."""

    code, field = "wrong_password", "current"


class PasswordUnfit(AccountRefused):
    """Too short, too long, or the same as before."""

    code, field = "password_unfit", "new"


@dataclass(frozen=True, slots=True)
class NewAccount:
    """An account and its first password, which is shown once and must be changed at the first use."""

    user_id: int
    initial_password: str


@dataclass(frozen=True, slots=True)
class _Stored:
    """What signing in needs to know before the slow part."""

    id: int
    password_hash: str


def get_passwords() -> Passwords:
    """The hasher of the running application."""
    settings: Settings = current_app.config["SAHUT_SETTINGS"]
    return _passwords(settings.password_memory_kib)


@cache
def _passwords(memory_kib: int) -> Passwords:
    return Passwords(memory_cost=memory_kib)


def lock_after(failures: int) -> timedelta | None:
    """How long an account is locked after so many wrong passwords in a row: none, then a minute, doubling."""
    excess = failures - FREE_FAILURES
    if excess <= 0:
        return None
    return min(FIRST_LOCK * 2 ** min(excess - 1, 10), LONGEST_LOCK)


def sign_in(username: str, password: str, *, at: datetime) -> int | None:
    """Id of the account if name and password fit and it is not locked; else None, whatever was wrong.

    The hash is checked before the transaction and in every case, so that the time of the answer tells
    nothing. Attempts on a locked account are not counted: trying faster keeps nobody locked out longer.
    """
    stored = _find_stored(username)
    checked = get_passwords().check(stored.password_hash if stored else None, password)

    def work(session: Session) -> int | None:
        user = session.get(User, stored.id, with_for_update=True) if stored else None
        if user is None or not user.is_active or _is_locked(user, at):
            return None
        if user.password_hash != (stored.password_hash if stored else None):
            return None
        return _note_sign_in(session, user, checked, at)

    return run_in_unit(work)


def sign_out(user_id: int, *, at: datetime) -> None:
    """End every session of the account: a copied cookie is worth nothing afterwards."""

    def work(session: Session) -> None:
        user = session.get_one(User, user_id, with_for_update=True)
        user.session_epoch += 1
        _log(session, user, "account.signed_out", _self(user), at)

    run_in_unit(work)


def change_password(user_id: int, current: str, new: str, *, at: datetime) -> None:
    """Set a new password; every session of the account ends.

    A wrong `current` counts as a failed sign-in does: an open desk is no place to guess at.

    :raises WrongPassword: `current` is not the password, or the account is locked
    :raises PasswordUnfit: `new` is too short, too long, or the same
    """
    stored = db.session().get_one(User, user_id)
    old_hash = stored.password_hash
    if not get_passwords().check(old_hash, current).is_right:
        run_in_unit(lambda session: _count_failure(session, user_id, at))
        raise WrongPassword
    if new == current:
        raise PasswordUnfit
    new_hash = _hash(new)

    def work(session: Session) -> None:
        user = session.get_one(User, user_id, with_for_update=True)
        if user.password_hash != old_hash or _is_locked(user, at):
            raise WrongPassword
        user.password_hash = new_hash
        user.must_change_password = False
        user.session_epoch += 1
        _log(session, user, "account.password_changed", _self(user), at)

    run_in_unit(work)


def create_user(
    *,
    username: str,
    full_name: str,
    title: str,
    agency_code: str,
    roles: Collection[Role],
    at: datetime,
    unit_code: str | None = None,
    superior: str | None = None,
    email: str = "",
    actor: Actor = SYSTEM,
) -> NewAccount:
    """Make an account with an initial password that must be changed at the first use.

    :param superior: username of the next one up the reporting line
    :raises AccountRefused: one of its kinds; nothing was written
    """
    if not _USERNAME.fullmatch(username):
        raise UsernameUnfit
    check_roles(roles)
    initial = new_initial_password()
    hashed = _hash(initial)

    def work(session: Session) -> int:
        agency = session.scalar(select(Agency).where(Agency.code == agency_code))
        if agency is None:
            raise UnknownAgency
        if session.scalar(select(User.id).where(User.username == username)) is not None:
            raise UsernameTaken
        user = User(
            username=username,
            full_name=full_name,
            title=title,
            email=email,
            password_hash=hashed,
            must_change_password=True,
            agency_id=agency.id,
            agency=agency,
            unit_id=_unit_id(session, agency, unit_code),
            superior_id=_superior_id(session, agency, superior),
            created_at=at,
            roles=[UserRole(role=role.value) for role in sorted(set(roles))],
        )
        session.add(user)
        session.flush()
        facts: dict[str, Fact] = {"roles": ",".join(sorted(role.value for role in roles))}
        _log(session, user, "account.created", actor, at, facts)
        return user.id

    return NewAccount(run_in_unit(work), initial)


def reset_access(username: str, *, at: datetime, actor: Actor = SYSTEM) -> NewAccount:
    """Give an account a new initial password, unlock it and end its sessions.

    :raises UnknownAccount: no active account has this name
    """
    initial = new_initial_password()
    hashed = _hash(initial)

    def work(session: Session) -> int:
        user = session.scalar(select(User).where(User.username == username, User.is_active).with_for_update())
        if user is None:
            raise UnknownAccount
        user.password_hash = hashed
        user.must_change_password = True
        user.session_epoch += 1
        user.failed_logins = 0
        user.locked_until = None
        _log(session, user, "account.access_reset", actor, at)
        return user.id

    return NewAccount(run_in_unit(work), initial)


def check_roles(roles: Collection[Role]) -> None:
    """Pass if an account may have these roles together.

    :raises RolesUnfit: none, one that accounts can't have, or Ombudsman and station in one person
    """
    given = set(roles)
    if not given or not given <= STAFF_ROLES or (Role.OMBUDSMAN in given and len(given) > 1):
        raise RolesUnfit


def new_initial_password() -> str:
    """Four groups of five characters that are read out easily: about 99 random bits."""
    return "-".join(
        "".join(secrets.choice(_INITIAL_ALPHABET) for _ in range(_INITIAL_GROUP))
        for _ in range(_INITIAL_GROUPS)
    )


def _find_stored(username: str) -> _Stored | None:
    row = (
        db.session()
        .execute(select(User.id, User.password_hash).where(User.username == username[:60].strip().lower()))
        .first()
    )
    return _Stored(row.id, row.password_hash) if row else None


def _note_sign_in(session: Session, user: User, checked: PasswordCheck, at: datetime) -> int | None:
    if not checked.is_right:
        _note_failure(session, user, at)
        return None
    user.failed_logins = 0
    user.locked_until = None
    if checked.new_hash is not None:
        user.password_hash = checked.new_hash
    _log(session, user, "account.signed_in", _self(user), at)
    return user.id


def _is_locked(user: User, at: datetime) -> bool:
    return user.locked_until is not None and user.locked_until > at


def _note_failure(session: Session, user: User, at: datetime) -> None:
    user.failed_logins += 1
    lock = lock_after(user.failed_logins)
    user.locked_until = at + lock if lock else None
    facts: dict[str, Fact] = {"failures": user.failed_logins, "locked": lock is not None}
    _log(session, user, "account.sign_in_failed", SYSTEM, at, facts)


def _count_failure(session: Session, user_id: int, at: datetime) -> None:
    user = session.get_one(User, user_id, with_for_update=True)
    if not _is_locked(user, at):
        _note_failure(session, user, at)


def _hash(password: str) -> str:
    try:
        return get_passwords().hash(password)
    except UnusablePassword as error:
        raise PasswordUnfit from error


def _unit_id(session: Session, agency: Agency, code: str | None) -> int | None:
    if code is None:
        return None
    found = session.scalar(select(Unit.id).where(Unit.agency_id == agency.id, Unit.code == code))
    if found is None:
        raise UnknownUnit
    return found


def _superior_id(session: Session, agency: Agency, username: str | None) -> int | None:
    if username is None:
        return None
    found = session.scalar(select(User.id).where(User.agency_id == agency.id, User.username == username))
    if found is None:
        raise UnknownSuperior
    return found


def _self(user: User) -> Actor:
    roles = frozenset(Role(row.role) for row in user.roles)
    return Actor(roles=roles, user_id=user.id, agency_id=user.agency_id, unit_id=user.unit_id)


def _log(
    session: Session,
    user: User,
    kind: str,
    actor: Actor,
    at: datetime,
    facts: dict[str, Fact] | None = None,
) -> None:
    append_agency_entry(
        session,
        user.agency,
        kind=kind,
        actor=actor,
        role=acting_role(actor),
        at=at,
        facts={"account": user.id, **(facts or {})},
    )
