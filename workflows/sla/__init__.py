"""Deadlines by stage, their ledger, and when to remind of them."""

from workflows.sla.clocks import compute_deadlines, deadlines_from
from workflows.sla.facts import ClockFacts, Deadline, Pause, StageUnknown, Wait
from workflows.sla.ledger import DayReason, DueStep, LedgerDay, as_cli_json, due, explain
from workflows.sla.reminders import escalate_at, warn_at

__all__ = [
    "ClockFacts",
    "DayReason",
    "Deadline",
    "DueStep",
    "LedgerDay",
    "Pause",
    "StageUnknown",
    "Wait",
    "as_cli_json",
    "compute_deadlines",
    "deadlines_from",
    "due",
    "escalate_at",
    "explain",
    "warn_at",
]
