"""Files as people and attackers send them, and what becomes of each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from tests.app.content import samples

MB = 1024 * 1024


@dataclass(frozen=True)
class Case:
    """A file as somebody sends it, and what becomes of it.

    :ivar kept: the name under which it is kept, or None
    :ivar said: how the message beside the field begins, if it is refused
    :ivar kept_by_service: the same where no form has read the name before
    :ivar content: its bytes; made when needed, since some are large
    """

    name: str
    content: Callable[[], bytes] = field(repr=False)
    kept: str | None = None
    said: str | None = None
    kept_by_service: str | None = None


PROGRAM = "Berkas ini program atau memuat makro"
UNKNOWN = "Jenis berkas ini tidak diterima. Kirim foto, PDF"
DECEIT = "Berkas ini terbaca sebagai dua jenis sekaligus"
DAMAGED = "Berkas ini rusak dan tidak dapat dibaca."
SWELLING = "Berkas ini membesar secara tidak wajar"
FULL = "Jumlah ukuran semua berkas melebihi batas satu pengaduan."
LARGE = "Berkas ini terlalu besar. Paling besar 20 MB."
LOCKED = "Berkas ini terkunci kata sandi."

PDF_AND_PAGE = b"%PDF-1.7\n<html><script>alert(1)</script>"
RTL = "\u202e"

CASES = (
    Case("foto.heic", lambda: samples.HEIC_PHOTO, kept="foto.heic"),
    Case("foto.HEIC", lambda: samples.media(b"heix"), kept="foto.heic"),
    Case("IMG_1.MOV", lambda: samples.media(b"qt  "), kept="IMG_1.mov"),
    Case("rapat.pptx", lambda: samples.office("pptx"), kept="rapat.pptx"),
    Case("suara.amr", lambda: samples.AMR, kept="suara.amr"),
    Case("rekaman.m4a", lambda: samples.media(b"mp42"), kept="rekaman.m4a"),
    Case("elf.jpg", lambda: b"\x7fELF\x02\x01\x01" + bytes(200), said=PROGRAM),
    Case("pe.jpg", lambda: b"MZ\x90\x00\x03\x00" + bytes(200), said=PROGRAM),
    Case("naskah.txt", lambda: b"#!/bin/sh\nrm -rf /\n", said=PROGRAM),
    Case("bom.docx", samples.zip_bomb, said=SWELLING),
    Case("pdf-zip.pdf", lambda: samples.plain_pdf() + samples.archive({"a": b"x"}), said=DECEIT),
    Case("pdf-html.pdf", lambda: PDF_AND_PAGE, said=DECEIT),
    Case("gifar.gif", lambda: b"GIF89a" + bytes(40) + samples.archive({"A.class": b"x"}), said=UNKNOWN),
    Case("jpegjar.jpg", lambda: samples.picture() + samples.archive({"A.class": b"x"}), said=DECEIT),
    Case("sampah.pdf", lambda: b"\x00\x01sampah\n" + samples.plain_pdf(), said=UNKNOWN),
    Case("sampah2.pdf", lambda: b"sampah\n%PDF-1.4\n%%EOF\n", said=DECEIT),
    Case("kosong.pdf", lambda: b"", said="Berkas ini kosong."),
    Case("../../etc/passwd", lambda: b"root:x:0:0", kept="passwd.txt"),
    Case(
        "C:\\Users\\Siti\\foto.png",
        lambda: samples.picture("PNG"),
        kept="C_UsersSitifoto.png",
        kept_by_service="foto.png",
    ),
    Case(f"struk{RTL}gpj.exe", lambda: samples.picture(), kept="strukgpj.exe.jpg"),
    Case("nol\x00\x01\x7f.png", lambda: samples.picture("PNG"), kept="nol.png"),
    Case(f"{'a' * 300}.png", lambda: samples.picture("PNG"), kept=f"{'a' * 96}.png"),
    Case("😡 pungli 🧾.png", lambda: samples.picture("PNG"), kept="😡 pungli 🧾.png"),
    Case("tanpaakhiran", lambda: samples.picture("WEBP"), kept="tanpaakhiran.webp"),
    Case("....", lambda: b"catatan", kept="berkas.txt"),
    Case(
        "besar.mp4", lambda: samples.media(b"isom") + bytes(21 * MB), said="Berkas ini terlalu besar. Paling"
    ),
    Case("bom.png", lambda: samples.png_bomb(50_000, 50_000), said=SWELLING),
    Case("terpotong.jpg", lambda: samples.picture()[:300], said=DAMAGED),
    Case("terkunci.pdf", samples.locked_pdf, said=LOCKED),
    Case("makro.docm", lambda: samples.office("docx", {"word/vbaProject.bin": b"x"}), said=PROGRAM),
    Case("lama.doc", lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), said="Dokumen Office lama"),
    Case("gambar.svg", lambda: b"<svg xmlns='http://www.w3.org/2000/svg' onload='x'/>", said=UNKNOWN),
    Case("laman.html", lambda: b"<!DOCTYPE html><script>alert(1)</script>", said=UNKNOWN),
    Case("acak.bin", lambda: bytes(range(256)) * 8, said=UNKNOWN),
)
