"""Two at once on an examination of the Ombudsman: one track a case, one answer, one verdict, one history."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from functools import partial

from flask import Flask
from sqlalchemy import func, select

from app.extensions import db
from app.models import AuditEntry, CorrectiveAction, OmbudsmanTrack
from app.services.corrective_actions import report_done, send_back, verify_action
from app.services.examination_reports import ActionOrder, Report, record_lhp
from app.services.ombudsman_recommendations import (
    record_recommendation,
    report_recommendation,
)
from app.services.ombudsman_track import answer_request, record_request
from tests.factories import MONDAY, lodge, make_station
from tests.security.test_rivals import assert_chain_verifies, at_once, failed, succeeded
from workflows.errors import Refused
from workflows.ombudsman import Conclusion, RequestKind

AT = MONDAY + timedelta(days=1)


def assert_one_of_two(app: Flask, first: Callable[[], object], second: Callable[[], object]) -> None:
    results = at_once(app, first, second)
    assert len(succeeded(results)) == 1, results
    assert all(isinstance(one, Refused) for one in failed(results)), results


def test_whoever_comes_second_to_an_examination_is_told(app: Flask) -> None:
    with app.app_context():
        station = make_station()
        number, unit = lodge(station).number, station.units["intelkam"]
        reviewer, kasiwas = station.actor("ombudsman"), station.actor("kasiwas")
    asking = partial(record_request, number, RequestKind.CLARIFICATION_1, "Jelaskan.", actor=reviewer, at=AT)
    requests = succeeded(at_once(app, asking, asking))
    assert requests
    for request in requests:
        answering = partial(answer_request, request, "Jawaban.", actor=kasiwas, at=AT)
        assert_one_of_two(app, answering, answering)
    with app.app_context():
        (track,) = db.session().scalars(select(OmbudsmanTrack.id)).all()
        order = ActionOrder("Perbaiki.", unit, date(2026, 4, 1), officer_id=kasiwas.user_id)
        report = Report("LHP/1", date(2026, 3, 3), Conclusion.FOUND, "Temuan.",
                        (("undue_delay", "Tiga hari."),), (order,))  # fmt: skip
        record_lhp(track, report, actor=reviewer, at=AT)
        action = db.session().scalars(select(CorrectiveAction.id)).one()
        saran = record_recommendation(track, "R/1", date(2026, 3, 3), "Saran.", actor=reviewer, at=AT)
    proof = "https://sah.example.go.id/1"
    reporting = partial(report_done, action, "Selesai.", url=proof, actor=kasiwas, at=AT)
    assert_one_of_two(app, reporting, reporting)
    assert_one_of_two(
        app,
        partial(verify_action, action, "Benar.", actor=reviewer, at=AT),
        partial(send_back, action, "Belum.", actor=reviewer, at=AT),
    )
    reporting = partial(report_recommendation, saran, "Sudah.", actor=kasiwas, at=AT)
    assert_one_of_two(app, reporting, reporting)
    with app.app_context():
        assert_chain_verifies(number)
        session = db.session()
        opened = select(func.count()).select_from(AuditEntry).where(AuditEntry.kind == "ori.opened")
        assert session.scalar(opened) == 1
        version = session.scalars(select(OmbudsmanTrack.version)).one()
        acts = select(func.count()).select_from(AuditEntry).where(AuditEntry.kind.like("ori.%"))
        assert (session.scalar(acts) or 0) >= version
