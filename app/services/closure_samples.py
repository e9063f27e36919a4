"""Closure sampling: draw closed cases at random, and judge each of them blind.

The sample of a period is drawn once, under a seed from the newest checkpoint (`workflows.sampling`): neither
station nor reviewer chooses it, and both draw and judgements stand in the log. A judgement changes nothing of
the case: it is an opinion on an end that stands.
"""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.database import run_in_unit
from app.models import Agency, ClosureReview, ClosureSample
from app.models.closure_sample import OUTCOMES
from app.queries.closure_samples import get_review, has_opened_since_end, list_closed
from app.queries.log import find_last_checkpoint
from app.services.audit_log import acting_role, append_agency_entry, append_case_entry
from app.services.texts import commit_to
from workflows.errors import CaseNotVisible, GuardRefused
from workflows.sampling import draw, make_seed
from workflows.snapshot import Actor
from workflows.vocabulary import Role

READ = "sample.read"
"""A case of a sample opened without its decision: another reading than that of the whole case."""
DRAWN = "sample.drawn"
JUDGED = "sample.judged"
MOST_CASES = 50
LONGEST_DAYS = 366


def draw_sample(agency_code: str, first: date, last: date, count: int, *, actor: Actor, at: datetime) -> int:
    """Draw the sample of an agency and period; gives its id. A second draw gives the first one.

    :param first: first local day of closing, inclusive; `last` likewise
    :param count: cases to draw; all of the period, where it has fewer
    :raises CaseNotVisible: no such agency in the mandate
    :raises GuardRefused: ``period_open`` (it is not over), ``period_wrong``, ``count_wrong``,
        ``nothing_closed`` or ``not_sealed`` (the log has no checkpoint yet)
    """

    def work(session: Session) -> int:
        # Two who draw at once stand in line here, and the second finds the sample of the first.
        agency = session.scalar(
            select(Agency).where(Agency.code == agency_code).with_for_update(key_share=True)
        )
        if agency is None or Role.OMBUDSMAN not in actor.roles or agency.id not in actor.mandate:
            raise CaseNotVisible(DRAWN)
        _check(first, last, count, at.astimezone(ZoneInfo(agency.timezone)).date())
        drawn = session.scalar(
            select(ClosureSample.id).where(
                ClosureSample.agency_id == agency.id,
                ClosureSample.first_on == first,
                ClosureSample.last_on == last,
            )
        )
        return drawn or _draw(session, agency, first, last, count, actor, at)

    return run_in_unit(work)


def judge(
    sample_id: int, place: int, outcome: str, reason: str, *, actor: Actor, at: datetime
) -> ClosureReview:
    """Write down how a reviewer would have ended a case of a sample; once.

    :raises CaseNotVisible: no such case of a sample in the mandate
    :raises GuardRefused: ``outcome_missing``, ``reason_missing``, or ``judged_already``
    """

    def work(session: Session) -> ClosureReview:
        row = get_review(session, sample_id, place, actor)
        # The row alone: PostgreSQL locks none of what is joined to it. What it holds now decides.
        judged = session.scalar(
            select(ClosureReview.outcome).where(ClosureReview.id == row.id).with_for_update()
        )
        if outcome not in OUTCOMES:
            raise GuardRefused(JUDGED, "outcome_missing", field="outcome")
        if not reason.strip():
            raise GuardRefused(JUDGED, "reason_missing", field="reason")
        if judged is not None:
            raise GuardRefused(JUDGED, "judged_already")
        assert actor.user_id is not None
        row.was_blind = not has_opened_since_end(session, row.complaint, actor.user_id)
        row.outcome, row.reason = outcome, reason.strip()
        row.judged_at, row.judged_by_id = at, actor.user_id
        append_case_entry(
            session,
            row.complaint,
            kind=JUDGED,
            actor=actor,
            role=acting_role(actor),
            at=at,
            facts={
                "sample": sample_id,
                "place": place,
                "outcome": outcome,
                "blind": row.was_blind,
                "reason_commitment": commit_to(
                    session, row.complaint, row.reason, label=f"sample:{sample_id}"
                ),
            },
        )
        return row

    return run_in_unit(work)


def _check(first: date, last: date, count: int, today: date) -> None:
    if not 0 <= (last - first).days < LONGEST_DAYS:
        raise GuardRefused(DRAWN, "period_wrong", field="last")
    if last >= today:
        raise GuardRefused(DRAWN, "period_open", field="last")
    if not 1 <= count <= MOST_CASES:
        raise GuardRefused(DRAWN, "count_wrong", field="count")


def _draw(
    session: Session, agency: Agency, first: date, last: date, count: int, actor: Actor, at: datetime
) -> int:
    head = find_last_checkpoint(session)
    if head is None:
        raise GuardRefused(DRAWN, "not_sealed")
    closed = list_closed(session, agency, first, last)
    if not closed:
        raise GuardRefused(DRAWN, "nothing_closed", field="first")
    seed = make_seed(bytes.fromhex(head.root), agency.code, first, last)
    numbers = draw(closed, seed, count)
    assert actor.user_id is not None
    sample = ClosureSample(
        agency_id=agency.id,
        first_on=first,
        last_on=last,
        checkpoint_size=head.size,
        seed=seed.hex(),
        population=len(closed),
        drawn_at=at,
        drawn_by_id=actor.user_id,
        reviews=[
            ClosureReview(place=place, complaint_id=closed[number][0], station_outcome=closed[number][1])
            for place, number in enumerate(numbers, 1)
        ],
    )
    session.add(sample)
    session.flush()
    append_agency_entry(
        session,
        agency,
        kind=DRAWN,
        actor=actor,
        role=acting_role(actor),
        at=at,
        facts={
            "sample": sample.id,
            "first": first.isoformat(),
            "last": last.isoformat(),
            "population": len(closed),
            "cases": len(numbers),
            "checkpoint": head.size,
            "seed": seed.hex(),
        },
    )
    return sample.id
