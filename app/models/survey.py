"""Answers to the satisfaction survey (PermenPANRB 14/2017), without any way back to a case.

No id of a case, no instant, no running number: the key is random and the table has no order of its own, so
that copying it does not tell which answer came after which. What is left is the month.
"""

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Model
from app.models.columns import Prose

ELEMENTS = (
    "requirements",
    "procedure",
    "time",
    "fee",
    "product",
    "competence",
    "behaviour",
    "complaints",
    "facilities",
)
"""Codes of the nine elements in the law data, one column each."""
LONGEST_COMMENT = 1_000


class SurveyResponse(Model):
    """One person's marks, 1 (bad) to 4 (very good); an element that does not apply is left out."""

    __tablename__ = "survey_response"
    __table_args__ = (
        *(CheckConstraint(f'"{code}" BETWEEN 1 AND 4', name=f"mark_{code}") for code in ELEMENTS),
        CheckConstraint(
            "COALESCE(" + ", ".join(f'"{code}"' for code in ELEMENTS) + ") IS NOT NULL", name="has_a_mark"
        ),
        Index("ix_survey_response_agency", "agency_id", "answered_in"),
        {"sqlite_with_rowid": False},
    )

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    agency_id: Mapped[int] = mapped_column(ForeignKey("agency.id"))
    service_id: Mapped[int | None] = mapped_column(ForeignKey("service.id"))
    answered_in: Mapped[date]
    """First day of the month in which it was answered."""
    language: Mapped[str] = mapped_column(String(5))
    requirements: Mapped[int | None]
    procedure: Mapped[int | None]
    time: Mapped[int | None]
    fee: Mapped[int | None]
    product: Mapped[int | None]
    competence: Mapped[int | None]
    behaviour: Mapped[int | None]
    complaints: Mapped[int | None]
    facilities: Mapped[int | None]
    comment: Mapped[Prose] = mapped_column(default="")
