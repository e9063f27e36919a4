"""People who sign in, their roles and the line above them."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.models.agency import Agency, Unit
from app.models.base import Model
from app.models.columns import Code, Name, Pk, in_words
from workflows.vocabulary import Role


class User(Model):
    """A member of staff or an Ombudsman reviewer."""

    __tablename__ = "app_user"

    id: Mapped[Pk]
    username: Mapped[str] = mapped_column(String(60), unique=True)
    full_name: Mapped[Name]
    title: Mapped[Name]
    """Post, e.g. Kasiwas."""
    email: Mapped[str] = mapped_column(String(200), default="")
    password_hash: Mapped[str] = mapped_column(String(200))
    must_change_password: Mapped[bool] = mapped_column(default=True)
    is_active: Mapped[bool] = mapped_column(default=True)
    agency_id: Mapped[int] = mapped_column(ForeignKey("agency.id"), index=True)
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"), index=True)
    superior_id: Mapped[int | None] = mapped_column(ForeignKey("app_user.id"))
    """Next one up the reporting line."""
    session_epoch: Mapped[int] = mapped_column(default=0)
    """Raised to end every session of the account."""
    failed_logins: Mapped[int] = mapped_column(default=0)
    locked_until: Mapped[datetime | None]
    created_at: Mapped[datetime]

    agency: Mapped[Agency] = relationship()
    unit: Mapped[Unit | None] = relationship()
    superior: Mapped["User | None"] = relationship(remote_side="User.id")
    roles: Mapped[list["UserRole"]] = relationship(cascade="all, delete-orphan", order_by="UserRole.role")


class UserRole(Model):
    """One role of one person."""

    __tablename__ = "user_role"
    __table_args__ = (CheckConstraint(in_words("role", Role), name="role"),)

    user_id: Mapped[int] = mapped_column(ForeignKey("app_user.id"), primary_key=True)
    role: Mapped[Code] = mapped_column(primary_key=True)
