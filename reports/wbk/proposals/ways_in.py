"""The ways in: media A6.P.iii.a, one database A6.P.v.b, use of IT A2.P.ii.c, policy A5.P.iii.a and A5.P.iv.a.

A way in counts as open where a complaint came through it in the year: a way that is only promised is none.
"""

from __future__ import annotations

from collections.abc import Iterable

from reports.rows import CountGroup, Provenance
from reports.wbk.proposals.facts import CaseFact, Facts
from reports.wbk.proposals.figures import case_group, document_group, proposed

SERVICE_IT, POLICY, INTERNAL = "A2.P.ii.c", "A5.P.iii.a", "A5.P.iv.a"
MEDIA, ONE_DATABASE = "A6.P.iii.a", "A6.P.v.b"

ONLINE = frozenset(
    {"web", "email", "whatsapp_local", "social_media", "dumas_presisi", "propam_yanduan", "sp4n_lapor"}
)
OFFLINE = frozenset({"walk_in", "letter", "box", "phone_sms"})
"""Codes of the law data; what other bodies forward (Ombudsman, Kompolnas, DPRD) is neither."""
SP4N = "sp4n_lapor"
NO_CASES = "Belum ada pengaduan yang masuk lewat Sahut pada tahun ini; tidak ada yang dapat diusulkan."


def media(facts: Facts) -> Provenance:
    """A6.P.iii.a: online and offline ways in, officers, tickets A; no tickets B; no officers C; offline D."""
    lived = facts.lived
    online, offline = _through(lived, ONLINE), _through(lived, OFFLINE)
    tickets = [one for one in lived if one.channel == SP4N and one.has_ticket]
    officers = facts.station.intake_officers
    answer: str | None
    if not lived:
        answer, why = None, NO_CASES
    elif not offline:
        answer = None
        why = "Belum ada pengaduan luring; pilihan lembar kerja tidak mengenal kanal daring saja."
    elif not online:
        answer, why = "D", "Pengaduan tahun ini hanya masuk lewat kanal luring."
    elif not officers:
        answer, why = "C", "Kanal luring dan daring terpakai; belum ada akun petugas penerima."
    elif not tickets:
        answer = "B"
        why = (
            f"Kanal luring dan daring terpakai, {officers} petugas penerima; "
            "belum ada pengaduan bernomor SP4N-LAPOR!"
        )
    else:
        answer = "A"
        why = (
            f"Kanal luring dan daring terpakai, {officers} petugas penerima, "
            f"{len(tickets)} pengaduan bernomor SP4N-LAPOR!"
        )
    return proposed(
        MEDIA,
        answer,
        facts.period,
        query="Pengaduan menurut kanal masuk, petugas penerima, dan nomor tiket SP4N-LAPOR!",
        chosen=f"diterima {facts.period.words}, tanpa riwayat impor; petugas = akun aktif berperan penerima "
        "saat ditarik",
        groups=(
            case_group("luring", "Lewat kanal luring", offline),
            case_group("daring", "Lewat kanal daring", online),
            case_group("sp4n", "Bernomor SP4N-LAPOR!", tickets),
        ),
        why=why,
    )


def one_database(facts: Facts) -> Provenance:
    """A6.P.v.b: ``Ya`` where complaints of online and offline ways in stand in this one database."""
    lived = facts.lived
    online, offline = _through(lived, ONLINE), _through(lived, OFFLINE)
    both = bool(online and offline)
    if both:
        ways = len({one.channel for one in lived})
        why = f"{len(lived)} pengaduan dari {ways} kanal, luring dan daring, tersimpan di satu basis data."
    elif lived:
        why = "Pengaduan baru tercatat dari satu jenis kanal; itu belum menunjukkan penyatuan."
    else:
        why = NO_CASES
    return proposed(
        ONE_DATABASE,
        "Ya" if both else None,
        facts.period,
        query="Pengaduan di basis data Sahut menurut kanal masuk",
        chosen=f"diterima {facts.period.words}, tanpa riwayat impor",
        groups=(
            case_group("semua", "Semua pengaduan", lived),
            case_group("luring", "Lewat kanal luring", offline),
            case_group("daring", "Lewat kanal daring", online),
        ),
        why=why,
    )


def service_it(facts: Facts) -> Provenance:
    """A2.P.ii.c: ``B`` where the system is in use; ``A`` asks for an innovation, which people must judge."""
    lived, received = facts.lived, facts.received
    return proposed(
        SERVICE_IT,
        "B" if lived else None,
        facts.period,
        query="Pengaduan yang ditangani di Sahut, terhadap semua pengaduan tahun ini",
        chosen=f"diterima {facts.period.words}; ditangani di Sahut = bukan riwayat impor",
        groups=(
            case_group("ditangani", "Ditangani di Sahut", lived),
            case_group("semua", "Semua pengaduan", received),
        ),
        why=f"{len(lived)} dari {len(received)} pengaduan tahun ini ditangani di sistem milik satuan. "
        "Pilihan A menuntut inovasi; itu Anda yang menyatakan."
        if lived
        else NO_CASES,
    )


def policy_applied(facts: Facts) -> Provenance:
    """A5.P.iii.a: ``B`` where complaints run through Sahut and the procedure (SOP) is attached; else nothing.

    The worksheet data allows ``A`` for an innovation; Sahut can't judge that it is one.
    """
    lived, documents = facts.lived, facts.documents_of(POLICY)
    if not lived:
        why = NO_CASES
    elif not documents:
        why = "Sahut dipakai, tetapi SOP penanganan pengaduan belum dilampirkan pada indikator ini."
    else:
        ways = len({one.channel for one in lived})
        why = (
            f"{len(lived)} pengaduan dari {ways} kanal ditangani di Sahut dan SOP terlampir. Pilihan A "
            "menuntut inovasi; itu Anda yang menyatakan."
        )
    return proposed(
        POLICY,
        "B" if lived and documents else None,
        facts.period,
        query="Pengaduan yang ditangani di Sahut, dan dokumen kebijakan (SOP) pada indikator ini",
        chosen=f"diterima {facts.period.words}, tanpa riwayat impor; dokumen yang berlaku pada "
        f"{facts.period.cut_off.isoformat()}",
        groups=(
            case_group("ditangani", "Ditangani di Sahut", lived),
            document_group("kebijakan", "Dokumen kebijakan terlampir", documents),
        ),
        why=why,
    )


def internal_reports(facts: Facts) -> Provenance:
    """A5.P.iv.a: ``B`` where reports from inside have a way of their own and the policy is attached.

    Counts alone: nothing of a report from inside is ever shown, so the figure has no list.
    """
    ways, documents = facts.station.internal_channels, facts.documents_of(INTERNAL)
    if not ways:
        why = "Sahut tidak membuka kanal pelapor internal (WBS); jawaban tidak dapat diusulkan dari sini."
    elif not documents:
        why = "Kanal pelapor internal terbuka; kebijakan WBS belum dilampirkan pada indikator ini."
    else:
        why = "Kanal pelapor internal terbuka dan kebijakan WBS terlampir."
    return proposed(
        INTERNAL,
        "B" if ways and documents else None,
        facts.period,
        query="Kanal pelapor internal yang dibuka di Sahut, dan dokumen kebijakan pada indikator ini",
        chosen=f"kanal dalam data hukum yang berlaku; dokumen yang berlaku pada "
        f"{facts.period.cut_off.isoformat()}",
        groups=(
            CountGroup("kanal", "Kanal pelapor internal", ways),
            document_group("kebijakan", "Dokumen kebijakan terlampir", documents),
        ),
        why=why,
    )


def _through(cases: Iterable[CaseFact], channels: frozenset[str]) -> list[CaseFact]:
    return [one for one in cases if one.channel in channels]
