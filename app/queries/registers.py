"""The complaint register of an agency (UU 25/2009 Pasal 37 ayat (3) huruf i), without identities."""

from collections.abc import Iterator

from sqlalchemy import Row, select
from sqlalchemy.orm import Session, aliased

from app.models import Complaint, Service, Unit
from app.models.agency import Agency

STREAM_ROWS = 2000


def list_register(session: Session, agency: Agency) -> Iterator[Row]:
    """Every complaint of an agency in the order of its numbers, streamed.

    No complainant: only the mode of identity. No names either in ``respondent``: the unit complained of.
    """
    owner = aliased(Unit)
    rows = session.execute(
        select(
            Complaint.number,
            Complaint.received_at,
            Complaint.channel,
            Complaint.identity_mode,
            Service.label_id.label("service"),
            Complaint.category,
            Complaint.service_date,
            Complaint.place,
            Complaint.complaint_class,
            Complaint.class_is_provisional,
            owner.name.label("owner_unit"),
            Complaint.public_state,
            Complaint.substate,
            Complaint.finding,
            Complaint.declared_complete_at,
            Complaint.decided_at,
            Complaint.delivered_at,
            Complaint.closed_at,
            Complaint.closure_reason,
            Complaint.breached_stages,
            Complaint.imported,
            Complaint.import_source,
            Complaint.external_number,
        )
        .outerjoin(Service, Service.id == Complaint.service_id)
        .outerjoin(owner, owner.id == Complaint.owner_unit_id)
        .where(Complaint.agency_id == agency.id)
        .order_by(Complaint.year, Complaint.counter)
        .execution_options(yield_per=STREAM_ROWS)
    )
    yield from rows
