"""WBK assessments: answers of the unit and of the TPI, who sees to what, and what evaluations asked for.

The documents that answers rest on stand in :mod:`app.models.evidence`.
"""

from datetime import date, datetime

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.models.agency import Agency, Unit
from app.models.base import Model
from app.models.columns import Code, JsonValue, Pk, Prose
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


class PastAnswer(Model):
    """An answer that another one replaced, or that was taken back: what stood from when until when."""

    __tablename__ = "wbk_past_answer"
    __table_args__ = (
        CheckConstraint("replaced_at >= answered_at", name="replaced_after_answering"),
        Index("ix_wbk_past_answer_indicator", "assessment_id", "indicator", "id"),
    )

    id: Mapped[Pk]
    assessment_id: Mapped[int] = mapped_column(ForeignKey("wbk_assessment.id"))
    indicator: Mapped[str] = mapped_column(String(30))
    value: Mapped[str | float | dict[str, float]] = mapped_column(JsonValue)
    note: Mapped[Prose]
    basis: Mapped[Code]
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("app_user.id"))
    answered_at: Mapped[datetime]
    replaced_by_id: Mapped[int | None] = mapped_column(ForeignKey("app_user.id"))
    """Who answered anew, or took it back."""
    replaced_at: Mapped[datetime]
    """From this instant on it stood no longer."""

    answered_by: Mapped[User | None] = relationship(foreign_keys=[answered_by_id])


class TpiAnswer(Model):
    """What the TPI's sheet says of an indicator, beside the unit's answer; a later row takes its place."""

    __tablename__ = "wbk_tpi_answer"
    __table_args__ = (
        CheckConstraint("entered_as IN ('unit', 'parent')", name="entered_as"),
        Index("ix_wbk_tpi_answer_indicator", "assessment_id", "indicator", "id"),
    )

    id: Mapped[Pk]
    assessment_id: Mapped[int] = mapped_column(ForeignKey("wbk_assessment.id"))
    indicator: Mapped[str] = mapped_column(String(30))
    value: Mapped[str | float | dict[str, float] | None] = mapped_column(JSON(none_as_null=True))
    """None where the sheet gives no answer, or a wrong entry was taken back."""
    note: Mapped[Prose] = mapped_column(default="")
    sheet_on: Mapped[date]
    """Date of the sheet that was copied."""
    entered_as: Mapped[Code]
    """``unit`` where the station copied it, ``parent`` where the Polda entered it."""
    entered_by_id: Mapped[int] = mapped_column(ForeignKey("app_user.id"))
    entered_at: Mapped[datetime]

    entered_by: Mapped[User] = relationship()


class IndicatorDuty(Model):
    """Who sees to an indicator, a person or a unit, and until when."""

    __tablename__ = "wbk_duty"
    __table_args__ = (
        UniqueConstraint("assessment_id", "indicator"),
        CheckConstraint("(user_id IS NULL) <> (unit_id IS NULL)", name="one_owner"),
        CheckConstraint("remind_at IS NULL OR due_on IS NOT NULL", name="reminded_of_a_date"),
    )

    id: Mapped[Pk]
    assessment_id: Mapped[int] = mapped_column(ForeignKey("wbk_assessment.id"))
    indicator: Mapped[str] = mapped_column(String(30))
    user_id: Mapped[int | None] = mapped_column(ForeignKey("app_user.id"))
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    due_on: Mapped[date | None]
    remind_at: Mapped[datetime | None] = mapped_column(index=True)
    """Next instant to remind; None once all reminders of the date are out."""
    set_by_id: Mapped[int | None] = mapped_column(ForeignKey("app_user.id"))
    set_at: Mapped[datetime]

    user: Mapped[User | None] = relationship(foreign_keys=[user_id])
    unit: Mapped[Unit | None] = relationship()
    assessment: Mapped[Assessment] = relationship()


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
