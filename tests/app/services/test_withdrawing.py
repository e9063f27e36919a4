"""Withdrawals with a cooling-off: announced, undone, carried out, and void where the case ended first."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.database import unit_of_work
from app.models import AuditEntry, CaseEvent, Message, OutboxItem, Setting, Withdrawal
from app.queries.withdrawals import COOLING_OFF_KEY, find_linked, find_pending
from app.services import events, withdrawing
from app.services.lease import LeaseLost
from app.services.lodging import Identity
from app.services.withdrawing import (
    WithdrawalCounts,
    announce_withdrawal,
    settle_withdrawals,
    undo_by_link,
    undo_token,
    undo_withdrawal,
)
from tests.factories import MONDAY, Station, complaint_of, lodge, make_station, walk
from workflows.errors import CaseNotVisible, RoleNotPermitted, WrongState
from workflows.snapshot import complainant_of
from workflows.vocabulary import Event, Substate

HOUR = timedelta(hours=1)
DAYS_3 = timedelta(days=3)
AT = MONDAY + HOUR


@pytest.fixture
def station(session: Session) -> Station:
    return make_station()


def announce(number: str, reason: str = "", **changes: object) -> None:
    given = {"actor": complainant_of(number), "at": AT} | changes
    announce_withdrawal(number, reason, **given)  # type: ignore[arg-type]


def entries(session: Session, number: str) -> list[tuple[str, str, dict[str, object]]]:
    rows = session.scalars(
        select(AuditEntry).where(AuditEntry.chain == f"case:{number}").order_by(AuditEntry.seq)
    )
    return [(row.kind, row.actor, json.loads(row.body)["facts"]) for row in rows]


def told(session: Session, number: str) -> list[str]:
    case_id = complaint_of(number).id
    rows = select(OutboxItem.template).where(OutboxItem.complaint_id == case_id).order_by(OutboxItem.id)
    return [one for one in session.scalars(rows) if one != "receipt" and one != "case_new"]


def test_an_announcement_moves_nothing_and_tells_everybody(session: Session, station: Station) -> None:
    number = lodge(station).number
    before = complaint_of(number)
    version, due = before.version, before.queue_due_at
    until = announce_withdrawal(number, "Saya ditekan.", actor=complainant_of(number), at=AT)
    after = complaint_of(number)
    assert until == AT + DAYS_3
    assert (after.substate, after.version, after.queue_due_at) == ("acknowledged", version, due)
    kind, actor, facts = entries(session, number)[-1]
    assert (kind, actor, facts["takes_effect_at"]) == (
        "withdrawal.announced",
        "complainant",
        "2026-03-05T03:00:00.000000Z",
    )
    assert "ditekan" not in json.dumps(facts)
    message = session.scalars(select(Message).where(Message.kind == "withdrawal")).one()
    assert (message.direction, message.body) == ("from_complainant", "Saya ditekan.")
    assert told(session, number) == ["case_answered", "withdrawal_announced"]


def test_who_wants_no_notices_gets_none(session: Session, station: Station) -> None:
    quiet = Identity(name="Siti Rahmawati", email="siti.rahmawati@example.id", wants_notices=False)
    number = lodge(station, identity=quiet).number
    announce(number)
    assert "withdrawal_announced" not in told(session, number)


def test_it_takes_effect_when_the_cooling_off_is_over_and_once(session: Session, station: Station) -> None:
    number = lodge(station).number
    announce(number)
    assert settle_withdrawals(AT + DAYS_3 - timedelta(seconds=1)) == WithdrawalCounts()
    assert complaint_of(number).substate == Substate.ACKNOWLEDGED
    assert settle_withdrawals(AT + DAYS_3) == WithdrawalCounts(effective=1)
    assert settle_withdrawals(AT + DAYS_3) == WithdrawalCounts()
    case = complaint_of(number)
    assert (case.substate, case.closure_reason, case.closed_at) == (
        "closed_withdrawn",
        "withdrawn",
        AT + DAYS_3,
    )
    kind, actor, facts = entries(session, number)[-1]
    assert (kind, actor, facts["announced_at"]) == ("withdraw", "complainant", "2026-03-02T03:00:00.000000Z")
    assert told(session, number)[-1] == "case_news"


def test_undone_on_the_page_it_never_happened_but_stands_in_the_log(
    session: Session, station: Station
) -> None:
    number = lodge(station).number
    announce(number)
    citizen = complainant_of(number)
    assert undo_withdrawal(number, actor=citizen, at=AT + HOUR)
    assert not undo_withdrawal(number, actor=citizen, at=AT + HOUR)
    assert settle_withdrawals(AT + 2 * DAYS_3) == WithdrawalCounts()
    assert complaint_of(number).substate == Substate.ACKNOWLEDGED
    assert [kind for kind, _actor, _facts in entries(session, number)][-2:] == [
        "withdrawal.announced",
        "withdrawal.undone",
    ]
    announce(number, at=AT + 2 * HOUR)
    assert find_pending(session, complaint_of(number).id) is not None


def test_the_link_undoes_its_own_withdrawal_and_no_other(session: Session, station: Station) -> None:
    number = lodge(station).number
    announce(number)
    first = undo_token(session, complaint_of(number), AT)
    assert undo_by_link(first, at=AT + HOUR)
    assert not undo_by_link(first, at=AT + HOUR)
    announce(number, at=AT + 2 * HOUR)
    assert not undo_by_link(first, at=AT + 3 * HOUR)
    assert find_pending(session, complaint_of(number).id) is not None
    second = undo_token(session, complaint_of(number), AT + 2 * HOUR)
    assert second != first
    assert undo_by_link(second, at=AT + 3 * HOUR)
    assert [facts["way"] for kind, _a, facts in entries(session, number) if kind == "withdrawal.undone"] == [
        "link",
        "link",
    ]


def test_no_table_holds_the_token(session: Session, station: Station) -> None:
    number = lodge(station).number
    announce(number)
    token = undo_token(session, complaint_of(number), AT)
    row = session.scalars(select(Withdrawal)).one()
    item = session.scalars(select(OutboxItem).where(OutboxItem.template == withdrawing.TEMPLATE)).one()
    assert len(token) == 43
    assert token not in json.dumps([row.undo_digest, item.params, item.dedupe_key])
    assert find_linked(session, withdrawing.token_digest(token)) is not None
    assert not undo_by_link("", at=AT)
    assert not undo_by_link("\ud800" * 40, at=AT)


def test_twice_is_as_once(session: Session, station: Station) -> None:
    number = lodge(station).number
    announce(number, "Pertama.")
    until = announce_withdrawal(number, "Kedua.", actor=complainant_of(number), at=AT + HOUR)
    assert until == AT + DAYS_3
    assert session.scalars(select(Message.body).where(Message.kind == "withdrawal")).all() == ["Pertama."]
    assert told(session, number).count("withdrawal_announced") == 1


def test_a_case_that_ended_first_is_not_withdrawn(session: Session, station: Station) -> None:
    number = lodge(station).number
    walk(station, number, Event.DRAFT_DECISION, at=AT)
    announced = AT + 5 * HOUR
    announce(number, at=announced)
    walk(station, number, Event.DECIDE, at=announced + HOUR)
    assert settle_withdrawals(announced + 2 * HOUR) == WithdrawalCounts(void=1)
    assert settle_withdrawals(announced + DAYS_3) == WithdrawalCounts()
    assert complaint_of(number).substate == Substate.DECIDED
    assert entries(session, number)[-1][0] == "withdrawal.void"


def test_who_objects_goes_on(session: Session, station: Station) -> None:
    """Decided and opened again within the cooling-off, with no job in between."""
    number = lodge(station).number
    walk(station, number, Event.DRAFT_DECISION, at=AT)
    announced = AT + 5 * HOUR
    announce(number, at=announced)
    at = walk(station, number, Event.DELIVER_DECISION, at=announced + HOUR)
    events.object_to_outcome(number, "Saksi tidak didengar.", actor=complainant_of(number), at=at)
    assert complaint_of(number).substate == Substate.CLARIFICATION
    assert settle_withdrawals(announced + DAYS_3) == WithdrawalCounts(void=1)
    assert complaint_of(number).substate == Substate.CLARIFICATION


def test_the_station_works_on_meanwhile(session: Session, station: Station) -> None:
    number = lodge(station).number
    announce(number)
    walk(station, number, Event.START_EXAMINATION, at=AT + HOUR)
    assert settle_withdrawals(AT + DAYS_3) == WithdrawalCounts(effective=1)
    fired = session.scalars(select(CaseEvent.before).where(CaseEvent.event == Event.WITHDRAW.value)).all()
    assert fired == ["clarification"]


def test_only_the_complainant_announces_and_only_while_it_can_be_withdrawn(
    session: Session, station: Station
) -> None:
    number = lodge(station).number
    with pytest.raises(RoleNotPermitted):
        announce(number, actor=station.actor("petugas"))
    with pytest.raises(CaseNotVisible):
        announce(number, actor=complainant_of("SRG-2026-000999"))
    announce(number)
    with pytest.raises(CaseNotVisible):
        undo_withdrawal(number, actor=station.actor("kasiwas"), at=AT)
    undo_withdrawal(number, actor=complainant_of(number), at=AT)
    walk(station, number, Event.DECIDE, at=AT + HOUR)
    with pytest.raises(WrongState):
        announce(number, at=AT + 9 * HOUR)


@pytest.mark.parametrize(
    ("value", "days"), [(7, 7), (1, 1), (0, 3), (31, 3), ("lima", 3), (True, 3), (None, 3)]
)
def test_the_station_sets_the_days(session: Session, station: Station, value: object, days: int) -> None:
    number = lodge(station).number
    with unit_of_work() as writing:
        agency_id = complaint_of(number).agency_id
        if value is not None:
            writing.add(Setting(key=COOLING_OFF_KEY, agency_id=agency_id, value=value, updated_at=MONDAY))
    until = announce_withdrawal(number, actor=complainant_of(number), at=AT)
    assert until == AT + timedelta(days=days)


def test_a_late_process_withdraws_nothing(session: Session, station: Station) -> None:
    number = lodge(station).number
    announce(number)

    def lost(_session: Session) -> None:
        raise LeaseLost

    with pytest.raises(LeaseLost):
        settle_withdrawals(AT + DAYS_3, fence=lost)
    assert complaint_of(number).substate == Substate.ACKNOWLEDGED
    assert find_pending(session, complaint_of(number).id) is not None
