"""The receipt as PDF: what stands on it, what is inside it, and files that are none."""

from __future__ import annotations

import io
import subprocess
import sys
import zlib
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pikepdf
import pytest

from config import ROOT
from reports.letters.receipt import (
    LARGEST_ATTACHED,
    LARGEST_PDF,
    NoReceiptInside,
    PromisedDay,
    ReceiptSheet,
    extract_document,
    extract_documents,
    make_pdf,
)
from reports.letters.words import WORDS

AT = datetime(2026, 3, 9, 2, 0, tzinfo=UTC)
SHEET = ReceiptSheet(
    language="id",
    zone="Asia/Jakarta",
    number="SRG-2026-000123",
    agency_name="Polresta Serang Kota",
    received_at=AT,
    place="Jalan Jenderal Sudirman 1, Serang",
    channel="Aplikasi / laman ini",
    officer_title="Kasiwas",
    officer_name="Rina Kartika",
    complainant=("Siti Rahmawati", "Jalan Raya Cilegon 12"),
    shortfall="Tiga hari menunggu.\n\nUpah hilang.",
    file_count=2,
    issued_at=AT,
    sealing_due_at=AT + timedelta(days=1),
    sealed_at=None,
    text_commitment="ab" * 32,
    key_id="receipt-1",
    status_url="https://lapor.example.go.id/status?nomor=SRG-2026-000123",
    verify_url="lapor.example.go.id/verifikasi",
    printed_at=AT + timedelta(days=20),
    promised=(
        PromisedDay("Pemberitahuan lengkap", AT + timedelta(days=14), "Pasal 44 ayat (3) UU 25/2009"),
        PromisedDay("Keputusan", AT + timedelta(days=60), "Pasal 50 ayat (1) UU 25/2009"),
        PromisedDay("Tanda terima", AT, "Pasal 44", met_at=AT),
        PromisedDay("Terlambat", AT, "Pasal 50", met_at=AT + timedelta(days=2)),
    ),
    document=b'{"body":{"format":"sahut/receipt/v1","name":"Siti \xc3\xa9"},"signature":"00"}',
)


def text_of(pdf: bytes) -> str:
    """The words of the pages, blanks made one, by a program that is not ours."""
    import shutil
    import subprocess

    from tests.support.run import missing

    if shutil.which("pdftotext") is None:
        missing("pdftotext")
    found = subprocess.run(["pdftotext", "-layout", "-", "-"], input=pdf, capture_output=True, check=True)
    return " ".join(found.stdout.decode().split())


def test_the_sheet_says_what_the_law_asks_of_a_receipt() -> None:
    text = text_of(make_pdf(SHEET))
    for told in (
        "SRG-2026-000123", "Polresta Serang Kota", "Senin, 9 Maret 2026, 09.00 WIB", "Rina Kartika, Kasiwas",
        "Siti Rahmawati, Jalan Raya Cilegon 12", "Tiga hari menunggu.", "Upah hilang.", "ab" * 32,
        "akan disegel paling lambat Selasa, 10 Maret 2026, 09.00 WIB", "LEWAT, belum dipenuhi", "8 Mei 2026",
        "berjalan", "dipenuhi 9 Maret 2026", "terlambat, 11 Maret 2026",
    ):  # fmt: skip
        assert told in text


def test_the_document_inside_is_the_one_that_was_signed() -> None:
    assert extract_document(make_pdf(SHEET)) == SHEET.document


def test_the_short_edition_tells_neither_who_nor_what() -> None:
    text = text_of(make_pdf(replace(SHEET, complainant=None, shortfall=None)))
    assert "Siti" not in text
    assert "Tiga hari" not in text
    assert "tidak dicantumkan pada edisi ringkas ini" in text


def test_it_is_for_the_archive_and_for_readers_aloud() -> None:
    with pikepdf.open(io.BytesIO(make_pdf(SHEET))) as pdf:
        metadata = pdf.open_metadata()
        assert metadata["pdfaid:part"] == "3"
        assert metadata["pdfuaid:part"] == "1"
        assert str(pdf.Root.Lang) == "id-ID"
        assert pdf.Root.MarkInfo.Marked


def test_english_is_whole() -> None:
    assert WORDS["id"].keys() == WORDS["en"].keys()
    text = text_of(make_pdf(replace(SHEET, language="en", sealed_at=AT)))
    assert "Receipt of your complaint" in text
    assert "sealed in the log since Monday, 9 March 2026, 09:00 WIB" in text


def test_what_no_typeface_can_draw_stops_nothing() -> None:
    strange = replace(SHEET, shortfall="Takut \U0001f628 \U000e0001 漢字 שלום\n" * 3)
    assert extract_document(make_pdf(strange)) == SHEET.document


def test_typst_reads_no_commands_in_what_was_typed() -> None:
    typed = replace(SHEET, shortfall='#panic("x") $x^2$ = judul *tebal* @rujuk \\ `kode` <label>')
    assert '#panic("x") $x^2$ = judul *tebal* @rujuk \\ `kode` <label>' in text_of(make_pdf(typed))


def test_a_long_story_takes_more_pages_and_little_room() -> None:
    pdf = make_pdf(replace(SHEET, shortfall="Uraian yang panjang sekali. " * 1000))
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        assert len(opened.pages) > 3
    assert len(pdf) < LARGEST_PDF / 4


def _with_attachment(name: str, content: bytes) -> bytes:
    pdf = pikepdf.new()
    pdf.add_blank_page()
    pdf.attachments[name] = pikepdf.AttachedFileSpec(pdf, content)
    out = io.BytesIO()
    pdf.save(out, compress_streams=True, recompress_flate=True)
    return out.getvalue()


@pytest.mark.parametrize(
    "pdf",
    [
        b"",
        b"bukan pdf",
        b"%PDF-1.7",
        _with_attachment("lain.json", b"{}"),
        _with_attachment("receipt.json", b"0" * (LARGEST_ATTACHED + 1)),
        _with_attachment("receipt.json", b"0" * (64 * 1024 * 1024)),
        _with_attachment("receipt.json", SHEET.document[:-2] + b"0" * LARGEST_ATTACHED),
        b"%PDF-1.7" + b"0" * LARGEST_PDF,
    ],
    ids=["empty", "no-pdf", "stump", "other-file", "too-large-inside", "bomb", "ours-too-large", "too-large"],
)
def test_what_carries_no_receipt_is_refused(pdf: bytes) -> None:
    with pytest.raises(NoReceiptInside):
        extract_document(pdf)


def test_an_attachment_of_another_making_is_read() -> None:
    """Saved anew by another program, packed or not, with or without something beside it."""
    document = SHEET.document
    assert extract_document(_with_attachment("receipt.json", document)) == document
    assert extract_document(b"%PDF-1.7\n1 0 obj\nstream\n" + document + b"\nendstream") == document
    assert extract_document(b"%PDF-1.7\n1 0 obj\r\nstream\r\n" + document + b"\r\nendstream") == document
    statement = (
        b'{"body":{"format":"sahut/statement/v1","told":"\\"format\\":\\"sahut/receipt/v1"},"signature":"0"}'
    )
    both = make_pdf(SHEET) + b"\nstream\n" + zlib.compress(statement) + b"\nendstream"
    assert extract_documents(both) == (document, statement)


def _structure_that_unpacks(size: int) -> bytes:
    """A PDF whose very catalogue stands in a stream that unpacks to so many bytes."""
    catalogue, pages = b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Kids [] /Count 0 >>"
    index = b"1 0 2 %d " % (len(catalogue) + 1)
    packer = zlib.compressobj(9)
    body = packer.compress(index + catalogue + b" " + pages + b" ")
    for _ in range(size // 2**20):
        body += packer.compress(b" " * 2**20)
    body += packer.flush()
    pdf = b"%PDF-1.7\n"
    head = b"<< /Type /ObjStm /N 2 /First %d /Length %d /Filter /FlateDecode >>" % (len(index), len(body))
    objects = len(pdf)
    pdf += b"3 0 obj\n" + head + b"\nstream\n" + body + b"\nendstream\nendobj\n"
    table = len(pdf)
    rows = b"".join(
        bytes([kind]) + at.to_bytes(4, "big") + place.to_bytes(2, "big")
        for kind, at, place in ((0, 0, 65535), (2, 3, 0), (2, 3, 1), (1, objects, 0), (1, table, 0))
    )
    head = b"<< /Type /XRef /Size 5 /W [1 4 2] /Root 1 0 R /Length %d >>" % len(rows)
    pdf += b"4 0 obj\n" + head + b"\nstream\n" + rows + b"\nendstream\nendobj\n"
    return pdf + b"startxref\n%d\n%%%%EOF\n" % table


def test_a_file_that_unpacks_without_end_takes_no_room(tmp_path: Path) -> None:
    """Anybody may hand one in; told by the memory of a process of its own."""
    path = tmp_path / "bom.pdf"
    path.write_bytes(_structure_that_unpacks(64 * 2**20))
    with pikepdf.open(path) as opened:
        assert len(opened.pages) == 0, "a PDF by all rules"
    told = subprocess.run(
        [sys.executable, "-c", TAKEN, str(path)], cwd=ROOT, capture_output=True, text=True, check=True
    )
    refused, before, after = told.stdout.split()
    assert refused == "refused"
    assert int(after) - int(before) < 32 * 1024, "kilobytes"


TAKEN = """
import sys
from pathlib import Path
from reports.letters.receipt import NoReceiptInside, extract_documents
def most():
    told = Path("/proc/self/status").read_text()
    return told.partition("VmHWM:")[2].split()[0]
pdf, before = Path(sys.argv[1]).read_bytes(), most()
try:
    extract_documents(pdf)
except NoReceiptInside:
    print("refused", before, most())
"""
