"""When a document counts as evidence: every fault by itself, and what a file makes of a link."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from reports.rows import EvidenceStatus
from reports.wbk.evidence_rules import DocumentFacts, Finding, LinkOutcome, findings, status_of

TODAY = date(2026, 3, 9)  # a Monday
SOUND = DocumentFacts(date(2026, 1, 12), None, "https://bukti.example.go.id/1.pdf", False, LinkOutcome.OPEN)


@pytest.mark.parametrize(
    ("changes", "found", "status"),
    [
        ({}, (), EvidenceStatus.VALID),
        ({"signed_on": None}, (Finding.UNDATED,), EvidenceStatus.REJECTED),
        ({"signed_on": date(2026, 3, 10)}, (Finding.FUTURE,), EvidenceStatus.REJECTED),
        ({"signed_on": TODAY}, (), EvidenceStatus.VALID),
        ({"signed_on": date(2025, 12, 31)}, (Finding.OTHER_YEAR,), EvidenceStatus.VALID),
        ({"valid_until": TODAY}, (), EvidenceStatus.VALID),
        ({"valid_until": date(2026, 3, 8)}, (Finding.EXPIRED,), EvidenceStatus.VALID),
        ({"url": "", "link": None}, (Finding.NOTHING_TO_OPEN,), EvidenceStatus.REJECTED),
        ({"link": None}, (Finding.LINK_UNCHECKED,), EvidenceStatus.UNCHECKED),
        ({"rejected": True}, (Finding.REJECTED,), EvidenceStatus.REJECTED),
        ({"link": LinkOutcome.LOGIN, "has_file": True}, (), EvidenceStatus.VALID),
        ({"link": None, "url": "", "has_file": True}, (), EvidenceStatus.VALID),
    ],
)
def test_each_fault_is_named(
    changes: dict[str, object], found: tuple[Finding, ...], status: EvidenceStatus
) -> None:
    facts = replace(SOUND, **changes)  # type: ignore[arg-type]
    assert findings(facts, 2026, TODAY) == found
    assert status_of(facts, TODAY) is status


@pytest.mark.parametrize("outcome", [one for one in LinkOutcome if one is not LinkOutcome.OPEN])
def test_a_link_without_open_access_counts_as_no_evidence(outcome: LinkOutcome) -> None:
    facts = replace(SOUND, link=outcome)
    assert findings(facts, 2026, TODAY) == (Finding.LINK_CLOSED,)
    assert status_of(facts, TODAY) is EvidenceStatus.UNREACHABLE


def test_several_faults_are_named_together_the_graver_first() -> None:
    facts = DocumentFacts(None, date(2026, 1, 1), "", False, None, rejected=True)
    assert findings(facts, 2026, TODAY) == (
        Finding.REJECTED,
        Finding.UNDATED,
        Finding.EXPIRED,
        Finding.NOTHING_TO_OPEN,
    )
