"""A way back to an unfinished complaint by a code, from any browser, without an account.

The draft's token is sealed under a key derived from the code (80 random bits, shown once). The row is found
by a keyed digest of the code, so neither the database, nor a backup, nor whoever holds all of Sahut's keys
opens a draft; and a code is no use without the row. A new code replaces the one before it.
"""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.database import run_in_unit
from app.models import Draft, DraftResume
from app.security.codes import code_digest, code_digests, new_tracking_code
from app.security.ring import get_keys
from app.security.vault import derive_key
from app.services.drafts import NONCE_BYTES, DraftGone, find_row

PURPOSE = "draft"


def make_resume_code(token: str, *, at: datetime) -> str:
    """A fresh code for the draft, 16 characters; the one made before opens nothing any more.

    :raises DraftGone: there is no such draft
    """

    def work(session: Session) -> str:
        draft = find_row(session, token, at)
        if draft is None:
            raise DraftGone
        code = new_tracking_code()
        row = session.get(DraftResume, draft.id) or DraftResume(draft_id=draft.id)
        row.code_digest = code_digest(get_keys(), code, purpose=PURPOSE)
        row.token_sealed = _seal(code, token)
        session.add(row)
        return code

    return run_in_unit(work)


def find_resumed(session: Session, code: str, at: datetime) -> str | None:
    """Token of the draft that the code opens; None where it opens none (any more). Writes nothing.

    :param code: as `normalise_code` gave it
    """
    wanted = code_digests(get_keys(), code, purpose=PURPOSE)
    sealed = session.scalar(
        select(DraftResume.token_sealed)
        .join(Draft, Draft.id == DraftResume.draft_id)
        .where(DraftResume.code_digest.in_(wanted), Draft.expires_at > at)
    )
    return None if sealed is None else _open(code, sealed)


def _cipher(code: str) -> AESGCM:
    secret = hashlib.sha256(b"sahut/resume/v1\x00" + code.encode()).digest()
    return AESGCM(derive_key(secret, b"sahut/draft-resume/v1"))


def _seal(code: str, token: str) -> bytes:
    nonce = secrets.token_bytes(NONCE_BYTES)
    return nonce + _cipher(code).encrypt(nonce, token.encode(), None)


def _open(code: str, sealed: bytes) -> str | None:
    try:
        return _cipher(code).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], None).decode()
    except InvalidTag:
        return None
