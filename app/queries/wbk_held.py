"""What a held document is, and for whom it is taken out of the database."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, and_
from sqlalchemy.orm import Session

from app.models import Agency
from app.queries.visibility import counted_for
from app.queries.wbk_cases import local_date, year_bounds
from reports.wbk.proposals.held import Source
from workflows.snapshot import Actor

Cell = str | int | date | datetime | None


@dataclass(frozen=True, slots=True)
class HeldDocument:
    """Something that Sahut holds, as a document.

    :ivar key: tells it from the others of the agency and year
    :ivar on: its own date, else the day on which it is taken
    :ivar path: public page that shows it, without the host; empty where there is none
    :ivar source: kind of list whose complaints have a page of their own; None for other documents
    :ivar count: figure of a list, all complaints in it; None for other documents
    :ivar hidden: complaints in the figure that the reader may not see
    :ivar columns: names of the columns of its extract
    """

    key: str
    title: str
    on: date
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    number: str = ""
    signer: str = ""
    path: str = ""
    source: Source | None = None
    count: int | None = None
    hidden: int = 0


@dataclass(frozen=True, slots=True)
class Taking:
    """For whom, of which agency and year, and when documents are taken.

    :ivar readers: to whom else they will be open: what isn't there for one of them is in none
    """

    session: Session
    agency: Agency
    year: int
    actor: Actor
    at: datetime
    readers: tuple[Actor, ...] = ()

    @property
    def is_of_no_reader(self) -> ColumnElement[bool]:
        """Condition on ``complaint``: cases in which neither actor nor readers have an interest."""
        return and_(*map(counted_for, (self.actor, *self.readers)))

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.agency.timezone)

    @property
    def today(self) -> date:
        return local_date(self.at, self.zone)

    @property
    def span(self) -> tuple[date, date]:
        """First and last day of the year."""
        return date(self.year, 1, 1), date(self.year, 12, 31)

    @property
    def instants(self) -> tuple[datetime, datetime]:
        """First instant of the year, and of the next."""
        return year_bounds(self.year, self.agency.timezone)

    @property
    def station(self) -> str:
        """What an address says of whose page it is."""
        return f"satuan={self.agency.code}"
