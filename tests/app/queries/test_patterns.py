"""Each pattern against a case that shows it and one that just doesn't, on both databases."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.database import unit_of_work
from app.models import Complaint, Message, Notice, Respondent
from app.queries import patterns
from app.queries.patterns import Pattern, count_patterns, find_patterns
from app.queries.review import CaseFilter, list_cases
from app.services import events
from app.services.access import open_identity
from app.services.respondents import name_respondent
from app.services.sweep import sweep
from app.services.withdrawing import announce_withdrawal
from tests.factories import MONDAY, Station, lodge, make_station, walk
from workflows.snapshot import complainant_of
from workflows.vocabulary import ClosureReason, ComplaintClass, Event

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
NOW = MONDAY + 100 * DAY
WIB = "Asia/Jakarta"


@pytest.fixture
def station(session: Session) -> Station:
    return make_station()


def complete_on(station: Station, at: datetime) -> str:
    number = lodge(station).number
    walk(station, number, Event.DECLARE_COMPLETE, at=at - 10 * timedelta(minutes=1))
    return number


def complete_on_the_last_day(station: Station) -> tuple[str, str]:
    """A minute into day 13, and a minute before it, by the local clock."""
    midnight = MONDAY.replace(hour=17) + 12 * DAY  # 00.00 WIB of day 13
    return (
        complete_on(station, midnight + timedelta(minutes=1)),
        complete_on(station, midnight - timedelta(minutes=1)),
    )


def asked(station: Station, waits: list[timedelta]) -> str:
    number = lodge(station).number
    at = walk(station, number, Event.START_EXAMINATION)
    for wait in waits:
        events.ask_info(number, "Mohon kuitansi.", actor=station.actor("penyidik"), at=at)
        at += wait
        events.receive_info(number, "Ini kuitansi saya.", actor=complainant_of(number), at=at)
    return number


def asked_again(station: Station) -> tuple[str, str]:
    return asked(station, [DAY] * patterns.PAUSES), asked(station, [DAY])


def long_pause(station: Station) -> tuple[str, str]:
    almost = patterns.LONG_PAUSE_DAYS * DAY - HOUR
    return asked(station, [almost + HOUR]), asked(station, [almost])


def own_unit(station: Station) -> tuple[str, str]:
    """The unit that examined was complained of; the other answered for its own service, nobody named."""
    shows, fair = lodge(station).number, lodge(station).number
    walk(station, shows, Event.CLOSE, unit="sipropam")
    walk(station, fair, Event.CLOSE, unit="intelkam", complaint_class=ComplaintClass.SERVICE)
    blame(shows, station.units["sipropam"])
    return shows, fair


def own_hand(station: Station) -> tuple[str, str]:
    """The Kasiwas delivered, and the Siwas turned out to be complained of; the other's Kapolresta decided."""
    shows, fair = lodge(station).number, lodge(station).number
    for number in (shows, fair):
        walk(station, number, Event.CLOSE)
    blame(shows, station.units["siwas"])
    blame(fair, station.units["lantas"])
    return shows, fair


def blame(number: str, unit_id: int) -> None:
    with unit_of_work() as session:
        case_id = session.scalars(select(Complaint.id).where(Complaint.number == number)).one()
        session.add(Respondent(complaint_id=case_id, unit_id=unit_id))


def lapsed(station: Station, replied: bool) -> str:
    number = lodge(station).number
    at = walk(station, number, Event.VERIFY)
    events.request_completion(number, "Mohon lampirkan bukti.", actor=station.actor("petugas"), at=at)
    with unit_of_work() as session:
        case_id = session.scalars(select(Complaint.id).where(Complaint.number == number)).one()
        session.add(
            Message(
                complaint_id=case_id,
                direction="from_complainant",
                kind="message",
                body="Bukti apa yang dimaksud?",
                at=at + DAY,
            )
        )
        if replied:
            session.add(
                Message(
                    complaint_id=case_id,
                    direction="to_complainant",
                    kind="message",
                    body="Kuitansinya.",
                    author_id=station.people["petugas"],
                    at=at + 2 * DAY,
                )
            )
        notice = session.scalars(
            select(Notice).where(Notice.complaint_id == case_id).order_by(Notice.id.desc())
        ).first()
        assert notice is not None
        notice_id = notice.id
    received = at + HOUR
    events.record_receipt_of_notice(
        number,
        notice_id,
        received_at=received,
        proof="resi",
        actor=station.actor("petugas"),
        at=received,
    )
    events.lapse(number, at=received + 32 * DAY)
    return number


def lapsed_unanswered(station: Station) -> tuple[str, str]:
    return lapsed(station, replied=False), lapsed(station, replied=True)


def ended_untold(station: Station) -> tuple[str, str]:
    shows, fair = lodge(station).number, lodge(station).number
    for number in (shows, fair):
        at = walk(station, number, Event.VERIFY)
        kasiwas = station.actor("kasiwas")
        events.reject(number, ClosureReason.TOO_VAGUE, "Terlalu umum.", actor=kasiwas, at=at)
    with unit_of_work() as session:
        notice = session.scalars(
            select(Notice).join(Complaint).where(Complaint.number == fair, Notice.kind == "decision")
        ).one()
        notice.received_at, notice.proof = at + DAY, "status_page"
    return shows, fair


def reclassified(station: Station) -> tuple[str, str]:
    """Both are late and then sorted, one of them as its complainant had put it."""
    shows, fair = lodge(station).number, lodge(station).number
    for number, given in ((shows, ComplaintClass.SUPERVISORY), (fair, ComplaintClass.SERVICE)):
        sweep(MONDAY + 20 * DAY)
        walk(station, number, Event.CLASSIFY, at=MONDAY + 21 * DAY, complaint_class=given)
    return shows, fair


def withdrawn(station: Station, days: int, who: str = "kasiwas") -> str:
    number = lodge(station).number
    open_identity(number, "Menghubungi pelapor.", actor=station.actor(who), at=MONDAY + HOUR)
    announce_withdrawal(number, actor=complainant_of(number), at=MONDAY + HOUR + days * DAY)
    return number


def withdrawn_soon(station: Station) -> tuple[str, str]:
    within = patterns.WITHDRAWN_WITHIN_DAYS
    withdrawn(station, within, "ombudsman")
    return withdrawn(station, within), withdrawn(station, within + 1)


def opened_often(station: Station) -> tuple[str, str]:
    shows, fair = lodge(station).number, lodge(station).number
    for count in range(patterns.OFTEN_OPENED):
        at = MONDAY + count * HOUR
        open_identity(shows, "Menghubungi pelapor.", actor=station.actor("kasiwas"), at=at)
        who = "kasiwas" if count else "ombudsman"
        open_identity(fair, "Menghubungi pelapor.", actor=station.actor(who), at=at)
    return shows, fair


WORLDS: dict[Pattern, Callable[[Station], tuple[str, str]]] = {
    Pattern.COMPLETE_AT_THE_END: complete_on_the_last_day,
    Pattern.ASKED_AGAIN: asked_again,
    Pattern.LONG_PAUSE: long_pause,
    Pattern.OWN_UNIT: own_unit,
    Pattern.OWN_HAND: own_hand,
    Pattern.LAPSED_UNANSWERED: lapsed_unanswered,
    Pattern.ENDED_UNTOLD: ended_untold,
    Pattern.RECLASSIFIED: reclassified,
    Pattern.WITHDRAWN_SOON: withdrawn_soon,
    Pattern.OPENED_OFTEN: opened_often,
}


def test_a_pattern_is_its_figure_its_list_and_its_mark_on_the_case(
    session: Session, station: Station
) -> None:
    """One world with all of them: each figure counts the case that shows it, and not the one beside it."""
    made = {pattern: WORLDS[pattern](station) for pattern in Pattern}
    session.rollback()
    reviewer = station.actor("ombudsman")
    counts = count_patterns(session, reviewer, station.agency_id, WIB, 2026, NOW)
    for pattern, (shows, fair) in made.items():
        listed = list_cases(session, reviewer, CaseFilter(year=2026, pattern=pattern), now=NOW).rows
        numbers = {row.number for row in listed}
        assert shows in numbers, pattern
        assert fair not in numbers, pattern
        assert counts[pattern] == len(numbers), pattern
        for number in made[pattern]:
            case_id = session.scalars(select(Complaint.id).where(Complaint.number == number)).one()
            assert (pattern in find_patterns(session, case_id, WIB, NOW)) == (number in numbers)
    assert not any(count_patterns(session, reviewer, station.agency_id, WIB, 2025, NOW).values())


def test_imported_history_shows_no_pattern(session: Session, station: Station) -> None:
    number = asked_again(station)[0]
    with unit_of_work() as unit:
        unit.scalars(select(Complaint).where(Complaint.number == number)).one().imported = True
    found = count_patterns(session, station.actor("ombudsman"), station.agency_id, WIB, 2026, NOW)
    assert found[Pattern.ASKED_AGAIN] == 0


def test_a_respondent_named_later_counts_and_a_superior_does_not(session: Session, station: Station) -> None:
    """The Kapolresta decides on people below him: that is his office, and no pattern."""
    number = lodge(station).number
    walk(station, number, Event.DECIDE)
    officer = station.people["kasatlantas"]
    name_respondent(number, user_id=officer, actor=station.actor("kasiwas"), at=MONDAY + DAY)
    session.rollback()
    found = count_patterns(session, station.actor("ombudsman"), station.agency_id, WIB, 2026, NOW)
    assert found[Pattern.OWN_HAND] == 0
    blame(number, station.units["pimpinan"])
    found = count_patterns(session, station.actor("ombudsman"), station.agency_id, WIB, 2026, NOW)
    assert found[Pattern.OWN_HAND] == 1
