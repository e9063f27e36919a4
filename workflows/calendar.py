"""Which dates are working days, by decree.

National holidays and joint leave (cuti bersama) of a year are fixed by joint decree of three
ministers (SKB 3 Menteri). A year known by its decree is *decreed*; a year of which only a
library proposes the dates is *provisional*: it may be shown, but no notice or sanction rests on
it. Perpres 21/2023 Pasal 11 leaves Polri its own week, so the service days are a setting.
That joint leave is free is local policy and a setting too.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta, tzinfo
from types import MappingProxyType
from typing import Literal

from workflows.errors import CalendarUnknown

MONDAY_TO_FRIDAY = frozenset(range(5))

FreeReason = Literal["weekend", "national_holiday", "joint_leave"]

_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class CalendarYear:
    """The free days of one year.

    :ivar basis: the decree, or why there is none
    """

    year: int
    national: frozenset[date]
    joint_leave: frozenset[date]
    status: Literal["decreed", "provisional"]
    basis: str

    def __post_init__(self) -> None:
        for on in self.national | self.joint_leave:
            if on.year != self.year:
                raise ValueError(f"{on} is not in {self.year}")

    @property
    def is_provisional(self) -> bool:
        """True where no decree stands behind the dates."""
        return self.status == "provisional"


@dataclass(frozen=True, slots=True)
class _Run:
    """Consecutive known years and the ordinals of their working days, ascending."""

    first_year: int
    last_year: int
    working: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class WorkingCalendar:
    """Working days of the known years, at one place.

    :ivar service_days: weekdays on which the station works, Monday = 0
    :ivar zone: where its dates are read
    :ivar joint_leave_is_free: False counts joint leave as working days
    """

    years: Mapping[int, CalendarYear]
    service_days: frozenset[int] = MONDAY_TO_FRIDAY
    zone: tzinfo = field(kw_only=True)
    joint_leave_is_free: bool = field(default=True, kw_only=True)
    _runs: Mapping[int, _Run] = field(init=False, repr=False, compare=False)
    _provisional: frozenset[int] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if not self.service_days or not self.service_days <= frozenset(range(7)):
            raise ValueError(f"no week: {sorted(self.service_days)}")
        for number, year in self.years.items():
            if number != year.year:
                raise ValueError(f"calendar of {year.year} stands under {number}")
        provisional = frozenset(n for n, year in self.years.items() if year.is_provisional)
        object.__setattr__(self, "years", MappingProxyType(dict(self.years)))
        object.__setattr__(self, "_runs", self._build_runs())
        object.__setattr__(self, "_provisional", provisional)

    def _build_runs(self) -> Mapping[int, _Run]:
        runs: dict[int, _Run] = {}
        for first, last in _consecutive(self.years):
            days = range(date(first, 1, 1).toordinal(), date(last, 12, 31).toordinal() + 1)
            free = {on.toordinal() for year in range(first, last + 1) for on in self._free_in(year)}
            working = tuple(n for n in days if (n + 6) % 7 in self.service_days and n not in free)
            run = _Run(first, last, working)
            runs.update(dict.fromkeys(range(first, last + 1), run))
        return runs

    def _free_in(self, year: int) -> frozenset[date]:
        known = self.years[year]
        return known.national | known.joint_leave if self.joint_leave_is_free else known.national

    def why_not(self, on: date) -> FreeReason | None:
        """Why a date is no working day; None where it is one.

        A holiday on a free weekday is reported as the weekend: no decree could make it count.

        :raises CalendarUnknown: no calendar for its year
        """
        year = self._year(on.year)
        if on.weekday() not in self.service_days:
            return "weekend"
        if on in year.national:
            return "national_holiday"
        if on in year.joint_leave and self.joint_leave_is_free:
            return "joint_leave"
        return None

    def is_working(self, on: date) -> bool:
        """Whether a date is a working day.

        :raises CalendarUnknown: no calendar for its year
        """
        return self.why_not(on) is None

    def add_working_days(self, on: date, days: int, skipping: Iterable[tuple[date, date]] = ()) -> date:
        """The date that is so many working days after another; the first date is not counted.

        :param days: 0 gives the date itself, whether working or not
        :param skipping: half-open ranges of dates that do not count, in order and disjoint
        :raises CalendarUnknown: the count runs into a year without a calendar
        """
        if days < 0:
            raise ValueError("days must not be negative")
        if days == 0:
            return on
        for first, until in skipping:
            available = self._working_between(on, first, days)
            if available >= days:
                break
            days, on = days - available, max(on, until - _ONE_DAY)
        return self._after(on, days)

    def _working_between(self, after: date, before: date, wanted: int) -> int:
        """Working days strictly between two dates; counts no further than needed past known years."""
        if before <= after + _ONE_DAY:
            return 0
        run = self._run((after + _ONE_DAY).year)
        found = bisect_left(run.working, before.toordinal()) - bisect_right(run.working, after.toordinal())
        if found < wanted and before.year > run.last_year:
            raise CalendarUnknown(run.last_year + 1)
        return found

    def _after(self, on: date, days: int) -> date:
        run = self._run((on + _ONE_DAY).year)
        index = bisect_right(run.working, on.toordinal()) + days - 1
        if index >= len(run.working):
            raise CalendarUnknown(run.last_year + 1)
        return date.fromordinal(run.working[index])

    def is_provisional_between(self, first: date, last: date) -> bool:
        """Whether any year from one date to another, both inclusive, rests on no decree."""
        if not self._provisional:
            return False
        return any(year in self._provisional for year in range(first.year, last.year + 1))

    def basis_of(self, on: date) -> str:
        """The decree that fixes the free days of a date's year.

        :raises CalendarUnknown: no calendar for its year
        """
        return self._year(on.year).basis

    @property
    def last_year(self) -> int | None:
        """The last year with a calendar; None where there is none at all."""
        return max(self.years, default=None)

    def _year(self, number: int) -> CalendarYear:
        try:
            return self.years[number]
        except KeyError:
            raise CalendarUnknown(number) from None

    def _run(self, year: int) -> _Run:
        try:
            return self._runs[year]
        except KeyError:
            raise CalendarUnknown(year) from None


def _consecutive(years: Iterable[int]) -> list[tuple[int, int]]:
    """First and last of each run of years without a gap."""
    runs: list[tuple[int, int]] = []
    for year in sorted(years):
        if runs and runs[-1][1] == year - 1:
            runs[-1] = (runs[-1][0], year)
        else:
            runs.append((year, year))
    return runs
