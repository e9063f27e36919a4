"""Copies for viewing show the picture or the pages, and nothing that was hidden in them."""

from __future__ import annotations

import io
from typing import cast

import pikepdf
import pytest
from PIL import Image

from app.content import errors, images, pdf
from app.content.kinds import HEIC, JPEG, PNG, WEBP, Kind
from tests.app.content import samples


def opened(content: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(content))
    image.load()
    return image


@pytest.mark.parametrize(
    ("kind", "name", "copy_format"), [(JPEG, "JPEG", "JPEG"), (PNG, "PNG", "PNG"), (WEBP, "WEBP", "JPEG")]
)
def test_a_picture_is_written_anew_without_its_metadata(kind: Kind, name: str, copy_format: str) -> None:
    original = samples.picture(name)
    assert samples.HIDDEN in original
    copy = images.view_copy(io.BytesIO(original + b"tail-RAHASIA-LOKASI" * (kind is JPEG)), kind)
    assert copy is not None
    assert samples.HIDDEN not in copy
    image = opened(copy)
    assert image.format == copy_format
    assert images.view_kind(copy).content_type == f"image/{copy_format.lower()}"
    assert not image.getexif()
    assert image.size == (480, 640), "turned upright"
    red, green, blue = cast("tuple[int, int, int]", image.convert("RGB").getpixel((100, 100)))
    assert (abs(red - 20), abs(green - 90), abs(blue - 200)) < (9, 9, 9)


def test_transparent_parts_stay_transparent() -> None:
    copy = images.view_copy(io.BytesIO(samples.picture("WEBP", mode="RGBA")), WEBP)
    assert copy is not None
    image = opened(copy)
    assert (image.format, image.mode) == ("PNG", "RGBA")


def test_a_large_photo_becomes_a_smaller_copy() -> None:
    copy = images.view_copy(io.BytesIO(samples.picture("JPEG", size=(6000, 4500))), JPEG)
    assert copy is not None
    assert max(opened(copy).size) == images.VIEW_EDGE


def test_a_picture_of_too_many_pixels_gets_no_copy() -> None:
    assert images.view_copy(io.BytesIO(samples.png_bomb(10_000, 9_000)), PNG) is None


@pytest.mark.parametrize("kind", [PNG, JPEG])
def test_a_picture_that_no_camera_makes_is_a_bomb(kind: Kind) -> None:
    bomb = bytearray(samples.png_bomb(50_000, 50_000))
    if kind is JPEG:
        bomb = bytearray(samples.picture("JPEG"))
        frame = bomb.index(b"\xff\xc0")
        bomb[frame + 5 : frame + 9] = (60_000).to_bytes(2, "big") * 2
    with pytest.raises(errors.FileUnpacksTooLarge):
        images.view_copy(io.BytesIO(bytes(bomb)), kind)


def test_a_photo_of_an_iphone_becomes_a_jpeg_without_its_metadata() -> None:
    assert samples.HIDDEN in samples.HEIC_PHOTO
    copy = images.view_copy(io.BytesIO(samples.HEIC_PHOTO), HEIC)
    assert copy is not None
    assert samples.HIDDEN not in copy
    image = opened(copy)
    assert (image.format, image.size, len(image.getexif())) == ("JPEG", (64, 48), 0)
    assert copy == images.view_copy(io.BytesIO(samples.HEIC_PHOTO), HEIC), "nothing of the moment is in it"


@pytest.mark.parametrize("content", [samples.media(b"heic"), samples.HEIC_PHOTO[:-40]])
def test_a_heic_that_cannot_be_read_here_gets_no_copy(content: bytes) -> None:
    assert images.view_copy(io.BytesIO(content), HEIC) is None


@pytest.mark.parametrize("cut", [30, 200])
def test_a_broken_picture_is_refused(cut: int) -> None:
    with pytest.raises(errors.FileDamaged):
        images.view_copy(io.BytesIO(samples.picture("JPEG")[:cut]), JPEG)


def test_a_pdf_is_stripped_of_all_that_acts_or_hides() -> None:
    clean = pdf.clean_copy(io.BytesIO(samples.hostile_pdf()))
    plain = _uncompressed(clean)
    for word in (
        *(b"/JavaScript", b"/JS", b"/OpenAction", b"/AA", b"/Launch", b"/URI", b"/EmbeddedFile"),
        *(b"/FileAttachment", b"/XFA", b"/Metadata", b"/Author", b"jahat", b"cmd.exe", samples.HIDDEN),
    ):
        assert word not in plain, word
    with pikepdf.open(io.BytesIO(clean)) as document:
        assert len(document.pages) == 1
        assert len(cast(pikepdf.Array, document.pages[0].obj.Annots)) == 3


def test_the_words_looked_for_are_really_in_the_hostile_sample() -> None:
    plain = _uncompressed(samples.hostile_pdf())
    for word in (
        b"/JavaScript",
        b"/JS",
        b"/OpenAction",
        b"/AA",
        b"/Launch",
        b"/URI",
        b"/XFA",
        samples.HIDDEN,
    ):
        assert word in plain, word


def test_links_inside_the_document_stay() -> None:
    out = io.BytesIO()
    with pikepdf.new() as document:
        page = document.add_blank_page().obj
        target = pikepdf.Dictionary(S=pikepdf.Name.GoTo, D=pikepdf.Array([page, pikepdf.Name.Fit]))
        page.Annots = pikepdf.Array([samples.annotation("Link", A=target)])
        document.save(out)
    assert b"/GoTo" in _uncompressed(pdf.clean_copy(out))


def test_a_locked_pdf_is_refused_as_locked() -> None:
    with pytest.raises(errors.FileLocked):
        pdf.clean_copy(io.BytesIO(samples.locked_pdf()))


@pytest.mark.parametrize("content", [b"%PDF-1.7\nomong kosong", b"%PDF-1.7\n" + bytes(5000)])
def test_what_only_begins_like_a_pdf_is_refused(content: bytes) -> None:
    with pytest.raises(errors.FileDamaged):
        pdf.clean_copy(io.BytesIO(content))


def test_a_pdf_nested_beyond_reason_is_refused() -> None:
    inner = b"[" * 400 + b"]" * 400
    content = b"%PDF-1.7\n1 0 obj<</Type/Catalog/Pages 2 0 R/X " + inner + b">>endobj\n"
    content += b"2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
    content += b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>endobj\ntrailer<</Root 1 0 R>>\n"
    with pytest.raises(errors.FileDamaged):
        pdf.clean_copy(io.BytesIO(content))


def _uncompressed(content: bytes) -> bytes:
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(content)) as document:
        document.save(
            out, object_stream_mode=pikepdf.ObjectStreamMode.disable, compress_streams=False, qdf=True
        )
    return out.getvalue()
