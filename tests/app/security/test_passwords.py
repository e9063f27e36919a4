"""Passwords: argon2id, renewed when the parameters are, and as slow for nobody as for somebody."""

from __future__ import annotations

import resource

import pytest

from app.security.passwords import LONGEST, PasswordCheck, Passwords, UnusablePassword

CHEAP = Passwords(time_cost=1, memory_cost=64, parallelism=1)
PASSWORD = "kuda laut \u00e9mas 17"


def test_a_password_is_stored_as_argon2id_with_fresh_salt() -> None:
    stored = CHEAP.hash(PASSWORD)
    assert stored.startswith("$argon2id$v=19$m=64,t=1,p=1$")
    assert CHEAP.hash(PASSWORD) != stored
    assert CHEAP.check(stored, PASSWORD) == PasswordCheck(is_right=True)


def test_the_parameters_in_use_are_those_of_rfc_9106_for_little_memory() -> None:
    assert Passwords().hash(PASSWORD).startswith("$argon2id$v=19$m=65536,t=3,p=4$")


@pytest.mark.parametrize("wrong", ["", PASSWORD + " ", PASSWORD.upper(), PASSWORD[:-1], "x" * (LONGEST + 1)])
def test_another_password_is_wrong(wrong: str) -> None:
    assert CHEAP.check(CHEAP.hash(PASSWORD), wrong) == PasswordCheck(is_right=False)


def test_a_password_is_the_same_however_the_keyboard_composes_it() -> None:
    assert CHEAP.check(CHEAP.hash(PASSWORD), "kuda laut e\u0301mas 17").is_right


def test_stronger_parameters_renew_the_hash_at_the_next_right_password() -> None:
    stored = CHEAP.hash(PASSWORD)
    stronger = Passwords(time_cost=2, memory_cost=128, parallelism=1)
    assert stronger.check(stored, "wrong password") == PasswordCheck(is_right=False)
    renewed = stronger.check(stored, PASSWORD)
    assert renewed.is_right
    assert renewed.new_hash is not None
    assert stronger.check(renewed.new_hash, PASSWORD) == PasswordCheck(is_right=True)


def test_nobody_has_no_password_though_one_is_checked() -> None:
    assert CHEAP.check(None, PASSWORD) == PasswordCheck(is_right=False)
    assert CHEAP.check(None, "") == PasswordCheck(is_right=False)


def test_checking_nobody_costs_what_checking_somebody_does() -> None:
    # Counted in processor time: five checks each of some tens of milliseconds, so that noise stays small.
    dear = Passwords(time_cost=2, memory_cost=32_768, parallelism=1)
    stored = dear.hash(PASSWORD)

    def work(row: str | None, password: str) -> float:
        before = resource.getrusage(resource.RUSAGE_SELF)
        for _ in range(5):
            dear.check(row, password)
        after = resource.getrusage(resource.RUSAGE_SELF)
        return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime

    somebody, nobody = work(stored, "wrong password"), work(None, "wrong password")
    assert 0.4 < nobody / somebody < 2.5


@pytest.mark.parametrize(
    "stored", ["", "$argon2id$v=19$m=64,t=1,p=1$x", "plain", "$2b$12$abcdefghijklmnopqrstuv"]
)
def test_a_damaged_hash_fits_no_password(stored: str) -> None:
    assert CHEAP.check(stored, PASSWORD) == PasswordCheck(is_right=False)


@pytest.mark.parametrize("password", ["", "short", "x" * 9, "x" * (LONGEST + 1), "x" * 100_000])
def test_too_short_and_too_long_passwords_are_not_set(password: str) -> None:
    with pytest.raises(UnusablePassword) as refused:
        CHEAP.hash(password)
    assert (refused.value.shortest, refused.value.longest) == (10, 256)
