"""Commitments: documented vectors, normal forms, and that nothing else opens them."""

from __future__ import annotations

import hashlib
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflows.commitments import (
    FileDigest,
    commit_files,
    commit_text,
    manifest,
    new_salt,
    normal_text,
    opens_files,
    opens_text,
)

SALT = bytes(range(32))
PHOTO = FileDigest(hashlib.sha256(b"photo").hexdigest(), 5)
LETTER = FileDigest(hashlib.sha256(b"a letter").hexdigest(), 8)

# These vectors stand in docs/adr/0002-audit-log.md for writers of other verifiers.
TEXT_VECTORS = [
    ("", "239834bac4e8ff026f09ecc653efe8a9620d0b4fd9e752e16aeda6d1615f1dd2"),
    ("SIM saya belum terbit.", "5f17a8001f0e73c7f37677e8d7b5109c6ea1cf966830ecbcd759d7f8f81ffd5e"),
    (
        "Baris satu\r\nBaris dua\rBaris tiga\n",
        "861a27fe57e4cf3972e5d53b8eddd0b43391c5825dec43ad212e30221bded7d8",
    ),
    ("Cafe\u0301 \U0001f600", "1c0276986d0df7437737877f2f7dc71ca39d3efd3a5c7cc49a4a5d414889a1a0"),
]
FILE_VECTORS = [
    ([], "48b615c91520617de5919cbfcb99efd9afa6e3ccfd66633de82e9f669ba6b362"),
    ([PHOTO, LETTER], "950184d94d1754e82085eb2a1e6d769f31e589bf9b3dddb18dc0a53a7d00a08e"),
]


@pytest.mark.parametrize(("text", "commitment"), TEXT_VECTORS)
def test_texts_have_the_documented_commitments(text: str, commitment: str) -> None:
    assert commit_text(text, SALT) == commitment
    assert opens_text(commitment, text, SALT)


@pytest.mark.parametrize(("files", "commitment"), FILE_VECTORS)
def test_files_have_the_documented_commitments(files: list[FileDigest], commitment: str) -> None:
    assert commit_files(files, SALT) == commitment
    assert opens_files(commitment, files, SALT)


def test_a_commitment_is_the_digest_that_the_module_describes() -> None:
    text = b"Petugas meminta Rp50.000 di loket 3."
    message = b"sahut/commitment/text/v1\x00" + SALT + len(text).to_bytes(8, "big") + text
    assert commit_text(text.decode(), SALT) == hashlib.sha256(message).hexdigest()


def test_the_manifest_is_readable_json_in_order() -> None:
    assert manifest([PHOTO, LETTER]) == (
        b'[{"sha256":"%s","size":5},{"sha256":"%s","size":8}]'
        % (PHOTO.sha256.encode(), LETTER.sha256.encode())
    )


@given(st.text())
def test_line_ends_and_unicode_forms_do_not_matter(text: str) -> None:
    commitment = commit_text(text, SALT)
    assert commit_text(unicodedata.normalize("NFD", text), SALT) == commitment
    assert commit_text(normal_text(text).replace("\n", "\r\n"), SALT) == commitment
    assert normal_text(normal_text(text)) == normal_text(text)


@given(st.text(), st.text())
def test_another_text_does_not_open_a_commitment(text: str, other: str) -> None:
    assert opens_text(commit_text(text, SALT), other, SALT) == (normal_text(text) == normal_text(other))


def test_a_changed_byte_another_salt_or_the_other_tag_opens_nothing() -> None:
    text = "Saya menunggu 60 hari"
    commitment = commit_text(text, SALT)
    for at in range(len(text)):
        assert not opens_text(commitment, text[:at] + chr(ord(text[at]) ^ 1) + text[at + 1 :], SALT)
    assert not opens_text(commitment, text, bytes(32))
    assert not opens_text(commitment, f"{text} ", SALT)
    assert commit_text(manifest([PHOTO]).decode(), SALT) != commit_files([PHOTO], SALT)


def test_the_order_and_number_of_files_matter() -> None:
    commitment = commit_files([PHOTO, LETTER], SALT)
    for files in ([LETTER, PHOTO], [PHOTO], [PHOTO, LETTER, LETTER], [PHOTO, FileDigest(LETTER.sha256, 9)]):
        assert not opens_files(commitment, files, SALT)


def test_salts_are_long_and_differ() -> None:
    assert len({new_salt() for _ in range(100)}) == 100
    assert {len(new_salt()) for _ in range(10)} == {32}
    for salt in (b"", bytes(31), bytes(33)):
        with pytest.raises(ValueError, match="a salt has 32 bytes"):
            commit_text("teks", salt)


def test_half_a_surrogate_pair_is_no_text() -> None:
    with pytest.raises(UnicodeEncodeError):
        commit_text("\ud83d", SALT)


@pytest.mark.parametrize(("digest", "size"), [("AB" * 32, 1), ("ab" * 31, 1), ("ab" * 32, -1), ("", 0)])
def test_what_is_no_digest_of_a_file_is_refused(digest: str, size: int) -> None:
    with pytest.raises(ValueError, match="digest and size"):
        FileDigest(digest, size)
