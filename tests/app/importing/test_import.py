"""A historic register becomes cases like any other, once, and never tells anybody anything."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.models import (
    Allegation,
    AuditEntry,
    CaseEvent,
    Complaint,
    Deadline,
    ImportBatch,
    OutboxItem,
    Respondent,
)
from app.services import events
from app.services.casework import fire
from app.services.sealing import seal
from app.services.sweep import sweep
from tests.app.demo.soundness import (
    assert_commitments_open,
    assert_log_verifies,
    computed_clocks,
    stored_clocks,
)
from tests.app.importing.support import AT, COMPLAINTS, FINDINGS, run, write
from tests.factories import Station, lodge, make_station
from workflows.audit import parse_entry
from workflows.snapshot import Given
from workflows.vocabulary import Event


@pytest.fixture
def station(session: Session) -> Station:
    """The station that the registers belong to."""
    return make_station()


def case(session: Session, external_number: str) -> Complaint:
    """A case by its number in the register."""
    session.expire_all()
    return session.scalars(select(Complaint).where(Complaint.external_number == external_number)).one()


def count(session: Session, model: type) -> int:
    """Rows of a table."""
    return session.scalar(select(func.count()).select_from(model)) or 0


def test_complaints_become_cases(session: Session, station: Station) -> None:
    report = run(COMPLAINTS)
    assert (report.rows, report.new, report.known, report.refused) == (6, 6, 0, 0)
    first = case(session, "14-0001")
    assert first.number == "SRG-2014-000001"
    assert first.imported
    assert first.import_source == "ppd-cap"
    # Midnight in Philadelphia in winter is 12.00 WIB.
    assert first.received_at == datetime(2014, 1, 6, 5, 0, tzinfo=UTC)
    assert first.recorded_at == AT
    assert first.category == "abuse"
    assert first.complaint_class == "supervisory_complaint"
    assert first.maladministration == "abuse_of_authority"
    assert first.place == "District 35"
    assert first.narrative.startswith("The complainant, QZ")
    assert (first.substate, first.public_state) == ("acknowledged", "received")
    assert (first.channel, first.language, first.identity_mode) == ("letter", "en", "anonymous")
    assert first.declared_complete_at is None
    assert case(session, "14-0002").place == ""
    assert case(session, "15-0002").category is None
    assert "\nweeks after" in case(session, "14-0003").narrative


def test_numbers_are_of_the_year_of_receipt_in_the_zone_of_the_station(
    session: Session, station: Station
) -> None:
    run(COMPLAINTS)
    numbers = {row.external_number: row.number for row in session.scalars(select(Complaint))}
    assert numbers["14-0003"] == "SRG-2014-000003"
    assert numbers["15-0001"] == "SRG-2015-000001"
    # A new complaint of this year begins its own counter.
    assert lodge(station, at=AT).number == "SRG-2026-000001"


def test_findings_say_where_their_cases_stand(session: Session, station: Station) -> None:
    run(COMPLAINTS)
    report = run(FINDINGS, "findings")
    assert (report.rows, report.new, report.known, report.refused, report.cases_touched) == (8, 8, 0, 0, 4)
    states = {
        row.external_number: (row.substate, row.closure_reason, row.finding)
        for row in session.scalars(select(Complaint))
    }
    assert states == {
        "14-0001": ("closed", "decided", "partly_substantiated"),
        "14-0002": ("closed", "decided", "not_substantiated"),
        "14-0003": ("clarification", None, None),
        "15-0001": ("closed", "decided", "substantiated"),
        "15-0002": ("acknowledged", None, None),
        "15-0003": ("acknowledged", None, None),
    }
    assert case(session, "14-0001").closed_at is None


def test_officers_are_told_apart_and_equal_rows_stay_two_allegations(
    session: Session, station: Station
) -> None:
    run(COMPLAINTS)
    run(FINDINGS, "findings")
    people = session.execute(
        select(Complaint.external_number, Respondent.description, func.count(Respondent.id))
        .join(Complaint, Complaint.id == Respondent.complaint_id)
        .group_by(Complaint.external_number, Respondent.description)
    )
    assert {tuple(row) for row in people} == {
        ("14-0001", "Officer AB", 2),
        ("14-0001", "Officer CD", 1),
        ("14-0002", "Officer EF", 1),
        ("14-0003", "Officer GH", 1),
        ("15-0001", "Officer IJ", 1),
    }
    doubled = session.scalars(
        select(Allegation).where(Allegation.complaint_id == case(session, "14-0002").id)
    ).all()
    assert [row.finding for row in doubled] == ["not_substantiated", "not_substantiated"]
    assert len({row.external_row for row in doubled}) == 2
    training = session.scalars(
        select(Allegation).where(Allegation.consequence == "Training/Counseling")
    ).one()
    assert (training.category, training.finding) == ("abuse", "substantiated")
    stored = " ".join(str(row) for row in session.scalars(select(Respondent.import_key)))
    assert "White" not in stored, "what only tells officers apart isn't kept"


def test_a_second_run_adds_nothing(session: Session, station: Station) -> None:
    run(COMPLAINTS)
    run(FINDINGS, "findings")
    before = [count(session, model) for model in (Complaint, Allegation, Respondent, CaseEvent, Deadline)]
    versions = {row.number: row.version for row in session.scalars(select(Complaint))}
    again = run(COMPLAINTS, at=AT + timedelta(days=1))
    findings_again = run(FINDINGS, "findings", at=AT + timedelta(days=1))
    assert (again.new, again.known) == (0, 6)
    assert (findings_again.new, findings_again.known, findings_again.cases_touched) == (0, 8, 0)
    session.expire_all()
    after = [count(session, model) for model in (Complaint, Allegation, Respondent, CaseEvent, Deadline)]
    assert after == before
    assert {row.number: row.version for row in session.scalars(select(Complaint))} == versions


def test_a_longer_register_adds_only_what_is_new(session: Session, station: Station, tmp_path: Path) -> None:
    lines = COMPLAINTS.read_text("utf-8")
    run(COMPLAINTS)
    longer = tmp_path / "longer.csv"
    head, _, rest = lines.partition("\n")
    new = '14-0009,2014-06-01 00:00:00,9, DRUGS,"The complainant, BX, states that evidence was gone."'
    longer.write_text(f"{head}\n{new}\n{rest}", "utf-8")
    report = run(longer)
    assert (report.new, report.known) == (1, 6)
    assert case(session, "14-0009").number == "SRG-2014-000004"


def test_a_dry_run_writes_nothing(session: Session, station: Station) -> None:
    entries = count(session, AuditEntry)
    report = run(COMPLAINTS, dry_run=True)
    assert (report.new, report.dry_run) == (6, True)
    for model in (Complaint, ImportBatch, Deadline, CaseEvent):
        assert count(session, model) == 0
    assert count(session, AuditEntry) == entries


def test_history_has_deadlines_on_provisional_calendars_and_no_alert(
    session: Session, station: Station
) -> None:
    run(COMPLAINTS)
    run(FINDINGS, "findings")
    clocks = session.scalars(select(Deadline)).all()
    assert clocks
    assert all(clock.next_alert_at is None and clock.breached_at is None for clock in clocks)
    verification = session.scalars(
        select(Deadline).where(
            Deadline.complaint_id == case(session, "14-0001").id, Deadline.stage == "verification"
        )
    ).one()
    # Monday 6 January 2014: three working days end on Thursday 9 January.
    assert verification.due_at == datetime(2014, 1, 9, 16, 59, 59, tzinfo=UTC)
    assert verification.provisional_calendar
    for complaint in session.scalars(select(Complaint)):
        assert stored_clocks(session, complaint) == computed_clocks(session, complaint, AT)


def test_nobody_is_told_and_the_sweep_passes_by(session: Session, station: Station) -> None:
    run(COMPLAINTS)
    run(FINDINGS, "findings")
    found = sweep(AT + timedelta(days=400))
    assert (found.warned, found.breached, found.escalated) == (0, 0, 0)
    assert count(session, OutboxItem) == 0


def test_every_case_has_its_history_and_its_entries(session: Session, station: Station) -> None:
    run(COMPLAINTS)
    run(FINDINGS, "findings")
    first = case(session, "14-0001")
    history = session.scalars(
        select(CaseEvent).where(CaseEvent.complaint_id == first.id).order_by(CaseEvent.seq)
    ).all()
    assert [(row.event, row.before, row.after) for row in history] == [
        ("submit", None, "acknowledged"),
        ("close", "acknowledged", "closed"),
    ]
    assert all(row.details["imported"] for row in history)
    entries = session.scalars(
        select(AuditEntry).where(AuditEntry.complaint_id == first.id).order_by(AuditEntry.seq)
    ).all()
    assert [entry.kind for entry in entries] == ["import", "import"]
    facts = parse_entry(entries[0].body.encode("ascii"))["facts"]
    assert facts["commitment"] == first.commitment
    assert facts["source"] == "ppd-cap"
    for complaint in session.scalars(select(Complaint)):
        assert_commitments_open(session, complaint)
    seal(AT + timedelta(minutes=1))
    assert_log_verifies(session)


def test_no_words_of_the_register_stand_in_the_log(session: Session, station: Station) -> None:
    run(COMPLAINTS)
    run(FINDINGS, "findings")
    log = " ".join(session.scalars(select(AuditEntry.body)))
    for word in ("QZ", "Officer", "District", "14-0001", "complaints.csv"):
        assert word not in log


def test_the_batch_says_what_was_read(session: Session, station: Station, tmp_path: Path) -> None:
    path = write(
        tmp_path,
        '20-1,2020-01-06 00:00:00,1, DRUGS,"Satu."',
        '20-2,2020-01-07 00:00:00,1, DRUGS,"Dua."',
        '20-3,06/01/2020,1, DRUGS,"Tiga."',
    )
    report = run(path)
    batch = session.scalars(select(ImportBatch)).one()
    assert (batch.rows_new, batch.rows_known, batch.rows_refused) == (2, 0, 1) == (report.new, 0, 1)
    assert batch.finished_at is not None
    entry = session.scalars(select(AuditEntry).where(AuditEntry.kind == "register.import")).one()
    facts = parse_entry(entry.body.encode("ascii"))["facts"]
    assert facts["file_sha256"] == batch.file_sha256
    assert (facts["rows_new"], facts["rows_refused"]) == (2, 1)


def test_a_case_worked_on_here_keeps_its_state(session: Session, station: Station) -> None:
    run(COMPLAINTS)
    number = case(session, "15-0001").number
    events.verify_file(number, actor=station.actor("petugas"), at=AT + timedelta(hours=1))
    report = run(FINDINGS, "findings", at=AT + timedelta(hours=2))
    assert report.new == 8
    worked_on = case(session, "15-0001")
    assert worked_on.substate == "verifying"
    assert worked_on.closure_reason is None
    assert stored_clocks(session, worked_on) == computed_clocks(session, worked_on, AT + timedelta(hours=2))


def test_the_events_of_the_table_go_on_from_history(session: Session, station: Station) -> None:
    """An imported case is under the same rules: what is not complete is not examined."""
    run(COMPLAINTS)
    number = case(session, "15-0003").number
    fire(number, Event.VERIFY, actor=station.actor("petugas"), at=AT)
    fire(
        number,
        Event.REQUEST_COMPLETION,
        actor=station.actor("petugas"),
        at=AT + timedelta(minutes=5),
        given=Given(text="Mohon dilengkapi."),
    )
    assert case(session, "15-0003").substate == "awaiting_completion"
    assert count(session, OutboxItem) == 0


def test_a_run_that_broke_off_is_finished_by_the_next(
    session: Session, station: Station, tmp_path: Path
) -> None:
    rows = [f'20-{n},2020-01-06 00:00:00,1, DRUGS,"Nomor {n}."' for n in range(1, 1203)]
    path = write(tmp_path, *rows)

    class Killed(Exception):
        pass

    def stop(step: str, done: int, size: int) -> None:
        if step == "menulis" and done > size * 0.9:
            raise Killed

    with pytest.raises(Killed):
        run_with(path, stop)
    session.rollback()
    written = count(session, Complaint)
    assert written == 1000
    report = run(path)
    assert (report.new, report.known) == (202, 1000)
    numbers = session.scalars(select(Complaint.counter).order_by(Complaint.counter)).all()
    assert numbers == list(range(1, 1203))


def run_with(path: Path, progress: object) -> None:
    """Import with a progress that may stop it."""
    from app.importing.importer import import_register
    from app.law import get_law
    from tests.app.importing.support import mapping_of

    import_register(path, mapping_of("complaints"), get_law(), at=AT, progress=progress)  # type: ignore[arg-type]


def test_dates_that_the_register_knows_are_kept(session: Session, station: Station, tmp_path: Path) -> None:
    path = write(
        tmp_path,
        '20-1,2020-01-06 00:00:00,1, LACK OF SERVICE,"Satu.",2020-02-03,2020-02-10',
        header="cap_number,date_received,dist_occurrence,general_cap_classification,summary,decided,closed\n",
    )
    columns = "".join(
        f'[columns.{name}]\nfield = "{name}_at"\nformats = ["%Y-%m-%d"]\n\n' for name in ("decided", "closed")
    )
    run(path, "complaints", ("[columns.summary]", f"{columns}[columns.summary]"))
    closed = case(session, "20-1")
    assert (closed.substate, closed.closure_reason) == ("closed", "decided")
    assert closed.closed_at == datetime(2020, 2, 10, 5, 0, tzinfo=UTC)
    assert closed.decided_at == datetime(2020, 2, 3, 5, 0, tzinfo=UTC)
    assert stored_clocks(session, closed) == computed_clocks(session, closed, AT)
