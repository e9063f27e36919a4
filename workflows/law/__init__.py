"""The law data: facts of Indonesian complaint law with source and confidence, frozen and checked."""

from workflows.law.document import Document, Law, parse_law
from workflows.law.nodes import EventRule, HolidayYear, Node, Policy, SlaStep, Source
from workflows.law.reading import Citation

__all__ = [
    "Citation",
    "Document",
    "EventRule",
    "HolidayYear",
    "Law",
    "Node",
    "Policy",
    "SlaStep",
    "Source",
    "parse_law",
]
