"""The performance report leaves the house: who took it, over what, and its digest, stand in the log first."""

from __future__ import annotations

import enum
import hashlib
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from app.database import run_in_unit
from app.extensions import db
from app.models import Agency
from app.queries.performance import get_performance, list_reach
from app.services.audit_log import acting_role, append_agency_entry
from app.services.exports import XLSX, CutOffInFuture, Export
from reports.performance.paper import build_paper
from reports.performance.rows import LONGEST_DAYS, Measure, Period
from reports.performance.workbook import build_workbook
from workflows.canonical import instant_text
from workflows.errors import CaseNotVisible
from workflows.snapshot import Actor

EXPORTED = "export.performance"
"""Kind of the log entries: one in the chain of each agency that the report is about."""


class Form(enum.StrEnum):
    """Which file; the value is its ending."""

    XLSX = "xlsx"
    PDF = "pdf"


class BadPeriod(ValueError):
    """The period ends before it begins, or is longer than `LONGEST_DAYS`."""


def export_performance(
    first: date,
    last: date,
    form: Form,
    *,
    actor: Actor,
    at: datetime,
    agency_code: str = "",
    base_url: str | None = None,
    generated_by: str = "",
) -> Export:
    """The report on one agency in reach, or on all of them, with an entry in the chain of each.

    Reading and writing the file come first, outside the transaction: only the entries are written in it.

    :param first: first local day, inclusive; `last` likewise
    :param base_url: address of the installation, for links to the cases
    :param generated_by: function of who exports, never a name
    :raises BadPeriod: see there
    :raises CutOffInFuture: `last` after the present day
    :raises CaseNotVisible: no such agency in reach, or none at all
    """
    check_period(first, last)
    session = db.session()
    agencies = [one for one in list_reach(session, actor) if agency_code in ("", one.code)]
    if not agencies:
        raise CaseNotVisible(EXPORTED)
    if last > at.astimezone(ZoneInfo(agencies[0].timezone)).date():
        raise CutOffInFuture
    given = get_performance(
        session,
        agencies,
        first,
        last,
        actor=actor,
        as_of=at,
        base_url=base_url,
        generated_by=generated_by,
    )
    content = build_workbook(given) if form is Form.XLSX else build_paper(given)
    digest = hashlib.sha256(content).hexdigest()
    ids = [one.id for one in agencies]

    def work(session: Session) -> None:
        for agency_id in sorted(ids):
            append_agency_entry(
                session,
                session.get_one(Agency, agency_id),
                kind=EXPORTED,
                actor=actor,
                role=acting_role(actor),
                at=at,
                facts={
                    "first": first.isoformat(),
                    "last": last.isoformat(),
                    "as_of": instant_text(at),
                    "form": form.value,
                    "sha256": digest,
                    "size": len(content),
                },
            )

    run_in_unit(work)
    cases = sum(row.n for row in given.counts if row.measure is Measure.TOTAL and row.period is Period.NOW)
    name = f"kinerja-{agency_code or 'semua'}-{first:%Y%m%d}-{last:%Y%m%d}.{form.value}"
    return Export(name, XLSX if form is Form.XLSX else "application/pdf", content, digest, cases)


def check_period(first: date, last: date) -> None:
    """Refuse a period that can't be reported on.

    :raises BadPeriod: see there
    """
    if not 0 <= (last - first).days < LONGEST_DAYS or first.year < 2000:
        raise BadPeriod
