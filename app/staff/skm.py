"""The satisfaction survey of the own agency: index, elements, comments. Nobody sees whose an answer is."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from flask import abort, render_template, request
from flask.typing import ResponseReturnValue

from app import clock
from app.extensions import db
from app.i18n import current_language
from app.law import get_law
from app.queries.accounts import Account
from app.queries.survey import (
    FEWEST,
    ServiceSkm,
    list_comments,
    services_to_withhold,
    settled_until,
    skm_results,
)
from app.services.assessment_access import ASSESSORS
from app.staff.blueprint import blueprint, signed_in
from app.staff.desk import local_date_of
from app.templating import label
from reports.skm import SkmResult, round_half_up

YEARS_SHOWN = 3


def may_see_skm(account: Account) -> bool:
    """Whether the page is for this account: those who handle cases, and those who answer the worksheet."""
    return account.works_on_cases or bool(account.roles & ASSESSORS)


@blueprint.get("/skm")
def skm() -> ResponseReturnValue:
    """The index of a year, by service and by element."""
    account = signed_in()
    if not may_see_skm(account):
        abort(404)
    today = local_date_of(clock.now(), account.zone)
    year = _year(today)
    start = date(year, 1, 1)
    end = settled_until(db.session(), account.agency_id, start, min(date(year + 1, 1, 1), today))
    results = skm_results(db.session(), account.agency_id, start, end)
    law, withheld = get_law().skm, services_to_withhold(results.services)
    return render_template(
        "staff/skm.html",
        year=year,
        years=range(today.year, today.year - YEARS_SHOWN, -1),
        overall=_figures(results.overall),
        elements=_elements(results.overall),
        services=[_service(one, is_shown=one.service_id not in withheld) for one in results.services],
        comments=list_comments(db.session(), account.agency_id, start, end),
        fewest=FEWEST,
        law=law,
    )


def _year(today: date) -> int:
    asked = request.args.get("tahun", "")
    year = int(asked) if asked.isdecimal() and len(asked) == 4 else today.year
    return min(max(year, today.year - YEARS_SHOWN + 1), today.year)


def _figures(result: SkmResult) -> dict[str, Any]:
    return {
        "respondents": result.respondents,
        "index": _three_places(result.index),
        "ikm": result.ikm,
        "grade": result.grade,
        "is_partial": result.is_partial and result.index is not None,
    }


def _elements(result: SkmResult) -> list[dict[str, Any]]:
    names = get_law().skm.elements
    return [
        {
            "no": names[one.code].no,
            "name": label(names[one.code]),
            "answered": one.answered,
            "nrr": _three_places(one.nrr),
            "weighted": _three_places(one.weighted),
            "value": round_half_up(one.nrr * 25) if one.nrr is not None else None,
        }
        for one in result.elements
    ]


def _service(one: ServiceSkm, *, is_shown: bool) -> dict[str, Any]:
    name = one.label_en if current_language() == "en" else one.label_id
    return {"name": name, "is_shown": is_shown, **_figures(one.result)}


def _three_places(value: Fraction | None) -> Decimal | None:
    return None if value is None else Decimal(round(value * 1000)) / 1000
