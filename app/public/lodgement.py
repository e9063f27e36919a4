"""What the answers of a finished draft make: the complaint that is lodged."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from app.public.filling import (
    TELLING_OF_DELAY,
    TELLING_OF_MONEY,
    TELLING_OF_REFUSAL,
    TELLING_OF_WITNESSES,
    Filling,
)
from app.services.drafts import Content
from app.services.lodging import Filing, Identity
from workflows.particulars import Attorney, Circumstances, Fee, Known, Payment, Refusal, SaidToBe
from workflows.vocabulary import IdentityMode

_ATTORNEY = {
    Attorney.ATTACHED: "Surat kuasa terlampir.",
    Attorney.LATER: "Surat kuasa menyusul.",
}
"""Sealed with the identity and read by the desk, hence never translated."""


def filing_of(filling: Filling, content: Content, *, language: str) -> Filing:
    """The complaint that the answers make; answers to questions that no longer apply are left out.

    :param content: as it stands in the transaction, with its files and their key
    """
    filling = Filling(filling.stations, filling.services, content)
    complaint = filling.is_complaint
    mode = filling.mode or IdentityMode.WITHHELD

    def told(question: str, field: str) -> str:
        return filling.answer(question, field) or "" if complaint else ""

    on = told("waktu-tempat", "on")
    return Filing(
        agency_code=filling.station.code,
        channel="web",
        identity_mode=mode,
        narrative=filling.answer("kejadian", "narrative") or "",
        language=language,
        identity=Identity() if mode is IdentityMode.ANONYMOUS else _identity(filling),
        category=filling.category,
        service_code=filling.service.code if filling.service else None,
        product_code=filling.product.code if filling.product else None,
        service_date=date.fromisoformat(on) if on else None,
        place=told("waktu-tempat", "place"),
        loss=told("kerugian", "loss"),
        remedy_sought=told("permintaan", "remedy"),
        respondent_text=told("petugas", "respondent"),
        compensation_claim_idr=filling.answer("permintaan", "claim") if complaint else None,
        in_danger=filling.in_danger,
        fee=fee_of(filling),
        circumstances=circumstances_of(filling),
        case_key=content.case_key,
        files=content.files,
    )


def fee_of(filling: Filling) -> Fee | None:
    """What was told of money, beside the fee that the catalogue tells of the product."""
    if not filling.tells_of(TELLING_OF_MONEY):
        return None
    payment = Payment(filling.answer("uang", "payment"))
    proof = filling.answer("alasan-uang", "proof")
    product = filling.product
    return Fee(
        payment=payment,
        amount_idr=filling.answer("uang", "amount"),
        paid_to=filling.answer("uang", "paid_to") or "",
        said_to_be=SaidToBe(filling.answer("alasan-uang", "said_to_be")),
        proof=Known(proof) if proof and payment is Payment.PAID else Known.UNKNOWN,
        tariff_idr=product.fee_idr if product else None,
        tariff_confidence=product.fee_confidence if product and product.fee_idr is not None else "",
    )


def circumstances_of(filling: Filling) -> Circumstances:
    """Everything else that was asked because of the matter."""

    def told(matters: frozenset[str], question: str, field: str) -> Any:
        return filling.answer(question, field) if filling.tells_of(matters) else None

    refusal = told(TELLING_OF_REFUSAL, "penolakan", "refusal")
    witnessed = told(TELLING_OF_WITNESSES, "saksi", "witnessed")
    is_named = filling.mode is not IdentityMode.ANONYMOUS
    attorney = filling.answer("diwakili", "attorney") if filling.acts_for_another and is_named else None
    return Circumstances(
        applied_on=_day(told(TELLING_OF_DELAY, "pengajuan", "applied_on")),
        promised_on=_day(told(TELLING_OF_DELAY, "pengajuan", "promised_on")),
        refused_report=told(TELLING_OF_REFUSAL, "penolakan", "report") or "",
        refusal=Refusal(refusal) if refusal else None,
        witnessed=Known(witnessed) if witnessed else None,
        witnesses=told(TELLING_OF_WITNESSES, "saksi", "witnesses") or "",
        attorney=Attorney(attorney) if attorney else None,
    )


def _day(value: str | None) -> date | None:
    return date.fromisoformat(value) if value else None


def _identity(filling: Filling) -> Identity:
    """Who complains; where somebody acts for another, the other, reached through the proxy."""
    given: Mapping[str, Any] = filling.content.answers.get("data-diri", {})
    theirs: Mapping[str, Any] = filling.content.answers.get("diwakili", {})
    complainant = theirs if filling.acts_for_another else given
    return Identity(
        name=complainant.get("name") or "",
        address=complainant.get("address") or "",
        email=given.get("email") or "",
        phone=given.get("phone") or "",
        proxy=_proxy(given, theirs) if filling.acts_for_another else "",
        wants_notices=given.get("notices") == "yes",
    )


def _proxy(given: Mapping[str, Any], theirs: Mapping[str, Any]) -> str:
    return "\n".join(
        [
            f"{given.get('name')} ({theirs.get('relation')})",
            f"{given.get('address')}",
            _ATTORNEY[Attorney(theirs["attorney"])],
        ]
    )
