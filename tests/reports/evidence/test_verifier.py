"""The verifier that travels in the pack: what it lets pass, and every way of tampering that it names."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import reports.evidence.verifier as verifier
from reports.evidence.verifier import CASES, EXPORT, HEAD, LEAVES, MANIFEST, MOST_JSON, verify
from tests.reports.evidence.packs import House

SOURCE = Path(verifier.__file__)
ONE_PLACE = settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture(scope="module")
def house() -> House:
    return House().live()


@pytest.fixture(scope="module")
def pack(house: House, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return house.pack(tmp_path_factory.mktemp("pack") / "bukti.zip")


def places(report: dict[str, Any]) -> list[str]:
    return [one["where"] for one in report["findings"]]


def test_a_sound_pack_passes_with_and_without_a_witness(house: House, pack: Path) -> None:
    alone = verify(pack, house.keys())
    assert alone["sound"], alone
    assert (alone["facts"]["cases_proved"], alone["facts"]["witnessed"]) == (3, 0)
    for with_leaves in (True, False):
        seen = verify(pack, house.keys(), [house.witness(7, with_leaves=with_leaves)])
        assert seen["sound"], seen
        assert seen["facts"]["witnessed"] == 7


def test_equal_contents_give_equal_bytes(tmp_path: Path) -> None:
    first = House().live().pack(tmp_path / "1.zip")
    second = House().live().pack(tmp_path / "2.zip")
    assert first.read_bytes() == second.read_bytes()


# --- in transit, without the key --------------------------------------------------------


@ONE_PLACE
@given(st.data())
def test_any_flipped_byte_shows(house: House, pack: Path, tmp_path: Path, data: st.DataObject) -> None:
    content = bytearray(pack.read_bytes())
    at = data.draw(st.integers(0, len(content) - 1))
    content[at] ^= data.draw(st.integers(1, 255))
    (changed := tmp_path / "flipped.zip").write_bytes(content)
    assert not verify(changed, house.keys())["sound"]


@ONE_PLACE
@given(st.data())
def test_any_cut_or_added_end_shows(house: House, pack: Path, tmp_path: Path, data: st.DataObject) -> None:
    content = pack.read_bytes()
    cut = data.draw(st.integers(1, len(content) - 1))
    more = data.draw(st.binary(min_size=1, max_size=300))
    for changed in (content[:-cut], content + more, more + content):
        (path := tmp_path / "cut.zip").write_bytes(changed)
        assert not verify(path, house.keys())["sound"]


def packed_anew(pack: Path, out: Path, change: Callable[[dict[str, bytes]], None]) -> Path:
    """The same files in another ZIP, after a change."""
    with zipfile.ZipFile(pack) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    change(files)
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
        archive.comment = pack.read_bytes()[-verifier.COMMENT_BYTES :]
    return out


@pytest.mark.parametrize(
    ("change", "where"),
    [
        (lambda files: files.pop("bukti/00001-1.pdf"), "bukti/00001-1.pdf"),
        (lambda files: files.update({"bukti/00009-1.pdf": b"another"}), "bukti/00009-1.pdf"),
        (lambda files: files.update({"bukti/00001-1.pdf": b"%PDF nicer"}), "bukti/00001-1.pdf"),
        (lambda files: files.update({LEAVES: files[LEAVES][32:] + files[LEAVES][:32]}), LEAVES),
        (lambda files: files.update({MANIFEST: files[MANIFEST].replace(b"SRG", b"CLG")}), MANIFEST),
        (lambda files: files.pop(HEAD), HEAD),
        (lambda files: files.pop(MANIFEST), MANIFEST),
        (lambda files: files.update({CASES: b"".join(files[CASES].splitlines(True)[::-1])}), CASES),
        (lambda files: files.update({EXPORT: b"{}"}), EXPORT),
        (lambda files: files.update({CASES: b"[[]]\n\xff"}), CASES),
    ],
)
def test_what_was_changed_inside_is_named(
    house: House, pack: Path, tmp_path: Path, change: Callable[[dict[str, bytes]], None], where: str
) -> None:
    report = verify(packed_anew(pack, tmp_path / "anew.zip", change), house.keys())
    assert places(report)[0] == "ZIP"
    assert where in places(report)


def test_a_pack_that_was_only_packed_anew_lacks_its_seal_and_nothing_else(
    house: House, pack: Path, tmp_path: Path
) -> None:
    report = verify(packed_anew(pack, tmp_path / "anew.zip", lambda files: None), house.keys())
    assert places(report) == ["ZIP"]


def test_a_manifest_that_would_fill_the_memory_is_not_opened(
    house: House, pack: Path, tmp_path: Path
) -> None:
    def swell(files: dict[str, bytes]) -> None:
        files[MANIFEST] += bytes(MOST_JSON)

    out = packed_anew(pack, tmp_path / "bomb.zip", swell)
    assert "is larger than any real one" in str(verify(out, house.keys())["findings"])


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_two_files_of_one_name_are_refused(house: House, pack: Path, tmp_path: Path) -> None:
    out = packed_anew(pack, tmp_path / "twice.zip", lambda files: None)
    with zipfile.ZipFile(out, "a") as archive:
        archive.writestr("bukti/00001-1.pdf", b"what a careless reader opens")
    assert "holds two files of one name" in str(verify(out, house.keys())["findings"])


# --- with the key in hand ---------------------------------------------------------------


@ONE_PLACE
@given(st.integers(0, 11), st.integers(1, 12), st.booleans())
def test_a_past_written_anew_with_the_key_is_named_against_the_witness(
    tmp_path_factory: pytest.TempPathFactory, position: int, seen: int, with_leaves: bool
) -> None:
    path = tmp_path_factory.mktemp("anew") / "bukti.zip"
    honest = House().live()
    witness = honest.witness(seen)
    honest.rewrite(position)
    honest.pack(path, with_leaves=with_leaves)
    assert verify(path, honest.keys())["sound"], "without a witness nobody can tell"
    report = verify(path, honest.keys(), [witness])
    if position < seen:
        assert not report["sound"]
        if with_leaves:
            assert report["findings"][0]["position"] == position
    elif with_leaves:
        assert report["sound"]


@pytest.mark.parametrize("act", ["drop", "swap", "truncate"])
def test_entries_dropped_moved_or_cut_off_are_named_against_the_witness(tmp_path: Path, act: str) -> None:
    forger = House().live()
    witness = forger.witness()
    if act == "drop":
        del forger.bodies[5]
    elif act == "swap":
        forger.bodies[5], forger.bodies[6] = forger.bodies[6], forger.bodies[5]
    else:
        del forger.bodies[5:]
    report = verify(forger.pack(tmp_path / "b.zip"), forger.keys(), [witness])
    assert report["findings"][0]["position"] == 5


def test_a_bare_checkpoint_still_tells_that_the_past_is_another(tmp_path: Path) -> None:
    forger = House().live()
    witness = forger.witness(8, with_leaves=False)
    forger.rewrite(3)
    report = verify(forger.pack(tmp_path / "b.zip"), forger.keys(), [forger.witness(2), witness])
    assert [one["position"] for one in report["findings"]] == [2], "after what another witness still holds"


def test_growth_since_a_witnessed_checkpoint_is_shown_without_the_leaf_hashes(tmp_path: Path) -> None:
    house = House().live()
    old = house.checkpoint(5)
    pack = house.pack(tmp_path / "b.zip", older=[old], with_leaves=False)
    assert verify(pack, house.keys(), [house.witness(5, with_leaves=False)])["sound"]
    report = verify(pack, house.keys(), [house.witness(6, with_leaves=False)])
    assert "no proof for it" in report["findings"][0]["why"]


def test_a_pack_on_an_old_checkpoint_is_seen_through_by_a_newer_witness(tmp_path: Path) -> None:
    house = House().live()
    pack = house.pack(tmp_path / "b.zip")
    house.live()
    assert verify(pack, house.keys(), [house.witness()])["sound"]
    bare = verify(pack, house.keys(), [house.witness(with_leaves=False)])
    assert "newer than the pack" in bare["findings"][0]["why"]
    forged = House().live()
    forged.rewrite(2)
    report = verify(forged.pack(tmp_path / "c.zip"), forged.keys(), [house.witness()])
    assert report["findings"][0]["position"] == 2


# --- wrong keys and bad use -------------------------------------------------------------


def test_a_wrong_key_is_named(pack: Path) -> None:
    other = House(Ed25519PrivateKey.from_private_bytes(b"x" * 32))
    report = verify(pack, other.keys())
    assert {"ZIP", MANIFEST} <= set(places(report))
    assert "does not hold" in report["findings"][0]["why"]


def test_a_key_out_of_use_or_not_listed_is_named(house: House, pack: Path) -> None:
    listed = json.loads(house.keys())
    listed["keys"][0]["until"] = "2026-04-01T00:00:00.000000Z"
    assert "not in use" in str(verify(pack, json.dumps(listed).encode())["findings"])
    listed["keys"][0]["id"] = "checkpoint-2"
    assert "not in the published list" in str(verify(pack, json.dumps(listed).encode())["findings"])


@pytest.mark.parametrize("what", [b"", b"[]", b'{"format":"sahut/keys/v1","keys":3}', b"\xff"])
def test_what_is_no_key_list_or_witness_is_bad_use(house: House, pack: Path, what: bytes) -> None:
    with pytest.raises(verifier.BadUse):
        verify(pack, what)
    with pytest.raises(verifier.BadUse):
        verify(pack, house.keys(), [what])


@pytest.mark.parametrize("content", [b"", b"PK", b"%PDF-1.7 not a pack", b"PK\x05\x06" + bytes(18)])
def test_what_is_no_pack_is_not_sound(house: House, tmp_path: Path, content: bytes) -> None:
    (path := tmp_path / "no.zip").write_bytes(content)
    assert not verify(path, house.keys())["sound"]


# --- alone ------------------------------------------------------------------------------


def test_it_stands_alone_and_is_short() -> None:
    text = SOURCE.read_text(encoding="utf-8")
    assert len(text.splitlines()) < 400
    imported = {
        name.partition(".")[0]
        for node in ast.walk(ast.parse(text))
        for name in (
            [one.name for one in node.names]
            if isinstance(node, ast.Import)
            else [node.module or ""]
            if isinstance(node, ast.ImportFrom)
            else []
        )
    }
    assert imported - set(sys.stdlib_module_names) == {"cryptography"}


@pytest.mark.parametrize(("tamper", "code"), [(False, 0), (True, 1)])
def test_the_copy_in_the_pack_runs_by_itself(
    house: House, pack: Path, tmp_path: Path, tamper: bool, code: int
) -> None:
    with zipfile.ZipFile(pack) as archive:
        archive.extract("verifikasi.py", tmp_path)
    copy = tmp_path / "copy.zip"
    copy.write_bytes(pack.read_bytes()[: -1 if tamper else None])
    (keys := tmp_path / "keys.json").write_bytes(house.keys())
    (seen := tmp_path / "seen.json").write_bytes(house.witness(4))
    done = subprocess.run(
        [sys.executable, "-I", tmp_path / "verifikasi.py", copy, "--keys", keys, "--witness", seen],
        capture_output=True,
        text=True,
        check=False,
        cwd=tmp_path,
    )
    assert (done.returncode, json.loads(done.stdout)["sound"]) == (code, not tamper)
    missing = subprocess.run(
        [sys.executable, "-I", tmp_path / "verifikasi.py", tmp_path / "none.zip", "--keys", keys],
        capture_output=True,
        check=False,
    )
    assert missing.returncode == 2
