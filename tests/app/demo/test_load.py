"""The demo: the same for the same seed, sound by every check, with a case in every state."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app import create_app, ops
from app.demo import agencies
from app.demo.load import DemoRefused, Loaded, load_demo
from app.demo.people import DEMO_ACCOUNTS, PASSWORD
from app.extensions import db
from app.models import (
    Agency,
    Answer,
    Attachment,
    AuditEntry,
    CaseEvent,
    Complainant,
    Complaint,
    Deadline,
    EvidenceItem,
    Notice,
    OutboxItem,
    Recommendation,
    Service,
    SurveyRound,
    User,
)
from app.services.accounts import sign_in
from config import Environment, Settings
from tests.app.demo.soundness import assert_log_verifies, computed_clocks, stored_clocks
from tests.factories import PASSWORD_MEMORY_KIB
from tests.support.apps import make_app
from tests.support.databases import Kind, dispose, fresh_database
from tests.support.run import once, run_folder
from workflows.vocabulary import Event, Role, Substate

AS_OF = datetime.fromisoformat("2026-03-17T11:00+07:00")
"""Tuesday 17 March 2026: the day before the joint leave of Nyepi and Idul Fitri begins."""
COUNT = 75


@pytest.fixture(scope="module")
def loaded() -> Any:
    """One demo for all tests that only look, loaded once a run."""
    folder = run_folder() / "demo"
    note = folder / "url"
    with once("demo") as mine:
        if mine:
            folder.mkdir()
            with fresh_database("sqlite", folder) as database:
                app = _app(folder, database.url)
                with app.app_context():
                    load_demo(complaints=COUNT, seed=1, as_of=AS_OF)
                dispose(app)
            note.write_text(database.url)
    app = _app(folder, note.read_text())
    yield app
    dispose(app)


@pytest.fixture
def demo(loaded: Flask) -> Any:
    """A session on it."""
    with loaded.app_context():
        yield db.session()


def _app(folder: Path, url: str, environment: Environment = Environment.TEST) -> Flask:
    return make_app(
        Settings(
            environment=environment,
            instance_path=folder / "instance",
            database_url=url,
            password_memory_kib=PASSWORD_MEMORY_KIB,
        )
    )


def test_there_are_as_many_complaints_as_asked_for(demo: Session) -> None:
    assert demo.scalar(select(func.count()).select_from(Complaint)) == COUNT


def test_every_state_that_a_case_can_rest_in_is_there(demo: Session) -> None:
    found = set(demo.scalars(select(Complaint.substate).distinct()))
    # `submitted` lasts no longer than its own transaction: the receipt follows at once.
    assert found == {substate.value for substate in Substate} - {Substate.SUBMITTED.value}


def test_every_event_of_the_table_happened(demo: Session) -> None:
    found = set(demo.scalars(select(CaseEvent.event).distinct()))
    assert {event.value for event in Event} - found <= {Event.GIVE_DOCUMENTS.value}


def test_some_duties_are_overdue_and_some_soon_due(demo: Session) -> None:
    open_cases = select(func.count()).select_from(Complaint).where(Complaint.closed_at.is_(None))
    assert demo.scalar(open_cases.where(Complaint.queue_due_at < AS_OF)) > 0
    assert demo.scalar(open_cases.where(Complaint.queue_due_at >= AS_OF, Complaint.queue_due_at < SOON)) > 0
    assert demo.scalar(select(func.count()).where(Deadline.breached_at.isnot(None))) > 0


SOON = datetime.fromisoformat("2026-04-17T00:00+07:00")


def test_officers_act_in_office_hours_of_working_days(demo: Session, loaded: Flask) -> None:
    from app.queries.calendars import get_calendar

    agency = demo.scalars(select(Agency).where(Agency.code == agencies.STATION)).one()
    calendar = get_calendar(demo, agency)
    urgent = select(Complaint.id).where(Complaint.in_danger)
    acts = demo.scalars(
        select(CaseEvent.at).where(CaseEvent.actor_id.isnot(None), CaseEvent.complaint_id.not_in(urgent))
    ).all()
    local = [at.astimezone(calendar.zone) for at in acts]
    assert len(local) > 300
    wrong = [at for at in local if not calendar.is_working(at.date()) or not 8 <= at.hour < 16]
    # A letter that lay at the desk is received on the day it came.
    received = set(demo.scalars(select(Complaint.received_at)))
    assert [at for at in wrong if at not in received] == []


def test_the_whole_log_verifies(demo: Session) -> None:
    assert_log_verifies(demo)
    assert demo.scalar(select(func.count()).select_from(AuditEntry)) > 800


def test_stored_clocks_are_what_the_rules_compute(demo: Session) -> None:
    for complaint in demo.scalars(select(Complaint)):
        assert stored_clocks(demo, complaint) == computed_clocks(demo, complaint, AS_OF), complaint.number


def test_nothing_of_the_past_is_sent(demo: Session) -> None:
    found = demo.execute(select(OutboxItem.status, func.count()).group_by(OutboxItem.status)).all()
    assert [status for status, _ in found] == ["dropped"]


def test_identities_are_sealed_and_tips_have_none(demo: Session) -> None:
    sealed = select(Complainant.identity_mode, func.count(Complainant.name_sealed))
    rows = demo.execute(sealed.group_by(Complainant.identity_mode)).all()
    modes = {str(row[0]): int(row[1]) for row in rows}
    assert modes["open"] > 0
    assert modes["withheld"] > 0
    assert modes["anonymous"] == 0


def test_the_station_has_its_services_with_fourteen_components_each(demo: Session) -> None:
    station = demo.scalars(select(Agency).where(Agency.code == agencies.STATION)).one()
    services = demo.scalars(select(Service).where(Service.agency_id == station.id)).all()
    assert {service.code for service in services} == {"spkt", "skck", "sim"}
    for service in services:
        assert [standard.component_no for standard in service.standards] == list(range(1, 15))
        assert all(standard.text_id and standard.text_en for standard in service.standards)
        assert all(product.fee_idr is not None for product in service.products)


def test_the_integrity_zone_work_is_there(demo: Session) -> None:
    for model in (Answer, EvidenceItem, Recommendation, SurveyRound, Attachment, Notice):
        assert demo.scalar(select(func.count()).select_from(model)) > 0, model


def test_everybody_has_a_line_above_to_the_head(demo: Session) -> None:
    people = {user.id: user for user in demo.scalars(select(User))}
    heads = []
    for user in people.values():
        if user.agency.kind != "polres":
            continue
        while user.superior_id is not None:
            user = people[user.superior_id]
        heads.append(user.roles[0].role)
    assert set(heads) == {Role.APPROVER.value}


@pytest.mark.parametrize("username", DEMO_ACCOUNTS)
def test_the_demo_accounts_sign_in(demo: Session, username: str) -> None:
    user_id = sign_in(username, PASSWORD, at=AS_OF)
    assert user_id is not None
    assert not demo.get_one(User, user_id).must_change_password


def test_a_second_load_changes_nothing(demo: Session) -> None:
    assert load_demo(complaints=5, seed=9, as_of=AS_OF) == Loaded(fresh=False, complaints=COUNT)


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_the_same_seed_gives_the_same_year(kind: Kind, tmp_path: Path) -> None:
    years = [_year(kind, tmp_path / str(turn), seed=4) for turn in range(2)]
    other = _year("sqlite", tmp_path / "other", seed=5)
    assert years[0] == years[1]
    assert years[0] != other


def _year(kind: Kind, folder: Path, seed: int) -> list[tuple[Any, ...]]:
    folder.mkdir()
    with fresh_database(kind, folder) as database:
        app = _app(folder, database.url)
        with app.app_context():
            load_demo(complaints=8, seed=seed, as_of=AS_OF)
            session = db.session()
            cases = session.execute(
                select(Complaint.number, Complaint.substate, Complaint.narrative, Complaint.received_at)
            )
            events = session.execute(
                select(CaseEvent.complaint_id, CaseEvent.event, CaseEvent.at, CaseEvent.actor_id)
            )
            found = sorted(map(tuple, cases)) + sorted(map(tuple, events), key=str)
        dispose(app)
    return found


def test_production_refuses_the_demo(tmp_path: Path) -> None:
    with fresh_database("sqlite", tmp_path) as database:
        production = replace(
            Settings(
                environment=Environment.TEST, instance_path=tmp_path / "instance", database_url=database.url
            ),
            environment=Environment.PRODUCTION,
            public_url="https://lapor.example.go.id",
        )
        app = create_app(production)
        with app.app_context():
            with pytest.raises(DemoRefused, match="production"):
                load_demo(complaints=1, as_of=AS_OF)
            assert db.session().scalar(select(func.count()).select_from(Agency)) == 0
        dispose(app)


@pytest.mark.database("sqlite")
def test_a_database_with_other_data_is_left_alone(session: Session) -> None:
    from tests.factories import make_station

    make_station()
    with pytest.raises(DemoRefused, match="not_empty"):
        load_demo(complaints=1, as_of=AS_OF)
    assert ops.demo_mark() is None


@pytest.mark.database("sqlite")
def test_half_a_demo_is_told(session: Session) -> None:
    from app.database import unit_of_work
    from app.models import Setting

    with unit_of_work() as unit:
        unit.add(Setting(key=ops.DEMO_KEY, agency_id=None, value=ops.DEMO_LOADING, updated_at=AS_OF))
    with pytest.raises(DemoRefused, match="half"):
        load_demo(complaints=1, as_of=AS_OF)
