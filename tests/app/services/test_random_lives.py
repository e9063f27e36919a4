"""Random events by random people at random times: what must hold, holds after every step."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from sqlalchemy import select

from app.extensions import db
from app.law import get_law, get_table
from app.models import AuditEntry, CaseEvent, ClockPoint, Deadline, Notice
from app.queries.calendars import get_calendar
from app.queries.snapshots import get_snapshot
from app.services import events
from app.services.casework import fire
from app.services.clocks import classes_of, get_facts
from app.services.sweep import sweep
from config import Environment, Settings
from tests.factories import MONDAY, complaint_of, lodge, make_station, walk
from tests.support.apps import make_app
from tests.support.databases import dispose, fresh_database
from workflows.audit import verify_chain
from workflows.errors import CaseNotVisible, GuardRefused, Refused, RoleNotPermitted, WrongState
from workflows.permissions import can_see
from workflows.sla import compute_deadlines
from workflows.snapshot import SYSTEM, Actor, Given, complainant_of
from workflows.vocabulary import (
    CITIZEN_CLASSES,
    ClosureReason,
    Event,
    Finding,
    IdentityMode,
    NoticeKind,
    PublicState,
    Substate,
)

STAFF = (
    "petugas", "kasiwas", "kasipropam", "penyidik", "kaspkt", "kasatintelkam", "kasatlantas", "kapolresta",
    "admin", "ombudsman",
)  # fmt: skip
OPEN_EVENTS = tuple(event for event in Event if event != Event.SUBMIT)


def _closes(event: Event) -> bool:
    to = get_table()[event].to
    return to is not None and to.is_closed and event != Event.CLOSE


class LifeOfACase(RuleBasedStateMachine):
    """One case in a database of its own; `now` only goes forward."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = TemporaryDirectory()
        path = Path(self.folder.name)
        self.fresh = fresh_database("sqlite", path)
        database = self.fresh.__enter__()
        self.app = make_app(
            Settings(environment=Environment.TEST, instance_path=path / "instance", database_url=database.url)
        )
        self.context = self.app.app_context()
        self.context.push()
        self.station = make_station()
        self.actors: dict[str, Actor] = {who: self.station.actor(who) for who in STAFF}
        self.now = MONDAY
        self.refused = 0

    def teardown(self) -> None:
        db.session.remove()
        self.context.pop()
        dispose(self.app)
        self.fresh.__exit__(None, None, None)
        self.folder.cleanup()

    @initialize(
        mode=st.sampled_from(IdentityMode),
        category=st.sampled_from(
            ("slow", "illegal_fee", "rude", "abuse", "aspirasi", "permintaan_informasi")
        ),
        service=st.sampled_from(("spkt", "skck", "sim")),
        in_danger=st.booleans(),
        led_to=st.sampled_from(
            (
                None,
                Event.DISPOSE,
                Event.ACCEPT,
                Event.START_EXAMINATION,
                Event.SUBMIT_REVIEW,
                Event.DELIVER_DECISION,
            )
        ),
    )
    def file(
        self, mode: IdentityMode, category: str, service: str, in_danger: bool, led_to: Event | None
    ) -> None:
        lodged = lodge(
            self.station,
            identity_mode=mode,
            category=category,
            service_code=service,
            product_code=None,
            in_danger=in_danger,
        )
        self.number = lodged.number
        if led_to is not None:
            self.now = walk(self.station, self.number, led_to)
        self.actors["pelapor"] = complainant_of(self.number)
        self.actors["orang lain"] = complainant_of("SRG-2026-999999")
        self.actors["sistem"] = SYSTEM

    @rule(
        event=st.sampled_from(OPEN_EVENTS),
        who=st.sampled_from((*STAFF, "pelapor", "orang lain", "sistem")),
        unit=st.sampled_from(("siwas", "sipropam", "spkt", "intelkam", "lantas")),
        complaint_class=st.sampled_from(CITIZEN_CLASSES),
        finding=st.sampled_from((None, *Finding)),
        words=st.sampled_from(("", "isi surat")),
        kind=st.sampled_from(NoticeKind),
    )
    def anybody_tries_anything(
        self,
        event: Event,
        who: str,
        unit: str,
        complaint_class: object,
        finding: Finding | None,
        words: str,
        kind: NoticeKind,
    ) -> None:
        self.attempt(event, who, unit, complaint_class, finding, words, kind)

    @rule(data=st.data())
    def somebody_does_what_is_offered(self, data: st.DataObject) -> None:
        """Lead the case on its way: random tries alone would hardly leave the first substates."""
        case = self.snapshot()
        ways = [
            (event, who)
            for event in OPEN_EVENTS
            if get_table()[event].starts_from(case.substate)
            for who in (*STAFF, "pelapor", "sistem")
            if self.actors[who].roles & get_table()[event].by and can_see(case, self.actors[who])
            if event not in (Event.RECORD_NOTICE, Event.GIVE_DOCUMENTS)
        ]
        onward = [way for way in ways if not _closes(way[0])]
        if onward and data.draw(st.integers(0, 9), label="may close") != 0:
            ways = onward
        if not ways:
            return
        event, who = data.draw(st.sampled_from(ways), label="way")
        unit = data.draw(st.sampled_from(("sipropam", "intelkam", "siwas")), label="unit")
        self.attempt(
            event,
            who,
            unit,
            data.draw(st.sampled_from(CITIZEN_CLASSES)),
            Finding.SETTLED,
            "isi",
            NoticeKind.SP3D,
        )

    @rule(hours=st.sampled_from((1, 9, 30, 24 * 7, 24 * 16, 24 * 31, 24 * 61)))
    def time_passes(self, hours: int) -> None:
        self.now += timedelta(hours=hours)

    @rule()
    def sweep_runs(self) -> None:
        sweep(self.now)

    @rule()
    def complainant_opens_letters(self) -> None:
        complaint = complaint_of(self.number)
        for notice_id in db.session.scalars(
            select(Notice.id).where(Notice.complaint_id == complaint.id, Notice.received_at.is_(None))
        ).all():
            events.open_notice(self.number, notice_id, at=self.now)

    def attempt(
        self,
        event: Event,
        who: str,
        unit: str,
        complaint_class: object,
        finding: Finding | None,
        words: str,
        kind: NoticeKind,
    ) -> None:
        self.now += timedelta(minutes=1)
        actor = self.actors[who]
        before = self.snapshot()
        version = complaint_of(self.number).version
        given = Given(
            text=words,
            reason=words,
            unit_id=self.station.units[unit],
            complaint_class=complaint_class,  # type: ignore[arg-type]
            finding=finding,
            findings={} if finding is None else {allegation.id: finding for allegation in before.allegations},
            closure_reason=ClosureReason.TOO_VAGUE,
            destination=words,
            notice_kind=kind.value,
            sent_at=self.now,
        )
        rule_of = get_law().events[event]
        try:
            outcome = fire(self.number, event, actor=actor, at=self.now, given=given)
        except Refused as refusal:
            self.check_refusal(refusal, event, actor, before)
            assert complaint_of(self.number).version == version, "a refusal wrote something"
            return
        assert actor.roles & set(rule_of.by), f"{who} fired {event}"
        assert get_table()[event].starts_from(before.substate), f"{event} from {before.substate}"
        assert can_see(before, actor)
        assert outcome.version == version + 1
        if event in (Event.START_EXAMINATION, Event.DECIDE):
            assert before.declared_complete_at is not None
        if event == Event.DECIDE:
            assert actor.user_id not in before.examiner_ids
        if event == Event.LAPSE:
            assert before.completion_due_at is not None
            assert self.now > before.completion_due_at

    def check_refusal(self, refusal: Refused, event: Event, actor: Actor, before: object) -> None:
        """Each kind of refusal for its own reason only."""
        if isinstance(refusal, CaseNotVisible):
            assert not can_see(before, actor)  # type: ignore[arg-type]
        elif isinstance(refusal, WrongState):
            assert not get_table()[event].starts_from(before.substate)  # type: ignore[attr-defined]
        else:
            assert isinstance(refusal, (RoleNotPermitted, GuardRefused))

    def snapshot(self):  # type: ignore[no-untyped-def]
        session = db.session()
        session.expire_all()
        return get_snapshot(session, complaint_of(self.number))

    @invariant()
    @precondition(lambda self: hasattr(self, "number"))
    def chain_verifies(self) -> None:
        bodies = db.session.scalars(
            select(AuditEntry.body).where(AuditEntry.chain == f"case:{self.number}").order_by(AuditEntry.seq)
        ).all()
        head = verify_chain([body.encode("ascii") for body in bodies], chain=f"case:{self.number}")
        assert head is not None
        assert head.seq == len(bodies)

    @invariant()
    @precondition(lambda self: hasattr(self, "number"))
    def deadlines_are_what_the_policy_says(self) -> None:
        session = db.session()
        complaint = complaint_of(self.number)
        facts, calendar = get_facts(session, complaint), get_calendar(session, complaint.agency)
        expected = {
            (d.complaint_class, d.stage, d.step, d.occurrence): (d.due_at, d.met_at, d.void_at, d.effective)
            for complaint_class in classes_of(complaint)
            for d in compute_deadlines(get_law(), complaint_class, facts, calendar)
        }
        stored = {
            (d.complaint_class, d.stage, d.step, d.occurrence): (d.due_at, d.met_at, d.void_at, d.effective)
            for d in session.scalars(select(Deadline).where(Deadline.complaint_id == complaint.id))
        }
        assert stored == expected

    @invariant()
    @precondition(lambda self: hasattr(self, "number"))
    def history_explains_the_state(self) -> None:
        complaint = complaint_of(self.number)
        rows = db.session.execute(
            select(CaseEvent.before, CaseEvent.after, CaseEvent.event)
            .where(CaseEvent.complaint_id == complaint.id)
            .order_by(CaseEvent.seq)
        ).all()
        state: str | None = None
        for row in rows:
            assert row.before == state
            state = row.after
        assert state == complaint.substate
        examined = [row.event for row in rows].count("start_examination")
        completed = db.session.scalars(
            select(ClockPoint.at).where(
                ClockPoint.complaint_id == complaint.id, ClockPoint.code == "declare_complete"
            )
        ).all()
        assert not examined or completed
        assert (complaint.public_state == PublicState.INVESTIGATED) <= (
            complaint.declared_complete_at is not None
        )
        assert Substate(complaint.substate).is_closed == (complaint.closed_at is not None)


TestLifeOfACase = LifeOfACase.TestCase
TestLifeOfACase.settings = settings(
    max_examples=12,
    stateful_step_count=40,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
