"""What a database says when it refuses a row: never the row.

PostgreSQL answers a broken constraint with ``DETAIL:  Failing row contains (…)``: number, narrative and all.
An error is printed in more places than one log formatter can watch (a command at a terminal, a job, a
library's logger), so the values are taken out where the error is made.
"""

from __future__ import annotations

import traceback
from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import insert, text, update
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.orm import Session

from app.database import unit_of_work
from app.models import Complaint, Setting
from tests.factories import MONDAY, complaint_of, lodge, make_station

MARK = "PENANDA-Ratna-Ayu"


def check_violation(session: Session) -> None:
    session.execute(update(Complaint).values(substate="closed", narrative=MARK))


def unique_violation(session: Session) -> None:
    for _ in range(2):
        session.execute(insert(Setting).values(id=99, key=MARK, value=MARK, updated_at=MONDAY))


def foreign_key_violation(session: Session) -> None:
    session.execute(update(Complaint).values(agency_id=987654, place=MARK))


def null_violation(session: Session) -> None:
    session.execute(update(Complaint).values(received_at=None, place=MARK))


def not_a_number(session: Session) -> None:
    session.execute(text("SELECT CAST(:word AS INTEGER)"), {"word": MARK})  # SQLite takes it for 0
    session.execute(text("SELECT :word FROM no_such_table"), {"word": MARK})


def nul_character(session: Session) -> None:
    session.execute(update(Complaint).values(place=f"{MARK}\x00", substate="closed"))


FAULTS = (
    check_violation,
    unique_violation,
    foreign_key_violation,
    null_violation,
    not_a_number,
    nul_character,
)


@pytest.fixture
def number(session: Session) -> str:
    return lodge(make_station(), narrative=f"{MARK} menunggu tiga hari.").number


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.__name__)
def test_no_error_repeats_the_row(session: Session, number: str, fault: Callable[[Session], None]) -> None:
    with pytest.raises(SQLAlchemyError) as caught, unit_of_work() as unit:
        fault(unit)
    told = "".join(traceback.format_exception(caught.value)) + repr(caught.value) + str(caught.value)
    assert MARK not in told
    if isinstance(caught.value, DBAPIError):
        assert MARK not in repr(caught.value.orig)
    assert complaint_of(number).narrative.startswith(MARK)


def test_an_error_still_names_its_constraint(session: Session, number: str) -> None:
    with pytest.raises(DBAPIError, match="ck_complaint_"), unit_of_work() as unit:
        check_violation(unit)


def test_a_command_that_fails_prints_no_row(app: Flask) -> None:
    """A terminal shows the bare traceback of whatever a command lets through."""

    @app.cli.command("gagal")
    def fail() -> None:
        with unit_of_work() as unit:
            check_violation(unit)

    with app.app_context():
        lodge(make_station(), narrative=MARK)
    result = app.test_cli_runner().invoke(args=["gagal"])
    assert isinstance(result.exception, DBAPIError)
    told = "".join(traceback.format_exception(result.exception))
    assert "ck_complaint_" in told
    assert MARK not in told
