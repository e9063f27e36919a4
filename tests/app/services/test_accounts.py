"""Accounts: signing in, locks that grow, initial passwords, and what the log keeps of it."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from argon2 import PasswordHasher
from flask import Flask
from flask.testing import FlaskCliRunner
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.database import unit_of_work
from app.models import AuditEntry, User
from app.services import accounts
from tests.factories import MONDAY, PASSWORD, Station, make_station
from workflows.audit import verify_chain
from workflows.vocabulary import Role


@pytest.fixture
def station(session: Session) -> Station:
    return make_station()


def entries(session: Session, prefix: str = "account.") -> list[tuple[str, str, dict[str, object]]]:
    rows = session.scalars(
        select(AuditEntry).where(AuditEntry.kind.startswith(prefix)).order_by(AuditEntry.seq)
    )
    return [(row.kind, row.actor, json.loads(row.body)["facts"]) for row in rows]


def user(session: Session, username: str) -> User:
    session.expire_all()
    return session.scalars(select(User).where(User.username == username)).one()


def test_right_password_signs_in_and_is_logged(session: Session, station: Station) -> None:
    user_id = accounts.sign_in("kasiwas", PASSWORD, at=MONDAY)
    assert user_id == station.people["kasiwas"]
    assert entries(session) == [("account.signed_in", f"user:{user_id}", {"account": user_id})]


@pytest.mark.parametrize("typed", ["KASIWAS", " kasiwas ", "Kasiwas"])
def test_the_name_may_be_typed_in_any_case(session: Session, station: Station, typed: str) -> None:
    assert accounts.sign_in(typed, PASSWORD, at=MONDAY) == station.people["kasiwas"]


@pytest.mark.database("sqlite")
@pytest.mark.parametrize(
    ("failures", "minutes"),
    [(0, None), (4, None), (5, 1), (6, 2), (7, 4), (8, 8), (9, 16), (10, 32), (11, 60), (50, 60)],
)
def test_locks_grow(failures: int, minutes: int | None) -> None:
    assert accounts.lock_after(failures) == (None if minutes is None else timedelta(minutes=minutes))


def test_wrong_passwords_lock_for_a_growing_while(session: Session, station: Station) -> None:
    at = MONDAY
    for _ in range(5):
        assert accounts.sign_in("kasiwas", "salah", at=at) is None
    assert user(session, "kasiwas").locked_until == at + timedelta(minutes=1)
    assert accounts.sign_in("kasiwas", PASSWORD, at=at + timedelta(seconds=59)) is None
    assert user(session, "kasiwas").failed_logins == 5
    assert accounts.sign_in("kasiwas", PASSWORD, at=at + timedelta(seconds=60)) is not None
    assert user(session, "kasiwas").failed_logins == 0
    assert user(session, "kasiwas").locked_until is None


def test_attempts_on_a_locked_account_are_not_counted(session: Session, station: Station) -> None:
    for _ in range(20):
        accounts.sign_in("kasiwas", "salah", at=MONDAY)
    assert user(session, "kasiwas").failed_logins == 5
    failed = [facts for kind, _actor, facts in entries(session) if kind == "account.sign_in_failed"]
    assert [facts["failures"] for facts in failed] == [1, 2, 3, 4, 5]
    assert [facts["locked"] for facts in failed] == [False] * 4 + [True]


def test_a_name_that_nobody_has_leaves_no_trace(session: Session, station: Station) -> None:
    assert accounts.sign_in("rahasia-siti", "kata sandi siti", at=MONDAY) is None
    assert entries(session) == []
    assert "rahasia-siti" not in "".join(session.scalars(select(AuditEntry.body)))


def test_a_switched_off_account_does_not_sign_in(session: Session, station: Station) -> None:
    with unit_of_work() as unit:
        unit.get_one(User, station.people["kasiwas"]).is_active = False
    assert accounts.sign_in("kasiwas", PASSWORD, at=MONDAY) is None


def test_a_hash_with_weaker_parameters_is_renewed(session: Session, station: Station) -> None:
    with unit_of_work() as unit:
        weak = PasswordHasher(time_cost=1, memory_cost=1024, parallelism=1).hash(PASSWORD)
        unit.get_one(User, station.people["kasiwas"]).password_hash = weak
    assert accounts.sign_in("kasiwas", PASSWORD, at=MONDAY) is not None
    assert user(session, "kasiwas").password_hash != weak
    assert accounts.sign_in("kasiwas", PASSWORD, at=MONDAY) is not None


def test_changing_the_password_ends_every_session(session: Session, station: Station) -> None:
    user_id = station.people["kasiwas"]
    accounts.change_password(user_id, PASSWORD, "kuda pagar besi tua", at=MONDAY)
    changed = user(session, "kasiwas")
    assert (changed.session_epoch, changed.must_change_password) == (1, False)
    assert accounts.sign_in("kasiwas", PASSWORD, at=MONDAY) is None
    assert accounts.sign_in("kasiwas", "kuda pagar besi tua", at=MONDAY) == user_id


def test_a_password_is_not_changed_to_itself_or_to_something_short(
    session: Session, station: Station
) -> None:
    user_id = station.people["kasiwas"]
    for unfit in (PASSWORD, "pendek", "x" * 300):
        with pytest.raises(accounts.PasswordUnfit):
            accounts.change_password(user_id, PASSWORD, unfit, at=MONDAY)
    assert entries(session) == []


def test_a_wrong_present_password_counts_as_a_failed_sign_in(session: Session, station: Station) -> None:
    user_id = station.people["kasiwas"]
    for _ in range(accounts.FREE_FAILURES + 1):
        with pytest.raises(accounts.WrongPassword):
            accounts.change_password(user_id, "salah", "kuda pagar besi tua", at=MONDAY)
    with pytest.raises(accounts.WrongPassword):
        accounts.change_password(user_id, PASSWORD, "kuda pagar besi tua", at=MONDAY)
    assert accounts.sign_in("kasiwas", PASSWORD, at=MONDAY) is None
    assert {kind for kind, _actor, _facts in entries(session)} == {"account.sign_in_failed"}


def new_account(**changes: object) -> accounts.NewAccount:
    usual: dict[str, object] = {
        "username": "rini",
        "full_name": "Rini Wulandari",
        "title": "Petugas SPDT",
        "agency_code": "SRG",
        "roles": [Role.INTAKE],
        "unit_code": "siwas",
        "superior": "kasiwas",
        "at": MONDAY,
    }
    return accounts.create_user(**(usual | changes))  # type: ignore[arg-type]


def test_a_new_account_signs_in_once_with_its_initial_password(session: Session, station: Station) -> None:
    made = new_account()
    row = user(session, "rini")
    assert row.must_change_password
    assert row.superior_id == station.people["kasiwas"]
    assert row.unit_id == station.units["siwas"]
    assert accounts.sign_in("rini", made.initial_password, at=MONDAY) == made.user_id
    kind, actor, facts = entries(session)[0]
    assert (kind, actor) == ("account.created", "system")
    assert facts == {"account": made.user_id, "roles": "intake"}
    bodies = "".join(session.scalars(select(AuditEntry.body)))
    for told in ("rini", "Rini", made.initial_password):
        assert told not in bodies


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"username": "Rini"}, accounts.UsernameUnfit),
        ({"username": "ri"}, accounts.UsernameUnfit),
        ({"username": "rini wulandari"}, accounts.UsernameUnfit),
        ({"username": "kasiwas"}, accounts.UsernameTaken),
        ({"agency_code": "XXX"}, accounts.UnknownAgency),
        ({"unit_code": "xxx"}, accounts.UnknownUnit),
        ({"superior": "ombudsman"}, accounts.UnknownSuperior),
        ({"roles": []}, accounts.RolesUnfit),
        ({"roles": [Role.SYSTEM]}, accounts.RolesUnfit),
        ({"roles": [Role.COMPLAINANT]}, accounts.RolesUnfit),
        ({"roles": [Role.OMBUDSMAN, Role.COORDINATOR]}, accounts.RolesUnfit),
    ],
)
@pytest.mark.database("sqlite")
def test_an_account_that_does_not_fit_is_refused(
    session: Session, station: Station, changes: dict[str, object], refusal: type[Exception]
) -> None:
    before = session.scalars(select(User.id)).all()
    with pytest.raises(refusal):
        new_account(**changes)
    assert session.scalars(select(User.id)).all() == before
    assert entries(session) == []


def test_resetting_unlocks_and_ends_sessions(session: Session, station: Station) -> None:
    for _ in range(6):
        accounts.sign_in("kasiwas", "salah", at=MONDAY)
    made = accounts.reset_access("kasiwas", at=MONDAY)
    row = user(session, "kasiwas")
    assert (row.session_epoch, row.failed_logins, row.locked_until, row.must_change_password) == (
        1,
        0,
        None,
        True,
    )
    assert accounts.sign_in("kasiwas", PASSWORD, at=MONDAY) is None
    assert accounts.sign_in("kasiwas", made.initial_password, at=MONDAY) == made.user_id
    with pytest.raises(accounts.UnknownAccount):
        accounts.reset_access("tidak-ada", at=MONDAY)


def test_the_agency_chain_verifies(session: Session, station: Station) -> None:
    accounts.sign_in("kasiwas", "salah", at=MONDAY)
    accounts.sign_in("kasiwas", PASSWORD, at=MONDAY)
    accounts.sign_out(station.people["kasiwas"], at=MONDAY)
    bodies = session.scalars(
        select(AuditEntry.body).where(AuditEntry.chain == "agency:SRG").order_by(AuditEntry.seq)
    )
    head = verify_chain([body.encode("ascii") for body in bodies])
    assert head is not None
    assert head.seq == 3


def test_initial_passwords_are_long_and_never_twice() -> None:
    made = {accounts.new_initial_password() for _ in range(500)}
    assert len(made) == 500
    assert all(len(password) == 23 for password in made)


@pytest.fixture
def runner(app: Flask) -> FlaskCliRunner:
    with app.app_context():
        make_station()
    return app.test_cli_runner()


@pytest.mark.database("sqlite")
class TestCommands:
    """``user create`` and ``user reset-factor``."""

    CREATE = (
        "user", "create", "rini", "--name", "Rini", "--title", "Petugas",
        "--agency", "SRG", "--role", "intake",
    )  # fmt: skip

    def test_create_prints_the_password_once(self, app: Flask, runner: FlaskCliRunner) -> None:
        made = runner.invoke(args=[*self.CREATE, "--json"])
        assert made.exit_code == 0, made.output
        answer = json.loads(made.output)
        assert answer["username"] == "rini"
        with app.app_context():
            assert accounts.sign_in("rini", answer["initial_password"], at=MONDAY) is not None

    def test_bad_use_exits_with_2(self, app: Flask, runner: FlaskCliRunner) -> None:
        runner.invoke(args=self.CREATE)
        again = runner.invoke(args=self.CREATE)
        assert again.exit_code == 2
        assert "sudah dipakai" in again.output

    def test_reset_of_nobody_exits_with_1(self, app: Flask, runner: FlaskCliRunner) -> None:
        assert runner.invoke(args=["user", "reset-factor", "siapa"]).exit_code == 1
        made = runner.invoke(args=["user", "reset-factor", "kasiwas", "--json"])
        assert made.exit_code == 0
        with app.app_context():
            password = json.loads(made.output)["initial_password"]
            assert accounts.sign_in("kasiwas", password, at=MONDAY) is not None
