"""What checks find about a document, in the reader's words; for the station's pages and the reviewers'."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _l

from reports.rows import EvidenceStatus
from reports.wbk.evidence_rules import Finding, LinkOutcome

FINDINGS: Mapping[Finding, Any] = {
    Finding.REJECTED: _l("Dinyatakan tidak berlaku; tidak dihitung sebagai bukti."),
    Finding.UNDATED: _l("Tanpa tanggal; tidak dihitung sebagai bukti."),
    Finding.FUTURE: _l("Tanggalnya belum tiba; tidak dihitung sebagai bukti."),
    Finding.EXPIRED: _l("Masa berlakunya sudah lewat; tidak dihitung sebagai bukti."),
    Finding.NOTHING_TO_OPEN: _l("Tanpa berkas dan tanpa tautan; penilai tidak dapat membukanya."),
    Finding.LINK_CLOSED: _l("Tautannya tidak terbuka; tautan tanpa akses terbuka dihitung tanpa bukti."),
    Finding.LINK_UNCHECKED: _l("Tautannya belum diperiksa."),
    Finding.OTHER_YEAR: _l("Tanggalnya di luar tahun penilaian; pastikan dokumen ini masih dipakai."),
}
FIELD_OF: Mapping[Finding, str] = {
    Finding.UNDATED: "signed_on",
    Finding.FUTURE: "signed_on",
    Finding.EXPIRED: "valid_until",
    Finding.NOTHING_TO_OPEN: "files",
    Finding.LINK_CLOSED: "url",
}
"""Input that mends it."""
OUTCOMES: Mapping[LinkOutcome, Any] = {
    LinkOutcome.OPEN: _l("terbuka untuk siapa saja"),
    LinkOutcome.LOGIN: _l("meminta masuk dengan akun"),
    LinkOutcome.REFUSED: _l("akses ditolak"),
    LinkOutcome.MISSING: _l("halaman tidak ada"),
    LinkOutcome.BROKEN: _l("menjawab dengan galat"),
    LinkOutcome.TIMEOUT: _l("tidak menjawab tepat waktu"),
    LinkOutcome.UNREACHED: _l("alamat tidak ditemukan atau tidak menjawab"),
    LinkOutcome.INSECURE: _l("sertifikatnya tidak sah"),
    LinkOutcome.LOOP: _l("dialihkan tanpa akhir"),
    LinkOutcome.FORBIDDEN: _l("alamat di jaringan dalam; tidak dapat dibuka dari luar"),
}
STATUSES: Mapping[EvidenceStatus, Any] = {
    EvidenceStatus.VALID: _l("sah"),
    EvidenceStatus.UNCHECKED: _l("belum diperiksa"),
    EvidenceStatus.EXPIRED: _l("kedaluwarsa"),
    EvidenceStatus.UNREACHABLE: _l("tautan tidak terbuka"),
    EvidenceStatus.REJECTED: _l("tidak dihitung"),
}
