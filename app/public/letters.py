"""Fills the sheets of the receipt and of the proof of complaint from the case, and has them set."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from flask import current_app, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from app.forms.words import stage_words, state_words
from app.i18n import speaking
from app.law import get_law
from app.public.entitlements import BINDING_NAMES
from app.public.receipt import status_url
from app.public.words import HIDDEN_STAGES
from app.queries.duties import list_duties
from app.queries.status import Status, find_status
from app.security.receipts import SignedReceipt
from app.security.ring import get_keys
from app.security.statements import Duty, SentLetter, SignedStatement, Statement, sign_statement
from app.templating import citations, label
from reports.letters.receipt import LetterLine, PromisedDay, ReceiptSheet, StatementSheet, make_pdf
from workflows.vocabulary import Binding, ClosureReason, NoticeKind


def receipt_pdf(session: Session, signed: SignedReceipt, at: datetime) -> bytes:
    """The receipt as PDF, with the duties that a statute lays on the station, as they stand at `at`."""
    status = _status(session, signed)
    with speaking(status.case.language):
        duties = list_duties(session, status.case.id, status.case.complaint_class)
        wanted = (
            duty
            for duty in duties
            if duty.void_at is None and duty.stage not in HIDDEN_STAGES and duty.binding == Binding.STATUTE
        )
        sheet = _sheet(signed, status, at, promised=_days(wanted))
    return make_pdf(sheet)


def proof_pdf(session: Session, signed: SignedReceipt, at: datetime) -> bytes:
    """The proof of complaint: the receipt, and every duty and letter as they stand at `at`, signed anew."""
    status = _status(session, signed)
    statement = sign_statement(get_keys(), _statement(session, signed, status, at))
    with speaking(status.case.language):
        sheet = _sheet(signed, status, at, statement=_statement_sheet(statement, status))
    return make_pdf(sheet)


def _status(session: Session, signed: SignedReceipt) -> Status:
    status = find_status(session.connection(), signed.receipt.number)
    assert status is not None
    return status


def _statement(session: Session, signed: SignedReceipt, status: Status, at: datetime) -> Statement:
    case = status.case
    return Statement(
        number=case.number,
        agency_code=signed.receipt.agency_code,
        agency_name=case.agency_name,
        as_of=at,
        received_at=case.received_at,
        state=case.public_state,
        closed_at=case.closed_at,
        closure_reason=case.closure_reason,
        duties=list_duties(session, case.id, case.complaint_class),
        letters=tuple(
            SentLetter(one.kind, one.number, one.sent_at, one.received_at)
            for one in reversed(status.letters)
            if one.kind != NoticeKind.RECEIPT
        ),
    )


def _statement_sheet(signed: SignedStatement, status: Status) -> StatementSheet:
    statement = signed.statement
    state = state_words(statement.state)
    if statement.closure_reason is not None:
        reason = label(get_law().closure_reasons[ClosureReason(statement.closure_reason)])
        state = f"{state}: {reason}"
    return StatementSheet(
        as_of=statement.as_of,
        key_id=signed.key_id,
        state=state,
        duties=_days(statement.duties, with_binding=True),
        unanswered=len(statement.unanswered),
        letters=tuple(
            LetterLine(
                label(get_law().notices[NoticeKind(letter.kind)]),
                letter.number,
                letter.sent_at,
                letter.received_at,
            )
            for letter in statement.letters
        ),
        document=signed.document(),
    )


def _days(duties: Iterable[Duty], *, with_binding: bool = False) -> tuple[PromisedDay, ...]:
    return tuple(
        PromisedDay(
            stage_words(duty.stage), duty.due_at, _basis(duty, with_binding), duty.met_at, duty.void_at
        )
        for duty in duties
    )


def _basis(duty: Duty, with_binding: bool) -> str:
    """What a limit rests on, and how strongly it binds."""
    notes = []
    if with_binding and duty.binding != Binding.LOCAL:
        notes.append(str(BINDING_NAMES[Binding(duty.binding)]))
    if duty.provisional:
        notes.append(_("kalender sementara"))
    cited = "; ".join(citations(duty.sources))
    return f"{cited} ({', '.join(notes)})" if notes else cited


def _sheet(
    signed: SignedReceipt,
    status: Status,
    at: datetime,
    *,
    promised: tuple[PromisedDay, ...] = (),
    statement: StatementSheet | None = None,
) -> ReceiptSheet:
    receipt, inclusion = signed.receipt, signed.inclusion
    who = receipt.complainant
    return ReceiptSheet(
        language=status.case.language,
        zone=status.case.zone,
        number=receipt.number,
        agency_name=receipt.agency_name,
        received_at=receipt.received_at,
        place=receipt.place,
        channel=label(get_law().channels[receipt.channel]),
        officer_title=receipt.officer_title,
        officer_name=receipt.officer_name,
        complainant=None if who is None else (who.name, who.address or ""),
        shortfall=receipt.shortfall,
        file_count=receipt.file_count,
        issued_at=receipt.issued_at,
        sealing_due_at=receipt.sealing_due_at,
        sealed_at=None if inclusion is None else inclusion.checkpoint.checkpoint.at,
        text_commitment=receipt.text_commitment,
        key_id=signed.key_id,
        status_url=status_url(receipt.number),
        verify_url=f"{current_app.config['PUBLIC_URL']}{url_for('public.verification')}".partition("://")[2],
        printed_at=at,
        promised=promised,
        document=signed.document(),
        statement=statement,
    )
