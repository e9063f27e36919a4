"""The law data as a whole: read from text, checked, frozen.

The data file states facts of Indonesian complaint law with their sources; see its ``meta`` and
``sources``. Reading it proves that every reference in it leads somewhere.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass

from workflows.errors import LawError
from workflows.law.catalogues import (
    Channel,
    ClosureReasonRule,
    ComplaintCategories,
    Conduct,
    ConfidentialityRule,
    ListedWords,
    Maladministration,
    MaladministrationType,
    Meta,
    NoticeRule,
    Outcome,
    Outcomes,
    RepealedRule,
    RequiredField,
    RoleRule,
    Sanction,
    Service,
    ServiceIssue,
    Services,
    StandardComponent,
    SupervisoryWeight,
)
from workflows.law.checks import check_references
from workflows.law.nodes import (
    ClockPoint,
    ClockRule,
    EventRule,
    HolidayYear,
    Labelled,
    Node,
    Policy,
    PublicStateRule,
    Source,
    TextRule,
    WorkingCalendarRules,
)
from workflows.law.reading import Citation, Reader, decode
from workflows.law.surveys import EnglishNote, Ombudsman, OpenQuestion, SatisfactionSurvey
from workflows.vocabulary import (
    ClosureReason,
    ComplaintClass,
    Event,
    Finding,
    NoticeKind,
    PublicState,
    Role,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class States(Node):
    """The states, what leads from one to the other, and the Ombudsman's track beside them."""

    public: Mapping[PublicState, PublicStateRule]
    events: Mapping[Event, EventRule]
    ombudsman_track: Mapping[str, Labelled]


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """The data file, section by section, under its own names."""

    meta: Meta
    sources: Mapping[str, Source]
    repealed_rules: tuple[RepealedRule, ...]
    working_calendar: WorkingCalendarRules
    states: States
    sla_policies: Mapping[ComplaintClass, Policy]
    clock_points: Mapping[str, ClockPoint]
    clock_rules: Mapping[str, ClockRule]
    sanctions: Mapping[str, Sanction]
    maladministration_types: Maladministration
    channels: Mapping[str, Channel]
    complaint_categories: ComplaintCategories
    outcomes: Outcomes
    closure_reasons: Mapping[ClosureReason, ClosureReasonRule]
    required_fields: Mapping[str, tuple[RequiredField, ...]]
    roles: Mapping[str, RoleRule]
    confidentiality: Mapping[str, ConfidentialityRule]
    notices: Mapping[NoticeKind, NoticeRule]
    registers: Mapping[str, Labelled]
    skm: SatisfactionSurvey
    service_standard_components: Mapping[str, StandardComponent]
    service_standard_part_note: EnglishNote
    service_standard_duties: Mapping[str, TextRule]
    services: Services
    ombudsman: Ombudsman
    open_questions: Mapping[str, OpenQuestion]


@dataclass(frozen=True, slots=True)
class Law:
    """The law in force for this installation.

    :ivar version: newest source read and a digest of the content; stored with each deadline, so
        that a due date can always be traced to the rules it was computed from
    :ivar document: everything, as the file names it; the properties are the parts most used
    """

    version: str
    document: Document

    @property
    def sources(self) -> Mapping[str, Source]:
        """Acts, regulations and pages by citation key."""
        return self.document.sources

    @property
    def working_calendar(self) -> WorkingCalendarRules:
        """The station's week and how days are counted."""
        return self.document.working_calendar

    @property
    def calendar_years(self) -> Mapping[int, HolidayYear]:
        """Free days by year, decreed and provisional."""
        return self.document.working_calendar.holidays

    @property
    def public_states(self) -> Mapping[PublicState, PublicStateRule]:
        """The four states in the order of a case's life."""
        return self.document.states.public

    @property
    def events(self) -> Mapping[Event, EventRule]:
        """What can happen to a case."""
        return self.document.states.events

    @property
    def ombudsman_track(self) -> Mapping[str, Labelled]:
        """Steps at the Ombudsman, beside the four states."""
        return self.document.states.ombudsman_track

    @property
    def policies(self) -> Mapping[ComplaintClass, Policy]:
        """Deadlines by class of complaint."""
        return self.document.sla_policies

    @property
    def clock_points(self) -> Mapping[str, ClockPoint]:
        """Moments that clocks hang on and that are no events of a case."""
        return self.document.clock_points

    @property
    def clock_rules(self) -> Mapping[str, ClockRule]:
        """Rules on counting: pauses, reminders, which deadline binds."""
        return self.document.clock_rules

    @property
    def pause_cap_days(self) -> int:
        """Most calendar days that a clock stands still, over all its waits (local policy)."""
        cap = self.clock_rules["operational_pause"].cap_calendar_days
        assert cap is not None  # checked when read
        return cap

    @property
    def sanctions(self) -> Mapping[str, Sanction]:
        """What neglected duties may cost (UU 25/2009 Pasal 54)."""
        return self.document.sanctions

    @property
    def maladministration(self) -> Mapping[str, MaladministrationType]:
        """The Ombudsman's types."""
        return self.document.maladministration_types.items

    @property
    def channels(self) -> Mapping[str, Channel]:
        """Ways in."""
        return self.document.channels

    @property
    def report_types(self) -> Mapping[str, Labelled]:
        """Complaint, aspiration, information request."""
        return self.document.complaint_categories.report_types

    @property
    def supervisory_weights(self) -> Mapping[str, SupervisoryWeight]:
        """Results of triage."""
        return self.document.complaint_categories.supervisory_weight

    @property
    def privacy_modes(self) -> Mapping[str, Labelled]:
        """How a complainant may stand in a case."""
        return self.document.complaint_categories.privacy_modes

    @property
    def conduct(self) -> Mapping[str, Conduct]:
        """Kinds of police conduct complained of."""
        return self.document.complaint_categories.police_conduct

    @property
    def issues(self) -> Mapping[str, ServiceIssue]:
        """What goes wrong at services."""
        return self.document.complaint_categories.service_issues

    @property
    def legacy_problem_codes(self) -> ListedWords:
        """Codes 01 to 10 of older registers."""
        return self.document.complaint_categories.legacy_problem_codes

    @property
    def outcomes(self) -> Mapping[Finding, Outcome]:
        """Findings on the substance."""
        return self.document.outcomes.finding

    @property
    def perpol_statuses(self) -> Mapping[str, Labelled]:
        """Result statuses of Perpol 2/2024."""
        return self.document.outcomes.perpol_status

    @property
    def remedies(self) -> Mapping[str, Labelled]:
        """What a decision can give."""
        return self.document.outcomes.remedies

    @property
    def ombudsman_conclusions(self) -> Mapping[str, Labelled]:
        """How an examination by the Ombudsman ends."""
        return self.document.outcomes.ombudsman_conclusion

    @property
    def closure_reasons(self) -> Mapping[ClosureReason, ClosureReasonRule]:
        """Why cases end."""
        return self.document.closure_reasons

    @property
    def required_fields(self) -> Mapping[str, tuple[RequiredField, ...]]:
        """Contents of documents, by document."""
        return self.document.required_fields

    @property
    def roles(self) -> Mapping[str, RoleRule]:
        """Offices in and around the station."""
        return self.document.roles

    @property
    def confidentiality(self) -> Mapping[str, ConfidentialityRule]:
        """Rules of secrecy and data protection."""
        return self.document.confidentiality

    @property
    def notices(self) -> Mapping[NoticeKind, NoticeRule]:
        """Letters that are owed."""
        return self.document.notices

    @property
    def registers(self) -> Mapping[str, Labelled]:
        """Books that must be kept."""
        return self.document.registers

    @property
    def skm(self) -> SatisfactionSurvey:
        """The satisfaction survey."""
        return self.document.skm

    @property
    def standard_components(self) -> Mapping[str, StandardComponent]:
        """The fourteen components of a service standard."""
        return self.document.service_standard_components

    @property
    def standard_duties(self) -> Mapping[str, TextRule]:
        """Duties around service standards."""
        return self.document.service_standard_duties

    @property
    def services(self) -> Mapping[str, Service]:
        """The services of the station."""
        return self.document.services.items

    @property
    def ombudsman(self) -> Ombudsman:
        """Powers and assessments of the Ombudsman."""
        return self.document.ombudsman

    def cite(self, citation: Citation) -> str:
        """A citation for readers: ``UU 25/2009 Pasal 44(1)``; pages and the like with a comma."""
        source = self.sources[citation.key]
        mark = " " if source.short_title != source.title else ", "
        return mark.join(filter(None, (source.short_title, citation.locator)))

    def escalation_percent(self) -> Mapping[Role, int]:
        """Whom to tell at which share of the time (local policy, a default for settings)."""
        return self.clock_rules["reminder"].escalate_percent or {}

    def warning_percent(self) -> tuple[int, ...]:
        """At which shares of the time to warn (local policy, a default for settings)."""
        return self.clock_rules["reminder"].warn_percent


def parse_law(text: str) -> Law:
    """The law of a data file.

    :param text: JSON, as in ``workflows/data/complaint_rules.json``
    :raises LawError: with the path of the first place that is wrong
    """
    raw = decode(text)
    sources = raw.get("sources")
    if not isinstance(sources, dict):
        raise LawError("sources", "missing or not an object")
    document = Reader(sources).read(Document, raw, "")
    check_references(document)
    content = json.dumps(raw, sort_keys=True, separators=(",", ":"))
    digest = hashlib.sha256(content.encode()).hexdigest()
    return Law(version=f"{document.meta.newest_source_read}+{digest[:12]}", document=document)
