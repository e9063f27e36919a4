"""The explained clock of one stored deadline."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from app.law import get_law
from app.models import Complaint, Deadline
from app.queries.calendars import get_calendar
from app.review.case_words import ClockLine, clock_line
from app.services.clocks import classes_of, get_facts
from app.templating import citations
from workflows import sla
from workflows.sla import DayReason, LedgerDay

REASONS: dict[DayReason, Any] = {
    DayReason.TRIGGER_DAY: _l("hari kejadian pemicu, tidak dihitung"),
    DayReason.SAME_DAY: _l("jatuh tempo pada hari itu juga"),
    DayReason.WORKING_DAY: _l("hari kerja"),
    DayReason.CALENDAR_DAY: _l("hari kalender"),
    DayReason.HOURS: _l("jam demi jam"),
    DayReason.ANNIVERSARY: _l("genap setahun"),
    DayReason.WEEKEND: _l("akhir pekan"),
    DayReason.NATIONAL_HOLIDAY: _l("hari libur nasional"),
    DayReason.JOINT_LEAVE: _l("cuti bersama"),
    DayReason.WAITING: _l("menunggu pelapor"),
    DayReason.WAITING_BEYOND_CAP: _l("menunggu pelapor, melebihi jeda yang diizinkan"),
}


@dataclass(frozen=True, slots=True)
class Explained:
    """A deadline with its ledger, as computed now.

    :ivar stored_due_at: the due instant on file; differs where a decree has changed the calendar since
    :ivar counted: dates that count so far into the limit
    """

    line: ClockLine
    due_at: datetime
    stored_due_at: datetime
    days: tuple[LedgerDay, ...]

    @property
    def counted(self) -> int:
        """How many dates count."""
        return sum(day.counted for day in self.days)

    def running(self) -> list[tuple[LedgerDay, str, int | None]]:
        """Each date with its reason in words and the count up to it, None where it doesn't count."""
        shown, count = [], 0
        for day in self.days:
            count += day.counted
            shown.append((day, str(REASONS[day.why]), count if day.counted else None))
        return shown


def day_basis(day: LedgerDay) -> str:
    """The rules and decrees that a date rests on; a decree stands under its own name."""
    return "; ".join(citations(day.basis))


def explain_clock(session: Session, complaint: Complaint, deadline_id: int) -> Explained | None:
    """A deadline of the case, computed again from its points; None where it isn't one of this case."""
    stored = session.get(Deadline, deadline_id)
    if stored is None or stored.complaint_id != complaint.id:
        return None
    law, calendar = get_law(), get_calendar(session, complaint.agency)
    facts = get_facts(session, complaint)
    wanted = (stored.complaint_class, stored.stage, stored.step, stored.occurrence)
    for complaint_class in classes_of(complaint):
        for found in sla.compute_deadlines(law, complaint_class, facts, calendar):
            if (found.complaint_class.value, found.stage, found.step, found.occurrence) == wanted:
                days = sla.explain(law, found, calendar)
                return Explained(clock_line(stored), found.due_at, stored.due_at, days)
    return None
