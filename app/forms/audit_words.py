"""Entries in the log of a case, in words that staff and reviewers share."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l

from app.forms.words import event_words
from app.queries.case_log import is_event

AUDIT_KINDS: dict[str, Any] = {
    "case.read": _l("Perkara dibuka"),
    "file.read": _l("Berkas dibuka"),
    "identity.read": _l("Identitas pelapor dibuka"),
    "respondent.named": _l("Terlapor dicatat"),
    "sample.judged": _l("Penutupan dinilai Ombudsman (uji petik)"),
    "sample.read": _l("Perkara dibaca untuk uji petik"),
    "allegation.added": _l("Dugaan dicatat"),
    "sla.breach": _l("Tenggat terlewat"),
    "sla.escalation": _l("Tenggat terlewat dilaporkan ke atasan"),
    "code.reissue_requested": _l("Kode baru diminta"),
    "code.reissue_approved": _l("Kode baru disetujui"),
    "code.reissue_stopped": _l("Kode baru dihentikan"),
    "code.reissue_claimed": _l("Kode baru diambil pelapor"),
    "notices.changed": _l("Pilihan pemberitahuan diubah"),
    "notices.address_changed": _l("Alamat surel pelapor diganti"),
    "notices.stopped": _l("Pemberitahuan dihentikan pelapor"),
    "message.added": _l("Keterangan ditambahkan pelapor"),
    "withdrawal.announced": _l("Pencabutan diumumkan pelapor"),
    "withdrawal.undone": _l("Pencabutan dibatalkan pelapor"),
    "withdrawal.void": _l("Pencabutan gugur karena pengaduan sudah selesai"),
    "ori.opened": _l("Pemeriksaan Ombudsman dimulai"),
    "ori.request": _l("Permintaan Ombudsman dicatat"),
    "ori.answer": _l("Permintaan Ombudsman dijawab"),
    "ori.lhp": _l("LHP Ombudsman dicatat"),
    "ori.action": _l("Tindakan perbaikan diminta Ombudsman"),
    "ori.action.note": _l("Kemajuan tindakan perbaikan dicatat"),
    "ori.action.report": _l("Tindakan perbaikan dilaporkan selesai"),
    "ori.action.send_back": _l("Tindakan perbaikan dikembalikan Ombudsman"),
    "ori.action.verify": _l("Tindakan perbaikan diverifikasi Ombudsman"),
    "ori.recommendation": _l("Rekomendasi Ombudsman dicatat"),
    "ori.recommendation.report": _l("Pelaksanaan rekomendasi Ombudsman dilaporkan"),
    "ori.recommendation.assess": _l("Pelaksanaan rekomendasi dinilai Ombudsman"),
    "ori.published": _l("Publikasi Ombudsman dicatat"),
    "ori.breach": _l("Tenggat kepada Ombudsman terlewat"),
    "ori.action.read": _l("Tindakan perbaikan dibuka"),
    "ori.file.read": _l("Berkas pemeriksaan Ombudsman dibuka"),
}
"""Everything that is written into the chain of a case and is no event of the table."""

AGENCY_KINDS: dict[str, Any] = {
    "account.created": _l("Akun dibuat"),
    "account.signed_in": _l("Masuk ke sistem"),
    "account.signed_out": _l("Keluar dari sistem"),
    "account.sign_in_failed": _l("Gagal masuk ke sistem"),
    "account.password_changed": _l("Kata sandi diganti"),
    "account.access_reset": _l("Akses akun dipulihkan"),
    "export.log": _l("Catatan audit diekspor"),
    "export.pack": _l("Paket bukti dibuat"),
    "export.performance": _l("Laporan kinerja diekspor"),
    "export.wbk": _l("Buku kerja WBK diekspor"),
    "log.read": _l("Catatan audit dibaca"),
    "log.seal": _l("Penyegelan diminta"),
    "register.export": _l("Register pengaduan diekspor"),
    "register.import": _l("Register lama diimpor"),
    "sample.drawn": _l("Uji petik penutupan ditarik"),
    "setting.cleared": _l("Kebijakan setempat dikembalikan"),
    "setting.set": _l("Kebijakan setempat diatur"),
    "wbk.answer": _l("Jawaban WBK ditulis"),
    "wbk.answer_withdrawn": _l("Jawaban WBK ditarik"),
    "wbk.duty": _l("Penanggung jawab WBK ditetapkan"),
    "wbk.duty_removed": _l("Penanggung jawab WBK dilepas"),
    "wbk.evidence": _l("Bukti WBK ditautkan"),
    "wbk.evidence_corrected": _l("Bukti WBK diperbaiki"),
    "wbk.evidence_judged": _l("Bukti WBK tahun lalu dinilai"),
    "wbk.evidence_read": _l("Berkas bukti WBK dibuka"),
    "wbk.evidence_removed": _l("Bukti WBK dilepas"),
    "wbk.proposal": _l("Usul sistem WBK diterima atau dikoreksi"),
    "wbk.start": _l("Penilaian WBK dimulai"),
    "wbk.tpi_answer": _l("Jawaban TPI dicatat"),
}
"""Everything that is written into the chain of an agency."""


def audit_words(kind: str) -> str:
    """What a log entry is about; the code itself where it has no words."""
    words = AUDIT_KINDS.get(kind) or AGENCY_KINDS.get(kind)
    if words is not None:
        return str(words)
    return event_words(kind) if is_event(kind) else kind
