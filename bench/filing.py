"""Complaints as a citizen files them: every page of the way is opened and answered, the last is left to send.

The way stands outside the measured time; what is measured is the request that registers, seals, signs and
commits the complaint.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from bench.load import Request
from bench.visitor import Visitor

AT_ONCE = 4
"""Citizens on their way at the same time."""

ANSWERS: Mapping[str, Mapping[str, Any]] = {
    "satuan": {"station": "SRG"},
    "jenis": {"kind": "service"},
    "layanan": {"service": "skck"},
    "produk": {"product": "skck_new"},
    "perihal": {"issue": "slow"},
    "bahaya": {"danger": "no"},
    "kejadian": {
        "narrative": "Saya datang pukul delapan dan mengambil nomor antrean. Sampai loket tutup nama saya "
        "tidak dipanggil, padahal orang yang datang sesudah saya sudah dilayani. Petugas hanya berkata agar "
        "saya kembali besok. Ini sudah hari ketiga, dan saya perlu surat itu untuk melamar pekerjaan."
    },
    "waktu-tempat": {"on": ["2", "1", "2026"], "place": "Loket SKCK lantai satu"},
    "pengajuan": {"applied_on": ["2", "1", "2026"]},
    "petugas": {"respondent": "Petugas di loket tujuh"},
    "kerugian": {"loss": "Upah dua hari kerja hilang."},
    "permintaan": {"remedy": "SKCK diterbitkan hari ini.", "claim": "Rp 150.000"},
    "pihak": {"party": "self"},
    "bukti": {},
    "identitas": {"mode": "withheld"},
    "data-diri": {
        "name": "Siti Rahmawati",
        "address": "Jalan Raya Cilegon 12, Serang",
        "email": "siti.rahmawati@example.id",
        "phone": "0812-3456-7890",
        "notices": "yes",
    },
}
"""A complete complaint without files, question by question."""


def written(port: int) -> Request:
    """Walk through the questions as they come; the request that sends the complaint."""
    citizen = Visitor(port)
    citizen.get("/lapor")
    while (slug := citizen.path.rpartition("/")[2]) != "periksa":
        citizen.submit(citizen.path, ANSWERS[slug])
    return citizen.filled(citizen.path, {"consent": "y"}, status=303)


def filings(port: int, count: int) -> Iterator[Request]:
    """So many complaints, each of another citizen, ready to be sent."""
    with ThreadPoolExecutor(AT_ONCE) as pool:
        return iter([*pool.map(written, [port] * count)])
