"""How the public and the Ombudsman measure the station: SKM, Penilaian Maladministrasi."""

from collections.abc import Mapping
from dataclasses import dataclass

from workflows.law.catalogues import ListedWords
from workflows.law.nodes import Labelled, Node, TextNode


@dataclass(frozen=True, slots=True, kw_only=True)
class SurveyFrequency(Node):
    """How often the survey is held at least."""

    min_per_year: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SurveyElement(Labelled):
    """One of the nine elements; stored by code, for the numbering differs between forms."""

    no: int
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SurveyAnswer(Node):
    """A mark from 1 to 4."""

    value: int
    label_id: str
    label_en: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SurveyFormula(Node):
    """The index in words; PermenPANRB 14/2017."""

    nrr_per_element: str
    weight: str
    nrr_weighted: str
    index: str
    ikm: str
    rounding: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SurveyGrade(Node):
    """A grade of the index; both ends belong to it, compared after rounding to two places."""

    grade: str
    label_id: str
    label_en: str
    perception: int
    index_min: float
    index_max: float
    ikm_min: float
    ikm_max: float


@dataclass(frozen=True, slots=True, kw_only=True)
class SurveySample(Node):
    """How many to ask."""

    method: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SatisfactionSurvey(Node):
    """Survei Kepuasan Masyarakat."""

    legal_basis: str
    frequency: SurveyFrequency
    elements: Mapping[str, SurveyElement]
    scale: Mapping[int, SurveyAnswer]
    formula: SurveyFormula
    conversion_table: Mapping[str, SurveyGrade]
    sample: SurveySample


@dataclass(frozen=True, slots=True, kw_only=True)
class Affirmed(Node):
    """A yes or no with its source."""

    value: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CurrentAssessment(Node):
    """Penilaian Maladministrasi, since 2025; its result is the Opini Ombudsman RI."""

    name_id: str
    legal_basis: str
    covers_polres: Affirmed
    components: Mapping[str, Labelled]
    labels_seen: ListedWords


@dataclass(frozen=True, slots=True, kw_only=True)
class ComplianceGrade(Node):
    """A zone of the old scale; both ends belong to it."""

    grade: str
    zone: str
    label_id: str
    label_en: str
    min: float
    max: float


@dataclass(frozen=True, slots=True, kw_only=True)
class FormerAssessment(Node):
    """Penilaian Kepatuhan, 2022 to 2024, for comparison."""

    name_id: str
    dimensions: ListedWords
    products_checked_2021: ListedWords
    deliverable: TextNode
    scale: Mapping[str, ComplianceGrade]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ombudsman:
    """What the Ombudsman may ask and how it assesses."""

    may_reject_because: Mapping[str, Labelled]
    powers: Mapping[str, Labelled]
    assessment_current: CurrentAssessment
    assessment_2022_2024: FormerAssessment


@dataclass(frozen=True, slots=True, kw_only=True)
class EnglishNote(Node):
    """A remark on the data for those who keep it."""

    text_en: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenQuestion(EnglishNote):
    """What has not been read yet and should be before the first go-live."""

    code: str
