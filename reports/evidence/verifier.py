#!/usr/bin/env python3
"""Checks an evidence pack of Sahut, alone: one file, the standard library and ``cryptography``.

    python verifikasi.py PACK.zip --keys KEYS.json [--witness CHECKPOINT.json]...

KEYS.json is the list of public keys that the installation publishes. Take it from there, or better from
somebody who kept it, never from the pack. CHECKPOINT.json is what an outside witness keeps.

Checked are, in this order: the seal over every byte of the ZIP; the signed manifest, and that the ZIP holds
its files and no others; the signed checkpoint of the log; that the export and the cases counted stand in it
(RFC 9162 section 2.1.3); that it only grew since the checkpoints that witnesses got (2.1.4).
It prints a report as JSON. Exit code: 0 sound, 1 not, 2 bad use.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import io
import json
import re
import sys
import zipfile
import zlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import IO, Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

PACK, SEAL, CHECKPOINT = "sahut/evidence/v1", "sahut/evidence-seal/v1", "sahut/checkpoint/v1"
MANIFEST, SIGNATURE = "MANIFEST.json", "TANDA-TANGAN.json"
HEAD, EXPORT, CASES = "log/titik-periksa.json", "log/ekspor.json", "log/perkara.jsonl"
GROWTH, LEAVES, CASE_LIST = "log/pertumbuhan.json", "log/daun.bin", "lampiran/pengaduan.csv"
BLOCK, HASH, COMMENT_BYTES, MOST_JSON = 1 << 20, 32, 204, 64 << 20
INSTANT, FAR_FUTURE = "%Y-%m-%dT%H:%M:%S.%fZ", "9000-01-01T00:00:00.000000Z"
HANDOVER = timedelta(minutes=5)  # how long after a rotation the old key may still have signed
COMMENT = re.compile(rb"sahut-seal ([0-9a-f]{64}) ([0-9a-f]{128})")
BROKEN = (zipfile.BadZipFile, zlib.error, OSError, EOFError, RuntimeError, LookupError, TypeError, ValueError)


class Unsound(Exception):
    """What the pack should show does not hold: where, why, and at which entry of the log."""


class BadUse(Exception):
    """What was handed in is no key list, or no checkpoint."""


def verify(pack: Path, keys: bytes, witnesses: Sequence[bytes] = ()) -> dict[str, Any]:
    """Check the pack; gives ``{"sound", "findings", "facts"}``, the findings in the order of the checks.

    :param keys: the published list, JSON
    :param witnesses: witness files
    :raises BadUse: the keys, or a witness, cannot be read
    """
    report, keyring, held = Report(), Keys(keys), [Witness(data) for data in witnesses]
    if not pack.is_file():
        raise BadUse(f"{pack}: no such file")
    with report.noting("ZIP"):
        check_seal(pack, keyring)
    with report.noting("ZIP"), zipfile.ZipFile(pack) as archive:
        check_contents(archive, keyring, held, report)
    return {"sound": not report.findings, "findings": report.findings, "facts": report.facts}


def check_contents(archive: zipfile.ZipFile, keyring: Keys, held: list[Witness], report: Report) -> None:
    """Everything inside; one fault does not keep the other checks from running."""
    manifest: dict[str, Any] = {}
    logs: list[Log] = []
    with report.noting(MANIFEST):
        manifest |= check_manifest(archive, keyring)
        report.facts.update({name: manifest[name] for name in ("agency", "year", "as_of", "made_at")})
    if not manifest:
        return
    for name, entry in manifest["files"].items():
        with report.noting(name):
            check_file(archive, name, entry)
    for name in sorted(set(archive.namelist()) - {*manifest["files"], MANIFEST, SIGNATURE}):
        report.note(name, "is not in the manifest")
    with report.noting(HEAD):
        logs.append(Log(check_checkpoint(read_json(archive, HEAD), keyring, HEAD)))
    if not logs:
        return
    log = logs[0]
    with report.noting(LEAVES):
        if LEAVES in manifest["files"]:
            log.take_leaves(archive.read(LEAVES))
    with report.noting(EXPORT):
        check_export(archive, manifest, log)
    with report.noting(CASES):
        report.facts["cases_proved"] = check_cases(archive, manifest, log)
    with report.noting(GROWTH):
        log.check_growth(read_json(archive, GROWTH), keyring)
    report.facts |= {"files": len(manifest["files"]), "log": log.name, "entries": log.size, "witnessed": 0}
    for one in sorted(held, key=lambda witness: witness.size):
        with report.noting("witness"):
            one.check(keyring, log, report.facts["witnessed"])
            report.facts["witnessed"] = min(one.size, log.size)


class Report:
    """What was found, in order."""

    def __init__(self) -> None:
        self.findings: list[dict[str, Any]] = []
        self.facts: dict[str, Any] = {}

    def note(self, where: str, why: str, position: int | None = None) -> None:
        self.findings.append({"where": where, "why": why, "position": position})

    @contextmanager
    def noting(self, where: str) -> Iterator[None]:
        """Turn what goes wrong inside into a finding."""
        try:
            yield
        except Unsound as error:
            self.note(*error.args)
        except (*BROKEN, AttributeError) as error:
            self.note(where, f"cannot be read ({type(error).__name__}: {error})")


class Keys:
    """The published keys."""

    def __init__(self, data: bytes) -> None:
        try:
            listed = json.loads(data)
            self._keys = {key["id"]: key for key in listed["keys"] if key["use"] == "checkpoint"}
        except (ValueError, KeyError, TypeError):
            raise BadUse("not a list of published keys (sahut/keys/v1)") from None

    def check(self, key_id: str, message: bytes, signature: str, at: str, where: str) -> None:
        """Pass if the listed key of this id, in use at `at`, signed `message`."""
        key = self._keys.get(key_id)
        if key is None:
            raise Unsound(where, f"signed with key {key_id}, which is not in the published list")
        times = at, key["since"], key["until"] or FAR_FUTURE
        then, since, until = (datetime.strptime(one, INSTANT) for one in times)  # noqa: DTZ007 (all UTC)
        if not since <= then < until + HANDOVER:
            raise Unsound(where, f"signed at {at}, when key {key_id} was not in use")
        try:
            public = bytes.fromhex(key["public_key"])
            Ed25519PublicKey.from_public_bytes(public).verify(bytes.fromhex(signature), message)
        except (InvalidSignature, ValueError):
            raise Unsound(where, "the signature does not hold") from None


def check_seal(pack: Path, keyring: Keys) -> None:
    """The ZIP's comment seals every byte before it: whatever was flipped, added or cut shows."""
    with pack.open("rb") as file:
        digest, _ = read_through(file, pack.stat().st_size - COMMENT_BYTES)
        found = COMMENT.fullmatch(file.read())
    if not found:
        raise Unsound("ZIP", "has no seal at its end: cut, packed anew, or not a pack of Sahut")
    if digest.hexdigest() != found[1].decode():
        raise Unsound("ZIP", "is not, byte by byte, the file that was sealed")
    with zipfile.ZipFile(pack) as archive:
        who = read_json(archive, SIGNATURE)
    message = SEAL.encode() + b"\x00" + digest.digest()
    keyring.check(who["key"], message, found[2].decode(), who["at"], "ZIP")


def check_manifest(archive: zipfile.ZipFile, keyring: Keys) -> dict[str, Any]:
    """The manifest, once it is signed and each name in the ZIP stands there once."""
    names = archive.namelist()
    if len(set(names)) != len(names):
        raise Unsound("ZIP", "holds two files of one name")
    manifest, who = read_json(archive, MANIFEST), read_json(archive, SIGNATURE)
    data = archive.read(MANIFEST)
    if manifest["format"] != PACK or canonical(manifest) != data:
        raise Unsound(MANIFEST, f"not of the format {PACK}")
    keyring.check(who["key"], PACK.encode() + b"\x00" + data, who["signature"], who["at"], MANIFEST)
    return dict(manifest)


def check_file(archive: zipfile.ZipFile, name: str, entry: Mapping[str, Any]) -> None:
    """A file of the manifest is there, as long as it says, and the same."""
    if name not in archive.namelist():
        raise Unsound(name, "is missing")
    with archive.open(name) as file:
        digest, size = read_through(file, entry["size"] + 1)
    if (size, digest.hexdigest()) != (entry["size"], entry["sha256"]):
        raise Unsound(name, f"was changed: {size} bytes, SHA-256 {digest.hexdigest()}")


def read_through(file: IO[bytes], limit: int) -> tuple[Any, int]:
    """SHA-256 and length of what the file holds, up to the limit: a bomb is not unpacked."""
    digest, size = hashlib.sha256(), 0
    while size < limit and (block := file.read(min(BLOCK, limit - size))):
        digest.update(block)
        size += len(block)
    return digest, size


def content_digest(manifest: Mapping[str, Any]) -> str:
    """What the log holds of a pack: SHA-256 over the manifest without the files of the log itself."""
    files = {name: entry for name, entry in manifest["files"].items() if not name.startswith("log/")}
    return hashlib.sha256(canonical({**manifest, "files": files})).hexdigest()


def check_checkpoint(signed: Mapping[str, Any], keyring: Keys, where: str) -> dict[str, Any]:
    """A signed head of the log."""
    one = dict(signed["checkpoint"])
    if one["format"] != CHECKPOINT or len(bytes.fromhex(one["root"])) != HASH:
        raise Unsound(where, f"not of the format {CHECKPOINT}")
    message = CHECKPOINT.encode() + b"\x00" + canonical(one)
    keyring.check(one["key"], message, signed["signature"], one["at"], where)
    return one


class Log:
    """The log at the pack's checkpoint, as far as the pack shows it."""

    def __init__(self, head: Mapping[str, Any]) -> None:
        self.name, self.size, self.root = head["log"], head["size"], bytes.fromhex(head["root"])
        self.leaves: list[bytes] | None = None
        self.grown: set[str] = set()

    def take_leaves(self, data: bytes) -> None:
        """The leaf hashes of all entries, which must lead to the root that was signed."""
        self.leaves = [data[at : at + HASH] for at in range(0, len(data), HASH)]
        if len(data) != self.size * HASH or tree_root(self.leaves) != self.root:
            raise Unsound(LEAVES, "the hashes of the entries do not lead to the signed checkpoint")

    def check_entry(self, proof: Mapping[str, Any], where: str) -> dict[str, Any]:
        """An entry, once the proof leads from it to the signed root."""
        body, position = proof["entry"].encode("ascii"), proof["position"]
        leaf, path = hashlib.sha256(b"\x00" + body).digest(), [bytes.fromhex(one) for one in proof["proof"]]
        if self.leaves is not None and self.leaves[position : position + 1] != [leaf]:
            raise Unsound(where, f"entry {position} of the log is another", position)
        if not includes(leaf, position, self.size, path, self.root):
            raise Unsound(where, f"entry {position} does not lead to the signed checkpoint", position)
        return dict(json.loads(body))

    def check_growth(self, shown: Sequence[Mapping[str, Any]], keyring: Keys) -> None:
        """Checkpoints that went to witnesses before, each with the proof that the log only grew since."""
        for one in shown:
            old, path = check_checkpoint(one, keyring, GROWTH), [bytes.fromhex(text) for text in one["proof"]]
            root = bytes.fromhex(old["root"])
            if old["log"] != self.name or not grew(old["size"], root, self.size, self.root, path):
                raise Unsound(GROWTH, f"the log did not only grow since the checkpoint of {old['at']}")
            self.grown.add(hashlib.sha256(canonical(old)).hexdigest())


def check_export(archive: zipfile.ZipFile, manifest: Mapping[str, Any], log: Log) -> None:
    """The making of this very pack stands in the log."""
    proof = read_json(archive, EXPORT)
    entry = log.check_entry(proof, EXPORT)
    same = entry["facts"].get("manifest") == content_digest(manifest)
    if entry["kind"] != "export.pack" or entry["chain"] != f"agency:{manifest['agency']}" or not same:
        raise Unsound(EXPORT, "the log does not hold the export of these files", proof["position"])


def check_cases(archive: zipfile.ZipFile, manifest: Mapping[str, Any], log: Log) -> int:
    """Each case in the list of cases stands in the log, unless the manifest says that it can't."""
    listed = io.StringIO(archive.read(CASE_LIST).decode("utf-8-sig"), newline="")
    wanted = {row["nomor"] for row in csv.DictReader(listed)} - set(manifest["unproved"])
    proved = set()
    for line in archive.read(CASES).splitlines():
        case = json.loads(line)
        for proof in case["entries"]:
            entry = log.check_entry(proof, f"{CASES}: {case['number']}")
            if entry["chain"] != f"case:{case['number']}" or entry["at"] > manifest["as_of"]:
                raise Unsound(CASES, f"{case['number']}: of another case or time", proof["position"])
        proved |= {case["number"]} if case["entries"] else set()
    for number in sorted(wanted ^ proved):
        raise Unsound(CASES, f"{number}: " + ("no proof" if number in wanted else "is in no list of cases"))
    return len(proved)


class Witness:
    """A checkpoint in the hands of somebody outside, with the leaf hashes that came along."""

    def __init__(self, data: bytes) -> None:
        try:
            self.signed = json.loads(data)
            self.digest = hashlib.sha256(canonical(self.signed["checkpoint"])).hexdigest()
            self.size, self.root = self.signed["checkpoint"]["size"], self.signed["checkpoint"]["root"]
            self.start = int(self.signed.get("start", 0))
            self.peaks = [bytes.fromhex(one) for one in self.signed.get("peaks", [])]
            self.leaves = [bytes.fromhex(one) for one in self.signed.get("leaves", [])]
        except (ValueError, KeyError, TypeError, AttributeError):
            raise BadUse("not the checkpoint of a witness") from None

    def check(self, keyring: Keys, log: Log, held: int) -> None:
        """The pack's log is the one that the witness saw; up to `held` entries another showed it already."""
        name = f"witness of {self.size} entries"
        if check_checkpoint(self.signed, keyring, name)["log"] != log.name:
            raise Unsound(name, "is of another log")
        if self.leaves and tree_root(self.leaves, self.start, self.peaks).hex() != self.root:
            raise Unsound(name, "its own leaf hashes do not lead to its root")
        why = "saw other entries than the pack's log holds"
        if self.size > log.size:
            if self.start > log.size or not self.leaves:
                raise Unsound(name, "is newer than the pack, and its leaf hashes do not reach back to it")
            same = tree_root(self.leaves[: log.size - self.start], self.start, self.peaks) == log.root
        elif log.leaves is not None:
            same = tree_root(log.leaves[: self.size]).hex() == self.root
        else:
            same = self.digest in log.grown or (self.size, self.root) == (log.size, log.root.hex())
            why = "the pack holds no proof for it: ask for one made with this checkpoint"
        if not same:  # name the first entry that is another; where that can't be told, the first that may be
            known = enumerate(self.leaves if log.leaves is not None else (), self.start)
            first = next((at for at, leaf in known if (log.leaves or [])[at : at + 1] != [leaf]), held)
            raise Unsound(name, why, first)


def tree_root(leaves: Sequence[bytes], start: int = 0, peaks: Sequence[bytes] = ()) -> bytes:
    """Root over the leaves (RFC 9162 section 2.1.1), carried on from the peaks of the first `start`."""
    if bin(start).count("1") != len(peaks):
        raise ValueError("not the peaks of a tree of that size")
    tree = list(peaks)
    for size, leaf in enumerate(leaves, start):
        while size & 1:
            leaf, size = node(tree.pop(), leaf), size >> 1
        tree.append(leaf)
    root = tree.pop() if tree else hashlib.sha256(b"").digest()
    while tree:
        root = node(tree.pop(), root)
    return root


def node(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


def includes(leaf: bytes, index: int, size: int, path: Sequence[bytes], root: bytes) -> bool:
    """Whether the path leads from leaf `index` to the root (RFC 9162 section 2.1.3.2)."""
    roots = _climb(index, size - 1, leaf, leaf, path) if 0 <= index < size else None
    return roots is not None and roots[1] == root


def grew(old_size: int, old_root: bytes, new_size: int, new_root: bytes, path: Sequence[bytes]) -> bool:
    """Whether the path shows that the new tree begins with the old one (RFC 9162 section 2.1.4.2)."""
    if not 0 < old_size < new_size:
        return old_size == new_size and old_root == new_root and not path
    path = list(path) if old_size & (old_size - 1) else [old_root, *path]
    first, last = old_size - 1, new_size - 1
    while first & 1:
        first, last = first >> 1, last >> 1
    return bool(path) and _climb(first, last, path[0], path[0], path[1:]) == (old_root, new_root)


def _climb(
    first: int, last: int, old: bytes, new: bytes, path: Sequence[bytes]
) -> tuple[bytes, bytes] | None:
    """Roots of the part up to `first`, and of all; None unless the path is exactly as long as the way up."""
    for sibling in path:
        if last == 0:
            return None
        if first & 1 or first == last:
            old, new = node(sibling, old), node(sibling, new)
            while first and not first & 1:
                first, last = first >> 1, last >> 1
        else:
            new = node(new, sibling)
        first, last = first >> 1, last >> 1
    return (old, new) if last == 0 else None


def canonical(value: Any) -> bytes:
    """The one spelling of a JSON value (RFC 8785, for integers, texts and ASCII keys)."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def read_json(archive: zipfile.ZipFile, name: str) -> Any:
    """A JSON file of the pack."""
    size = next((one.file_size for one in archive.infolist() if one.filename == name), -1)
    if not 0 <= size <= MOST_JSON:
        raise Unsound(name, "is missing" if size < 0 else "is larger than any real one")
    return json.loads(archive.read(name))


def main(arguments: Sequence[str] | None = None) -> int:
    """The command."""
    parser = argparse.ArgumentParser(description="Checks an evidence pack of Sahut.")
    parser.add_argument("pack", type=Path)
    parser.add_argument("--keys", type=Path, required=True, help="published keys, from the installation")
    parser.add_argument(
        "--witness", type=Path, action="append", default=[], help="kept checkpoint; repeatable"
    )
    given = parser.parse_args(arguments)
    try:
        kept = [path.read_bytes() for path in given.witness]
        report = verify(given.pack, given.keys.read_bytes(), kept)
    except (BadUse, OSError) as error:
        sys.stderr.write(f"{error}\n")
        return 2
    sys.stdout.write(json.dumps(report, ensure_ascii=False, indent=2) + "\n")
    return 0 if report["sound"] else 1


if __name__ == "__main__":
    sys.exit(main())
