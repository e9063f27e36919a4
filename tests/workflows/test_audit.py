"""Audit entries and the chain of one case."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from enum import StrEnum
from typing import Any

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from tests.workflows.log_builder import altered, relink
from workflows.audit import (
    ChainBroken,
    ChainHead,
    Entry,
    build_entry,
    canonical,
    entry_digest,
    leaf_hash,
    parse_entry,
    verify_chain,
)
from workflows.canonical import NotCanonical

AT = datetime(2026, 3, 2, 8, 15, tzinfo=timezone(timedelta(hours=7)))  # Monday, WIB
CHAIN = "case:SRG-2026-000123"


def entry(**changes: Any) -> Entry:
    fields: dict[str, Any] = {
        "chain": CHAIN,
        "seq": 1,
        "prev": None,
        "at": AT,
        "kind": "identity.read",
        "actor": "user:17",
        "role": "intake",
        "facts": {"reason": "contact", "version": 4, "urgent": True, "note": None},
    }
    return build_entry(**fields | changes)


def chain_of(count: int) -> list[bytes]:
    """A chain that verifies, of `count` entries."""
    return relink(canonical(entry(facts={"number": number})) for number in range(count))


def test_an_entry_has_one_form_and_one_digest() -> None:
    body = canonical(entry())
    assert body == (
        b'{"actor":"user:17","at":"2026-03-02T01:15:00.000000Z","chain":"case:SRG-2026-000123",'
        b'"facts":{"note":null,"reason":"contact","urgent":true,"version":4},"format":"sahut/entry/v1",'
        b'"kind":"identity.read","prev":null,"role":"intake","seq":1}'
    )
    assert entry_digest(body) == "41b15b18fcb5eeeabbe4fc4d50681427a89ac2a200837bf11a51f1ddaba631c3"
    assert leaf_hash(body).hex() == "f018a7f1c2fc7cc25044aafeb4dd9a60aca32f671e32ea335a28f6a370017dde"
    assert parse_entry(body) == entry()


codes = st.from_regex(r"[a-z][a-z0-9_.]{0,20}", fullmatch=True)
facts = st.dictionaries(
    codes,
    st.none()
    | st.booleans()
    | st.integers(-(2**53) + 1, 2**53 - 1)
    | st.text(st.characters(max_codepoint=127), max_size=64),
)


@given(facts, codes, codes, st.datetimes(timezones=st.just(UTC)), st.integers(1, 2**40))
def test_every_entry_is_written_as_rfc_8785_says(
    facts: dict[str, Any], kind: str, role: str, at: datetime, number: int
) -> None:
    made = entry(facts=facts, kind=kind, role=role, at=at, seq=number + 1, prev="ab" * 32)
    assert canonical(made) == rfc8785.dumps(made)
    assert parse_entry(canonical(made)) == made


class Colour(StrEnum):
    RED = "red"


def test_codes_from_the_vocabulary_are_plain_text_in_an_entry() -> None:
    made = entry(kind=Colour.RED, role=Colour.RED, facts={"colour": Colour.RED})
    assert canonical(made) == canonical(entry(kind="red", role="red", facts={"colour": "red"}))


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        ({"chain": "SRG-2026-000123"}, "$.chain"),
        ({"chain": "case:SRG 123"}, "$.chain"),
        ({"chain": "case:"}, "$.chain"),
        ({"seq": 0}, "$.seq"),
        ({"seq": True}, "$.seq"),
        ({"seq": 1, "prev": "ab" * 32}, "$.prev"),
        ({"seq": 2, "prev": None}, "$.prev"),
        ({"seq": 2, "prev": "AB" * 32}, "$.prev"),
        ({"seq": 2, "prev": "ab" * 31}, "$.prev"),
        ({"seq": 2**53, "prev": "ab" * 32}, "$.seq"),
        ({"kind": "Identity read"}, "$.kind"),
        ({"actor": "user:Budi"}, "$.actor"),
        ({"actor": "budi@example.com"}, "$.actor"),
        ({"actor": "user:017"}, "$.actor"),
        ({"role": ""}, "$.role"),
        ({"facts": {"who": "Bu Désirée"}}, "$.facts.who"),
        ({"facts": {"amount": 1.5}}, "$.facts.amount"),
        ({"facts": {"amount": 2**53}}, "$.facts.amount"),
        ({"facts": {"inner": {"a": 1}}}, "$.facts.inner"),
        ({"facts": {"list": [1]}}, "$.facts.list"),
        ({"facts": {"Upper": 1}}, "$.facts"),
        ({"facts": {"text": "x" * 513}}, "$.facts.text"),
        ({"facts": {"when": AT}}, "$.facts.when"),
    ],
)
def test_an_entry_that_could_be_read_two_ways_or_hold_a_name_is_not_built(
    changes: dict[str, Any], path: str
) -> None:
    with pytest.raises(NotCanonical) as refused:
        entry(**changes)
    assert refused.value.path == path


def test_a_naive_time_is_refused() -> None:
    with pytest.raises(ValueError, match="naive"):
        entry(at=AT.replace(tzinfo=None))


def test_a_sound_chain_verifies_one_entry_at_a_time() -> None:
    bodies = chain_of(50)
    read = []

    def stream() -> Iterator[bytes]:
        for body in bodies:
            read.append(body)
            yield body

    assert verify_chain(stream(), chain=CHAIN) == ChainHead(CHAIN, 50, entry_digest(bodies[-1]))
    assert read == bodies
    assert verify_chain([]) is None


def test_each_kind_of_tampering_breaks_the_chain_where_it_shows() -> None:
    bodies = chain_of(20)
    swapped = [*bodies[:7], bodies[8], bodies[7], *bodies[9:]]
    cases = {
        "altered": ([*bodies[:7], altered(bodies[7], number=99), *bodies[8:]], 8, "digest of number 8"),
        "dropped": (bodies[:7] + bodies[8:], 7, "number 9 of case:SRG-2026-000123 where 8 should stand"),
        "doubled": ([*bodies[:8], *bodies[7:]], 8, "number 8 of case:SRG-2026-000123 where 9 should stand"),
        "reordered": (swapped, 7, "number 9 of case:SRG-2026-000123 where 8"),
        "headless": (bodies[1:], 0, "number 2 of case:SRG-2026-000123 where 1"),
        "garbage": ([*bodies[:7], b"{}", *bodies[8:]], 7, "not an entry"),
    }
    for name, (tampered, position, why) in cases.items():
        with pytest.raises(ChainBroken) as broken:
            verify_chain(tampered)
        assert (name, broken.value.position) == (name, position)
        assert why in broken.value.why


def test_an_entry_of_another_chain_does_not_follow() -> None:
    foreign = parse_entry(chain_of(3)[2]) | {"chain": "case:SRG-2026-000999"}
    with pytest.raises(ChainBroken, match="belongs to chain") as broken:
        verify_chain([*chain_of(2), canonical(foreign)])
    assert broken.value.position == 2
    with pytest.raises(ChainBroken, match="not case:SRG-2026-000999"):
        verify_chain(chain_of(2), chain="case:SRG-2026-000999")


@given(st.data())
def test_no_flipped_bit_goes_unseen_but_in_the_last_entry(data: st.DataObject) -> None:
    bodies = chain_of(6)
    at = data.draw(st.integers(0, 4))
    bit = data.draw(st.integers(0, len(bodies[at]) * 8 - 1))
    flipped = bytearray(bodies[at])
    flipped[bit // 8] ^= 1 << bit % 8
    with pytest.raises(ChainBroken) as broken:
        verify_chain([*bodies[:at], bytes(flipped), *bodies[at + 1 :]])
    assert broken.value.position in (at, at + 1)


def test_a_chain_cannot_show_alone_that_its_end_is_missing_or_wholly_rewritten() -> None:
    # That is what the log and its witnesses are for: test_log_verification.py.
    bodies = chain_of(6)
    assert verify_chain(bodies[:3]) == ChainHead(CHAIN, 3, entry_digest(bodies[2]))
    rewritten = relink([bodies[0], altered(bodies[1], number=99), *bodies[2:]])
    head = verify_chain(rewritten)
    assert head is not None
    assert head.digest != entry_digest(bodies[-1])
