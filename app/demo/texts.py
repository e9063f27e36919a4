"""Words that fill the stories, and what officers and complainants write to each other.

Names are put together from lists; streets exist nowhere; numbers and addresses can reach nobody.
"""

from __future__ import annotations

from random import Random

from app.demo.stories import Story
from workflows.vocabulary import Finding

GIVEN_NAMES = (
    "Aminah",
    "Asep",
    "Bayu",
    "Citra",
    "Dadang",
    "Dewi",
    "Eka",
    "Fajar",
    "Gilang",
    "Halimah",
    "Hendra",
    "Imas",
    "Jajang",
    "Kartika",
    "Lilis",
    "Maman",
    "Nining",
    "Nuraini",
    "Oman",
    "Pipit",
    "Rohmat",
    "Rukmini",
    "Sahrul",
    "Sarmilah",
    "Tatang",
    "Titin",
    "Ujang",
    "Wawan",
    "Yayah",
    "Zulfa",
)
FAMILY_NAMES = (
    "Abdulkarim",
    "Bratadipura",
    "Cahyaningtyas",
    "Darmakusuma",
    "Fatahillahwati",
    "Gandasasmita",
    "Hidayatullah",
    "Irawansyah",
    "Jayasantika",
    "Kusumanegara",
    "Lesmanawati",
    "Mulyasari",
    "Natadireja",
    "Priyatnasari",
    "Rahmatulloh",
    "Sastrawinata",
    "Tirtanagari",
    "Wangsaatmaja",
)
STREETS = ("Melati Senja", "Rawa Bintang", "Kebun Sirsak", "Lontar Indah", "Pucung Asri", "Cempaka Teduh")
DISTRICTS = ("Cipocok Jaya", "Curug", "Kasemen", "Taktakan", "Walantaka", "Serang", "Kramatwatu", "Pabuaran")
PLACES = (
    "pasar induk",
    "terminal lama",
    "alun-alun barat",
    "pertigaan pasar sore",
    "stasiun",
    "lapangan kelurahan",
)
GOODS = ("dompet dan kartu ATM", "telepon genggam", "sertifikat tanah", "sepeda motor", "laptop kerja")
JOBS = ("satpam pabrik", "guru honorer", "kurir", "perawat", "operator mesin", "awak kapal")
DAYS = ("Senin", "Selasa", "Rabu", "Kamis", "Jumat")


def person_name(rng: Random) -> str:
    """A name of nobody."""
    return f"{rng.choice(GIVEN_NAMES)} {rng.choice(FAMILY_NAMES)}"


def address(rng: Random) -> str:
    """An address where nobody lives."""
    street, number = rng.choice(STREETS), rng.randint(1, 120)
    return f"Jalan {street} No. {number}, Kecamatan {rng.choice(DISTRICTS)}, Serang"


def email_of(name: str, rng: Random) -> str:
    """An address that no mail server has (RFC 2606)."""
    return f"{name.lower().replace(' ', '.')}{rng.randint(1, 99)}@contoh.example"


def phone(rng: Random) -> str:
    """A number that no operator gave out."""
    return f"+62800000{rng.randint(0, 9999):04d}"


def slots(rng: Random, product: str) -> dict[str, str]:
    """What fills the slots of one story."""
    return {
        "produk": product,
        "jam": f"{rng.randint(7, 11):02d}.{rng.choice(('00', '15', '30', '45'))}",
        "lama": str(rng.randint(2, 6)),
        "rupiah": f"{rng.choice((50, 75, 100, 150, 200, 250, 350, 500, 750)) * 1000:,}".replace(",", "."),
        "barang": rng.choice(GOODS),
        "pekerjaan": rng.choice(JOBS),
        "hari": rng.choice(DAYS),
        "tempat": rng.choice(PLACES),
        "kecamatan": rng.choice(DISTRICTS),
        "loket": str(rng.randint(1, 5)),
        "nomor": str(rng.randint(3, 60)),
    }


ENDINGS = (
    "",
    " Saya berharap ada tindak lanjut yang jelas.",
    " Kejadian ini disaksikan beberapa orang lain yang sedang antre.",
    " Saya menyimpan foto dan nomor antrean sebagai bukti.",
    " Mohon laporan ini tidak berhenti di meja saja.",
)


def narrative_of(story: Story, rng: Random, filled: dict[str, str]) -> str:
    """The story, told."""
    return story.narrative.format(**filled) + rng.choice(ENDINGS)


# --- letters -----------------------------------------------------------------------------

COMPLETION_REQUESTS = (
    "Mohon dilengkapi uraian kerugian, penyelesaian yang diminta, dan tanggal kejadian.",
    "Berkas Saudara belum memuat kerugian yang dialami dan penyelesaian yang diharapkan. Mohon dilengkapi.",
)
COMPLETIONS = (
    "Berikut kelengkapan yang diminta.",
    "Saya lengkapi sesuai surat Bapak/Ibu. Mohon diproses.",
)
FIRST_REPLIES = (
    "Pengaduan Saudara sudah kami teruskan kepada unit yang bertanggung jawab dan sedang diperiksa.",
    "Kami sudah memeriksa catatan antrean hari itu dan sedang mencocokkannya dengan keterangan petugas.",
    "Terima kasih atas pengaduan Saudara. Pemeriksaan sudah dimulai; hasilnya kami sampaikan tertulis.",
)
SP3D_TEXTS = (
    "Pengaduan Saudara sedang dalam pemeriksaan Sipropam. Tiga orang saksi sudah dimintai keterangan.",
    "Klarifikasi terhadap terlapor dijadwalkan pekan ini. Saudara akan kami kabari hasilnya.",
    "Kami sudah mengumpulkan bukti awal dan memanggil pihak terkait.",
)
RESULT_TEXTS = (
    "Klarifikasi selesai. Ringkasan hasilnya kami sampaikan bersama keputusan.",
    "Hasil klarifikasi sudah dilaporkan kepada Kapolresta untuk diputus.",
)
QUESTIONS = (
    "Apakah Saudara masih ingat ciri petugas yang melayani, dan di loket berapa?",
    "Mohon kirim foto kuitansi atau bukti lain bila ada, serta jam kejadian yang lebih tepat.",
    "Siapa saja yang melihat kejadian itu, dan bolehkah kami menghubungi mereka?",
)
ANSWERS = (
    "Petugasnya memakai seragam cokelat, berdiri di loket dua. Fotonya saya kirim bersama pesan ini.",
    "Kejadiannya sekitar pukul sepuluh pagi. Saya tidak punya kuitansi karena memang tidak diberi.",
    "Ada dua orang lain yang antre. Nomor mereka tidak saya simpan.",
)
REVIEWS = (
    "Keterangan pelapor, petugas, dan catatan antrean sudah dibandingkan; waktunya cocok.",
    "Hasil klarifikasi dan rekaman kamera diserahkan untuk direviu.",
)
DRAFTS = (
    "Konsep keputusan: pengaduan beralasan, petugas ditegur, layanan diperbaiki.",
    "Konsep keputusan disusun berdasarkan hasil klarifikasi dan bukti yang ada.",
)
DECISIONS: dict[Finding, tuple[str, ...]] = {
    Finding.SUBSTANTIATED: (
        "Standar pelayanan tidak dipenuhi. Petugas ditegur tertulis dan prosedur di loket diperbaiki.",
        "Keterangan saksi dan catatan antrean menguatkan pengaduan. Pengaduan dinyatakan terbukti.",
    ),
    Finding.PARTLY_SUBSTANTIATED: (
        "Sebagian pengaduan terbukti: keterlambatan memang terjadi, tetapi tidak ditemukan permintaan uang.",
        "Sikap petugas terbukti tidak patut; hal lain tidak dapat dibuktikan.",
    ),
    Finding.NOT_SUBSTANTIATED: (
        "Rekaman kamera dan catatan pelayanan tidak menunjukkan kejadian seperti yang diadukan.",
        "Pelayanan diberikan sesuai standar dan urutan antrean. Pengaduan tidak terbukti.",
    ),
    Finding.SETTLED: (
        "Kedua pihak sepakat. Layanan diselesaikan hari itu juga dan permintaan maaf disampaikan.",
    ),
    Finding.ANSWERED: ("Informasi yang diminta terlampir dalam surat ini.",),
}
FOLLOW_UPS = (
    "Petugas sudah ditegur dan mengikuti pengarahan pelayanan.",
    "Papan standar dan tarif sudah dipasang ulang di ruang tunggu.",
    "Dokumen Saudara sudah diperbaiki dan dapat diambil tanpa biaya.",
)
OBJECTIONS = (
    "Saya keberatan: saksi yang saya sebutkan tidak pernah dihubungi.",
    "Keputusan tidak menyentuh permintaan uang yang saya laporkan. Mohon diperiksa kembali.",
)
WITHDRAWALS = (
    "Urusan saya sudah selesai secara baik-baik.",
    "Saya mencabut pengaduan karena sudah mendapat penjelasan.",
    "",
)
ARCHIVE_ANSWERS = (
    "Terima kasih atas usulnya. Akan kami bahas dalam rapat pelayanan bulan ini.",
    "Masukan Saudara kami teruskan kepada bagian perencanaan.",
)
TRANSFERS = (
    ("Itwasda Polda Banten", "R/{number}/ITWASDA"),
    ("Samsat Kota Serang", ""),
    ("Pengadilan Negeri Serang", ""),
    ("Polres Cilegon", "B/{number}/POLRES CLG"),
)
REJECTIONS = {
    "duplicate": "Pengaduan ini sama dengan pengaduan Saudara sebelumnya dan digabungkan dengan nomor itu.",
    "too_vague": "Setelah diminta, uraian tetap tidak menyebut kejadian, waktu, atau layanan yang dimaksud. "
    "Saudara dapat mengajukan kembali dengan uraian yang lebih jelas.",
    "before_court": "Pokok pengaduan sedang diperiksa pengadilan. Setelah ada putusan, Saudara dapat mengadu "
    "kembali mengenai pelayanannya.",
}
