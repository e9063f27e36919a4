"""What each way of treating an identity means, before one is chosen: who sees it, when, and what it costs."""

from __future__ import annotations

from flask_babel import gettext as _

from app.forms.words import IDENTITY_MODES, ROLES
from app.services.access import IDENTITY_READERS
from workflows.vocabulary import IdentityMode, Role

SHOWN = (IdentityMode.WITHHELD, IdentityMode.OPEN, IdentityMode.ANONYMOUS)
"""Columns of the comparison; the right to be withheld comes first (UU 25/2009 Pasal 42 ayat (5))."""


def readers_of(mode: IdentityMode) -> str:
    """Offices that may open an identity treated so, by the same rule that lets them."""
    readers = IDENTITY_READERS[mode]
    return ", ".join(str(ROLES[role]) for role in Role if role in readers)


def mode_heads() -> list[dict[str, str]]:
    """Heads of the columns."""
    return [{"text": ""}, *({"text": str(IDENTITY_MODES[mode])} for mode in SHOWN)]


def mode_rows() -> list[list[str]]:
    """Rows of the comparison: what is asked, then the answer for each mode."""
    when = _(
        "Hanya dengan alasan tertulis. Setiap pembukaan tercatat, dan Anda melihatnya di halaman status."
    )
    mailed = _("Surat resmi; surel hanya jika Anda mau.")
    renewed = _("Dapat diganti.")
    formal = _("Pengaduan resmi.")
    return [
        [
            _("Yang dapat tahu siapa Anda"),
            readers_of(IdentityMode.WITHHELD),
            readers_of(IdentityMode.OPEN),
            _("Tidak seorang pun; kami tidak bertanya."),
        ],
        [_("Kapan dibuka"), when, when, _("Tidak pernah.")],
        [
            _("Yang diadukan"),
            _("Tidak diberi tahu siapa Anda."),
            _("Dapat tahu dari pemeriksaan."),
            _("Tidak tahu, kecuali dari cerita Anda."),
        ],
        [
            _("Kedudukan"),
            formal,
            formal,
            _("Informasi; tetap diperiksa dan dijawab."),
        ],
        [_("Kabar"), mailed, mailed, _("Hanya di halaman status; tanya jawab dengan kode bisa.")],
        [_("Kode hilang"), renewed, renewed, _("Tidak dapat diganti. Catat baik-baik.")],
    ]
