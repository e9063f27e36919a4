"""What a page about one case needs to know: who acts, when, on what; read after the reading was logged."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from app import clock
from app.access import current_actor
from app.extensions import db
from app.models import Complaint
from app.queries.accounts import Account
from app.queries.case_file import get_visible_complaint
from app.queries.snapshots import get_snapshot
from app.services.access import record_read
from app.services.events import By
from app.staff.blueprint import signed_in
from workflows.snapshot import Actor, CaseSnapshot


@dataclass(frozen=True, slots=True)
class Desk:
    """One request about one case."""

    account: Account
    actor: Actor
    at: datetime
    session: Session
    complaint: Complaint
    case: CaseSnapshot

    @property
    def number(self) -> str:
        """Number of the case."""
        return self.complaint.number

    @property
    def zone(self) -> str:
        """Zone of the agency."""
        return self.complaint.agency.timezone

    @property
    def today(self) -> date:
        """Local date."""
        return local_date_of(self.at, self.zone)

    @property
    def local_now(self) -> datetime:
        """The wall clock of the agency."""
        return self.at.astimezone(ZoneInfo(self.zone))

    def by(self, seen_version: int | None) -> By:
        """Who acts, when, and on which version, for the services."""
        return {"actor": self.actor, "at": self.at, "seen_version": seen_version}


def open_desk(number: str, *, log: bool) -> Desk:
    """The desk of a case that exists for the person signed in.

    :param log: write to the log that the case was opened; done before anything is read
    :raises workflows.errors.CaseNotVisible: no such case, or not for this person
    """
    account, actor, at, session = signed_in(), current_actor(), clock.now(), db.session()
    if log:
        record_read(number, actor=actor, at=at)
    complaint = get_visible_complaint(session, number, actor)
    return Desk(account, actor, at, session, complaint, get_snapshot(session, complaint))


def local_date_of(at: datetime, zone: str) -> date:
    """The date on the wall calendar of a zone."""
    return at.astimezone(ZoneInfo(zone)).date()


def instant_of(on: date, clock_time: time, zone: str) -> datetime:
    """The instant that a wall clock of a zone shows."""
    return datetime.combine(on, clock_time, ZoneInfo(zone))
