"""Files that were chosen with a form that came back: stored already, so that nobody must choose them again.

The storage holds only ciphertext under the key of the case. What the page carries is a signed list of where
they lie, bound to this person and this case.
"""

from __future__ import annotations

import base64
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from flask import current_app
from itsdangerous import BadSignature, URLSafeTimedSerializer
from wtforms import Field

from app.content.errors import FileRefused
from app.content.names import shown_name
from app.forms.refusals import refusal_words
from app.security.keys import KeyName
from app.security.ring import get_keys
from app.security.vault import VaultError, unwrap_case_key, wrap_case_key
from app.services.files import StoredFile, store_file
from workflows.errors import Refused

LONGEST_KEPT_S = 12 * 3600


def store_chosen(field: Field, case_key: bytes) -> tuple[list[StoredFile], list[FileRefused]]:
    """Stores what was chosen in a field of files; gives what was stored, and refusals with names of files."""
    stored, refused = [], []
    for chosen in field.data or ():
        name = chosen.filename or ""
        try:
            stored.append(store_file(chosen.stream, name, case_key))
        except FileRefused as refusal:
            refused.append(refusal.of(shown_name(name)))
    return stored, refused


def dump(files: Sequence[StoredFile], *, subject: str, case_key: bytes | None = None) -> str:
    """The list for a hidden field; empty for no files.

    :param subject: whom and what it is bound to
    :param case_key: of a case that does not exist yet; travels wrapped by the vault key
    """
    if not files:
        return ""
    value: dict[str, Any] = {"files": [asdict(one) for one in files]}
    if case_key is not None:
        key_id, wrapped = wrap_case_key(get_keys(), case_key)
        value["key"] = [key_id, base64.b64encode(wrapped).decode("ascii")]
    return str(_serializer(subject).dumps(value))


def load(text: str | None, *, subject: str) -> tuple[list[StoredFile], bytes | None]:
    """What `dump` wrote for the same subject; nothing for anything else."""
    if not text:
        return [], None
    try:
        value = _serializer(subject).loads(text, max_age=LONGEST_KEPT_S)
    except BadSignature:
        return [], None
    case_key = None
    if "key" in value:
        key_id, wrapped = value["key"]
        try:
            case_key = unwrap_case_key(get_keys(), key_id, base64.b64decode(wrapped))
        except VaultError:
            return [], None
    return [StoredFile(**one) for one in value["files"]], case_key


def lay_file_refusals(form: Any, refusals: Sequence[Refused]) -> None:
    """Lays refusals of files on the field that chose them, with the name of the file where it is known."""
    for refusal in refusals:
        name = getattr(refusal, "name", None)
        if name is None:
            form.lay_refusal(refusal)
        else:
            form.lay_error(f"{name}: {refusal_words(refusal)}", refusal.field)


def _serializer(subject: str) -> URLSafeTimedSerializer:
    secret = get_keys().current(KeyName.SESSION).secret
    return URLSafeTimedSerializer(secret, salt=f"sahut/kept-files/v1|{subject}")


def subject_of(who: int | str, number: str) -> str:
    """What a list of kept files is bound to.

    :param who: id of the account, or ``complainant``
    """
    return f"{who}|{number}|{current_app.name}"
