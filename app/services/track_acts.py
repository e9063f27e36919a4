"""What every act on the Ombudsman's track does besides its own change: lock, log, keep files, keep clocks.

Entries of a track with a case stand in the chain of the case, of others in that of the agency. Texts are
committed to, never written into the log; the salt comes from the key of the case, or of the track.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import current_app
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from app.content.errors import CaseFull
from app.law import get_law
from app.models import Agency, Attachment, OmbudsmanTrack, TrackClock, TrackFile
from app.queries.calendars import get_calendar
from app.queries.ombudsman_track import get_track
from app.security.ring import get_keys
from app.security.vault import unwrap_case_key
from app.services.audit_log import acting_role, append_agency_entry, append_case_entry
from app.services.clocks import next_alert
from app.services.files import StoredFile
from app.services.texts import derive_salt, get_case_key
from workflows.audit import Fact
from workflows.calendar import WorkingCalendar
from workflows.commitments import FileDigest, commit_files, commit_text
from workflows.ombudsman import Duty
from workflows.snapshot import Actor


@dataclass(frozen=True, slots=True)
class TrackAct:
    """One act under way, in its transaction, on a track that is locked."""

    session: Session
    track: OmbudsmanTrack
    actor: Actor
    at: datetime

    @property
    def user_id(self) -> int:
        """Who acts; nobody acts here without an account."""
        assert self.actor.user_id is not None
        return self.actor.user_id

    @property
    def calendar(self) -> WorkingCalendar:
        """Of the agency."""
        return get_calendar(self.session, self.track.agency)

    def log(
        self, kind: str, facts: Mapping[str, Fact], *, text: str = "", files: Sequence[StoredFile] = ()
    ) -> None:
        """Write the act down, with commitments to its text and files."""
        log_track(self.session, self.track, kind, self.actor, self.at, facts, text=text, files=files)


def begin(session: Session, track_id: int, actor: Actor, at: datetime) -> TrackAct:
    """Lock a track that exists for the actor, by raising its version.

    :raises CaseNotVisible: no such track, or not for this actor
    """
    get_track(session, track_id, actor)
    session.execute(
        update(OmbudsmanTrack)
        .where(OmbudsmanTrack.id == track_id)
        .values(version=OmbudsmanTrack.version + 1)
        .execution_options(synchronize_session=False)
    )
    session.expire_all()
    return TrackAct(session, get_track(session, track_id, actor), actor, at)


def track_key(session: Session, track: OmbudsmanTrack) -> bytes:
    """Key of the files and salts of a track: the case's, so that both are forgotten together, or its own.

    :raises CaseKeyDestroyed: the case was erased
    """
    if track.complaint_id is not None:
        return get_case_key(session, track.complaint_id)
    assert track.vault_key_id is not None  # held by a CHECK, as the next
    assert track.wrapped_key is not None
    return unwrap_case_key(get_keys(), track.vault_key_id, track.wrapped_key)


def log_track(
    session: Session,
    track: OmbudsmanTrack,
    kind: str,
    actor: Actor,
    at: datetime,
    facts: Mapping[str, Fact],
    *,
    text: str = "",
    files: Sequence[StoredFile] = (),
) -> None:
    """An entry in the chain of the case, or of the agency where there is no case."""
    told: dict[str, Fact] = {"track": track.id, **facts}
    if text or files:
        key = track_key(session, track)
        label = f"ori:{track.id}:{track.version}"
        if text:
            told["text_commitment"] = commit_text(text, derive_salt(key, label))
        if files:
            digests = [FileDigest(one.sha256, one.size) for one in files]
            told |= {
                "files": len(files),
                "files_commitment": commit_files(digests, derive_salt(key, f"{label}:f")),
            }
    entry: dict[str, Any] = {
        "kind": kind,
        "actor": actor,
        "role": acting_role(actor),
        "at": at,
        "facts": told,
    }
    if track.complaint is not None:
        append_case_entry(session, track.complaint, **entry)
    else:
        append_agency_entry(session, session.get_one(Agency, track.agency_id), **entry)


def keep_files(act: TrackAct, files: Sequence[StoredFile], side: str, **subject: int) -> None:
    """Make files part of the track.

    :param side: ``ombudsman`` or ``station``
    :param subject: the column that names what they belong to, as ``request_id=3``
    :raises CaseFull: the track and its case would hold more than a case may
    """
    if not files:
        return
    limit = current_app.config["MAX_CASE_FILE_BYTES"]
    held = act.session.scalar(
        select(func.coalesce(func.sum(TrackFile.size), 0)).where(TrackFile.track_id == act.track.id)
    )
    of_case = act.session.scalar(
        select(func.coalesce(func.sum(Attachment.size), 0)).where(
            Attachment.complaint_id == act.track.complaint_id
        )
    )
    if (held or 0) + (of_case or 0) + sum(one.size for one in files) > limit:
        raise CaseFull(limit)
    act.session.add_all(
        TrackFile(
            track_id=act.track.id,
            side=side,
            uploaded_at=act.at,
            uploaded_by_id=act.user_id,
            **subject,
            **one.columns(),
        )
        for one in files
    )
    act.session.flush()


def start_clock(act: TrackAct, duty: Duty, **subject: int) -> TrackClock:
    """Let a duty run."""
    clock = TrackClock(
        agency_id=act.track.agency_id,
        track_id=act.track.id,
        stage=duty.stage,
        policy_version=get_law().version,
        binding=duty.binding.value,
        confidence=duty.confidence.value,
        sources=list(duty.sources),
        triggered_at=duty.triggered_at,
        due_at=duty.due_at,
        **subject,
    )
    watch(clock)
    act.session.add(clock)
    act.session.flush()
    return clock


def stop_clock(act: TrackAct, clock: TrackClock, *, void: bool = False) -> None:
    """A duty was done, late or not; or it can't be done any more."""
    if void:
        clock.void_at = act.at
    else:
        clock.met_at = act.at
    if act.at > clock.due_at and clock.breached_at is None:
        clock.breached_at, clock.flagged_at = clock.due_at, act.at
    watch(clock)
    act.session.flush()


def resume_clock(act: TrackAct, clock: TrackClock) -> None:
    """A report was sent back: the duty runs on to the same day."""
    clock.met_at = None
    watch(clock)
    act.session.flush()


def watch(clock: TrackClock) -> None:
    """When the sweep looks at a clock again."""
    runs = clock.met_at is None and clock.void_at is None
    upcoming = next_alert(clock, clock.alerted_percent or 0) if runs else None
    clock.next_alert, clock.next_alert_at = upcoming or (None, None)
