"""``python -m bench.spread N``: lay the cases of a loaded demo to N stations, copies of the first one.

Numbers, units and services stay as they are: what matters is how many rows a report groups, and by how much.
"""

from __future__ import annotations

import sys

from sqlalchemy import case, insert, select, update
from sqlalchemy.orm import Session

from app.database import run_in_unit
from app.demo.agencies import STATION
from app.models import Agency, Complaint
from wsgi import app


def spread(stations: int) -> None:
    """Make the stations and give each its share, by the ids of the cases."""

    def work(session: Session) -> None:
        table = Agency.__table__
        first = dict(session.execute(select(table).where(table.c.code == STATION)).mappings().one())
        for own in ("id", "code", "name"):
            first.pop(own)
        ids = [
            session.scalars(
                insert(Agency)
                .values(**first, code=f"B{number:02}", name=f"Polres ke-{number}")
                .returning(Agency.id)
            ).one()
            for number in range(1, stations)
        ]
        share = case(dict(enumerate(ids, 1)), value=Complaint.id % stations)
        moved = update(Complaint).where(Complaint.id % stations != 0).values(agency_id=share)
        session.execute(moved, execution_options={"synchronize_session": False})

    run_in_unit(work)


if __name__ == "__main__":
    with app.app_context():
        spread(int(sys.argv[1]))
