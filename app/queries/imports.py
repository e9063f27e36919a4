"""What of a foreign register stands here already."""

from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models import Allegation, Complaint


def find_known_cases(
    session: Session, agency_id: int, source: str, numbers: Collection[str]
) -> dict[str, int]:
    """Ids of imported cases, by their numbers in the register they came from."""
    rows = session.execute(
        select(Complaint.external_number, Complaint.id).where(
            Complaint.agency_id == agency_id,
            Complaint.import_source == source,
            Complaint.external_number.in_(numbers),
            Complaint.imported,
        )
    )
    return {row.external_number: row.id for row in rows if row.external_number is not None}


def find_known_rows(session: Session, agency_id: int, external_rows: Collection[str]) -> set[str]:
    """Which rows of a register of findings are allegations here.

    Two steps, each by an index: without statistics SQLite would start a join from every case of the agency.
    """
    cases: dict[str, int] = {}
    for row in session.execute(
        select(Allegation.external_row, Allegation.complaint_id).where(
            Allegation.external_row.in_(external_rows)
        )
    ):
        cases[row.external_row] = row.complaint_id
    own = set(
        session.scalars(
            select(Complaint.id).where(
                Complaint.id.in_(set(cases.values())), Complaint.agency_id == agency_id
            )
        )
    )
    return {external_row for external_row, complaint_id in cases.items() if complaint_id in own}
