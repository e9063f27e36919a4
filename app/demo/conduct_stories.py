"""What the invented complainants write about conduct, and what others ask or suggest."""

from __future__ import annotations

from app.demo.stories import Story

CONDUCT_STORIES = (
    # --- abuse ---------------------------------------------------------------------------
    Story(
        "abuse",
        (),
        "Saat razia di {tempat} saya dituduh membawa senjata tajam dan digeledah di pinggir jalan. Tidak "
        "ditemukan apa pun, tetapi ponsel saya diperiksa tanpa izin.",
        "Merasa dipermalukan di depan umum.",
        "Pemeriksaan terhadap petugas yang bertugas malam itu.",
        names_officer=True,
    ),
    Story(
        "abuse",
        (),
        "Seorang anggota menagih utang pribadi temannya ke rumah saya dengan seragam lengkap. Ia mengancam "
        "akan memproses saya kalau tidak membayar.",
        "Keluarga saya ketakutan.",
        "Tindakan tegas dan jaminan tidak terulang.",
        names_officer=True,
    ),
    Story(
        "abuse",
        (),
        "Kendaraan saya ditahan tiga hari tanpa surat. Setiap kali bertanya dijawab menunggu perintah. "
        "Setelah saya minta surat penahanan, motor tiba-tiba dikembalikan.",
        "Tidak dapat bekerja sebagai pengemudi ojek, sekitar Rp{rupiah}.",
        "Penjelasan tertulis dan ganti rugi.",
    ),
    Story(
        "abuse",
        (),
        "Adik saya dipanggil sebagai saksi tetapi diperiksa sampai dini hari tanpa makan. Ia dibentak supaya "
        "mengaku sesuatu yang tidak dilakukannya.",
        "Adik saya trauma dan tidak masuk sekolah.",
        "Pemeriksaan yang manusiawi dan sanksi bagi pelanggar.",
        names_officer=True,
    ),
    Story(
        "abuse",
        (),
        "Petugas menutup jalan di depan toko saya selama {lama} hari untuk acara yang bukan dinas. Ketika "
        "saya keberatan, saya diancam akan dicari kesalahannya.",
        "Penjualan turun Rp{rupiah}.",
        "Penutupan dihentikan dan diperiksa siapa yang memerintahkan.",
    ),
    # --- corruption ----------------------------------------------------------------------
    Story(
        "corruption",
        (),
        "Untuk mengambil barang bukti yang sudah diputus kembali, saya diminta uang Rp{rupiah} sebagai biaya "
        "perawatan. Tidak ada kuitansi dan diminta tunai.",
        "Uang Rp{rupiah}.",
        "Uang dikembalikan dan petugas diproses.",
        names_officer=True,
    ),
    Story(
        "corruption",
        (),
        "Perkara kecelakaan kami diarahkan damai dengan syarat menyetor Rp{rupiah} kepada perantara yang "
        "menyebut nama seorang anggota.",
        "Ditekan membayar.",
        "Penyelidikan atas aliran uang itu.",
    ),
    Story(
        "corruption",
        (),
        "Denda tilang saya dibayar tunai di tempat Rp{rupiah} tanpa surat tilang. Petugas bilang supaya "
        "tidak repot sidang.",
        "Uang tanpa bukti.",
        "Penertiban pungutan di jalan.",
        names_officer=True,
    ),
    Story(
        "corruption",
        (),
        "Pedagang di sekitar {tempat} diminta iuran mingguan untuk keamanan oleh orang yang mengaku utusan "
        "anggota. Yang tidak membayar didatangi malam hari.",
        "Rp{rupiah} setiap minggu.",
        "Pungutan dihentikan dan pelakunya ditemukan.",
    ),
    # --- bad_service ---------------------------------------------------------------------
    Story(
        "bad_service",
        (),
        "Saya menelepon nomor darurat saat ada perkelahian di {kecamatan}. Tiga kali tidak diangkat, dan "
        "mobil patroli baru datang {lama} jam kemudian.",
        "Dua orang terluka sebelum petugas tiba.",
        "Perbaikan layanan panggilan darurat.",
    ),
    Story(
        "bad_service",
        (),
        "Saya meminta pengawalan pengantaran jenazah ke {kecamatan} dan dijanjikan, tetapi pada harinya "
        "tidak ada yang datang dan telepon tidak diangkat.",
        "Keluarga terlambat ke pemakaman.",
        "Permintaan maaf dan kepastian prosedur.",
    ),
    Story(
        "bad_service",
        (),
        "Izin keramaian untuk kegiatan warga kami ajukan sebulan sebelumnya. Jawaban baru datang sehari "
        "sebelum acara, dan isinya meminta berkas yang sudah kami serahkan.",
        "Acara ditunda dan sewa tenda hangus Rp{rupiah}.",
        "Batas waktu jawaban yang ditepati.",
    ),
    Story(
        "bad_service",
        (),
        "Barang temuan berupa {barang} saya serahkan ke pos, tetapi ketika pemiliknya datang petugas "
        "mengatakan tidak pernah menerima.",
        "Pemilik dirugikan dan saya dituduh mengambil.",
        "Pencatatan barang temuan yang benar.",
    ),
    # --- discriminatory ------------------------------------------------------------------
    Story(
        "discriminatory",
        (),
        "Saya penyandang tuli. Petugas menolak menulis dan menyuruh saya datang dengan orang yang bisa "
        "bicara. Pendamping saya diminta keluar ruangan.",
        "Tidak dapat melapor sendiri.",
        "Layanan yang dapat dipakai penyandang disabilitas.",
    ),
    Story(
        "discriminatory",
        (),
        "Karena logat saya dari luar Banten, petugas menyindir pendatang suka bikin masalah dan memeriksa "
        "identitas saya dua kali, padahal orang lain tidak.",
        "Merasa dibedakan.",
        "Pembinaan agar semua diperlakukan sama.",
        names_officer=True,
    ),
    Story(
        "discriminatory",
        (),
        "Pengemudi angkutan kecil selalu dihentikan di {tempat}, sedangkan mobil pribadi yang melanggar hal "
        "yang sama dibiarkan lewat.",
        "Kehilangan penumpang hampir setiap hari.",
        "Penindakan yang tidak pilih-pilih.",
    ),
    Story(
        "discriminatory",
        (),
        "Laporan saya sebagai pekerja rumah tangga ditanggapi dengan tawa. Majikan saya yang datang kemudian "
        "langsung dilayani di ruang pimpinan.",
        "Laporan kekerasan tertunda.",
        "Laporan saya diproses sama seperti yang lain.",
    ),
    # --- wrong_discretion ----------------------------------------------------------------
    Story(
        "wrong_discretion",
        (),
        "Perselisihan lahan yang sedang disidangkan tetap diarahkan mediasi oleh petugas, dan kami ditekan "
        "menandatangani surat damai pada {hari} malam.",
        "Surat itu dipakai lawan di pengadilan.",
        "Surat dibatalkan dan petugas dievaluasi.",
        names_officer=True,
    ),
    Story(
        "wrong_discretion",
        (),
        "Pelaku pencurian ponsel dilepas malam itu juga dengan alasan masih kerabat warga. Kami korban tidak "
        "diberi tahu dan tidak pernah menandatangani apa pun.",
        "Ponsel senilai Rp{rupiah} belum kembali.",
        "Dasar pelepasan dijelaskan.",
    ),
    Story(
        "wrong_discretion",
        (),
        "Petugas menghentikan hajatan kami pukul {jam} padahal izin masih berlaku sampai malam, sementara "
        "acara di sebelah dibiarkan.",
        "Kerugian konsumsi dan sewa Rp{rupiah}.",
        "Penjelasan mengapa izin tidak dihormati.",
    ),
    Story(
        "wrong_discretion",
        (),
        "Rekayasa lalu lintas di {tempat} mendadak diubah sehingga ambulans yang membawa ibu saya memutar "
        "jauh. Petugas di lokasi tidak mau membuka jalan.",
        "Ibu saya terlambat ditangani.",
        "Aturan pengecualian bagi kendaraan darurat.",
    ),
)
"""On conduct: several a kind, for all five of the Kompolnas regulation."""

URGENT_STORIES = (
    Story(
        "abuse",
        (),
        "Sejak saya melapor minggu lalu, dua orang tak dikenal menunggu di depan rumah dan mengirim pesan "
        "supaya laporan dicabut. Saya takut keluar rumah.",
        "Saya dan anak tidak berani keluar rumah.",
        "Perlindungan segera.",
        names_officer=True,
    ),
    Story(
        "corruption",
        (),
        "Setelah menolak setoran, kios saya dilempari dan saya diancam akan dibakar malam ini. Orang itu "
        "menyebut nama seorang anggota.",
        "Kios rusak, Rp{rupiah}.",
        "Pengamanan malam ini juga.",
    ),
    Story(
        "abuse",
        (),
        "Kakak saya ditahan tanpa surat sejak {hari} dan butuh obat jantung setiap hari. Petugas jaga "
        "menolak menerima obatnya.",
        "Nyawa kakak saya terancam.",
        "Obat diberikan dan penahanannya diperiksa.",
    ),
)
"""Danger to life, or a threat."""

INFORMATION_REQUESTS = (
    "Mohon dijelaskan apakah SKCK dapat diambil oleh orang lain dengan surat kuasa, dan apa saja syaratnya.",
    "Saya ingin mengetahui jumlah laporan kehilangan yang diterbitkan tahun lalu untuk keperluan penelitian.",
    "Apakah pemegang SIM dari provinsi lain dapat memperpanjang di sini, dan berapa lama prosesnya?",
    "Mohon salinan standar pelayanan SPKT yang berlaku sekarang beserta dasar hukumnya.",
    "Saya ingin tahu jadwal SIM keliling di {kecamatan} bulan ini.",
    "Bagaimana cara mengajukan izin keramaian untuk pengajian akbar, dan berapa hari sebelumnya?",
    "Mohon informasi anggaran perbaikan ruang pelayanan tahun ini.",
    "Apakah sidik jari untuk {pekerjaan} dapat dilakukan pada {hari}?",
)
"""Requests for information."""

ASPIRATIONS = (
    "Saya mengusulkan loket khusus lansia dan penyandang disabilitas pada pagi hari.",
    "Sebaiknya hasil ujian teori SIM langsung dicetak supaya peserta tahu di mana salahnya.",
    "Mohon ada dispenser air minum dan kipas di ruang tunggu, terutama pada {hari} yang ramai.",
    "Usul saya, nomor antrean dapat dipantau lewat ponsel agar tidak menumpuk di depan loket.",
    "Terima kasih kepada petugas yang membantu ibu saya. Semoga pelayanan seperti ini dipertahankan.",
    "Mohon patroli malam di sekitar {tempat} ditambah pada akhir pekan.",
)
"""Suggestions."""
