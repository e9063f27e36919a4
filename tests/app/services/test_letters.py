"""Letters keep their lines: a subject of one line that tells nothing, paragraphs apart."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from app.services import events
from app.services.letters import letter_for
from tests.factories import complaint_of, lodge, make_station, walk
from workflows.vocabulary import ClosureReason, Event, NoticeKind

pytestmark = pytest.mark.database("sqlite")


@pytest.mark.parametrize("language", ["id", "en"])
@pytest.mark.parametrize("kind", list(NoticeKind))
def test_the_subject_is_a_line_of_its_own_and_tells_nothing(
    session: Session, language: str, kind: NoticeKind
) -> None:
    station = make_station()
    number = lodge(station, language=language).number
    subject, body = letter_for(kind, complaint_of(number), text="Petugas meminta uang.\nBukti terlampir.")
    assert len(subject) < 90
    assert "meminta uang" not in subject
    assert body
    assert "\n\n\n" not in body


def test_parts_of_a_decision_stand_apart(session: Session) -> None:
    station = make_station()
    number = lodge(station).number
    walk(station, number, Event.DELIVER_DECISION)
    _subject, body = letter_for(NoticeKind.DECISION, complaint_of(number), text="Terbukti.")
    paragraphs = body.split("\n\n")
    assert paragraphs[0].startswith("Hasil pemeriksaan: ")
    assert paragraphs[1] == "Alasan:\nTerbukti."
    assert paragraphs[-1] == "Kasiwas\nPolresta SRG"


def test_a_rejection_says_why_and_what_next(session: Session) -> None:
    station = make_station()
    number = lodge(station).number
    at = walk(station, number, Event.VERIFY)
    events.reject(
        number,
        ClosureReason.DUPLICATE,
        "Sudah diperiksa.",
        actor=station.actor("kasiwas"),
        at=at + timedelta(hours=1),
    )
    subject, body = letter_for(NoticeKind.DECISION, complaint_of(number), text="Sudah diperiksa.")
    assert subject == f"Jawaban atas pengaduan {number}"
    assert body.split("\n\n")[1] == "Alasan:\nSudah diperiksa."
