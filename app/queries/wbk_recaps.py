"""Lists of complaints that serve as evidence.

One condition gives the figure and, with the view of the reader added to it, the list.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from sqlalchemy import ColumnElement, and_, exists, false, func, or_, select
from sqlalchemy.orm import Session

from app.law import get_law
from app.models import Agency, CaseEvent, Complaint, FeeClaim
from app.queries.visibility import counted_for, visible_to
from app.queries.wbk_cases import year_bounds
from reports.wbk.proposals.held import Source
from workflows.snapshot import Actor
from workflows.vocabulary import Event, Finding

PROVEN = (Finding.SUBSTANTIATED.value, Finding.PARTLY_SUBSTANTIATED.value)
LEVY_CATEGORIES = ("illegal_fee", "middleman", "corruption")


@dataclass(frozen=True, slots=True)
class Recap:
    """Complaints of a year that have something in common.

    :ivar title: what they are; the year and the figure are added
    """

    title: str
    condition: Callable[[], ColumnElement[bool]]


def _conduct() -> ColumnElement[bool]:
    codes = sorted(get_law().conduct)
    return Complaint.category.in_(codes) if codes else false()


def _levies() -> ColumnElement[bool]:
    claimed = exists().where(FeeClaim.complaint_id == Complaint.id)
    return or_(claimed, Complaint.category.in_(LEVY_CATEGORIES))


def _handed_over() -> ColumnElement[bool]:
    return exists().where(CaseEvent.complaint_id == Complaint.id, CaseEvent.event == Event.REASSIGN.value)


RECAPS: Mapping[Source, Recap] = MappingProxyType(
    {
        Source.USE: Recap("Pengaduan yang ditangani di Sahut", lambda: Complaint.imported.is_(False)),
        Source.CONDUCT: Recap("Pengaduan tentang perilaku anggota", _conduct),
        Source.CONDUCT_PROVEN: Recap(
            "Pengaduan perilaku yang terbukti", lambda: _conduct() & Complaint.finding.in_(PROVEN)
        ),
        Source.LEVIES: Recap("Pengaduan tentang pungutan, calo, dan penyalahgunaan", _levies),
        Source.BY_SERVICE: Recap("Pengaduan tentang layanan", lambda: Complaint.service_id.is_not(None)),
        Source.LATE: Recap(
            "Pengaduan yang pernah lewat tenggat",
            lambda: Complaint.imported.is_(False) & (Complaint.breached_stages > 0),
        ),
        Source.HANDED_OVER: Recap("Pengaduan yang penanganannya dialihkan", _handed_over),
        Source.DECISIONS: Recap("Pengaduan yang sudah diputus", lambda: Complaint.decided_at.is_not(None)),
    }
)
"""By kind, with the words that stand on the list. They tell how things are now, not at a past cut-off."""


def recap_condition(agency: Agency, year: int, source: Source, *readers: Actor) -> ColumnElement[bool]:
    """Condition on ``complaint`` of a recap: received in the local year, and what the recap is about.

    Whoever of the readers has an interest in a case finds it in no figure (:func:`counted_for`).
    """
    start, end = year_bounds(year, agency.timezone)
    return and_(
        Complaint.agency_id == agency.id,
        Complaint.received_at >= start,
        Complaint.received_at < end,
        RECAPS[source].condition(),
        *map(counted_for, readers),
    )


def count_recap(session: Session, agency: Agency, year: int, source: Source, *, actor: Actor) -> int:
    """How many complaints a recap counts, also those that are none of the actor's work."""
    condition = recap_condition(agency, year, source, actor)
    return session.scalar(select(func.count()).select_from(Complaint).where(condition)) or 0


def list_recap(
    session: Session, agency: Agency, year: int, source: Source, *, actor: Actor
) -> tuple[str, ...]:
    """Numbers of those that exist for the actor, by date received."""
    return tuple(
        session.scalars(
            select(Complaint.number)
            .where(recap_condition(agency, year, source, actor), visible_to(actor))
            .order_by(Complaint.received_at, Complaint.number)
        )
    )
