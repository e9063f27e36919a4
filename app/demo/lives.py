"""The life of one invented complaint, step by step, through the real services.

A life is a generator: it gives the next step with its instant, gets back what the step did, and goes on. So
all lives can be played together in the order of time (:mod:`app.demo.year`).
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from datetime import datetime, timedelta
from random import Random
from typing import Any, NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.demo import texts
from app.demo.filings import filing_of
from app.demo.plans import Ending, Pace, Plan
from app.demo.world import Station, World
from app.models import Allegation, Complaint, Notice, User
from app.services.casework import Extra, Outcome, fire_in
from app.services.completion import Supplements, supplement
from app.services.events import receipt_of
from app.services.lodging import lodge_in
from app.services.respondents import name_respondent
from workflows.snapshot import SYSTEM, Actor, Given, complainant_of
from workflows.vocabulary import (
    ClosureReason,
    ComplaintClass,
    Event,
    Finding,
    IdentityMode,
    NoticeKind,
    Role,
    Substate,
)

CITIZEN = Actor(roles=frozenset({Role.COMPLAINANT}))


class Step(NamedTuple):
    """One act.

    :ivar alone: it opens a transaction of its own
    """

    at: datetime
    work: Callable[[Session], Any]
    alone: bool = False


Life = Generator[Step, Any, None]
Acts = Generator[Step, Any, Any]


class Parked(Exception):
    """The case has come to where its plan leaves it."""


def live(plan: Plan, world: World, seed: int) -> Life:
    """Every step of a complaint from its filing on."""
    case = _Case(plan, world, Random(f"sahut-demo/{seed}/{plan.index}"))  # noqa: S311 (a demo, no secret)
    try:
        yield from case.lodge()
        yield from case.go()
    except Parked:
        return


class _Case:
    """A complaint under way: where it stands in time, and who deals with it."""

    def __init__(self, plan: Plan, world: World, rng: Random) -> None:
        self.plan, self.world, self.rng = plan, world, rng
        self.station: Station = world.stations[plan.station]
        self.at = plan.filed_at
        self.number = ""
        self.unit, self.head, self.examiner = self._unit()

    # --- who and when --------------------------------------------------------------------

    def _unit(self) -> tuple[str, str, str]:
        """Unit that examines, its head, and the officer who does the work."""
        plan = self.plan
        own = plan.complaint_class in (ComplaintClass.SERVICE, ComplaintClass.INFORMATION_REQUEST)
        if not own and plan.names == "provos":
            return "lantas", "kasatlantas", "regident"
        if not own:
            return "sipropam", "kasipropam", "penyidik"
        heads = {
            "spkt": ("spkt", "kaspkt", "pamapta1"),
            "skck": ("intelkam", "kasatintelkam", "skck1"),
            "sim": ("lantas", "kasatlantas", "regident"),
        }
        return heads[plan.service or "spkt"]

    def _other_unit(self) -> tuple[str, str, str]:
        """A unit without an interest, to reassign to."""
        if self.unit != "sipropam":
            return "sipropam", "kasipropam", "penyidik"
        if self.plan.service == "sim":
            return "intelkam", "kasatintelkam", "skck1"
        return "lantas", "kasatlantas", "regident"

    def days(self, usual: int) -> int:
        """Working days that a step takes, by the pace of the case."""
        low, high = {
            Pace.PROMPT: (0, max(min(usual, 1), usual // 2)),
            Pace.NORMAL: (usual // 2, usual + 1),
            Pace.SLOW: (usual * 2, usual * 4 + 3),
        }[self.plan.pace]
        return self.rng.randint(low, high)

    def wait(self, usual: int) -> datetime:
        """Go on to the officers' next act."""
        self.at = self.world.at_work(self.at, self.days(usual), self.rng)
        return self.at

    def later(self, low_hours: int, high_hours: int) -> datetime:
        """Go on to something that needs no office hours."""
        self.at += timedelta(seconds=self.rng.randint(low_hours * 3600, high_hours * 3600))
        return self.at

    def actor(self, key: str) -> Actor:
        """Somebody of the station; where it's small, the head does the work of the unit."""
        fallback = {"pamapta1": "kaspkt", "skck1": "kasatintelkam", "regident": "kasatlantas"}
        return self.station.actor(key, fallback.get(key, "kapolresta"))

    @property
    def desk(self) -> Actor:
        """Whoever sits at the desk."""
        return self.station.actor("petugas2" if self.plan.index % 3 == 0 else "petugas", "petugas")

    # --- acts ----------------------------------------------------------------------------

    def fire(self, event: Event, actor: Actor, extra: Extra | None = None, **given: Any) -> Acts:
        """Fire an event at the present instant; stops where the plan leaves the case."""
        at, number = self.at, self.number
        outcome: Outcome = yield Step(
            at,
            lambda session: fire_in(
                session, number, event, actor=actor, at=at, given=Given(**given), extra=extra
            ),
        )
        if outcome.substate == self.plan.stop:
            raise Parked
        return outcome

    def lodge(self) -> Acts:
        """File it: on the web by the complainant, else at the desk."""
        plan = self.plan
        by_desk = plan.channel != "web"
        if by_desk:
            self.at = self.world.at_work(self.at, 0, self.rng)
        filing = filing_of(plan, self.station, self.rng, self.at)
        actor = self.desk if by_desk else CITIZEN
        at = self.at
        lodged = yield Step(at, lambda session: lodge_in(session, filing(), actor=actor, at=at))
        self.number = lodged.number
        if plan.stop is Substate.ACKNOWLEDGED:
            raise Parked

    def go(self) -> Acts:
        """All that follows."""
        if self.plan.ending is Ending.URGENT:
            yield from self.alert()
        self.wait(1)
        yield from self.fire(Event.VERIFY, self.desk)
        if self.plan.ending is Ending.TRANSFERRED or self.plan.ending is Ending.DECLINED:
            yield from self.propose_transfer()
        if self.plan.incomplete:
            yield from self.complete()
        if self.plan.ending is Ending.REJECTED:
            yield from self.reject()
            return
        if self.plan.names:
            yield from self.name_officer()
        self.wait(1)
        yield from self.fire(Event.DECLARE_COMPLETE, self.desk)
        self.wait(1)
        yield from self.fire(Event.CLASSIFY, self.actor("kasiwas"), complaint_class=self.plan.complaint_class)
        if self.plan.ending in (Ending.ARCHIVED, Ending.ASPIRATION):
            self.wait(1)
            answer = self.rng.choice(texts.ARCHIVE_ANSWERS)
            yield from self.fire(Event.ARCHIVE, self.actor("kasiwas"), text=answer)
            return
        yield from self.route()
        yield from self.examine()
        yield from self.resolve()

    def alert(self) -> Acts:
        """An urgent case: the Kapolresta is told within the hour, an answer within the day (mostly)."""
        late = self.rng.random() < 0.25
        self.at += timedelta(minutes=self.rng.randint(70, 150) if late else self.rng.randint(8, 50))
        yield from self.letter(NoticeKind.URGENT_ALERT, self.desk, "Kapolresta telah diberi tahu.")
        self.later(2, 10)
        reply = "Anggota patroli sudah ditugaskan. Mohon tetap di dalam rumah dan simpan bukti ancaman."
        yield from self.letter(NoticeKind.FIRST_REPLY, self.desk, reply)

    def propose_transfer(self) -> Acts:
        """It may belong elsewhere: the Kasiwas passes it on, or not."""
        self.wait(1)
        reason = "Pokok aduan tampaknya bukan kewenangan satuan ini."
        yield from self.fire(Event.PROPOSE_TRANSFER, self.desk, reason=reason)
        self.wait(2)
        if self.plan.ending is Ending.DECLINED:
            reason = "Layanan yang diadukan adalah layanan satuan ini."
            yield from self.fire(Event.DECLINE_TRANSFER, self.actor("kasiwas"), reason=reason)
            return
        where, number = self.rng.choice(texts.TRANSFERS)
        number = number.format(number=self.rng.randint(100, 900))
        yield from self.fire(
            Event.TRANSFER_OUT, self.actor("kasiwas"), destination=where, destination_number=number
        )
        raise Parked

    def complete(self) -> Acts:
        """Ask for what is missing; it comes, or it doesn't."""
        self.wait(2)
        asked = yield from self.fire(
            Event.REQUEST_COMPLETION, self.desk, text=self.rng.choice(texts.COMPLETION_REQUESTS)
        )
        yield from self.receive(asked, sure=True)
        if self.plan.ending is Ending.LAPSED:
            self.at = self.world.local_midnight(self.at, 31)
            yield from self.fire(Event.LAPSE, SYSTEM)
            raise Parked
        self.later(20, 200)
        filled = Supplements(
            loss=self.plan.story.loss.format(**texts.slots(self.rng, "layanan")) if self.plan.story else "",
            remedy_sought=self.plan.story.remedy.format(**texts.slots(self.rng, "layanan"))
            if self.plan.story
            else "",
            service_date=self.plan.filed_at.astimezone(self.world.zone).date() - timedelta(days=2),
        )
        yield from self.fire(
            Event.COMPLETE_RECEIVED,
            complainant_of(self.number),
            extra=lambda act: supplement(act, filled),
            text=self.rng.choice(texts.COMPLETIONS),
        )

    def reject(self) -> Acts:
        """With a reason in writing; some object."""
        self.wait(3)
        code = self.rng.choice(sorted(texts.REJECTIONS))
        yield from self.fire(
            Event.REJECT,
            self.actor("kasiwas"),
            closure_reason=ClosureReason(code),
            reason=texts.REJECTIONS[code],
        )

    def name_officer(self) -> Acts:
        """The desk names the officer: he and his unit don't see the case any more."""
        self.wait(0)
        at, number, desk, username = self.at, self.number, self.desk, self.plan.names

        def work(session: Session) -> None:
            user_id = session.scalar(select(User.id).where(User.username == username))
            name_respondent(number, user_id=user_id, actor=desk, at=at)

        yield Step(at, work, alone=True)

    def route(self) -> Acts:
        """To the unit; perhaps to another one."""
        kasiwas = self.actor("kasiwas")
        self.wait(1)
        unit_id = self.station.units[self.unit]
        yield from self.fire(Event.DISPOSE, kasiwas, unit_id=unit_id, reason="Periksa dan laporkan hasilnya.")
        if self.plan.ending is Ending.REASSIGNED:
            self.wait(2)
            reason = "Untuk menghindari benturan kepentingan."
            self.unit, self.head, self.examiner = self._other_unit()
            yield from self.fire(
                Event.REASSIGN, kasiwas, unit_id=self.station.units[self.unit], reason=reason
            )
        self.wait(1)
        officer = self.actor(self.examiner)
        yield from self.fire(Event.ACCEPT, self.actor(self.head), officer_id=officer.user_id)
        if self.plan.ending is Ending.WITHDRAWN:
            self.later(10, 90)
            yield from self.withdraw()
            raise Parked

    def withdraw(self) -> Acts:
        """The complainant takes it back."""
        reason = self.rng.choice(texts.WITHDRAWALS)
        yield from self.fire(Event.WITHDRAW, complainant_of(self.number), reason=reason)

    def examine(self) -> Acts:
        """First letter, then questions, hearings, a look at the place."""
        officer = self.actor(self.examiner)
        yield from self.first_letter()
        self.wait(1)
        yield from self.fire(Event.START_EXAMINATION, officer)
        if self.plan.ending is Ending.EX_OFFICIO:
            self.later(24, 96)
            yield from self.withdraw()
            self.wait(2)
            reason = "Dugaan pelanggaran tetap perlu diperiksa walaupun pengaduan dicabut."
            yield from self.fire(Event.CONTINUE_EX_OFFICIO, self.actor("kasiwas"), reason=reason)
        if self.plan.ending in (Ending.ASKED, Ending.UNANSWERED):
            yield from self.ask(officer)
        yield from self.hear(officer)

    def first_letter(self) -> Acts:
        """SP3D for what is berkadar pengawasan, a first reply for the rest; the slow forget it at times."""
        if self.plan.pace is Pace.SLOW and self.rng.random() < 0.4:
            return
        supervisory = self.plan.complaint_class is ComplaintClass.SUPERVISORY
        self.wait(6 if supervisory else 2)
        kind = NoticeKind.SP3D if supervisory else NoticeKind.FIRST_REPLY
        words = texts.SP3D_TEXTS if supervisory else texts.FIRST_REPLIES
        sent = yield from self.letter(kind, self.actor("kasiwas"), self.rng.choice(words))
        yield from self.receive(sent)

    def ask(self, officer: Actor) -> Acts:
        """A question; answered in days, or never."""
        self.wait(1)
        yield from self.fire(Event.ASK_INFO, officer, text=self.rng.choice(texts.QUESTIONS))
        if self.plan.ending is Ending.UNANSWERED:
            self.at = self.world.at_work(self.world.local_midnight(self.at, 16), 0, self.rng)
            yield from self.fire(Event.RESUME_WITHOUT_INFO, officer)
            return
        self.later(10, 190)
        answer = self.rng.choice(texts.ANSWERS)
        yield from self.fire(Event.INFO_RECEIVED, complainant_of(self.number), text=answer)

    def hear(self, officer: Actor) -> Acts:
        """As the plan says; only Sipropam hears both sides."""
        event = {
            "hearing": Event.HOLD_HEARING,
            "separate_hearing": Event.SEPARATE_HEARING,
            "field_check": Event.FIELD_CHECK,
        }.get(self.plan.hearing)
        if event is None or (event is not Event.FIELD_CHECK and self.unit != "sipropam"):
            return
        self.wait(3)
        words = "Dilaksanakan di ruang pemeriksaan, berita acara dibuat."
        reason = "Atas permintaan pelapor." if event is Event.SEPARATE_HEARING else ""
        yield from self.fire(event, officer, text=words, reason=reason)

    def resolve(self) -> Acts:
        """Review, draft, decision, delivery, follow-up, closing; some object and are heard again."""
        yield from self.decide()
        if self.plan.ending is Ending.OBJECTED:
            self.later(30, 300)
            reason = self.rng.choice(texts.OBJECTIONS)
            yield from self.fire(Event.OBJECT, complainant_of(self.number), reason=reason)
            yield from self.decide()
        if self.plan.ending is not Ending.INFORMATION and self.rng.random() < 0.7:
            self.wait(4)
            yield from self.fire(
                Event.FOLLOW_UP, self.actor("kasiwas"), text=self.rng.choice(texts.FOLLOW_UPS)
            )
        self.wait(6)
        yield from self.fire(Event.CLOSE, self.actor("kasiwas"))

    def decide(self) -> Acts:
        """From the review to the letter with the decision."""
        kasiwas, officer = self.actor("kasiwas"), self.actor(self.examiner)
        if self.plan.ending is not Ending.INFORMATION:
            self.wait(2)
            yield from self.fire(Event.SUBMIT_REVIEW, officer, text=self.rng.choice(texts.REVIEWS))
            self.wait(1)
            yield from self.fire(Event.DRAFT_DECISION, kasiwas, text=self.rng.choice(texts.DRAFTS))
            if self.plan.complaint_class is ComplaintClass.SUPERVISORY and self.plan.pace is not Pace.SLOW:
                self.wait(1)
                words = self.rng.choice(texts.RESULT_TEXTS)
                yield from self.letter(NoticeKind.RESULT_DUMAS, kasiwas, words)
        self.wait(2)
        decider = self.station.actor(self.rng.choice(("kapolresta", "wakapolresta")), "kapolresta")
        yield from self._decision(decider)
        self.wait(3)
        sent = yield from self.fire(
            Event.DELIVER_DECISION, kasiwas, notice_number=f"B/{self.rng.randint(100, 999)}/SIWAS"
        )
        yield from self.receive(sent)

    def _decision(self, decider: Actor) -> Acts:
        finding = self._finding()
        claims = self.plan.claims and finding in (Finding.SUBSTANTIATED, Finding.PARTLY_SUBSTANTIATED)
        given: dict[str, Any] = {
            "finding": finding,
            "reason": self.rng.choice(texts.DECISIONS[finding]),
            "remedies": self._remedies(finding, claims=claims),
        }
        if claims:
            due = self.at.astimezone(self.world.zone).date() + timedelta(days=14)
            given |= {"compensation_idr": self.rng.randint(2, 20) * 50_000, "compensation_due_on": due}
        at, number, stop = self.at, self.number, self.plan.stop

        def work(session: Session) -> Outcome:
            open_ids = session.scalars(
                select(Allegation.id)
                .join(Complaint, Complaint.id == Allegation.complaint_id)
                .where(Complaint.number == number)
                .order_by(Allegation.id)
            )
            whole = Given(findings=dict.fromkeys(open_ids, finding), **given)
            return fire_in(session, number, Event.DECIDE, actor=decider, at=at, given=whole)

        outcome: Outcome = yield Step(at, work)
        if outcome.substate == stop:
            raise Parked

    def _finding(self) -> Finding:
        if self.plan.ending is Ending.INFORMATION:
            return Finding.ANSWERED
        choices = (
            (Finding.SUBSTANTIATED, 42),
            (Finding.PARTLY_SUBSTANTIATED, 20),
            (Finding.NOT_SUBSTANTIATED, 28),
            (Finding.SETTLED, 10),
        )
        return self.rng.choices([value for value, _ in choices], [weight for _, weight in choices])[0]

    def _remedies(self, finding: Finding, *, claims: bool) -> tuple[str, ...]:
        if finding in (Finding.NOT_SUBSTANTIATED, Finding.ANSWERED):
            return ()
        category = self.plan.story.category if self.plan.story else ""
        remedies = {
            "wrong_data": ("document_issued",),
            "illegal_fee": ("fee_refund", "sanction_officer"),
            "corruption": ("ethics_process",),
            "abuse": ("ethics_process", "apology_explanation"),
            "extra_requirement": ("rule_changed",),
        }.get(category, ("apology_explanation",))
        return (*remedies, "compensation") if claims else remedies

    # --- letters -------------------------------------------------------------------------

    def letter(self, kind: NoticeKind, actor: Actor, words: str) -> Acts:
        """Record a letter that was sent now."""
        return (
            yield from self.fire(
                Event.RECORD_NOTICE, actor, notice_kind=kind.value, text=words, sent_at=self.at
            )
        )

    def receive(self, sent: Outcome, *, sure: bool = False) -> Acts:
        """The letter is opened on the status page, or the desk sees a signature; or nobody ever knows."""
        chance = self.rng.random()
        if self.plan.identity_mode is IdentityMode.ANONYMOUS or (chance > 0.85 and not sure):
            return
        on_page = self.plan.channel == "web" or chance < 0.5
        if on_page:
            self.later(1, 40)
        else:
            self.wait(2)
        at, number = self.at, self.number
        actor = SYSTEM if on_page else self.desk
        proof = "status_page" if on_page else f"Tanda terima pos {self.rng.randint(10000, 99999)}"
        notice_id = sent.notice_ids[-1]
        yield Step(
            at,
            lambda session: fire_in(
                session,
                number,
                Event.RECORD_NOTICE,
                actor=actor,
                at=at,
                given=receipt_of(session, session.get_one(Notice, notice_id), at, proof),
            ),
        )
