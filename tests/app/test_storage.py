"""Files at rest: unreadable without the key of their case, unchangeable unseen, never whole in memory."""

from __future__ import annotations

import hashlib
import io
import os
import tracemalloc
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import obstore
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from obstore.store import MemoryStore

from app.storage import (
    CHUNK_BYTES,
    HEADER_BYTES,
    SEALED_BYTES,
    FileDamaged,
    FileMissing,
    FileTooLarge,
    Storage,
    StorageError,
)

KEY = bytes(range(32))
OTHER_KEY = bytes(32)
MIB = 1024 * 1024


@pytest.fixture
def storage(tmp_path: Path) -> Storage:
    return Storage.from_url((tmp_path / "files").as_uri())


def path_of(tmp_path: Path, key: str) -> Path:
    return tmp_path / "files" / key


def pattern(size: int, seed: int = 0) -> bytes:
    """Bytes of which no two chunks are alike."""
    blocks = (hashlib.sha256(f"{seed}/{number}".encode()).digest() for number in range(size // 32 + 1))
    return b"".join(blocks)[:size]


def read(storage: Storage, key: str, case_key: bytes = KEY) -> bytes:
    return b"".join(storage.open(key, case_key))


@pytest.mark.parametrize(
    "size", [0, 1, CHUNK_BYTES - 1, CHUNK_BYTES, CHUNK_BYTES + 1, 2 * CHUNK_BYTES, 3 * MIB + 7]
)
def test_a_file_comes_back_as_it_was(storage: Storage, tmp_path: Path, size: int) -> None:
    data = pattern(size)
    stored = storage.put(io.BytesIO(data), KEY)
    assert read(storage, stored.key) == data
    assert (stored.size, stored.sha256) == (size, hashlib.sha256(data).hexdigest())
    on_disk = path_of(tmp_path, stored.key).read_bytes()
    assert stored.cipher_sha256 == hashlib.sha256(on_disk).hexdigest() == stored.key[3:]
    assert stored.key[:2] == stored.cipher_sha256[:2]
    chunks = max(1, -(-size // CHUNK_BYTES))
    assert len(on_disk) == HEADER_BYTES + size + 16 * chunks
    assert storage.is_sound(stored.key)
    assert storage.exists(stored.key)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.lists(st.binary(max_size=300)), st.integers(1, 5))
def test_pieces_of_any_length_are_one_file(storage: Storage, pieces: list[bytes], repeat: int) -> None:
    stored = storage.put(iter(pieces * repeat), KEY)
    assert read(storage, stored.key) == b"".join(pieces * repeat)


def test_another_place_is_used_in_the_same_way() -> None:
    store = MemoryStore()
    storage = Storage(store)
    data = pattern(12 * MIB + 5)
    stored = storage.put(io.BytesIO(data), KEY)
    assert read(storage, stored.key) == data
    assert list(storage.list_keys()) == [stored.key]
    assert [found["path"] for listed in obstore.list(store) for found in listed] == [stored.key]
    storage.delete(stored.key)
    assert list(storage.list_keys()) == []


def test_nothing_of_a_file_shows_and_equal_files_differ(storage: Storage, tmp_path: Path) -> None:
    data = b"Petugas meminta uang. " * 1000
    first, second = storage.put(io.BytesIO(data), KEY), storage.put(io.BytesIO(data), KEY)
    assert first.key != second.key
    assert first.sha256 == second.sha256
    assert b"meminta" not in path_of(tmp_path, first.key).read_bytes()


def test_only_the_key_of_the_case_opens_its_files(storage: Storage) -> None:
    stored = storage.put(io.BytesIO(b"bukti"), KEY)
    with pytest.raises(FileDamaged) as damaged:
        storage.open(stored.key, OTHER_KEY)
    assert damaged.value.key == stored.key
    with pytest.raises(ValueError, match="32 bytes"):
        storage.open(stored.key, KEY[:16])
    with pytest.raises(ValueError, match="32 bytes"):
        storage.put(io.BytesIO(b""), b"")


# ---- tampering


def given_out(storage: Storage, key: str) -> bytes:
    """Whatever comes out before the damage is noticed."""
    out = bytearray()
    try:
        for chunk in storage.open(key, KEY):
            out += chunk
    except FileDamaged:
        return bytes(out)
    pytest.fail("the damage went unnoticed")


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.data())
def test_any_flipped_bit_is_refused(storage: Storage, tmp_path: Path, data: st.DataObject) -> None:
    content = pattern(1000)
    stored = storage.put(io.BytesIO(content), KEY)
    sealed = bytearray(path_of(tmp_path, stored.key).read_bytes())
    bit = data.draw(st.integers(0, len(sealed) * 8 - 1))
    sealed[bit // 8] ^= 1 << bit % 8
    path_of(tmp_path, stored.key).write_bytes(sealed)
    assert given_out(storage, stored.key) == b""
    assert not storage.is_sound(stored.key)


def sealed_chunks(sealed: bytes) -> tuple[bytes, list[bytes]]:
    body = sealed[HEADER_BYTES:]
    return sealed[:HEADER_BYTES], [body[at : at + SEALED_BYTES] for at in range(0, len(body), SEALED_BYTES)]


@pytest.mark.parametrize("size", [4 * CHUNK_BYTES, 3 * CHUNK_BYTES + 99])
def test_reordered_dropped_doubled_swapped_and_cut_chunks_are_refused(
    storage: Storage, tmp_path: Path, size: int
) -> None:
    content = pattern(size)
    stored = storage.put(io.BytesIO(content), KEY)
    other = storage.put(io.BytesIO(pattern(size, seed=1)), KEY)
    path = path_of(tmp_path, stored.key)
    header, chunks = sealed_chunks(path.read_bytes())
    other_header, other_chunks = sealed_chunks(path_of(tmp_path, other.key).read_bytes())
    assert len(chunks) == 4
    tampered = {
        "reordered": [header, chunks[1], chunks[0], *chunks[2:]],
        "dropped first": [header, *chunks[1:]],
        "dropped middle": [header, chunks[0], *chunks[2:]],
        "cut at a chunk": [header, *chunks[:3]],
        "cut within a chunk": [header, *chunks[:3], chunks[3][:-1]],
        "header only": [header],
        "cut in the header": [header[:-1]],
        "nothing": [],
        "doubled": [header, chunks[0], *chunks],
        "lengthened": [header, *chunks, chunks[3]],
        "lengthened by a byte": [header, *chunks, b"x"],
        "chunk of another object": [header, chunks[0], other_chunks[1], *chunks[2:]],
        "header of another object": [other_header, *chunks],
        "last chunk of another object": [header, *chunks[:3], other_chunks[3]],
    }
    for name, pieces in tampered.items():
        path.write_bytes(b"".join(pieces))
        out = given_out(storage, stored.key)
        assert content.startswith(out), name
        assert len(out) < size, name
    path.write_bytes(b"".join([header, *chunks]))
    assert read(storage, stored.key) == content


@pytest.mark.parametrize("size", [500, 2 * CHUNK_BYTES + 500])
def test_another_file_of_the_same_case_in_its_place_is_refused_before_its_end(
    storage: Storage, tmp_path: Path, size: int
) -> None:
    stored = storage.put(io.BytesIO(pattern(size)), KEY)
    other = storage.put(io.BytesIO(pattern(size, seed=1)), KEY)
    path_of(tmp_path, stored.key).write_bytes(path_of(tmp_path, other.key).read_bytes())
    assert len(given_out(storage, stored.key)) == size // CHUNK_BYTES * CHUNK_BYTES
    assert not storage.is_sound(stored.key)


# ---- size and memory


class Watched(io.RawIOBase):
    """A long stream that is never in memory as a whole, and notes how it is read."""

    def __init__(self, size: int) -> None:
        self.left = size
        self.largest_read = 0

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        assert size > 0, "reads everything at once"
        self.largest_read = max(self.largest_read, size)
        count = min(size, self.left, 64 * 1024)
        self.left -= count
        return bytes(count)


def test_a_file_of_20_mib_passes_in_and_out_in_chunks(storage: Storage) -> None:
    stream = Watched(20 * MIB)
    tracemalloc.start()
    try:
        stored = storage.put(stream, KEY)  # type: ignore[arg-type]
        total, largest = 0, 0
        for chunk in storage.open(stored.key, KEY):
            total, largest = total + len(chunk), max(largest, len(chunk))
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert (stored.size, total) == (20 * MIB, 20 * MIB)
    assert stream.largest_read == CHUNK_BYTES
    assert largest == CHUNK_BYTES
    assert peak < 10 * CHUNK_BYTES


def test_a_file_over_the_limit_stops_at_once_and_leaves_nothing(storage: Storage, tmp_path: Path) -> None:
    stream = Watched(50 * MIB)
    with pytest.raises(FileTooLarge) as refused:
        storage.put(stream, KEY, limit=2 * MIB)  # type: ignore[arg-type]
    assert refused.value.limit == 2 * MIB
    assert stream.left > 46 * MIB
    assert [path for path in (tmp_path / "files").rglob("*") if path.is_file()] == []
    assert storage.put(io.BytesIO(bytes(2 * MIB)), KEY, limit=2 * MIB).size == 2 * MIB


def test_a_stream_that_breaks_leaves_nothing_and_says_so_itself(storage: Storage, tmp_path: Path) -> None:
    def broken() -> Iterator[bytes]:
        yield bytes(3 * MIB)
        raise ConnectionResetError("connection lost")

    with pytest.raises(ConnectionResetError, match="connection lost"):
        storage.put(broken(), KEY)
    assert [path for path in (tmp_path / "files").rglob("*") if path.is_file()] == []


# ---- keeping house


def test_the_folder_is_closed_to_others(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        Storage.from_url((tmp_path / "files").as_uri())
    finally:
        os.umask(before)
    assert (tmp_path / "files").stat().st_mode & 0o077 == 0


def test_a_deleted_file_is_gone_and_deleting_again_is_harmless(storage: Storage, tmp_path: Path) -> None:
    stored = storage.put(io.BytesIO(b"bukti"), KEY)
    storage.delete(stored.key)
    storage.delete(stored.key)
    assert not storage.exists(stored.key)
    assert not path_of(tmp_path, stored.key).exists()
    for missing in (lambda: storage.open(stored.key, KEY), lambda: storage.is_sound(stored.key)):
        with pytest.raises(FileMissing) as gone:
            missing()
        assert gone.value.key == stored.key


def test_all_keys_are_listed_and_broken_uploads_are_swept(storage: Storage, tmp_path: Path) -> None:
    stored = {storage.put(io.BytesIO(bytes([number])), KEY).key for number in range(5)}
    left = tmp_path / "files" / "unfinished"
    left.mkdir(exist_ok=True)
    (left / "ab").write_bytes(b"half")
    assert set(storage.list_keys()) == stored
    now = datetime.now(UTC)
    assert storage.remove_unfinished(now - timedelta(hours=1)) == 0
    assert storage.remove_unfinished(now + timedelta(hours=1)) == 1
    assert not (left / "ab").exists()
    assert set(storage.list_keys()) == stored


@pytest.mark.parametrize(
    "key", ["", "../keys/vault.0001.json", "ab/../../x", "unfinished/ab", "/etc/passwd", "ab/AB"]
)
def test_what_is_no_key_reaches_no_file(storage: Storage, key: str) -> None:
    for use in (
        lambda: storage.open(key, KEY),
        lambda: storage.delete(key),
        lambda: storage.exists(key),
        lambda: storage.is_sound(key),
    ):
        with pytest.raises(ValueError, match="not the key of an object"):
            use()


@pytest.mark.parametrize(
    "url", ["", "files", "https://example.com/x", "file://host/x", "s3://", "memory:///"]
)
def test_another_kind_of_place_is_refused(url: str) -> None:
    with pytest.raises(StorageError, match="STORAGE_URL"):
        Storage.from_url(url)
