"""What the running system keeps for itself: settings, the scheduler's lease, imports."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Model
from app.models.columns import Code, JsonValue, Pk


class Setting(Model):
    """A local policy, for one agency or (agency None) for all."""

    __tablename__ = "setting"
    __table_args__ = (UniqueConstraint("key", "agency_id"),)

    id: Mapped[Pk]
    key: Mapped[str] = mapped_column(String(80))
    agency_id: Mapped[int | None] = mapped_column(ForeignKey("agency.id"))
    value: Mapped[object] = mapped_column(JsonValue)
    updated_at: Mapped[datetime]
    updated_by_id: Mapped[int | None] = mapped_column(ForeignKey("app_user.id"))


class Lease(Model):
    """Of many scheduler processes, the holder works until the lease expires."""

    __tablename__ = "lease"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    holder: Mapped[str] = mapped_column(String(80))
    expires_at: Mapped[datetime]
    term: Mapped[int]
    """Raised at each change of holder: a late writer of an old term is refused."""


class ImportBatch(Model):
    """One run of ``register import``."""

    __tablename__ = "import_batch"
    __table_args__ = (
        CheckConstraint("rows_new >= 0 AND rows_known >= 0 AND rows_refused >= 0", name="counts"),
    )

    id: Mapped[Pk]
    agency_id: Mapped[int] = mapped_column(ForeignKey("agency.id"))
    source: Mapped[str] = mapped_column(String(80))
    kind: Mapped[Code]
    file_sha256: Mapped[str] = mapped_column(String(64))
    mapping_sha256: Mapped[str] = mapped_column(String(64))
    started_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    rows_new: Mapped[int] = mapped_column(default=0)
    rows_known: Mapped[int] = mapped_column(default=0)
    rows_refused: Mapped[int] = mapped_column(default=0)
