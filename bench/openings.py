"""``python -m bench.openings``: ways into two cases of a loaded demo, written down for the bench.

One case is lodged now through the services. The other has had a long life: the closed one with most events
gets a new code, since the demo keeps none.
"""

from __future__ import annotations

import json
from pathlib import Path

from flask import current_app
from sqlalchemy import func, select

from app import clock
from app.database import run_in_unit
from app.demo.agencies import STATION
from app.extensions import db
from app.models import Agency, CaseEvent, Complaint
from app.security.codes import code_digest, new_tracking_code
from app.security.ring import get_keys
from app.services.lodging import Filing, Identity, lodge_complaint
from bench.doors import FILE, Door, Doors
from bench.filing import ANSWERS
from workflows.snapshot import Actor
from workflows.vocabulary import IdentityMode, Role
from wsgi import app


def _lodge() -> Door:
    person = ANSWERS["data-diri"]
    filing = Filing(
        agency_code=STATION,
        channel="web",
        identity_mode=IdentityMode.WITHHELD,
        narrative=ANSWERS["kejadian"]["narrative"],
        loss=ANSWERS["kerugian"]["loss"],
        remedy_sought=ANSWERS["permintaan"]["remedy"],
        place=ANSWERS["waktu-tempat"]["place"],
        identity=Identity(name=person["name"], address=person["address"], phone=person["phone"]),
        category=ANSWERS["perihal"]["issue"],
        service_code=ANSWERS["layanan"]["service"],
        product_code=ANSWERS["produk"]["product"],
    )
    lodged = lodge_complaint(filing, actor=Actor(roles=frozenset({Role.COMPLAINANT})), at=clock.now())
    return Door(lodged.number, lodged.tracking_code)


def _open_longest_life() -> Door:
    longest = (
        select(Complaint.id)
        .join(Agency, Agency.id == Complaint.agency_id)
        .join(CaseEvent, CaseEvent.complaint_id == Complaint.id)
        .where(Agency.code == STATION, Complaint.closed_at.isnot(None))
        .group_by(Complaint.id)
        .order_by(func.count().desc(), Complaint.id)
        .limit(1)
    )
    case_id = db.session.scalars(longest).one()
    code = new_tracking_code()
    digest = code_digest(get_keys(), code)

    def give(session: object) -> str:
        complaint = db.session.get_one(Complaint, case_id)
        complaint.code_digest = digest
        return complaint.number

    return Door(run_in_unit(give), code)


def main() -> None:
    """Make the doors of the instance that the environment names."""
    with app.app_context():
        doors = Doors(_lodge(), _open_longest_life())
        path = Path(current_app.config["SAHUT_SETTINGS"].instance_path) / FILE
    path.write_text(json.dumps(doors))
    path.chmod(0o600)


if __name__ == "__main__":
    main()
