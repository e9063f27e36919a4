"""Keys: made once, private, with a history, by however many processes at once."""

from __future__ import annotations

import json
import logging
import multiprocessing
import os
import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from app.security.keys import (
    Key,
    KeyName,
    KeyRing,
    KeysError,
    KeysReadOnly,
    KeysUnsafe,
    UnknownKey,
    verify_signature,
)

AT = datetime(2026, 3, 2, 1, 15, tzinfo=UTC)
NAMES = ["session", "code", "vault", "receipt", "checkpoint"]


def ring_in(folder: Path, *, at: datetime = AT, production: bool = True) -> KeyRing:
    return KeyRing.open(folder.as_uri(), at=at, production=production)


def test_a_first_start_makes_every_key_once_and_privately(tmp_path: Path) -> None:
    folder = tmp_path / "instance" / "keys"
    ring = ring_in(folder)
    assert sorted(path.name for path in folder.iterdir()) == sorted(f"{name}.0001.json" for name in NAMES)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()} == {0o600}
    again = ring_in(folder, at=AT + timedelta(days=1))
    for name in NAMES:
        key = ring.current(name)
        assert again.current(name) == key
        assert (key.number, key.created_at, len(key.secret)) == (1, AT, 32)
        assert key.id.startswith(f"{name}-1-")
    assert len({ring.current(name).secret for name in NAMES}) == 5


def test_a_looser_umask_does_not_open_the_keys(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        ring_in(tmp_path / "keys")
    finally:
        os.umask(before)
    assert {stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "keys").iterdir()} == {0o600}


def test_secrets_never_show_in_a_key_printed(tmp_path: Path) -> None:
    key = ring_in(tmp_path).current("vault")
    for shown in (repr(key), str(key), f"{key}"):
        assert repr(key.secret) not in shown
        assert key.secret.hex() not in shown
        assert "secret" not in shown


def start_once(folder: str, barrier: object, results: object) -> None:
    barrier.wait()  # type: ignore[attr-defined]
    ring = KeyRing.open(Path(folder).as_uri(), at=AT, production=True)
    results.put({name: ring.current(name).id for name in NAMES})  # type: ignore[attr-defined]


def test_processes_that_start_at_once_end_with_the_same_keys(tmp_path: Path) -> None:
    spawn = multiprocessing.get_context("spawn")
    barrier, results = spawn.Barrier(3), spawn.Queue()
    workers = [
        spawn.Process(target=start_once, args=(str(tmp_path / "k"), barrier, results)) for _ in range(3)
    ]
    for worker in workers:
        worker.start()
    seen = [results.get(timeout=60) for _ in workers]
    for worker in workers:
        worker.join()
    assert all(one == seen[0] for one in seen)
    assert {worker.exitcode for worker in workers} == {0}
    assert len(list((tmp_path / "k").iterdir())) == 5


def test_rotation_keeps_the_history_and_other_processes_see_it(tmp_path: Path) -> None:
    ring, other = ring_in(tmp_path), ring_in(tmp_path)
    old = ring.current("receipt")
    new = ring.rotate("receipt", at=AT + timedelta(days=30))
    assert (new.number, new.created_at) == (2, AT + timedelta(days=30))
    assert new.secret != old.secret
    for one in (ring, other, ring_in(tmp_path)):
        assert one.current("receipt") == new
        assert one.history("receipt") == (new, old)
        assert one.get("receipt", old.id) == old
        assert one.current("vault").number == 1


def test_a_rotation_that_came_second_takes_the_first_ones_key(tmp_path: Path) -> None:
    ring, other = ring_in(tmp_path), ring_in(tmp_path)
    late = Key.make(KeyName.CODE, 2, AT)
    first = ring.rotate("code", at=AT)
    assert other._add(late) == first
    assert other.history("code") == (first, ring.history("code")[1])


def test_a_key_is_found_only_under_its_own_name(tmp_path: Path) -> None:
    ring = ring_in(tmp_path)
    receipt = ring.current("receipt")
    for name, key_id in (("checkpoint", receipt.id), ("receipt", "receipt-2-00000000"), ("receipt", "")):
        with pytest.raises(UnknownKey) as unknown:
            ring.get(name, key_id)
        assert unknown.value.key_id == key_id
    with pytest.raises(ValueError, match="is not a valid KeyName"):
        ring.current("other")


def test_signing_keys_sign_and_others_do_not(tmp_path: Path) -> None:
    ring = ring_in(tmp_path)
    for name in ("receipt", "checkpoint"):
        key = ring.current(name)
        signature = key.sign(b"message")
        assert verify_signature(key.public_bytes(), b"message", signature)
        assert not verify_signature(key.public_bytes(), b"massage", signature)
        assert not verify_signature(key.public_bytes(), b"message", signature[:-1])
        assert not verify_signature(b"short", b"message", signature)
    for name in ("session", "code", "vault"):
        with pytest.raises(TypeError, match="do not sign"):
            ring.current(name).sign(b"message")


@pytest.mark.parametrize("mode", [0o644, 0o640, 0o604, 0o660])
def test_production_refuses_key_files_that_others_may_read(tmp_path: Path, mode: int) -> None:
    ring_in(tmp_path / "keys")
    path = tmp_path / "keys" / "vault.0001.json"
    path.chmod(mode)
    with pytest.raises(KeysUnsafe, match=r"vault\.0001\.json"):
        ring_in(tmp_path / "keys")


def test_production_refuses_a_folder_that_others_may_enter(tmp_path: Path) -> None:
    ring_in(tmp_path / "keys")
    (tmp_path / "keys").chmod(0o755)
    with pytest.raises(KeysUnsafe):
        ring_in(tmp_path / "keys")


def test_elsewhere_such_keys_are_warned_of(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    ring = ring_in(tmp_path / "keys")
    (tmp_path / "keys" / "code.0001.json").chmod(0o644)
    with caplog.at_level(logging.WARNING):
        again = ring_in(tmp_path / "keys", production=False)
    assert again.current("code") == ring.current("code")
    assert "code.0001.json" in caplog.text
    assert ring.current("code").secret.hex() not in caplog.text


def test_a_damaged_missing_or_misplaced_file_stops_the_start(tmp_path: Path) -> None:
    folder = tmp_path / "keys"
    ring_in(folder).rotate("vault", at=AT)
    first, second = folder / "vault.0001.json", folder / "vault.0002.json"
    sound = first.read_bytes()
    document = json.loads(sound)
    other_secret = json.loads((folder / "code.0001.json").read_bytes())["secret"]
    for content in (
        b"",
        b"[]",
        sound[:-20],
        json.dumps(document | {"secret": other_secret}).encode(),
        json.dumps(document | {"secret": "AAAA"}).encode(),
        json.dumps(document | {"format": "other"}).encode(),
        json.dumps(document | {"created_at": "yesterday"}).encode(),
        second.read_bytes(),
    ):
        first.write_bytes(content)
        with pytest.raises(KeysError, match=r"vault\.0001\.json") as refused:
            ring_in(folder)
        assert document["secret"] not in str(refused.value)
    first.unlink()
    with pytest.raises(KeysError, match="vault keys are not numbered 1 to 1"):
        ring_in(folder)


def test_keys_may_come_from_the_environment_and_are_then_fixed(tmp_path: Path) -> None:
    made = ring_in(tmp_path)
    content = [json.loads(path.read_bytes()) for path in tmp_path.iterdir()]
    ring = KeyRing.open("env:SAHUT_KEYS", at=AT, production=True, environ={"SAHUT_KEYS": json.dumps(content)})
    for name in NAMES:
        assert ring.current(name) == made.current(name)
    with pytest.raises(KeysReadOnly):
        ring.rotate("vault", at=AT)
    incomplete = {"SAHUT_KEYS": json.dumps(content[:4])}
    with pytest.raises(KeysReadOnly, match="SAHUT_KEYS"):
        KeyRing.open("env:SAHUT_KEYS", at=AT, production=True, environ=incomplete)


@pytest.mark.parametrize("value", [None, "", "{", "{}", "[1]", '[{"name":"vault"}]'])
def test_an_environment_without_keys_stops_the_start(value: str | None) -> None:
    environ = {} if value is None else {"SAHUT_KEYS": value}
    with pytest.raises(KeysError, match="SAHUT_KEYS"):
        KeyRing.open("env:SAHUT_KEYS", at=AT, production=True, environ=environ)


@pytest.mark.parametrize("url", ["", "keys", "https://example.com/keys", "file://host/keys", "file:", "env:"])
def test_another_kind_of_url_is_refused(url: str) -> None:
    with pytest.raises(KeysError, match="KEYS_URL"):
        KeyRing.open(url, at=AT, production=True, environ={})
