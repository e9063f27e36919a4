"""Local policies: a setting of one agency, else that of all."""

from __future__ import annotations

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from app.models import Setting
from reports.statistics.suppression import THRESHOLD

THRESHOLD_SETTING = "statistics.threshold"


def find_setting(session: Session, key: str, agency_id: int) -> object | None:
    """What an agency set, else what is set for all; None where nobody set anything."""
    rows = session.execute(
        select(Setting.agency_id, Setting.value).where(
            Setting.key == key, or_(Setting.agency_id == agency_id, Setting.agency_id.is_(None))
        )
    ).all()
    values = {row.agency_id: row.value for row in rows}
    return values.get(agency_id, values.get(None))


def get_threshold(session: Session, agency_id: int) -> int:
    """Smallest group of complaints that an agency shows by itself; at least two."""
    chosen = find_setting(session, THRESHOLD_SETTING, agency_id)
    return chosen if isinstance(chosen, int) and chosen >= 2 else THRESHOLD
