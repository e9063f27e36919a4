"""The whole log against its checkpoints and witnesses: what is caught, and how exactly it is placed."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from tests.workflows.log_builder import (
    KEY,
    START,
    Log,
    altered,
    make_log,
    relink,
    resigned,
    seal,
    verify_signature,
    with_body,
)
from workflows.audit import entry_digest
from workflows.checkpoint import SignedCheckpoint, Witness
from workflows.log_verification import LogEntry, LogReport, Reason, verify_log
from workflows.merkle import leaf_hash

LOG = make_log(40, (10, 20, 30))
OTHER_KEY = Ed25519PrivateKey.from_private_bytes(bytes(32))


def check(
    rows: list[LogEntry], checkpoints: list[SignedCheckpoint] | None = None, *witnesses: Witness, **more: Any
) -> LogReport:
    kept = LOG.checkpoints if checkpoints is None else checkpoints
    return verify_log(iter(rows), kept, verify_signature=verify_signature, witnesses=witnesses, **more)


def placed(report: LogReport) -> tuple[Reason, int, int, int]:
    first = report.first_bad
    assert first is not None
    return first.reason, first.position, first.first, first.last


def bare(rows: list[LogEntry]) -> list[LogEntry]:
    """The rows without anything stored beside the bodies."""
    return [LogEntry(row.body) for row in rows]


# ---- sound logs


def test_a_sound_log_says_how_far_it_is_sealed_and_witnessed() -> None:
    report = check(LOG.rows(), None, LOG.witness(1), nodes=LOG.tree.run)
    assert report.is_intact
    assert report.first_bad is None
    assert (report.entries, report.sealed, report.unsealed) == (40, 30, 10)
    assert (report.witnessed, report.unwitnessed) == (20, 20)


def test_without_a_witness_everything_is_unwitnessed() -> None:
    report = check(LOG.rows())
    assert (report.is_intact, report.sealed, report.witnessed, report.unwitnessed) == (True, 30, 0, 40)


def test_an_empty_log_is_intact() -> None:
    report = check([], [])
    assert (report.is_intact, report.entries, report.sealed) == (True, 0, 0)


def test_bodies_alone_are_enough() -> None:
    assert check(bare(LOG.rows()), None, LOG.witness(2)).is_intact


def test_progress_is_told_every_thousand_entries() -> None:
    log = make_log(2500, (2500,))
    told: list[int] = []
    check(log.rows(), log.checkpoints, progress=told.append)
    assert told == [1000, 2000]


def test_an_unsealed_tail_that_fills_a_run_owes_no_stored_node() -> None:
    """An import between two sealings: nodes of the tree are stored when the entries are sealed."""
    log = make_log(700, (200,))

    def stored(level: int, start: int, stop: int) -> list[bytes]:
        return [] if level else list(log.tree.run(0, start, stop))

    report = verify_log(iter(log.rows()), log.checkpoints, verify_signature=verify_signature, nodes=stored)
    assert (report.is_intact, report.sealed, report.unsealed) == (True, 200, 500)


def test_stored_nodes_are_checked() -> None:
    log = make_log(600, (600,))
    assert check(log.rows(), log.checkpoints, nodes=log.tree.run).is_intact

    def wrong(level: int, start: int, stop: int) -> list[bytes]:
        return [bytes(32)] if (level, start) == (8, 1) else list(log.tree.run(level, start, stop))

    report = check(log.rows(), log.checkpoints, nodes=wrong)
    assert placed(report) == (Reason.NODE, 256, 256, 511)
    assert report.sealed == 600


# ---- a row changed, the rest left alone


@given(st.data())
def test_a_flipped_bit_of_a_sealed_entry_is_named_exactly(data: st.DataObject) -> None:
    rows = LOG.rows()
    at = data.draw(st.integers(0, 29))
    bit = data.draw(st.integers(0, len(rows[at].body) * 8 - 1))
    body = bytearray(rows[at].body)
    body[bit // 8] ^= 1 << bit % 8
    rows[at] = with_body(rows[at], bytes(body))
    report = check(rows, None, LOG.witness(2))
    first = report.first_bad
    assert first is not None
    assert (first.position, first.is_exact) == (at, True)
    assert report.witnessed == at // 10 * 10


@given(st.integers(0, 29), st.booleans())
def test_an_altered_entry_is_named_exactly_while_its_leaf_hash_is_left(at: int, hide_digest: bool) -> None:
    rows = LOG.rows()
    body = altered(rows[at].body, number=999)
    rows[at] = rows[at]._replace(body=body, digest=entry_digest(body) if hide_digest else rows[at].digest)
    report = check(rows, None, LOG.witness(2))
    root = next(one for one in report.findings if one.reason is Reason.ROOT)
    assert (root.position, root.is_exact) == (at, True)


@given(st.integers(0, 39))
def test_a_dropped_entry_leaves_a_gap_that_is_named(at: int) -> None:
    rows = LOG.rows()
    del rows[at]
    report = check(rows, None, LOG.witness(2))
    if at < 29:
        assert placed(report)[:2] == (Reason.POSITION, at)
    elif at == 29:  # nothing sealed stands after it
        assert placed(report)[1] == 29
    else:  # an unsealed entry: its chain shows it, if it went on
        assert report.is_intact or placed(report)[0] is Reason.CHAIN
        assert report.witnessed == 30


@given(st.integers(0, 29))
def test_a_doubled_entry_is_named(at: int) -> None:
    rows = LOG.rows()
    rows.insert(at, rows[at])
    report = check(rows, None, LOG.witness(2))
    assert placed(report)[1] in (at, at + 1)
    assert Reason.POSITION in {one.reason for one in report.findings}


@given(st.integers(0, 28), st.data())
def test_reordered_entries_are_named(at: int, data: st.DataObject) -> None:
    rows = LOG.rows()
    other = data.draw(st.integers(at + 1, 29))
    rows[at], rows[other] = rows[other], rows[at]
    assert placed(check(rows, None, LOG.witness(2)))[:2] == (Reason.POSITION, at)
    renumbered = [row._replace(position=number) for number, row in enumerate(rows)]
    report = check(renumbered, None, LOG.witness(2, leaves_from=0))
    root = next(one for one in report.findings if one.reason is Reason.ROOT)
    assert (root.position, root.is_exact) == (at, True)


@given(st.integers(0, 29))
def test_a_truncated_log_is_named_by_the_first_entry_missing(count: int) -> None:
    report = check(LOG.rows()[:count], None, LOG.witness(2))
    reason, position, first, last = placed(report)
    assert (reason, position, last) == (Reason.TRUNCATED, count, count)
    assert first == count // 10 * 10
    with_leaves = check(LOG.rows()[:count], None, LOG.witness(2, leaves_from=0))
    assert placed(with_leaves) == (Reason.TRUNCATED, count, count, count)


def test_stored_digests_and_leaf_hashes_must_be_those_of_the_entries() -> None:
    rows = LOG.rows()
    rows[3] = rows[3]._replace(digest="ab" * 32)
    assert placed(check(rows)) == (Reason.DIGEST, 3, 3, 3)
    rows = LOG.rows()
    rows[4] = rows[4]._replace(leaf=bytes(32))
    report = check(rows, None, LOG.witness(2))
    assert placed(report) == (Reason.LEAF, 4, 4, 4)
    assert (len(report.findings), report.witnessed) == (1, 30)


def test_what_is_no_entry_is_named() -> None:
    for garbage in (b"", b"{}", b"null", b'{"a":1.5}', b"\xff", b"[" * 5000):
        rows = LOG.rows()
        rows[35] = LogEntry(garbage)
        report = check(rows, None, LOG.witness(2))
        assert placed(report)[:2] == (Reason.NOT_AN_ENTRY, 35)


# ---- everything computed anew


@given(st.integers(0, 29))
def test_a_rewrite_with_all_digests_recomputed_is_placed_between_two_checkpoints(at: int) -> None:
    # The intruder has the database but not the key: the signed checkpoints stay as they were.
    forged = relink([*LOG.bodies[:at], altered(LOG.bodies[at], number=999), *LOG.bodies[at + 1 :]])
    rows = Log(forged, LOG.sizes, LOG.checkpoints).rows()
    reason, position, first, last = placed(check(rows, None, LOG.witness(2)))
    assert (reason, position) == (Reason.ROOT, at // 10 * 10)
    assert (first, last) == (at // 10 * 10, at // 10 * 10 + 9)


@given(st.integers(0, 29), st.sampled_from([KEY, OTHER_KEY]))
def test_a_rewrite_that_also_signs_new_checkpoints_is_caught_by_one_witness(
    at: int, key: Ed25519PrivateKey
) -> None:
    forged = LOG.resealed([*LOG.bodies[:at], altered(LOG.bodies[at], number=999), *LOG.bodies[at + 1 :]], key)
    report = check(forged.rows(), forged.checkpoints, LOG.witness(2))
    root = next(one for one in report.findings if one.reason is Reason.ROOT)
    assert root.first <= at <= root.last
    assert report.witnessed <= at
    assert Reason.CHECKPOINT_MISSING in {one.reason for one in report.findings}
    assert (Reason.CHECKPOINT_SIGNATURE in {one.reason for one in report.findings}) == (key is OTHER_KEY)


@given(st.integers(0, 29))
def test_with_the_leaf_hashes_of_the_witness_the_entry_itself_is_named(at: int) -> None:
    forged = LOG.resealed([*LOG.bodies[:at], altered(LOG.bodies[at], number=999), *LOG.bodies[at + 1 :]])
    report = check(forged.rows(), forged.checkpoints, LOG.witness(2, leaves_from=0))
    root = next(one for one in report.findings if one.reason is Reason.ROOT)
    assert (root.position, root.is_exact) == (at, True)


@given(st.integers(0, 29), st.sampled_from(["drop", "reorder", "insert"]))
def test_dropped_moved_and_inserted_entries_are_named_however_much_is_recomputed(at: int, how: str) -> None:
    bodies = list(LOG.bodies)
    if how == "drop":
        del bodies[at]
    elif how == "insert":
        bodies.insert(at, bodies[(at + 7) % 40])
    else:
        bodies[at], bodies[at + 5] = bodies[at + 5], bodies[at]
    forged = LOG.resealed(bodies)
    report = check(forged.rows(), forged.checkpoints, LOG.witness(2, leaves_from=0))
    root = next(one for one in report.findings if one.reason in (Reason.ROOT, Reason.TRUNCATED))
    assert root.is_exact
    assert root.position == next(
        place for place in range(30) if forged.bodies[place : place + 1] != LOG.bodies[place : place + 1]
    )


def test_leaf_hashes_handed_over_in_parts_name_the_entry_too() -> None:
    parts = [LOG.witness(0, leaves_from=0), LOG.witness(1, leaves_from=10), LOG.witness(2, leaves_from=20)]
    for at in (3, 10, 19, 27):
        forged = LOG.resealed([*LOG.bodies[:at], altered(LOG.bodies[at], number=999), *LOG.bodies[at + 1 :]])
        for witnesses in (parts, parts[::-1], [*parts, LOG.witness(2, leaves_from=4)]):
            report = check(forged.rows(), forged.checkpoints, *witnesses)
            root = next(one for one in report.findings if one.reason is Reason.ROOT)
            assert (root.position, root.is_exact) == (at, True)


def test_leaf_hashes_of_the_last_part_alone_bound_what_came_before() -> None:
    forged = LOG.resealed([*LOG.bodies[:3], altered(LOG.bodies[3], number=999), *LOG.bodies[4:]])
    report = check(forged.rows(), forged.checkpoints, LOG.witness(2, leaves_from=20))
    root = next(one for one in report.findings if one.reason is Reason.ROOT)
    assert (root.first, root.last) == (0, 19)


def test_untouched_nodes_of_the_tree_narrow_a_rewrite_to_256_entries() -> None:
    log = make_log(1000, (768,))
    for at in (5, 300, 700):
        forged = relink([*log.bodies[:at], altered(log.bodies[at], number=9999), *log.bodies[at + 1 :]])
        rows = bare(Log(forged, log.sizes, log.checkpoints).rows())
        report = check(rows, log.checkpoints, log.witness(0), nodes=log.tree.run)
        root = next(one for one in report.findings if one.reason is Reason.ROOT)
        assert (root.first, root.last) == (at // 256 * 256, at // 256 * 256 + 255)
        wide = check(rows, log.checkpoints, log.witness(0))
        assert placed(wide)[2:] == (0, 767)


def test_a_contradiction_among_the_entries_narrows_a_rewrite_from_above() -> None:
    at = 22
    rows = bare(LOG.rows())
    rows[at] = LogEntry(
        altered(rows[at].body, number=999)
    )  # its successor in the chain still names the old digest
    report = check(rows, None, LOG.witness(2))
    root = next(one for one in report.findings if one.reason is Reason.ROOT)
    assert root.first == 20
    assert at <= root.last < 30


def test_dropping_the_last_checkpoints_is_seen_by_what_was_sealed() -> None:
    report = check(LOG.rows(), LOG.checkpoints[:1])
    assert placed(report) == (Reason.CHECKPOINT_MISSING, 10, 10, 10)
    report = check(LOG.rows(), LOG.checkpoints[:1], LOG.witness(2))
    assert Reason.CHECKPOINT_MISSING in {one.reason for one in report.findings}
    assert report.witnessed == 30  # the entries themselves are all there


def test_an_unwitnessed_tail_can_be_rewritten_by_who_holds_the_key_and_is_reported_as_such() -> None:
    forged = Log(relink([*LOG.bodies[:25], altered(LOG.bodies[25], number=999), *LOG.bodies[26:]]), LOG.sizes)
    assert forged.checkpoints[:2] == LOG.checkpoints[:2]
    report = check(forged.rows(), forged.checkpoints, LOG.witness(1))
    assert report.is_intact
    assert report.unwitnessed == 20
    without_key = check(forged.rows(), seal(forged.bodies, forged.sizes, OTHER_KEY), LOG.witness(1))
    assert not without_key.is_intact


# ---- checkpoints and witnesses


@given(st.integers(0, 2))
def test_a_checkpoint_that_nobody_signed_is_named_by_the_entries_it_sealed(number: int) -> None:
    checkpoints = list(LOG.checkpoints)
    signature = bytes([checkpoints[number].signature[0] ^ 1]) + checkpoints[number].signature[1:]
    checkpoints[number] = SignedCheckpoint(checkpoints[number].checkpoint, signature)
    report = check(LOG.rows(), checkpoints)
    assert placed(report) == (Reason.CHECKPOINT_SIGNATURE, number * 10, number * 10, number * 10 + 9)


def test_a_checkpoint_taken_out_of_the_middle_breaks_the_line() -> None:
    report = check(LOG.rows(), [LOG.checkpoints[0], LOG.checkpoints[2]], LOG.witness(2))
    assert placed(report)[0] is Reason.CHECKPOINT_LINK
    assert report.witnessed == 30


def test_checkpoints_that_shrink_or_go_back_in_time_are_refused() -> None:
    for changes in ({"size": 5}, {"at": START}, {"log": "log-other"}):
        checkpoints = list(LOG.checkpoints)
        checkpoints[2] = resigned(checkpoints[2], **changes)
        assert Reason.CHECKPOINT_ORDER in {one.reason for one in check(LOG.rows(), checkpoints).findings}


def test_a_heartbeat_without_new_entries_is_fine() -> None:
    checkpoints = seal(LOG.bodies, (10, 20, 30, 30))
    assert check(LOG.rows(), checkpoints, Witness(checkpoints[3])).is_intact


def test_a_witness_that_cannot_be_used_is_named_and_not_trusted() -> None:
    sound = LOG.witness(2, leaves_from=0)
    forged_signature = replace(sound.signed, signature=bytes(64))
    unknown_key = resigned(sound.signed, key_id="checkpoint-2-other")
    other_log = resigned(sound.signed, log="log-other")
    for witness, why in (
        (replace(sound, signed=forged_signature), "not signed by a published key"),
        (replace(sound, signed=unknown_key), "not signed by a published key"),
        (replace(sound, signed=other_log), "of another log"),
        (replace(sound, leaves=sound.leaves[::-1]), "do not lead to its root"),
    ):
        report = check(LOG.rows(), None, witness)
        assert not report.is_intact
        assert (report.findings, report.witnessed) == ((), 0)
        assert why in report.unusable_witnesses[0]


def test_two_different_checkpoints_of_one_size_are_caught() -> None:
    # Someone with the key showed the witness another log than the one that is stored.
    shown = Log(relink([altered(LOG.bodies[0], number=999), *LOG.bodies[1:]]), LOG.sizes)
    report = check(LOG.rows(), None, shown.witness(2))
    reasons = {one.reason for one in report.findings}
    assert {Reason.CHECKPOINT_MISSING, Reason.ROOT} <= reasons
    assert report.witnessed == 0


# ---- back-dating


def test_an_entry_that_claims_to_be_older_than_the_checkpoint_before_it_is_back_dated() -> None:
    entries = list(LOG.bodies)
    late = make_log(41, (10, 20, 30)).bodies[:1]  # claims the first minute of the log, appended at its end
    bodies = relink([*entries, *late])
    rows = Log(bodies, LOG.sizes, LOG.checkpoints).rows()
    assert check(rows).is_intact
    assert check(rows, merge_delay=timedelta(hours=1)).is_intact
    report = check(rows, merge_delay=timedelta(minutes=29))
    assert placed(report) == (Reason.BACKDATED, 40, 40, 40)
    assert check(LOG.rows(), merge_delay=timedelta(minutes=1)).is_intact


# ---- size


def test_entries_are_read_one_at_a_time_and_not_kept() -> None:
    log = make_log(1000, (1000,))
    live = 0
    most = 0

    class Counted(bytes):
        def __del__(self) -> None:
            nonlocal live
            live -= 1

    def stream() -> Any:
        nonlocal live, most
        for body in log.bodies:
            live += 1
            most = max(most, live)
            yield LogEntry(Counted(body), None, entry_digest(body), leaf_hash(body))

    report = verify_log(stream(), log.checkpoints, verify_signature=verify_signature)
    assert report.entries == 1000
    assert most <= 3
