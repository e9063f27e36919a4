"""The particulars of a complaint as rows, and the text that its receipt commits to."""

from __future__ import annotations

from dataclasses import asdict

from app.models import Circumstance, Complaint, FeeClaim
from workflows.particulars import (
    Attorney,
    Circumstances,
    Fee,
    Known,
    Payment,
    Refusal,
    SaidToBe,
    particulars_text,
)


def fee_row(fee: Fee | None) -> FeeClaim | None:
    """The row of a new complaint; None where no money was asked."""
    return None if fee is None else FeeClaim(**asdict(fee))


def circumstance_row(told: Circumstances | None) -> Circumstance | None:
    """The row of a new complaint; None where nothing was told."""
    return Circumstance(**asdict(told)) if told else None


def fee_of(complaint: Complaint) -> Fee | None:
    """What was told of money, as stored."""
    row = complaint.fee_claim
    if row is None:
        return None
    return Fee(
        payment=Payment(row.payment),
        amount_idr=row.amount_idr,
        paid_to=row.paid_to,
        said_to_be=SaidToBe(row.said_to_be),
        proof=Known(row.proof),
        tariff_idr=row.tariff_idr,
        tariff_confidence=row.tariff_confidence,
    )


def circumstances_of(complaint: Complaint) -> Circumstances | None:
    """What else was told, as stored."""
    row = complaint.circumstance
    if row is None:
        return None
    return Circumstances(
        applied_on=row.applied_on,
        promised_on=row.promised_on,
        refused_report=row.refused_report,
        refusal=Refusal(row.refusal) if row.refusal else None,
        witnessed=Known(row.witnessed) if row.witnessed else None,
        witnesses=row.witnesses,
        attorney=Attorney(row.attorney) if row.attorney else None,
    )


def committed_text(complaint: Complaint) -> str:
    """The text that the commitment and the receipt stand for: the parts of UU 25/2009 Pasal 42 ayat (3).

    The particulars come last and only where there are any, each read from its own column: altering one of
    them later, an amount for instance, no longer fits the receipt.
    """
    parts = [complaint.narrative, complaint.loss, complaint.remedy_sought]
    particulars = particulars_text(fee_of(complaint), circumstances_of(complaint))
    return "\n\n".join([*parts, particulars] if particulars else parts)
