"""Attaching what Sahut holds to an indicator: an extract is sealed as it stands, as an evidence item.

An extract is a CSV of the document or list, so that an evaluator can open it without an account. Attached a
second time on the same day it is the same item, tied to one more indicator.
"""

from __future__ import annotations

import hashlib
from datetime import datetime

from flask import current_app
from sqlalchemy.orm import Session

from app.extensions import db
from app.models import Assessment
from app.queries.actors import get_actor
from app.queries.assessment_work import list_own_duties, list_possible_owners
from app.queries.evidence import find_same_file, find_same_number
from app.queries.wbk_documents import list_held
from app.queries.wbk_held import HeldDocument
from app.services.assessment_access import AssessmentRefused, may_assess
from app.services.evidence_files import seal_content
from app.services.evidence_items import Document, attach_evidence, link_evidence
from reports.evidence.annexes import csv_chunks
from workflows.errors import CaseNotVisible
from workflows.snapshot import Actor

CSV = "text/csv"
LONGEST_TITLE = 200


def attach_held(assessment_id: int, indicator_id: str, key: str, *, actor: Actor, at: datetime) -> int:
    """Attach one of the documents of :func:`app.queries.wbk_documents.list_held`; the id of its item.

    A list counts no case in which somebody has an interest to whom the document opens: it would tell them.
    Sealing comes first, outside the transaction; what is sealed and not attached is unreadable.

    :raises AssessmentRefused: ``held_unknown``: it is not held (any more); else as `attach_evidence`
    :raises CaseNotVisible: not the actor's agency, or not their task
    """
    session = db.session()
    assessment = session.get(Assessment, assessment_id)
    if assessment is None or assessment.agency_id != actor.agency_id:
        raise CaseNotVisible("wbk")
    agency = assessment.agency
    held = list_held(
        session,
        agency,
        assessment.year,
        indicator_id,
        actor=actor,
        at=at,
        readers=_readers(session, assessment),
    )
    found = next((one for one in held if one.key == key), None)
    if found is None:
        raise AssessmentRefused("held_unknown")
    content = extract(found)
    digest = hashlib.sha256(content).hexdigest()
    known = _known(agency.id, found, digest)
    if known is not None:
        link_evidence(assessment_id, indicator_id, known, in_hand=digest, actor=actor, at=at)
        return known
    document = Document(
        number=found.number,
        title=found.title[:LONGEST_TITLE],
        signed_on=found.on,
        signer=found.signer,
        url=f"{current_app.config['PUBLIC_URL']}{found.path}" if found.path else "",
    )
    sealed = seal_content(f"{agency.code}-{assessment.year}-{found.key}.csv", CSV, content)
    return attach_evidence(assessment_id, (indicator_id,), document, sealed=sealed, actor=actor, at=at)


def _readers(session: Session, assessment: Assessment) -> tuple[Actor, ...]:
    """People of the agency to whom its documents open: assessors, and whoever sees to an indicator."""
    actors = (get_actor(session, user) for user in list_possible_owners(session, assessment.agency_id)[1])
    return tuple(one for one in actors if may_assess(one) or list_own_duties(session, assessment.id, one))


def _known(agency_id: int, held: HeldDocument, digest: str) -> int | None:
    """Id of the item that it was attached as before: of the same number, else of the same content.

    A list holds what its reader may see: one of the same title may be another's, with other lines.
    """
    session = db.session()
    if held.number:
        item = find_same_number(session, agency_id, held.number, held.on)
    else:
        item = find_same_file(session, agency_id, [digest])
    return item.id if item is not None else None


def extract(held: HeldDocument) -> bytes:
    """The document as CSV; the last line says how many complaints stand in no line."""
    rows = list(held.rows)
    if held.hidden:
        words = f"{held.hidden} pengaduan dihitung dan tidak dicantumkan"
        rows.append((words, *[None] * (len(held.columns) - 1)))
    return b"".join(csv_chunks(held.columns, rows))
