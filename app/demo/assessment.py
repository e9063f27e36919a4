"""The integrity-zone work of the demo: answers, documents, recommendations, satisfaction surveys."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from functools import partial
from random import Random
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.demo.agencies import STATION
from app.demo.assessment_work import make_office_work, seal_letter
from app.demo.lives import Life, Step
from app.demo.world import World
from app.models import Recommendation, Service, SurveyRound
from app.queries.assessments import get_worksheet
from app.services.assessments import answer_indicator, start_assessment
from app.services.evidence_items import Document, attach_evidence
from reports.wbk.worksheet import Automation, Indicator, Kind
from workflows.snapshot import Actor

UNANSWERED_SHARE = 0.12
"""Of the indicators, so that a demo shows open ones too."""
ONLY_LINKED = frozenset({3, 8})
"""Of the documents, by their place: without a file, so that the state of their links shows."""
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


def live_assessment(world: World, seed: int, *, as_of: datetime, at_once: bool = False) -> Life:
    """The worksheet of the current year at the main station, mostly answered, as steps of the last weeks.

    :param at_once: all at the last instant, where the log has gone on already
    """
    rng = Random(f"sahut-demo/{seed}/wbk")  # noqa: S311 (a demo, no secret)
    actor = world.stations[STATION].actor("kasiwas")
    year = as_of.astimezone(world.zone).year
    started = as_of if at_once else as_of - timedelta(days=60)
    assessment_id = yield Step(
        started, lambda _: start_assessment(STATION, year, actor=actor, at=started), alone=True
    )
    before = yield Step(
        started, lambda _: start_assessment(STATION, year - 1, actor=actor, at=started), alone=True
    )
    indicators = get_worksheet().indicators
    acts: list[tuple[datetime, Callable[[datetime], object]]] = []
    for indicator in indicators:
        if not _left_open(indicator, rng):
            at = world.at_work(started, rng.randint(0, 35), rng)
            acts.append((at, _answering(assessment_id, indicator, rng, actor)))
    acts += _attaching(assessment_id, [indicator.id for indicator in indicators], world, rng, actor, started)
    acts += make_office_work(assessment_id, before, world, rng, actor, started, as_of)
    for at, act in sorted(acts, key=lambda pair: pair[0]):
        at = as_of if at_once else at
        yield Step(at, lambda _, at=at, act=act: act(at), alone=True)  # type: ignore[misc]


def _answering(
    assessment_id: int, indicator: Indicator, rng: Random, actor: Actor
) -> Callable[[datetime], object]:
    value, note = _answer(indicator, rng), rng.choice(NOTES)
    return lambda at: answer_indicator(assessment_id, indicator.id, value, note, seen="", actor=actor, at=at)


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


def _attaching(
    assessment_id: int, ids: Sequence[str], world: World, rng: Random, actor: Actor, started: datetime
) -> list[tuple[datetime, Callable[[datetime], object]]]:
    acts: list[tuple[datetime, Callable[[datetime], object]]] = []
    for number, (title, signer) in enumerate(DOCUMENTS, 1):
        signed_on = (started - timedelta(days=rng.randint(5, 200))).date()
        has_file = number not in ONLY_LINKED
        document = Document(
            number=f"{number:03d}/ZI/{signed_on.year}",
            title=title,
            signed_on=signed_on,
            signer=signer,
            url="" if has_file else f"https://dokumen.srg.contoh.example/zi/{number:03d}.pdf",
            valid_until=signed_on + timedelta(days=730) if number % 2 else None,
        )
        chosen = rng.sample(list(ids), k=rng.randint(1, 4))
        act = partial(_attach, assessment_id, chosen, document, actor, has_file)
        acts.append((world.at_work(started, number, rng), lambda at, act=act: act(at=at)))  # type: ignore[misc]
    return acts


def _attach(
    assessment_id: int,
    chosen: Sequence[str],
    document: Document,
    actor: Actor,
    has_file: bool,
    *,
    at: datetime,
) -> int:
    sealed = seal_letter(document) if has_file else None
    return attach_evidence(assessment_id, chosen, document, sealed=sealed, actor=actor, at=at)


def make_surveys(session: Session, agency_id: int, today: date) -> None:
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
