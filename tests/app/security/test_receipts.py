"""Receipts: what they hold, and that nothing in them can be changed unseen."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import rfc8785
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.security.checkpoints import sign_checkpoint
from app.security.keys import KeyRing
from app.security.published_keys import PublishedKeys
from app.security.receipt_verification import Check, Outcome, ReceiptReport, verify_receipt
from app.security.receipts import (
    Complainant,
    Edition,
    Inclusion,
    NotAReceipt,
    Receipt,
    SignedReceipt,
    sign_receipt,
)
from tests.app.security.conftest import MADE_AT
from tests.workflows.log_builder import make_log
from workflows.audit import build_entry, canonical
from workflows.commitments import FileDigest, commit_files, commit_text
from workflows.merkle import MemoryTree, inclusion_proof, leaf_hash, tree_root

AT = datetime(2026, 3, 2, 1, 15, tzinfo=UTC)
SALT = bytes(range(32))
TEXT = "Petugas meminta Rp50.000.\nTidak ada kuitansi. \U0001f600 é"
FILES = [FileDigest("ab" * 32, 1000), FileDigest("cd" * 32, 2000)]


def receipt(**changes: Any) -> Receipt:
    fields: dict[str, Any] = {
        "edition": Edition.FULL,
        "number": "SRG-2026-000123",
        "agency_code": "SRG",
        "agency_name": "Polresta Serang Kota",
        "received_at": AT,
        "place": "SPKT Polresta Serang Kota",
        "channel": "web",
        "officer_title": "Kasiwas",
        "officer_name": "Budi Santoso",
        "issued_at": AT,
        "seal_within": timedelta(hours=1),
        "text_commitment": commit_text(TEXT, SALT),
        "files_commitment": commit_files(FILES, SALT),
        "file_count": 2,
        "complainant": Complainant("Siti Aminah", "Jalan Veteran 1, Serang"),
        "shortfall": TEXT,
        "salt": SALT,
    }
    return Receipt(**fields | changes)


def sealed(
    keys: KeyRing, signed: SignedReceipt, *, facts: dict[str, Any] | None = None, chain: str | None = None
) -> SignedReceipt:
    """The receipt with the proof of its entry, sealed among others a quarter of an hour later."""
    entry = build_entry(
        chain=chain or f"case:{signed.receipt.number}",
        seq=1,
        prev=None,
        at=signed.receipt.issued_at,
        kind="submit",
        actor="complainant",
        role="complainant",
        facts={**signed.receipt.facts(), "channel": "web"} if facts is None else facts,
    )
    bodies = make_log(20, ()).bodies
    bodies.insert(11, canonical(entry))
    tree = MemoryTree(leaf_hash(body) for body in bodies)
    root, at = tree_root(tree.run, 21), AT + timedelta(minutes=15)
    checkpoint = sign_checkpoint(keys, size=21, root=root, at=at, previous=None)
    proof = tuple(inclusion_proof(tree.run, 11, 21))
    return signed.with_inclusion(Inclusion(canonical(entry), 11, proof, checkpoint))


def outcome(report: ReceiptReport, check: Check) -> Outcome | None:
    return next((result.outcome for result in report.results if result.check is check), None)


def failed(report: ReceiptReport) -> set[Check]:
    return {result.check for result in report.results if result.outcome is Outcome.FAILED}


# ---- what a receipt holds


def test_a_receipt_has_the_contents_of_the_law_and_comes_back(keys: KeyRing) -> None:
    signed = sign_receipt(keys, receipt())
    body = json.loads(signed.document())["body"]
    assert body["complainant"] == {"name": "Siti Aminah", "address": "Jalan Veteran 1, Serang"}  # huruf a
    assert body["shortfall"] == TEXT  # huruf b
    assert body["received"]["at"] == "2026-03-02T01:15:00.000000Z"  # huruf c
    assert body["received"]["place"] == "SPKT Polresta Serang Kota"
    assert body["officer"] == {"title": "Kasiwas", "name": "Budi Santoso"}  # huruf d
    assert body["seal_within_seconds"] == 3600
    assert SignedReceipt.parse(signed.document()) == signed
    with_proof = sealed(keys, signed)
    assert SignedReceipt.parse(with_proof.document()) == with_proof


def test_the_edition_for_people_in_danger_tells_neither_who_nor_what(keys: KeyRing) -> None:
    bare = receipt().without_identity()
    document = sign_receipt(keys, bare).document().decode()
    for told in ("Siti", "Veteran", "Rp50.000", SALT.hex()):
        assert told not in document
    assert bare.facts() == receipt().facts()
    assert bare.text_commitment == receipt().text_commitment


def test_documents_and_signed_bodies_are_rfc_8785(keys: KeyRing) -> None:
    signed = sealed(keys, sign_receipt(keys, receipt()))
    document = json.loads(signed.document())
    assert signed.document() == rfc8785.dumps(document)
    assert signed.signed_bytes() == b"sahut/receipt/v1\x00" + rfc8785.dumps(document["body"])


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.text(), st.text(), st.text())
def test_names_and_texts_of_any_script_are_signed_as_they_are(
    keys: KeyRing, name: str, text: str, officer: str
) -> None:
    one = receipt(
        complainant=Complainant(name),
        shortfall=text,
        officer_name=officer,
        text_commitment=commit_text(text, SALT),
    )
    document = sign_receipt(keys, one).document()
    assert document == rfc8785.dumps(json.loads(document))
    report = verify_receipt(document, PublishedKeys.of(keys))
    assert report.is_genuine
    assert report.receipt == one


@pytest.mark.parametrize(
    "changes",
    [
        {"edition": Edition.WITHOUT_IDENTITY},
        {"shortfall": None},
        {"salt": None},
        {"salt": bytes(31)},
        {"files_commitment": None},
        {"file_count": 0},
        {"file_count": -1},
        {"text_commitment": "ab"},
        {"files_commitment": "AB" * 32},
        {"seal_within": timedelta(0)},
        {"seal_within": timedelta(seconds=1, microseconds=1)},
    ],
)
def test_a_receipt_that_makes_no_sense_is_not_made(changes: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"edition|salt|files|commitment|sealing"):
        receipt(**changes)


# ---- verification


def test_a_fresh_receipt_is_genuine_and_says_that_it_is_not_sealed_yet(keys: KeyRing) -> None:
    report = verify_receipt(sign_receipt(keys, receipt()).document(), PublishedKeys.of(keys))
    assert report.is_genuine
    assert not report.is_sealed
    assert report.receipt == receipt()
    assert [(result.check, result.outcome) for result in report.results] == [
        (Check.DOCUMENT, Outcome.PASSED),
        (Check.KEY, Outcome.PASSED),
        (Check.SIGNATURE, Outcome.PASSED),
        (Check.TEXT, Outcome.PASSED),
        (Check.FILES, Outcome.UNCHECKED),
        (Check.INCLUSION, Outcome.UNCHECKED),
    ]
    assert not report.is_promise_broken(AT + timedelta(hours=1))
    assert report.is_promise_broken(AT + timedelta(hours=1, seconds=1))


def test_a_sealed_receipt_proves_its_place_in_the_log(keys: KeyRing) -> None:
    document = sealed(keys, sign_receipt(keys, receipt())).document()
    report = verify_receipt(document, PublishedKeys.of(keys), files=FILES)
    assert {result.outcome for result in report.results} == {Outcome.PASSED}
    assert {result.check for result in report.results} == set(Check)
    assert report.is_sealed
    assert report.sealed_at == AT + timedelta(minutes=15)
    assert not report.is_promise_broken(AT + timedelta(days=999))


def test_sealing_later_than_promised_shows(keys: KeyRing) -> None:
    document = sealed(keys, sign_receipt(keys, receipt(seal_within=timedelta(minutes=14)))).document()
    report = verify_receipt(document, PublishedKeys.of(keys))
    assert report.is_genuine
    assert report.is_promise_broken(AT)


@pytest.mark.parametrize("edition", list(Edition))
@pytest.mark.parametrize("with_proof", [False, True])
def test_a_flip_of_any_byte_is_caught(keys: KeyRing, edition: Edition, with_proof: bool) -> None:
    one = receipt() if edition is Edition.FULL else receipt().without_identity()
    signed = sign_receipt(keys, one)
    document = (sealed(keys, signed) if with_proof else signed).document()
    published = PublishedKeys.of(keys)
    assert verify_receipt(document, published).is_genuine
    for at in range(len(document)):
        for mask in (0x01, 0x20):  # another digit or letter; the other case of a letter
            flipped = document[:at] + bytes([document[at] ^ mask]) + document[at + 1 :]
            report = verify_receipt(flipped, published)
            assert not report.is_genuine, (at, mask)
            assert report.sealed_at is None


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.data())
def test_cut_lengthened_and_reformatted_documents_are_caught(keys: KeyRing, data: st.DataObject) -> None:
    document = sealed(keys, sign_receipt(keys, receipt())).document()
    at = data.draw(st.integers(0, len(document) - 1))
    more = data.draw(st.binary(min_size=1, max_size=5))
    for other in (document[:at], document[:at] + more + document[at:], document[:at] + document[at + 1 :]):
        assert not verify_receipt(other, PublishedKeys.of(keys)).is_genuine
    pretty = json.dumps(json.loads(document), indent=1).encode()
    assert failed(verify_receipt(pretty, PublishedKeys.of(keys))) == {Check.DOCUMENT}


@pytest.mark.parametrize(
    "changes",
    [
        {"received_at": AT - timedelta(days=20)},
        {"issued_at": AT - timedelta(days=20)},
        {"number": "SRG-2026-000124"},
        {"officer_name": "Orang lain"},
        {"seal_within": timedelta(days=365)},
        {"complainant": None},
        {"place": "Loket 3"},
    ],
)
def test_a_changed_receipt_with_the_old_signature_is_caught(keys: KeyRing, changes: dict[str, Any]) -> None:
    signed = sign_receipt(keys, receipt())
    forged = SignedReceipt(receipt(**changes), signed.key_id, signed.signature)
    assert failed(verify_receipt(forged.document(), PublishedKeys.of(keys))) == {Check.SIGNATURE}


def test_the_key_is_taken_from_the_published_list_and_never_from_the_receipt(
    keys: KeyRing, tmp_path: Any
) -> None:
    stranger = KeyRing.open((tmp_path / "stranger").as_uri(), at=MADE_AT, production=True)
    published = PublishedKeys.of(keys)
    document = sign_receipt(stranger, receipt()).document()
    assert failed(verify_receipt(document, published)) == {Check.KEY}
    # … not even if the stranger gives his key the id of one that is listed.
    key_id = keys.current("receipt").id
    signature = stranger.current("receipt").sign(SignedReceipt(receipt(), key_id, bytes(64)).signed_bytes())
    forged = SignedReceipt(receipt(), key_id, signature).document()
    assert failed(verify_receipt(forged, published)) == {Check.SIGNATURE}
    # … nor does a checkpoint key sign receipts.
    checkpoint = keys.current("checkpoint")
    signature = checkpoint.sign(SignedReceipt(receipt(), checkpoint.id, bytes(64)).signed_bytes())
    forged = SignedReceipt(receipt(), checkpoint.id, signature).document()
    assert failed(verify_receipt(forged, published)) == {Check.KEY}


def test_old_receipts_verify_after_a_rotation_but_a_retired_key_signs_no_later_ones(keys: KeyRing) -> None:
    old_document = sign_receipt(keys, receipt()).document()
    old = keys.current("receipt")
    keys.rotate("receipt", at=AT + timedelta(days=1))
    published = PublishedKeys.of(keys)
    assert verify_receipt(old_document, published).is_genuine
    later = receipt(issued_at=AT + timedelta(days=2))
    forged = SignedReceipt(later, old.id, old.sign(SignedReceipt(later, old.id, bytes(64)).signed_bytes()))
    assert failed(verify_receipt(forged.document(), published)) == {Check.KEY}
    too_early = receipt(issued_at=AT, number="SRG-2026-000124")
    new = keys.current("receipt")
    forged = SignedReceipt(
        too_early, new.id, new.sign(SignedReceipt(too_early, new.id, bytes(64)).signed_bytes())
    )
    assert failed(verify_receipt(forged.document(), published)) == {Check.KEY}


def test_the_stored_text_and_files_are_compared(keys: KeyRing) -> None:
    published = PublishedKeys.of(keys)
    document = sign_receipt(keys, receipt()).document()
    assert (
        outcome(verify_receipt(document, published, text=TEXT.replace("\n", "\r\n")), Check.TEXT)
        is Outcome.PASSED
    )
    for at, letter in enumerate(TEXT):
        other = TEXT[:at] + chr(ord(letter) ^ 1) + TEXT[at + 1 :]
        assert failed(verify_receipt(document, published, text=other)) == {Check.TEXT}
    assert failed(verify_receipt(document, published, text="\ud83d")) == {Check.TEXT}
    for files in (FILES[::-1], FILES[:1], [], [*FILES, FILES[0]]):
        assert failed(verify_receipt(document, published, files=files)) == {Check.FILES}


def test_an_edition_without_salt_is_compared_when_the_salt_is_shown_with_it(keys: KeyRing) -> None:
    published = PublishedKeys.of(keys)
    document = sign_receipt(keys, receipt().without_identity()).document()
    unopened = verify_receipt(document, published, text=TEXT, files=FILES)
    assert unopened.is_genuine
    assert outcome(unopened, Check.TEXT) is outcome(unopened, Check.FILES) is Outcome.UNCHECKED
    opened = verify_receipt(document, published, text=TEXT, files=FILES, salt=SALT)
    assert outcome(opened, Check.TEXT) is outcome(opened, Check.FILES) is Outcome.PASSED
    assert failed(verify_receipt(document, published, text=TEXT + ".", salt=SALT)) == {Check.TEXT}
    for salt in (bytes(32), bytes(5)):
        assert failed(verify_receipt(document, published, text=TEXT, files=FILES, salt=salt)) == {
            Check.TEXT,
            Check.FILES,
        }


def test_a_receipt_without_files_is_compared_with_none(keys: KeyRing) -> None:
    document = sign_receipt(keys, receipt(files_commitment=None, file_count=0)).document()
    assert outcome(verify_receipt(document, PublishedKeys.of(keys), files=[]), Check.FILES) is Outcome.PASSED
    assert failed(verify_receipt(document, PublishedKeys.of(keys), files=FILES)) == {Check.FILES}


def test_a_full_receipt_whose_own_text_is_not_the_one_committed_to_is_caught(keys: KeyRing) -> None:
    document = sign_receipt(keys, receipt(shortfall="Teks lain")).document()
    assert failed(verify_receipt(document, PublishedKeys.of(keys))) == {Check.TEXT}


# ---- the proof of sealing


def test_the_proof_of_another_entry_is_caught(keys: KeyRing) -> None:
    signed = sign_receipt(keys, receipt())
    published = PublishedKeys.of(keys)
    others = [
        sealed(keys, signed, chain="case:SRG-2026-000999"),
        sealed(keys, signed, facts={}),
        sealed(keys, signed, facts=signed.receipt.facts() | {"receipt_text": "ab" * 32}),
        sealed(
            keys,
            signed,
            facts=signed.receipt.facts() | {"receipt_received_at": "2026-02-02T01:15:00.000000Z"},
        ),
    ]
    for other in others:
        assert failed(verify_receipt(other.document(), published)) == {Check.ENTRY}


def test_a_wrong_place_proof_or_checkpoint_is_caught(keys: KeyRing, tmp_path: Any) -> None:
    signed = sealed(keys, sign_receipt(keys, receipt()))
    proof = signed.inclusion
    assert proof is not None
    stranger = KeyRing.open((tmp_path / "stranger").as_uri(), at=MADE_AT, production=True)
    foreign = sealed(stranger, signed).inclusion
    assert foreign is not None
    for wrong, checks in (
        (replace(proof, position=10), {Check.INCLUSION}),
        (replace(proof, position=-1), {Check.INCLUSION}),
        (replace(proof, proof=proof.proof[::-1]), {Check.INCLUSION}),
        (replace(proof, proof=()), {Check.INCLUSION}),
        (foreign, {Check.CHECKPOINT}),
        (
            replace(proof, entry=canonical(json.loads(proof.entry) | {"seq": 2, "prev": "ab" * 32})),
            {Check.INCLUSION},
        ),
    ):
        report = verify_receipt(signed.with_inclusion(wrong).document(), PublishedKeys.of(keys))
        assert failed(report) == checks
        assert report.sealed_at is None


# ---- without our code


def test_a_receipt_is_verified_by_a_few_lines_that_know_only_the_published_list(keys: KeyRing) -> None:
    document = sign_receipt(keys, receipt()).document()
    listed = json.dumps(PublishedKeys.of(keys).to_json())

    read = json.loads(document)
    key = next(one for one in json.loads(listed)["keys"] if one["id"] == read["body"]["key"])
    message = b"sahut/receipt/v1\x00" + rfc8785.dumps(read["body"])
    public = Ed25519PublicKey.from_public_bytes(bytes.fromhex(key["public_key"]))
    public.verify(bytes.fromhex(read["signature"]), message)  # raises if it does not hold


# ---- words and bad input


def test_every_outcome_has_its_words(keys: KeyRing) -> None:
    published, signed = PublishedKeys.of(keys), sign_receipt(keys, receipt())
    reports = [
        verify_receipt(sealed(keys, signed).document(), published, files=FILES),
        verify_receipt(b"", published),
        verify_receipt(signed.document(), PublishedKeys([])),
        verify_receipt(sign_receipt(keys, receipt().without_identity()).document(), published),
        verify_receipt(sealed(keys, signed, facts={}).document(), PublishedKeys([]), text="x", files=[]),
    ]
    for report in reports:
        for result in report.results:
            assert str(result.reason).endswith(".")


@pytest.mark.parametrize(
    "document",
    [
        b"",
        b"null",
        b"[]",
        b"{}",
        b'{"body":{},"inclusion":null,"signature":""}',
        b'{"body":null,"inclusion":null,"signature":"' + b"ab" * 64 + b'"}',
        b'{"body":{"edition":1},"inclusion":null,"signature":"' + b"ab" * 64 + b'"}',
        b"%PDF-1.7",
        b"\x00" * 100,
        b"[" * 100_000,
        b" " * (1024 * 1024 + 1),
    ],
)
def test_what_is_no_receipt_is_refused_plainly(keys: KeyRing, document: bytes) -> None:
    with pytest.raises(NotAReceipt):
        SignedReceipt.parse(document)
    report = verify_receipt(document, PublishedKeys.of(keys))
    assert failed(report) == {Check.DOCUMENT}
    assert report.receipt is None
    assert not report.is_promise_broken(AT)
