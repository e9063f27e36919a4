"""WBK assessments: answers of people, evidence, and what evaluations asked for."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.models.agency import Agency
from app.models.base import Model
from app.models.columns import Code, JsonValue, Name, Pk, Prose
from app.models.user import User


class Assessment(Model):
    """One agency's worksheet for one year, on one version of the worksheet data."""

    __tablename__ = "wbk_assessment"
    __table_args__ = (UniqueConstraint("agency_id", "year"),)

    id: Mapped[Pk]
    agency_id: Mapped[int] = mapped_column(ForeignKey("agency.id"))
    year: Mapped[int]
    worksheet_version: Mapped[str] = mapped_column(String(40))
    created_at: Mapped[datetime]

    agency: Mapped[Agency] = relationship()


class Answer(Model):
    """A person's answer to one indicator; the system only proposes."""

    __tablename__ = "wbk_answer"
    __table_args__ = (UniqueConstraint("assessment_id", "indicator"),)

    id: Mapped[Pk]
    assessment_id: Mapped[int] = mapped_column(ForeignKey("wbk_assessment.id"))
    indicator: Mapped[str] = mapped_column(String(30))
    value: Mapped[str | float | dict[str, float]] = mapped_column(JsonValue)
    note: Mapped[Prose] = mapped_column(default="")
    basis: Mapped[Code] = mapped_column(default="manual")
    """``manual``, or ``proposal`` where a person accepted the system's."""
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("app_user.id"))
    answered_at: Mapped[datetime]

    answered_by: Mapped[User | None] = relationship()


class EvidenceItem(Model):
    """A document that supports answers."""

    __tablename__ = "evidence_item"
    __table_args__ = (
        CheckConstraint("valid_until IS NULL OR valid_until >= signed_on", name="valid_after_signing"),
    )

    id: Mapped[Pk]
    agency_id: Mapped[int] = mapped_column(ForeignKey("agency.id"), index=True)
    number: Mapped[str] = mapped_column(String(120))
    title: Mapped[Name]
    signed_on: Mapped[date | None]
    signer: Mapped[str] = mapped_column(String(200), default="")
    url: Mapped[str] = mapped_column(String(500), default="")
    valid_until: Mapped[date | None]
    created_at: Mapped[datetime]


class EvidenceLink(Model):
    """An evidence item supports an indicator of an assessment."""

    __tablename__ = "evidence_link"

    evidence_id: Mapped[int] = mapped_column(ForeignKey("evidence_item.id"), primary_key=True)
    assessment_id: Mapped[int] = mapped_column(ForeignKey("wbk_assessment.id"), primary_key=True)
    indicator: Mapped[str] = mapped_column(String(30), primary_key=True)


class Recommendation(Model):
    """What an evaluation of complaints or a satisfaction survey asked for, until it is done."""

    __tablename__ = "recommendation"
    __table_args__ = (
        CheckConstraint("origin IN ('complaint_evaluation', 'skm')", name="origin"),
        CheckConstraint("done_on IS NULL OR done_on >= issued_on", name="done_after_issue"),
    )

    id: Mapped[Pk]
    agency_id: Mapped[int] = mapped_column(ForeignKey("agency.id"), index=True)
    origin: Mapped[Code]
    number: Mapped[str] = mapped_column(String(80), default="")
    text: Mapped[Prose]
    issued_on: Mapped[date]
    due_on: Mapped[date | None]
    done_on: Mapped[date | None]


class SurveyRound(Model):
    """One satisfaction survey (PermenPANRB 14/2017): counts once closed and reported."""

    __tablename__ = "survey_round"
    __table_args__ = (
        CheckConstraint("closed_on IS NULL OR closed_on >= opened_on", name="closes_after_opening"),
        CheckConstraint("reported_on IS NULL OR closed_on IS NOT NULL", name="reported_after_closing"),
    )

    id: Mapped[Pk]
    agency_id: Mapped[int] = mapped_column(ForeignKey("agency.id"), index=True)
    service_id: Mapped[int | None] = mapped_column(ForeignKey("service.id"))
    opened_on: Mapped[date]
    closed_on: Mapped[date | None]
    reported_on: Mapped[date | None]
    report_number: Mapped[str] = mapped_column(String(80), default="")
    respondents: Mapped[int] = mapped_column(default=0)


class EvidenceFile(Model):
    """The document itself, sealed under a key of its own that the vault key wraps."""

    __tablename__ = "evidence_file"
    __table_args__ = (CheckConstraint("size >= 1", name="not_empty"),)

    id: Mapped[Pk]
    evidence_id: Mapped[int] = mapped_column(ForeignKey("evidence_item.id"), index=True)
    name: Mapped[str] = mapped_column(String(200))
    """Name as given, cleaned; shown, never used as a path."""
    content_type: Mapped[str] = mapped_column(String(100))
    size: Mapped[int]
    sha256: Mapped[str] = mapped_column(String(64), index=True)
    """Of the document; tells a duplicate."""
    storage_key: Mapped[str] = mapped_column(String(200))
    vault_key_id: Mapped[str] = mapped_column(String(40))
    wrapped_key: Mapped[bytes] = mapped_column(LargeBinary)
    uploaded_at: Mapped[datetime]
    uploaded_by_id: Mapped[int | None] = mapped_column(ForeignKey("app_user.id"))
