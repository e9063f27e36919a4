"""Links that go out by e-mail and open one door of one case, for a while.

The token (256 bits) is derived from the key of the case and ``nonce`` when the letter is written, so neither
the database nor a backup holds it; a row is found by the digest of the token that a visitor brings.
"""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Model
from app.models.columns import Code, Pk


class CaseLink(Model):
    """One link; what it opens is its purpose and nothing else."""

    __tablename__ = "case_link"
    __table_args__ = (
        CheckConstraint("purpose IN ('new_code', 'stop_notices', 'stop_reissue', 'survey')", name="purpose"),
        CheckConstraint("(purpose = 'stop_reissue') = (reissue_id IS NOT NULL)", name="reissue_named"),
        CheckConstraint("purpose <> 'survey' OR used_at IS NULL", name="survey_use_has_no_instant"),
        CheckConstraint("used_at IS NULL OR is_used", name="used_is_marked"),
        CheckConstraint("used_at IS NULL OR used_at >= created_at", name="used_after_making"),
        Index("ix_case_link_case", "complaint_id", "purpose"),
    )

    id: Mapped[Pk]
    complaint_id: Mapped[int] = mapped_column(ForeignKey("complaint.id"))
    purpose: Mapped[Code]
    reissue_id: Mapped[int | None] = mapped_column(ForeignKey("code_reissue.id"))
    nonce: Mapped[bytes] = mapped_column(LargeBinary(32))
    token_digest: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime | None]
    """None for a link that stays good: the one that stops notices."""
    is_used: Mapped[bool] = mapped_column(default=False)
    used_at: Mapped[datetime | None]
    """Never of a survey's link: the instant could tell whose answer an answer is."""
