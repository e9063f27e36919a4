"""Many cases at once, as exact copies of one: for what must hold, or be quick, for thousands."""

from __future__ import annotations

from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from app.database import unit_of_work
from app.models import Complaint, Deadline, Respondent, RespondentSuperior

FIRST_ID = 100_000


def copy_case(session: Session, complaint_id: int, count: int) -> list[str]:
    """Copy a case with its respondents and clocks, without its history; gives the numbers of the copies."""
    (case,) = _rows(session, Complaint, id=complaint_id)
    (respondent,) = _rows(session, Respondent, complaint_id=complaint_id)
    superiors = _rows(session, RespondentSuperior, respondent_id=respondent["id"])
    clocks = _rows(session, Deadline, complaint_id=complaint_id)
    cases, respondents, lines, deadlines = [], [], [], []
    for new in range(FIRST_ID, FIRST_ID + count):
        number = f"{case['number'].rpartition('-')[0]}-{new:06d}"
        cases.append({**case, "id": new, "counter": new, "number": number})
        respondents.append({**respondent, "id": new, "complaint_id": new})
        lines += [{**one, "respondent_id": new} for one in superiors]
        for place, clock in enumerate(clocks):
            deadlines.append({**clock, "id": new * 20 + place, "complaint_id": new})
    with unit_of_work() as unit:
        for model, rows in (
            (Complaint, cases),
            (Respondent, respondents),
            (RespondentSuperior, lines),
            (Deadline, deadlines),
        ):
            unit.execute(insert(model), rows)
    return [row["number"] for row in cases]


def _rows(session: Session, model: Any, **where: int) -> list[dict[str, Any]]:
    found = session.execute(select(model.__table__).filter_by(**where)).mappings()
    return [dict(row) for row in found]
