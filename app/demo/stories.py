"""What the invented complainants write about the services: one template a story, with slots.

Nobody in them exists. Slots are filled by :mod:`app.demo.texts`.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Story:
    """One complaint in words.

    :ivar category: issue or conduct of the law data
    :ivar services: services where it can happen; empty where no service is concerned
    :ivar names_officer: the text points to one officer, not to a service
    """

    category: str
    services: tuple[str, ...]
    narrative: str
    loss: str
    remedy: str
    names_officer: bool = False


ANY = ("spkt", "skck", "sim")


def _story(category: str, services: tuple[str, ...], narrative: str, loss: str, remedy: str) -> Story:
    return Story(category, services, narrative, loss, remedy)


SERVICE_STORIES = (
    # --- slow ----------------------------------------------------------------------------
    _story(
        "slow",
        ("skck",),
        "Saya mengajukan {produk} pukul {jam}. Di papan standar tertulis satu jam, tetapi sampai loket tutup "
        "berkas saya belum diproses. Saat bertanya, petugas hanya berkata sistem sedang lambat.",
        "Saya izin kerja sehari penuh dan harus kembali lagi keesokan harinya.",
        "Proses {produk} sesuai waktu standar dan penjelasan mengapa terlambat.",
    ),
    _story(
        "slow",
        ("sim",),
        "Perpanjangan SIM yang katanya tiga puluh menit saya jalani hampir {lama} jam. Setelah foto, saya "
        "menunggu tanpa dipanggil, padahal yang datang belakangan sudah selesai.",
        "Kehilangan upah harian sekitar Rp{rupiah}.",
        "Waktu pelayanan ditepati dan antrean foto diatur ulang.",
    ),
    _story(
        "slow",
        ("spkt",),
        "Saya melapor kehilangan {barang} untuk surat keterangan. Petugas menyuruh menunggu karena "
        "pergantian piket. Surat baru jadi {lama} jam kemudian, padahal standarnya sepuluh menit.",
        "Pengurusan di bank tertunda sampai lewat jam kas.",
        "Pergantian piket jangan menghentikan pelayanan surat kehilangan.",
    ),
    _story(
        "slow",
        ("skck",),
        "SKCK untuk melamar {pekerjaan} dijanjikan selesai hari itu. Sampai {hari} berikutnya belum juga "
        "terbit. Saya sudah tiga kali datang dan jawabannya selalu besok.",
        "Lamaran kerja saya hampir ditolak karena berkas kurang.",
        "SKCK segera diterbitkan dan ada kepastian waktu.",
    ),
    _story(
        "slow",
        ("sim",),
        "Ujian teori dijadwalkan pukul {jam}, tetapi baru dimulai {lama} jam kemudian karena petugas "
        "penguji belum datang. Tidak ada pengumuman apa pun di ruang tunggu.",
        "Saya membatalkan janji dengan pelanggan.",
        "Jadwal ujian ditepati dan keterlambatan diumumkan.",
    ),
    # --- report_refused ------------------------------------------------------------------
    _story(
        "report_refused",
        ("spkt",),
        "Motor saya hilang di parkiran {tempat}. Ketika melapor, petugas menolak membuat laporan polisi "
        "karena BPKB masih di perusahaan pembiayaan. Saya hanya diminta membuat surat kehilangan.",
        "Klaim asuransi tidak dapat diproses tanpa laporan polisi.",
        "Laporan polisi dibuatkan dan petugas diingatkan akan kewajibannya.",
    ),
    _story(
        "report_refused",
        ("spkt",),
        "Saya korban penipuan daring sebesar Rp{rupiah}. Petugas piket berkata kasus begini tidak akan "
        "ketemu dan menyarankan saya mengikhlaskan saja. Laporan saya tidak dibuatkan.",
        "Rekening pelaku tidak dapat diblokir karena tidak ada laporan.",
        "Laporan diterima dan diberi nomor.",
    ),
    _story(
        "report_refused",
        ("spkt",),
        "Tetangga merusak pagar rumah saya di {kecamatan}. Petugas meminta saya menyelesaikan sendiri "
        "dengan ketua RT dan tidak mau mencatat laporan, walau saya membawa foto dan saksi.",
        "Pagar rusak dengan biaya perbaikan Rp{rupiah}.",
        "Laporan dicatat dan diberi surat tanda terima.",
    ),
    _story(
        "report_refused",
        ("spkt",),
        "Anak saya dipukul di depan {tempat}. Petugas menyuruh kami ke polsek, polsek menyuruh kembali ke "
        "sini. Dua hari kami dilempar ke sana kemari dan visum jadi terlambat.",
        "Bukti visum melemah karena terlambat.",
        "Ada satu petugas yang menerima laporan tanpa melempar.",
    ),
    # --- extra_requirement ---------------------------------------------------------------
    _story(
        "extra_requirement",
        ("skck",),
        "Untuk {produk} saya diminta surat pengantar dari kelurahan, padahal di daftar syarat tidak ada. "
        "Petugas bilang itu kebijakan baru, tetapi tidak bisa menunjukkan aturannya.",
        "Dua hari bolak-balik ke kelurahan.",
        "Syarat di luar standar dihapus.",
    ),
    _story(
        "extra_requirement",
        ("sim",),
        "Saat perpanjangan saya diminta fotokopi KTP rangkap lima dan map warna tertentu yang hanya dijual "
        "di kantin. Tidak ada ketentuan itu di papan persyaratan.",
        "Biaya tambahan dan waktu terbuang.",
        "Syarat disesuaikan dengan yang diumumkan.",
    ),
    _story(
        "extra_requirement",
        ("spkt",),
        "Surat kehilangan KTP ditolak karena saya tidak membawa surat nikah. Saya bingung apa hubungannya. "
        "Petugas lain kemudian membuatkan tanpa syarat itu.",
        "Kehilangan setengah hari kerja.",
        "Petugas piket memakai daftar syarat yang sama.",
    ),
    _story(
        "extra_requirement",
        ("skck",),
        "Pendaftaran lewat aplikasi sudah lengkap, tetapi di loket saya disuruh mengisi formulir kertas dan "
        "melampirkan foto tambahan tiga lembar. Katanya aplikasi tidak dipakai di sini.",
        "Ongkos cetak foto dan antre dua kali.",
        "Berkas daring diterima sebagaimana mestinya.",
    ),
    # --- illegal_fee ---------------------------------------------------------------------
    _story(
        "illegal_fee",
        ("skck",),
        "Tarif {produk} tertulis Rp30.000, tetapi petugas di loket {loket} meminta Rp{rupiah} tanpa "
        "kuitansi. Ketika saya minta bukti, ia bilang nanti saja kalau ada kembalian.",
        "Membayar lebih dari tarif resmi.",
        "Kelebihan dikembalikan dan petugas ditindak.",
    ),
    _story(
        "illegal_fee",
        ("sim",),
        "Setelah lulus ujian praktik saya diminta uang rokok Rp{rupiah} supaya SIM dicetak hari itu juga. "
        "Saya tidak memberi, dan cetakan saya ditunda sampai {hari}.",
        "SIM terlambat tiga hari.",
        "Pungutan dihentikan dan kejadian diperiksa.",
    ),
    _story(
        "illegal_fee",
        ("spkt",),
        "Saya diminta biaya administrasi Rp{rupiah} untuk surat tanda lapor kehilangan. Setahu saya surat "
        "itu gratis. Petugas menyimpan uangnya di laci tanpa tanda terima.",
        "Uang Rp{rupiah}.",
        "Uang dikembalikan dan diumumkan bahwa layanan ini tidak berbayar.",
    ),
    _story(
        "illegal_fee",
        ("sim",),
        "Untuk {produk} total yang saya bayar Rp{rupiah}, jauh di atas tarif. Rinciannya tidak pernah "
        "diberikan; saya tidak tahu mana biaya negara dan mana biaya tes.",
        "Selisih biaya yang tidak jelas.",
        "Rincian biaya dan pengembalian kelebihan.",
    ),
    _story(
        "illegal_fee",
        ("skck",),
        "Rumus sidik jari yang tidak ada tarifnya dimintai Rp{rupiah} per orang. Semua yang antre pagi itu "
        "diminta membayar, dan tidak ada yang mendapat bukti bayar.",
        "Biaya yang tidak semestinya.",
        "Pemeriksaan atas pungutan sidik jari.",
    ),
    # --- middleman -----------------------------------------------------------------------
    _story(
        "middleman",
        ("sim",),
        "Di depan gerbang saya ditawari calo yang mengaku bisa meloloskan ujian dengan Rp{rupiah}. Di dalam "
        "saya melihat orang itu bebas keluar masuk ruang foto.",
        "Orang yang jujur antre jadi dirugikan.",
        "Calo ditertibkan dan akses ruangan dijaga.",
    ),
    _story(
        "middleman",
        ("skck",),
        "Tukang fotokopi di samping kantor menawarkan jasa SKCK kilat. Berkas titipannya dilayani lebih "
        "dulu daripada nomor antrean kami.",
        "Menunggu {lama} jam lebih lama.",
        "Berkas titipan tidak didahulukan.",
    ),
    _story(
        "middleman",
        ("sim",),
        "Seseorang berpakaian bebas menghampiri di parkiran dan menjamin {produk} tanpa ujian. Ia menyebut "
        "sudah biasa bekerja sama dengan orang dalam.",
        "Rasa percaya pada ujian hilang.",
        "Penyelidikan terhadap orang tersebut dan petugas yang membantunya.",
    ),
    _story(
        "middleman",
        ("sim",),
        "Kakak saya gagal ujian dua kali lalu disarankan petugas menemui seseorang di warung depan. Dengan "
        "Rp{rupiah} SIM-nya jadi dalam satu jam. Saya melapor karena ini berbahaya.",
        "Kerugian bagi keselamatan orang lain.",
        "Praktik itu dihentikan.",
    ),
    # --- rude ----------------------------------------------------------------------------
    _story(
        "rude",
        ("spkt",),
        "Ketika saya melapor sambil menangis, petugas membentak supaya bicara yang jelas. Ia bermain ponsel "
        "selama saya bercerita dan menyuruh saya mengulang dari awal.",
        "Saya merasa direndahkan dan takut melapor lagi.",
        "Permintaan maaf dan pembinaan petugas.",
    ),
    _story(
        "rude",
        ("skck",),
        "Saya bertanya kelengkapan berkas dan dijawab, bisa baca tidak. Orang tua saya yang mengantar ikut "
        "ditertawakan karena tidak paham aplikasi.",
        "Malu di depan banyak orang.",
        "Petugas ditegur dan dilatih melayani.",
    ),
    _story(
        "rude",
        ("sim",),
        "Penguji praktik mengejek cara saya mengendarai motor di depan peserta lain dan menyebut perempuan "
        "memang tidak bakat. Saya jadi gugup dan gagal.",
        "Gagal ujian dan harus mengulang {lama} hari lagi.",
        "Ujian ulang dengan penguji lain.",
    ),
    _story(
        "rude",
        ("sim",),
        "Petugas loket {loket} melempar berkas saya karena kurang satu fotokopi. Saya sudah minta maaf, "
        "tetapi ia tetap membentak dan menyuruh pulang.",
        "Harus datang lagi {hari} berikutnya.",
        "Petugas diberi sanksi yang pantas.",
    ),
    # --- queue_unfair --------------------------------------------------------------------
    _story(
        "queue_unfair",
        ("skck",),
        "Nomor antrean saya {nomor}. Beberapa orang tanpa nomor langsung dipanggil ke loket dan disapa akrab "
        "oleh petugas. Kami yang datang sejak subuh hanya bisa melihat.",
        "Menunggu {lama} jam lebih lama.",
        "Antrean dijalankan sesuai nomor.",
    ),
    _story(
        "queue_unfair",
        ("sim",),
        "Rombongan dari satu perusahaan didahulukan tanpa pemberitahuan. Antrean umum berhenti sekitar "
        "{lama} jam dan banyak yang akhirnya pulang.",
        "Kehilangan satu hari kerja.",
        "Rombongan dijadwalkan di luar antrean umum.",
    ),
    _story(
        "queue_unfair",
        ("spkt",),
        "Saya sudah duduk di depan meja, lalu seseorang yang mengaku kenal kepala jaga didahulukan. Laporan "
        "saya ditunda tanpa penjelasan.",
        "Terlambat menjemput anak sekolah.",
        "Perlakuan yang sama bagi semua pelapor.",
    ),
    _story(
        "queue_unfair",
        ("skck",),
        "Antrean daring pukul {jam} tidak dihargai. Petugas berkata siapa cepat dia dapat, sehingga yang "
        "sudah mendaftar justru di belakang.",
        "Pendaftaran daring jadi tidak berguna.",
        "Jam antrean daring dihormati.",
    ),
    # --- unclear_info --------------------------------------------------------------------
    _story(
        "unclear_info",
        ("sim",),
        "Tidak ada papan tarif dan alur di ruang tunggu. Saya bertanya ke tiga petugas dan mendapat tiga "
        "jawaban berbeda tentang urutan tes kesehatan dan psikologi.",
        "Salah alur dan mengulang dari awal.",
        "Standar pelayanan dipasang di tempat yang terlihat.",
    ),
    _story(
        "unclear_info",
        ("skck",),
        "Jam layanan di media sosial berbeda dengan yang di pintu. Saya datang dari {kecamatan} pada {hari} "
        "dan ternyata loket tutup.",
        "Ongkos perjalanan Rp{rupiah}.",
        "Jam layanan disamakan di semua kanal.",
    ),
    _story(
        "unclear_info",
        ("spkt",),
        "Setelah membuat laporan saya tidak diberi tahu langkah berikutnya dan siapa yang menangani. Nomor "
        "telepon di surat tidak aktif.",
        "Tidak tahu harus bertanya kepada siapa.",
        "Nama dan kontak petugas dicantumkan.",
    ),
    _story(
        "unclear_info",
        ("sim",),
        "Syarat {produk} bagi penyandang disabilitas tidak dijelaskan di mana pun. Petugas loket sendiri "
        "tidak tahu dan meminta saya datang lain kali.",
        "Dua kali datang tanpa hasil.",
        "Informasi tertulis yang jelas.",
    ),
    # --- wrong_data ----------------------------------------------------------------------
    _story(
        "wrong_data",
        ("skck",),
        "Tanggal lahir di SKCK saya tertulis salah. Padahal saya sudah memeriksa di formulir. Ketika minta "
        "perbaikan, saya diminta mendaftar dan membayar ulang.",
        "Berkas lamaran ditolak.",
        "SKCK diperbaiki tanpa biaya.",
    ),
    _story(
        "wrong_data",
        ("sim",),
        "Nama saya di SIM kurang satu huruf dan golongan darah keliru. Petugas berkata nanti diperbaiki "
        "lima tahun lagi saat perpanjangan.",
        "SIM tidak cocok dengan KTP dan ditolak saat menyewa kendaraan.",
        "SIM dicetak ulang dengan data yang benar.",
    ),
    _story(
        "wrong_data",
        ("spkt",),
        "Nomor rangka motor di surat kehilangan salah dua angka. Samsat menolak surat itu. Petugas piket "
        "yang baru tidak mau memperbaiki karena bukan ia yang menulis.",
        "Pengurusan tertunda seminggu.",
        "Surat diperbaiki hari itu juga.",
    ),
    _story(
        "wrong_data",
        ("skck",),
        "Keperluan SKCK tertulis untuk melamar pekerjaan, padahal saya mengajukan untuk {pekerjaan} di luar "
        "negeri. Kedutaan menolak berkas saya.",
        "Jadwal keberangkatan mundur.",
        "Penerbitan ulang yang sesuai.",
    ),
    # --- online_failure ------------------------------------------------------------------
    _story(
        "online_failure",
        ("skck",),
        "Pembayaran lewat aplikasi sudah terpotong, tetapi statusnya tetap menunggu. Loket tidak mau "
        "melayani sebelum status berubah dan menyuruh menghubungi pusat bantuan yang tidak menjawab.",
        "Rp30.000 terpotong tanpa layanan.",
        "Pembayaran diakui dan berkas diproses.",
    ),
    _story(
        "online_failure",
        ("sim",),
        "Aplikasi perpanjangan SIM berhenti di tahap foto. Sudah lima kali saya coba sejak {hari}. Masa "
        "berlaku SIM saya tinggal beberapa hari.",
        "Terancam harus membuat SIM baru.",
        "Jalan keluar sebelum masa berlaku habis.",
    ),
    _story(
        "online_failure",
        ("skck",),
        "Kode antrean dari aplikasi tidak terbaca di mesin loket. Semua orang yang membawa kode diminta "
        "antre manual dari belakang.",
        "Menunggu {lama} jam.",
        "Mesin diperbaiki atau ada cara cadangan.",
    ),
    _story(
        "online_failure",
        ("sim",),
        "Hasil tes psikologi daring tidak masuk ke sistem sehingga saya diminta tes ulang dan membayar "
        "lagi di tempat.",
        "Biaya tes dua kali, Rp{rupiah}.",
        "Hasil tes yang sudah ada diterima.",
    ),
    # --- facility ------------------------------------------------------------------------
    _story(
        "facility",
        ("sim",),
        "Ruang tunggu tidak memiliki jalur kursi roda. Ayah saya harus diangkat tiga anak tangga dan tidak "
        "ada petugas yang membantu.",
        "Ayah saya hampir jatuh.",
        "Jalur landai dan petugas pendamping.",
    ),
    _story(
        "facility",
        ("skck",),
        "Ruang laktasi terkunci dan dipakai menyimpan kardus. Saya menyusui bayi di tangga darurat selama "
        "menunggu.",
        "Bayi saya kepanasan dan menangis.",
        "Ruang laktasi dibuka sebagaimana fungsinya.",
    ),
    _story(
        "facility",
        ("spkt",),
        "Toilet pengunjung rusak dan air mati. Keluarga korban yang menunggu sampai malam tidak punya "
        "tempat yang layak.",
        "Menunggu dalam keadaan tidak layak.",
        "Perbaikan toilet dan air minum di ruang tunggu.",
    ),
    _story(
        "facility",
        ("sim",),
        "Lintasan uji praktik berlubang dan tergenang setelah hujan. Saya tergelincir dan dinyatakan gagal.",
        "Motor lecet dan harus ujian ulang.",
        "Lintasan diperbaiki dan ujian saya diulang.",
    ),
    # --- no_progress_notice --------------------------------------------------------------
    _story(
        "no_progress_notice",
        ("spkt",),
        "Laporan pencurian saya sudah {lama} bulan tanpa kabar. Saya tidak pernah menerima SP2HP dan setiap "
        "datang petugasnya selalu sedang di luar.",
        "Tidak tahu nasib perkara.",
        "SP2HP dikirim dan ada penjelasan.",
    ),
    _story(
        "no_progress_notice",
        ("spkt",),
        "Sejak laporan diterima saya hanya mendapat satu pesan singkat. Barang bukti saya masih di kantor "
        "dan tidak ada keterangan kapan dikembalikan.",
        "{barang} tidak dapat dipakai bekerja.",
        "Perkembangan tertulis dan kejelasan barang bukti.",
    ),
    _story(
        "no_progress_notice",
        ("spkt",),
        "Penyidik yang menangani laporan kami dipindahkan dan penggantinya tidak memegang berkas. Kami "
        "diminta menceritakan ulang semuanya.",
        "Perkara mundur dari awal.",
        "Serah terima berkas dan pemberitahuan resmi.",
    ),
    _story(
        "no_progress_notice",
        ("spkt",),
        "Saya melapor penggelapan pada {hari} awal tahun. Sudah dua kali bersurat menanyakan perkembangan, "
        "tidak satu pun dijawab.",
        "Kerugian Rp{rupiah} belum ada kejelasan.",
        "Jawaban tertulis atas surat saya.",
    ),
    # --- test_result ---------------------------------------------------------------------
    _story(
        "test_result",
        ("sim",),
        "Saya dinyatakan gagal teori dengan nilai yang tidak diperlihatkan. Layar langsung mati sebelum "
        "hasil muncul dan petugas menolak menunjukkan rekapnya.",
        "Harus membayar perjalanan ulang Rp{rupiah}.",
        "Hasil ujian diperlihatkan dan diperiksa.",
    ),
    _story(
        "test_result",
        ("sim",),
        "Pada ujian praktik kaki saya tidak turun, tetapi dicatat turun dua kali. Ada rekan yang merekam "
        "dengan ponsel dan videonya menunjukkan sebaliknya.",
        "Gagal dan menunggu {lama} hari untuk mengulang.",
        "Penilaian ditinjau dengan rekaman.",
    ),
    _story(
        "test_result",
        ("sim",),
        "Peserta sebelum saya melakukan kesalahan yang sama tetapi diluluskan. Ketika saya bertanya, penguji "
        "menjawab itu kewenangannya.",
        "Diperlakukan tidak sama.",
        "Ukuran penilaian yang jelas dan ujian ulang.",
    ),
    _story(
        "test_result",
        ("sim",),
        "Komputer ujian mati di soal ke-{nomor} dan jawaban saya hilang. Saya dianggap menjawab salah semua.",
        "Kesempatan ujian hangus.",
        "Ujian diulang tanpa menunggu.",
    ),
)
"""On services: several a kind of issue, for all thirteen."""
