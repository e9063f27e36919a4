"""The staff's blueprint: its guard, and what every page of it shows around its content."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from babel.dates import format_date
from flask import Blueprint, current_app, request, url_for
from flask_babel import gettext as _

from app import clock
from app.access import Audience, current_account, current_actor, declare
from app.extensions import db
from app.i18n import current_language
from app.queries.accounts import Account
from app.queries.assessment_work import has_duties
from app.services.assessment_access import ASSESSORS
from app.templating import to_local
from workflows.ombudsman import STATION_ANSWERS, UNIT_LEADERS
from workflows.vocabulary import Role

blueprint = Blueprint("staff", __name__, url_prefix="/staf")
declare(blueprint, Audience.STAFF)

INTAKE_ROLES = frozenset({Role.INTAKE})
OMBUDSMAN_ROLES = STATION_ANSWERS | UNIT_LEADERS | {Role.INVESTIGATOR}
"""Who may owe the Ombudsman something."""
BULK_ROLES = frozenset({Role.COORDINATOR, Role.APPROVER, Role.UNIT_HEAD, Role.INVESTIGATOR_LEAD})


def signed_in() -> Account:
    """The account behind the page; the guard has let nobody else in."""
    account = current_account()
    assert account is not None
    return account


@blueprint.app_template_filter()
def short_date(instant: datetime, zone: str) -> str:
    """``24 Nov 2026``, for dense tables."""
    return str(format_date(to_local(instant, zone).date(), "d MMM y", locale=current_language()))


@blueprint.context_processor
def surroundings() -> dict[str, Any]:
    """Header and navigation of the desk, the agency's zone, and the instant of the page."""
    account = current_account()
    if account is None:
        return {}
    return {
        "user": {"name": account.full_name, "post": account.title},
        "agency_name": account.agency_name,
        "zone": account.zone,
        "now": clock.now(),
        "home_url": url_for("staff.my_work"),
        "logout_url": url_for("entrance.sign_out"),
        "nav": navigation(account),
    }


def navigation(account: Account) -> list[dict[str, Any]]:
    """Links of the desk for this account; an administrator of accounts has no case pages."""
    work = [("staff.my_work", _("Pekerjaan saya"))]
    if account.works_on_cases:
        work += [("staff.queue", _("Antrean")), ("staff.deadlines", _("Tenggat"))]
    if account.roles & INTAKE_ROLES:
        work.append(("staff.new_complaint", _("Catat pengaduan")))
    groups = [{"heading": _("Pengaduan"), "links": [_link(*item) for item in work]}]
    if account.roles & OMBUDSMAN_ROLES:
        groups[0]["links"].append(_link("staff.ombudsman", _("Ombudsman")))
    reports = [("staff.skm", _("Kepuasan (SKM)"))] if account.works_on_cases else []
    if account.roles & ASSESSORS or (account.works_on_cases and has_duties(db.session(), current_actor())):
        reports.append(("staff.zi", _("Zona Integritas")))
    reports = [item for item in reports if item[0] in current_app.view_functions]
    if reports:
        groups.append({"heading": _("Laporan"), "links": [_link(*item) for item in reports]})
    own = [("entrance.change_password", _("Ganti kata sandi"))]
    groups.append({"heading": _("Akun"), "links": [_link(*item) for item in own]})
    return groups


def _link(endpoint: str, words: str) -> dict[str, Any]:
    return {"text": words, "href": url_for(endpoint), "current": request.endpoint == endpoint}
