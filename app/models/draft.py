"""A complaint being written: server-side, sealed under a key that only the citizen's cookie holds."""

from datetime import datetime

from sqlalchemy import ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Model
from app.models.columns import Pk


class Draft(Model):
    """Answers so far, and what is known of the files; once filed, the code until it has been seen."""

    __tablename__ = "draft"

    id: Mapped[Pk]
    token_digest: Mapped[str] = mapped_column(String(64), unique=True)
    agency_id: Mapped[int] = mapped_column(ForeignKey("agency.id"))
    answers_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    updated_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)
    complaint_id: Mapped[int | None] = mapped_column(ForeignKey("complaint.id"))
    """Set once filed: a second click on "send" finds the first receipt."""


class DraftFile(Model):
    """Where a file chosen so far lies, so that it goes when the draft goes.

    Its name, size and digest could tell whose it is; they stand sealed with the answers.
    """

    __tablename__ = "draft_file"

    id: Mapped[Pk]
    draft_id: Mapped[int] = mapped_column(ForeignKey("draft.id", ondelete="CASCADE"), index=True)
    storage_key: Mapped[str] = mapped_column(String(200))
    view_storage_key: Mapped[str | None] = mapped_column(String(200))


class DraftResume(Model):
    """The way back to a draft by a code, from any browser.

    The code is nowhere: the row is found by its keyed digest, and what it holds opens only under a key
    derived from the code itself.
    """

    __tablename__ = "draft_resume"

    draft_id: Mapped[int] = mapped_column(ForeignKey("draft.id", ondelete="CASCADE"), primary_key=True)
    code_digest: Mapped[str] = mapped_column(String(120), unique=True)
    token_sealed: Mapped[bytes] = mapped_column(LargeBinary)
