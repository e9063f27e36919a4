"""Reading the files of the Ombudsman's track: logged first, then decrypted as they are sent."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from app.content.kinds import kind_of
from app.content.names import clean_name
from app.database import run_in_unit
from app.models import OmbudsmanTrack
from app.queries.ombudsman_track import get_file
from app.services.track_acts import log_track, track_key
from app.storage import get_storage
from workflows.snapshot import Actor


@dataclass(frozen=True, slots=True)
class TrackDownload:
    """A file on its way: the cleaned copy where there is one."""

    name: str
    content_type: str
    chunks: Iterator[bytes]


def read_track_file(file_id: int, *, actor: Actor, at: datetime) -> TrackDownload:
    """A file of a track, for somebody who may read what it belongs to.

    :raises CaseNotVisible: not for this actor
    """

    def work(session: Session) -> TrackDownload:
        row = get_file(session, file_id, actor)
        track = session.get_one(OmbudsmanTrack, row.track_id)
        log_track(session, track, "ori.file.read", actor, at, {"file": row.id})
        storage, key = get_storage(), track_key(session, track)
        if row.view_storage_key is None or row.view_content_type is None:
            return TrackDownload(row.name, row.content_type, storage.open(row.storage_key, key))
        name = clean_name(row.name, kind_of(row.view_content_type))
        return TrackDownload(name, row.view_content_type, storage.open(row.view_storage_key, key))

    return run_in_unit(work)
