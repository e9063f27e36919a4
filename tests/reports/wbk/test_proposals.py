"""The rules behind proposals, a table each, with the empty year, the missing half and zero denominators."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.rows import AnonymisedCaseRow, EvidenceRow, EvidenceStatus
from reports.wbk.proposals import evaluations, publication, response, surveys, ways_in
from reports.wbk.proposals.facts import CaseFact, Facts, Period, Reply, ServiceFact, StationFact
from reports.wbk.proposals.figures import seen_by
from reports.wbk.proposals.held import SOURCES
from reports.wbk.proposals.registry import RULES, propose_all
from reports.wbk.score import validate_answers
from reports.wbk.worksheet import Automation
from tests.reports.wbk.samples import WORKSHEET, cases
from workflows.vocabulary import PUBLIC_STATE, ComplaintClass, Finding, Substate

AS_OF = datetime(2026, 10, 30, 9, 30, tzinfo=UTC)
PERIOD = Period(2026, date(2026, 10, 30), AS_OF)
EMPTY = Facts(PERIOD)


def a_case(channel: str = "web", number: int = 1, **changes: object) -> CaseFact:
    row = AnonymisedCaseRow(
        number=f"SRG-2026-{number:06d}",
        received_on=date(2026, 2, 3),
        channel=channel,
        service="SIM",
        complaint_class=ComplaintClass.SUPERVISORY,
        classified=True,
        state=PUBLIC_STATE[Substate.CLARIFICATION],
        substate=Substate.CLARIFICATION,
    )
    extra = {key: changes.pop(key) for key in ("has_ticket", "reply") if key in changes}
    return CaseFact(replace(row, **changes), channel, **extra)  # type: ignore[arg-type]


def through(*channels: str, **changes: object) -> tuple[CaseFact, ...]:
    return tuple(a_case(channel, at, **changes) for at, channel in enumerate(channels, 1))


def a_document(signed_on: date = date(2026, 3, 1)) -> EvidenceRow:
    return EvidenceRow(
        id=1,
        indicator_ids=(),
        number=f"B/{signed_on:%m%d}",
        title="Notula",
        signed_on=signed_on,
        signer="Kasiwas",
        url=None,
        valid_until=None,
        status=EvidenceStatus.VALID,
    )


def with_documents(indicator_id: str, *days: date, **changes: object) -> Facts:
    documents = {indicator_id: tuple(a_document(day) for day in days)}
    return replace(EMPTY, documents=documents, **changes)  # type: ignore[arg-type]


def test_every_indicator_with_data_has_its_rule_or_its_documents() -> None:
    by_level: dict[Automation, set[str]] = {level: set() for level in Automation}
    for indicator in WORKSHEET.indicators:
        if indicator.system is not None:
            by_level[indicator.system.level].add(indicator.id)
    proposed = [one.id for one in WORKSHEET.indicators if one.id in RULES]
    assert list(RULES) == proposed
    assert set(RULES) == by_level[Automation.AUTOMATIC] | by_level[Automation.SUGGESTION]
    assert len(RULES) == 16
    assert set(SOURCES) == set.union(*by_level.values())
    assert len(by_level[Automation.EVIDENCE]) == 28


def test_an_empty_year_earns_nothing_and_says_why() -> None:
    for indicator_id, item in propose_all(EMPTY).items():
        if indicator_id == surveys.SURVEYS:
            assert item.proposal == "E"  # no round was held: that is what the worksheet asks
        else:
            assert item.proposal is None, indicator_id
            assert item.remark
        assert all(group.count == 0 for group in item.groups if group.of_cases)
        assert item.query
        assert item.as_of == AS_OF


def test_history_that_was_only_loaded_is_no_use_of_the_system() -> None:
    loaded = replace(EMPTY, cases=through("web", "walk_in", "letter", imported=True, reply=Reply.IN_TIME))
    for rule in (
        ways_in.media,
        ways_in.one_database,
        ways_in.service_it,
        ways_in.policy_applied,
        response.responsive,
    ):
        assert rule(loaded).proposal is None
    assert ways_in.service_it(loaded).counts == {"ditangani": 0, "semua": 3}


@pytest.mark.parametrize(
    ("channels", "officers", "tickets", "answer"),
    [
        (("web", "walk_in", "sp4n_lapor"), 2, True, "A"),
        (("web", "walk_in", "sp4n_lapor"), 2, False, "B"),
        (("web", "walk_in"), 1, True, "B"),
        (("web", "walk_in"), 0, True, "C"),
        (("walk_in", "letter"), 3, True, "D"),
        (("web", "email"), 3, True, None),
        (("ombudsman",), 3, True, None),
        ((), 3, True, None),
    ],
)
def test_media(channels: tuple[str, ...], officers: int, tickets: bool, answer: str | None) -> None:
    facts = replace(
        EMPTY,
        cases=through(*channels, has_ticket=tickets),
        station=StationFact(intake_officers=officers),
    )
    assert ways_in.media(facts).proposal == answer


@pytest.mark.parametrize(
    ("channels", "answer"),
    [(("web", "walk_in"), "Ya"), (("web",), None), (("walk_in", "letter"), None), ((), None)],
)
def test_one_database(channels: tuple[str, ...], answer: str | None) -> None:
    assert ways_in.one_database(replace(EMPTY, cases=through(*channels))).proposal == answer


def test_the_system_never_calls_itself_an_innovation() -> None:
    facts = replace(EMPTY, cases=through("web", "walk_in"))
    assert ways_in.service_it(facts).proposal == "B"
    assert ways_in.policy_applied(facts).proposal is None
    sop = with_documents(ways_in.POLICY, date(2026, 1, 5), cases=facts.cases)
    assert ways_in.policy_applied(sop).proposal == "B"
    assert ways_in.policy_applied(with_documents(ways_in.POLICY, date(2026, 1, 5))).proposal is None


@pytest.mark.parametrize(("opened", "attached", "answer"), [(1, 1, "B"), (1, 0, None), (0, 1, None)])
def test_internal_reports_need_a_way_and_a_policy(opened: int, attached: int, answer: str | None) -> None:
    facts = with_documents(
        ways_in.INTERNAL,
        *[date(2026, 1, 5)] * attached,
        station=StationFact(internal_channels=("WBS",) * opened),
    )
    assert ways_in.internal_reports(facts).proposal == answer


@pytest.mark.parametrize(
    ("channels", "replies", "answer"),
    [
        (("web", "walk_in", "letter"), (Reply.IN_TIME, Reply.IN_TIME, Reply.LATE), "A"),
        (("web", "walk_in"), (Reply.IN_TIME, Reply.OVERDUE), "B"),
        (("web", "walk_in", "letter"), (Reply.IN_TIME, Reply.LATE, Reply.OVERDUE), "C"),
        (("web", "web"), (Reply.OVERDUE, Reply.OVERDUE), "D"),
        (("web", "walk_in", "letter"), (None, None, None), None),
        ((), (), None),
    ],
)
def test_responsive(channels: tuple[str, ...], replies: tuple[Reply | None, ...], answer: str | None) -> None:
    about_service = through(*channels, complaint_class=ComplaintClass.SERVICE)
    made = tuple(replace(one, reply=reply) for one, reply in zip(about_service, replies, strict=True))
    conduct = a_case("box", 99, reply=Reply.OVERDUE)  # no complaint about a service: not measured here
    found = response.responsive(replace(EMPTY, cases=(*made, conduct)))
    assert found.proposal == answer
    counts = found.counts
    assert counts["jatuh_tempo"] == counts["tepat_waktu"] + counts["terlambat"]


@pytest.mark.parametrize(
    ("days", "before", "tickets", "answer"),
    [
        (10, (20,) * 5, True, "A"),
        (10, (20,) * 5, False, "B"),
        (20, (20,) * 5, True, "C"),
        (30, (20,) * 5, True, "C"),
        (10, (20,) * 4, True, None),
        (10, (), True, None),
    ],
)
def test_transformation(days: int, before: tuple[int, ...], tickets: bool, answer: str | None) -> None:
    decided = {
        "complete_on": date(2026, 3, 1),
        "decided_on": date.fromordinal(date(2026, 3, 1).toordinal() + days),
        "finding": Finding.SETTLED,
        "has_ticket": tickets,
    }
    facts = replace(EMPTY, cases=through(*["web"] * 5, **decided), days_before=before)
    assert response.transformation(facts).proposal == answer
    few = replace(facts, cases=facts.cases[:4])
    assert response.transformation(few).proposal is None


MONTHS = frozenset(date(2026, month, 1) for month in range(1, 10))


@pytest.mark.parametrize(
    ("minutes", "frozen", "answer"),
    [
        ((date(2026, 3, 30), date(2026, 7, 31), date(2026, 9, 1)), MONTHS, "A"),
        ((date(2026, 3, 30), date(2026, 8, 1), date(2026, 9, 1)), MONTHS, "B"),
        ((date(2026, 3, 30), date(2026, 7, 31), date(2026, 9, 1)), MONTHS - {date(2026, 5, 1)}, "B"),
        ((date(2025, 12, 30),), MONTHS, None),
        ((), MONTHS, None),
    ],
)
@pytest.mark.parametrize(
    ("rule", "indicator_id"),
    [
        (evaluations.evaluated, evaluations.EVALUATED),
        (evaluations.services_evaluated, evaluations.SERVICES_EVALUATED),
    ],
)
def test_evaluations(
    rule: object, indicator_id: str, minutes: tuple[date, ...], frozen: frozenset[date], answer: str | None
) -> None:
    facts = with_documents(indicator_id, *minutes, station=StationFact(frozen_months=frozen))
    assert rule(facts).proposal == answer  # type: ignore[operator]


def test_before_the_first_quarter_has_ended_there_is_nothing_to_be_regular_about() -> None:
    early = Period(2026, date(2026, 3, 31), datetime(2026, 3, 31, 9, tzinfo=UTC))
    facts = replace(with_documents(evaluations.EVALUATED, date(2026, 3, 1)), period=early)
    assert early.ended_quarters == ()
    assert evaluations.evaluated(facts).proposal is None
    assert Period(2026, date(2027, 1, 1), AS_OF).ended_quarters[-1] == date(2026, 10, 1)
    assert len(Period(2026, date(2027, 1, 1), AS_OF).ended_months) == 12


@pytest.mark.parametrize(
    ("components", "pledge_on", "answer"),
    [
        ((14, 3), date(2026, 1, 2), "Ya"),
        ((14, 0), date(2026, 1, 2), None),
        ((14, 14), None, None),
        ((14, 14), date(2026, 11, 1), None),
        ((), date(2026, 1, 2), None),
    ],
)
def test_standards_published(components: tuple[int, ...], pledge_on: date | None, answer: str | None) -> None:
    services = tuple(ServiceFact(f"Layanan {at}", count) for at, count in enumerate(components))
    facts = replace(EMPTY, station=StationFact(services=services, pledge_on=pledge_on))
    assert publication.standards_published(facts).proposal == answer


@pytest.mark.parametrize(
    ("public", "photo", "answer"), [(True, 1, "A"), (True, 0, None), (False, 1, None), (False, 0, None)]
)
def test_survey_results_published(public: bool, photo: int, answer: str | None) -> None:
    station = StationFact(survey_answers=40, survey_is_public=public)
    facts = with_documents(surveys.PUBLISHED, *[date(2026, 4, 1)] * photo, station=station)
    assert surveys.results_published(facts).proposal == answer


FACTS = st.builds(
    Facts,
    period=st.just(PERIOD),
    cases=st.lists(
        st.builds(
            CaseFact,
            case=st.sampled_from(cases(90)),
            channel=st.sampled_from(["web", "walk_in", "letter", "sp4n_lapor", "ombudsman"]),
            has_ticket=st.booleans(),
            reply=st.sampled_from([None, *Reply]),
        ),
        max_size=40,
        unique_by=lambda one: one.case.number,
    ).map(tuple),
    days_before=st.lists(st.integers(0, 90), max_size=8).map(tuple),
    station=st.builds(StationFact, intake_officers=st.integers(0, 2)),
)


@given(FACTS, st.sets(st.sampled_from([row.number for row in cases(90)])))
def test_every_proposal_is_an_answer_of_the_worksheet_whoever_looks(facts: Facts, visible: set[str]) -> None:
    """Figures do not depend on the reader; what is not listed is counted as hidden, group by group."""
    for item in propose_all(facts).values():
        if item.proposal is not None:
            validate_answers(WORKSHEET, {item.indicator_id: item.proposal})
        seen = seen_by(item, visible)
        assert seen.counts == item.counts
        for whole, shown in zip(item.groups, seen.groups, strict=True):
            assert len(set(whole.numbers)) == whole.count
            assert len(shown.numbers) + shown.hidden == whole.count
            if whole.of_cases:
                assert set(shown.numbers) == set(whole.numbers) & visible
