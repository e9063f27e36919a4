"""Particulars of a complaint in words: what money was asked, what was applied for when, who saw it."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.models import Complaint
from app.services.particulars import circumstances_of, fee_of
from app.templating import local_date, rupiah
from workflows.particulars import Attorney, Circumstances, Fee, Known, Payment, Refusal, SaidToBe

PAYMENTS = {Payment.PAID: _l("Dibayar"), Payment.ASKED: _l("Diminta, tidak dibayar")}
SAID_TO_BE = {
    SaidToBe.OFFICIAL: _l("Biaya resmi"),
    SaidToBe.TEST: _l("Tes kesehatan atau psikologi"),
    SaidToBe.OTHER: _l("Biaya lain"),
    SaidToBe.NOTHING: _l("Tidak disebut untuk apa"),
}
KNOWN = {Known.YES: _l("Ada"), Known.NO: _l("Tidak ada"), Known.UNKNOWN: _l("Tidak tahu")}
REFUSALS = {Refusal.WRITTEN: _l("Tertulis"), Refusal.SPOKEN: _l("Lisan, atau tidak diberi jawaban")}
ATTORNEYS = {Attorney.ATTACHED: _l("Terlampir"), Attorney.LATER: _l("Menyusul")}

Row = tuple[str, str]
"""What was asked, and the answer."""


def money_rows(fee: Fee) -> list[Row]:
    """What was asked or paid, beside the tariff."""
    return [*asked_rows(fee), *tariff_rows(fee)]


def asked_rows(fee: Fee) -> list[Row]:
    """What was asked or paid, as it was told."""
    amount = _("Tidak tahu") if fee.amount_idr is None else rupiah(fee.amount_idr)
    return [
        (_("Uang"), str(PAYMENTS[fee.payment])),
        (_("Jumlah"), amount),
        (_("Kepada"), fee.paid_to or _("Tidak tahu")),
    ]


def tariff_rows(fee: Fee) -> list[Row]:
    """The official tariff and what goes beyond it, as far as known; nobody answers that."""
    rows = []
    if fee.tariff_idr is not None:
        rows.append((_("Tarif resmi"), rupiah(fee.tariff_idr)))
    if fee.over_tariff_idr is not None:
        rows.append((_("Selisih"), over_words(fee.over_tariff_idr)))
    return rows


def reason_rows(fee: Fee) -> list[Row]:
    """As what the money was asked, and the proof of it."""
    rows = [(_("Disebut untuk"), str(SAID_TO_BE[fee.said_to_be]))]
    if fee.payment is Payment.PAID:
        rows.append((_("Bukti pembayaran"), str(KNOWN[fee.proof])))
    return rows


def over_words(over_idr: int) -> str:
    """``Rp20.000 lebih dari tarif``."""
    if over_idr == 0:
        return _("Tidak melebihi tarif")
    return _("%(more)s lebih dari tarif", more=rupiah(over_idr))


def delay_rows(told: Circumstances) -> list[Row]:
    """When it was applied for, and what was promised."""
    applied = local_date(told.applied_on) if told.applied_on else _("Tidak ingat")
    rows = [(_("Diajukan"), applied)]
    if told.promised_on:
        rows.append((_("Dijanjikan selesai"), local_date(told.promised_on)))
    return rows


def refusal_rows(told: Circumstances) -> list[Row]:
    """Which report was refused, and how."""
    how = str(REFUSALS[told.refusal]) if told.refusal else _("Tidak tahu")
    return [(_("Laporan yang ditolak"), told.refused_report), (_("Penolakan"), how)]


def witness_rows(told: Circumstances) -> list[Row]:
    """Whether anybody saw it, and who."""
    rows = [(_("Saksi"), str(KNOWN[told.witnessed or Known.UNKNOWN]))]
    return [*rows, (_("Siapa saksinya"), told.witnesses)] if told.witnesses else rows


def particular_rows(complaint: Complaint) -> list[dict[str, Any]]:
    """Everything of a case, for the desks: ``key`` and ``value``; empty where nothing was told."""
    fee, told = fee_of(complaint), circumstances_of(complaint)
    rows: list[Row] = [*money_rows(fee), *reason_rows(fee)] if fee else []
    if told:
        rows += delay_rows(told) if told.applied_on or told.promised_on else []
        rows += refusal_rows(told) if told.refusal else []
        rows += witness_rows(told) if told.witnessed else []
        rows += [(_("Surat kuasa"), str(ATTORNEYS[told.attorney]))] if told.attorney else []
    return [{"key": key, "value": value} for key, value in rows]
