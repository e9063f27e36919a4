"""What a complaint tells beyond its story: money that was asked, when something was applied for, who saw it.

Each part is asked only where the matter calls for it. Together with the story, the loss and the remedy they
are how the service fell short (UU 25/2009 Pasal 42 ayat (3) huruf b), so the receipt commits to them as well:
`particulars_text` is the form in which they stand in the committed text. It is fixed and never translated,
since another wording would be another text.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass
from datetime import date


class Payment(enum.StrEnum):
    """What became of a demand for money."""

    PAID = "paid"
    ASKED = "asked"


class SaidToBe(enum.StrEnum):
    """As what the money was asked; health and psychology tests are paid to third parties."""

    OFFICIAL = "official"
    TEST = "test"
    OTHER = "other"
    NOTHING = "nothing"


class Known(enum.StrEnum):
    """Yes, no, or not known."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


class Refusal(enum.StrEnum):
    """How a report was refused."""

    WRITTEN = "written"
    SPOKEN = "spoken"


class Attorney(enum.StrEnum):
    """Where the power of attorney is, if somebody complains for another (Pasal 42 ayat (1))."""

    ATTACHED = "attached"
    LATER = "later"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fee:
    """Money that was asked or paid.

    :ivar amount_idr: whole rupiah; None where it is not known
    :ivar tariff_idr: what the catalogue said at filing that the product costs at most; not told by the
        complainant, hence not committed to
    """

    payment: Payment
    amount_idr: int | None = None
    paid_to: str = ""
    said_to_be: SaidToBe = SaidToBe.NOTHING
    proof: Known = Known.UNKNOWN
    tariff_idr: int | None = None
    tariff_confidence: str = ""

    @property
    def over_tariff_idr(self) -> int | None:
        """Rupiah above the tariff, 0 if not above it; None where either is not known."""
        if self.amount_idr is None or self.tariff_idr is None:
            return None
        return max(0, self.amount_idr - self.tariff_idr)


@dataclass(frozen=True, slots=True, kw_only=True)
class Circumstances:
    """Everything else that depends on the matter; what wasn't asked is empty."""

    applied_on: date | None = None
    promised_on: date | None = None
    refused_report: str = ""
    refusal: Refusal | None = None
    witnessed: Known | None = None
    witnesses: str = ""
    attorney: Attorney | None = None

    def __bool__(self) -> bool:
        return self != Circumstances()


_PAYMENT = {Payment.PAID: "diminta dan dibayar", Payment.ASKED: "diminta, tidak dibayar"}
_SAID_TO_BE = {
    SaidToBe.OFFICIAL: "disebut biaya resmi",
    SaidToBe.TEST: "disebut biaya tes kesehatan atau psikologi",
    SaidToBe.OTHER: "disebut biaya lain",
    SaidToBe.NOTHING: "tidak disebut biaya apa",
}
_KNOWN = {Known.YES: "ada", Known.NO: "tidak ada", Known.UNKNOWN: "tidak tahu"}
_REFUSAL = {Refusal.WRITTEN: "tertulis", Refusal.SPOKEN: "lisan"}
_ATTORNEY = {Attorney.ATTACHED: "terlampir", Attorney.LATER: "menyusul"}


def particulars_text(fee: Fee | None, circumstances: Circumstances | None) -> str:
    """The particulars as committed to: a line each, Indonesian, dates as ISO 8601; empty without any."""
    told = circumstances or Circumstances()
    lines = [
        _fee_line(fee) if fee else "",
        _line("Waktu", _dated("diajukan", told.applied_on), _dated("dijanjikan selesai", told.promised_on)),
        _line("Penolakan", told.refused_report, _REFUSAL[told.refusal] if told.refusal else ""),
        _line("Saksi", _KNOWN[told.witnessed] if told.witnessed else "", told.witnesses),
        _line("Surat kuasa", _ATTORNEY[told.attorney] if told.attorney else ""),
    ]
    return "\n".join(line for line in lines if line)


def _fee_line(fee: Fee) -> str:
    return _line(
        "Uang",
        _PAYMENT[fee.payment],
        "jumlah tidak tahu" if fee.amount_idr is None else rupiah(fee.amount_idr),
        f"kepada {fee.paid_to}" if fee.paid_to else "",
        _SAID_TO_BE[fee.said_to_be],
        f"bukti pembayaran {_KNOWN[fee.proof]}" if fee.payment is Payment.PAID else "",
    )


def rupiah(amount: int) -> str:
    """``Rp75.000``."""
    return f"Rp{amount:,}".replace(",", ".")


def _dated(words: str, on: date | None) -> str:
    return f"{words} {on.isoformat()}" if on else ""


def _line(name: str, *parts: str) -> str:
    told = "; ".join(part for part in parts if part)
    return f"{name}: {told}." if told else ""
