"""What is to become of each invented complaint, drawn from the seed before anything is written."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import cycle
from random import Random
from typing import TypeVar

from app.demo.agencies import NEIGHBOURS, STATION
from app.demo.conduct_stories import CONDUCT_STORIES, URGENT_STORIES
from app.demo.stories import SERVICE_STORIES, Story
from workflows.vocabulary import ComplaintClass, IdentityMode, Substate

T = TypeVar("T")


class Ending(StrEnum):
    """How a complaint goes."""

    CLOSED = "closed"
    ASKED = "asked"
    UNANSWERED = "unanswered"
    OBJECTED = "objected"
    REASSIGNED = "reassigned"
    DECLINED = "declined"
    TRANSFERRED = "transferred"
    LAPSED = "lapsed"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
    EX_OFFICIO = "ex_officio"
    ARCHIVED = "archived"
    INFORMATION = "information"
    ASPIRATION = "aspiration"
    URGENT = "urgent"


class Pace(StrEnum):
    """How quickly the station works on it."""

    PROMPT = "prompt"
    NORMAL = "normal"
    SLOW = "slow"


@dataclass(frozen=True, slots=True)
class Plan:
    """One complaint to be played.

    :ivar stop: where it is left standing; None to go on as far as the year lasts
    :ivar hearing: how it is examined: ``hearing``, ``separate_hearing``, ``field_check`` or nothing of that
    :ivar names: post of the officer whom the desk names as respondent
    """

    index: int
    station: str
    filed_at: datetime
    ending: Ending
    pace: Pace
    story: Story | None
    complaint_class: ComplaintClass
    identity_mode: IdentityMode
    channel: str
    service: str | None = None
    incomplete: bool = False
    hearing: str = ""
    files: int = 0
    claims: bool = False
    names: str = ""
    stop: Substate | None = None


ENDINGS: tuple[tuple[Ending, int], ...] = (
    (Ending.CLOSED, 34),
    (Ending.ASKED, 12),
    (Ending.INFORMATION, 8),
    (Ending.OBJECTED, 6),
    (Ending.LAPSED, 6),
    (Ending.TRANSFERRED, 5),
    (Ending.REJECTED, 5),
    (Ending.WITHDRAWN, 5),
    (Ending.ASPIRATION, 5),
    (Ending.ARCHIVED, 4),
    (Ending.UNANSWERED, 3),
    (Ending.REASSIGNED, 3),
    (Ending.DECLINED, 2),
    (Ending.EX_OFFICIO, 1),
    (Ending.URGENT, 1),
)
"""Of a hundred complaints."""

CHANNELS = (
    ("web", 56),
    ("walk_in", 18),
    ("whatsapp_local", 8),
    ("letter", 6),
    ("phone_sms", 5),
    ("email", 4),
    ("sp4n_lapor", 3),
)
MODES = ((IdentityMode.OPEN, 72), (IdentityMode.WITHHELD, 18), (IdentityMode.ANONYMOUS, 10))
PACES = ((Pace.PROMPT, 30), (Pace.NORMAL, 52), (Pace.SLOW, 18))

QUICK = ((Pace.PROMPT, 85), (Pace.NORMAL, 15))
"""Questions are answered sooner: five working days (SP4N)."""

PARKED: tuple[tuple[Substate, Ending, str, tuple[int, int]], ...] = (
    (Substate.ACKNOWLEDGED, Ending.CLOSED, "", (1, 16)),
    (Substate.VERIFYING, Ending.CLOSED, "", (4, 24)),
    (Substate.AWAITING_COMPLETION, Ending.LAPSED, "", (12, 28)),
    (Substate.COMPLETE, Ending.CLOSED, "", (6, 30)),
    (Substate.CLASSIFIED, Ending.CLOSED, "", (8, 34)),
    (Substate.DISPOSITIONED, Ending.CLOSED, "", (9, 40)),
    (Substate.ACCEPTED_BY_UNIT, Ending.CLOSED, "", (11, 48)),
    (Substate.REASSIGNED, Ending.REASSIGNED, "", (14, 60)),
    (Substate.TRANSFER_PENDING, Ending.TRANSFERRED, "", (7, 30)),
    (Substate.CLARIFICATION, Ending.CLOSED, "", (17, 66)),
    (Substate.AWAITING_COMPLAINANT_INFO, Ending.ASKED, "", (20, 58)),
    (Substate.HEARING, Ending.CLOSED, "hearing", (24, 70)),
    (Substate.SEPARATE_HEARING, Ending.CLOSED, "separate_hearing", (26, 76)),
    (Substate.FIELD_CHECK, Ending.CLOSED, "field_check", (24, 64)),
    (Substate.REVIEW, Ending.CLOSED, "", (28, 80)),
    (Substate.DECISION_DRAFTED, Ending.CLOSED, "", (32, 86)),
    (Substate.DECIDED, Ending.CLOSED, "", (34, 74)),
    (Substate.DECISION_DELIVERED, Ending.CLOSED, "", (38, 90)),
    (Substate.FOLLOW_UP_RUNNING, Ending.CLOSED, "", (44, 100)),
)
"""Cases left standing in each open state, the second of each pair overdue: state, way, examination, ages in
days."""

RESPONDENTS = ("skck2", "satpas", "pamapta1", "regident", "provos", "skck1", "pamapta2", "kasatlantas")

_WITH_STORY = frozenset(Ending) - {Ending.INFORMATION, Ending.ASPIRATION}


LONGEST_CLOSURE = timedelta(days=14)
"""No station's desk is closed longer, Idul Fitri and joint leave included."""


def make_plans(count: int, seed: int, as_of: datetime) -> list[Plan]:
    """All complaints of the year up to an instant, the earliest first."""
    rng = Random(f"sahut-demo/{seed}")  # noqa: S311 (a demo, no secret)
    parked = _parked(count, rng, as_of)
    going = _endings(count - len(parked))
    plans = parked + [_plan(ending, rng, _filed_at(rng, as_of)) for ending in going]
    plans = [_within_reach(plan, as_of) for plan in plans]
    plans.sort(key=lambda plan: plan.filed_at)
    return [replace(plan, index=index) for index, plan in enumerate(plans)]


def _within_reach(plan: Plan, as_of: datetime) -> Plan:
    """What is filed in the last days comes by the web: the desk may be closed until the year is over."""
    near = as_of - plan.filed_at < LONGEST_CLOSURE
    return replace(plan, channel="web") if near else plan


def _parked(count: int, rng: Random, as_of: datetime) -> list[Plan]:
    """One or two cases in each open state; in a small demo as many as leave room for the rest."""
    rounds = (0, 1) if count >= 150 else (0,)
    plans = []
    for turn in rounds:
        for substate, ending, hearing, ages in PARKED:
            filed_at = as_of - timedelta(days=ages[turn], hours=rng.randint(0, 5))
            plan = _plan(
                ending, rng, filed_at, hearing=hearing, conduct=bool(hearing) and hearing != "field_check"
            )
            plans.append(
                replace(plan, station=STATION, pace=Pace.PROMPT, stop=substate, channel="web", names="")
            )
    return plans[: max(0, count * 2 // 3)]


def _endings(count: int) -> list[Ending]:
    """One of each first, then by weight."""
    chosen = list(Ending)[:count]
    weighted = [ending for ending, weight in ENDINGS for _ in range(weight)]
    # A stride that shares no factor with the number of weights mixes them evenly, whatever the count.
    picks = cycle(weighted[(index * 37) % len(weighted)] for index in range(len(weighted)))
    while len(chosen) < count:
        chosen.append(next(picks))
    return chosen


def _filed_at(rng: Random, as_of: datetime) -> datetime:
    """Some time in the year, a little more often lately."""
    share = 1 - (1 - rng.random()) ** 1.15
    return as_of - timedelta(seconds=int((1 - share) * 364 * 86400))


def _plan(
    ending: Ending, rng: Random, filed_at: datetime, *, hearing: str = "", conduct: bool = False
) -> Plan:
    story = _story(ending, rng, conduct=conduct)
    mode = _weighted(MODES, rng)
    if ending not in (Ending.CLOSED, Ending.REJECTED, Ending.ARCHIVED, Ending.TRANSFERRED):
        mode = IdentityMode.OPEN if mode is IdentityMode.ANONYMOUS else mode
    supervisory = story is not None and _is_supervisory(story)
    examined = hearing or (
        rng.choice(("hearing", "separate_hearing", "field_check", "")) if supervisory else ""
    )
    station = STATION if rng.random() < 0.86 or ending is Ending.URGENT else rng.choice(NEIGHBOURS)
    named = (
        supervisory
        and ending is not Ending.REASSIGNED
        and story is not None
        and (story.names_officer or rng.random() < 0.15)
    )
    return Plan(
        index=0,
        station=station,
        filed_at=filed_at,
        ending=ending,
        pace=_weighted(QUICK if ending is Ending.INFORMATION else PACES, rng),
        story=story,
        complaint_class=_class_of(ending, supervisory=supervisory),
        identity_mode=mode,
        channel="web" if ending is Ending.URGENT else _weighted(CHANNELS, rng),
        service=rng.choice(story.services) if story and story.services else None,
        incomplete=ending is Ending.LAPSED
        or (ending in _WITH_STORY and mode is not IdentityMode.ANONYMOUS and rng.random() < 0.12),
        hearing=examined,
        files=rng.choice((1, 1, 2)) if rng.random() < 0.18 else 0,
        claims=story is not None and rng.random() < 0.08,
        names=rng.choice(RESPONDENTS) if named and station == STATION and rng.random() < 0.6 else "",
    )


def _story(ending: Ending, rng: Random, *, conduct: bool) -> Story | None:
    if ending in (Ending.INFORMATION, Ending.ASPIRATION):
        return None
    if ending is Ending.URGENT:
        return rng.choice(URGENT_STORIES)
    if ending is Ending.ARCHIVED:
        return rng.choice([story for story in SERVICE_STORIES if not _is_supervisory(story)])
    if conduct or rng.random() < 0.28:
        return rng.choice([story for story in CONDUCT_STORIES if not conduct or _is_supervisory(story)])
    return rng.choice(SERVICE_STORIES)


_SUPERVISORY = frozenset(
    {
        "report_refused",
        "illegal_fee",
        "middleman",
        "rude",
        "abuse",
        "corruption",
        "discriminatory",
        "wrong_discretion",
    }
)
"""Categories of which the law data says ``supervisory_complaint``; a test holds the two together."""


def _is_supervisory(story: Story) -> bool:
    return story.category in _SUPERVISORY


def _class_of(ending: Ending, *, supervisory: bool) -> ComplaintClass:
    if ending is Ending.INFORMATION:
        return ComplaintClass.INFORMATION_REQUEST
    if ending is Ending.ASPIRATION:
        return ComplaintClass.ASPIRATION
    return ComplaintClass.SUPERVISORY if supervisory else ComplaintClass.SERVICE


def _weighted(choices: tuple[tuple[T, int], ...], rng: Random) -> T:
    return rng.choices([value for value, _ in choices], [weight for _, weight in choices])[0]
