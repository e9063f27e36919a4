"""A large demo: copies are as sound as what they are copied from."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import func, select

from app.demo.load import load_demo
from app.extensions import db
from app.models import Agency, CaseKey, Complaint, ComplaintCounter, Deadline, OutboxItem
from app.services.access import read_identity_in
from app.services.sweep import sweep
from tests.app.demo.soundness import (
    assert_commitments_open,
    assert_log_verifies,
    computed_clocks,
    stored_clocks,
)
from tests.app.demo.test_load import AS_OF, _app
from tests.factories import CITIZEN
from tests.support.databases import Kind, dispose, fresh_database

COUNT = 60


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_copies_are_sound(kind: Kind, tmp_path: Path) -> None:
    with fresh_database(kind, tmp_path) as database:
        app = _app(tmp_path, database.url)
        with app.app_context():
            assert _load() == COUNT
            session = db.session()
            complaints = session.scalars(select(Complaint).order_by(Complaint.id)).all()
            assert len({complaint.narrative for complaint in complaints}) == COUNT
            assert len({complaint.code_digest for complaint in complaints}) == COUNT
            for complaint in complaints:
                stored, computed = (
                    stored_clocks(session, complaint),
                    computed_clocks(session, complaint, AS_OF),
                )
                assert stored == computed, complaint.number
            assert sum(assert_commitments_open(session, complaint) for complaint in complaints) > COUNT
            assert_log_verifies(session)
            _check_counters()
            _check_vault()
            assert session.scalar(select(func.count()).select_from(OutboxItem)) == 0
            _check_that_life_goes_on()
        dispose(app)


def _load() -> int:
    return load_demo(complaints=COUNT, seed=2, as_of=AS_OF, most_played=25, originals=25).complaints


def _check_counters() -> None:
    session = db.session()
    for counter in session.scalars(select(ComplaintCounter)):
        own = (Complaint.agency_id == counter.agency_id, Complaint.year == counter.year)
        assert session.scalar(select(func.max(Complaint.counter)).where(*own)) == counter.last
        assert session.scalar(select(func.count()).where(*own)) == counter.last


def _check_vault() -> None:
    """Each has a key of its own, and what it seals opens with it."""
    session = db.session()
    assert session.scalar(select(func.count(CaseKey.wrapped_key.distinct()))) == COUNT
    named = session.scalars(select(Complaint).where(Complaint.identity_mode == "open").limit(20))
    assert all(" " in read_identity_in(session, complaint).name for complaint in named)


def _check_that_life_goes_on() -> None:
    """New cases get free ids and numbers, and the sweep finds its work."""
    from app.services.lodging import Filing, lodge_complaint
    from workflows.vocabulary import IdentityMode

    filing = Filing("SRG", "web", IdentityMode.ANONYMOUS, "Loket ditutup sebelum waktunya.", category="slow")
    lodged = lodge_complaint(filing, actor=CITIZEN, at=AS_OF)
    session = db.session()
    agency_id = session.scalars(select(Agency.id).where(Agency.code == "SRG")).one()
    numbers = session.scalars(select(Complaint.number).where(Complaint.agency_id == agency_id)).all()
    assert lodged.number == max(numbers)
    later = datetime.fromisoformat("2026-06-30T10:00+07:00")
    before = session.scalar(select(func.count()).where(Deadline.flagged_at.isnot(None)))
    assert sweep(later).breached > 0
    session.rollback()
    assert session.scalar(select(func.count()).where(Deadline.flagged_at.isnot(None))) > before
