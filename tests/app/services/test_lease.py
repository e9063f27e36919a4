"""Of many processes one holds the lease; one that was overtaken is stopped by its term."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from app.database import unit_of_work
from app.models import Lease
from app.services.lease import LEASE_TIME, Held, LeaseLost, acquire_lease, check_term, release_lease
from tests.factories import MONDAY

NAME = "scheduler"


def take(holder: str, seconds: float = 0) -> Held | None:
    return acquire_lease(NAME, holder, at=MONDAY + timedelta(seconds=seconds))


def test_the_first_to_ask_holds_it_until_it_expires(session: Session) -> None:
    first = take("a")
    assert first == Held(NAME, "a", 1)
    assert take("b", LEASE_TIME.total_seconds() - 1) is None
    assert take("b", LEASE_TIME.total_seconds()) == Held(NAME, "b", 2)
    assert take("a", LEASE_TIME.total_seconds() + 1) is None


def test_renewing_keeps_the_term_and_moves_the_end(session: Session) -> None:
    take("a")
    assert take("a", 60) == Held(NAME, "a", 1)
    assert take("b", LEASE_TIME.total_seconds() + 30) is None
    assert take("b", LEASE_TIME.total_seconds() + 60) == Held(NAME, "b", 2)


def test_a_holder_that_let_it_expire_may_go_on_where_nobody_took_it(session: Session) -> None:
    take("a")
    assert take("a", 10_000) == Held(NAME, "a", 1)


def test_a_released_lease_is_free_at_once(session: Session) -> None:
    held = take("a")
    assert held is not None
    release_lease(held, at=MONDAY + timedelta(seconds=5))
    assert take("b", 5) == Held(NAME, "b", 2)


def test_releasing_a_lost_lease_takes_nothing_from_the_new_holder(session: Session) -> None:
    held = take("a")
    assert held is not None
    take("b", 1000)
    release_lease(held, at=MONDAY + timedelta(seconds=1001))
    assert take("c", 1002) is None


def test_the_term_stops_whoever_was_overtaken(session: Session) -> None:
    old = take("a")
    assert old is not None
    with unit_of_work() as unit:
        check_term(unit, old)
    new = take("b", 1000)
    assert new is not None
    with unit_of_work() as unit:
        check_term(unit, new)
    with pytest.raises(LeaseLost), unit_of_work() as unit:
        check_term(unit, old)


def test_of_many_that_start_at_once_one_gets_it(app: Flask) -> None:
    gate = threading.Barrier(6)
    results: list[Held | None] = []

    def start(holder: str) -> None:
        with app.app_context():
            gate.wait()
            results.append(take(holder))

    threads = [threading.Thread(target=start, args=(str(number),)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    won = [held for held in results if held is not None]
    assert len(results) == 6
    assert len(won) == 1
    with app.app_context(), unit_of_work() as unit:
        assert unit.get_one(Lease, NAME).holder == won[0].holder


@pytest.mark.database("postgresql")
def test_nobody_takes_the_lease_from_under_a_transaction_that_checked_it(app: Flask) -> None:
    with app.app_context():
        held = take("a")
        assert held is not None
    taken = threading.Event()

    def overtake() -> None:
        with app.app_context():
            take("b", 1000)
            taken.set()

    thread = threading.Thread(target=overtake)
    with app.app_context():
        with unit_of_work() as unit:
            check_term(unit, held)
            thread.start()
            assert not taken.wait(0.5), "the lease changed hands under the fence"
        assert taken.wait(10)
    thread.join()
