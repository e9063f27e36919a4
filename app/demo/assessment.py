"""The integrity-zone work of the demo: answers, documents, recommendations, satisfaction surveys."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from random import Random
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.database import run_in_unit
from app.demo.agencies import STATION
from app.demo.world import World
from app.models import Recommendation, Service, SurveyRound
from app.queries.assessments import get_worksheet
from app.services.assessments import Document, answer_indicator, attach_evidence, start_assessment
from reports.wbk.worksheet import Automation, Indicator, Kind

UNANSWERED_SHARE = 0.12
"""Of the indicators, so that a demo shows open ones too."""
NOTES = (
    "Dokumen tersedia di ruang ZI.",
    "Sudah dilaksanakan sejak triwulan pertama.",
    "Perlu diperbarui sebelum penilaian TPI.",
    "",
)
DOCUMENTS = (
    ("Keputusan Kapolresta tentang tim kerja pembangunan zona integritas", "Kapolresta"),
    ("Rencana kerja pembangunan zona integritas", "Ketua tim ZI"),
    ("Laporan monitoring dan evaluasi triwulan", "Kasiwas"),
    ("Peta proses bisnis dan SOP pelayanan SPKT, SKCK, dan SIM", "Kabag Ren"),
    ("Hasil survei kepuasan masyarakat dan tindak lanjutnya", "Kasiwas"),
    ("Maklumat pelayanan dan foto pemasangannya", "Kapolresta"),
    ("Laporan pengendalian gratifikasi", "Kasipropam"),
    ("Daftar hadir dan materi pelatihan budaya pelayanan", "Kabag SDM"),
    ("Laporan penanganan pengaduan masyarakat", "Kasiwas"),
    ("Penetapan indikator kinerja utama", "Kapolresta"),
)
RECOMMENDATIONS = (
    "Atur ulang giliran piket SPKT agar pelayanan surat kehilangan tidak berhenti.",
    "Pasang papan tarif PNBP dan larangan memberi uang di setiap loket.",
    "Tetapkan petugas pendamping bagi penyandang disabilitas di ruang SIM.",
    "Kirim SP3D paling lambat hari kerja ke-15 supaya tidak melewati batas.",
    "Buka ruang laktasi dan periksa kebersihannya setiap hari.",
)


def make_assessment(world: World, seed: int, *, as_of: datetime) -> None:
    """The worksheet of the current year at the main station, mostly answered."""
    rng = Random(f"sahut-demo/{seed}/wbk")  # noqa: S311 (a demo, no secret)
    station = world.stations[STATION]
    actor = station.actor("kasiwas")
    year = as_of.astimezone(world.zone).year
    started = as_of - timedelta(days=60)
    assessment_id = start_assessment(STATION, year, actor=actor, at=started)
    indicators = get_worksheet().indicators
    for indicator in indicators:
        if _left_open(indicator, rng):
            continue
        at = started + timedelta(hours=rng.randint(1, 50 * 24))
        value = _answer(indicator, rng)
        answer_indicator(assessment_id, indicator.id, value, rng.choice(NOTES), seen="", actor=actor, at=at)
    _documents(assessment_id, indicators, rng, actor=actor, started=started)
    run_in_unit(lambda session: _surveys(session, station.agency_id, as_of.astimezone(world.zone).date()))


def _left_open(indicator: Indicator, rng: Random) -> bool:
    """What the system can answer by itself is left for somebody to accept."""
    automatic = indicator.system is not None and indicator.system.level is Automation.AUTOMATIC
    return automatic or rng.random() < UNANSWERED_SHARE


def _answer(indicator: Indicator, rng: Random) -> Any:
    if indicator.kind is Kind.INDEX:
        return round(rng.uniform(3.3, 3.8), 2)
    if indicator.kind is Kind.SHARE:
        whole = rng.randint(8, 40)
        values = [
            whole,
            *sorted((rng.randint(whole // 2, whole) for _ in indicator.inputs[1:]), reverse=True),
        ]
        return {item.key: value for item, value in zip(indicator.inputs, values, strict=True)}
    ranked = sorted(indicator.options, key=lambda option: option.score, reverse=True)
    return ranked[min(rng.choice((0, 0, 0, 0, 1, 1, 2)), len(ranked) - 1)].code


def _documents(assessment_id: int, indicators: Any, rng: Random, *, actor: Any, started: datetime) -> None:
    ids = [indicator.id for indicator in indicators]
    for number, (title, signer) in enumerate(DOCUMENTS, 1):
        signed_on = (started - timedelta(days=rng.randint(5, 200))).date()
        document = Document(
            number=f"{number:03d}/ZI/{signed_on.year}",
            title=title,
            signed_on=signed_on,
            signer=signer,
            url=f"https://dokumen.srg.contoh.example/zi/{number:03d}.pdf",
            valid_until=signed_on + timedelta(days=730) if number % 2 else None,
        )
        chosen = rng.sample(ids, k=rng.randint(1, 4))
        attach_evidence(assessment_id, chosen, document, actor=actor, at=started + timedelta(days=number))


def _surveys(session: Session, agency_id: int, today: date) -> None:
    """What evaluations asked for, some of it done; a survey a service, the last one still open."""
    for number, words in enumerate(RECOMMENDATIONS, 1):
        issued = today - timedelta(days=40 * number + 10)
        session.add(
            Recommendation(
                agency_id=agency_id,
                origin="skm" if number % 2 == 0 else "complaint_evaluation",
                number=f"REK/{number:02d}/{issued.year}",
                text=words,
                issued_on=issued,
                due_on=issued + timedelta(days=30),
                done_on=issued + timedelta(days=24) if number > 2 else None,
            )
        )
    services = session.scalars(select(Service).where(Service.agency_id == agency_id).order_by(Service.id))
    for number, service in enumerate(services):
        opened = today - timedelta(days=200 - 70 * number)
        closed = opened + timedelta(days=30)
        reported = closed + timedelta(days=14)
        session.add(
            SurveyRound(
                agency_id=agency_id,
                service_id=service.id,
                opened_on=opened,
                closed_on=closed if closed <= today else None,
                reported_on=reported if reported <= today else None,
                report_number=f"SKM/{number + 1:02d}/{reported.year}" if reported <= today else "",
                respondents=180 + 40 * number,
            )
        )
    session.flush()
