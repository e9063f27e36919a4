"""Log entries about codes, notices and withdrawals, in words that staff and reviewers share."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l

CONTACT_KINDS: dict[str, Any] = {
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
}
