"""Two at once on an assessment: one correction a document, and none that an indicator misses."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from functools import partial

from flask import Flask
from sqlalchemy import select

from app.extensions import db
from app.models import EvidenceHistory, EvidenceLink
from app.services.assessments import start_assessment
from app.services.evidence_items import Document, attach_evidence, correct_evidence, link_evidence
from app.services.tpi_answers import enter_tpi_answer
from tests.factories import MONDAY, make_station
from tests.security.test_rivals import at_once, failed, succeeded

KEYS = ("A1.P.i.a", "A1.P.i.b", "A1.P.ii.a")


def test_whoever_comes_second_to_a_document_or_entry_is_told(app: Flask) -> None:
    with app.app_context():
        actor = make_station().actor("kasiwas")
        made = start_assessment("SRG", 2026, actor=actor, at=MONDAY)
        paper = Document("Kep/1", "Surat", date(2026, 3, 1))
        item = attach_evidence(made, KEYS[:1], paper, actor=actor, at=MONDAY)
    later = MONDAY + timedelta(hours=1)
    for turn in (1, 2, 3):
        again = Document("Kep/1", f"Surat {turn}", date(2026, 3, 1))
        correcting: Callable[[], object] = partial(correct_evidence, item, again, actor=actor, at=later)
        linking = partial(link_evidence, made, KEYS[turn % 3], item, actor=actor, at=later)
        results = at_once(app, correcting, correcting, linking)
        assert {getattr(one, "code", "") for one in failed(results)} <= {
            "already_replaced",
            "evidence_unknown",
        }, results
        with app.app_context():
            session = db.session()
            item = session.scalars(
                select(EvidenceHistory.replaced_by_id).where(EvidenceHistory.evidence_id == item)
            ).one()
            assert set(session.scalars(select(EvidenceLink.evidence_id))) == {item}
    entering = partial(
        enter_tpi_answer, made, KEYS[1], "A", sheet_on=date(2026, 3, 2), seen="", actor=actor, at=later
    )
    results = at_once(app, entering, entering)
    assert len(succeeded(results)) == 1, results
    assert [getattr(one, "code", "") for one in failed(results)] == ["answer_changed"]
