"""What the demo tells: enough stories, over everything that can go wrong, and nobody real in them."""

from __future__ import annotations

from random import Random

import pytest

from app.demo import plans, texts
from app.demo.conduct_stories import CONDUCT_STORIES, URGENT_STORIES
from app.demo.stories import SERVICE_STORIES, Story
from app.law import get_law
from workflows.vocabulary import ClosureReason, ComplaintClass

STORIES = (*SERVICE_STORIES, *CONDUCT_STORIES, *URGENT_STORIES)


def test_there_are_stories_of_every_issue_and_every_kind_of_conduct() -> None:
    law = get_law()
    assert {story.category for story in SERVICE_STORIES} == set(law.issues)
    assert {story.category for story in CONDUCT_STORIES} == set(law.conduct)
    assert len({story.narrative for story in STORIES}) == len(STORIES) >= 60


@pytest.mark.parametrize("story", SERVICE_STORIES, ids=lambda story: story.narrative[:40])
def test_an_issue_is_told_of_services_where_it_can_happen(story: Story) -> None:
    assert set(story.services) <= set(get_law().issues[story.category].applies)
    assert story.services


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.narrative[:40])
def test_every_slot_is_filled(story: Story) -> None:
    filled = texts.slots(Random(1), "SKCK baru")
    told = [story.narrative.format(**filled), story.loss.format(**filled), story.remedy.format(**filled)]
    assert all(words and "{" not in words for words in told)


def test_the_plans_know_what_the_law_calls_supervisory() -> None:
    law = get_law()
    kinds = {**law.issues, **law.conduct}
    supervisory = {code for code, kind in kinds.items() if kind.default_class == ComplaintClass.SUPERVISORY}
    assert supervisory == plans._SUPERVISORY


def test_rejections_have_reasons_that_the_law_data_knows() -> None:
    assert set(texts.REJECTIONS) <= {reason.value for reason in ClosureReason}


def test_nobody_can_be_reached() -> None:
    rng = Random(3)
    name = texts.person_name(rng)
    assert texts.email_of(name, rng).endswith(".example")
    assert texts.phone(rng).startswith("+62800000")
