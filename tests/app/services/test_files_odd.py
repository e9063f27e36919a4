"""Every odd file at the service itself: stored whole under a clean name, or nothing is left of it."""

from __future__ import annotations

import hashlib
import io

import pytest
from sqlalchemy.orm import Session

from app.content.errors import FileRefused
from app.forms.refusals import refusal_words
from app.security.vault import new_case_key
from app.services.files import store_file
from app.storage import get_storage
from tests.app.content.odd_files import CASES, Case

pytestmark = pytest.mark.database("sqlite")


@pytest.mark.parametrize("case", CASES, ids=lambda case: ascii(case.name)[1:40])
def test_an_odd_file_is_stored_whole_or_leaves_nothing(session: Session, case: Case) -> None:
    content, key = case.content(), new_case_key()
    if case.said is not None:
        with pytest.raises(FileRefused) as caught:
            store_file(io.BytesIO(content), case.name, key)
        assert refusal_words(caught.value).startswith(case.said)
        assert list(get_storage().list_keys()) == []
        return
    stored = store_file(io.BytesIO(content), case.name, key)
    assert b"".join(get_storage().open(stored.storage_key, key)) == content
    assert stored.sha256 == hashlib.sha256(content).hexdigest()
    assert stored.name == (case.kept_by_service or case.kept)
