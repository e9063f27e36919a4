"""Tracking codes: readable in any spelling, stored as a keyed digest, compared without telling."""

from __future__ import annotations

import hmac

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.security.codes import (
    code_digest,
    code_digests,
    format_code,
    new_tracking_code,
    normalise_code,
    verify_code,
)
from app.security.keys import KeyRing
from tests.app.security.conftest import MADE_AT

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
CODE = "7K3M9QXATT02BHVW"


def test_codes_are_random_over_the_whole_alphabet() -> None:
    codes = [new_tracking_code() for _ in range(400)]
    assert len(set(codes)) == 400
    assert set("".join(codes)) == set(ALPHABET)
    assert {len(code) for code in codes} == {16}


def test_a_code_is_shown_in_groups_of_four() -> None:
    assert format_code(CODE) == "7K3M-9QXA-TT02-BHVW"


@pytest.mark.parametrize(
    "typed",
    [
        "7K3M9QXATT02BHVW",
        "7k3m-9qxa-tt02-bhvw",
        "  7K3M 9QXA\tTT02  BHVW \n",
        "7K3M\u20139QXA\u2014TTO2\u2011BHVW",
        "\uff17\uff2b\uff13\uff2d\uff19\uff31\uff38\uff21\uff34\uff34\uff10\uff12\uff22\uff28\uff36\uff37",
        "7K3M.9QXA_TTo2.BHVW",
    ],
)
def test_a_code_is_known_however_it_is_typed(typed: str) -> None:
    assert normalise_code(typed) == CODE


def test_letters_that_look_like_digits_are_read_as_digits() -> None:
    assert normalise_code("OoIiLl0011ABCDEF") == "0011110011ABCDEF"


@pytest.mark.parametrize(
    "typed", ["", "7K3M", CODE + "0", CODE[:-1] + "U", CODE[:-1] + "!", "-" * 16, "0 " * 40]
)
def test_what_cannot_be_a_code_is_none(typed: str) -> None:
    assert normalise_code(typed) is None


@given(st.text())
def test_any_input_gives_a_code_or_none(typed: str) -> None:
    code = normalise_code(typed)
    assert code is None or (len(code) == 16 and set(code) <= set(ALPHABET) and normalise_code(code) == code)


def test_only_the_code_itself_verifies(keys: KeyRing) -> None:
    stored = code_digest(keys, CODE)
    assert verify_code(keys, CODE, stored)
    for at in range(16):
        wrong = CODE[:at] + ("0" if CODE[at] != "0" else "1") + CODE[at + 1 :]
        assert not verify_code(keys, wrong, stored)
    for code, row in (
        (None, stored),
        (CODE, None),
        (None, None),
        (CODE, ""),
        (CODE, "x"),
        (CODE, f"{stored}ä"),
    ):
        assert not verify_code(keys, code, row)


def test_the_digest_is_a_keyed_hmac_that_names_its_key(keys: KeyRing) -> None:
    key = keys.current("code")
    expected = hmac.new(key.secret, f"sahut/code/v1|complaint|{CODE}".encode(), "sha256").hexdigest()
    assert code_digest(keys, CODE) == f"{key.id}:{expected}"
    assert len(code_digest(keys, CODE)) <= 80


def test_digests_outlive_the_rotation_of_their_key(keys: KeyRing) -> None:
    stored = code_digest(keys, CODE)
    keys.rotate("code", at=MADE_AT)
    assert verify_code(keys, CODE, stored)
    assert code_digest(keys, CODE) != stored
    assert code_digests(keys, CODE) == (code_digest(keys, CODE), stored)
    relabelled = f"{keys.current('code').id}:{stored.partition(':')[2]}"
    assert not verify_code(keys, CODE, relabelled)
    assert not verify_code(keys, CODE, f"vault-1-00000000:{stored.partition(':')[2]}")


def test_a_code_of_one_kind_does_not_open_another(keys: KeyRing) -> None:
    stored = code_digest(keys, CODE, purpose="draft")
    assert verify_code(keys, CODE, stored, purpose="draft")
    assert not verify_code(keys, CODE, stored)
    assert not verify_code(keys, CODE, stored, purpose="survey")
