"""Checkpoints on their way out: only what lies outside the house can show that the house was changed.

A witness gets signed checkpoints with the leaf hashes since the last one, in files of a folder that it
watches or fetches, by POST, and once a day by e-mail. Hashes and signatures only: no entry, no number, no
name. What went where is noted (`WitnessDelivery`, the outbox), for those who look after it: no proof of
anything, which only the witness has.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path

import structlog
from flask import current_app
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.database import insert_if_absent, run_in_unit
from app.extensions import db
from app.models import OutboxItem, WitnessDelivery, WitnessKind
from app.queries import log
from app.queries.checkpoints import (
    BEHIND_LETTER_KEYS,
    LETTER_KEY,
    find_last_delivered,
    find_undelivered,
)
from app.services.lease import Fence, unfenced
from app.services.outbox import new_message_id
from app.services.witness_post import Answer, Poster
from config import Settings
from workflows.checkpoint import Witness, witness_of
from workflows.merkle import CompactRange

MOST_LEAVES = 50_000
"""A witness file holds at most so many leaf hashes, the newest ones (some 3.4 MB)."""
MOST_FILES = 1000
"""Files written in one run; the rest follow in the next."""

FIRST_WAIT = timedelta(minutes=1)
"""Time from the first attempt that failed to the next; each further one waits twice as long."""
LONGEST_WAIT = timedelta(hours=1)

_log = structlog.get_logger(__name__)


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
    """Queue the letter of the day, post what the witness's address lacks, and fill its folder.

    :returns: how many checkpoints were handed over by POST and folder
    :raises OSError: the folder can't be written to; the next run tries again
    """
    settings: Settings = current_app.config["SAHUT_SETTINGS"]
    if settings.audit_witness_email is not None:
        run_in_unit(lambda session: _queue_letter(session, at, fence))
    handed = 0
    if settings.audit_witness_url is not None:
        handed += _post(Poster(settings.audit_witness_url, settings.audit_witness_token), at, fence)
    if settings.audit_witness_dir is not None:
        handed += _fill_folder(settings.audit_witness_dir, at, fence)
    return handed


def _post(poster: Poster, at: datetime, fence: Fence) -> int:
    """Post first what did not arrive, then the newest checkpoint.

    Each holds the leaf hashes since the last one that arrived, so that the ones between need no post of their
    own. What failed is sent again as it was: a witness that has it already sees the same size and root.
    """
    session = db.session()
    session.rollback()
    waiting = find_undelivered(session, WitnessKind.HTTP)
    session.rollback()
    handed = 0
    if waiting is not None:
        if waiting.next_attempt_at > at or not _post_one(poster, waiting.size, waiting.start, at, fence):
            return 0
        handed += 1
    newest = log.find_last_checkpoint(session)
    start = find_last_delivered(session, WitnessKind.HTTP)
    size = newest.size if newest is not None else 0
    session.rollback()
    if size > start:
        handed += _post_one(poster, size, start, at, fence)
    return handed


def _post_one(poster: Poster, size: int, start: int, at: datetime, fence: Fence) -> bool:
    session = db.session()
    witness = witness_of_range(session, size=size, start=start)
    session.rollback()
    answer = poster.post(witness.canonical(), size=size, log=witness.signed.checkpoint.log)
    run_in_unit(lambda session: _note(session, WitnessKind.HTTP, size, start, answer, at, fence))
    if not answer.taken:
        _log.warning("witness did not take a checkpoint", count=size, error=answer.words)
    return answer.taken


def _note(
    session: Session, kind: WitnessKind, size: int, start: int, answer: Answer, at: datetime, fence: Fence
) -> None:
    """Write down what an attempt brought, and when the next one is due: later each time, an hour at most."""
    fence(session)
    row = session.scalar(
        select(WitnessDelivery).where(WitnessDelivery.witness == kind.value, WitnessDelivery.size == size)
    )
    if row is None:
        row = WitnessDelivery(witness=kind.value, size=size, start=start, attempts=0)
        session.add(row)
    row.attempts += 1
    row.tried_at, row.answer = at, answer.words
    row.delivered_at = at if answer.taken else None
    wait = min(FIRST_WAIT * 2 ** min(row.attempts - 1, 10), LONGEST_WAIT)
    row.next_attempt_at = None if answer.taken else at + wait


def _fill_folder(folder: Path, at: datetime, fence: Fence) -> int:
    session = db.session()
    session.rollback()
    known = _largest_in(folder)
    sizes: list[tuple[int, int]] = []
    for signed in log.list_checkpoints(session, above=known, most=MOST_FILES):
        size = signed.checkpoint.size
        witness = witness_of_range(session, size=size, start=max(known, 0))
        month = folder / signed.checkpoint.at.strftime("%Y-%m")
        _write_whole(month / f"checkpoint-{size:012d}.json", witness.canonical())
        sizes.append((size, max(known, 0)))
        known = size
    session.rollback()
    if sizes:
        run_in_unit(lambda session: _note_files(session, sizes, at, fence))
    return len(sizes)


def _note_files(session: Session, sizes: Sequence[tuple[int, int]], at: datetime, fence: Fence) -> None:
    """Note the files just written; a folder that was emptied gets them again, and the note stays."""
    fence(session)
    for size, start in sizes:
        insert_if_absent(
            session,
            WitnessDelivery,
            witness=WitnessKind.FOLDER.value,
            size=size,
            start=start,
            attempts=1,
            tried_at=at,
            delivered_at=at,
            answer="written",
        )


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
        .where(OutboxItem.dedupe_key >= LETTER_KEY, OutboxItem.dedupe_key < BEHIND_LETTER_KEYS)
        .order_by(OutboxItem.dedupe_key.desc())
        .limit(1)
    )
    key = f"{LETTER_KEY}{at:%Y-%m-%d}"
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
