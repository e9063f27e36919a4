"""Files of a case: told by content, cleaned for viewing, sealed under the key of the case.

`store_file` does all the slow work (copying, scanning, decoding, encrypting) before any transaction, in this
process only what streams; `attach_to` then
writes the rows in the transaction of the act, with a commitment to the original bytes in its log entry. A
file that was stored and never attached is unreadable ciphertext.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from tempfile import TemporaryFile
from typing import Any, BinaryIO, cast

from flask import current_app
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.content.apart import examine_apart
from app.content.errors import CaseFull, FileEmpty, FileTooLarge
from app.content.kinds import kind_of
from app.content.names import clean_name
from app.database import run_in_unit
from app.models import Attachment, Complaint
from app.queries.snapshots import get_snapshot
from app.services.audit_log import acting_role, append_case_entry
from app.services.effects import Act
from app.services.scanning import refuse_infected
from app.services.texts import derive_salt, get_case_key
from app.storage import get_storage
from workflows.commitments import FileDigest, commit_files
from workflows.errors import CaseNotVisible
from workflows.permissions import can_see
from workflows.snapshot import Actor
from workflows.vocabulary import Role

COPY_BYTES = 1 << 16


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file that is sealed in the storage and not yet part of a case.

    :ivar name: as given, cleaned; shown, never used as a path
    :ivar size: bytes of the original
    :ivar sha256: of the original bytes, in hex
    :ivar view_storage_key: cleaned copy for viewing, where one could be made
    """

    name: str
    content_type: str
    size: int
    sha256: str
    storage_key: str
    view_storage_key: str | None = None
    view_content_type: str | None = None

    def columns(self) -> dict[str, Any]:
        """The columns of `app.models.Attachment` that tell of the file."""
        return {
            "name": self.name,
            "content_type": self.content_type,
            "size": self.size,
            "sha256": self.sha256,
            "storage_key": self.storage_key,
            "view_storage_key": self.view_storage_key,
            "view_content_type": self.view_content_type,
        }


@dataclass(frozen=True, slots=True)
class Download:
    """A file on its way to a reader.

    :ivar size: bytes to come; None for a cleaned copy, whose size isn't kept
    :ivar is_copy: whether it is the cleaned copy and not the original
    :ivar chunks: the decrypted bytes, read as they are sent
    """

    name: str
    content_type: str
    size: int | None
    is_copy: bool
    chunks: Iterator[bytes]


def store_file(stream: BinaryIO, name: str, case_key: bytes) -> StoredFile:
    """Check a file and seal it: the original, and a cleaned copy for viewing where one can be made.

    :param stream: read once from where it stands; it needs no end that is known beforehand
    :param name: as the sender calls it
    :param case_key: of the case (or of the draft) that it belongs to
    :raises app.content.errors.FileRefused: one of its kinds; nothing was stored
    """
    with _nameless_file() as original, _nameless_file() as view:
        size, sha256 = _receive(stream, original, current_app.config["MAX_FILE_BYTES"])
        _scan(original)
        examined = examine_apart(original, view)
        original.seek(0)
        view.seek(0)
        storage = get_storage()
        stored = storage.put(original, case_key)
        copy = None if examined.copy is None else storage.put(view, case_key)
    return StoredFile(
        name=clean_name(name, examined.kind),
        content_type=examined.kind.content_type,
        size=size,
        sha256=sha256,
        storage_key=stored.key,
        view_storage_key=None if copy is None else copy.key,
        view_content_type=None if examined.copy is None else examined.copy.content_type,
    )


def discard(stored: StoredFile) -> None:
    """Remove from the storage what was never made part of anything."""
    for key in (stored.storage_key, stored.view_storage_key):
        if key is not None:
            get_storage().delete(key)


def attach_to(
    act: Act,
    files: Sequence[StoredFile],
    purpose: str = "evidence",
    shared: bool = False,
    *,
    label: str | None = None,
) -> list[Attachment]:
    """Make files part of the case, in the transaction of an act; its log entry commits to them, in order.

    :param purpose: ``evidence``, ``decision``, ``letter`` or ``proof``
    :param shared: whether the complainant may open them; their own they always may
    :param label: of the commitment's salt; else the event's
    :raises CaseFull: the case would hold more than it may
    """
    if not files:
        return []
    limit = current_app.config["MAX_CASE_FILE_BYTES"]
    held = act.session.scalar(
        select(func.coalesce(func.sum(Attachment.size), 0)).where(Attachment.complaint_id == act.complaint.id)
    )
    if (held or 0) + sum(stored.size for stored in files) > limit:
        raise CaseFull(limit)
    by_complainant = act.role == Role.COMPLAINANT
    rows = [
        Attachment(
            complaint_id=act.complaint.id,
            message_id=act.message_id,
            purpose=purpose,
            uploaded_at=act.at,
            uploaded_by="complainant" if by_complainant else "staff",
            uploader_id=act.actor.user_id,
            shared=shared or by_complainant,
            **stored.columns(),
        )
        for stored in files
    ]
    act.session.add_all(rows)
    act.session.flush()
    salt = derive_salt(get_case_key(act.session, act.complaint.id), f"files:{label or act.event_seq}")
    act.facts["files"] = len(files)
    act.facts["files_commitment"] = commit_files([FileDigest(one.sha256, one.size) for one in files], salt)
    return rows


def read_file(
    number: str, attachment_id: int, *, actor: Actor, at: datetime, original: bool = False
) -> Download:
    """A file of a case, for somebody who may see it; an officer's or reviewer's reading is logged first.

    :param original: the sealed original even where there is a cleaned copy
    :raises CaseNotVisible: no such case or file for the actor
    """

    def work(session: Session) -> Download:
        complaint, row = _get_visible(session, number, attachment_id, actor)
        if Role.COMPLAINANT not in actor.roles:
            append_case_entry(
                session,
                complaint,
                kind="file.read",
                actor=actor,
                role=acting_role(actor),
                at=at,
                facts={"attachment": row.id, "original": original or row.view_storage_key is None},
            )
        return _open(row, get_case_key(session, complaint.id), original=original)

    return run_in_unit(work)


def _nameless_file() -> BinaryIO:
    """A file in the temporary folder that no name leads to, gone when it is closed; unbuffered."""
    return cast(BinaryIO, TemporaryFile(buffering=0))


def _receive(stream: BinaryIO, copy: BinaryIO, limit: int) -> tuple[int, str]:
    """Copy the upload; gives its size and SHA-256.

    :raises FileTooLarge: more than `limit` bytes; the rest was not read
    :raises FileEmpty: no bytes
    """
    digest, size = hashlib.sha256(), 0
    while chunk := stream.read(COPY_BYTES):
        size += len(chunk)
        if size > limit:
            raise FileTooLarge(limit)
        digest.update(chunk)
        copy.write(chunk)
    if size == 0:
        raise FileEmpty
    return size, digest.hexdigest()


def _scan(original: BinaryIO) -> None:
    """Have the virus scanner look at it, where there is one."""
    settings = current_app.config["SAHUT_SETTINGS"]
    if settings.clamd is not None:
        refuse_infected(original, settings.clamd, accept_unscanned=settings.accept_unscanned)


def _get_visible(
    session: Session, number: str, attachment_id: int, actor: Actor
) -> tuple[Complaint, Attachment]:
    complaint = session.scalar(select(Complaint).where(Complaint.number == number))
    row = session.get(Attachment, attachment_id)
    if complaint is None or row is None or row.complaint_id != complaint.id:
        raise CaseNotVisible("file.read")
    if not can_see(get_snapshot(session, complaint), actor):
        raise CaseNotVisible("file.read")
    if Role.COMPLAINANT in actor.roles and not (row.shared or row.uploaded_by == "complainant"):
        raise CaseNotVisible("file.read")
    return complaint, row


def _open(row: Attachment, case_key: bytes, *, original: bool) -> Download:
    if original or row.view_storage_key is None or row.view_content_type is None:
        chunks = get_storage().open(row.storage_key, case_key)
        return Download(row.name, row.content_type, row.size, False, chunks)
    name = clean_name(row.name, kind_of(row.view_content_type))
    chunks = get_storage().open(row.view_storage_key, case_key)
    return Download(name, row.view_content_type, None, True, chunks)
