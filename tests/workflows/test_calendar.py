"""Working days, counted by hand on a wall calendar."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.workflows.clock_support import WIB, calendar, day
from workflows.calendar import CalendarYear, WorkingCalendar
from workflows.errors import CalendarUnknown

# What each lists after the trigger is written out in the comment; free days in brackets.
COUNTED = [
    # Idul Fitri 2025. Thu 27 | [Fri 28 joint leave … Mon 7 Apr joint leave] | Tue 8, Wed 9
    ("Wed 2025-03-26", 3, "Wed 2025-04-09"),
    ("Thu 2025-03-27", 3, "Thu 2025-04-10"),
    ("Fri 2025-03-28", 1, "Tue 2025-04-08"),
    ("Mon 2025-03-31", 1, "Tue 2025-04-08"),
    # 25, 26, 27 Mar | 8-11 Apr | 14-17 [Fri 18 Good Friday] | 21, 22, 23
    ("Mon 2025-03-24", 14, "Wed 2025-04-23"),
    # Idul Fitri 2026. Tue 17 | [Wed 18 … Tue 24] | Wed 25 …
    ("Mon 2026-03-16", 1, "Tue 2026-03-17"),
    ("Tue 2026-03-17", 1, "Wed 2026-03-25"),
    ("Tue 2026-03-17", 3, "Fri 2026-03-27"),
    ("Sat 2026-03-21", 3, "Fri 2026-03-27"),
    # 17 | 25-27 | 30, 31, 1, 2 [Fri 3 Good Friday] | 6-10 | 13
    ("Mon 2026-03-16", 14, "Mon 2026-04-13"),
    # Year end 2025. Wed 24 [Thu 25, Fri 26] | 29, 30, 31 [Thu 1 Jan] | Fri 2
    ("Tue 2025-12-23", 5, "Fri 2026-01-02"),
    ("Wed 2025-12-24", 3, "Wed 2025-12-31"),
    ("Tue 2025-12-30", 3, "Mon 2026-01-05"),
    # Year end 2026. Wed 23 [Thu 24, Fri 25] | 28-31 [Fri 1 Jan] | Mon 4 [Tue 5] Wed 6
    ("Tue 2026-12-22", 5, "Thu 2026-12-31"),
    ("Wed 2026-12-30", 3, "Wed 2027-01-06"),
    # 0 is the date itself, free or not.
    ("Sun 2026-03-22", 0, "Sun 2026-03-22"),
]


@pytest.mark.parametrize(("start", "days", "expected"), COUNTED)
def test_working_days_follow_the_decrees(start: str, days: int, expected: str) -> None:
    assert calendar().add_working_days(day(start), days) == day(expected)


@pytest.mark.parametrize(
    ("on", "why"),
    [
        ("Mon 2026-03-16", None),
        ("Wed 2026-03-18", "joint_leave"),
        ("Thu 2026-03-19", "national_holiday"),
        ("Fri 2026-03-20", "joint_leave"),
        ("Sat 2026-03-21", "weekend"),  # a holiday too, but no decree could make it count
        ("Sun 2026-03-29", "weekend"),
        ("Mon 2025-08-18", "joint_leave"),
    ],
)
def test_a_free_date_says_why(on: str, why: str | None) -> None:
    assert calendar().why_not(day(on)) == why
    assert calendar().is_working(day(on)) is (why is None)


def test_a_year_without_a_calendar_is_refused_not_guessed() -> None:
    known = calendar()
    assert known.add_working_days(day("Thu 2027-12-30"), 1) == day("Fri 2027-12-31")
    for start, days, year in [
        ("Thu 2027-12-30", 2, 2028),
        ("Fri 2027-12-31", 1, 2028),
        ("Tue 2024-12-24", 1, 2024),
    ]:
        with pytest.raises(CalendarUnknown) as caught:
            known.add_working_days(day(start), days)
        assert caught.value.year == year
    with pytest.raises(CalendarUnknown):
        known.why_not(day("Sat 2028-01-01"))


def test_the_count_may_start_on_the_eve_of_the_first_known_year() -> None:
    # [Wed 1 Jan] Thu 2
    assert calendar().add_working_days(day("Tue 2024-12-31"), 1) == day("Thu 2025-01-02")


def test_a_gap_between_known_years_is_not_jumped_over() -> None:
    years = {n: CalendarYear(n, frozenset(), frozenset(), "decreed", "test") for n in (2025, 2027)}
    with pytest.raises(CalendarUnknown) as caught:
        WorkingCalendar(years, zone=WIB).add_working_days(day("Wed 2025-12-31"), 1)
    assert caught.value.year == 2026
    skipping = [(date(2027, 1, 4), date(2027, 1, 6))]
    with pytest.raises(CalendarUnknown) as caught:
        WorkingCalendar(years, zone=WIB).add_working_days(day("Tue 2025-12-30"), 5, skipping)
    assert caught.value.year == 2026


def test_the_week_is_a_setting() -> None:
    start = day("Thu 2026-03-05")  # Fri 6, [Sat 7] or Sat 7, [Sun 8], Mon 9
    assert calendar().add_working_days(start, 2) == day("Mon 2026-03-09")
    assert calendar(service_days=range(6)).add_working_days(start, 2) == day("Sat 2026-03-07")
    assert calendar(service_days=range(7)).add_working_days(start, 3) == day("Sun 2026-03-08")


def test_joint_leave_is_a_setting() -> None:
    years = calendar().years
    strict = WorkingCalendar(years, zone=WIB, joint_leave_is_free=False)
    assert strict.is_working(day("Wed 2026-03-18"))
    assert not strict.is_working(day("Thu 2026-03-19"))
    assert strict.add_working_days(day("Tue 2026-03-17"), 2) == day("Fri 2026-03-20")


def test_skipped_dates_do_not_count() -> None:
    known = calendar()
    start = day("Mon 2026-03-02")
    skipping = [
        (day("Wed 2026-03-04"), day("Fri 2026-03-06")),
        (day("Mon 2026-03-09"), day("Tue 2026-03-10")),
    ]
    # Tue 3 | Fri 6 | Tue 10
    assert known.add_working_days(start, 1, skipping) == day("Tue 2026-03-03")
    assert known.add_working_days(start, 2, skipping) == day("Fri 2026-03-06")
    assert known.add_working_days(start, 3, skipping) == day("Tue 2026-03-10")


def test_what_is_skipped_before_the_start_does_not_matter() -> None:
    before = [(day("Mon 2026-02-02"), day("Mon 2026-02-09")), (day("Sun 2026-03-01"), day("Tue 2026-03-03"))]
    assert calendar().add_working_days(day("Mon 2026-03-02"), 1, before) == day("Tue 2026-03-03")


def test_provisional_years_are_told_apart() -> None:
    known = calendar()
    assert not known.is_provisional_between(day("Wed 2025-01-01"), day("Thu 2026-12-31"))
    assert known.is_provisional_between(day("Thu 2026-12-31"), day("Fri 2027-01-01"))
    assert {year.year: year.status for year in known.years.values()} == {
        2025: "decreed",
        2026: "decreed",
        2027: "provisional",
    }
    assert known.last_year == 2027
    assert "1497/2025" in known.basis_of(day("Thu 2026-03-19"))


@pytest.mark.parametrize("week", [frozenset[int](), frozenset({7}), frozenset({-1, 2})])
def test_a_week_that_is_none_is_refused(week: frozenset[int]) -> None:
    with pytest.raises(ValueError, match="no week"):
        WorkingCalendar({}, week, zone=WIB)


def test_dates_of_another_year_are_refused() -> None:
    with pytest.raises(ValueError, match="is not in 2026"):
        CalendarYear(2026, frozenset({date(2025, 1, 1)}), frozenset(), "decreed", "x")


DATES = st.dates(date(2025, 1, 1), date(2026, 12, 31))


@given(start=DATES, days=st.integers(1, 60))
def test_counting_agrees_with_walking_day_by_day(start: date, days: int) -> None:
    known = calendar()
    on, left = start, days
    while left:
        on = date.fromordinal(on.toordinal() + 1)
        left -= known.is_working(on)
    assert known.add_working_days(start, days) == on


@given(start=DATES, days=st.integers(0, 40), more=st.integers(0, 20))
def test_counting_in_two_goes_is_counting_in_one(start: date, days: int, more: int) -> None:
    known = calendar()
    assert known.add_working_days(known.add_working_days(start, days), more) == known.add_working_days(
        start, days + more
    )
