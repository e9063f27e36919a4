"""What the columns of a foreign register mean here, once its mapping file was found sound."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from zoneinfo import ZoneInfo

from app.importing.fields import COMPLAINT_FIELDS, FINDING_FIELDS, FieldSpec
from app.services.importing import StateRule


class Kind(StrEnum):
    """What the rows of a register are."""

    COMPLAINTS = "complaints"
    FINDINGS = "findings"


class Unknown(StrEnum):
    """What becomes of a value that the value map doesn't name."""

    REFUSE = "refuse"
    KEEP = "keep"
    EMPTY = "empty"


@dataclass(frozen=True, slots=True)
class ColumnRule:
    """One column and the field that it fills."""

    name: str
    spec: FieldSpec
    required: bool
    values: Mapping[str, str] | None
    unknown: Unknown
    empty: frozenset[str]
    formats: tuple[str, ...]
    prefix: str

    def value_for(self, text: str) -> str | None:
        """What the value map makes of a cell; None where the map refuses it."""
        if text in self.empty:
            return ""
        if self.values is None:
            return text
        if text in self.values:
            return self.values[text]
        return {Unknown.KEEP: text, Unknown.EMPTY: ""}.get(self.unknown)


@dataclass(frozen=True, slots=True)
class RegisterMapping:
    """A sound mapping.

    :ivar digest: SHA-256 of the file, in hex, for the log
    :ivar zone: zone of local dates and times in the register
    :ivar join_source: source of the complaints that findings belong to
    :ivar same_respondent: columns that together tell one respondent of a case from another
    """

    digest: str
    source: str
    agency: str
    kind: Kind
    zone: ZoneInfo
    encoding: str
    delimiter: str
    sheet: str | None
    columns: tuple[ColumnRule, ...]
    defaults: Mapping[str, str]
    state: StateRule
    join_source: str
    same_respondent: tuple[str, ...]
    refuse_above_percent: int

    @property
    def specs(self) -> Mapping[str, FieldSpec]:
        """Fields that this kind of register can fill."""
        return specs_of(self.kind)

    @property
    def column_names(self) -> tuple[str, ...]:
        """Columns that the file must have."""
        return tuple(dict.fromkeys([rule.name for rule in self.columns] + list(self.same_respondent)))


def specs_of(kind: Kind) -> Mapping[str, FieldSpec]:
    """Fields of a kind of register, by name."""
    return COMPLAINT_FIELDS if kind is Kind.COMPLAINTS else FINDING_FIELDS
