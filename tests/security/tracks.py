"""Examinations of the Ombudsman with one of everything that an address may name, for the attacks."""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta

from sqlalchemy import select

from app.extensions import db
from app.models import CorrectiveAction, OmbudsmanTrack, TrackFile
from app.queries.ombudsman_track import get_track
from app.services.corrective_actions import report_done
from app.services.examination_reports import ActionOrder, Report, record_lhp
from app.services.files import StoredFile, store_file
from app.services.ombudsman_recommendations import record_recommendation
from app.services.ombudsman_track import answer_request, open_agency_track, record_request
from app.services.track_acts import track_key
from tests.app.content.samples import picture
from tests.factories import MONDAY, Station, add_user
from tests.security.world import Case, World, get_actor_of
from workflows.ombudsman import Conclusion, RequestKind
from workflows.vocabulary import Role

DAY = timedelta(days=1)
OTHERS = "clg-pengganti"
"""A coordinator of the other station."""


@dataclass(frozen=True)
class Tracks:
    """Cases whose `Case.ids` name their examination; two of them have no case of their own.

    :ivar own: of `World.own`
    :ivar conflicted: of `World.conflicted`
    :ivar systemic: of the first station, about no case
    :ivar elsewhere: of the other station, about no case
    """

    own: Case
    conflicted: Case
    systemic: Case
    elsewhere: Case


def mark_of(case: Case) -> str:
    """A word that stands in every text of this examination."""
    return f"PERIKSA{case.ids['<int:track_id>']}TANDA"


def add_tracks(world: World) -> Tracks:
    """Examine both cases and both stations; inside an app context."""
    add_user(world.other, OTHERS, Role.COORDINATOR)
    systemic, elsewhere = (
        open_agency_track(
            station.agency_id, "Pola penundaan", actor=get_actor_of("ombudsman"), at=MONDAY + DAY
        )
        for station in (world.station, world.other)
    )
    return Tracks(
        own=examine(world.station, world.own, world.own.number, "pengganti"),
        conflicted=examine(world.station, world.conflicted, world.conflicted.number, "pengganti"),
        systemic=examine(world.station, world.own, systemic, "pengganti"),
        elsewhere=examine(world.other, world.own, elsewhere, OTHERS),
    )


def examine(station: Station, case: Case, place: int | str, answerer: str) -> Case:
    """Ask, be answered, report, order, be told that it is done, recommend: each with a file."""
    reviewer, coordinator = get_actor_of("ombudsman"), get_actor_of(answerer)
    asked = record_request(place, RequestKind.SUMMONS, "Panggilan.", held_on=date(2026, 3, 3),
                           actor=reviewer, at=MONDAY + DAY)  # fmt: skip
    track = track_of(place)
    mark = f"PERIKSA{track}TANDA"

    def file() -> list[StoredFile]:
        session = db.session()
        key = track_key(session, get_track(session, track, reviewer))
        return [store_file(io.BytesIO(picture()), f"{mark}.jpg", key)]

    asked = record_request(track, RequestKind.CLARIFICATION_1, f"Jelaskan {mark}.", number=f"B/{mark}",
                           files=file(), actor=reviewer, at=MONDAY + DAY)  # fmt: skip
    answer_request(asked, f"Jawaban {mark}.", files=file(), actor=coordinator, at=MONDAY + 2 * DAY)
    order = ActionOrder(
        f"Perbaiki {mark}.", station.units["intelkam"], date(2026, 4, 1), officer_id=coordinator.user_id
    )
    report = Report(f"LHP/{mark}", date(2026, 3, 5), Conclusion.FOUND, f"Temuan {mark}.",
                    (("undue_delay", f"Tiga hari {mark}."),), (order,))  # fmt: skip
    lhp = record_lhp(track, report, files=file(), actor=reviewer, at=MONDAY + 3 * DAY)
    action = db.session().scalars(select(CorrectiveAction.id).where(CorrectiveAction.lhp_id == lhp)).one()
    report_done(action, f"Selesai {mark}.", files=file(), actor=coordinator, at=MONDAY + 4 * DAY)
    recommendation = record_recommendation(
        track,
        f"R/{mark}",
        date(2026, 3, 6),
        f"Saran {mark}.",
        files=file(),
        actor=reviewer,
        at=MONDAY + 5 * DAY,
    )
    return replace(
        case,
        ids={
            "<int:track_id>": str(track),
            "<int:request_id>": str(asked),
            "<int:lhp_id>": str(lhp),
            "<int:action_id>": str(action),
            "<int:recommendation_id>": str(recommendation),
            "<int:track_file_id>": str(file_of(track)),
        },
    )


def track_of(place: int | str) -> int:
    """The id of the examination that began with its first act."""
    return place if isinstance(place, int) else max(db.session().scalars(select(OmbudsmanTrack.id)))


def file_of(track: int) -> int:
    """The proof of the corrective action: the one file that a unit may read as well."""
    wanted = select(TrackFile.id).where(TrackFile.track_id == track, TrackFile.step_id.isnot(None))
    return db.session().scalars(wanted).one()


def files_of(case: Case) -> list[int]:
    """Every file of an examination."""
    wanted = select(TrackFile.id).where(TrackFile.track_id == int(case.ids["<int:track_id>"]))
    return list(db.session().scalars(wanted))


def missing(ids: Mapping[str, str]) -> dict[str, str]:
    """Ids of the same parts that nothing has."""
    return dict.fromkeys(ids, "987654")
