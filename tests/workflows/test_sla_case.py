"""All deadlines of a case: occurrences, what meets them, what voids them, which one binds."""

from collections.abc import Mapping
from datetime import timedelta

import pytest

from tests.workflows.clock_support import LAW, at, calendar, spoken
from workflows.sla import (
    ClockFacts,
    Deadline,
    Wait,
    compute_deadlines,
    escalate_at,
    explain,
    warn_at,
)
from workflows.vocabulary import ComplaintClass, Event, Substate

SERVICE = ComplaintClass.SERVICE
CALENDAR = calendar()


def computed(
    points: Mapping[str, tuple[str, ...]],
    complaint_class: ComplaintClass = SERVICE,
    waits: tuple[tuple[Substate, str, str | None], ...] = (),
    closed_at: str | None = None,
) -> tuple[Deadline, ...]:
    facts = ClockFacts(
        points={code: tuple(at(text) for text in texts) for code, texts in points.items()},
        waits=tuple(Wait(s, at(start), None if end is None else at(end)) for s, start, end in waits),
        closed_at=None if closed_at is None else at(closed_at),
    )
    return compute_deadlines(LAW, complaint_class, facts, CALENDAR)


def only(deadlines: tuple[Deadline, ...], stage: str, occurrence: int = 0) -> Deadline:
    """The effective deadline of a stage."""
    (found,) = [d for d in deadlines if d.stage == stage and d.occurrence == occurrence and d.effective]
    return found


FILED: dict[str, tuple[str, ...]] = {
    Event.SUBMIT: ("Mon 2026-03-02 09:00",),
    Event.ACKNOWLEDGE: ("Mon 2026-03-02 09:00",),
}
DECLARED: dict[str, tuple[str, ...]] = {**FILED, Event.DECLARE_COMPLETE: ("Wed 2026-03-04 10:00",)}


def test_filing_starts_the_clocks_of_filing_and_no_other() -> None:
    deadlines = computed(FILED)
    assert [d.stage for d in deadlines] == ["acknowledgement", "verification", "completeness_notice"]
    assert [d.is_running for d in deadlines] == [False, True, True]
    receipt = deadlines[0]
    assert receipt.met_at == receipt.triggered_at == at("Mon 2026-03-02 09:00")
    assert receipt.policy_version == LAW.version
    assert receipt.sources == ("uu25_2009 | Pasal 44(1)-(2)", "local_policy")


def test_any_of_several_ends_meets_a_clock() -> None:
    assert only(computed(DECLARED), "completeness_notice").met_at == at("Wed 2026-03-04 10:00")
    asked = {**FILED, Event.REQUEST_COMPLETION: ("Tue 2026-03-03 08:00",)}
    assert only(computed({**DECLARED, **asked}), "completeness_notice").met_at == at("Tue 2026-03-03 08:00")


def test_an_end_before_the_trigger_meets_nothing() -> None:
    early = {
        **FILED,
        Event.DISPOSE: ("Thu 2026-03-05 09:00",),
        "first_substantive_reply": ("Wed 2026-03-04 09:00",),
    }
    assert only(computed(early), "first_response").met_at is None


def test_no_examination_clock_before_the_file_is_complete() -> None:
    assert not [d for d in computed(FILED) if d.stage == "resolution"]
    assert spoken(only(computed(DECLARED), "resolution").due_at) == "Tue 2026-03-31 23:59:59"


def test_waiting_for_completion_pauses_verification_alone() -> None:
    wait = (Substate.AWAITING_COMPLETION, "Tue 2026-03-03 10:00", "Mon 2026-03-09 10:00")
    asked = {**FILED, Event.REQUEST_COMPLETION: ("Tue 2026-03-03 10:00",)}
    deadlines = computed(asked, waits=(wait,))
    # 3-8 March do not count: Mon 9, Tue 10, Wed 11
    verification = only(deadlines, "verification")
    assert spoken(verification.due_at) == "Wed 2026-03-11 23:59:59"
    assert [pause.days for pause in verification.pauses] == [6]
    # the statute runs on: 14 calendar days
    notice = only(deadlines, "completeness_notice")
    assert (spoken(notice.due_at), notice.pauses) == ("Mon 2026-03-16 23:59:59", ())
    # a wait for something else is no pause of this clock
    other = (Substate.AWAITING_COMPLAINANT_INFO, "Tue 2026-03-03 10:00", "Mon 2026-03-09 10:00")
    assert spoken(only(computed(asked, waits=(other,)), "verification").due_at) == "Thu 2026-03-05 23:59:59"


def test_an_open_wait_brings_the_due_date_nearer_when_it_ends() -> None:
    start = {**DECLARED, Event.START_EXAMINATION: ("Thu 2026-03-05 09:00",)}
    waiting = Substate.AWAITING_COMPLAINANT_INFO
    open_wait = computed(start, waits=((waiting, "Fri 2026-03-06 09:00", None),))
    ended = computed(start, waits=((waiting, "Fri 2026-03-06 09:00", "Tue 2026-03-10 09:00"),))
    assert only(ended, "investigation").due_at < only(open_wait, "investigation").due_at


def test_each_trigger_opens_an_occurrence() -> None:
    points = {
        **DECLARED,
        Event.ASK_INFO: ("Thu 2026-03-05 09:00", "Tue 2026-03-10 09:00"),
        Event.INFO_RECEIVED: ("Fri 2026-03-06 09:00",),
    }
    deadlines = computed(points)
    first, second = (only(deadlines, "info_wait_in_examination", n) for n in (0, 1))
    assert first.met_at == at("Fri 2026-03-06 09:00")
    assert (spoken(second.due_at), second.met_at) == ("Tue 2026-03-24 23:59:59", None)


def test_the_earliest_duty_and_the_latest_right_bind() -> None:
    resolution = [d for d in computed(DECLARED) if d.stage == "resolution"]
    assert [(d.unit.value, d.effective) for d in resolution] == [
        ("working_day", True),
        ("calendar_day", False),
    ]
    delivered = {
        **DECLARED,
        Event.DELIVER_DECISION: ("Wed 2026-05-13 10:00",),
        "decision_announced": ("Wed 2026-05-13 10:00",),
    }
    assert spoken(only(computed(delivered), "appeal_window").due_at) == "Fri 2026-06-19 23:59:59"
    del delivered["decision_announced"]
    assert spoken(only(computed(delivered), "appeal_window").due_at) == "Fri 2026-06-12 23:59:59"


def test_a_second_decision_opens_a_second_window() -> None:
    """Two steps with different triggers stay in one round until the window was used."""
    points = {
        **DECLARED,
        Event.DELIVER_DECISION: ("Mon 2026-04-06 10:00", "Wed 2026-05-13 10:00"),
        Event.OBJECT: ("Tue 2026-04-14 10:00",),
        "decision_announced": ("Wed 2026-05-13 10:00",),
    }
    windows = [d for d in computed(points) if d.stage == "appeal_window"]
    assert [(d.step, d.occurrence, d.effective, d.met_at is not None) for d in windows] == [
        (12, 1, True, False),
        (13, 0, True, True),
        (13, 1, False, False),
    ]


def test_closing_voids_what_runs_and_keeps_what_happened() -> None:
    points = {**DECLARED, Event.WITHDRAW: ("Thu 2026-03-12 10:00",)}
    deadlines = computed(points, closed_at="Thu 2026-03-12 10:00")
    resolution = only(deadlines, "resolution")
    assert resolution.void_at == at("Thu 2026-03-12 10:00")
    assert not resolution.is_running
    assert resolution.breached_at(at("Thu 2026-12-31 10:00")) is None
    # verification was due on Thu 5: closing does not undo the breach
    verification = only(deadlines, "verification")
    assert spoken(verification.due_at) == "Thu 2026-03-05 23:59:59"
    assert verification.breached_at(at("Thu 2026-12-31 10:00")) == verification.due_at
    # the receipt was given
    assert only(deadlines, "acknowledgement").void_at is None


def test_a_citizens_way_on_stays_open_after_closing() -> None:
    points = {
        **DECLARED,
        "event_date": ("Sun 2026-03-01 00:00",),
        Event.DELIVER_DECISION: ("Mon 2026-04-06 10:00",),
        Event.CLOSE: ("Mon 2026-04-20 10:00",),
    }
    deadlines = computed(points, closed_at="Mon 2026-04-20 10:00")
    assert only(deadlines, "appeal_window").is_running
    assert only(deadlines, "external_window").is_running
    assert only(deadlines, "reply_window").met_at == at("Mon 2026-04-20 10:00")


def test_a_window_for_what_can_no_longer_be_done_is_void() -> None:
    points = {
        **FILED,
        Event.REQUEST_COMPLETION: ("Tue 2026-03-03 10:00",),
        "completeness_notice_received": ("Wed 2026-03-04 10:00",),
        Event.WITHDRAW: ("Thu 2026-03-12 10:00",),
    }
    waiting = only(computed(points, closed_at="Thu 2026-03-12 10:00"), "info_request_wait")
    assert waiting.void_at == at("Thu 2026-03-12 10:00")


def test_a_clock_started_after_closing_is_void_from_its_start() -> None:
    points = {**FILED, Event.WITHDRAW: ("Tue 2026-03-03 10:00",), "sp3d_received": ("Fri 2026-03-06 10:00",)}
    result = only(
        computed(points, ComplaintClass.SUPERVISORY, closed_at="Tue 2026-03-03 10:00"), "result_notice"
    )
    assert result.void_at == result.triggered_at == at("Fri 2026-03-06 10:00")


def test_reopening_lets_the_clocks_run_from_their_original_triggers() -> None:
    before = only(computed(DECLARED), "resolution")
    points = {
        **DECLARED,
        Event.WITHDRAW: ("Thu 2026-03-12 10:00",),
        Event.CONTINUE_EX_OFFICIO: ("Mon 2026-04-27 10:00",),
    }
    assert only(computed(points), "resolution") == before


def test_reclassifying_counts_from_the_original_triggers() -> None:
    service = only(computed(DECLARED), "resolution")
    supervisory = only(computed(DECLARED, ComplaintClass.SUPERVISORY), "resolution")
    assert service.triggered_at == supervisory.triggered_at == at("Wed 2026-03-04 10:00")
    assert spoken(supervisory.due_at) == "Sun 2026-05-03 23:59:59"


INFORMATION: dict[str, tuple[str, ...]] = {**FILED, Event.CLASSIFY: ("Tue 2026-03-03 09:00",)}


def kip(**points: str) -> dict[str, Deadline]:
    given = {**INFORMATION, **{code: (text,) for code, text in points.items()}}
    return {d.stage: d for d in computed(given, ComplaintClass.INFORMATION_REQUEST)}


def test_a_request_without_an_extension_has_ten_days() -> None:
    deadlines = kip()
    assert spoken(deadlines["resolution"].due_at) == "Mon 2026-03-09 23:59:59"
    assert spoken(deadlines["resolution_kip"].due_at) == "Mon 2026-03-16 23:59:59"
    assert "extension_kip" not in deadlines


def test_an_extension_in_time_goes_on_where_the_ten_days_end() -> None:
    deadlines = kip(resolution_kip_due="Fri 2026-03-13 15:00", decide="Mon 2026-03-30 10:00")
    ten_days, extension = deadlines["resolution_kip"], deadlines["extension_kip"]
    assert extension.triggered_at == ten_days.due_at
    # Tue 17 [18-24] 25-27, 30-31, Wed 1
    assert spoken(extension.due_at) == "Wed 2026-04-01 23:59:59"
    assert extension.met_at == at("Mon 2026-03-30 10:00")
    assert (ten_days.met_at, ten_days.void_at) == (None, ten_days.due_at)
    assert ten_days.breached_at(at("Thu 2026-12-31 10:00")) is None


@pytest.mark.parametrize("recorded", ["Tue 2026-03-17 00:00", "Wed 2026-03-25 10:00"])
def test_an_extension_too_late_extends_nothing(recorded: str) -> None:
    deadlines = kip(resolution_kip_due=recorded)
    assert "extension_kip" not in deadlines
    assert deadlines["resolution_kip"].breached_at(at("Thu 2026-12-31 10:00")) is not None


def test_an_extension_that_was_not_needed_starts_no_clock() -> None:
    deadlines = kip(resolution_kip_due="Tue 2026-03-10 15:00", decide="Thu 2026-03-12 10:00")
    assert "extension_kip" not in deadlines
    assert deadlines["resolution_kip"].met_at == at("Thu 2026-03-12 10:00")


def test_shares_of_the_time_warn_and_escalate() -> None:
    (alert,) = [d for d in computed(FILED, ComplaintClass.URGENT) if d.stage == "first_response"]
    assert spoken(warn_at(alert, 0.5)) == "Mon 2026-03-02 21:00:00"
    assert spoken(warn_at(alert, 0.8)) == "Tue 2026-03-03 04:12:00"
    assert warn_at(alert, 1.0) == escalate_at(alert, 1.0) == alert.due_at
    assert spoken(escalate_at(alert, 1.2)) == "Tue 2026-03-03 13:48:00"
    for share in (0.0, 1.2):
        with pytest.raises(ValueError, match="no share"):
            warn_at(alert, share)
    with pytest.raises(ValueError, match="no share"):
        escalate_at(alert, 0.8)


def test_a_breach_is_as_seen_at_an_instant() -> None:
    verification = only(computed(FILED), "verification")
    assert verification.breached_at(verification.due_at) is None
    assert verification.breached_at(verification.due_at + timedelta(seconds=1)) == verification.due_at
    late = only(computed({**FILED, Event.CLASSIFY: ("Fri 2026-03-06 09:00",)}), "verification")
    assert late.breached_at(at("Thu 2026-12-31 10:00")) == late.due_at
    met = only(computed({**FILED, Event.CLASSIFY: ("Thu 2026-03-05 23:59:59",)}), "verification")
    assert met.breached_at(at("Thu 2026-12-31 10:00")) is None


def test_a_stored_deadline_can_be_explained_later() -> None:
    wait = (Substate.AWAITING_COMPLETION, "Tue 2026-03-03 10:00", "Mon 2026-03-09 10:00")
    verification = only(computed(FILED, waits=(wait,)), "verification")
    ledger = explain(LAW, verification, CALENDAR)
    assert sum(day.counted for day in ledger) == 3
    assert sum(day.why.value == "waiting" for day in ledger) == 6


def test_facts_without_a_zone_are_refused() -> None:
    naive = at("Mon 2026-03-02 09:00").replace(tzinfo=None)
    for build in (
        lambda: ClockFacts(points={"submit": (naive,)}),
        lambda: ClockFacts(points={}, closed_at=naive),
        lambda: Wait("verifying", naive, None),
    ):
        with pytest.raises(ValueError, match="no zone"):
            build()
    with pytest.raises(ValueError, match="before it starts"):
        Wait("verifying", at("Tue 2026-03-03 10:00"), at("Mon 2026-03-02 10:00"))
