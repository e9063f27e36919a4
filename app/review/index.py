"""The reviewers' desk: stations of the mandate, with their figures for a year."""

from __future__ import annotations

from flask import render_template, request

from app import clock
from app.access import current_actor
from app.extensions import db
from app.queries.corrective_actions import OpenActions, open_actions_by_agency
from app.queries.review import Figures, get_figures, list_mandate, list_years
from app.review.blueprint import blueprint


@blueprint.get("/")
def index() -> str:
    """Stations and their figures; each figure leads to the cases behind it."""
    session, actor, now = db.session(), current_actor(), clock.now()
    stations = list_mandate(session, actor)
    years = list_years(session, stations, now) or [now.year]
    year = chosen_year(request.args.get("tahun"), years)
    figures = get_figures(session, actor, stations, year, now)
    actions = open_actions_by_agency(session, [station.id for station in stations], now)
    return render_template(
        "review/index.html",
        actions=sum(actions.values(), start=OpenActions()),
        stations=stations,
        figures=figures,
        total=sum(figures.values(), start=Figures()),
        year=year,
        year_options=[(str(one), str(one)) for one in years],
    )


def chosen_year(typed: str | None, years: list[int]) -> int:
    """The year of an address where it is one of those offered, else the first of them."""
    return int(typed) if typed and typed.isdecimal() and int(typed) in years else years[0]
