"""Around the demo's answers: letters, owners with due dates, the TPI's sheet, last year's documents."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from functools import partial
from random import Random

from app.demo.world import World
from app.queries.assessments import get_worksheet
from app.services.assessment_duties import Owner, give_duty
from app.services.assessments import answer_indicator
from app.services.evidence_files import SealedFiles, seal_content
from app.services.evidence_items import Document, attach_evidence
from app.services.tpi_answers import enter_tpi_answer
from reports.wbk.worksheet import Kind
from workflows.snapshot import Actor

Act = tuple[datetime, Callable[[datetime], object]]

OWNERS = {"A1": "pimpinan", "A2": "siwas", "A4": "pimpinan", "A5": "sipropam", "A6": "spkt"}
"""Component → unit that sees to it; what is left has no owner yet."""
TPI_SHARE = 0.2
LAST_YEARS = (
    ("Keputusan Kapolresta tentang agen perubahan", ("A1.P.iv.a",)),
    ("Standar pelayanan SIM yang ditetapkan", ("A6.P.i.a",)),
    ("Laporan tim pengendalian gratifikasi tahun lalu", ("A5.P.i.a", "A5.P.i.b")),
)


def make_office_work(
    assessment_id: int,
    before: int,
    world: World,
    rng: Random,
    actor: Actor,
    started: datetime,
    as_of: datetime,
) -> list[Act]:
    """Acts of the last weeks, each with its instant.

    :param before: id of last year's assessment
    """
    station = next(one for one in world.stations.values() if one.agency_id == actor.agency_id)
    today = as_of.astimezone(world.zone).date()
    acts = [
        (
            world.at_work(started, 1, rng),
            partial(_own, assessment_id, part, station.units[unit], today, actor),
        )
        for part, unit in OWNERS.items()
    ]
    return [
        *acts,
        *_tpi(assessment_id, world, rng, actor, started),
        *_last_year(before, world, rng, actor, started),
    ]


def _own(assessment_id: int, part: str, unit_id: int, today: date, actor: Actor, at: datetime) -> None:
    worksheet = get_worksheet()
    ids = [one.id for one in worksheet.indicators if worksheet.home_of[one.id] == part]
    due_on = today + timedelta(days=10)
    give_duty(assessment_id, ids, Owner(unit_id=unit_id), due_on, actor=actor, at=at)


def _tpi(assessment_id: int, world: World, rng: Random, actor: Actor, started: datetime) -> Iterator[Act]:
    """What the TPI found on some questions of choice, now and then with a note."""
    sheet_on = world.at_work(started, 30, rng).astimezone(world.zone).date()
    for indicator in get_worksheet().indicators:
        if indicator.kind not in (Kind.SHARE, Kind.INDEX) and rng.random() < TPI_SHARE:
            codes = indicator.option_codes
            value = codes[min(rng.choice((0, 0, 1)), len(codes) - 1)]
            note = "Bukti belum menunjukkan pelaksanaannya." if rng.random() < TPI_SHARE else ""
            at = world.at_work(started, 36, rng)
            yield at, partial(_enter, assessment_id, indicator.id, value, note, sheet_on, actor)


def _enter(
    assessment_id: int,
    indicator_id: str,
    value: str,
    note: str,
    sheet_on: date,
    actor: Actor,
    at: datetime,
) -> None:
    on = min(sheet_on, at.date())
    enter_tpi_answer(assessment_id, indicator_id, value, note, sheet_on=on, seen="", actor=actor, at=at)


def _last_year(before: int, world: World, rng: Random, actor: Actor, started: datetime) -> Iterator[Act]:
    for number, (title, ids) in enumerate(LAST_YEARS, 1):
        signed_on = (started - timedelta(days=400 + 30 * number)).date()
        document = Document(f"{number:03d}/ZI/{signed_on.year}", title, signed_on, "Kapolresta")
        at = world.at_work(started, 1, rng)
        yield at, partial(_keep_last_years, before, ids, document, actor)


def _keep_last_years(
    before: int, ids: tuple[str, ...], document: Document, actor: Actor, at: datetime
) -> None:
    known = [one for one in ids if one in get_worksheet().by_id]
    attach_evidence(before, known, document, sealed=seal_letter(document), actor=actor, at=at)
    for key in known:
        codes = get_worksheet().by_id[key].option_codes
        if codes:
            answer_indicator(before, key, codes[0], "Seperti penilaian lalu.", seen="", actor=actor, at=at)


def seal_letter(document: Document) -> SealedFiles:
    """The letter of a document, one page, in the storage under a key of its own."""
    name = f"{document.number.replace('/', '-')}.pdf"
    return seal_content(name, "application/pdf", make_letter(document))


def make_letter(document: Document) -> bytes:
    """A one-page PDF: number, title, date and signer; plain text of WinAnsi, nothing embedded."""
    dated = document.signed_on.strftime("%d-%m-%Y") if document.signed_on is not None else ""
    lines = ("CONTOH, BUKAN DOKUMEN RESMI", document.number, document.title, dated, document.signer)
    text = "".join(f"({_escaped(line)}) Tj 0 -22 Td " for line in lines)
    stream = f"BT /F1 12 Tf 60 780 Td {text}ET".encode("cp1252", "replace")
    objects = (
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 5 0 R /Resources 6 0 R >>",
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream),
        b"<< /Font << /F1 4 0 R >> >>",
    )
    return _with_table(objects)


def _escaped(line: str) -> str:
    return line.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")


def _with_table(objects: tuple[bytes, ...]) -> bytes:
    """The objects of a PDF with the table that says where each begins."""
    made, places = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, 1):
        places.append(len(made))
        made += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    size = len(objects) + 1
    trailer = b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (size, len(made))
    return made + b"xref\n0 %d\n0000000000 65535 f \n" % size + table + trailer
