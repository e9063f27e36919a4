"""Exports are acts: who took which file out, and its digest, stands in the log before anybody gets it."""

import hashlib
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from app.database import run_in_unit
from app.extensions import db
from app.models import Agency
from app.queries.assessments import find_agency, get_worksheet
from app.queries.wbk import get_wbk_input
from app.services.assessment_access import may_assess
from app.services.audit_log import acting_role, append_agency_entry
from reports.wbk.workbook import build_workbook
from workflows.canonical import instant_text
from workflows.errors import CaseNotVisible
from workflows.snapshot import Actor
from workflows.vocabulary import Role

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True, slots=True)
class Export:
    """A file on its way out.

    :ivar name: to save it under; holds agency, year and day, nothing personal
    :ivar sha256: of the content, in hex, as the log has it
    :ivar cases: how many complaints the figures rest on
    """

    name: str
    content_type: str
    content: bytes
    sha256: str
    cases: int


class CutOffInFuture(ValueError):
    """The cut-off lies after now: nobody knows yet what will have happened by then."""


def export_workbook(
    agency_code: str, year: int, *, as_of: datetime, actor: Actor, at: datetime, generated_by: str = ""
) -> Export:
    """The evidence workbook of an agency and year, with its entry ``export.wbk`` in the agency's chain.

    Reading and writing the file come first, outside the transaction: only the entry is written in it.

    :param as_of: cut-off; cases received later don't count
    :param generated_by: function of who exports, never a name
    :raises CaseNotVisible: no such agency, or not for this actor
    :raises CutOffInFuture: `as_of` after `at`
    :raises reports.wbk.errors.WbkError: an answer that the worksheet doesn't allow, or of another version
    """
    session = db.session()
    agency = find_agency(session, agency_code)
    if agency is None or not may_export(agency, actor):
        raise CaseNotVisible("export.wbk")
    if as_of > at:
        raise CutOffInFuture
    found = get_wbk_input(session, agency, year, as_of=as_of, actor=actor, generated_by=generated_by)
    content = build_workbook(get_worksheet(found.worksheet_version), found)
    digest = hashlib.sha256(content).hexdigest()
    agency_id = agency.id

    def work(session: Session) -> None:
        append_agency_entry(
            session,
            session.get_one(Agency, agency_id),
            kind="export.wbk",
            actor=actor,
            role=acting_role(actor),
            at=at,
            facts={
                "year": year,
                "as_of": instant_text(as_of),
                "sha256": digest,
                "size": len(content),
                "cases": len(found.cases),
                "worksheet": found.worksheet_version,
            },
        )

    run_in_unit(work)
    name = f"WBK-{agency_code}-{year}-{found.cut_off:%Y%m%d}.xlsx"
    return Export(name, XLSX, content, digest, len(found.cases))


def may_export(agency: Agency, actor: Actor) -> bool:
    """The agency's own assessors, the reviewers of its mandate, and the system (command line)."""
    if Role.SYSTEM in actor.roles:
        return True
    if Role.OMBUDSMAN in actor.roles:
        return agency.id in actor.mandate
    return agency.id == actor.agency_id and may_assess(actor)
