"""The fields that a register can fill, and the codes that each may hold."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from workflows.law import Law
from workflows.vocabulary import CITIZEN_CLASSES, Finding, IdentityMode

OTHER = "other"
"""A category or allegation that fits none of ours."""

Codes = Callable[[Law], tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class FieldSpec:
    """One field.

    :ivar codes: the values that it may hold, from the law data; None for free text
    :ivar longest: most characters of a free text
    :ivar is_instant: a date or an instant, read by the formats of its column
    :ivar is_date: only its date counts
    :ivar is_key: tells one row from another, so it has no default
    """

    name: str
    required: bool = False
    codes: Codes | None = None
    longest: int = 300
    is_instant: bool = False
    is_date: bool = False
    is_key: bool = False


def codes_of(spec: FieldSpec, law: Law) -> tuple[str, ...]:
    """Values that a coded field may hold."""
    return spec.codes(law) if spec.codes is not None else ()


def _categories(law: Law) -> tuple[str, ...]:
    return (*law.issues, *law.conduct, OTHER)


def _table(*specs: FieldSpec) -> Mapping[str, FieldSpec]:
    return MappingProxyType({spec.name: spec for spec in specs})


COMPLAINT_FIELDS = _table(
    FieldSpec("external_number", required=True, longest=80, is_key=True),
    FieldSpec("received_at", required=True, is_instant=True),
    FieldSpec("narrative", required=True, longest=100_000),
    FieldSpec("category", codes=_categories),
    FieldSpec("complaint_class", codes=lambda law: tuple(c.value for c in CITIZEN_CLASSES)),
    FieldSpec("maladministration", codes=lambda law: tuple(law.maladministration)),
    FieldSpec("channel", codes=lambda law: tuple(law.channels)),
    FieldSpec("language", codes=lambda law: ("id", "en")),
    FieldSpec("identity_mode", codes=lambda law: tuple(m.value for m in IdentityMode)),
    FieldSpec("service", codes=lambda law: tuple(law.services)),
    FieldSpec("service_date", is_instant=True, is_date=True),
    FieldSpec("place"),
    FieldSpec("loss", longest=20_000),
    FieldSpec("remedy_sought", longest=20_000),
    FieldSpec("respondent_text", longest=500),
    FieldSpec("finding", codes=lambda law: tuple(f.value for f in Finding)),
    FieldSpec("decided_at", is_instant=True),
    FieldSpec("closed_at", is_instant=True),
)
"""Of a register of complaints."""

FINDING_FIELDS = _table(
    FieldSpec("external_number", required=True, longest=80, is_key=True),
    FieldSpec("respondent", longest=300),
    FieldSpec("category", codes=_categories),
    FieldSpec("description", longest=500),
    FieldSpec("finding", codes=lambda law: tuple(f.value for f in Finding)),
    FieldSpec("consequence", longest=200),
)
"""Of a register of findings: one allegation a row, joined to its complaint by the external number."""
