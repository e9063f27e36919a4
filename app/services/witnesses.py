"""Checkpoints on their way out: only what lies outside the house can show that the house was changed.

A witness gets signed checkpoints with the leaf hashes since the last one, in files of a folder that it
watches or fetches, and once a day by e-mail. Hashes and signatures only: no entry, no number, no name.
"""

from __future__ import annotations

import os
from datetime import datetime
from pathlib import Path

from flask import current_app
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.database import run_in_unit
from app.extensions import db
from app.models import OutboxItem
from app.queries import log
from app.services.lease import Fence, unfenced
from app.services.outbox import new_message_id
from config import Settings
from workflows.checkpoint import Witness, witness_of
from workflows.merkle import CompactRange

MOST_LEAVES = 50_000
"""A witness file holds at most so many leaf hashes, the newest ones (some 3.4 MB)."""
MOST_FILES = 1000
"""Files written in one run; the rest follow in the next."""

_MAIL_KEY = "witness/"
_BEHIND_MAIL_KEYS = "witness0"


class NoSuchCheckpoint(LookupError):
    """No checkpoint covers exactly so many entries."""


def witness_of_range(session: Session, *, size: int, start: int) -> Witness:
    """What a witness gets: the checkpoint over `size` entries, and the leaf hashes from `start` on.

    :raises NoSuchCheckpoint: there is none of that size
    :raises ValueError: the stored leaf hashes do not lead to it
    """
    row = log.find_checkpoint(session, size)
    if row is None:
        raise NoSuchCheckpoint(size)
    signed = log.signed_checkpoint(row)
    start = max(start, size - MOST_LEAVES)
    peaks = CompactRange.load(log.node_run(session), start).peaks
    return witness_of(signed, start=start, peaks=peaks, leaves=log.list_leaves(session, start, size))


def hand_to_witnesses(at: datetime, *, fence: Fence = unfenced) -> int:
    """Write every checkpoint that the witness's folder lacks, and queue the letter of the day.

    :returns: how many files were written
    :raises OSError: the folder can't be written to; the next run tries again
    """
    settings: Settings = current_app.config["SAHUT_SETTINGS"]
    if settings.audit_witness_email is not None:
        run_in_unit(lambda session: _queue_letter(session, at, fence))
    if settings.audit_witness_dir is None:
        return 0
    return _fill_folder(settings.audit_witness_dir)


def _fill_folder(folder: Path) -> int:
    session = db.session()
    session.rollback()
    known = _largest_in(folder)
    written = 0
    for signed in log.list_checkpoints(session, above=known, most=MOST_FILES):
        size = signed.checkpoint.size
        witness = witness_of_range(session, size=size, start=max(known, 0))
        month = folder / signed.checkpoint.at.strftime("%Y-%m")
        _write_whole(month / f"checkpoint-{size:012d}.json", witness.canonical())
        known, written = size, written + 1
    session.rollback()
    return written


def _largest_in(folder: Path) -> int:
    """Size of the newest checkpoint in the folder; -1 for none."""
    months = sorted((month for month in folder.glob("[0-9]*-[0-9]*") if month.is_dir()), reverse=True)
    for month in months:
        names = sorted(path.stem for path in month.glob("checkpoint-*.json"))
        if names:
            return int(names[-1].removeprefix("checkpoint-"))
    return -1


def _write_whole(path: Path, content: bytes) -> None:
    """Write the file under another name and move it into place: a witness never sees half of one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    with draft.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)


def _queue_letter(session: Session, at: datetime, fence: Fence) -> None:
    """Queue the newest checkpoint for the witness, unless one went out since the day (UTC) began."""
    fence(session)
    last = session.scalar(
        select(OutboxItem)
        .where(OutboxItem.dedupe_key >= _MAIL_KEY, OutboxItem.dedupe_key < _BEHIND_MAIL_KEYS)
        .order_by(OutboxItem.dedupe_key.desc())
        .limit(1)
    )
    key = f"{_MAIL_KEY}{at:%Y-%m-%d}"
    newest = log.find_last_checkpoint(session)
    mailed = last.params["size"] if last is not None else 0
    if newest is None or newest.size <= mailed or (last is not None and last.dedupe_key >= key):
        return
    session.add(
        OutboxItem(
            template="checkpoint",
            recipient="witness",
            params={"size": newest.size, "start": mailed},
            dedupe_key=key,
            message_id=new_message_id(),
            created_at=at,
            next_attempt_at=at,
        )
    )
