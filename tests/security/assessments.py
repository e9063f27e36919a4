"""Assessments with one of everything that an address may name, for the attacks."""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import select

from app.extensions import db
from app.models import AuditEntry, Complaint, EvidenceFile
from app.security.vault import new_case_key
from app.services.assessment_duties import Owner, give_duty
from app.services.assessments import answer_indicator, start_assessment
from app.services.closure_samples import draw_sample
from app.services.evidence_files import SealedFiles, without_copy
from app.services.evidence_items import Document, attach_evidence
from app.services.files import store_file
from app.services.sealing import seal
from tests.app.content.samples import picture
from tests.factories import MONDAY, Station, add_user, lodge, walk
from tests.security.world import World, get_actor_of
from workflows.snapshot import Actor
from workflows.vocabulary import Event, Role

OWN, OTHERS = "A3.P.v.a", "A5.R.ii.a"
"""The indicator that the Kasat Lantas sees to, and one that he does not."""
NEXT_DAY = MONDAY + timedelta(days=1)
ASSESSORS = {"SRG": "pengganti", "CLG": "clg-pengganti"}
"""Whose task the assessments are; nobody complains of them."""


@dataclass(frozen=True)
class Assessed:
    """What was made of one station.

    :ivar ids: by the part of an address that names them
    :ivar own_evidence: a document of `OWN`; the one among `ids` is of `OTHERS`
    """

    code: str
    assessment_id: int
    ids: Mapping[str, str]
    own_evidence: int


def mark_of(code: str) -> str:
    """A word that stands in every text of a station's assessment."""
    return f"BERKAS{code}TANDA"


def add_assessments(world: World) -> tuple[Assessed, Assessed]:
    """Begin, answer and prove both assessments, and draw a sample of each station; in an app context."""
    add_user(world.other, ASSESSORS["CLG"], Role.COORDINATOR)
    closed = {}
    for station in (world.station, world.other):
        closed[station.code] = lodge(station).number
        walk(station, closed[station.code], Event.CLOSE, at=MONDAY)
    seal(NEXT_DAY)
    first, second = (_assess(one, closed[one.code]) for one in (world.station, world.other))
    return first, second


def _assess(station: Station, closed: str) -> Assessed:
    code, session = station.code, db.session()
    actor = get_actor_of(ASSESSORS[code])
    made = start_assessment(code, 2026, actor=actor, at=NEXT_DAY)
    answer_indicator(made, OTHERS, None, f"Catatan {mark_of(code)}.", seen="", actor=actor, at=NEXT_DAY)
    give_duty(made, (OWN,), Owner(user_id=station.people["kasatlantas"]), None, actor=actor, at=NEXT_DAY)
    evidence = [_attach(made, code, key, actor) for key in (OTHERS, OWN)]
    sample = draw_sample(code, MONDAY.date(), MONDAY.date(), 5, actor=get_actor_of("ombudsman"), at=NEXT_DAY)
    file_id = session.scalars(select(EvidenceFile.id).where(EvidenceFile.evidence_id == evidence[0])).one()
    entry = session.scalars(select(AuditEntry.id).join(Complaint).where(Complaint.number == closed)).first()
    ids = {
        "<int:evidence_id>": str(evidence[0]),
        "<int:file_id>": str(file_id),
        "<int:sample_id>": str(sample),
        "<int:place>": "1",
        "<int:entry_id>": str(entry),
        "<indicator_id>": OTHERS,
        "<code>": code,
    }
    return Assessed(code, made, ids, evidence[1])


def _attach(assessment_id: int, code: str, indicator_id: str, actor: Actor) -> int:
    mark = f"{mark_of(code)}{indicator_id[1]}"
    key, photo = new_case_key(), picture(size=(64, 64 + int(indicator_id[1])))
    sealed = SealedFiles((without_copy(store_file(io.BytesIO(photo), f"{mark}.jpg", key)),), key)
    document = Document(f"Kep/{mark}", f"Surat {mark}", date(2026, 3, 1), f"Kapolres {mark}")
    return attach_evidence(assessment_id, (indicator_id,), document, sealed=sealed, actor=actor, at=NEXT_DAY)
