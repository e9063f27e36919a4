"""Delivery of the outbox: each letter at least once, and again only where no answer of the server was seen.

A letter is claimed in a short transaction that moves its next attempt ahead; it is sent outside any
transaction; the outcome is written in a third step. A process that dies in between leaves the row waiting,
and the letter goes out again under its one Message-ID once the claim has run out. A claim counts as an
attempt, and an outcome is only written over the attempt that it belongs to, so that a process which comes too
late changes nothing.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import structlog
from flask import current_app
from sqlalchemy import exists, select, text, update
from sqlalchemy.orm import Session

from app.database import run_in_unit
from app.extensions import db
from app.models import Complaint, Notice, OutboxItem
from app.security.vault import VaultError
from app.services.casework import fire_in
from app.services.channels import Channel, Sender, open_senders
from app.services.lease import Fence, unfenced
from app.services.links import Purpose, find_link_of, make_link
from app.services.mail import FORMER, Letter, Undeliverable
from app.services.preferences import forget_former_address
from app.services.smtp import Answer, Fate, ServerUnreachable
from app.services.texts import CaseKeyDestroyed
from workflows.errors import Refused
from workflows.snapshot import SYSTEM, Given
from workflows.vocabulary import Event, NoticeKind

CLAIM_TIME = timedelta(minutes=10)
"""How long a claimed letter waits before it is sent again, if no outcome was written."""
RUN_S = 60.0
"""One run takes no new letter after this time; far less than a claim lasts."""
MOST_LETTERS = 500
"""Most letters of one run."""
BACK_OFF = tuple(
    timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 180, 360, 720, 1440, 1440, 1440, 1440)
)
"""Time until the next attempt after the first, second, … one; after the last of them the letter has failed.
Together five days, as RFC 5321 section 4.5.4.1 advises."""

_IS_WAITING = text("outbox.status = 'waiting'")
"""Literally as in the partial index, which a bound value would not match."""

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class DeliveryCounts:
    """What a run did.

    :ivar sent: taken by the server
    :ivar retried: to be tried again
    :ivar failed: refused for good, or tried often enough
    :ivar dropped: nobody to tell, or nobody who may be told
    :ivar is_blocked: letters wait, and there is no mail server or it does not answer
    """

    sent: int = 0
    retried: int = 0
    failed: int = 0
    dropped: int = 0
    is_blocked: bool = False


@dataclass(frozen=True, slots=True)
class _Claim:
    item_id: int
    attempt: int
    channel: str


def deliver(at: datetime, *, fence: Fence = unfenced) -> DeliveryCounts:
    """Send the letters that are due at `at`.

    Without a mail server they wait; a server that does not answer costs no letter an attempt.
    """
    if not _has_due(at):
        return DeliveryCounts()
    senders = open_senders(current_app.config["SAHUT_SETTINGS"])
    if not senders:
        _log.warning("letters wait: SMTP_URL is not set", setting="SMTP_URL")
        return DeliveryCounts(is_blocked=True)
    try:
        return _run(at, senders, fence)
    finally:
        for sender in senders.values():
            sender.close()


def _run(at: datetime, senders: Mapping[Channel, Sender], fence: Fence) -> DeliveryCounts:
    counts, started = DeliveryCounts(), time.monotonic()
    for _ in range(MOST_LETTERS):
        if time.monotonic() - started > RUN_S:
            break
        try:
            for sender in senders.values():
                sender.open()
            claim = _claim_next(at, fence)
            if claim is None:
                break
            counts = _deliver_one(claim, at, senders, counts)
        except ServerUnreachable as error:
            _log.warning("letters wait: the mail server does not answer", error=error.code)
            return replace(counts, is_blocked=True)
    return counts


def _deliver_one(
    claim: _Claim, at: datetime, senders: Mapping[Channel, Sender], counts: DeliveryCounts
) -> DeliveryCounts:
    try:
        sender = _sender_of(claim, senders)
        letter = _write(claim, sender)
    except Undeliverable as error:
        _settle(claim, at, "dropped", error.reason)
        return replace(counts, dropped=counts.dropped + 1)
    answer = sender.hand_over(letter)
    match _outcome(claim, answer):
        case "sent":
            _settle(claim, at, "sent", "")
            return replace(counts, sent=counts.sent + 1)
        case "failed":
            _log.warning("letter failed", error=answer.code, attempt=claim.attempt)
            _settle(claim, at, "failed", answer.code)
            return replace(counts, failed=counts.failed + 1)
    _postpone(claim, at, answer.code)
    return replace(counts, retried=counts.retried + 1)


def _sender_of(claim: _Claim, senders: Mapping[Channel, Sender]) -> Sender:
    """:raises Undeliverable: nothing goes out through that door here"""
    for channel, sender in senders.items():
        if channel == claim.channel:
            return sender
    raise Undeliverable("no_door")


def _outcome(claim: _Claim, answer: Answer) -> str:
    if answer.fate is Fate.TAKEN:
        return "sent"
    if answer.fate is Fate.REFUSED or claim.attempt > len(BACK_OFF):
        return "failed"
    return "waiting"


def _has_due(at: datetime) -> bool:
    session = db.session()
    session.rollback()
    found = session.scalar(
        select(OutboxItem.id).where(_IS_WAITING, OutboxItem.next_attempt_at <= at).limit(1)
    )
    session.rollback()
    return found is not None


def _claim_next(at: datetime, fence: Fence) -> _Claim | None:
    def work(session: Session) -> _Claim | None:
        fence(session)
        item = session.scalar(
            select(OutboxItem)
            .where(_IS_WAITING, OutboxItem.next_attempt_at <= at)
            .order_by(OutboxItem.next_attempt_at, OutboxItem.id)
            .limit(1)
            .with_for_update(skip_locked=True)
        )
        if item is None:
            return None
        item.attempts += 1
        item.next_attempt_at = at + CLAIM_TIME
        _provide_stop_link(session, item, at)
        return _Claim(item.id, item.attempts, item.channel)

    return run_in_unit(work)


def _provide_stop_link(session: Session, item: OutboxItem, at: datetime) -> None:
    """Each letter to a complainant carries a link that stops them; made with the first letter to an address.

    Made here and not where letters are queued, so that filing costs nothing more. An address that was given
    up gets one letter and no link: it could stop those to the one after it.
    """
    if item.recipient != "complainant" or item.complaint_id is None or item.params.get("to") == FORMER:
        return
    link = find_link_of(session, item.complaint_id, Purpose.STOP_NOTICES)
    if link is not None and not link.is_used:
        return
    with contextlib.suppress(CaseKeyDestroyed, VaultError):
        complaint = session.get_one(Complaint, item.complaint_id)
        make_link(session, complaint, Purpose.STOP_NOTICES, at=at)


def _write(claim: _Claim, sender: Sender) -> Letter:
    session = db.session()
    session.rollback()
    try:
        return sender.write(session, session.get_one(OutboxItem, claim.item_id))
    finally:
        session.rollback()


def _settle(claim: _Claim, at: datetime, status: str, reason: str) -> None:
    """Write how it ended; the Kapolresta's clock of one hour stops with the letter that tells him."""

    def work(session: Session) -> None:
        settled = session.scalar(
            update(OutboxItem)
            .where(OutboxItem.id == claim.item_id, _IS_WAITING, OutboxItem.attempts == claim.attempt)
            .values(status=status, done_at=at, last_error=reason)
            .returning(OutboxItem.complaint_id, OutboxItem.template)
        )
        if settled is None:
            return
        item = session.get_one(OutboxItem, claim.item_id)
        if item.params.get("to") == FORMER and item.complaint_id is not None:
            forget_former_address(session, item.complaint_id)
        if status != "sent":
            return
        if item.template == NoticeKind.URGENT_ALERT and item.complaint_id is not None:
            _record_alert(session, session.get_one(Complaint, item.complaint_id), at)

    run_in_unit(work)


def _record_alert(session: Session, complaint: Complaint, at: datetime) -> None:
    recorded = exists().where(
        Notice.complaint_id == complaint.id, Notice.kind == NoticeKind.URGENT_ALERT.value
    )
    if session.scalar(select(recorded)):
        return
    given = Given(notice_kind=NoticeKind.URGENT_ALERT.value, sent_at=at)
    try:
        fire_in(session, complaint.number, Event.RECORD_NOTICE, actor=SYSTEM, at=at, given=given)
    except Refused as error:
        _log.warning("alert not recorded", error=error.code)


def _postpone(claim: _Claim, at: datetime, code: str) -> None:
    run_in_unit(
        lambda session: session.execute(
            update(OutboxItem)
            .where(OutboxItem.id == claim.item_id, _IS_WAITING, OutboxItem.attempts == claim.attempt)
            .values(next_attempt_at=at + BACK_OFF[claim.attempt - 1], last_error=code)
        )
    )
