"""A complaint while it is being written, sealed so that only the citizen opens it.

The token (256 random bits) stands in the signed session cookie and on the open page, or comes back by a code
(`app.services.resuming`); the server keeps it nowhere. The row is found by the
SHA-256 of the token and sealed by a key derived from it, so neither the database nor a backup tells what
somebody began to write and did not dare to send. Files are sealed under a key that stands with the answers;
it becomes the key of the case when the draft is filed, so nothing is stored twice.

Filing is one transaction that holds the draft's row: a second click waits, and then finds what the first one
filed. The tracking code is left in the draft, sealed as before, for a few minutes (`HANDOVER`), since the
answer to the first click may never have arrived.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import secrets
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from flask import current_app
from sqlalchemy import bindparam, delete, select, update
from sqlalchemy.orm import Session

from app.content.errors import CaseFull
from app.database import read_rows, run_in_unit, write_rows
from app.models import Draft, DraftFile, DraftResume
from app.security.vault import derive_key, new_case_key
from app.services.files import StoredFile
from app.services.lodging import Filing, lodge_in
from app.storage import get_storage
from workflows.snapshot import Actor
from workflows.vocabulary import Role

KEPT_FOR = timedelta(days=30)
"""How long an unfinished complaint waits for its writer; every answer begins the time anew."""
HANDOVER = timedelta(minutes=15)
"""How long after filing the code can still be shown in the browser that filed."""
KEPT_AFTER_FILING = timedelta(days=1)
"""How long a filed draft still answers a second click."""
TOKEN_BYTES = 32
NONCE_BYTES = 12

CITIZEN = Actor(roles=frozenset({Role.COMPLAINANT}))


class DraftGone(Exception):
    """No draft opens by this token: none was begun, it expired, or it was thrown away."""


class DraftAlreadyFiled(Exception):
    """The draft became a complaint; its answers cannot change any more."""


@dataclass(frozen=True, slots=True)
class Content:
    """What is sealed of an unfinished complaint.

    :ivar answers: by question, the answers that were accepted, as JSON values by field
    :ivar typed: by question, what was typed and not yet accepted (kept over a change of language)
    :ivar files: in the order in which they were chosen
    :ivar case_key: the key that the files are sealed under
    """

    answers: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    typed: Mapping[str, Mapping[str, list[str]]] = field(default_factory=dict)
    files: tuple[StoredFile, ...] = ()
    case_key: bytes = field(default_factory=new_case_key, repr=False)


@dataclass(frozen=True, slots=True)
class Filed:
    """What is left of a draft that was filed.

    :ivar code: the tracking code, while it may still be shown; then None
    :ivar mark: what whoever filed it knows its text by, so that a second click learns it, too
    """

    number: str
    filed_at: datetime
    code: str | None = field(default=None, repr=False)
    mark: str | None = None

    def may_show(self, at: datetime) -> bool:
        """Whether the code is still there to be shown at `at`."""
        return self.code is not None and at < self.filed_at + HANDOVER


def new_token() -> str:
    """A fresh token for the cookie."""
    return secrets.token_urlsafe(TOKEN_BYTES)


def file_id(stored: StoredFile) -> str:
    """What a page calls a file of a draft by; says nothing of the file."""
    return stored.storage_key[3:19]


def find_draft(session: Session, token: str | None, at: datetime) -> Content | Filed | None:
    """What the token opens; None where it opens nothing (any more). Writes nothing."""
    if not token:
        return None
    row = read_rows(session, _SEALED, token_digest=_digest(token), at=at).first()
    return None if row is None else _open(token, row.answers_sealed)


def save_answers(
    token: str,
    agency_id: int,
    question: str,
    answers: Mapping[str, Any],
    *,
    at: datetime,
    dropped: Collection[str] = (),
) -> None:
    """Keep the accepted answers to one question; begins the draft if there is none yet.

    :param dropped: questions whose answers go, since they no longer fit
    :raises DraftAlreadyFiled: it was filed meanwhile
    """

    def change(content: Content) -> Content:
        typed = {name: value for name, value in content.typed.items() if name not in {question, *dropped}}
        kept = {name: value for name, value in content.answers.items() if name not in dropped}
        return replace(content, answers={**kept, question: dict(answers)}, typed=typed)

    _change(token, change, agency_id=agency_id, at=at)


def keep_typed(
    token: str, agency_id: int, question: str, typed: Mapping[str, list[str]], *, at: datetime
) -> None:
    """Keep what stands in the fields of a question, right or wrong, for when its page is shown again.

    :raises DraftAlreadyFiled: it was filed meanwhile
    """

    def change(content: Content) -> Content:
        return replace(content, typed={**content.typed, question: dict(typed)})

    _change(token, change, agency_id=agency_id, at=at)


def add_files(token: str, files: list[StoredFile], *, at: datetime) -> None:
    """Add files that were stored under the draft's key.

    :raises CaseFull: they would exceed what a case may hold
    :raises DraftGone: there is no such draft
    :raises DraftAlreadyFiled: it was filed meanwhile
    """

    def work(session: Session) -> None:
        row, content = _lock(session, token, at)
        limit = current_app.config["MAX_CASE_FILE_BYTES"]
        if sum(one.size for one in (*content.files, *files)) > limit:
            raise CaseFull(limit)
        session.add_all(
            DraftFile(draft_id=row.id, storage_key=one.storage_key, view_storage_key=one.view_storage_key)
            for one in files
        )
        _write(row, token, replace(content, files=(*content.files, *files)), at)

    run_in_unit(work)


def remove_file(token: str, wanted: str, *, at: datetime) -> None:
    """Remove a file from the draft and from the storage; no complaint if it is gone already.

    :param wanted: its `file_id`
    :raises DraftGone: there is no such draft
    :raises DraftAlreadyFiled: it was filed meanwhile
    """

    def work(session: Session) -> list[StoredFile]:
        row, content = _lock(session, token, at)
        gone = [one for one in content.files if file_id(one) == wanted]
        kept = tuple(one for one in content.files if file_id(one) != wanted)
        session.execute(
            delete(DraftFile).where(
                DraftFile.draft_id == row.id,
                DraftFile.storage_key.in_([one.storage_key for one in gone]),
            )
        )
        _write(row, token, replace(content, files=kept), at)
        return gone

    _delete_files(run_in_unit(work))


def discard(token: str, *, at: datetime) -> None:
    """Throw an unfinished draft away, with its files; one that was filed, or is gone, is left as it is."""

    def work(session: Session) -> tuple[StoredFile, ...]:
        try:
            row, content = _lock(session, token, at)
        except (DraftGone, DraftAlreadyFiled):
            return ()
        session.execute(delete(DraftFile).where(DraftFile.draft_id == row.id))
        session.execute(delete(DraftResume).where(DraftResume.draft_id == row.id))
        session.delete(row)
        return content.files

    _delete_files(run_in_unit(work))


def _delete_files(files: Iterable[StoredFile]) -> None:
    for stored in files:
        for key in (stored.storage_key, stored.view_storage_key):
            if key is not None:
                get_storage().delete(key)


def file_draft(
    token: str,
    make_filing: Callable[[Content], Filing],
    *,
    at: datetime,
    mark: Callable[[], str | None] = lambda: None,
) -> Filed:
    """Lodge the complaint that the draft holds, once: whoever comes second gets what the first one filed.

    :param make_filing: the complaint that the answers make; called inside the transaction
    :param mark: gives the mark of what was made
    :raises DraftGone: there is no such draft
    """

    def work(session: Session) -> Filed:
        row = read_rows(session, _LOCKED, token_digest=_digest(token), at=at).first()
        content = None if row is None else _open(token, row.answers_sealed)
        if row is None or content is None:
            raise DraftGone
        if isinstance(content, Filed):
            return content
        lodged = lodge_in(session, make_filing(content), actor=CITIZEN, at=at)
        filed = Filed(lodged.number, at, lodged.tracking_code, mark())
        if content.files:
            session.execute(delete(DraftFile).where(DraftFile.draft_id == row.id))
        write_rows(
            session,
            _KEEP_AS_FILED,
            draft_id=row.id,
            answers_sealed=_seal(token, filed),
            complaint_id=lodged.complaint_id,
            updated_at=at,
            expires_at=at + KEPT_AFTER_FILING,
        )
        return filed

    return run_in_unit(work)


def take_code(token: str, *, at: datetime) -> Filed:
    """The filed draft with its code for the last time: from now on the code is nowhere.

    :raises DraftGone: there is no such draft, or it was never filed
    """

    def work(session: Session) -> Filed:
        filed = _filed(session, token, at)
        row = find_row(session, token, at)
        assert row is not None
        row.answers_sealed = _seal(token, replace(filed, code=None))
        return filed if filed.may_show(at) else replace(filed, code=None)

    return run_in_unit(work)


def _change(token: str, change: Callable[[Content], Content], *, agency_id: int, at: datetime) -> None:
    def work(session: Session) -> None:
        try:
            row, content = _lock(session, token, at)
        except DraftGone:
            row, content = Draft(token_digest=_digest(token)), Content()
            session.add(row)
        row.agency_id = agency_id
        _write(row, token, change(content), at)

    run_in_unit(work)


def _lock(session: Session, token: str, at: datetime) -> tuple[Draft, Content]:
    row = find_row(session, token, at)
    if row is None:
        raise DraftGone
    content = _open(token, row.answers_sealed)
    if content is None:
        raise DraftGone
    if isinstance(content, Filed):
        raise DraftAlreadyFiled
    return row, content


def _filed(session: Session, token: str, at: datetime) -> Filed:
    row = find_row(session, token, at)
    filed = None if row is None else _open(token, row.answers_sealed)
    if not isinstance(filed, Filed):
        raise DraftGone
    return filed


def find_row(session: Session, token: str, at: datetime) -> Draft | None:
    """The row of a draft that has not expired, held until the transaction ends."""
    return session.scalar(
        select(Draft).where(Draft.token_digest == _digest(token), Draft.expires_at > at).with_for_update()
    )


_DRAFT = Draft.__table__
_SEALED = select(_DRAFT.c.id, _DRAFT.c.answers_sealed).where(
    _DRAFT.c.token_digest == bindparam("token_digest"), _DRAFT.c.expires_at > bindparam("at")
)
_LOCKED = _SEALED.with_for_update()
_KEEP_AS_FILED = update(Draft).where(_DRAFT.c.id == bindparam("draft_id"))


def _write(row: Draft, token: str, content: Content, at: datetime) -> None:
    row.answers_sealed = _seal(token, content)
    row.updated_at, row.expires_at = at, at + KEPT_FOR


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _cipher(token: str) -> AESGCM:
    try:
        secret = base64.urlsafe_b64decode(token + "=")
    except (binascii.Error, ValueError):
        secret = b""
    if len(secret) != TOKEN_BYTES:
        raise DraftGone
    return AESGCM(derive_key(secret, b"sahut/draft/v1"))


def _seal(token: str, value: Content | Filed) -> bytes:
    nonce = secrets.token_bytes(NONCE_BYTES)
    clear = json.dumps(_to_json(value), ensure_ascii=False, separators=(",", ":")).encode()
    return nonce + _cipher(token).encrypt(nonce, clear, _digest(token).encode())


def _open(token: str, sealed: bytes) -> Content | Filed | None:
    try:
        clear = _cipher(token).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], _digest(token).encode())
    except (DraftGone, InvalidTag):
        return None
    return _from_json(json.loads(clear))


def _to_json(value: Content | Filed) -> dict[str, Any]:
    if isinstance(value, Filed):
        return {**asdict(value), "filed_at": value.filed_at.isoformat()}
    return {
        "answers": value.answers,
        "typed": value.typed,
        "files": [asdict(one) for one in value.files],
        "case_key": value.case_key.hex(),
    }


def _from_json(value: Mapping[str, Any]) -> Content | Filed:
    if "number" in value:
        filed_at = datetime.fromisoformat(value["filed_at"])
        return Filed(value["number"], filed_at, value["code"], value.get("mark"))
    return Content(
        answers=value["answers"],
        typed=value["typed"],
        files=tuple(StoredFile(**one) for one in value["files"]),
        case_key=bytes.fromhex(value["case_key"]),
    )
