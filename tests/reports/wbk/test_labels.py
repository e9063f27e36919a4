"""Every code has a word, so that no sheet can meet one it does not know."""

from collections.abc import Mapping
from enum import StrEnum

import pytest

from reports.rows import ClockStatus, EvidenceStatus, TrackedOrigin, TrackedStatus
from reports.wbk import labels
from workflows.vocabulary import (
    Binding,
    ClosureReason,
    ComplaintClass,
    Confidence,
    Finding,
    PublicState,
    Substate,
)


@pytest.mark.parametrize(
    ("words", "codes"),
    [
        (labels.CLASSES, ComplaintClass),
        (labels.STATES, PublicState),
        (labels.SUBSTATES, Substate),
        (labels.FINDINGS, Finding),
        (labels.REASONS, ClosureReason),
        (labels.BINDINGS, Binding),
        (labels.CLOCK_STATES, ClockStatus),
        (labels.EVIDENCE_STATES, EvidenceStatus),
        (labels.ORIGINS, TrackedOrigin),
        (labels.TRACKED_STATES, TrackedStatus),
        (labels.MARKS, Confidence),
    ],
)
def test_labels_are_complete_and_distinct(words: Mapping[StrEnum, str], codes: type[StrEnum]) -> None:
    assert set(words) == set(codes)
    assert len(set(words.values())) == len(words)
