"""The published list: public halves with their time, and nothing else."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest

from app.security.keys import KeyName, KeyRing
from app.security.published_keys import NotAKeyList, PublishedKeys
from tests.app.security.conftest import MADE_AT


def test_the_list_has_public_halves_and_times_only(keys: KeyRing) -> None:
    old = keys.current("receipt")
    new = keys.rotate("receipt", at=MADE_AT + timedelta(days=9))
    listed = PublishedKeys.of(keys).to_json()
    assert listed["format"] == "sahut/keys/v1"
    by_id = {key["id"]: key for key in listed["keys"]}
    assert set(by_id) == {old.id, new.id, keys.current("checkpoint").id}
    assert by_id[old.id] == {
        "id": old.id,
        "use": "receipt",
        "algorithm": "Ed25519",
        "public_key": old.public_bytes().hex(),
        "since": "2026-01-01T00:00:00.000000Z",
        "until": "2026-01-10T00:00:00.000000Z",
    }
    assert by_id[new.id]["until"] is None
    text = json.dumps(listed)
    for name in KeyName:
        for key in keys.history(name):
            assert key.secret.hex() not in text
            assert name.is_signing or key.id not in text


def test_the_list_comes_back_from_json_in_any_layout(keys: KeyRing) -> None:
    published = PublishedKeys.of(keys)
    again = PublishedKeys.parse(json.dumps(published.to_json(), indent=3))
    assert again.to_json() == published.to_json()
    key = keys.current("receipt")
    signature = key.sign(b"message")
    assert again.verify(KeyName.RECEIPT, key.id, b"message", signature, MADE_AT)
    assert not again.verify(KeyName.CHECKPOINT, key.id, b"message", signature, MADE_AT)
    assert not again.verify(KeyName.RECEIPT, key.id, b"massage", signature, MADE_AT)
    assert not again.verify(KeyName.RECEIPT, "receipt-9-00000000", b"message", signature, MADE_AT)


@pytest.mark.parametrize(
    "change",
    [
        {"algorithm": "RSA"},
        {"use": "vault"},
        {"use": "other"},
        {"public_key": "ab"},
        {"public_key": None},
        {"since": "yesterday"},
        {"until": 5},
    ],
)
def test_a_list_with_a_strange_key_is_refused(keys: KeyRing, change: dict[str, Any]) -> None:
    listed = PublishedKeys.of(keys).to_json()
    listed["keys"][0] |= change
    with pytest.raises(NotAKeyList):
        PublishedKeys.parse(json.dumps(listed))
    del listed["keys"][0]["id"]
    with pytest.raises(NotAKeyList):
        PublishedKeys.parse(json.dumps(listed))


def test_two_keys_of_one_id_are_refused(keys: KeyRing) -> None:
    listed = PublishedKeys.of(keys).to_json()
    listed["keys"].append(listed["keys"][0])
    with pytest.raises(NotAKeyList, match="two keys of one id"):
        PublishedKeys.parse(json.dumps(listed))


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"format":"sahut/keys/v1"}', '{"format":"x","keys":[]}'])
def test_what_is_no_list_is_refused(text: str) -> None:
    with pytest.raises(NotAKeyList):
        PublishedKeys.parse(text)
