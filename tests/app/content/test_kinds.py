"""Types are told by content, and what reads as two types or as a program is refused."""

from __future__ import annotations

import io
import struct
import zipfile

import pytest

from app.content import errors, kinds
from app.content.errors import FileRefused
from app.content.kinds import tell_kind
from tests.app.content import samples


def kind_of(content: bytes) -> kinds.Kind:
    return tell_kind(io.BytesIO(content))


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (samples.picture("JPEG"), kinds.JPEG),
        (samples.picture("PNG"), kinds.PNG),
        (samples.picture("WEBP"), kinds.WEBP),
        (samples.media(b"heic"), kinds.HEIC),
        (samples.media(b"mif1"), kinds.HEIC),
        (samples.plain_pdf(), kinds.PDF),
        (samples.hostile_pdf(), kinds.PDF),
        (samples.office("docx"), kinds.DOCX),
        (samples.office("xlsx"), kinds.XLSX),
        (samples.office("odt"), kinds.ODT),
        (samples.office("pptx"), kinds.PPTX),
        (samples.office("ods"), kinds.ODS),
        (samples.office("odp"), kinds.ODP),
        (samples.AMR, kinds.AMR),
        (samples.AAC, kinds.AAC),
        (samples.media(b"qt  "), kinds.MOV),
        (samples.HEIC_PHOTO, kinds.HEIC),
        (samples.MP3_TAGGED, kinds.MP3),
        (samples.MP3_BARE, kinds.MP3),
        (samples.media(b"M4A "), kinds.M4A),
        (samples.OGG, kinds.OGG),
        (samples.WAV, kinds.WAV),
        (samples.media(b"isom"), kinds.MP4),
        (samples.media(b"mp42"), kinds.MP4),
        (samples.WEBM, kinds.WEBM),
        (samples.media(b"3gp4"), kinds.THREE_GP),
        ("Petugas meminta Rp50.000. 😡".encode(), kinds.TEXT),
        (b"\xef\xbb\xbfdengan BOM\r\n", kinds.TEXT),
        (b"MZ adalah inisial saya", kinds.TEXT),
    ],
)
def test_every_accepted_type_is_known(content: bytes, kind: kinds.Kind) -> None:
    assert kind_of(content) is kind


def test_a_photo_followed_by_the_phones_own_data_is_a_photo() -> None:
    assert kind_of(samples.picture("JPEG") + samples.media(b"mp42")) is kinds.JPEG


@pytest.mark.parametrize(
    ("content", "refusal"),
    [
        (b"", errors.FileEmpty),
        (b"MZ\x90\x00\x03\x00" + bytes(200), errors.FileExecutable),
        (b"\x7fELF\x02\x01\x01" + bytes(200), errors.FileExecutable),
        (b"#!/bin/sh\nrm -rf /\n", errors.FileExecutable),
        (b"\n\n  @ECHO OFF\r\ndel *\r\n", errors.FileExecutable),
        (samples.archive({"META-INF/MANIFEST.MF": b"x", "A.class": b"y"}), errors.FileExecutable),
        (samples.archive({"AndroidManifest.xml": b"x", "classes.dex": b"y"}), errors.FileExecutable),
        (samples.office("docx", {"word/vbaProject.bin": b"x"}), errors.FileExecutable),
        (samples.office("odt", {"Basic/Standard/Module1.xml": b"x"}), errors.FileExecutable),
        (b"<!DOCTYPE html><p>", errors.FileTypeUnknown),
        (b"  <svg onload='x'>", errors.FileTypeUnknown),
        (b"GIF89a" + bytes(50), errors.FileTypeUnknown),
        (b"teks\x00dengan nol", errors.FileTypeUnknown),
        (b"\xff\xfe\x00\x00", errors.FileTypeUnknown),
        (samples.archive({"a.txt": b"x"}), errors.FileTypeUnknown),
        (b"RIFF\x00\x00\x00\x00AVI " + bytes(50), errors.FileTypeUnknown),
        (b"\x1a\x45\xdf\xa3" + bytes(100), errors.FileTypeUnknown),
        (samples.media(b"crx "), errors.FileTypeUnknown),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), errors.FileOfOldOffice),
        (b"PK\x03\x04" + bytes(100), errors.FileDamaged),
        (samples.office("docx")[:-30], errors.FileDamaged),
    ],
)
def test_what_is_not_accepted_is_refused_by_its_reason(content: bytes, refusal: type[FileRefused]) -> None:
    with pytest.raises(FileRefused) as caught:
        kind_of(content)
    assert type(caught.value) is refusal
    assert caught.value.field == "files"


@pytest.mark.parametrize(
    "content",
    [
        samples.picture("JPEG") + samples.archive({"evil.class": b"x"}),
        samples.plain_pdf() + samples.archive({"a": b"x"}),
        samples.OGG + samples.archive({"a": b"x"}),
        samples.picture("PNG")[:60] + b"%PDF-1.7" + samples.picture("PNG")[60:],
        samples.picture("JPEG")[:40] + b"<script>alert(1)</script>",
        b"%PDF-1.7\n<html><body>",
        b"catatan\n%PDF-1.7\n",
        b"PK\x03\x04" + b"%PDF-1.4" + bytes(100),
        samples.office("docx") + b"ekor",
    ],
)
def test_what_reads_as_two_types_is_refused(content: bytes) -> None:
    with pytest.raises((errors.FileAmbiguous, errors.FileDamaged)) as caught:
        kind_of(content)
    assert caught.value.code in {"file_ambiguous", "file_damaged"}


def test_an_archive_behind_other_bytes_is_ambiguous() -> None:
    hidden = b"PK\x03\x04" + bytes(26)
    with pytest.raises(errors.FileAmbiguous):
        kind_of(hidden + samples.office("docx"))


def test_every_code_is_its_own() -> None:
    codes = [refusal.code for refusal in FileRefused.__subclasses__()]
    assert len(set(codes)) == len(codes) == 13
    assert FileRefused.code not in codes


# --- bombs ---------------------------------------------------------------------------


def test_a_bomb_of_zeros_is_refused_before_it_is_unpacked() -> None:
    bomb = samples.office("docx", {"word/media/besar.xml": bytes(60 * 1024 * 1024)})
    assert len(bomb) < 100_000
    with pytest.raises(errors.FileUnpacksTooLarge):
        kind_of(bomb)


def test_a_large_sheet_is_no_bomb() -> None:
    rows = "".join(f"<c r='A{n}'><v>{n * 7919 % 100_003}</v></c>" for n in range(300_000)).encode()
    assert len(rows) > 4 * 1024 * 1024
    assert kind_of(samples.office("xlsx", {"xl/worksheets/sheet1.xml": rows})) is kinds.XLSX


def test_too_many_parts_are_refused() -> None:
    with pytest.raises(errors.FileUnpacksTooLarge):
        kind_of(samples.office("docx", {f"word/p{n}.xml": b"" for n in range(5001)}))


def test_parts_that_share_their_bytes_are_refused() -> None:
    """Fifield's bomb: many entries of the directory name one packed part."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("[Content_Types].xml", b"<Types/>")
        file.writestr("word/document.xml", b"<w:document/>" * 1000)
        shared = file.infolist()[1]
        for number in range(10):
            copy = zipfile.ZipInfo(f"word/copy{number}.xml")
            copy.compress_type, copy.CRC = shared.compress_type, shared.CRC
            copy.compress_size, copy.file_size = shared.compress_size, shared.file_size
            copy.header_offset = shared.header_offset
            file.filelist.append(copy)
            file.NameToInfo[copy.filename] = copy
    with pytest.raises(errors.FileUnpacksTooLarge):
        kind_of(out.getvalue())


def test_a_part_that_lies_about_its_size_is_refused() -> None:
    content = bytearray(samples.office("docx", {"word/styles.xml": b"a" * 100_000}))
    place = content.index(struct.pack("<L", 100_000), content.rindex(b"PK\x01\x02"))
    content[place : place + 4] = struct.pack("<L", 10)
    with pytest.raises(errors.FileDamaged):
        kind_of(bytes(content))


def test_an_encrypted_part_is_refused() -> None:
    content = bytearray(samples.office("docx"))
    for signature, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        start = 0
        while (start := content.find(signature, start)) >= 0:
            content[start + flags] |= 1
            start += 4
    with pytest.raises(errors.FileLocked):
        kind_of(bytes(content))
