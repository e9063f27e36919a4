"""Counts of the performance report: grouped by the database, a handful of statements whatever the history.

A complaint belongs to the period of its receipt, by local days of its agency; agencies of one zone are
counted together. The visibility rule stands in the one cohort that every statement starts from.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Subquery, and_, case, func, or_, select
from sqlalchemy.orm import Session

from app.law import get_law
from app.models import (
    Agency,
    Complaint,
    CorrectiveAction,
    Deadline,
    ExaminationReport,
    OmbudsmanTrack,
    Service,
    Unit,
)
from app.queries.performance_facts import DAY, epoch, list_facts
from app.queries.settings import get_threshold
from app.queries.survey import FEWEST, skm_results
from app.queries.visibility import visible_to
from app.queries.wbk import STAGES
from app.queries.wbk_clocks import LAWFUL
from reports.letters.receipt import ZONE_NAMES
from reports.performance.rows import (
    ActionWord,
    Basis,
    ClockCount,
    Count,
    Duration,
    Measure,
    PerformanceInput,
    Period,
    Standing,
    StationRow,
    before,
)
from reports.performance.small import Place, join_small
from reports.wbk.labels import CLASSES, FINDINGS, REASONS
from workflows.ombudsman import ActionState
from workflows.snapshot import Actor
from workflows.vocabulary import ClosureReason, ComplaintClass, Finding, Party, Role

NO_UNIT, NO_SERVICE, NO_TYPE = "Belum disalurkan", "Tanpa layanan", "Belum ditentukan"
_ClockKey = tuple[Period, str, Measure, str, Basis, Standing]
_DIMENSIONS = (
    (Measure.KIND, "complaint_class"),
    (Measure.TYPE, "maladministration"),
    (Measure.CHANNEL, "channel"),
    (Measure.UNIT, "owner_unit_id"),
    (Measure.SERVICE, "service_id"),
    (Measure.FINDING, "finding"),
    (Measure.ENDING, "closure_reason"),
)


def list_reach(session: Session, actor: Actor) -> list[Agency]:
    """Agencies that the actor may report on, by name: the mandate, or every station for the system."""
    statement = select(Agency).where(Agency.kind != "ombudsman").order_by(Agency.name, Agency.id)
    if Role.SYSTEM in actor.roles:
        return list(session.scalars(statement.where(Agency.kind == "polres")))
    if Role.OMBUDSMAN in actor.roles:
        return list(session.scalars(statement.where(Agency.id.in_(sorted(actor.mandate)))))
    return []


def get_performance(
    session: Session,
    agencies: Sequence[Agency],
    first: date,
    last: date,
    *,
    actor: Actor,
    as_of: datetime,
    base_url: str | None = None,
    generated_by: str = "",
) -> PerformanceInput:
    """Everything that the report needs, of agencies that the caller has checked; small units are joined.

    :param first: first local day, inclusive; `last` likewise
    """
    counts: Counter[tuple[Period, str, Measure, str]] = Counter()
    clocks: Counter[_ClockKey] = Counter()
    durations: list[Duration] = []
    names: dict[Place, list[str]] = {}
    by_zone: dict[str, list[Agency]] = defaultdict(list)
    for agency in agencies:
        by_zone[agency.timezone].append(agency)
    for zone, group in sorted(by_zone.items()):
        reading = _Reading(session, {one.id: one.code for one in group}, ZoneInfo(zone), first, last, actor)
        reading.count(counts)
        reading.clocks(clocks, as_of)
        durations += reading.durations()
        names |= reading.names
    codes = {one.id: one.code for one in agencies}
    _actions(session, codes, first, last, as_of, counts)
    shown, fates = join_small(
        (Count(*key, n) for key, n in counts.items() if n),
        (ClockCount(*key, n) for key, n in clocks.items()),
        names,
        {one.code: get_threshold(session, one.id) for one in agencies},
    )
    zone = agencies[0].timezone if agencies else "Asia/Jakarta"
    return PerformanceInput(
        first=first,
        last=last,
        as_of=as_of,
        local_as_of=as_of.astimezone(ZoneInfo(zone)).replace(tzinfo=None),
        zone_label=ZONE_NAMES.get(zone, "UTC"),
        stations=tuple(_station(session, one, first, last) for one in agencies),
        counts=shown,
        clocks=fates,
        durations=tuple(sorted(durations)),
        base_url=base_url,
        generated_by=generated_by,
    )


class _Reading:
    """The statements over the agencies of one zone."""

    def __init__(
        self,
        session: Session,
        codes: Mapping[int, str],
        zone: ZoneInfo,
        first: date,
        last: date,
        actor: Actor,
    ) -> None:
        self.session, self.codes = session, codes
        offset = datetime.combine(first, time(), zone).utcoffset()
        self.offset = int(offset.total_seconds()) if offset else 0
        start = before(first, last)[0]
        self.months = _months(start, first, last)
        ends = [_instant(end, zone) for _, _, end in self.months]
        self.cohort = self._cohort(zone, start, ends, actor)
        units = select(Unit.id, Unit.agency_id, Unit.name).where(Unit.agency_id.in_(codes))
        services = select(Service.id, Service.agency_id, Service.label_id)
        self.units: dict[int, str] = {}
        self.services: dict[int, str] = {}
        self.names: dict[Place, list[str]] = defaultdict(list)
        """All units and services, and what a complaint without one is counted as."""
        for measure, words, statement, none in (
            (Measure.UNIT, self.units, units, NO_UNIT),
            (Measure.SERVICE, self.services, services.where(Service.agency_id.in_(codes)), NO_SERVICE),
        ):
            for row_id, agency_id, name in session.execute(statement):
                words[row_id] = name
                self.names[codes[agency_id], measure].append(name)
            for code in codes.values():
                self.names[code, measure].append(none)

    def _cohort(self, zone: ZoneInfo, start: date, ends: Sequence[datetime], actor: Actor) -> Subquery:
        place = case(*((Complaint.received_at < end, at) for at, end in enumerate(ends)), else_=-1)
        return (
            select(
                Complaint.id,
                Complaint.agency_id,
                place.label("place"),
                Complaint.received_at,
                Complaint.declared_complete_at,
                Complaint.substate,
                Complaint.imported,
                Complaint.breached_stages,
                *(getattr(Complaint, name) for _, name in _DIMENSIONS),
            )
            .where(
                Complaint.agency_id.in_(sorted(self.codes)),
                Complaint.received_at >= _instant(start, zone),
                Complaint.received_at < ends[-1],
                visible_to(actor),
            )
            .subquery("cohort")
        )

    def _grouped(self, *keys: Any, source: Any = None, where: Any = None) -> Iterable[Any]:
        """Rows of agency, place, keys and count.

        Grouped outside of what computes the keys: PostgreSQL doesn't see that two bound parameters are alike.
        """
        c = self.cohort.c
        named = [key.label(f"k{at}") for at, key in enumerate(keys)]
        inner = select(c.agency_id, c.place, *named)
        inner = inner.select_from(source if source is not None else self.cohort)
        for condition in where or ():
            inner = inner.where(condition)
        found = inner.subquery()
        columns = list(found.c)
        return self.session.execute(select(*columns, func.count()).group_by(*columns))

    def count(self, counts: Counter[tuple[Period, str, Measure, str]]) -> None:
        """Complaints by month, by each dimension, and by what is true of them."""
        c = self.cohort.c
        for agency_id, place, n in self._grouped():
            period, month, _ = self.months[place]
            counts[period, self.codes[agency_id], Measure.TOTAL, ""] += n
            counts[period, self.codes[agency_id], Measure.MONTH, month] += n
        for measure, name in _DIMENSIONS:
            words = self._words(measure)
            for agency_id, place, value, n in self._grouped(c[name]):
                if value is None and measure in (Measure.FINDING, Measure.ENDING):
                    continue
                counts[self.months[place][0], self.codes[agency_id], measure, words(value)] += n
        for fact, where in list_facts(self.cohort, self.offset):
            for agency_id, place, n in self._grouped(where=where):
                counts[self.months[place][0], self.codes[agency_id], Measure.FACT, fact.value] += n

    def _words(self, measure: Measure) -> Any:
        law = get_law()
        if measure is Measure.KIND:
            return lambda value: CLASSES[ComplaintClass(value)]
        if measure is Measure.TYPE:
            return lambda value: (
                law.maladministration[value].label_id if value in law.maladministration else value or NO_TYPE
            )
        if measure is Measure.CHANNEL:
            return lambda value: law.channels[value].label_id if value in law.channels else value
        if measure is Measure.UNIT:
            return lambda value: self.units.get(value, NO_UNIT)
        if measure is Measure.SERVICE:
            return lambda value: self.services.get(value, NO_SERVICE)
        if measure is Measure.FINDING:
            return lambda value: FINDINGS[Finding(value)]
        return lambda value: REASONS[ClosureReason(value)]

    def clocks(self, clocks: Counter[_ClockKey], as_of: datetime) -> None:
        """Duties by what became of them; of imported history only those whose end its register tells."""
        c = self.cohort.c
        stopped = func.coalesce(Deadline.void_at, as_of)
        standing = case(
            (Deadline.met_at <= Deadline.due_at, Standing.IN_TIME.value),
            (Deadline.met_at > Deadline.due_at, Standing.LATE.value),
            (stopped > Deadline.due_at, Standing.OVERDUE.value),
            (Deadline.void_at.isnot(None), Standing.VOID.value),
            else_=Standing.RUNNING.value,
        )
        rows = self._grouped(
            c.owner_unit_id,
            c.service_id,
            Deadline.stage,
            Deadline.binding.in_(LAWFUL),
            standing,
            source=self.cohort.join(Deadline, Deadline.complaint_id == c.id),
            where=(
                Deadline.party == Party.STATION.value,
                or_(Deadline.effective, Deadline.binding.in_(LAWFUL)),
                or_(c.imported.is_(False), Deadline.met_at.isnot(None)),
            ),
        )
        for agency_id, place, unit_id, service_id, stage, lawful, fate, n in rows:
            period, code = self.months[place][0], self.codes[agency_id]
            basis, end = Basis.LAW if lawful else Basis.POLICY, Standing(fate)
            for measure, word in (
                (Measure.CLOCK, STAGES.get(stage, stage)),
                (Measure.UNIT, self.units.get(unit_id, NO_UNIT)),
                (Measure.SERVICE, self.services.get(service_id, NO_SERVICE)),
            ):
                clocks[period, code, measure, word, basis, end] += n

    def durations(self) -> list[Duration]:
        """Full days from start to end of the duties that bind and were met, in the period asked for."""
        c = self.cohort.c
        seconds = epoch(Deadline.met_at) - epoch(Deadline.triggered_at)
        rows = self._grouped(
            Deadline.stage,
            seconds // DAY,
            source=self.cohort.join(Deadline, Deadline.complaint_id == c.id),
            where=(
                Deadline.party == Party.STATION.value,
                Deadline.effective,
                Deadline.met_at.isnot(None),
                c.place >= next(at for at, month in enumerate(self.months) if month[0] is Period.NOW),
            ),
        )
        sums: Counter[tuple[str, str, int]] = Counter()
        for agency_id, _place, stage, days, n in rows:
            sums[self.codes[agency_id], STAGES.get(stage, stage), max(int(days), 0)] += n
        return [Duration(*key, n) for key, n in sums.items()]


def _months(start: date, first: date, last: date) -> list[tuple[Period, str, date]]:
    """Parts of months with their period, name ``2026-03``, and the day after them."""
    found, on = [], start
    while on <= last:
        after = date(on.year + on.month // 12, on.month % 12 + 1, 1)
        limit = first if on < first else last + timedelta(days=1)
        after = min(after, limit)
        found.append((Period.BEFORE if on < first else Period.NOW, f"{on:%Y-%m}", after))
        on = after
    return found


def _instant(on: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(on, time(), zone).astimezone(UTC)


def _station(session: Session, agency: Agency, first: date, last: date) -> StationRow:
    result = skm_results(session, agency.id, first, last).overall
    if result.respondents < FEWEST or result.ikm is None:
        return StationRow(agency.code, agency.name, result.respondents)
    return StationRow(
        agency.code, agency.name, result.respondents, result.ikm, result.grade.grade if result.grade else ""
    )


def _actions(
    session: Session,
    codes: Mapping[int, str],
    first: date,
    last: date,
    as_of: datetime,
    counts: Counter[tuple[Period, str, Measure, str]],
) -> None:
    """Corrective actions of LHPs issued in the period, by how they stand."""
    state = CorrectiveAction.state
    word = case(
        (state == ActionState.VERIFIED, ActionWord.VERIFIED.value),
        (state == ActionState.REPORTED, ActionWord.REPORTED.value),
        (CorrectiveAction.due_at < as_of, ActionWord.OVERDUE.value),
        else_=ActionWord.OPEN.value,
    )
    inner = (
        select(OmbudsmanTrack.agency_id, word.label("word"))
        .select_from(CorrectiveAction)
        .join(ExaminationReport, ExaminationReport.id == CorrectiveAction.lhp_id)
        .join(OmbudsmanTrack, OmbudsmanTrack.id == ExaminationReport.track_id)
        .where(
            and_(OmbudsmanTrack.agency_id.in_(sorted(codes)), CorrectiveAction.issued_on.between(first, last))
        )
        .subquery()
    )
    for agency_id, found, n in session.execute(
        select(inner.c.agency_id, inner.c.word, func.count()).group_by(inner.c.agency_id, inner.c.word)
    ):
        counts[Period.NOW, codes[agency_id], Measure.ACTION, found] += n
