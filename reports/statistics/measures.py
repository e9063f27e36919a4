"""The words of the frozen counts: what is counted, and in which fixed order its categories stand.

The order decides which neighbours are joined where counts are small (``suppression``), so it may hang on
nothing that a station counts. What is akin stands together.
"""

from __future__ import annotations

from workflows.vocabulary import ClosureReason, Finding

RECEIVED = "received"
DECIDED = "decided"
UNDECIDED = "undecided"
IMPORTED = "imported"

NO_SERVICE = "none"

IN_TIME = "in_time"
LATE = "late"

DECISIONS = tuple(
    finding.value
    for finding in (
        Finding.SUBSTANTIATED,
        Finding.PARTLY_SUBSTANTIATED,
        Finding.SETTLED,
        Finding.NOT_SUBSTANTIATED,
        Finding.ANSWERED,
    )
)
ENDINGS = tuple(
    reason.value
    for reason in (
        ClosureReason.WITHDRAWN,
        ClosureReason.LAPSED,
        ClosureReason.NO_JURISDICTION,
        ClosureReason.BEFORE_COURT,
        ClosureReason.DUPLICATE,
        ClosureReason.TOO_VAGUE,
        ClosureReason.NON_SUPERVISORY_ANSWERED,
        ClosureReason.ANSWERED,
        ClosureReason.NO_REPLY,
        ClosureReason.COMPENSATION_PAID,
        ClosureReason.DECIDED,
    )
)
"""Endings without a decision that was delivered: listed apart, never counted as decided."""

LAW = ".law"
TARGET = ".target"
CLOCK_STAGES = (
    "acknowledgement",
    "completeness_notice",
    "first_response",
    "result_notice",
    "resolution",
    "resolution_kip",
    "decision_delivery",
    "objection_review",
)
"""Duties that a complainant notices; how cases travel inside the house is left out."""
CLOCKS = tuple(f"{stage}{basis}" for stage in CLOCK_STAGES for basis in (LAW, TARGET))
"""Clocks of statutes and regulations, and those that bind earlier by guideline or local policy."""
