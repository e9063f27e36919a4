"""Who is complained of, and what each is said to have done."""

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.models.agency import Unit
from app.models.base import Model
from app.models.columns import Pk, in_words
from app.models.user import User
from workflows.vocabulary import Finding


class Respondent(Model):
    """An officer or a unit; at least one of the two, or a description of a stranger."""

    __tablename__ = "respondent"

    id: Mapped[Pk]
    complaint_id: Mapped[int] = mapped_column(ForeignKey("complaint.id"), index=True)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("app_user.id"), index=True)
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"), index=True)
    description: Mapped[str] = mapped_column(String(300), default="")
    import_key: Mapped[str | None] = mapped_column(String(40))
    """Tells one officer of an imported case from another, as the register does."""

    user: Mapped[User | None] = relationship()
    unit: Mapped[Unit | None] = relationship()
    superiors: Mapped[list["RespondentSuperior"]] = relationship(
        order_by="RespondentSuperior.rank", cascade="all, delete-orphan"
    )


class RespondentSuperior(Model):
    """Someone above a respondent at the time of the event: not excluded with the unit."""

    __tablename__ = "respondent_superior"

    respondent_id: Mapped[int] = mapped_column(ForeignKey("respondent.id"), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("app_user.id"), primary_key=True)
    rank: Mapped[int]
    """1 is the nearest."""


class Allegation(Model):
    """One allegation, with its finding once there is one."""

    __tablename__ = "allegation"
    __table_args__ = (
        UniqueConstraint("external_row", "complaint_id"),
        CheckConstraint(f"finding IS NULL OR {in_words('finding', Finding)}", name="finding"),
    )

    id: Mapped[Pk]
    complaint_id: Mapped[int] = mapped_column(ForeignKey("complaint.id"), index=True)
    respondent_id: Mapped[int | None] = mapped_column(ForeignKey("respondent.id"))
    category: Mapped[str] = mapped_column(String(40))
    description: Mapped[str] = mapped_column(String(500), default="")
    finding: Mapped[str | None] = mapped_column(String(40))
    consequence: Mapped[str] = mapped_column(String(200), default="")
    external_row: Mapped[str | None] = mapped_column(String(80))
    """Row of an imported register, so that a second import adds nothing."""

    respondent: Mapped[Respondent | None] = relationship()
