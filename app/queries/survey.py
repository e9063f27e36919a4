"""Answers to the satisfaction survey, added up. No answer leads to a case, and none is listed with its month.

A period counts whole months: an answer keeps no more than the month in which it was given.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.law import get_law
from app.models import Service, SurveyResponse
from app.models.survey import ELEMENTS
from app.queries.settings import find_setting
from reports.skm import SkmResult, Tally, add, measure

ROUNDED_WEIGHT_SETTING = "skm_rounded_weight"
"""True for an agency that reckons with the weight 0.11 instead of one ninth."""
FEWEST = 5
"""With fewer answers, a mark or a comment could be laid to a person."""


@dataclass(frozen=True, slots=True)
class ServiceSkm:
    """The index of one service; of answers without a service, id and labels are None."""

    service_id: int | None
    label_id: str | None
    label_en: str | None
    result: SkmResult


@dataclass(frozen=True, slots=True)
class SkmResults:
    """The index of an agency in a period, and of each of its services, in the order of the services."""

    overall: SkmResult
    services: tuple[ServiceSkm, ...]


def skm_results(session: Session, agency_id: int, start: date, end: date) -> SkmResults:
    """The index by service and overall, over the months from that of `start` to that of `end`."""
    rounded = find_setting(session, ROUNDED_WEIGHT_SETTING, agency_id) is True
    grades = get_law().skm.conversion_table
    codes = _codes()
    nothing = tuple(Tally(code, 0, 0) for code in codes)
    whole, respondents, services = nothing, 0, []
    for row in session.execute(_sums(agency_id, start, end)):
        tallies = tuple(
            Tally(code, getattr(row, f"n_{code}"), int(getattr(row, f"sum_{code}") or 0)) for code in codes
        )
        whole, respondents = add(whole, tallies), respondents + row.respondents
        result = measure(tallies, grades, respondents=row.respondents, rounded_weight=rounded)
        services.append(ServiceSkm(row.service_id, row.label_id, row.label_en, result))
    overall = measure(whole, grades, respondents=respondents, rounded_weight=rounded)
    return SkmResults(overall, tuple(services))


def services_to_withhold(services: Sequence[ServiceSkm]) -> frozenset[int | None]:
    """Services whose index is not shown: those with few answers, and never one alone.

    What is withheld alone could be reckoned from the whole, so the next smallest goes with it.
    """
    few = [one for one in services if one.result.respondents < FEWEST]
    if len(few) == 1:
        rest = [one for one in services if one is not few[0]]
        few += sorted(rest, key=lambda one: one.result.respondents)[:1]
    return frozenset(one.service_id for one in few)


def settled_until(session: Session, agency_id: int, start: date, today: date) -> date:
    """The last month from `start` for a page that people open again and again; its first day.

    Who compares what such a page shows today with what it showed before sees the answers in between. So only
    months that have ended count, and of those as many as `last_settled` lets come to light. Before there are
    any, the last one that has ended: the answers up to it are too few to be shown at all.
    """
    this_month = today.replace(day=1)
    months = session.execute(
        select(SurveyResponse.answered_in, func.count())
        .where(*_inside(agency_id, start, this_month), SurveyResponse.answered_in < this_month)
        .group_by(SurveyResponse.answered_in)
        .order_by(SurveyResponse.answered_in)
    )
    return last_settled((row[0], row[1]) for row in months) or (this_month - timedelta(days=1)).replace(day=1)


def last_settled(months: Iterable[tuple[date, int]]) -> date | None:
    """The last month with which at least `FEWEST` answers come to light at once; None where there is none.

    :param months: months that have ended, with their answers, in order
    """
    settled, waiting = None, 0
    for month, count in months:
        waiting += count
        if waiting >= FEWEST:
            settled, waiting = month, 0
    return settled


def list_comments(session: Session, agency_id: int, start: date, end: date) -> tuple[str, ...]:
    """Comments of the period, in the order of their random keys; none while there are few answers."""
    inside = _inside(agency_id, start, end)
    count = session.scalar(select(func.count()).select_from(SurveyResponse).where(*inside)) or 0
    if count < FEWEST:
        return ()
    return tuple(
        session.scalars(
            select(SurveyResponse.comment)
            .where(*inside, SurveyResponse.comment != "")
            .order_by(SurveyResponse.id)
            .limit(200)
        )
    )


def _codes() -> tuple[str, ...]:
    """Elements in the order of the law data."""
    elements = sorted(get_law().skm.elements.items(), key=lambda item: item[1].no)
    return tuple(code for code, _element in elements if code in ELEMENTS)


def _inside(agency_id: int, start: date, end: date) -> tuple[Any, ...]:
    return (
        SurveyResponse.agency_id == agency_id,
        SurveyResponse.answered_in >= start.replace(day=1),
        SurveyResponse.answered_in <= end,
    )


def _sums(agency_id: int, start: date, end: date) -> Any:
    columns = [
        part
        for code in ELEMENTS
        for part in (
            func.count(getattr(SurveyResponse, code)).label(f"n_{code}"),
            func.sum(getattr(SurveyResponse, code)).label(f"sum_{code}"),
        )
    ]
    return (
        select(
            SurveyResponse.service_id,
            Service.label_id,
            Service.label_en,
            func.count().label("respondents"),
            *columns,
        )
        .outerjoin(Service, Service.id == SurveyResponse.service_id)
        .where(*_inside(agency_id, start, end))
        .group_by(SurveyResponse.service_id, Service.label_id, Service.label_en)
        .order_by(SurveyResponse.service_id.is_(None), SurveyResponse.service_id)
    )
