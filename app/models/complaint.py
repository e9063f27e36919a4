"""The case itself: where it stands, whose it is, what it says.

No identity here: see ``complainant``. What each state entails is held by CHECKs, so that no
path can leave a case half-moved. Imported history is exempt from the dates that its register
never recorded.
"""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.models.agency import Agency, Unit
from app.models.base import Model
from app.models.columns import Code, JsonList, Pk, Prose, in_words
from app.models.particulars import Circumstance, FeeClaim
from app.models.service import Service, ServiceProduct
from app.models.user import User
from workflows.vocabulary import (
    PUBLIC_STATE,
    ClosureReason,
    ComplaintClass,
    Finding,
    IdentityMode,
    PublicState,
    Substate,
)


def _state_pairs() -> str:
    groups = []
    for state in PublicState:
        inner = ", ".join(f"'{s.value}'" for s in Substate if PUBLIC_STATE[s] == state)
        groups.append(f"(public_state = '{state.value}' AND substate IN ({inner}))")
    return " OR ".join(groups)


_NEEDS_COMPLETE = (
    "'complete', 'classified', 'dispositioned', 'accepted_by_unit', 'reassigned', 'clarification', "
    "'awaiting_complainant_info', 'hearing', 'separate_hearing', 'field_check', 'review', "
    "'decision_drafted', 'decided', 'decision_delivered', 'follow_up_running', 'closed', 'closed_archived'"
)
_NEEDS_UNIT = "'dispositioned', 'accepted_by_unit', 'reassigned'"
_NEEDS_DECISION = "'decided', 'decision_delivered', 'follow_up_running', 'closed'"
_NEEDS_DELIVERY = "'decision_delivered', 'follow_up_running', 'closed'"

FAR_FUTURE = datetime.fromisoformat("9999-01-01T00:00:00+00:00")
"""Sorts a case without a running duty behind all others."""


class Complaint(Model):
    """One complaint."""

    __tablename__ = "complaint"
    __table_args__ = (
        UniqueConstraint("agency_id", "year", "counter"),
        UniqueConstraint("agency_id", "import_source", "external_number"),
        CheckConstraint(_state_pairs(), name="state_pair"),
        CheckConstraint(in_words("complaint_class", ComplaintClass), name="complaint_class"),
        CheckConstraint(in_words("identity_mode", IdentityMode), name="identity_mode"),
        CheckConstraint(f"finding IS NULL OR {in_words('finding', Finding)}", name="finding"),
        CheckConstraint(
            f"closure_reason IS NULL OR {in_words('closure_reason', ClosureReason)}", name="closure_reason"
        ),
        CheckConstraint(
            f"imported OR substate NOT IN ({_NEEDS_COMPLETE}) OR declared_complete_at IS NOT NULL",
            name="complete_before_examination",
        ),
        CheckConstraint(
            f"substate NOT IN ({_NEEDS_UNIT}) OR owner_unit_id IS NOT NULL", name="assigned_has_unit"
        ),
        CheckConstraint(
            f"imported OR substate NOT IN ({_NEEDS_DECISION}) "
            "OR (decided_at IS NOT NULL AND finding IS NOT NULL)",
            name="decided_has_finding",
        ),
        CheckConstraint(
            f"imported OR substate NOT IN ({_NEEDS_DELIVERY}) OR delivered_at IS NOT NULL",
            name="delivered_has_instant",
        ),
        CheckConstraint("(substate LIKE 'closed%') = (closure_reason IS NOT NULL)", name="closed_has_reason"),
        CheckConstraint("closed_at IS NULL OR substate LIKE 'closed%'", name="open_has_no_closing"),
        CheckConstraint(
            "imported OR substate NOT LIKE 'closed%' OR closed_at IS NOT NULL", name="closed_has_instant"
        ),
        CheckConstraint(
            "(substate = 'transfer_pending') = (previous_substate IS NOT NULL)", name="transfer_remembers"
        ),
        CheckConstraint("version >= 1 AND counter >= 1", name="positive"),
        CheckConstraint("compensation_idr IS NULL OR compensation_idr > 0", name="compensation_positive"),
        CheckConstraint(
            "(compensation_idr IS NULL) = (compensation_due_on IS NULL)", name="compensation_has_due"
        ),
        Index(
            "ix_complaint_queue",
            "agency_id",
            "queue_due_at",
            "id",
            sqlite_where=text("closed_at IS NULL AND imported = 0"),
            postgresql_where=text("closed_at IS NULL AND imported = false"),
        ),
        Index("ix_complaint_agency_received", "agency_id", "received_at", "id"),
        Index("ix_complaint_unit_queue", "owner_unit_id", "queue_due_at", "id"),
        Index("ix_complaint_external", "external_number"),
    )

    id: Mapped[Pk]
    agency_id: Mapped[int] = mapped_column(ForeignKey("agency.id"))
    year: Mapped[int]
    counter: Mapped[int]
    number: Mapped[str] = mapped_column(String(30), unique=True)
    version: Mapped[int] = mapped_column(default=1)
    """Raised by every change, for the lost-update check; reads never touch it."""

    substate: Mapped[Code]
    public_state: Mapped[Code]
    previous_substate: Mapped[str | None] = mapped_column(String(40))
    complaint_class: Mapped[Code]
    class_is_provisional: Mapped[bool] = mapped_column(default=True)
    category: Mapped[str | None] = mapped_column(String(40))
    """The citizen's own choice: a service issue or a kind of conduct."""
    maladministration: Mapped[str | None] = mapped_column(String(40))
    channel: Mapped[Code]
    language: Mapped[str] = mapped_column(String(5), default="id")
    identity_mode: Mapped[Code]

    received_at: Mapped[datetime]
    """When the station received it; starts the clocks."""
    recorded_at: Mapped[datetime]
    """When it was entered: later than received where a letter lay at the desk."""
    declared_complete_at: Mapped[datetime | None]
    decided_at: Mapped[datetime | None]
    delivered_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    closure_reason: Mapped[str | None] = mapped_column(String(40))
    finding: Mapped[str | None] = mapped_column(String(40))
    decision_text: Mapped[str | None]
    remedies: Mapped[JsonList] = mapped_column(default=list)
    compensation_idr: Mapped[int | None]
    compensation_due_on: Mapped[date | None]

    service_id: Mapped[int | None] = mapped_column(ForeignKey("service.id"))
    product_id: Mapped[int | None] = mapped_column(ForeignKey("service_product.id"))
    service_date: Mapped[date | None]
    place: Mapped[str] = mapped_column(String(300), default="")
    narrative: Mapped[Prose]
    """How the service fell short (UU 25/2009 Pasal 42 ayat (3) huruf b)."""
    loss: Mapped[Prose] = mapped_column(default="")
    remedy_sought: Mapped[Prose] = mapped_column(default="")
    respondent_text: Mapped[str] = mapped_column(String(500), default="")
    compensation_claim_idr: Mapped[int | None]
    filed_late: Mapped[bool] = mapped_column(default=False)
    """More than 30 days after the service: flagged, never refused."""
    in_danger: Mapped[bool] = mapped_column(default=False)

    owner_unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    case_officer_id: Mapped[int | None] = mapped_column(ForeignKey("app_user.id"))
    receiving_officer_id: Mapped[int | None] = mapped_column(ForeignKey("app_user.id"))

    code_digest: Mapped[str | None] = mapped_column(String(120))
    """Keyed hash of the tracking code; the code itself is nowhere."""
    commitment: Mapped[str | None] = mapped_column(String(64))
    queue_due_at: Mapped[datetime]
    """Due instant of the nearest running duty of the station, else far future."""
    queue_due_stage: Mapped[str | None] = mapped_column(String(40))
    breached_stages: Mapped[int] = mapped_column(default=0)
    """How many duties were ever breached; kept by the services."""

    imported: Mapped[bool] = mapped_column(default=False)
    import_source: Mapped[str | None] = mapped_column(String(80))
    external_number: Mapped[str | None] = mapped_column(String(80))
    import_batch_id: Mapped[int | None] = mapped_column(ForeignKey("import_batch.id"))

    agency: Mapped[Agency] = relationship()
    fee_claim: Mapped[FeeClaim | None] = relationship()
    circumstance: Mapped[Circumstance | None] = relationship()
    service: Mapped[Service | None] = relationship()
    product: Mapped[ServiceProduct | None] = relationship()
    owner_unit: Mapped[Unit | None] = relationship()
    case_officer: Mapped[User | None] = relationship(foreign_keys=[case_officer_id])
    receiving_officer: Mapped[User | None] = relationship(foreign_keys=[receiving_officer_id])


class ComplaintCounter(Model):
    """Last number given out, per agency and year: numbers have no gaps."""

    __tablename__ = "complaint_counter"

    agency_id: Mapped[int] = mapped_column(ForeignKey("agency.id"), primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True)
    last: Mapped[int]
