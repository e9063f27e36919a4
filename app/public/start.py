"""The first page: what Sahut is, the one thing to do, and who answers for complaints."""

from __future__ import annotations

from flask import render_template
from flask.typing import ResponseReturnValue

from app import clock
from app.extensions import db
from app.law import get_law
from app.public.blueprint import blueprint, draft_token
from app.queries.catalogue import list_stations
from app.services.drafts import Content, find_draft
from workflows.vocabulary import Binding, ComplaintClass, LimitUnit, Party

PROMISED = ("acknowledgement", "completeness_notice", "resolution", "decision_delivery")
"""Stages whose statutory limit the first page tells."""


@blueprint.get("/")
def start() -> ResponseReturnValue:
    """The first page; an unfinished complaint in this browser is offered first."""
    stations = list_stations(db.session())
    draft = find_draft(db.session(), draft_token(), clock.now())
    return render_template(
        "public/start.html",
        stations=stations,
        limits=statutory_limits(),
        has_draft=isinstance(draft, Content) and bool(draft.answers),
        agency_name=stations[0].name if len(stations) == 1 else None,
    )


def statutory_limits() -> dict[str, int]:
    """Days by stage that the statute gives the station for a complaint about a service, from the law data."""
    steps = get_law().policies[ComplaintClass.SERVICE].steps
    return {
        step.stage: step.limit
        for step in steps
        if step.stage in PROMISED
        and step.party is Party.STATION
        and step.binding is Binding.STATUTE
        and step.unit in (LimitUnit.CALENDAR_DAY, LimitUnit.WORKING_DAY)
    }
