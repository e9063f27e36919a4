"""Fills the receipt's sheet from the case, and has it set."""

from __future__ import annotations

from datetime import datetime

from flask import current_app, url_for
from sqlalchemy.orm import Session

from app.forms.words import stage_words
from app.i18n import speaking
from app.law import get_law
from app.public.receipt import status_url
from app.public.words import HIDDEN_STAGES
from app.queries.status import find_status
from app.security.receipts import SignedReceipt
from app.templating import citations, label
from reports.letters.receipt import PromisedDay, ReceiptSheet, make_pdf
from workflows.vocabulary import Binding


def receipt_pdf(session: Session, signed: SignedReceipt, at: datetime) -> bytes:
    """The receipt as PDF, with the duties of the station as they stand at `at`."""
    receipt = signed.receipt
    status = find_status(session, receipt.number)
    assert status is not None
    language = status.case.language
    with speaking(language):
        promised = tuple(
            PromisedDay(stage_words(one.stage), one.due_at, "; ".join(citations(one.sources)), one.met_at)
            for one in status.clocks
            if one.party == "station"
            and one.void_at is None
            and one.stage not in HIDDEN_STAGES
            and one.binding == Binding.STATUTE
        )
        channel = label(get_law().channels[receipt.channel])
    who = receipt.complainant
    inclusion = signed.inclusion
    return make_pdf(
        ReceiptSheet(
            language=language,
            zone=status.case.zone,
            number=receipt.number,
            agency_name=receipt.agency_name,
            received_at=receipt.received_at,
            place=receipt.place,
            channel=channel,
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
            verify_url=f"{current_app.config['PUBLIC_URL']}{url_for('public.verification')}".partition("://")[
                2
            ],
            printed_at=at,
            promised=promised,
            document=signed.document(),
        )
    )
