"""The identity vault: who complained, sealed under the key of the case.

Withheld, erased or opened apart from the case (UU 25/2009 Pasal 42 ayat (5)). Every opening
needs a role and a reason and writes an audit entry.
"""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Model
from app.models.columns import Code, Pk, in_words
from workflows.vocabulary import IdentityMode


class CaseKey(Model):
    """The wrapped key of one case; destroying it forgets the person and keeps the proof."""

    __tablename__ = "case_key"
    __table_args__ = (
        CheckConstraint("(wrapped_key IS NULL) = (destroyed_at IS NOT NULL)", name="destroyed_or_there"),
    )

    complaint_id: Mapped[int] = mapped_column(ForeignKey("complaint.id"), primary_key=True)
    vault_key_id: Mapped[str] = mapped_column(String(40))
    wrapped_key: Mapped[bytes | None] = mapped_column(LargeBinary)
    created_at: Mapped[datetime]
    destroyed_at: Mapped[datetime | None]


class Complainant(Model):
    """Sealed fields (AES-256-GCM, bound to case, field and key version)."""

    __tablename__ = "complainant"
    __table_args__ = (
        CheckConstraint(in_words("identity_mode", IdentityMode), name="identity_mode"),
        CheckConstraint(
            "identity_mode <> 'anonymous' OR (name_sealed IS NULL AND address_sealed IS NULL)",
            name="anonymous_has_no_name",
        ),
    )

    complaint_id: Mapped[int] = mapped_column(ForeignKey("complaint.id"), primary_key=True)
    identity_mode: Mapped[Code]
    key_version: Mapped[int] = mapped_column(default=1)
    name_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    address_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    email_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    phone_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    proxy_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    salt_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    """Salt of the commitment; dies with the key."""
    wants_notices: Mapped[bool] = mapped_column(default=True)
    """False for people in danger: nothing is ever sent."""


class NoticePreference(Model):
    """What more than yes or no a complainant said about notices; no row means everything."""

    __tablename__ = "notice_preference"

    complaint_id: Mapped[int] = mapped_column(ForeignKey("complaint.id"), primary_key=True)
    only_letters: Mapped[bool] = mapped_column(default=False)
    """Only letters, questions and deadlines; not each step of the case."""
    former_email_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    """The address before a change, sealed like it, until the letter that says so has gone out."""


class IdentityRead(Model):
    """Who opened an identity, and why: the register of identity reads."""

    __tablename__ = "identity_read"
    __table_args__ = (CheckConstraint("reason <> ''", name="has_reason"),)

    id: Mapped[Pk]
    complaint_id: Mapped[int] = mapped_column(ForeignKey("complaint.id"), index=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("app_user.id"))
    at: Mapped[datetime]
    reason: Mapped[str] = mapped_column(String(500))
    audit_entry_id: Mapped[int] = mapped_column(ForeignKey("audit_entry.id"))
