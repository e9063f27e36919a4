"""Facts of proposals from live cases; and of every figure, that it counts as many as it lists and hides."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from random import Random

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.database import unit_of_work
from app.extensions import db
from app.models import Agency, Complaint, FeeClaim, Respondent, StatisticsMonth
from app.queries.queue import list_chosen
from app.queries.snapshots import get_snapshot
from app.queries.visibility import visible_to
from app.queries.wbk_documents import list_held
from app.queries.wbk_proposals import find_proposal, get_proposals
from app.queries.wbk_recaps import RECAPS, count_recap, list_recap
from app.services import events
from reports.rows import Provenance
from reports.wbk.proposals.held import SOURCES
from reports.wbk.proposals.registry import RULES
from tests import factories
from tests.factories import LIFE, MONDAY, Station, lodge, make_station, walk
from workflows.conflicts import conflict_of
from workflows.snapshot import SYSTEM, Actor
from workflows.vocabulary import ComplaintClass, Event, NoticeKind

pytestmark = pytest.mark.database("sqlite")

YEAR = 2026
LATER = MONDAY + timedelta(days=90)
READERS = ("kasiwas", "kapolresta", "kaspkt", "penyidik", "ombudsman", "admin")


@pytest.fixture
def station(session: Session) -> Station:
    return make_station()


def agency_of(station: Station) -> Agency:
    return db.session().get_one(Agency, station.agency_id)


def read(station: Station, as_of: datetime = LATER, actor: Actor = SYSTEM) -> dict[str, Provenance]:
    session = db.session()
    return get_proposals(session, agency_of(station), YEAR, as_of=as_of, actor=actor)


def make_lives(station: Station, seed: int, count: int = 14) -> None:
    """Complaints of many kinds at many stages, some about people or units of the station."""
    rng = Random(seed)
    for at in range(count):
        received = MONDAY + timedelta(days=at, minutes=rng.randint(0, 300))
        if rng.random() < 0.3:
            received -= timedelta(days=rng.choice((70, 400)))
        number = lodge(
            station, at=received, category=rng.choice(("slow", "abuse", "corruption", "illegal_fee"))
        ).number
        if rng.random() < 0.8:
            kind = rng.choice((ComplaintClass.SUPERVISORY, ComplaintClass.SERVICE))
            walk(
                station,
                number,
                rng.choice(LIFE),
                at=received + timedelta(hours=1),
                step=timedelta(hours=rng.randint(1, 60)),
                complaint_class=kind,
            )
        if rng.random() < 0.5:
            who = rng.choice(tuple(factories.PEOPLE))
            complain_of(number, station.people[who], station.units[factories.PEOPLE[who][1]])


def complain_of(number: str, user_id: int, unit_id: int) -> None:
    with unit_of_work() as session:
        row = session.scalars(select(Complaint).where(Complaint.number == number)).one()
        session.add(Respondent(complaint_id=row.id, user_id=user_id, unit_id=unit_id))


def test_every_figure_counts_what_it_lists_and_what_is_not_the_readers_work(station: Station) -> None:
    """Whoever has an interest in a case finds it in neither."""
    make_lives(station, seed=1)
    session, agency = db.session(), agency_of(station)
    ever_hidden = ever_withheld = 0
    for as_of in (MONDAY + timedelta(days=5), LATER):
        whole = read(station, as_of)
        for who in READERS:
            actor = station.actor(who)
            exist = set(session.scalars(select(Complaint.number).where(visible_to(actor))))
            withheld = with_interest(actor)
            for key, item in read(station, as_of, actor).items():
                if not withheld:
                    assert (item.proposal, item.counts) == (whole[key].proposal, whole[key].counts)
                for group, of_all in zip(item.groups, whole[key].groups, strict=True):
                    assert group.count == len(group.numbers) + group.hidden
                    if group.of_cases:
                        assert group.count == len(set(of_all.numbers) - withheld)
                        assert set(group.numbers) == set(of_all.numbers) & exist
                        assert len(list_chosen(session, actor, group.numbers)) == len(group.numbers)
                        ever_hidden += group.hidden
                        ever_withheld += len(set(of_all.numbers) & withheld)
        for key, item in whole.items():
            alone = find_proposal(session, agency, YEAR, key, as_of=as_of, actor=SYSTEM)
            assert alone == item, "a rule that is asked alone reads less and says the same"
    for source in RECAPS:
        everything = set(list_recap(session, agency, YEAR, source, actor=SYSTEM))
        assert len(everything) == count_recap(session, agency, YEAR, source, actor=SYSTEM)
        for who in READERS:
            actor = station.actor(who)
            exist = set(session.scalars(select(Complaint.number).where(visible_to(actor))))
            assert set(list_recap(session, agency, YEAR, source, actor=actor)) == everything & exist
            count = count_recap(session, agency, YEAR, source, actor=actor)
            assert count == len(everything - with_interest(actor))
    assert ever_hidden
    assert ever_withheld


def with_interest(actor: Actor) -> set[str]:
    """Numbers of the cases in which the actor has an interest, by the rule itself."""
    session = db.session()
    return {
        one.number
        for one in session.scalars(select(Complaint))
        if conflict_of(get_snapshot(session, one), actor) is not None
    }


def test_a_first_reply_is_measured_against_its_own_limit(station: Station) -> None:
    in_time, late, silent = (lodge(station, at=MONDAY + timedelta(minutes=at)).number for at in range(3))
    for number in (in_time, late, silent):
        walk(
            station,
            number,
            Event.DISPOSE,
            at=MONDAY + timedelta(hours=1),
            unit="intelkam",
            complaint_class=ComplaintClass.SERVICE,
        )
    kasiwas = station.actor("kasiwas")
    for number, days in ((in_time, 3), (late, 60)):
        at = MONDAY + timedelta(days=days)
        events.record_notice(number, NoticeKind.FIRST_REPLY, sent_at=at, actor=kasiwas, at=at)
    found = read(station)["A6.R.ii.a"]
    groups = {group.code: group.numbers for group in found.groups}
    assert groups["tepat_waktu"] == (in_time,)
    assert groups["terlambat"] == (late, silent)
    assert found.proposal == "D"
    early = read(station, MONDAY + timedelta(days=4))["A6.R.ii.a"]
    assert (early.counts["jatuh_tempo"], early.proposal) == (1, "B")


def test_decisions_are_held_against_those_of_the_year_before(station: Station) -> None:
    def decide(first: datetime, days: int) -> None:
        for at in range(5):
            number = lodge(station, at=first + timedelta(minutes=at)).number
            walk(station, number, Event.DRAFT_DECISION, at=first + timedelta(hours=1))
            walk(station, number, Event.DECIDE, at=first + timedelta(days=days))

    decide(datetime(2025, 3, 3, 2, 0, tzinfo=UTC), 40)  # Monday
    decide(MONDAY, 10)
    found = read(station)["A2.R.ii.a"]
    assert (found.proposal, found.counts["diputus"]) == ("B", 5)
    assert "Median 10 hari sampai putusan, tahun sebelumnya 40 hari" in found.why
    assert read(station, MONDAY + timedelta(days=9))["A2.R.ii.a"].proposal is None


def test_use_of_the_system_is_told_from_its_cases_and_accounts(station: Station) -> None:
    lodge(station)
    intake = station.actor("petugas")
    lodge(station, at=MONDAY + timedelta(minutes=1), channel="walk_in", actor=intake)
    lodge(
        station,
        at=MONDAY + timedelta(minutes=2),
        channel="sp4n_lapor",
        external_number="LAPOR-7751234",
        actor=intake,
    )
    found = read(station)
    assert found["A6.P.iii.a"].proposal == "A"
    assert found["A6.P.iii.a"].counts == {"luring": 1, "daring": 2, "sp4n": 1}
    assert found["A6.P.v.b"].proposal == "Ya"
    assert found["A2.P.ii.c"].proposal == "B"
    assert found["A5.P.iii.a"].proposal is None
    assert read(station, MONDAY - timedelta(days=1))["A6.P.v.b"].proposal is None


def test_a_station_with_nothing_gets_nothing_suggested(station: Station) -> None:
    """The contact for complaints and the people who work are all that a new station has."""
    session, agency = db.session(), agency_of(station)
    held = {
        document.key
        for indicator in SOURCES
        for document in list_held(session, agency, YEAR, indicator, actor=SYSTEM, at=LATER)
    }
    assert held == {"prosedur", "petugas"}
    assert set(RULES) <= set(SOURCES)


def test_held_documents_have_their_own_dates_and_say_what_they_leave_out(station: Station) -> None:
    with unit_of_work() as session:
        session.add(
            StatisticsMonth(
                agency_id=station.agency_id, month=date(2026, 2, 1), threshold=5, frozen_at=MONDAY
            )
        )
    open_case = lodge(station, category="illegal_fee").number
    about_kasiwas = lodge(station, at=MONDAY + timedelta(minutes=1), category="illegal_fee").number
    complain_of(about_kasiwas, station.people["kasiwas"], station.units["siwas"])
    session, kasiwas = db.session(), station.actor("kasiwas")
    agency = agency_of(station)
    (levies,) = list_held(session, agency, YEAR, "A5.P.i.b", actor=kasiwas, at=LATER)
    assert (levies.count, levies.hidden, levies.on) == (1, 0, date(2026, 5, 31))
    assert [row[0] for row in levies.rows] == [open_case]
    statistics = list_held(session, agency, YEAR, "A1.P.ii.c", actor=kasiwas, at=LATER)
    assert [(one.on, one.path) for one in statistics] == [
        (date(2026, 3, 2), "/statistik?satuan=SRG&tahun=2026")
    ]
    assert not list_held(session, agency, YEAR, "A1.P.ii.c", actor=kasiwas, at=MONDAY - timedelta(1))
    assert session.scalars(select(FeeClaim)).first() is None
