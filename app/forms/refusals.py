"""Refusals of the rules in the reader's words: what is missing, and what to do.

The rules give a stable code; this is the only place that turns it into a sentence. Words never say more than
the reader may know: who is excluded, and why, is never named.
"""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.templating import DEFAULT_ZONE, Zone, local_datetime, number_id
from workflows.errors import Refused

MEGABYTE = 1024 * 1024

WORDS: dict[str, Any] = {
    "refused": _l("Tindakan ini tidak dapat dilakukan sekarang."),
    "not_visible": _l("Pengaduan ini tidak ditemukan."),
    "conflict_of_interest": _l("Pengaduan ini tidak ditemukan."),
    "role_not_permitted": _l("Tindakan ini bukan bagian dari tugas Anda."),
    "wrong_state": _l("Keadaan pengaduan sudah berubah, sehingga tindakan ini tidak berlaku lagi."),
    "stale_version": _l(
        "Pengaduan ini berubah sejak Anda membukanya. Periksa perubahannya, lalu kirim lagi."
    ),
    "text_missing": _l("Tulis isinya."),
    "reason_missing": _l("Tulis alasannya."),
    "unit_missing": _l("Pilih unit yang dituju."),
    "unit_has_interest": _l("Unit ini tidak dapat memeriksa pengaduan ini. Pilih unit lain."),
    "unit_unchanged": _l("Pilih unit atau petugas yang berbeda dari sekarang."),
    "class_missing": _l("Pilih jenis pengaduan."),
    "destination_missing": _l("Tulis ke mana pengaduan ini diteruskan; pelapor akan diberi tahu."),
    "file_incomplete": _l(
        "Berkas belum lengkap: isi pengaduan menurut Pasal 42 ayat (3) UU 25/2009 belum semua ada."
    ),
    "not_declared_complete": _l("Berkas belum dinyatakan lengkap."),
    "notice_receipt_unknown": _l("Belum tercatat kapan pelapor menerima pemberitahuan kekurangan."),
    "completion_window_open": _l("Pelapor masih dapat melengkapi berkas."),
    "info_wait_open": _l("Pelapor masih dapat menjawab pertanyaan."),
    "finding_missing": _l("Pilih hasil pemeriksaan."),
    "allegation_without_finding": _l("Beri hasil untuk setiap dugaan."),
    "compensation_incomplete": _l("Ganti rugi perlu jumlah dan tanggal pembayaran."),
    "compensation_not_positive": _l("Jumlah ganti rugi harus lebih dari nol."),
    "compensation_due_past": _l("Tanggal pembayaran ganti rugi sudah lewat."),
    "decider_was_examiner": _l("Yang memeriksa tidak boleh memutus. Minta pejabat lain memutus."),
    "own_service_needs_approver": _l("Pengaduan atas layanan unit sendiri diputus oleh Kapolresta."),
    "own_service_needs_coordinator": _l("Pengaduan atas layanan unit sendiri dirancang oleh Siwas."),
    "closure_reason_missing": _l("Pilih alasan penolakan."),
    "supervisory_not_archived": _l(
        "Pengaduan berkadar pengawasan tidak boleh diarsipkan; salurkan ke pemeriksa."
    ),
    "objection_window_over": _l("Tenggat keberatan sudah lewat."),
    "kind_missing": _l("Pilih jenisnya."),
    "due_missing": _l("Isi batas waktunya."),
    "due_before_issue": _l("Batas waktu tidak boleh sebelum tanggal surat."),
    "due_past": _l("Batas waktu ini sudah lewat."),
    "held_on_missing": _l("Isi tanggal pelaksanaannya."),
    "period_wrong": _l("Hari terakhir tidak boleh sebelum hari pertama, dan periode paling lama setahun."),
    "period_open": _l("Periode ini belum berakhir. Pilih hari terakhir sebelum hari ini."),
    "count_wrong": _l("Pilih banyaknya perkara."),
    "nothing_closed": _l("Tidak ada pengaduan yang ditutup dalam periode ini."),
    "not_sealed": _l("Catatan audit belum punya titik periksa. Segel dahulu, lalu tarik lagi."),
    "outcome_missing": _l("Pilih hasil menurut Anda."),
    "judged_already": _l("Perkara ini sudah dinilai; penilaian tidak diubah."),
    "subject_missing": _l("Tulis pokok pemeriksaan."),
    "number_missing": _l("Tulis nomor surat."),
    "number_known": _l("Nomor ini sudah tercatat."),
    "issued_on_missing": _l("Isi tanggal surat."),
    "issued_in_future": _l("Tanggal surat tidak boleh di masa depan."),
    "conclusion_missing": _l("Pilih kesimpulan pemeriksaan."),
    "finding_missing_lhp": _l("Isi paling sedikit satu temuan."),
    "finding_unknown": _l("Pilih temuan yang ada."),
    "officer_elsewhere": _l("Petugas ini bukan dari unit yang dituju."),
    "officer_unknown": _l("Petugas ini tidak dikenal di satuan ini."),
    "officer_has_interest": _l("Petugas ini tidak dapat melaksanakannya. Pilih petugas lain."),
    "nothing_found": _l("Langkah ini hanya berlaku bila ditemukan maladministrasi."),
    "explanation_asked_before": _l("Penjelasan pertama sudah pernah diminta."),
    "first_request_missing": _l("Penjelasan pertama belum pernah diminta."),
    "first_request_runs": _l("Satuan masih dapat menjawab permintaan pertama."),
    "first_request_answered": _l("Permintaan pertama sudah dijawab."),
    "second_asked_before": _l("Penjelasan kedua sudah pernah diminta."),
    "explanation_runs": _l("Satuan masih dapat memberi penjelasan tertulis."),
    "summoned_three_times": _l("Satuan sudah dipanggil tiga kali (UU 37/2008 Pasal 31)."),
    "right_to_answer_lost": _l("Hak menjawab sudah gugur (UU 37/2008 Pasal 33 ayat (3))."),
    "answered_before": _l("Jawaban sudah dikirim."),
    "nothing_to_answer": _l("Catatan ini tidak meminta jawaban."),
    "own_agency": _l("Anda tidak dapat memeriksa satuan Anda sendiri."),
    "nothing_reported": _l("Belum ada laporan yang dapat dinilai."),
    "action_closed": _l("Tindakan ini sudah terverifikasi."),
    "report_under_review": _l("Laporan sedang dinilai Ombudsman."),
    "proof_missing": _l("Lampirkan bukti: berkas atau tautan."),
    "url_unfit": _l("Tulis alamat web yang lengkap, misalnya https://contoh.go.id/dokumen."),
    "compliance_missing": _l("Pilih penilaiannya."),
    "not_due_yet": _l("Satuan masih dapat melapor."),
    "nothing_neglected": _l("Hanya rekomendasi yang diabaikan dapat dipublikasikan."),
    "published_before": _l("Rekomendasi ini sudah dipublikasikan."),
    "notice_kind_missing": _l("Pilih jenis surat."),
    "notice_sent_missing": _l("Isi tanggal surat dikirim."),
    "notice_sent_in_future": _l("Tanggal kirim tidak boleh di masa depan."),
    "notice_received_missing": _l("Isi tanggal surat diterima."),
    "notice_received_in_future": _l("Tanggal terima tidak boleh di masa depan."),
    "notice_received_before_sent": _l("Tanggal terima tidak boleh sebelum tanggal kirim."),
    "notice_proof_missing": _l("Tulis bukti penerimaan surat."),
    "file_refused": _l("Berkas ini tidak dapat diterima."),
    "file_empty": _l("Berkas ini kosong. Pilih berkas lain."),
    "file_too_large": _l("Berkas ini terlalu besar."),
    "case_files_too_large": _l("Jumlah ukuran semua berkas melebihi batas satu pengaduan."),
    "file_executable": _l("Berkas ini program atau memuat makro, sehingga tidak dapat diterima."),
    "file_type_unknown": _l(
        "Jenis berkas ini tidak diterima. Kirim foto, PDF, dokumen Office, rekaman suara, atau video."
    ),
    "file_old_office": _l(
        "Dokumen Office lama (.doc, .xls, .ppt) tidak diterima. Simpan sebagai PDF, .docx, .xlsx, atau .pptx."
    ),
    "file_ambiguous": _l("Berkas ini terbaca sebagai dua jenis sekaligus, sehingga tidak dapat diterima."),
    "file_unpacks_too_large": _l("Berkas ini membesar secara tidak wajar bila dibuka."),
    "file_damaged": _l("Berkas ini rusak dan tidak dapat dibaca. Kirim salinan lain."),
    "file_infected": _l(
        "Pemeriksa virus menemukan program berbahaya di berkas ini, sehingga tidak diterima."
    ),
    "scanner_unavailable": _l(
        "Pemeriksa virus sedang tidak dapat dihubungi, sehingga berkas belum diterima. Coba lagi nanti."
    ),
    "file_examiner_busy": _l(
        "Banyak berkas sedang diperiksa, sehingga berkas ini belum diterima. Coba lagi sebentar lagi."
    ),
    "file_locked": _l("Berkas ini terkunci kata sandi. Kirim salinan yang tidak terkunci."),
}
"""Code of a refusal → what the reader is told."""


def refusal_words(refusal: Refused, zone: Zone = DEFAULT_ZONE) -> str:
    """What to tell the reader, with the instant at which a window ends where the rules know it.

    :param zone: the agency's zone, for that instant
    """
    words = str(WORDS.get(refusal.code, WORDS["refused"]))
    limit = getattr(refusal, "limit", None)
    if limit is not None:
        words = _("%(words)s Paling besar %(most)s MB.", words=words, most=number_id(limit // MEGABYTE))
    until = getattr(refusal, "until", None)
    if until is None:
        return words
    return _(
        "%(words)s Batasnya %(until)s.",
        words=words,
        until=local_datetime(until, zone, weekday=False),
    )
