"""The links of evidence items, tried in turn: what was found, and since when, stands with the item.

A link that opens is tried again after a week, one that does not after an hour, so that a host that was down
for a moment costs nobody a point. Sahut's own addresses are not fetched: what lies behind a desk's door is
known to need signing in.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from flask import current_app
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.database import run_in_unit
from app.extensions import db
from app.models import EvidenceHistory, EvidenceItem, LinkCheck
from app.queries.settings import find_setting
from app.services.lease import Fence, unfenced
from app.services.link_probe import Probe, probe_link
from reports.wbk.evidence_rules import LinkOutcome

LINK_CHECKS_SETTING = "wbk.link_checks"
"""Local policy, yes if not set. A house that can't reach the internet says no: its links stay unchecked."""
AGAIN_IF_OPEN = timedelta(days=7)
AGAIN_IF_NOT = timedelta(hours=1)
MOST_A_RUN = 40
"""Links of one run; the rest follow in the next."""
BEHIND_A_DOOR = ("/staf", "/ombudsman")

Try = Callable[[str], Probe]


def check_links(at: datetime, *, fence: Fence = unfenced, probe: Try = probe_link) -> int:
    """Try the links that are due at `at`; gives how many were tried.

    Trying happens outside any transaction; each finding is written in one of its own.
    """
    session = db.session()
    session.rollback()
    silent = _silent_agencies(session)
    due = session.execute(
        select(EvidenceItem.id, EvidenceItem.url)
        .outerjoin(EvidenceHistory, EvidenceHistory.evidence_id == EvidenceItem.id)
        .where(
            EvidenceItem.url != "",
            EvidenceItem.agency_id.not_in(silent),
            EvidenceHistory.replaced_by_id.is_(None),
            func.coalesce(EvidenceHistory.check_due_at, EvidenceItem.created_at) <= at,
        )
        .order_by(func.coalesce(EvidenceHistory.check_due_at, EvidenceItem.created_at), EvidenceItem.id)
        .limit(MOST_A_RUN)
    ).all()
    session.rollback()
    for evidence_id, url in due:
        found = own_page(url) or probe(url)
        _write(evidence_id, found, at, fence)
    return len(due)


def _silent_agencies(session: Session) -> list[int]:
    """Agencies whose links are not tried."""
    agencies = session.scalars(select(EvidenceItem.agency_id).where(EvidenceItem.url != "").distinct()).all()
    return [one for one in agencies if find_setting(session, LINK_CHECKS_SETTING, one) is False]


def own_page(url: str) -> Probe | None:
    """What is known of one of our own addresses; None for others."""
    ours, theirs = urlsplit(current_app.config["PUBLIC_URL"]), urlsplit(url)
    if (theirs.hostname, theirs.port) != (ours.hostname, ours.port):
        return None
    is_behind = any(theirs.path == door or theirs.path.startswith(f"{door}/") for door in BEHIND_A_DOOR)
    return Probe(LinkOutcome.LOGIN if is_behind else LinkOutcome.OPEN)


def _write(evidence_id: int, found: Probe, at: datetime, fence: Fence) -> None:
    def work(session: Session) -> None:
        fence(session)
        item = session.scalar(select(EvidenceItem).where(EvidenceItem.id == evidence_id).with_for_update())
        if item is None:
            return
        last = session.scalar(
            select(LinkCheck)
            .where(LinkCheck.evidence_id == evidence_id)
            .order_by(LinkCheck.id.desc())
            .limit(1)
        )
        if last is not None and (last.outcome, last.http_status) == (found.outcome.value, found.http_status):
            last.last_at = max(at, last.last_at)
        else:
            session.add(
                LinkCheck(
                    evidence_id=evidence_id,
                    outcome=found.outcome.value,
                    http_status=found.http_status,
                    first_at=at,
                    last_at=at,
                )
            )
        history = session.get(EvidenceHistory, evidence_id)
        if history is None:
            history = EvidenceHistory(evidence_id=evidence_id)
            session.add(history)
        if history.replaced_by_id is None:
            is_open = found.outcome is LinkOutcome.OPEN
            history.check_due_at = at + (AGAIN_IF_OPEN if is_open else AGAIN_IF_NOT)
        session.flush()

    run_in_unit(work)
