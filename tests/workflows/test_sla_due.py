"""When a stage is due, against tables computed by hand, and the ledger that explains it."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from tests.workflows.clock_support import LAW, WIB, WIT, WITA, at, calendar, day, spoken
from workflows.errors import CalendarUnknown
from workflows.sla import DayReason, DueStep, StageUnknown, as_cli_json, due
from workflows.vocabulary import Binding, ComplaintClass, Confidence

SERVICE = ComplaintClass.SERVICE
SUPERVISORY = ComplaintClass.SUPERVISORY


def steps_of(
    complaint_class: ComplaintClass,
    stage: str,
    start: str,
    *pauses: tuple[str, str | None],
    zone: ZoneInfo = WIB,
) -> tuple[DueStep, ...]:
    waits = [(at(first), None if until is None else at(until)) for first, until in pauses]
    return due(LAW, complaint_class, stage, at(start), waits, calendar(zone))


def due_of(complaint_class: ComplaintClass, stage: str, start: str, *pauses: tuple[str, str | None]) -> str:
    return spoken(steps_of(complaint_class, stage, start, *pauses)[0].due_at)


TABLE = [
    # 3 working days across Idul Fitri 2025: Thu 27 [Fri 28 … Mon 7 Apr] Tue 8, Wed 9
    (SERVICE, "verification", "Wed 2025-03-26 10:00", "Wed 2025-04-09 23:59:59"),
    # the first day of the joint leave, in the night: [… Mon 7 Apr] Tue 8, Wed 9, Thu 10
    (SERVICE, "verification", "Fri 2025-03-28 02:15", "Thu 2025-04-10 23:59:59"),
    # across Idul Fitri 2026: [Wed 18 … Tue 24] Wed 25, Thu 26, Fri 27
    (SERVICE, "verification", "Tue 2026-03-17 16:00", "Fri 2026-03-27 23:59:59"),
    (SERVICE, "verification", "Sat 2026-03-21 06:00", "Fri 2026-03-27 23:59:59"),
    # year end 2025: Mon 29, Tue 30, Wed 31 / Wed 31 [Thu 1] Fri 2 [Sat, Sun] Mon 5
    (SERVICE, "verification", "Wed 2025-12-24 11:00", "Wed 2025-12-31 23:59:59"),
    (SERVICE, "verification", "Tue 2025-12-30 11:00", "Mon 2026-01-05 23:59:59"),
    # filed at 00:30 and 23:30: the local date counts. Fri 6, Mon 9, Tue 10
    (SERVICE, "verification", "Thu 2026-03-05 00:30", "Tue 2026-03-10 23:59:59"),
    (SERVICE, "verification", "Thu 2026-03-05 23:30", "Tue 2026-03-10 23:59:59"),
    # 14 calendar days end on a holiday (Nyepi) and are not moved
    (SERVICE, "completeness_notice", "Thu 2026-03-05 00:30", "Thu 2026-03-19 23:59:59"),
    (SERVICE, "completeness_notice", "Thu 2026-03-05 23:30", "Thu 2026-03-19 23:59:59"),
    # receipt at once: the day itself, on a holiday too
    (SERVICE, "acknowledgement", "Sat 2026-03-21 22:00", "Sat 2026-03-21 23:59:59"),
    # 72 hours across a weekend, across Idul Fitri, across the year
    (ComplaintClass.DATA_SUBJECT_REQUEST, "access", "Fri 2026-03-06 15:00", "Mon 2026-03-09 15:00:00"),
    (ComplaintClass.DATA_BREACH, "breach_notice", "Thu 2026-03-19 10:15", "Sun 2026-03-22 10:15:00"),
    (ComplaintClass.DATA_BREACH, "breach_notice", "Wed 2025-12-31 23:59", "Sat 2026-01-03 23:59:00"),
    (ComplaintClass.URGENT, "first_response", "Sat 2026-03-21 23:30", "Sun 2026-03-22 23:30:00"),
    (ComplaintClass.URGENT, "escalation", "Sat 2026-03-21 23:30", "Sun 2026-03-22 00:30:00"),
    # SP3D, 20 working days: 3-6, 9-13, 16-17 [18-24] 25-27, 30-31, 1-2 [Fri 3] 6-7
    (SUPERVISORY, "first_response", "Mon 2026-03-02 09:00", "Tue 2026-04-07 23:59:59"),
    # two years; the calendar plays no part, so 2028 needs none
    (SERVICE, "external_window", "Sun 2026-03-01 13:00", "Wed 2028-03-01 23:59:59"),
    # 29 February: a citizen's window ends on 1 March
    (SERVICE, "external_window", "Thu 2024-02-29 13:00", "Sun 2026-03-01 23:59:59"),
    # 30 calendar days over the end of February
    (SERVICE, "info_request_wait", "Sat 2026-01-31 08:00", "Mon 2026-03-02 23:59:59"),
]


@pytest.mark.parametrize(("complaint_class", "stage", "start", "expected"), TABLE)
def test_a_stage_is_due_as_counted_by_hand(
    complaint_class: ComplaintClass, stage: str, start: str, expected: str
) -> None:
    assert due_of(complaint_class, stage, start) == expected


def test_an_instant_after_utc_midnight_belongs_to_the_local_date() -> None:
    # 17:30 UTC on Wednesday is 00:30 on Thursday in Serang
    start = datetime(2026, 3, 4, 17, 30, tzinfo=UTC)
    (step,) = due(LAW, SERVICE, "verification", start, [], calendar())
    assert spoken(step.due_at) == "Tue 2026-03-10 23:59:59"
    assert step.due_at == datetime(2026, 3, 10, 16, 59, 59, tzinfo=UTC)


@pytest.mark.parametrize(
    ("zone", "expected"),
    [
        (WIB, "Tue 2026-03-10 23:59:59"),  # Thu 5, 23:30
        (WITA, "Wed 2026-03-11 23:59:59"),  # Fri 6, 00:30
        (WIT, "Wed 2026-03-11 23:59:59"),  # Fri 6, 01:30
    ],
)
def test_each_zone_reads_its_own_date(zone: ZoneInfo, expected: str) -> None:
    start = at("Thu 2026-03-05 23:30")
    (step,) = due(LAW, SERVICE, "verification", start, [], calendar(zone))
    assert spoken(step.due_at, zone) == expected
    assert step.due_at.utcoffset() == timedelta(0)


def test_a_service_complaint_is_due_after_14_working_days() -> None:
    # 3-6, 9-13, 16-17 [18-24] 25-27: fourteen; 60 calendar days end on Labour Day
    first, second = steps_of(SERVICE, "resolution", "Mon 2026-03-02 09:00")
    assert (spoken(first.due_at), first.effective) == ("Fri 2026-03-27 23:59:59", True)
    assert (spoken(second.due_at), second.effective) == ("Fri 2026-05-01 23:59:59", False)
    assert first.deadline.binding is Binding.GUIDELINE
    assert second.deadline.binding is Binding.STATUTE


def test_a_supervisory_complaint_is_due_after_60_calendar_days() -> None:
    # March 16, April 21, May 16, June: [Mon 1] 2-5, 8-10 = 60 working days
    first, second = steps_of(SUPERVISORY, "resolution", "Mon 2026-03-02 09:00")
    assert (spoken(first.due_at), first.effective) == ("Fri 2026-05-01 23:59:59", True)
    assert (spoken(second.due_at), second.effective) == ("Wed 2026-06-10 23:59:59", False)
    assert first.deadline.binding is Binding.STATUTE


@pytest.mark.parametrize(
    ("start", "working", "calendar_days", "effective"),
    [
        # 18-22, 25-26 [27-28] 29 [1 Jun] 2-5, 8-12, 15 [16] 17-19
        ("Wed 2026-05-13 10:00", "Fri 2026-06-19 23:59:59", "Fri 2026-06-12 23:59:59", Binding.STATUTE),
        # 7-10, 13-17, 20-24, 27-31, 3-4
        ("Mon 2026-07-06 10:00", "Tue 2026-08-04 23:59:59", "Wed 2026-08-05 23:59:59", Binding.LOCAL),
        # 7-10, 13-17, 20-24, 27-30 [1 May] 4-6: equal, the statute binds
        ("Mon 2026-04-06 10:00", "Wed 2026-05-06 23:59:59", "Wed 2026-05-06 23:59:59", Binding.STATUTE),
    ],
)
def test_the_citizen_has_the_latest_of_two_windows(
    start: str, working: str, calendar_days: str, effective: Binding
) -> None:
    steps = steps_of(SERVICE, "appeal_window", start)
    assert {step.deadline.unit.value: spoken(step.due_at) for step in steps} == {
        "working_day": working,
        "calendar_day": calendar_days,
    }
    assert [step.effective for step in steps] == [True, False]
    assert steps[0].deadline.binding is effective


# investigation: 10 working days, local policy, pauses while the complainant is asked
PAUSED = [
    ("Mon 2026-03-02 09:00", [], "Mon 2026-03-16 23:59:59"),
    # within one day: nothing
    ("Mon 2026-03-02 09:00", [("Thu 2026-03-05 09:00", "Thu 2026-03-05 15:00")], "Mon 2026-03-16 23:59:59"),
    # over night: Thursday
    ("Mon 2026-03-02 09:00", [("Thu 2026-03-05 09:00", "Fri 2026-03-06 08:00")], "Tue 2026-03-17 23:59:59"),
    # from the day of the trigger: that day never counted
    ("Mon 2026-03-02 09:00", [("Mon 2026-03-02 10:00", "Tue 2026-03-03 08:00")], "Mon 2026-03-16 23:59:59"),
    # Thursday, Friday, weekend: two working days, and the second lands behind Idul Fitri
    ("Mon 2026-03-02 09:00", [("Thu 2026-03-05 09:00", "Mon 2026-03-09 08:00")], "Wed 2026-03-25 23:59:59"),
    # over free days only: nothing
    ("Thu 2026-03-12 09:00", [("Wed 2026-03-18 09:00", "Wed 2026-03-25 08:00")], "Thu 2026-04-02 23:59:59"),
    # two waits of a day each
    (
        "Mon 2026-03-02 09:00",
        [("Mon 2026-03-09 09:00", "Tue 2026-03-10 09:00"), ("Tue 2026-03-03 09:00", "Wed 2026-03-04 09:00")],
        "Wed 2026-03-25 23:59:59",
    ),
    # overlapping waits count once: 5, 6 (and the weekend), 9
    (
        "Mon 2026-03-02 09:00",
        [("Thu 2026-03-05 09:00", "Mon 2026-03-09 09:00"), ("Fri 2026-03-06 09:00", "Tue 2026-03-10 09:00")],
        "Thu 2026-03-26 23:59:59",
    ),
    # 48 days, of which 30 (3 Mar to 1 Apr): then 2 [3] 6-10, 13-16
    ("Mon 2026-03-02 09:00", [("Tue 2026-03-03 09:00", "Mon 2026-04-20 09:00")], "Thu 2026-04-16 23:59:59"),
    # still open: as long as it may last
    ("Mon 2026-03-02 09:00", [("Tue 2026-03-03 09:00", None)], "Thu 2026-04-16 23:59:59"),
    # 20 days (3-22 Mar) and 10 of 19 (1-10 Apr): 25-27, 30-31, 13-17
    (
        "Mon 2026-03-02 09:00",
        [("Tue 2026-03-03 09:00", "Mon 2026-03-23 09:00"), ("Wed 2026-04-01 09:00", "Mon 2026-04-20 09:00")],
        "Fri 2026-04-17 23:59:59",
    ),
    # after the due date: nothing
    ("Mon 2026-03-02 09:00", [("Tue 2026-03-17 09:00", "Thu 2026-03-26 09:00")], "Mon 2026-03-16 23:59:59"),
]


@pytest.mark.parametrize(("start", "pauses", "expected"), PAUSED)
def test_waiting_stops_an_operational_clock(
    start: str, pauses: list[tuple[str, str | None]], expected: str
) -> None:
    assert due_of(SERVICE, "investigation", start, *pauses) == expected


def test_a_wait_within_one_day_is_no_pause() -> None:
    pause = ("Thu 2026-03-05 09:00", "Thu 2026-03-05 15:00")
    (step,) = steps_of(SERVICE, "investigation", "Mon 2026-03-02 09:00", pause)
    assert step.deadline.pauses == ()


def test_overlapping_waits_are_told_apart() -> None:
    pauses = [
        ("Thu 2026-03-05 09:00", "Mon 2026-03-09 09:00"),
        ("Fri 2026-03-06 09:00", "Tue 2026-03-10 09:00"),
    ]
    (step,) = steps_of(SERVICE, "investigation", "Mon 2026-03-02 09:00", *pauses)
    assert [(p.first_on, p.until_on) for p in step.deadline.pauses] == [
        (day("Thu 2026-03-05"), day("Mon 2026-03-09")),
        (day("Mon 2026-03-09"), day("Tue 2026-03-10")),
    ]


def test_the_statutory_step_ignores_a_pause() -> None:
    pause = ("Tue 2026-03-03 09:00", "Mon 2026-03-09 09:00")
    first, second = steps_of(SERVICE, "resolution", "Mon 2026-03-02 09:00", pause)
    # without 3-8: 9-13, 16-17 [18-24] 25-27, 30-31, 1-2 = fourteen
    assert spoken(first.due_at) == "Thu 2026-04-02 23:59:59"
    assert (spoken(second.due_at), second.deadline.pauses) == ("Fri 2026-05-01 23:59:59", ())
    assert [pause.days for pause in first.deadline.pauses] == [6]


def test_2027_is_provisional_and_2028_unknown() -> None:
    # Thu 31 [Fri 1 Jan] Mon 4 [Tue 5] Wed 6
    (step,) = steps_of(SERVICE, "verification", "Wed 2026-12-30 09:00")
    assert spoken(step.due_at) == "Wed 2027-01-06 23:59:59"
    assert step.deadline.provisional_calendar
    (step,) = steps_of(SERVICE, "verification", "Mon 2026-12-28 09:00")
    assert spoken(step.due_at) == "Thu 2026-12-31 23:59:59"
    assert not step.deadline.provisional_calendar
    (step,) = steps_of(SERVICE, "completeness_notice", "Mon 2027-12-27 09:00")
    assert spoken(step.due_at) == "Mon 2028-01-10 23:59:59"
    assert not step.deadline.provisional_calendar
    with pytest.raises(CalendarUnknown) as caught:
        steps_of(SERVICE, "verification", "Thu 2027-12-30 09:00")
    assert caught.value.year == 2028


def test_the_last_moment_of_a_day_is_never_due_before_it_happened() -> None:
    start = at("Sat 2026-03-21 23:59:59").replace(microsecond=500_000)
    (step,) = due(LAW, SERVICE, "acknowledgement", start, [], calendar())
    assert step.due_at == start


def test_an_unknown_stage_is_refused_with_the_known_ones() -> None:
    with pytest.raises(StageUnknown, match="no stage 'lunch'") as caught:
        steps_of(ComplaintClass.URGENT, "lunch", "Mon 2026-03-02 09:00")
    assert caught.value.known == ("first_response", "escalation")


def test_a_naive_start_is_refused() -> None:
    with pytest.raises(ValueError, match="no zone"):
        due(LAW, SERVICE, "verification", at("Thu 2026-03-05 09:00").replace(tzinfo=None), [], calendar())


def test_the_ledger_explains_every_date() -> None:
    pause = ("Mon 2026-03-16 09:00", "Tue 2026-03-17 09:00")
    step = steps_of(SERVICE, "resolution", "Thu 2026-03-12 09:00", pause)[0]
    told = {spoken_day.on: (spoken_day.counted, spoken_day.why) for spoken_day in step.ledger}
    expected = {
        "Thu 2026-03-12": (False, DayReason.TRIGGER_DAY),
        "Fri 2026-03-13": (True, DayReason.WORKING_DAY),
        "Sat 2026-03-14": (False, DayReason.WEEKEND),
        "Mon 2026-03-16": (False, DayReason.WAITING),
        "Tue 2026-03-17": (True, DayReason.WORKING_DAY),
        "Wed 2026-03-18": (False, DayReason.JOINT_LEAVE),
        "Thu 2026-03-19": (False, DayReason.NATIONAL_HOLIDAY),
        "Sun 2026-03-22": (False, DayReason.WEEKEND),
        "Wed 2026-03-25": (True, DayReason.WORKING_DAY),
    }
    assert {on: told[day(on)] for on in expected} == expected
    dates = [entry.on for entry in step.ledger]
    assert dates == sorted(dates)
    assert (dates[-1] - dates[0]).days == len(dates) - 1
    assert sum(entry.counted for entry in step.ledger) == 14
    basis = {entry.on: entry.basis for entry in step.ledger}
    assert any("1497/2025" in text for text in basis[day("Thu 2026-03-19")])
    assert basis[day("Fri 2026-03-13")][0] == "republika_2018 | 14 hari"
    assert basis[day("Mon 2026-03-16")] == ("local_policy",)


def test_the_ledger_shows_waiting_beyond_the_cap_as_counted() -> None:
    (step,) = steps_of(SERVICE, "investigation", "Mon 2026-03-02 09:00", ("Tue 2026-03-03 09:00", None))
    told = {entry.on: entry for entry in step.ledger}
    assert told[day("Wed 2026-04-01")].why is DayReason.WAITING
    assert told[day("Thu 2026-04-02")].why is DayReason.WAITING_BEYOND_CAP
    assert told[day("Thu 2026-04-02")].counted
    assert told[day("Fri 2026-04-03")].why is DayReason.NATIONAL_HOLIDAY
    assert sum(entry.why is DayReason.WAITING for entry in step.ledger) == 30


def test_the_ledger_of_hours_adds_up() -> None:
    (step,) = steps_of(ComplaintClass.DATA_BREACH, "breach_notice", "Fri 2026-03-06 15:00")
    assert [(entry.on.day, entry.span) for entry in step.ledger] == [
        (6, timedelta(hours=9)),
        (7, timedelta(hours=24)),
        (8, timedelta(hours=24)),
        (9, timedelta(hours=15)),
    ]


def test_the_ledger_of_years_lists_anniversaries() -> None:
    (step,) = steps_of(SERVICE, "external_window", "Thu 2024-02-29 13:00")
    assert [(entry.on, entry.counted) for entry in step.ledger] == [
        (day("Thu 2024-02-29"), False),
        (day("Sat 2025-03-01"), True),
        (day("Sun 2026-03-01"), True),
    ]


def test_the_ledger_of_a_receipt_is_its_own_day() -> None:
    (step,) = steps_of(SERVICE, "acknowledgement", "Sat 2026-03-21 22:00")
    assert [(entry.on, entry.counted, entry.why) for entry in step.ledger] == [
        (day("Sat 2026-03-21"), False, DayReason.SAME_DAY)
    ]
    assert step.deadline.confidence is Confidence.RECONSTRUCTED  # "at once" is ours


def test_the_command_gets_the_effective_step_and_all() -> None:
    known = calendar(WITA)
    start = at("Mon 2026-03-02 09:00", WITA)
    pause = (at("Tue 2026-03-03 09:00", WITA), at("Wed 2026-03-04 09:00", WITA))
    printed = as_cli_json(LAW, due(LAW, SUPERVISORY, "resolution", start, [pause], known), known)
    assert printed["due_at"] == "2026-05-01T23:59:59+08:00"
    assert printed["provisional"] is False
    assert printed["basis"]["binding"] == "statute"
    assert printed["basis"]["articles"] == ["UU 25/2009 Pasal 50(1)"]
    assert printed["basis"]["confidence"] == "likely"
    assert (printed["basis"]["limit"], printed["basis"]["unit"]) == (60, "calendar_day")
    assert len(printed["ledger"]) == 61
    assert printed["ledger"][0] == {
        "date": "2026-03-02",
        "counted": False,
        "reason": "trigger_day",
        "basis": ["local_policy"],
    }
    effective, other = printed["steps"]
    assert (effective["effective"], other["effective"]) == (True, False)
    assert effective["due_at"] == printed["due_at"]
    assert other["due_at"] == "2026-06-11T23:59:59+08:00"  # Wed 10 June, and Tuesday 3 March did not count
    assert other["pauses"][0]["days"] == 1
    hours = due(LAW, ComplaintClass.URGENT, "escalation", start, [], known)
    assert as_cli_json(LAW, hours, known)["ledger"][0]["hours"] == 1.0
