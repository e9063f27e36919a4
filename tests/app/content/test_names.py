"""Names of files: no path, nothing invisible, a true ending."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.content.kinds import JPEG, KINDS, PDF, PNG, TEXT, Kind
from app.content.names import LONGEST_NAME, clean_name


@pytest.mark.parametrize(
    ("given_name", "kind", "clean"),
    [
        ("foto.jpg", JPEG, "foto.jpg"),
        ("Foto Bukti.JPEG", JPEG, "Foto Bukti.jpeg"),
        ("../../etc/passwd", TEXT, "passwd.txt"),
        (r"C:\Users\siti\bukti.pdf", PDF, "bukti.pdf"),
        ("kuitansi\u202egpj.exe", PNG, "kuitansigpj.exe.png"),
        ("a\u2066b\u200bc\ufeff.pdf", PDF, "abc.pdf"),
        ("baris\r\nbaru\x00.pdf", PDF, "baris baru.pdf"),
        ("", PDF, "berkas.pdf"),
        ("...", PDF, "berkas.pdf"),
        (".pdf", PDF, "pdf.pdf"),
        ("con.txt", TEXT, "_con.txt"),
        ("CON", TEXT, "_CON.txt"),
        ("a<b>:c|d?.pdf", PDF, "a_b__c_d_.pdf"),
        ("virus.exe", JPEG, "virus.exe.jpg"),
        ("surat izin.docx.pdf", PDF, "surat izin.docx.pdf"),
        ("e\u0301.pdf", PDF, "é.pdf"),
        ("bukti 😡.pdf", PDF, "bukti 😡.pdf"),
        ("folder\uff0frahasia.pdf", PDF, "rahasia.pdf"),
    ],
)
def test_names_by_table(given_name: str, kind: Kind, clean: str) -> None:
    assert clean_name(given_name, kind) == clean


@given(st.text(max_size=400), st.sampled_from(KINDS))
def test_any_name_becomes_a_harmless_one(name: str, kind: Kind) -> None:
    clean = clean_name(name, kind)
    assert 0 < len(clean) <= LONGEST_NAME
    assert not {"/", "\\", "\x00", "\n", '"', ";"} & set(clean)
    assert not any(unicodedata.category(c).startswith("C") for c in clean)
    assert clean.rpartition(".")[2] in kind.extensions
    assert clean.rpartition(".")[0].strip(" .")
    assert clean_name(clean, kind) == clean
