"""The read models: no room for a person, honest dates, evidence that runs out."""

from dataclasses import fields
from datetime import UTC, date, datetime

import pytest

from reports.rows import AgencyInfo, AnonymisedCaseRow, ClockRow, EvidenceRow, EvidenceStatus, Provenance
from tests.reports.wbk.samples import a_document, case


def test_rows_of_cases_have_no_field_for_a_person_or_a_text() -> None:
    assert {field.name for field in fields(AnonymisedCaseRow)} == {
        "number",
        "received_on",
        "channel",
        "service",
        "complaint_class",
        "classified",
        "state",
        "substate",
        "finding",
        "closure_reason",
        "duplicate",
        "complete_on",
        "decided_on",
        "ended_on",
        "decision_due_on",
        "has_recorded_action",
        "imported",
    }
    assert {field.name for field in fields(ClockRow)} == {
        "case_number",
        "stage",
        "law",
        "binding",
        "due_at",
        "met_at",
        "status",
        "provisional_calendar",
    }
    assert "complainant" not in {field.name for field in fields(Provenance)}


@pytest.mark.parametrize(
    ("status", "valid_until", "shown", "counts"),
    [
        (EvidenceStatus.VALID, None, EvidenceStatus.VALID, True),
        (EvidenceStatus.UNCHECKED, None, EvidenceStatus.UNCHECKED, True),
        (EvidenceStatus.VALID, date(2026, 6, 1), EvidenceStatus.VALID, True),
        (EvidenceStatus.VALID, date(2026, 5, 31), EvidenceStatus.EXPIRED, False),
        (EvidenceStatus.UNREACHABLE, date(2026, 5, 31), EvidenceStatus.UNREACHABLE, False),
        (EvidenceStatus.REJECTED, None, EvidenceStatus.REJECTED, False),
    ],
)
def test_evidence_on_the_first_of_june(
    status: EvidenceStatus, valid_until: date | None, shown: EvidenceStatus, counts: bool
) -> None:
    row: EvidenceRow = a_document(status=status, valid_until=valid_until)
    assert row.status_on(date(2026, 6, 1)) is shown
    assert row.counts_on(date(2026, 6, 1)) is counts


@pytest.mark.parametrize(
    ("zone", "label", "hour"),
    [("Asia/Jakarta", "WIB", 1), ("Asia/Makassar", "WITA", 2), ("Asia/Jayapura", "WIT", 3)],
)
def test_instants_are_shown_in_the_zone_of_the_agency(zone: str, label: str, hour: int) -> None:
    agency = AgencyInfo("Polres", "PLS", "Polda", zone)
    local = agency.local(datetime(2026, 12, 31, 18, 0, tzinfo=UTC))
    assert (local.date(), local.hour, agency.zone_label) == (date(2027, 1, 1), hour, label)


def test_a_naive_instant_is_refused() -> None:
    with pytest.raises(ValueError, match="aware"):
        AgencyInfo("Polres", "PLS", "Polda").local(datetime(2026, 1, 1))  # noqa: DTZ001


def test_days_to_decision_run_from_completeness() -> None:
    row = case(1, date(2026, 3, 2), complete_on=date(2026, 3, 10), decided_on=date(2026, 5, 9))
    assert row.days_to_decision == 60
    assert case(1, date(2026, 3, 2), complete_on=None).days_to_decision is None
