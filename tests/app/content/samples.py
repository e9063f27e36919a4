"""Files as strangers send them: one of every accepted type, and those that want to do harm."""

from __future__ import annotations

import base64
import io
import struct
import zipfile
import zlib
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
    """The bones of an office file of that ending."""
    bones: dict[str, dict[str, bytes]] = {
        "docx": {"[Content_Types].xml": b"<Types/>", "word/document.xml": b"<w:document/>"},
        "xlsx": {"[Content_Types].xml": b"<Types/>", "xl/workbook.xml": b"<workbook/>"},
        "pptx": {"[Content_Types].xml": b"<Types/>", "ppt/presentation.xml": b"<p:presentation/>"},
        "odt": {"mimetype": b"application/vnd.oasis.opendocument.text", "content.xml": b"<office/>"},
        "ods": {"mimetype": b"application/vnd.oasis.opendocument.spreadsheet", "content.xml": b"<office/>"},
        "odp": {"mimetype": b"application/vnd.oasis.opendocument.presentation", "content.xml": b"<office/>"},
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
AMR = b"#!AMR\n" + b"\x3c" + bytes(31)
AAC = 2 * (b"\xff\xf1\x50\x80\x01\x1f\xfc" + b"\x01")

HEIC_PHOTO = zlib.decompress(
    base64.b85decode(
        b"c-mc2ze~eF6n@vxlEJouKPV!#-AX}d!ND=r3W^p%K^%?Oggi*vBQ2%fEV#Jo;_M_ixvGOd{tywwDs<}L(4i&1OQJ|Wa{1o--"
        b"gkG&djPO#Hao&HkORR%vnXQ+brXO+I!05609mVQyI~9hc@rkEf_B|Mq^v;%n2gwaz=Q?Tq%!(bR%opv)=WQ>)j3Lxzy@Hoco"
        b"F`IOj<VD=-U$ln+}9d7^83n@hb{mCvMT+b*4z^+&85MFd7es07>PDcBC{m#XL_M6zNdplYWS3Iu-M4j7?OoGTrE9|Ks}pPPG"
        b"adk`(!Z>@nG6W%kl|KBG%!c-?ku+-{Q^hu8^8v)B+u_`6!Ta@^KM7|V|@gzPuL^SnXWjA?;wl%k@lDp3lB^E(R$EZU7I(No!"
        b"2bPY4q6TI5se)Hvt2ToO&Q<~4Q+r!WA{*%{>cb07QdiK}F%^Ou>K|d=M$Wx{QV+sH6q(3miUTL$mzg1e^+1(}v_yK?{Woi"
    )
)
"""64 by 48 pixels from a real encoder, with `HIDDEN` in its EXIF data."""


def png_bomb(width: int, height: int) -> bytes:
    """A PNG of a few bytes that claims to be so large."""
    header = b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    data = b"IDAT" + zlib.compress(bytes(1000))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(part) - 4) + part + struct.pack(">I", zlib.crc32(part))
        for part in (header, data, b"IEND")
    )


def zip_bomb() -> bytes:
    """A document that unpacks to more than anybody wrote."""
    return office("docx", {"word/media/a.bin": bytes(60_000_000)})
