"""Plausible answers to the satisfaction survey: some two of five who had an answer give one.

Made from counts of delivered decisions by service and month, so that figures fit together; like real answers
they lead to no case.
"""

from __future__ import annotations

from datetime import date, datetime
from random import Random

from sqlalchemy import extract, func, insert, select
from sqlalchemy.orm import Session

from app.models import CaseEvent, Complaint, SurveyResponse
from app.models.survey import ELEMENTS
from workflows.vocabulary import Event

SHARE = 0.4
"""Of those who had an answer."""
MOST_A_GROUP = 400
"""Answers of one service in one month, however many cases a large demo holds."""
GOOD_AT = {"competence": 0.25, "behaviour": 0.15, "facilities": 0.1, "time": -0.35, "complaints": -0.15}
"""How much better or worse than the rest the marks of an element are, as a rule."""
COMMENTS = (
    "Petugas menjelaskan dengan sabar. Terima kasih.",
    "Jawabannya jelas, tetapi menunggunya terlalu lama.",
    "Loket masih sering kosong sebelum jam istirahat.",
    "Uang yang diminta di luar tarif sudah dikembalikan.",
    "Lebih baik daripada tahun lalu.",
    "Mohon papan tarif dipasang di dekat pintu masuk.",
    "Surat keputusannya mudah dimengerti.",
    "Saya harus datang dua kali karena syaratnya berubah.",
    "Pengaduan lewat ponsel sangat membantu.",
    "The officer spoke English and explained each step.",
)


def make_responses(session: Session, seed: int, *, as_of: datetime) -> int:
    """Write answers for what was delivered up to an instant; gives how many."""
    rng = Random(f"sahut-demo/{seed}/surveys")  # noqa: S311 (a demo, no secret)
    rows = [
        _answer(rng, agency_id, service_id, month)
        for (agency_id, service_id, month), count in sorted(
            _delivered(session, as_of).items(), key=lambda item: (item[0][0], item[0][1] or 0, item[0][2])
        )
        for _ in range(min(round(count * SHARE), MOST_A_GROUP))
    ]
    if rows:
        session.execute(insert(SurveyResponse), rows)
    return len(rows)


def _delivered(session: Session, as_of: datetime) -> dict[tuple[int, int | None, date], int]:
    """Delivered decisions by agency, service and month (of UTC, which is near enough for inventions)."""
    key = (
        Complaint.agency_id,
        Complaint.service_id,
        extract("year", CaseEvent.at),
        extract("month", CaseEvent.at),
    )
    rows = session.execute(
        select(*key, func.count())
        .select_from(CaseEvent)
        .join(Complaint, Complaint.id == CaseEvent.complaint_id)
        .where(CaseEvent.event == Event.DELIVER_DECISION.value, CaseEvent.at <= as_of, ~Complaint.imported)
        .group_by(*key)
    )
    return {
        (agency_id, service_id, date(int(year), int(month), 1)): count
        for agency_id, service_id, year, month, count in rows
    }


def _answer(rng: Random, agency_id: int, service_id: int | None, month: date) -> dict[str, object]:
    mood = rng.gauss(3.25, 0.45)
    marks = {code: min(4, max(1, round(rng.gauss(mood + GOOD_AT.get(code, 0), 0.4)))) for code in ELEMENTS}
    fee = None if rng.random() < 0.3 else marks["fee"]
    comment = rng.choice(COMMENTS) if rng.random() < 0.25 else ""
    return {
        "id": f"{rng.getrandbits(128):032x}",
        "agency_id": agency_id,
        "service_id": service_id,
        "answered_in": month,
        "language": "en" if comment.startswith("The ") else "id",
        "comment": comment,
        **marks,
        "fee": fee,
    }
