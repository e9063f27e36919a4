"""The Ombudsman's track of the demo: requests on a case, and a systemic examination with an LHP.

Three corrective actions stand in different states: verified, waiting for the reviewer, overdue.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.demo.agencies import STATION
from app.demo.lives import Life, Step
from app.demo.world import World
from app.extensions import db
from app.models import Complaint, ExaminationReport, User
from app.queries.actors import get_actor
from app.services.corrective_actions import note_progress, report_done, verify_action
from app.services.examination_reports import ActionOrder, Report, record_lhp
from app.services.ombudsman_recommendations import record_recommendation
from app.services.ombudsman_track import answer_request, open_agency_track, record_request
from app.services.track_sweep import sweep_tracks
from workflows.ombudsman import Conclusion, RequestKind
from workflows.snapshot import Actor

PROOF = "https://dokumen.srg.contoh.example/ombudsman/giliran-antrean.pdf"


@dataclass(frozen=True, slots=True)
class _Day:
    """An instant in office hours, so many days before the end of the demo."""

    world: World
    as_of: datetime

    def __call__(self, days: int) -> datetime:
        local = (self.as_of - timedelta(days=days)).astimezone(self.world.zone)
        return local.replace(hour=10, minute=15, second=0, microsecond=0).astimezone(self.as_of.tzinfo)

    def on(self, days: int) -> date:
        return self(days).astimezone(self.world.zone).date()


def live_track(world: World, *, as_of: datetime) -> Life:
    """Every act of the track, in order; acts that would fall after `as_of` are left out by the player."""
    day, station = _Day(world, as_of), world.stations[STATION]
    kasiwas = station.actor("kasiwas")
    track = yield _alone(
        day(75),
        lambda at: open_agency_track(
            station.agency_id, "Antrean dan waktu pelayanan SKCK", actor=_reviewer(), at=at
        ),
    )
    first = yield _alone(day(74), lambda at: _ask(track, RequestKind.CLARIFICATION_1, at))
    yield _alone(
        day(66),
        lambda at: answer_request(
            first,
            "Antrean memanjang karena dua petugas loket pindah tugas. Jadwal baru disusun.",
            actor=kasiwas,
            at=at,
        ),
    )
    yield _alone(
        day(60),
        lambda at: record_request(
            track,
            RequestKind.FIELD,
            "Pengamatan loket SKCK tanpa pemberitahuan.",
            held_on=day.on(60),
            actor=_reviewer(),
            at=at,
        ),
    )
    lhp = yield _alone(
        day(45), lambda at: record_lhp(track, _report(station.units, day), actor=_reviewer(), at=at)
    )
    done, reported, late = yield Step(day(45), lambda session: _actions(session, lhp), alone=True)
    for days, action in ((30, done), (6, reported)):
        yield _alone(
            day(days),
            lambda at, action=action: report_done(  # type: ignore[misc]
                action, "Sudah berjalan dan diumumkan di ruang tunggu.", url=PROOF, actor=kasiwas, at=at
            ),
        )
        if action == done:
            yield _alone(
                day(24),
                lambda at: verify_action(done, "Diperiksa di loket.", actor=_reviewer(), at=at),
            )
    yield _alone(
        day(5), lambda at: note_progress(late, "Anggaran papan antrean diajukan.", actor=kasiwas, at=at)
    )
    yield _alone(
        day(4),
        lambda at: record_recommendation(
            track,
            "0003/REK/ORI-BTN",
            day.on(4),
            "Tetapkan dan umumkan batas waktu pelayanan SKCK di setiap loket.",
            actor=_reviewer(),
            at=at,
        ),
    )
    number = yield Step(day(3), _a_case, alone=True)
    if number is not None:
        yield _alone(day(3), lambda at: _ask(number, RequestKind.CLARIFICATION_1, at))
    yield _alone(day(1), sweep_tracks)


def _alone(at: datetime, act: Callable[[datetime], object]) -> Step:
    return Step(at, lambda _session: act(at), alone=True)


def _reviewer() -> Actor:
    session = db.session()
    return get_actor(session, session.scalars(select(User).where(User.username == "ombudsman")).one())


def _ask(place: int | str, kind: RequestKind, at: datetime) -> int:
    words = "Jelaskan penyebab keterlambatan dan langkah yang sudah diambil."
    return record_request(place, kind, words, actor=_reviewer(), at=at)


def _report(units: Mapping[str, int], day: _Day) -> Report:
    head, desk = units["intelkam"], units["siwas"]
    due = day.on(10)
    return Report(
        number="0017/LHP/ORI-BTN",
        issued_on=day.on(46),
        conclusion=Conclusion.FOUND,
        summary="Pemohon SKCK menunggu melebihi standar pelayanan pada enam dari sepuluh hari pengamatan.",
        findings=(
            ("undue_delay", "Waktu tunggu rata-rata tiga jam dari standar satu jam."),
            ("procedural_deviation", "Nomor antrean tidak dipanggil berurutan."),
        ),
        actions=(
            ActionOrder("Atur jadwal giliran petugas loket.", desk, due, finding=0),
            ActionOrder("Panggil pemohon sesuai nomor antrean.", head, due, finding=1),
            ActionOrder("Pasang papan waktu tunggu di ruang SKCK.", head, due, finding=0),
        ),
    )


def _actions(session: Session, lhp_id: int) -> tuple[int, ...]:
    found = db.session().get_one(ExaminationReport, lhp_id)
    return tuple(action.id for action in found.actions)


def _a_case(session: Session) -> str | None:
    """The last complaint of the station that nobody asked about yet."""
    return db.session().scalar(
        select(Complaint.number)
        .where(Complaint.number.like(f"{STATION}-%"), Complaint.imported.is_(False))
        .where(Complaint.closed_at.is_(None))
        .order_by(Complaint.received_at.desc(), Complaint.id.desc())
        .limit(1)
    )
