"""The lists that a case chooses from: channels, categories, outcomes, services, registers, survey."""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from workflows.errors import LawError
from workflows.law.nodes import Labelled, Node, TextNode, TextRule
from workflows.law.reading import Citation, named
from workflows.vocabulary import (
    ClosureReason,
    ComplaintClass,
    Confidence,
    Event,
    Finding,
    NoticeKind,
    PublicState,
    Role,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Station:
    """The unit that the data was gathered for; names and heads are settings."""

    id: str
    label_id: str
    label_en: str
    polda: str
    timezone: str
    jurisdiction_id: str
    source: tuple[Citation, ...]
    confidence: Confidence


@dataclass(frozen=True, slots=True, kw_only=True)
class Meta(Node):
    """On the data as a whole."""

    schema_version: int
    unit: Station
    newest_source_read: str
    not_legal_advice: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class RepealedRule(Node):
    """A rule that is not to be cited any more."""

    old: str
    new: str
    effect: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Sanction(Node):
    """What a neglected duty may cost the officer; a risk shown to the coordinator alone."""

    code: str
    duty_id: str
    article: str
    sanction_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MaladministrationType(Labelled):
    """One of the Ombudsman's types; the one-line meaning is ours."""

    meaning_en: str
    meaning_confidence: Confidence


@dataclass(frozen=True, slots=True, kw_only=True)
class Maladministration(Node):
    """The definition of the Act, and the types of the Ombudsman's statistics."""

    definition: TextNode
    items: Mapping[str, MaladministrationType]


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel(Labelled):
    """A way in."""

    inbound: bool
    external: bool = False
    address: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SupervisoryWeight(Labelled):
    """Result of the triage, and the class that follows."""

    default_class: ComplaintClass


@dataclass(frozen=True, slots=True, kw_only=True)
class Conduct(Labelled):
    """A kind of police conduct that is complained of."""

    maladministration: str
    unit: str
    default_class: ComplaintClass


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceIssue(Labelled):
    """A thing that goes wrong at a service.

    :ivar applies: codes of the services where it can
    """

    applies: tuple[str, ...]
    maladministration: str
    default_class: ComplaintClass


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedWords(Node):
    """A list that has one source as a whole."""

    values: tuple[str, ...]
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ComplaintCategories:
    """All pick-lists of a complaint."""

    report_types: Mapping[str, Labelled]
    supervisory_weight: Mapping[str, SupervisoryWeight]
    privacy_modes: Mapping[str, Labelled]
    police_conduct: Mapping[str, Conduct]
    service_issues: Mapping[str, ServiceIssue]
    legacy_problem_codes: ListedWords


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome(Node):
    """A finding, and the status of Perpol 2/2024 it counts as."""

    code: Finding
    label_id: str
    label_en: str
    perpol_status: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcomes:
    """How a case can end on the substance."""

    perpol_status: Mapping[str, Labelled]
    finding: Mapping[Finding, Outcome]
    remedies: Mapping[str, Labelled]
    ombudsman_conclusion: Mapping[str, Labelled]


@dataclass(frozen=True, slots=True, kw_only=True)
class ClosureReasonRule(Node):
    """Why a case ends, and the public state it then shows."""

    code: ClosureReason
    label_id: str
    label_en: str
    public_state: PublicState
    note: str | None = None


def _read_required(raw: object, path: str) -> bool | Literal["conditional"]:
    if isinstance(raw, bool):
        return raw
    if raw == "conditional":
        return "conditional"
    raise LawError(path, f"not true, false or conditional: {raw!r}")


@dataclass(frozen=True, slots=True, kw_only=True)
class RequiredField(Node):
    """A content that a document must or may have.

    :ivar auto: True where the system fills it in
    """

    field: str
    label_id: str
    label_en: str
    required: bool | Literal["conditional"] = dataclasses.field(metadata=named("required", _read_required))
    auto: bool = False
    note: str | None = None


def _read_app_role(raw: object, path: str) -> Role | None:
    if raw == "none":
        return None
    try:
        return Role(str(raw))
    except ValueError as error:
        raise LawError(path, f"{raw!r} is no Role") from error


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleRule(Labelled):
    """An office in and around the station.

    :ivar app_role: the role it has here; None for the respondent, who has none
    """

    app_role: Role | None = dataclasses.field(metadata=named("app_role", _read_app_role))
    may: tuple[str, ...]
    never: tuple[str, ...] = ()
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfidentialityRule(TextRule):
    """A rule of secrecy or data protection."""

    value_years: int | None = None


def _read_recipients(raw: object, path: str) -> tuple[str, ...]:
    names = raw if isinstance(raw, list) else [raw]
    if not names or not all(isinstance(name, str) and name for name in names):
        raise LawError(path, f"not a recipient or a list of them: {raw!r}")
    return tuple(names)


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeRule(Node):
    """A letter that is owed, to whom and when.

    :ivar trigger: an event, or words such as ``at most 20 working days``
    """

    code: NoticeKind
    label_id: str
    label_en: str
    to: tuple[str, ...] = dataclasses.field(metadata=named("to", _read_recipients))
    trigger: str

    @property
    def trigger_event(self) -> Event | None:
        """The event that brings the letter about, where it is one."""
        return next((event for event in Event if event == self.trigger), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class StandardComponent(Labelled):
    """One of the fourteen components of a service standard (UU 25/2009 Pasal 21)."""

    no: int
    part: Literal["delivery", "manufacturing"]


# --- services ------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Product(Labelled):
    """What a service issues.

    :ivar fee_idr: ceiling of the tariff in rupiah
    :ivar duration_minutes: None where no standard is known
    """

    fee_idr: int
    duration_minutes: int | None
    requirements: tuple[str, ...] = ()
    fee_source: tuple[Citation, ...] = ()
    fee_confidence: Confidence | None = None
    duration_confidence: Confidence | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Tariff(Labelled):
    """A fee outside the three services, useful to spot illegal ones."""

    fee_idr: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceHours(Node):
    """When the desk is open."""

    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MinimumAges(Node):
    """Least age in years by licence class."""

    years: Mapping[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class LicenceDurations(Node):
    """Minutes that a licence takes."""

    new_minutes: int
    renewal_minutes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RetestDays(Node):
    """Days until a failed test may be taken again, by attempt."""

    values: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Service(Labelled):
    """A service of the station with its products.

    :ivar owner_role: code of the office in ``roles`` that answers for it
    """

    owner_role: str
    products: Mapping[str, Product]
    legal_basis: tuple[str, ...] = ()
    hours: ServiceHours | None = None
    validity_months: int | None = None
    validity_years: int | None = None
    requirements_common: ListedWords | None = None
    min_age: MinimumAges | None = None
    durations: LicenceDurations | None = None
    retest_days: RetestDays | None = None
    expired_rule: TextNode | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    """The services and what holds for all their fees."""

    fee_rule: TextNode
    third_party_costs: TextNode
    items: Mapping[str, Service]
    related_tariffs: Mapping[str, Tariff]
