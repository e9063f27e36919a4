"""The reviewers' blueprint: its guard, and what every page of it shows around its content."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, request, url_for
from flask_babel import gettext as _

from app import clock
from app.access import Audience, current_account, declare
from app.queries.accounts import Account
from app.review.case_words import WORDS

blueprint = Blueprint("review", __name__, url_prefix="/ombudsman")
declare(blueprint, Audience.REVIEW)


def signed_in() -> Account:
    """The account behind the page; the guard has let nobody else in."""
    account = current_account()
    assert account is not None
    return account


@blueprint.context_processor
def surroundings() -> dict[str, Any]:
    """Header and navigation of the desk, and the instant of the page."""
    account = current_account()
    if account is None:
        return {}
    return {
        "user": {"name": account.full_name, "post": account.title},
        "agency_name": account.agency_name,
        "now": clock.now(),
        "home_url": url_for("review.index"),
        "logout_url": url_for("entrance.sign_out"),
        "nav": _navigation(),
        **{words.__name__: words for words in WORDS},
    }


def _navigation() -> list[dict[str, Any]]:
    watched = [
        ("review.index", _("Satuan dan angkanya"), ()),
        ("review.patterns", _("Pola yang patut dilihat"), ()),
        ("review.cases", _("Pengaduan"), ("review.case", "review.identity", "review.ledger")),
        ("review.samples", _("Uji petik penutupan"), ("review.sample", "review.sample_case")),
        (
            "review.lhp_list",
            _("Pemeriksaan dan LHP"),
            (
                "review.lhp",
                "review.lhp_new",
                "review.lhp_action",
                "review.track",
                "review.track_request",
                "review.track_recommendation",
                "review.case_request",
                "review.recommendation",
            ),
        ),
    ]
    proof = [
        ("review.performance", _("Laporan kinerja"), ()),
        ("review.wbk", _("Bukti WBK"), ("review.wbk_assessment",)),
        ("review.audit", _("Catatan audit"), ("review.audit_entries", "review.audit_entry")),
    ]
    return [
        {"heading": _("Pemantauan"), "links": [_link(*item) for item in watched]},
        {"heading": _("Bukti"), "links": [_link(*item) for item in proof]},
        {"heading": _("Akun"), "links": [_link("entrance.change_password", _("Ganti kata sandi"), ())]},
    ]


def _link(endpoint: str, words: str, below: tuple[str, ...]) -> dict[str, Any]:
    current = request.endpoint == endpoint or request.endpoint in below
    return {"text": words, "href": url_for(endpoint), "current": current}
