"""What the rules are given: counted facts of one agency and year, as they stood at the cut-off."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum

from reports.rows import AnonymisedCaseRow, EvidenceRow, RecommendationRow, SurveyRoundRow


@dataclass(frozen=True, slots=True)
class Period:
    """The year of an assessment up to its cut-off.

    :ivar cut_off: local date of `as_of`, the last day that counts
    """

    year: int
    cut_off: date
    as_of: datetime

    def holds(self, day: date | None) -> bool:
        """True for days of the year up to the cut-off."""
        return day is not None and day.year == self.year and day <= self.cut_off

    @property
    def words(self) -> str:
        """The stretch as a filter says it."""
        return f"1 Januari {self.year} sampai tanggal potong {self.instant_words}"

    @property
    def instant_words(self) -> str:
        """The cut-off as a filter says it, so that anyone can set it again."""
        return f"{self.as_of.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"

    @property
    def carried_words(self) -> str:
        """The stretch of the cases: with what was left over from the years before."""
        return (
            f"diterima {self.words}, ditambah sisa tahun sebelumnya yang belum berakhir "
            f"pada 1 Januari {self.year}"
        )

    @property
    def ended_months(self) -> tuple[date, ...]:
        """First days of the months that lie wholly behind the cut-off."""
        return tuple(first for first in self._months(1) if self._after(first, 1) <= self.cut_off)

    @property
    def ended_quarters(self) -> tuple[date, ...]:
        """First days of the quarters that lie wholly behind the cut-off."""
        return tuple(first for first in self._months(3) if self._after(first, 3) <= self.cut_off)

    def _months(self, step: int) -> tuple[date, ...]:
        return tuple(date(self.year, month, 1) for month in range(1, 13, step))

    @staticmethod
    def _after(first: date, months: int) -> date:
        """First day after a stretch of months."""
        return (first + timedelta(days=31 * months)).replace(day=1)


class Reply(StrEnum):
    """What became of the first reply that is owed to a complainant."""

    IN_TIME = "in_time"
    LATE = "late"
    OVERDUE = "overdue"
    """Owed, not given, and past its limit."""


@dataclass(frozen=True, slots=True)
class CaseFact:
    """A complaint with what the rules ask beside its row.

    :ivar channel: code of the way in
    :ivar has_ticket: it carries the number of the system that it was forwarded from
    :ivar reply: None while the limit runs, or where none was owed
    """

    case: AnonymisedCaseRow
    channel: str
    has_ticket: bool = False
    reply: Reply | None = None


@dataclass(frozen=True, slots=True)
class ServiceFact:
    """A service and how many components of its standard are published (UU 25/2009 Pasal 21)."""

    name: str
    components: int


@dataclass(frozen=True, slots=True)
class StationFact:
    """What the station has set up and published in Sahut.

    :ivar intake_officers: active accounts of officers who receive complaints
    :ivar pledge_on: date of the published service pledge (UU 25/2009 Pasal 22)
    :ivar survey_answers: answers of the year to the satisfaction survey
    :ivar survey_is_public: the open statistics page shows the index of these answers
    :ivar frozen_months: first days of the months whose statistics stand for good
    :ivar internal_channels: ways in for reports from inside the station
    """

    intake_officers: int = 0
    services: tuple[ServiceFact, ...] = ()
    pledge_on: date | None = None
    survey_answers: int = 0
    survey_is_public: bool = False
    frozen_months: frozenset[date] = frozenset()
    internal_channels: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything the rules are given.

    :ivar cases: all that were received up to the cut-off and reach into the year, whoever may see them
    :ivar days_before: full days from complete to decided, of the decisions of the year before
    :ivar documents: sound evidence by indicator, at the cut-off
    """

    period: Period
    cases: tuple[CaseFact, ...] = ()
    days_before: tuple[int, ...] = ()
    evaluation: tuple[RecommendationRow, ...] = ()
    survey_rounds: tuple[SurveyRoundRow, ...] = ()
    survey_actions: tuple[RecommendationRow, ...] = ()
    documents: Mapping[str, tuple[EvidenceRow, ...]] | None = None
    station: StationFact = StationFact()

    def documents_of(self, indicator_id: str) -> tuple[EvidenceRow, ...]:
        """Sound documents that support an indicator."""
        return (self.documents or {}).get(indicator_id, ())

    @property
    def received(self) -> tuple[CaseFact, ...]:
        """Complaints received in the year up to the cut-off, by date and number."""
        chosen = (one for one in self.cases if self.period.holds(one.case.received_on))
        return tuple(sorted(chosen, key=lambda one: (one.case.received_on, one.case.number)))

    @property
    def lived(self) -> tuple[CaseFact, ...]:
        """Those of them that ran through Sahut; history that was only loaded is no use of it."""
        return tuple(one for one in self.received if not one.case.imported)
