"""Documents over time: what supported what at an instant, corrections, duplicates, verdicts, links."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import date, timedelta

import pytest
from flask import current_app
from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from app.database import unit_of_work
from app.extensions import db
from app.models import EvidenceLink, EvidenceLinkSpan, LinkCheck
from app.queries.carry_over import find_earlier_answer, list_undecided
from app.queries.evidence import get_evidence, list_evidence, view_evidence
from app.security.vault import new_case_key
from app.services.assessment_access import AssessmentRefused
from app.services.assessments import answer_indicator, start_assessment
from app.services.carry_over import decide_carry_over
from app.services.evidence_files import SealedFiles, read_evidence_file, without_copy
from app.services.evidence_items import (
    Document,
    attach_evidence,
    correct_evidence,
    judge_evidence,
    link_evidence,
    unlink_evidence,
)
from app.services.files import store_file
from app.services.link_checks import AGAIN_IF_NOT, AGAIN_IF_OPEN, LINK_CHECKS_SETTING, check_links
from app.services.link_probe import Probe
from app.services.policies import set_policy
from reports.rows import EvidenceStatus
from reports.wbk.evidence_rules import Finding, LinkOutcome
from tests import factories
from tests.factories import MONDAY, Station
from workflows.errors import CaseNotVisible

pytestmark = pytest.mark.database("sqlite")

DAY = timedelta(days=1)
KEY, OTHER = "A1.P.i.a", "A1.P.i.b"
LINK = "https://bukti.example.go.id/1.pdf"
LETTER = Document("Kep/12/I/2026", "SK Tim Kerja", date(2026, 1, 12), "Kapolresta", LINK)
PDF = b"%PDF-1.4\n1 0 obj\n<< /Type /Catalog >>\nendobj\ntrailer\n<< /Root 1 0 R >>\n%%EOF\n"


@pytest.fixture
def station(session: Session) -> Station:
    return factories.make_station()


@pytest.fixture
def assessment(station: Station) -> int:
    return start_assessment("SRG", 2026, actor=station.actor("kasiwas"), at=MONDAY)


def sealed(*texts: bytes) -> SealedFiles:
    """Text files, sealed under a key of their own."""
    key = new_case_key()
    return SealedFiles(
        tuple(without_copy(store_file(io.BytesIO(text), f"{n}.txt", key)) for n, text in enumerate(texts)),
        key,
    )


def supported(assessment: int, days: float) -> dict[str, tuple[str, ...]]:
    """Title of each document → what it supports, so many days after Monday."""
    rows = list_evidence(db.session(), assessment, MONDAY + days * DAY)
    return {row.title: row.indicator_ids for row in rows}


@pytest.mark.database("sqlite", "postgresql")
def test_an_earlier_instant_has_the_documents_that_stood_then(station: Station, assessment: int) -> None:
    kasiwas = station.actor("kasiwas")
    first = attach_evidence(assessment, (KEY,), LETTER, actor=kasiwas, at=MONDAY + DAY)
    link_evidence(assessment, OTHER, first, actor=kasiwas, at=MONDAY + 2 * DAY)
    link_evidence(assessment, OTHER, first, actor=kasiwas, at=MONDAY + 2 * DAY)
    unlink_evidence(assessment, KEY, first, actor=kasiwas, at=MONDAY + 3 * DAY)
    second = correct_evidence(
        first, replace(LETTER, title="SK Tim Kerja ZI"), actor=kasiwas, at=MONDAY + 4 * DAY
    )
    link_evidence(assessment, KEY, second, actor=kasiwas, at=MONDAY + 5 * DAY)
    assert [supported(assessment, days) for days in (0, 1, 2, 3, 4, 5)] == [
        {},
        {"SK Tim Kerja": (KEY,)},
        {"SK Tim Kerja": (KEY, OTHER)},
        {"SK Tim Kerja": (OTHER,)},
        {"SK Tim Kerja ZI": (OTHER,)},
        {"SK Tim Kerja ZI": (KEY, OTHER)},
    ]
    assert get_evidence(db.session(), first, 2026, MONDAY + 4 * DAY).replaced_by == second
    with pytest.raises(AssessmentRefused, match="already_replaced"):
        correct_evidence(first, LETTER, actor=kasiwas, at=MONDAY + 5 * DAY)
    with pytest.raises(AssessmentRefused, match="evidence_unknown"):
        link_evidence(assessment, KEY, first, actor=kasiwas, at=MONDAY + 5 * DAY)


def test_a_link_from_before_spans_were_kept_counts_from_its_item_on(
    station: Station, assessment: int
) -> None:
    kasiwas = station.actor("kasiwas")
    item = attach_evidence(assessment, (KEY,), LETTER, actor=kasiwas, at=MONDAY + DAY)
    with unit_of_work() as unit:
        unit.execute(delete(EvidenceLinkSpan))
    assert [supported(assessment, days) for days in (0, 1)] == [{}, {"SK Tim Kerja": (KEY,)}]
    unlink_evidence(assessment, KEY, item, actor=kasiwas, at=MONDAY + 2 * DAY)
    assert [supported(assessment, days) for days in (0, 1, 2)] == [{}, {"SK Tim Kerja": (KEY,)}, {}]


@pytest.mark.parametrize(
    ("changes", "code", "field"),
    [
        ({"title": " "}, "title_missing", "title"),
        ({"signed_on": date(2026, 3, 3)}, "signed_in_future", "signed_on"),
        ({"url": "javascript:alert(1)"}, "url_unfit", "url"),
        ({"valid_until": date(2026, 1, 11)}, "valid_before_signed", "valid_until"),
    ],
)
def test_what_cannot_be_is_refused_by_its_field(
    station: Station, assessment: int, changes: dict[str, object], code: str, field: str
) -> None:
    document = replace(LETTER, **changes)  # type: ignore[arg-type]
    with pytest.raises(AssessmentRefused, match=code) as refusal:
        attach_evidence(assessment, (KEY,), document, actor=station.actor("kasiwas"), at=MONDAY)
    assert refusal.value.field == field


def test_the_same_document_twice_is_named_with_the_one_that_stands(station: Station, assessment: int) -> None:
    kasiwas, files = station.actor("kasiwas"), sealed(b"Isi surat.")
    first = attach_evidence(assessment, (KEY,), LETTER, sealed=files, actor=kasiwas, at=MONDAY)
    with pytest.raises(AssessmentRefused, match="number_known") as refusal:
        attach_evidence(assessment, (OTHER,), LETTER, actor=kasiwas, at=MONDAY)
    assert refusal.value.known == "Kep/12/I/2026: SK Tim Kerja"
    other = replace(LETTER, number="Kep/13/I/2026")
    with pytest.raises(AssessmentRefused, match="file_known") as refusal:
        attach_evidence(assessment, (OTHER,), other, sealed=sealed(b"Isi surat."), actor=kasiwas, at=MONDAY)
    assert (refusal.value.field, refusal.value.known) == ("files", "Kep/12/I/2026: SK Tim Kerja")
    with pytest.raises(AssessmentRefused, match="file_twice"):
        attach_evidence(assessment, (OTHER,), other, sealed=sealed(b"A", b"A"), actor=kasiwas, at=MONDAY)
    another_day = replace(LETTER, signed_on=date(2026, 2, 12))
    attach_evidence(assessment, (OTHER,), another_day, actor=kasiwas, at=MONDAY)
    correct_evidence(first, replace(LETTER, signer="Wakapolresta"), actor=kasiwas, at=MONDAY + DAY)


def test_files_travel_with_a_correction_and_open_for_whom_they_may(station: Station, assessment: int) -> None:
    kasiwas = station.actor("kasiwas")
    first = attach_evidence(
        assessment, (KEY,), replace(LETTER, url=""), sealed=sealed(b"Isi surat."), actor=kasiwas, at=MONDAY
    )
    second = correct_evidence(first, LETTER, sealed=sealed(b"Lampiran."), actor=kasiwas, at=MONDAY + DAY)
    files = get_evidence(db.session(), second, 2026, MONDAY + DAY).files
    assert [b"".join(read_evidence_file(one.id, actor=kasiwas, at=MONDAY + DAY).chunks) for one in files] == [
        b"Isi surat.",
        b"Lampiran.",
    ]
    assert b"".join(read_evidence_file(files[0].id, actor=station.actor("ombudsman"), at=MONDAY + DAY).chunks)
    other = factories.make_station("CLG", prefix="clg_")
    for stranger in (other.actor("kasiwas"), station.actor("admin")):
        with pytest.raises(CaseNotVisible):
            read_evidence_file(files[0].id, actor=stranger, at=MONDAY + DAY)


def test_an_undated_document_is_kept_and_counts_for_nothing(station: Station, assessment: int) -> None:
    kasiwas = station.actor("kasiwas")
    attach_evidence(assessment, (KEY,), replace(LETTER, signed_on=None), actor=kasiwas, at=MONDAY)
    (view,) = view_evidence(db.session(), assessment, MONDAY)
    assert Finding.UNDATED in view.findings
    assert (view.counts, view.row.status) == (False, EvidenceStatus.REJECTED)


def test_a_verdict_counts_from_its_instant_and_wants_a_reason_against(
    station: Station, assessment: int
) -> None:
    kasiwas = station.actor("kasiwas")
    item = attach_evidence(assessment, (KEY,), LETTER, sealed=sealed(b"Isi surat."), actor=kasiwas, at=MONDAY)
    with pytest.raises(AssessmentRefused, match="reason_missing"):
        judge_evidence(item, False, " ", actor=kasiwas, at=MONDAY + DAY)
    judge_evidence(item, False, "Sudah dicabut.", actor=kasiwas, at=MONDAY + DAY)
    judge_evidence(item, True, actor=kasiwas, at=MONDAY + 2 * DAY)
    stood = [list_evidence(db.session(), assessment, MONDAY + n * DAY)[0].status for n in (0, 1, 2)]
    assert stood == [EvidenceStatus.VALID, EvidenceStatus.REJECTED, EvidenceStatus.VALID]
    with pytest.raises(CaseNotVisible):
        judge_evidence(item, True, actor=station.actor("petugas"), at=MONDAY)


# --- links -----------------------------------------------------------------------------


@pytest.mark.database("sqlite", "postgresql")
def test_links_are_tried_when_they_are_due_and_what_was_found_has_its_instant(
    station: Station, assessment: int
) -> None:
    answers = {LINK: Probe(LinkOutcome.MISSING, 404)}
    tried: list[str] = []

    def probe(url: str) -> Probe:
        tried.append(url)
        return answers[url]

    attach_evidence(assessment, (KEY,), LETTER, actor=station.actor("kasiwas"), at=MONDAY)
    assert list_evidence(db.session(), assessment, MONDAY)[0].status is EvidenceStatus.UNCHECKED
    at = MONDAY + timedelta(minutes=1)
    assert (check_links(at, probe=probe), check_links(at, probe=probe)) == (1, 0)
    assert check_links(at + AGAIN_IF_NOT, probe=probe) == 1
    answers[LINK] = Probe(LinkOutcome.OPEN, 200)
    opened = at + 2 * AGAIN_IF_NOT
    assert check_links(opened, probe=probe) == 1
    assert check_links(opened + AGAIN_IF_OPEN - timedelta(seconds=1), probe=probe) == 0
    assert tried == [LINK, LINK, LINK]
    (then,) = view_evidence(db.session(), assessment, opened - timedelta(seconds=1))
    assert then.row.status is EvidenceStatus.UNREACHABLE
    assert then.check is not None
    assert (then.check.first_at, then.check.last_at) == (at, at + AGAIN_IF_NOT)
    assert list_evidence(db.session(), assessment, opened)[0].status is EvidenceStatus.VALID
    assert db.session().scalar(select(func.count(LinkCheck.id))) == 2


def test_a_house_without_a_way_out_leaves_its_links_unchecked(station: Station, assessment: int) -> None:
    attach_evidence(assessment, (KEY,), LETTER, actor=station.actor("kasiwas"), at=MONDAY)
    opens = Probe(LinkOutcome.OPEN, 200)
    set_policy(LINK_CHECKS_SETTING, "tidak", agency_code="SRG", at=MONDAY)
    assert check_links(MONDAY + DAY, probe=lambda _url: opens) == 0
    assert list_evidence(db.session(), assessment, MONDAY + DAY)[0].status is EvidenceStatus.UNCHECKED
    set_policy(LINK_CHECKS_SETTING, "ya", agency_code="SRG", at=MONDAY + DAY)
    assert check_links(MONDAY + DAY, probe=lambda _url: opens) == 1


def test_our_own_pages_are_not_fetched_and_those_behind_a_door_count_for_nothing(
    station: Station, assessment: int
) -> None:
    base = current_app.config["PUBLIC_URL"]
    kasiwas = station.actor("kasiwas")
    for number, path in enumerate(("/standar-layanan", "/staf/zi", "/staffing")):
        document = Document(str(number), path, date(2026, 1, 1), url=f"{base}{path}")
        attach_evidence(assessment, (KEY,), document, actor=kasiwas, at=MONDAY)

    def never(url: str) -> Probe:
        raise AssertionError(url)

    assert check_links(MONDAY, probe=never) == 3
    found = {row.title: row.status for row in list_evidence(db.session(), assessment, MONDAY)}
    assert found == {
        "/standar-layanan": EvidenceStatus.VALID,
        "/staf/zi": EvidenceStatus.UNREACHABLE,
        "/staffing": EvidenceStatus.VALID,
    }


# --- from year to year -----------------------------------------------------------------


def test_documents_go_on_only_after_somebody_said_so_and_answers_never(station: Station) -> None:
    kasiwas, year_on = station.actor("kasiwas"), MONDAY + 365 * DAY
    old = start_assessment("SRG", 2026, actor=kasiwas, at=MONDAY)
    answer_indicator(old, OTHER, "B", "Tahun lalu.", seen="", actor=kasiwas, at=MONDAY)
    good = attach_evidence(old, (KEY, OTHER), LETTER, actor=kasiwas, at=MONDAY)
    worn = attach_evidence(old, (KEY,), replace(LETTER, number="Kep/9"), actor=kasiwas, at=MONDAY)
    new = start_assessment("SRG", 2027, actor=kasiwas, at=year_on)
    session, agency = db.session(), station.agency_id
    assert [view.row.id for view in list_undecided(session, agency, 2027, year_on)] == [good, worn]
    assert list_evidence(session, new, year_on) == ()
    assert decide_carry_over(new, good, True, actor=kasiwas, at=year_on) == 2
    with pytest.raises(AssessmentRefused, match="reason_missing"):
        decide_carry_over(new, worn, False, actor=kasiwas, at=year_on)
    assert decide_carry_over(new, worn, False, "Diganti.", actor=kasiwas, at=year_on) == 0
    assert list_undecided(session, agency, 2027, year_on) == []
    (row,) = list_evidence(session, new, year_on)
    assert (row.id, row.indicator_ids) == (good, (KEY, OTHER))
    earlier = find_earlier_answer(session, agency, 2027, OTHER, year_on)
    assert earlier is not None
    assert (earlier[0], earlier[1].value, earlier[1].note) == (2026, "B", "Tahun lalu.")
    assert session.scalar(select(func.count(EvidenceLink.evidence_id))) == 5
    with pytest.raises(AssessmentRefused, match="evidence_unknown"):
        decide_carry_over(old, good, True, actor=kasiwas, at=year_on)
