"""Documents that answers of a WBK assessment rest on, what supports what, and what checks found.

A document is never changed: a correction is a new item that takes the place of the old one, so that what an
answer rested on at an instant can always be told.
"""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.models.base import Model
from app.models.columns import Code, Name, Pk, Prose
from app.models.user import User


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


class EvidenceHistory(Model):
    """Who added an item, what took its place, and when its link is tried next; none for items from before."""

    __tablename__ = "evidence_history"
    __table_args__ = (
        CheckConstraint("(replaced_by_id IS NULL) = (replaced_at IS NULL)", name="replacement_dated"),
    )

    evidence_id: Mapped[int] = mapped_column(ForeignKey("evidence_item.id"), primary_key=True)
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("app_user.id"))
    replaced_by_id: Mapped[int | None] = mapped_column(ForeignKey("evidence_item.id"))
    """The corrected item that took its place."""
    replaced_at: Mapped[datetime | None]
    check_due_at: Mapped[datetime | None] = mapped_column(index=True)
    """When its link is to be tried; None where it has none, or its correction took its place."""

    created_by: Mapped[User | None] = relationship()


class EvidenceLink(Model):
    """An evidence item supports an indicator of an assessment."""

    __tablename__ = "evidence_link"

    evidence_id: Mapped[int] = mapped_column(ForeignKey("evidence_item.id"), primary_key=True)
    assessment_id: Mapped[int] = mapped_column(ForeignKey("wbk_assessment.id"), primary_key=True)
    indicator: Mapped[str] = mapped_column(String(30), primary_key=True)


class EvidenceLinkSpan(Model):
    """From when until when an item supported an indicator; a link without one counts from its item on."""

    __tablename__ = "evidence_link_span"
    __table_args__ = (
        CheckConstraint("unlinked_at IS NULL OR unlinked_at >= linked_at", name="unlinked_after_linking"),
        Index("ix_evidence_link_span_assessment", "assessment_id", "evidence_id"),
    )

    id: Mapped[Pk]
    evidence_id: Mapped[int] = mapped_column(ForeignKey("evidence_item.id"))
    assessment_id: Mapped[int] = mapped_column(ForeignKey("wbk_assessment.id"))
    indicator: Mapped[str] = mapped_column(String(30))
    linked_at: Mapped[datetime]
    unlinked_at: Mapped[datetime | None]
    """None while it does; set when it was taken off, or when its correction took its place."""


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


class EvidenceVerdict(Model):
    """Whether a person holds a document for valid still; the latest word counts."""

    __tablename__ = "evidence_verdict"
    __table_args__ = (
        CheckConstraint("accepted OR reason <> ''", name="rejection_has_reason"),
        Index("ix_evidence_verdict_item", "evidence_id", "id"),
    )

    id: Mapped[Pk]
    evidence_id: Mapped[int] = mapped_column(ForeignKey("evidence_item.id"))
    accepted: Mapped[bool]
    reason: Mapped[Prose] = mapped_column(default="")
    given_by_id: Mapped[int] = mapped_column(ForeignKey("app_user.id"))
    given_at: Mapped[datetime]

    given_by: Mapped[User] = relationship()


class LinkCheck(Model):
    """What a try at opening an item's link found, and how long it has been found so."""

    __tablename__ = "evidence_link_check"
    __table_args__ = (
        CheckConstraint("last_at >= first_at", name="last_after_first"),
        Index("ix_evidence_link_check_item", "evidence_id", "id"),
    )

    id: Mapped[Pk]
    evidence_id: Mapped[int] = mapped_column(ForeignKey("evidence_item.id"))
    outcome: Mapped[Code]
    """A word of :class:`reports.wbk.evidence_rules.LinkOutcome`."""
    http_status: Mapped[int | None]
    first_at: Mapped[datetime]
    last_at: Mapped[datetime]
