"""Files of evidence items: sealed before any transaction, listed with the item, each reading logged.

A key of its own for each sending, wrapped by the vault key: the documents of an assessment are not those of a
case, and stay when cases are erased.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.database import run_in_unit
from app.models import Agency, EvidenceFile, EvidenceItem
from app.queries.assessment_work import supports_own_duty
from app.security.ring import get_keys
from app.security.vault import new_case_key, unwrap_case_key, wrap_case_key
from app.services.assessment_access import may_assess
from app.services.audit_log import acting_role, append_agency_entry
from app.services.files import StoredFile
from app.storage import get_storage
from workflows.errors import CaseNotVisible
from workflows.snapshot import Actor
from workflows.vocabulary import Role


@dataclass(frozen=True, slots=True)
class SealedFiles:
    """Files of an item that are stored already, and the key that they are sealed under."""

    files: tuple[StoredFile, ...]
    key: bytes


def seal_content(name: str, content_type: str, content: bytes) -> SealedFiles:
    """A file that was made here, in the storage under a key of its own."""
    key = new_case_key()
    stored = get_storage().put(io.BytesIO(content), key)
    return SealedFiles((StoredFile(name, content_type, stored.size, stored.sha256, stored.key),), key)


@dataclass(frozen=True, slots=True)
class EvidenceDownload:
    """A file on its way to a reader, decrypted as it is sent."""

    name: str
    content_type: str
    size: int
    chunks: Iterator[bytes]


def read_evidence_file(file_id: int, *, actor: Actor, at: datetime) -> EvidenceDownload:
    """A file of an item, for those who work with it and its reviewers; the reading is logged first.

    :raises CaseNotVisible: no such file for the actor
    """

    def work(session: Session) -> EvidenceDownload:
        row = session.get(EvidenceFile, file_id)
        item = session.get(EvidenceItem, row.evidence_id) if row is not None else None
        if row is None or item is None or not _may_read(session, item, actor):
            raise CaseNotVisible("wbk")
        append_agency_entry(
            session,
            session.get_one(Agency, item.agency_id),
            kind="wbk.evidence_read",
            actor=actor,
            role=acting_role(actor),
            at=at,
            facts={"evidence": item.id, "file": row.id},
        )
        key = unwrap_case_key(get_keys(), row.vault_key_id, row.wrapped_key)
        chunks = get_storage().open(row.storage_key, key)
        return EvidenceDownload(row.name, row.content_type, row.size, chunks)

    return run_in_unit(work)


def _may_read(session: Session, item: EvidenceItem, actor: Actor) -> bool:
    """Reviewers of its mandate, the agency's assessors, and whoever sees to an indicator that it supports."""
    if Role.OMBUDSMAN in actor.roles:
        return item.agency_id in actor.mandate
    if item.agency_id != actor.agency_id:
        return False
    return may_assess(actor) or supports_own_duty(session, item.id, actor)


def rows_of(item: EvidenceItem, sealed: SealedFiles, actor: Actor, at: datetime) -> Iterator[EvidenceFile]:
    """The rows of an item's files, their key wrapped by the vault key."""
    key_id, wrapped = wrap_case_key(get_keys(), sealed.key)
    for stored in sealed.files:
        yield EvidenceFile(
            evidence_id=item.id,
            name=stored.name,
            content_type=stored.content_type,
            size=stored.size,
            sha256=stored.sha256,
            storage_key=stored.storage_key,
            vault_key_id=key_id,
            wrapped_key=wrapped,
            uploaded_at=at,
            uploaded_by_id=actor.user_id,
        )


def keep_files(session: Session, old: EvidenceItem, new: EvidenceItem) -> None:
    """The same sealed bytes, listed with the correction, too."""
    for row in session.scalars(
        select(EvidenceFile).where(EvidenceFile.evidence_id == old.id).order_by(EvidenceFile.id)
    ).all():
        columns = {
            column.key: getattr(row, column.key)
            for column in EvidenceFile.__table__.columns
            if column.key not in ("id", "evidence_id")
        }
        session.add(EvidenceFile(evidence_id=new.id, **columns))


def without_copy(stored: StoredFile) -> StoredFile:
    """A stored file without its cleaned copy: evaluators open the document as it was signed."""
    if stored.view_storage_key is not None:
        get_storage().delete(stored.view_storage_key)
    return replace(stored, view_storage_key=None, view_content_type=None)
