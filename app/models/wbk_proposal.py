"""What a person did with a proposal of the system, and the facts it rested on: anyone can take it again."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Model
from app.models.columns import JsonMap, JsonValue, Pk, Prose


class TakenProposal(Model):
    """A proposal as it stood when it was accepted or corrected.

    The answer itself stands in ``wbk_answer``; the row of the answer in force has its instant.
    """

    __tablename__ = "wbk_proposal"
    __table_args__ = (
        CheckConstraint("accepted OR reason <> ''", name="correction_has_reason"),
        Index("ix_wbk_proposal_answer", "assessment_id", "indicator", "at"),
    )

    id: Mapped[Pk]
    assessment_id: Mapped[int] = mapped_column(ForeignKey("wbk_assessment.id"))
    indicator: Mapped[str] = mapped_column(String(30))
    proposed: Mapped[Any] = mapped_column(JsonValue)
    """Option code or counts, as proposed; JSON null where the data carried no answer."""
    why: Mapped[Prose]
    """The reason in plain words."""
    query: Mapped[Prose]
    filter: Mapped[Prose]
    as_of: Mapped[datetime]
    """Instant at which the data were taken."""
    counts: Mapped[JsonMap]
    """Each figure by its code."""
    accepted: Mapped[bool]
    """False where a person gave another answer."""
    reason: Mapped[Prose] = mapped_column(default="")
    """Why the person corrected it."""
    given_by_id: Mapped[int | None] = mapped_column(ForeignKey("app_user.id"))
    at: Mapped[datetime]
    """Instant of the answer."""
