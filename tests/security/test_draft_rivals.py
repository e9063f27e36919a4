"""Two at once on an unfinished complaint: a file is part of the case or nowhere, and no sending is lost."""

from __future__ import annotations

import io
from datetime import timedelta
from functools import partial

import pytest
from flask import Flask
from sqlalchemy import select

from app.extensions import db
from app.models import Attachment, Complaint, DraftFile
from app.services import drafts, resuming
from app.services.drafts import Content, DraftAlreadyFiled, DraftGone, Filed
from app.services.files import StoredFile, discard, store_file
from app.storage import get_storage
from tests.app.content.samples import picture
from tests.factories import MONDAY, Station, filing, make_station
from tests.security.test_rivals import at_once, succeeded

AT = MONDAY + timedelta(hours=1)


@pytest.fixture
def station(app: Flask) -> Station:
    with app.app_context():
        return make_station()


@pytest.fixture
def token(app: Flask, station: Station) -> str:
    token = drafts.new_token()
    with app.app_context():
        drafts.save_answers(token, station.agency_id, "jenis", {"kind": "service"}, at=MONDAY)
    return token


def upload(token: str, content: Content) -> StoredFile:
    """Store a file and make it part of the draft, as the page does; what is refused is taken away again."""
    stored = store_file(io.BytesIO(picture()), "bukti.jpg", content.case_key)
    try:
        drafts.add_files(token, [stored], at=AT)
    except (DraftGone, DraftAlreadyFiled):
        discard(stored)
        raise
    return stored


def file(token: str, station: Station) -> Filed:
    return drafts.file_draft(
        token,
        lambda content: filing(station, case_key=content.case_key, files=list(content.files)),
        at=AT,
    )


def content_of(app: Flask, token: str) -> Content:
    with app.app_context():
        found = drafts.find_draft(db.session(), token, AT)
        assert isinstance(found, Content)
        return found


def assert_every_object_has_its_row(app: Flask, kept: int) -> None:
    """Nothing lies in the storage that no row names, and no row names what does not lie there."""
    with app.app_context():
        rows = [
            key
            for model in (Attachment, DraftFile)
            for row in db.session().execute(select(model.storage_key, model.view_storage_key))
            for key in row
            if key is not None
        ]
        assert sorted(rows) == sorted(get_storage().list_keys())
        assert all(get_storage().is_sound(key) for key in rows)
        assert len(rows) == kept * 2, "original and cleaned copy"


def test_a_file_that_comes_with_the_sending_is_in_the_case_or_nowhere(
    app: Flask, station: Station, token: str
) -> None:
    content = content_of(app, token)
    added, filed = at_once(app, partial(upload, token, content), partial(file, token, station))
    assert isinstance(filed, Filed), filed
    assert isinstance(added, StoredFile | DraftAlreadyFiled), added
    assert_every_object_has_its_row(app, kept=int(isinstance(added, StoredFile)))


def test_a_file_that_is_removed_with_the_sending_is_in_the_case_or_nowhere(
    app: Flask, station: Station, token: str
) -> None:
    content = content_of(app, token)
    with app.app_context():
        stored = upload(token, content)
    removed, filed = at_once(
        app,
        partial(drafts.remove_file, token, drafts.file_id(stored), at=AT),
        partial(file, token, station),
    )
    assert isinstance(filed, Filed), filed
    assert removed is None or isinstance(removed, DraftAlreadyFiled)
    assert_every_object_has_its_row(app, kept=int(removed is not None))


def test_two_files_at_once_are_both_kept(app: Flask, token: str) -> None:
    content = content_of(app, token)
    assert len(succeeded(at_once(app, *[partial(upload, token, content)] * 3))) == 3
    assert len(content_of(app, token).files) == 3
    assert_every_object_has_its_row(app, kept=3)


def test_what_is_thrown_away_while_it_is_sent_is_one_or_the_other(
    app: Flask, station: Station, token: str
) -> None:
    content = content_of(app, token)
    with app.app_context():
        upload(token, content)
    gone, filed = at_once(app, partial(drafts.discard, token, at=AT), partial(file, token, station))
    assert gone is None
    assert isinstance(filed, Filed | DraftGone)
    assert_every_object_has_its_row(app, kept=int(isinstance(filed, Filed)))
    with app.app_context():
        assert len(db.session().scalars(select(Complaint)).all()) == int(isinstance(filed, Filed))


def test_of_two_codes_asked_for_at_once_the_later_one_opens(app: Flask, token: str) -> None:
    asking = partial(resuming.make_resume_code, token, at=AT)
    codes = succeeded(at_once(app, asking, asking))
    assert len(codes) == 2
    with app.app_context():
        opened = [resuming.find_resumed(db.session(), code, AT) for code in codes]
    assert sorted(opened, key=str) == sorted([token, None], key=str)
