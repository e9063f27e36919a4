"""Files of a case: sealed, cleaned, committed to, and read by those who may."""

from __future__ import annotations

import hashlib
import io
import json
import tracemalloc
from datetime import timedelta
from pathlib import Path
from typing import BinaryIO, cast

import pytest
from flask import Flask, current_app
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.content import errors
from app.database import unit_of_work
from app.models import Attachment, AuditEntry, CaseEvent, CaseKey
from app.security.vault import new_case_key
from app.services import events
from app.services.files import Download, StoredFile, read_file, store_file
from app.services.texts import CaseKeyDestroyed, derive_salt, get_case_key
from app.storage import get_storage
from config import Settings
from tests import factories
from tests.app.content import samples
from tests.factories import MONDAY, Station
from workflows.commitments import FileDigest, opens_files
from workflows.errors import CaseNotVisible
from workflows.snapshot import Actor, complainant_of
from workflows.vocabulary import ComplaintClass, Event, Finding

LATER = MONDAY + timedelta(days=2)


@pytest.fixture
def station(session: Session) -> Station:
    return factories.make_station()


def stored(content: bytes, name: str, key: bytes) -> StoredFile:
    return store_file(io.BytesIO(content), name, key)


def content_of(key: str | None, case_key: bytes) -> bytes:
    assert key is not None
    return b"".join(get_storage().open(key, case_key))


def examined_case(station: Station) -> str:
    """A case about an officer's conduct, being examined by Sipropam and waiting for the complainant."""
    lodged = factories.lodge(station)
    at = factories.walk(
        station, lodged.number, Event.START_EXAMINATION, complaint_class=ComplaintClass.SUPERVISORY
    )
    events.ask_info(lodged.number, "Ada foto?", actor=station.actor("penyidik"), at=at)
    return lodged.number


def answer_with(number: str, *files: StoredFile) -> None:
    events.receive_info(number, "Ini fotonya.", files=files, actor=complainant_of(number), at=LATER)


def case_key_of(session: Session, number: str) -> bytes:
    return get_case_key(session, factories.complaint_of(number).id)


# --- storing -------------------------------------------------------------------------


@pytest.mark.database("sqlite")
def test_the_original_is_sealed_byte_for_byte_and_a_cleaned_copy_stands_beside_it(session: Session) -> None:
    key, photo = new_case_key(), samples.picture()
    file = stored(photo, "../Bukti pungli\u202e.exe", key)
    assert file.name == "Bukti pungli.exe.jpg"
    assert (file.content_type, file.size) == ("image/jpeg", len(photo))
    assert file.sha256 == hashlib.sha256(photo).hexdigest()
    assert content_of(file.storage_key, key) == photo
    copy = content_of(file.view_storage_key, key)
    assert samples.HIDDEN in photo
    assert samples.HIDDEN not in copy
    assert file.view_content_type == "image/jpeg"


@pytest.mark.database("sqlite")
def test_nothing_of_a_file_can_be_read_from_the_disk(session: Session, settings: Settings) -> None:
    text = b"Petugas bernama Joko meminta uang. " * 50
    stored(text, "catatan.txt", new_case_key())
    kept = [
        path.read_bytes()
        for path in Path(settings.storage_url.removeprefix("file://")).rglob("*")
        if path.is_file()
    ]
    assert kept
    assert not any(b"Joko" in content for content in kept)


@pytest.mark.database("sqlite")
@pytest.mark.parametrize(
    ("content", "name"),
    [(samples.media(b"heic"), "a.heic"), (samples.office("docx"), "a.docx"), (samples.OGG, "a.ogg")],
)
def test_what_cannot_be_cleaned_is_sealed_without_a_copy(session: Session, content: bytes, name: str) -> None:
    file = stored(content, name, new_case_key())
    assert (file.view_storage_key, file.view_content_type) == (None, None)


@pytest.mark.database("sqlite")
@pytest.mark.parametrize(
    ("content", "refusal"),
    [
        (b"", errors.FileEmpty),
        (b"MZ" + bytes(100), errors.FileExecutable),
        (samples.locked_pdf(), errors.FileLocked),
        (samples.picture()[:100], errors.FileDamaged),
        (b"GIF89a" + bytes(99), errors.FileTypeUnknown),
    ],
)
def test_a_refused_file_leaves_nothing_behind(
    session: Session, content: bytes, refusal: type[errors.FileRefused]
) -> None:
    with pytest.raises(refusal):
        stored(content, "foto.jpg", new_case_key())
    assert list(get_storage().list_keys()) == []


class Endless(io.RawIOBase):
    """Text without end; counts what was taken of it."""

    taken = 0

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        assert size > 0, "an upload is read in pieces"
        self.taken += size
        return b"a" * size


@pytest.mark.database("sqlite")
def test_a_file_is_not_read_past_the_limit(session: Session) -> None:
    stream = Endless()
    with pytest.raises(errors.FileTooLarge) as caught:
        store_file(cast(BinaryIO, stream), "panjang.txt", new_case_key())
    limit = current_app.config["MAX_FILE_BYTES"]
    assert caught.value.limit == limit == 20 * 1024 * 1024
    assert stream.taken <= limit + (1 << 16)


class Exactly(Endless):
    """Text of a given length."""

    def __init__(self, size: int) -> None:
        self._left = size

    def read(self, size: int = -1) -> bytes:
        taken = super().read(size)[: self._left]
        self._left -= len(taken)
        return taken


@pytest.mark.database("sqlite")
def test_a_large_file_is_taken_with_little_memory(session: Session) -> None:
    limit = current_app.config["MAX_FILE_BYTES"]
    tracemalloc.start()
    try:
        file = store_file(cast(BinaryIO, Exactly(limit)), "panjang.txt", new_case_key())
        _now, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert file.size == limit
    assert peak < 16 * 1024 * 1024


# --- attaching -----------------------------------------------------------------------


def test_the_log_commits_to_the_files_in_their_order(session: Session, station: Station) -> None:
    number = examined_case(station)
    key = case_key_of(session, number)
    files = [stored(samples.picture(), "a.jpg", key), stored(b"Kronologi.", "b.txt", key)]
    answer_with(number, *files)
    session.rollback()
    body = session.scalars(
        select(AuditEntry.body).where(AuditEntry.chain == f"case:{number}").order_by(AuditEntry.seq.desc())
    ).first()
    assert body is not None
    entry = json.loads(body)
    assert (entry["kind"], entry["facts"]["files"]) == ("info_received", 2)
    digests = [FileDigest(file.sha256, file.size) for file in files]
    commitment = entry["facts"]["files_commitment"]
    event_seq = session.scalar(select(func.max(CaseEvent.seq)))
    salt = derive_salt(key, f"files:{event_seq}")
    assert opens_files(commitment, digests, salt)
    assert not opens_files(commitment, digests[::-1], salt)
    assert files[0].sha256 not in body, "a plain digest would tell who has the same file"
    rows = session.scalars(select(Attachment).order_by(Attachment.id)).all()
    assert [(row.name, row.uploaded_by, row.shared, row.purpose) for row in rows] == [
        ("a.jpg", "complainant", True, "evidence"),
        ("b.txt", "complainant", True, "evidence"),
    ]
    assert all(row.message_id is not None for row in rows)


def test_a_case_takes_no_more_than_it_may_hold(session: Session, app: Flask, station: Station) -> None:
    number = examined_case(station)
    key = case_key_of(session, number)
    file = stored(b"x" * 5000, "a.txt", key)
    app.config["MAX_CASE_FILE_BYTES"] = 9999
    version = factories.complaint_of(number).version
    with pytest.raises(errors.CaseFull):
        answer_with(number, file, file)
    assert factories.complaint_of(number).version == version
    assert session.scalars(select(Attachment)).all() == []
    answer_with(number, file)
    assert len(session.scalars(select(Attachment)).all()) == 1


# --- reading -------------------------------------------------------------------------


def attachment_of(session: Session) -> int:
    return session.scalars(select(Attachment.id)).one()


def reads(session: Session) -> list[AuditEntry]:
    session.rollback()
    return list(
        session.scalars(select(AuditEntry).where(AuditEntry.kind == "file.read").order_by(AuditEntry.id))
    )


@pytest.fixture
def case_with_photo(session: Session, station: Station) -> str:
    number = examined_case(station)
    answer_with(number, stored(samples.picture("WEBP"), "bukti.webp", case_key_of(session, number)))
    return number


def read(number: str, attachment: int, actor: Actor, *, original: bool = False) -> tuple[Download, bytes]:
    download = read_file(number, attachment, actor=actor, at=LATER, original=original)
    return download, b"".join(download.chunks)


def test_an_officer_reads_the_cleaned_copy_and_the_log_says_so_first(
    session: Session, station: Station, case_with_photo: str
) -> None:
    download, content = read(case_with_photo, attachment_of(session), station.actor("penyidik"))
    assert (download.name, download.content_type, download.is_copy) == ("bukti.webp.jpg", "image/jpeg", True)
    assert content.startswith(b"\xff\xd8\xff")
    (entry,) = reads(session)
    assert entry.actor == f"user:{station.people['penyidik']}"
    assert json.loads(entry.body)["facts"] == {"attachment": attachment_of(session), "original": False}


def test_the_original_comes_only_when_asked_for(
    session: Session, station: Station, case_with_photo: str
) -> None:
    download, content = read(
        case_with_photo, attachment_of(session), station.actor("penyidik"), original=True
    )
    assert (download.name, download.content_type, download.is_copy) == ("bukti.webp", "image/webp", False)
    assert content == samples.picture("WEBP")
    assert download.size == len(content)
    assert json.loads(reads(session)[0].body)["facts"]["original"] is True


def test_the_complainant_reads_unlogged_what_is_their_own(session: Session, case_with_photo: str) -> None:
    _download, content = read(case_with_photo, attachment_of(session), complainant_of(case_with_photo))
    assert content
    assert reads(session) == []


def test_what_is_not_shared_does_not_exist_for_the_complainant(
    session: Session, station: Station, case_with_photo: str
) -> None:
    at = factories.walk(
        station,
        case_with_photo,
        Event.DRAFT_DECISION,
        at=LATER + timedelta(hours=1),
        complaint_class=ComplaintClass.SUPERVISORY,
    )
    key = case_key_of(session, case_with_photo)
    (allegation,) = factories._allegations(case_with_photo)
    events.decide_case(
        case_with_photo,
        Finding.SUBSTANTIATED,
        "Terbukti.",
        findings={allegation.id: Finding.SUBSTANTIATED},
        files=[stored(samples.plain_pdf(), "keputusan.pdf", key)],
        actor=station.actor("kapolresta"),
        at=at,
    )
    decision = session.scalars(select(Attachment.id).where(Attachment.purpose == "decision")).one()
    with pytest.raises(CaseNotVisible):
        read(case_with_photo, decision, complainant_of(case_with_photo))
    assert read(case_with_photo, decision, station.actor("kapolresta"))[0].content_type == "application/pdf"


def test_to_others_neither_case_nor_file_exists(
    session: Session, station: Station, case_with_photo: str
) -> None:
    attachment = attachment_of(session)
    other = factories.lodge(station, at=LATER)
    for actor in (
        station.actor("kasatintelkam"),
        station.actor("kaspkt"),
        station.actor("admin"),
        complainant_of(other.number),
    ):
        with pytest.raises(CaseNotVisible):
            read(case_with_photo, attachment, actor)
    with pytest.raises(CaseNotVisible):
        read(other.number, attachment, station.actor("kasiwas"))
    with pytest.raises(CaseNotVisible):
        read(case_with_photo, attachment + 99, station.actor("penyidik"))
    assert reads(session) == []


def test_with_the_key_of_the_case_its_files_are_gone(
    session: Session, station: Station, case_with_photo: str
) -> None:
    complaint_id = factories.complaint_of(case_with_photo).id
    with unit_of_work() as unit:
        row = unit.get_one(CaseKey, complaint_id)
        row.wrapped_key, row.destroyed_at = None, LATER
    with pytest.raises(CaseKeyDestroyed):
        read(case_with_photo, attachment_of(session), station.actor("penyidik"))
