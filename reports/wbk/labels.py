"""Short Indonesian words for codes in narrow columns; the full labels of law stand in the law data."""

from collections.abc import Mapping

from reports.rows import ClockStatus, EvidenceStatus, TrackedOrigin, TrackedStatus
from workflows.vocabulary import (
    Binding,
    ClosureReason,
    ComplaintClass,
    Confidence,
    Finding,
    PublicState,
    Substate,
)

CLASSES: Mapping[ComplaintClass, str] = {
    ComplaintClass.SERVICE: "Pelayanan",
    ComplaintClass.SUPERVISORY: "Berkadar pengawasan",
    ComplaintClass.INFORMATION_REQUEST: "Permintaan informasi",
    ComplaintClass.ASPIRATION: "Aspirasi",
    ComplaintClass.URGENT: "Darurat",
    ComplaintClass.OMBUDSMAN_CASE: "Perkara Ombudsman",
    ComplaintClass.KOMPOLNAS_CASE: "Keluhan Kompolnas",
    ComplaintClass.ADMINISTRATIVE_OBJECTION: "Keberatan administratif",
    ComplaintClass.DATA_SUBJECT_REQUEST: "Permintaan subjek data",
    ComplaintClass.DATA_BREACH: "Kegagalan pelindungan data",
}

STATES: Mapping[PublicState, str] = {
    PublicState.RECEIVED: "Diterima",
    PublicState.ASSIGNED: "Ditugaskan",
    PublicState.INVESTIGATED: "Diperiksa",
    PublicState.RESOLVED: "Selesai",
}

SUBSTATES: Mapping[Substate, str] = {
    Substate.SUBMITTED: "Masuk",
    Substate.ACKNOWLEDGED: "Tanda terima terbit",
    Substate.VERIFYING: "Verifikasi",
    Substate.AWAITING_COMPLETION: "Menunggu kelengkapan",
    Substate.COMPLETE: "Berkas lengkap",
    Substate.CLASSIFIED: "Sudah ditelaah",
    Substate.DISPOSITIONED: "Disposisi",
    Substate.ACCEPTED_BY_UNIT: "Diterima unit",
    Substate.REASSIGNED: "Dialihkan",
    Substate.TRANSFER_PENDING: "Usul penerusan",
    Substate.CLARIFICATION: "Klarifikasi",
    Substate.AWAITING_COMPLAINANT_INFO: "Menunggu keterangan pelapor",
    Substate.HEARING: "Dengar pendapat",
    Substate.SEPARATE_HEARING: "Dengar pendapat terpisah",
    Substate.FIELD_CHECK: "Pemeriksaan lapangan",
    Substate.REVIEW: "Reviu",
    Substate.DECISION_DRAFTED: "Konsep keputusan",
    Substate.DECIDED: "Diputus",
    Substate.DECISION_DELIVERED: "Keputusan disampaikan",
    Substate.FOLLOW_UP_RUNNING: "Tindak lanjut berjalan",
    Substate.CLOSED: "Ditutup",
    Substate.CLOSED_WITHDRAWN: "Ditutup: dicabut",
    Substate.CLOSED_LAPSED: "Ditutup: dianggap mencabut",
    Substate.CLOSED_REJECTED: "Ditutup: ditolak",
    Substate.CLOSED_TRANSFERRED: "Ditutup: diteruskan",
    Substate.CLOSED_ARCHIVED: "Ditutup: diarsipkan",
}

FINDINGS: Mapping[Finding, str] = {
    Finding.SUBSTANTIATED: "Terbukti",
    Finding.PARTLY_SUBSTANTIATED: "Terbukti sebagian",
    Finding.NOT_SUBSTANTIATED: "Tidak terbukti",
    Finding.SETTLED: "Disepakati",
    Finding.ANSWERED: "Dijawab",
}

REASONS: Mapping[ClosureReason, str] = {
    ClosureReason.DECIDED: "Diputus dan disampaikan",
    ClosureReason.COMPENSATION_PAID: "Ganti rugi dibayar",
    ClosureReason.LAPSED: "Tidak dilengkapi dalam 30 hari",
    ClosureReason.WITHDRAWN: "Dicabut pelapor",
    ClosureReason.NO_JURISDICTION: "Bukan kewenangan",
    ClosureReason.DUPLICATE: "Ganda",
    ClosureReason.TOO_VAGUE: "Tidak jelas",
    ClosureReason.NON_SUPERVISORY_ANSWERED: "Tidak berkadar, dijawab",
    ClosureReason.BEFORE_COURT: "Di pengadilan",
    ClosureReason.NO_REPLY: "Pelapor tidak menanggapi",
    ClosureReason.ANSWERED: "Dijawab",
}

BINDINGS: Mapping[Binding, str] = {
    Binding.STATUTE: "Undang-undang",
    Binding.REGULATION: "Peraturan",
    Binding.GUIDELINE: "Pedoman",
    Binding.LOCAL: "Kebijakan setempat ◆",
}

CLOCK_STATES: Mapping[ClockStatus, str] = {
    ClockStatus.RUNNING: "Berjalan",
    ClockStatus.MET: "Dipenuhi tepat waktu",
    ClockStatus.BREACHED: "Lewat tenggat",
    ClockStatus.MET_LATE: "Dipenuhi terlambat",
    ClockStatus.VOID: "Gugur",
}

EVIDENCE_STATES: Mapping[EvidenceStatus, str] = {
    EvidenceStatus.VALID: "✓ Sah",
    EvidenceStatus.UNCHECKED: "○ Belum diperiksa",
    EvidenceStatus.EXPIRED: "✗ Kedaluwarsa",
    EvidenceStatus.UNREACHABLE: "✗ Tautan tidak terbuka",
    EvidenceStatus.REJECTED: "✗ Ditolak",
}

ORIGINS: Mapping[TrackedOrigin, str] = {
    TrackedOrigin.EVALUATION: "Evaluasi penanganan pengaduan",
    TrackedOrigin.SURVEY: "Tindak lanjut survei (SKM)",
    TrackedOrigin.EXAMINATION: "Tindakan korektif LHP Ombudsman",
    TrackedOrigin.OMBUDSMAN: "Rekomendasi Ombudsman",
}

TRACKED_STATES: Mapping[TrackedStatus, str] = {
    TrackedStatus.RUNNING: "Berjalan",
    TrackedStatus.OVERDUE: "Lewat tenggat",
    TrackedStatus.REPORTED: "Dilaporkan, belum diperiksa",
    TrackedStatus.DONE: "Selesai",
}

MARKS: Mapping[Confidence, str] = {
    Confidence.VERIFIED: "",
    Confidence.LIKELY: " ◇",
    Confidence.RECONSTRUCTED: " ◆",
}
"""Set behind what is not verified law."""

MARK_LEGEND = (
    "◇ dugaan (satu sumber, belum dicek ke naskah)   ◆ kebijakan setempat (disusun sendiri, wajib diperiksa)"
)

MONTHS = (
    "Januari",
    "Februari",
    "Maret",
    "April",
    "Mei",
    "Juni",
    "Juli",
    "Agustus",
    "September",
    "Oktober",
    "November",
    "Desember",
)
