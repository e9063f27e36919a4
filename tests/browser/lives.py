"""A case in every state that its complainant can meet it in, led there by the real services."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from app.services import events
from app.services.casework import Outcome
from app.services.lodging import Lodged
from app.services.messages import add_information
from tests.factories import Station, lodge, walk
from workflows.snapshot import complainant_of
from workflows.vocabulary import ClosureReason, Event, IdentityMode, Substate

MINUTE = timedelta(minutes=1)
LONG_STORY = "Saya datang pukul tujuh dan baru dilayani pukul dua siang. " * 340
"""Twenty thousand characters, the longest that the form takes."""
LONG_WORD = "x" * 400
"""A word that no line holds."""

Life = Callable[[Station, datetime], Lodged]


def _until(step: Event | Substate, **changes: object) -> Life:
    def live(station: Station, at: datetime) -> Lodged:
        lodged = lodge(station, at=at, **changes)
        walk(station, lodged.number, step, at=at + timedelta(hours=1))
        return lodged

    return live


def _then(step: Event | Substate | None, act: Callable[[Station, str, datetime], object]) -> Life:
    """Lead a case to that step, then do one thing more."""

    def live(station: Station, at: datetime) -> Lodged:
        lodged = lodge(station, at=at)
        if step is not None:
            walk(station, lodged.number, step, at=at + timedelta(hours=1))
        act(station, lodged.number, at + timedelta(hours=5))
        return lodged

    return live


def _fresh(station: Station, at: datetime) -> Lodged:
    return lodge(station, at=at)


def _ask_completion(station: Station, number: str, at: datetime) -> Outcome:
    by = station.actor("petugas")
    return events.request_completion(number, "Mohon lampirkan bukti bayar.", actor=by, at=at)


def _lapse(station: Station, number: str, at: datetime) -> None:
    asked = _ask_completion(station, number, at)
    events.open_notice(number, asked.notice_ids[0], at=at + MINUTE)
    events.lapse(number, at=at + timedelta(days=60))


def _ask(station: Station, number: str, at: datetime) -> None:
    events.ask_info(number, "Pada jam berapa Anda datang?", actor=station.actor("penyidik"), at=at)


def _object(station: Station, number: str, at: datetime) -> None:
    for letter in range(3):
        add_information(number, f"Keterangan {letter}.", files=(), actor=complainant_of(number), at=at)
    events.object_to_outcome(number, "Saksi tidak didengar.", actor=complainant_of(number), at=at + MINUTE)


def _withdraw(station: Station, number: str, at: datetime) -> None:
    events.withdraw(number, "Sudah selesai.", actor=complainant_of(number), at=at)


def _reject(station: Station, number: str, at: datetime) -> None:
    by = station.actor("kasiwas")
    events.reject(number, ClosureReason.NO_JURISDICTION, "Bukan wewenang kami.", actor=by, at=at)


def _transfer(station: Station, number: str, at: datetime) -> None:
    events.transfer_out(number, "Pemerintah Kota Serang", actor=station.actor("kasiwas"), at=at)


def _long(station: Station, at: datetime) -> Lodged:
    lodged = lodge(station, at=at, narrative=LONG_STORY, loss=LONG_WORD, place=LONG_WORD[:300])
    walk(station, lodged.number, Event.START_EXAMINATION, at=at + timedelta(hours=1))
    for hour in range(3, 27):
        add_information(
            lodged.number,
            f"{LONG_WORD} {LONG_STORY[:900]}",
            files=(),
            actor=complainant_of(lodged.number),
            at=at + timedelta(hours=hour),
        )
    return lodged


LIVES: dict[str, Life] = {
    "fresh": _fresh,
    "urgent": lambda station, at: lodge(station, at=at, in_danger=True),
    "anonymous": lambda station, at: lodge(station, at=at, identity_mode=IdentityMode.ANONYMOUS),
    "incomplete": _then(Event.VERIFY, _ask_completion),
    "complete": _until(Event.DECLARE_COMPLETE),
    "classified": _until(Event.CLASSIFY),
    "accepted": _until(Event.ACCEPT),
    "examined": _until(Event.START_EXAMINATION),
    "asked": _then(Event.START_EXAMINATION, _ask),
    "reviewed": _until(Event.SUBMIT_REVIEW),
    "decided": _until(Event.DECIDE),
    "delivered": _until(Event.DELIVER_DECISION),
    "followed up": _until(Event.FOLLOW_UP),
    "closed": _until(Event.CLOSE),
    "objected": _then(Event.CLOSE, _object),
    "withdrawn": _then(Event.VERIFY, _withdraw),
    "rejected": _then(Event.CLASSIFY, _reject),
    "transferred": _then(Event.CLASSIFY, _transfer),
    "lapsed": _then(Event.VERIFY, _lapse),
    "long": _long,
}
"""By name. All that can be late is late where a life began long ago."""
