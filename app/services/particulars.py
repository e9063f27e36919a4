"""The particulars of a complaint as rows, and the text that its receipt commits to."""

from __future__ import annotations

from app.models import Complaint
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

    Each particular is read from its own column: altering one of them later, an amount for instance, no longer
    fits the receipt.
    """
    return joined_text(
        complaint.narrative,
        complaint.loss,
        complaint.remedy_sought,
        fee_of(complaint),
        circumstances_of(complaint),
    )


def joined_text(
    narrative: str, loss: str, remedy: str, fee: Fee | None, circumstances: Circumstances | None
) -> str:
    """The committed text of these parts; the particulars come last, and only where there are any."""
    particulars = particulars_text(fee, circumstances)
    return "\n\n".join([narrative, loss, remedy, *([particulars] if particulars else [])])
