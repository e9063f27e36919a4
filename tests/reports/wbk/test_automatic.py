"""The five automatic indicators: who counts, who does not and why, and which numbers stand behind it."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from reports.rows import AnonymisedCaseRow, RecommendationRow, SurveyRoundRow
from reports.wbk.proposals.facts import Facts, Period
from reports.wbk.proposals.handling import complaints_followed_up, complaints_handled
from reports.wbk.proposals.recommendations import evaluation_followed_up, survey_followed_up
from reports.wbk.proposals.standing import Standing, in_period, standing
from reports.wbk.proposals.surveys import surveys_held
from reports.wbk.score import score, validate_answers
from tests.reports.wbk.five import automatic_provenance, facts_of
from tests.reports.wbk.samples import WORKSHEET, cases
from workflows.vocabulary import (
    PUBLIC_STATE,
    ClosureReason,
    ComplaintClass,
    Finding,
    PublicState,
    Substate,
)

UNDER_WAY = (PublicState.ASSIGNED, PublicState.INVESTIGATED)
TOLD = (Substate.DECISION_DELIVERED, Substate.FOLLOW_UP_RUNNING, Substate.CLOSED)
CUT_OFF = date(2026, 10, 30)
AS_OF = datetime(2026, 10, 30, 9, 30, tzinfo=UTC)
PERIOD = Period(2026, CUT_OFF, AS_OF)


def a_case(substate: Substate, **changes: object) -> AnonymisedCaseRow:
    row = AnonymisedCaseRow(
        number="SRG-2026-000001",
        received_on=date(2026, 2, 3),
        channel="Datang langsung",
        service="SIM",
        complaint_class=ComplaintClass.SUPERVISORY,
        classified=True,
        state=PUBLIC_STATE[substate],
        substate=substate,
    )
    return replace(row, **changes)  # type: ignore[arg-type]


@pytest.mark.parametrize("substate", [s for s in Substate if PUBLIC_STATE[s] is PublicState.RECEIVED])
def test_a_complaint_before_disposition_waits(substate: Substate) -> None:
    assert standing(a_case(substate, classified=False)) is Standing.WAITING


@pytest.mark.parametrize(
    "substate",
    [s for s in Substate if PUBLIC_STATE[s] in (PublicState.ASSIGNED, PublicState.INVESTIGATED)]
    + [Substate.DECIDED],
)
def test_a_complaint_is_in_process_until_its_decision_is_delivered(substate: Substate) -> None:
    assert standing(a_case(substate, finding=Finding.SUBSTANTIATED)) is Standing.IN_PROCESS


@pytest.mark.parametrize(
    "substate", [Substate.DECISION_DELIVERED, Substate.FOLLOW_UP_RUNNING, Substate.CLOSED]
)
@pytest.mark.parametrize("finding", [f for f in Finding if f is not Finding.ANSWERED])
def test_a_delivered_decision_with_a_finding_is_finished(substate: Substate, finding: Finding) -> None:
    row = a_case(substate, finding=finding, closure_reason=ClosureReason.DECIDED)
    assert standing(row) is Standing.FINISHED


def test_closing_without_a_finding_does_not_finish_nor_leave_the_denominator() -> None:
    assert standing(a_case(Substate.CLOSED, closure_reason=ClosureReason.DECIDED)) is Standing.IN_PROCESS


@pytest.mark.parametrize(
    ("substate", "reason", "expected"),
    [
        (Substate.CLOSED_WITHDRAWN, ClosureReason.WITHDRAWN, Standing.WITHDRAWN),
        (Substate.CLOSED_LAPSED, ClosureReason.LAPSED, Standing.LAPSED),
        (Substate.CLOSED_REJECTED, ClosureReason.BEFORE_COURT, Standing.REJECTED),
        (Substate.CLOSED_TRANSFERRED, ClosureReason.NO_JURISDICTION, Standing.TRANSFERRED),
        (Substate.CLOSED_ARCHIVED, ClosureReason.NON_SUPERVISORY_ANSWERED, Standing.NOT_SUPERVISORY),
        (Substate.CLOSED, ClosureReason.DUPLICATE, Standing.DUPLICATE),
        (Substate.CLOSED, ClosureReason.NO_JURISDICTION, Standing.TRANSFERRED),
    ],
)
def test_what_ends_without_examination_stands_apart(
    substate: Substate, reason: ClosureReason, expected: Standing
) -> None:
    found = standing(a_case(substate, closure_reason=reason, finding=Finding.SUBSTANTIATED))
    assert found is expected
    assert not found.counted


def test_service_complaints_carry_no_supervisory_weight() -> None:
    row = a_case(Substate.CLARIFICATION, complaint_class=ComplaintClass.SERVICE)
    assert standing(row) is Standing.NOT_SUPERVISORY


def test_answered_without_finding_is_listed_apart() -> None:
    assert standing(a_case(Substate.CLOSED, finding=Finding.ANSWERED)) is Standing.ANSWERED


def test_a_duplicate_counts_nowhere_whatever_its_state() -> None:
    assert standing(a_case(Substate.CLARIFICATION, duplicate=True)) is Standing.DUPLICATE


@pytest.mark.parametrize(
    ("received_on", "ended_on", "inside"),
    [
        (date(2026, 1, 1), None, True),
        (date(2026, 10, 30), None, True),
        (date(2026, 10, 31), None, False),
        (date(2025, 12, 31), None, True),
        (date(2025, 12, 31), date(2025, 12, 31), False),
        (date(2025, 12, 31), date(2026, 1, 1), True),
        (date(2024, 5, 1), None, True),
    ],
)
def test_period_takes_the_year_and_what_was_left_before(
    received_on: date, ended_on: date | None, inside: bool
) -> None:
    row = a_case(Substate.CLARIFICATION, received_on=received_on, ended_on=ended_on)
    assert in_period(row, 2026, CUT_OFF) is inside


def test_three_counts_add_up_and_name_their_cases() -> None:
    rows = cases(200)
    found = complaints_handled(Facts(PERIOD, cases=facts_of(rows)))
    counts = found.counts
    assert isinstance(found.proposal, dict)
    assert counts["harus_ditindaklanjuti"] == (
        counts["belum_diproses"] + counts["sedang_diproses"] + counts["selesai"]
    )
    assert found.proposal["selesai"] == counts["selesai"] > 0
    outside = sum(count for code, count in counts.items() if code.startswith("di_luar"))
    assert counts["harus_ditindaklanjuti"] + outside == sum(in_period(row, 2026, CUT_OFF) for row in rows)
    assert counts["impor"] > 0
    by_number = {row.number: row for row in rows}
    for group in found.groups:
        if group.code == "selesai":
            assert all(standing(by_number[number]) is Standing.FINISHED for number in group.numbers)
    validate_answers(WORKSHEET, {found.indicator_id: found.proposal})


def test_one_more_finished_case_moves_one_count() -> None:
    rows = cases(60)
    chosen = next(row for row in rows if standing(row) is Standing.IN_PROCESS)
    done = replace(
        chosen, state=PublicState.RESOLVED, substate=Substate.DECISION_DELIVERED, finding=Finding.SETTLED
    )
    before = complaints_handled(Facts(PERIOD, cases=facts_of(rows)))
    after = complaints_handled(
        Facts(PERIOD, cases=facts_of([done if row is chosen else row for row in rows]))
    )
    moved = {k: after.counts[k] - v for k, v in before.counts.items() if after.counts[k] != v}
    assert moved == {"sedang_diproses": -1, "selesai": 1}
    assert set(after.groups[3].numbers) - set(before.groups[3].numbers) == {chosen.number}


def test_a_year_without_complaints_is_flagged_never_full_marks() -> None:
    found = complaints_handled(Facts(PERIOD))
    assert found.remark
    answers = validate_answers(WORKSHEET, {"A5.R.ii.a": found.proposal})
    assert score(WORKSHEET, answers).outcomes["A5.R.ii.a"].score is None
    assert complaints_followed_up(Facts(PERIOD)).proposal is None


def test_follow_up_is_yes_only_when_every_duty_has_an_action() -> None:
    acted = a_case(Substate.CLARIFICATION, has_recorded_action=True)
    idle = a_case(Substate.VERIFYING, number="SRG-2026-000002")
    withdrawn = a_case(Substate.CLOSED_WITHDRAWN, number="SRG-2026-000003")
    assert complaints_followed_up(Facts(PERIOD, cases=facts_of([acted, withdrawn]))).proposal == "Ya"
    found = complaints_followed_up(Facts(PERIOD, cases=facts_of([acted, idle, withdrawn])))
    assert (found.proposal, found.groups[1].numbers) == ("Tidak", ("SRG-2026-000002",))


def recommendations(done: int, issued: int) -> list[RecommendationRow]:
    return [
        RecommendationRow(f"R{at}", date(2026, 3, 1), date(2026, 4, 1) if at < done else None)
        for at in range(issued)
    ]


@pytest.mark.parametrize(("done", "issued", "letter"), [(4, 4, "A"), (1, 4, "B"), (0, 4, "C"), (0, 0, None)])
def test_evaluation_follow_up_letters(done: int, issued: int, letter: str | None) -> None:
    found = evaluation_followed_up(Facts(PERIOD, evaluation=tuple(recommendations(done, issued))))
    assert (found.proposal, found.counts["selesai"]) == (letter, done)


@pytest.mark.parametrize(
    ("done", "issued", "letter"),
    [(4, 4, "A"), (3, 4, "B"), (2, 4, "C"), (1, 4, "C"), (0, 4, "D"), (0, 0, None)],
)
def test_survey_follow_up_letters(done: int, issued: int, letter: str | None) -> None:
    found = survey_followed_up(Facts(PERIOD, survey_actions=tuple(recommendations(done, issued))))
    assert found.proposal == letter


def test_what_is_done_after_the_cut_off_is_still_open() -> None:
    late = [RecommendationRow("R1", date(2026, 3, 1), date(2026, 10, 31))]
    assert evaluation_followed_up(Facts(PERIOD, evaluation=tuple(late))).proposal == "C"


@pytest.mark.parametrize(("rounds", "letter"), [(0, "E"), (1, "D"), (2, "C"), (3, "B"), (4, "A"), (6, "A")])
def test_survey_rounds_letters(rounds: int, letter: str) -> None:
    held = [SurveyRoundRow(f"S{n}", date(2026, 1 + n, 5), date(2026, 1 + n, 9)) for n in range(rounds)]
    assert surveys_held(Facts(PERIOD, survey_rounds=tuple(held))).proposal == letter


@pytest.mark.parametrize(
    ("closed_on", "reported_on"),
    [
        (None, None),
        (date(2026, 4, 1), None),
        (date(2025, 12, 1), date(2026, 1, 5)),
        (date(2026, 10, 29), date(2026, 11, 2)),
    ],
)
def test_a_round_counts_once_closed_and_reported_in_the_year(
    closed_on: date | None, reported_on: date | None
) -> None:
    held = SurveyRoundRow("S1", closed_on, reported_on)
    assert surveys_held(Facts(PERIOD, survey_rounds=(held,))).proposal == "E"


def test_all_five_are_the_automatic_indicators_of_the_worksheet() -> None:
    found = automatic_provenance(
        cases=(), evaluation=(), survey_rounds=(), survey_actions=(), year=2026, cut_off=CUT_OFF, as_of=AS_OF
    )
    marked = {i.id for i in WORKSHEET.indicators if i.system and i.system.level.value == "otomatis"}
    assert found.keys() == marked
    assert all(item.as_of == AS_OF and item.query and item.filter for item in found.values())
