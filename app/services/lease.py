"""The scheduler's lease: of many processes one works, and one that was overtaken writes nothing more.

A holder renews before each run of a job. Each change of holder raises `term`; a job's transactions ask
`check_term` first, in the transaction itself, so that a process which slept past its lease finds the new term
and stops (docs/adr/0007-scheduler.md). Clocks of the machines may differ by seconds, not by minutes.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeAlias

from sqlalchemy import case, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.database import run_in_unit
from app.models import Lease

LEASE_TIME = timedelta(seconds=90)
"""How long a holder that fell silent keeps the others waiting."""

Fence: TypeAlias = Callable[[Session], None]
"""Called first in each transaction of a job: passes, or raises `LeaseLost`."""


class LeaseLost(Exception):
    """Another process holds the lease now: this one stops where it is."""


@dataclass(frozen=True, slots=True)
class Held:
    """A lease that is held.

    :ivar term: which spell of holding it is; counted from 1 over all holders
    """

    name: str
    holder: str
    term: int


def acquire_lease(name: str, holder: str, *, at: datetime, lasting: timedelta = LEASE_TIME) -> Held | None:
    """Take or renew the lease until `at` + `lasting`; None while another process holds it.

    :param holder: name of this process, unlike that of any other process, ever
    """
    try:
        return run_in_unit(lambda session: _acquire(session, name, holder, at, at + lasting))
    except IntegrityError:
        return None  # two processes made the first lease at once: the other one has it


def release_lease(held: Held, *, at: datetime) -> None:
    """Let the next process in at once, at a clean stop; no harm if the lease was lost."""
    run_in_unit(
        lambda session: session.execute(
            update(Lease)
            .where(Lease.name == held.name, Lease.holder == held.holder, Lease.term == held.term)
            .values(expires_at=at)
        )
    )


def check_term(session: Session, held: Held) -> None:
    """Pass if the lease is still of this term; nobody can take it until this transaction ends.

    :raises LeaseLost: another process took it
    """
    term = session.scalar(select(Lease.term).where(Lease.name == held.name).with_for_update(read=True))
    if term != held.term:
        raise LeaseLost(held.name)


def unfenced(_session: Session) -> None:
    """Fence of work that a person starts at the command line: its own locks and constraints suffice."""


def _acquire(session: Session, name: str, holder: str, at: datetime, until: datetime) -> Held | None:
    is_mine = Lease.holder == holder
    term = session.scalar(
        update(Lease)
        .where(Lease.name == name, is_mine | (Lease.expires_at <= at))
        .values(holder=holder, expires_at=until, term=case((is_mine, Lease.term), else_=Lease.term + 1))
        .returning(Lease.term)
    )
    if term is None:
        if session.get(Lease, name) is not None:
            return None
        session.add(Lease(name=name, holder=holder, expires_at=until, term=1))
        session.flush()
        term = 1
    return Held(name, holder, term)
