"""Files as strangers send them: one of every accepted type, and those that want to do harm."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from typing import Any

import pikepdf
from PIL import Image

HIDDEN = b"RAHASIA-LOKASI"
"""Stands in the metadata of the samples, and must be in no cleaned copy."""


def picture(kind: str = "JPEG", size: tuple[int, int] = (640, 480), mode: str = "RGB") -> bytes:
    """A photo with a comment in its EXIF data, lying on its side."""
    image = Image.new(mode, size, (20, 90, 200) if mode == "RGB" else (20, 90, 200, 0))
    exif = Image.Exif()
    exif[0x010E] = HIDDEN.decode()  # description
    exif[0x0112] = 6  # orientation: turn right
    out = io.BytesIO()
    image.save(out, kind, exif=exif)
    return out.getvalue()


def plain_pdf() -> bytes:
    """One blank page."""
    out = io.BytesIO()
    with pikepdf.new() as document:
        document.add_blank_page()
        document.save(out)
    return out.getvalue()


def hostile_pdf() -> bytes:
    """A page with everything that a PDF can do to its reader."""
    script = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="app.alert('RAHASIA-LOKASI')")
    out = io.BytesIO()
    with pikepdf.new() as document:
        page = document.add_blank_page().obj
        document.Root.OpenAction = script
        document.Root.AA = pikepdf.Dictionary(WC=script)
        document.Root.Names = pikepdf.Dictionary(
            JavaScript=pikepdf.Dictionary(Names=pikepdf.Array([pikepdf.String("a"), script]))
        )
        document.attachments["kejutan.exe"] = b"MZ" + HIDDEN
        launch = pikepdf.Dictionary(S=pikepdf.Name.Launch, F="cmd.exe")
        phone_home = pikepdf.Dictionary(S=pikepdf.Name.URI, URI="http://jahat.example/")
        page.AA = pikepdf.Dictionary(O=script)
        page.Annots = document.make_indirect(
            pikepdf.Array(
                [
                    document.make_indirect(annotation("Link", A=launch)),
                    annotation("Link", A=phone_home),
                    annotation("FileAttachment", Contents=HIDDEN.decode()),
                    document.make_indirect(
                        annotation(
                            "Widget", AA=pikepdf.Dictionary(K=script), A=document.make_indirect(script)
                        )
                    ),
                ]
            )
        )
        fields = pikepdf.Array([page.Annots[3]])
        document.Root.AcroForm = pikepdf.Dictionary(XFA=document.make_stream(HIDDEN), Fields=fields)
        document.docinfo["/Author"] = HIDDEN.decode()
        with document.open_metadata() as metadata:
            metadata["dc:title"] = HIDDEN.decode()
        document.save(out)
    return out.getvalue()


def annotation(subtype: str, **more: Any) -> pikepdf.Dictionary:
    """An annotation in the corner of a page."""
    place = pikepdf.Array([0, 0, 10, 10])
    return pikepdf.Dictionary(
        Type=pikepdf.Name.Annot, Subtype=pikepdf.Name(f"/{subtype}"), Rect=place, **more
    )


def locked_pdf() -> bytes:
    """A PDF that opens with a password only."""
    out = io.BytesIO()
    with pikepdf.new() as document:
        document.add_blank_page()
        document.save(out, encryption=pikepdf.Encryption(owner="pemilik", user="rahasia"))
    return out.getvalue()


def archive(parts: Mapping[str, bytes], *, packed: bool = True) -> bytes:
    """A ZIP archive of those parts."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED if packed else zipfile.ZIP_STORED) as file:
        for name, content in parts.items():
            file.writestr(name, content)
    return out.getvalue()


def office(kind: str, extra: Mapping[str, bytes] | None = None) -> bytes:
    """The bones of a docx, xlsx or odt."""
    bones: dict[str, dict[str, bytes]] = {
        "docx": {"[Content_Types].xml": b"<Types/>", "word/document.xml": b"<w:document/>"},
        "xlsx": {"[Content_Types].xml": b"<Types/>", "xl/workbook.xml": b"<workbook/>"},
        "odt": {"mimetype": b"application/vnd.oasis.opendocument.text", "content.xml": b"<office/>"},
    }
    return archive({**bones[kind], **(extra or {})})


def media(brand: bytes) -> bytes:
    """The head of an ISO base media file of that brand."""
    return b"\x00\x00\x00\x18ftyp" + brand + b"\x00\x00\x02\x00" + brand + b"mp41" + bytes(200)


WEBM = (
    b"\x1a\x45\xdf\xa3\x9f\x42\x86\x81\x01\x42\xf7\x81\x01\x42\xf2\x81\x04\x42\xf3\x81\x08\x42\x82\x84webm"
    + bytes(99)
)
WAV = b"RIFF\x24\x00\x00\x00WAVEfmt " + bytes(100)
OGG = b"OggS\x00\x02" + bytes(100)
MP3_TAGGED = b"ID3\x04\x00\x00\x00\x00\x00\x00" + bytes(100)
MP3_BARE = b"\xff\xfb\x90\x64" + bytes(400)
