"""The text that lies on top of a pack: what it holds, and how anyone checks it."""

from __future__ import annotations

from reports.rows import WbkInput
from workflows.canonical import instant_text

_GUIDE = """\
BUKTI ZONA INTEGRITAS {year}: {agency}
Tanggal potong {as_of} (UTC)

Isi
  WBK-{code}-{year}.xlsx   buku kerja bukti, dengan rumus hidup
  lampiran/                tabel yang sama sebagai CSV
  bukti/                   dokumen yang dilampirkan; judulnya ada di lampiran/bukti.csv
  log/                     bukti dari log yang tidak dapat diubah diam-diam
  MANIFEST.json            ukuran dan SHA-256 setiap berkas, ditandatangani
  verifikasi.py            pemeriksa yang berdiri sendiri

Cara memeriksa (Python 3.9 atau lebih baru, pustaka "cryptography")
  1. Ambil daftar kunci dari halaman /verifikasi satuan, atau dari orang yang menyimpannya.
     Jangan pakai kunci-saat-dibuat.json untuk itu: isi paket tidak membuktikan dirinya sendiri.
  2. python verifikasi.py PAKET.zip --keys kunci.json
  3. Punya titik periksa yang Anda terima lebih dulu sebagai saksi? Tambahkan --witness BERKAS.json:
     log yang ditulis ulang sejak itu akan ketahuan, dan catatan pertama yang berubah disebut.

Tidak ada data pribadi pelapor di dalam paket ini.

EVIDENCE OF THE INTEGRITY ZONE {year}: {agency}
Cut-off {as_of} (UTC)

The workbook with live formulas, its annexes as CSV, the documents, and proofs of the log. Check it with
verifikasi.py and the list of keys published by the station (never the one inside); add --witness with a
checkpoint that you were given before. No personal data of complainants is inside.
"""


def guide(given: WbkInput) -> str:
    """The guide of one pack, in Indonesian and English."""
    return _GUIDE.format(
        year=given.year, agency=given.agency.name, code=given.agency.code, as_of=instant_text(given.as_of)
    )
