"""The vault: what is sealed opens in its place only."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.security.keys import KeyRing
from app.security.vault import (
    VaultError,
    derive_key,
    needs_rewrap,
    new_case_key,
    rewrap_case_key,
    seal,
    unseal,
    unwrap_case_key,
    wrap_case_key,
)
from tests.app.security.conftest import MADE_AT

PLACE: dict[str, Any] = {"case_id": 17, "field": "complainant_name", "version": 1}
KEY = bytes(range(32))


@given(st.text(), st.integers(0, 2**40), st.integers(1, 9))
def test_what_is_sealed_opens_in_its_place(text: str, case_id: int, version: int) -> None:
    place = PLACE | {"case_id": case_id, "version": version}
    sealed = seal(KEY, **place, text=text)
    assert unseal(KEY, **place, sealed=sealed) == text
    assert seal(KEY, **place, text=text) != sealed


@pytest.mark.parametrize("other", [{"case_id": 18}, {"field": "complainant_address"}, {"version": 2}])
def test_a_value_moved_elsewhere_does_not_open(other: dict[str, Any]) -> None:
    sealed = seal(KEY, **PLACE, text="Siti Aminah")
    with pytest.raises(VaultError, match="another place"):
        unseal(KEY, **PLACE | other, sealed=sealed)


def test_places_cannot_run_into_each_other() -> None:
    # Parts are bounded by a bar, which no field has in its name.
    sealed = seal(KEY, case_id=1, field="a1", version=1, text="x")
    with pytest.raises(VaultError):
        unseal(KEY, case_id=1, field="a", version=11, sealed=sealed)
    for field in ("", "a|b", "Name", "1a", "a" * 65):
        with pytest.raises(ValueError, match="not the name of a field"):
            seal(KEY, case_id=1, field=field, version=1, text="x")


def test_any_flipped_bit_or_other_key_is_refused() -> None:
    sealed = seal(KEY, **PLACE, text="Siti Aminah")
    for bit in range(len(sealed) * 8):
        flipped = bytearray(sealed)
        flipped[bit // 8] ^= 1 << bit % 8
        with pytest.raises(VaultError):
            unseal(KEY, **PLACE, sealed=bytes(flipped))
    for length in range(len(sealed)):
        with pytest.raises(VaultError):
            unseal(KEY, **PLACE, sealed=sealed[:length])
    with pytest.raises(VaultError):
        unseal(new_case_key(), **PLACE, sealed=sealed)


def test_a_sealed_value_shows_nothing_of_the_text() -> None:
    assert b"Aminah" not in seal(KEY, **PLACE, text="Siti Aminah")


def test_case_keys_are_wrapped_and_outlive_the_rotation_of_the_vault_key(keys: KeyRing) -> None:
    case_key = new_case_key()
    key_id, wrapped = wrap_case_key(keys, case_key)
    sealed = seal(case_key, **PLACE, text="Siti Aminah")
    assert case_key not in wrapped
    assert not needs_rewrap(keys, key_id)
    keys.rotate("vault", at=MADE_AT)
    assert needs_rewrap(keys, key_id)
    assert unwrap_case_key(keys, key_id, wrapped) == case_key
    new_id, rewrapped = rewrap_case_key(keys, key_id, wrapped)
    assert new_id == keys.current("vault").id != key_id
    assert not needs_rewrap(keys, new_id)
    assert unseal(unwrap_case_key(keys, new_id, rewrapped), **PLACE, sealed=sealed) == "Siti Aminah"


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_a_wrapped_key_that_was_altered_or_relabelled_does_not_open(
    keys: KeyRing, data: st.DataObject
) -> None:
    key_id, wrapped = wrap_case_key(keys, KEY)
    bit = data.draw(st.integers(0, len(wrapped) * 8 - 1))
    flipped = bytearray(wrapped)
    flipped[bit // 8] ^= 1 << bit % 8
    with pytest.raises(VaultError):
        unwrap_case_key(keys, key_id, bytes(flipped))
    with pytest.raises(VaultError, match="is gone"):
        unwrap_case_key(keys, keys.current("code").id, wrapped)


def test_keys_for_different_ends_differ() -> None:
    derived = {derive_key(KEY, b"one"), derive_key(KEY, b"two"), derive_key(KEY, b"one", b"salt"), KEY}
    assert len(derived) == 4
    with pytest.raises(ValueError, match="32 bytes"):
        derive_key(KEY[:-1], b"one")
    with pytest.raises(ValueError, match="32 bytes"):
        seal(b"", **PLACE, text="x")
