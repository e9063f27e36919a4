"""What Sahut holds already that can support an answer: documents by number and date, and lists of the year.

Nothing is made up: what the database does not hold gives no row. A page that is changed without a date is
taken "as it stands today", and says so. The complaints of a list are those of the reader's view; what is left
out is counted.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from types import MappingProxyType
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.law import get_law
from app.models import (
    Agency,
    AuditEntry,
    Checkpoint,
    Complaint,
    ExaminationReport,
    Notice,
    OmbudsmanTrack,
    Recommendation,
    Service,
    StatisticsMonth,
    SurveyRound,
    Unit,
    User,
    UserRole,
)
from app.queries.catalogue import find_pledge, list_services
from app.queries.ombudsman_track import sees_track
from app.queries.settings import get_threshold
from app.queries.survey import FEWEST, skm_results
from app.queries.visibility import visible_to
from app.queries.wbk_cases import local_date, year_bounds
from app.queries.wbk_recaps import RECAPS, count_recap, recap_condition
from reports.skm import round_half_up
from reports.wbk.labels import FINDINGS, SUBSTATES
from reports.wbk.proposals.held import SOURCES, Source
from workflows.snapshot import Actor
from workflows.vocabulary import CASE_ROLES, Finding, NoticeKind, Substate

Cell = str | int | date | datetime | None

PERFORMANCE = "export.performance"
"""Kind of the log's entry for a performance report that left the house."""


@dataclass(frozen=True, slots=True)
class HeldDocument:
    """Something that Sahut holds, as a document.

    :ivar key: tells it from the others of the agency and year
    :ivar on: its own date, else the day on which it is taken
    :ivar path: public page that shows it, without the host; empty where there is none
    :ivar source: kind of list whose complaints have a page of their own; None for other documents
    :ivar count: figure of a list, all complaints in it; None for other documents
    :ivar hidden: complaints in the figure that the reader may not see
    :ivar columns: names of the columns of its extract
    """

    key: str
    title: str
    on: date
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    number: str = ""
    signer: str = ""
    path: str = ""
    source: Source | None = None
    count: int | None = None
    hidden: int = 0


@dataclass(frozen=True, slots=True)
class _Taking:
    """For whom, of which agency and year, and when documents are taken."""

    session: Session
    agency: Agency
    year: int
    actor: Actor
    at: datetime

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.agency.timezone)

    @property
    def today(self) -> date:
        return local_date(self.at, self.zone)

    @property
    def span(self) -> tuple[date, date]:
        """First and last day of the year."""
        return date(self.year, 1, 1), date(self.year, 12, 31)

    @property
    def instants(self) -> tuple[datetime, datetime]:
        """First instant of the year, and of the next."""
        return year_bounds(self.year, self.agency.timezone)

    @property
    def station(self) -> str:
        """What an address says of whose page it is."""
        return f"satuan={self.agency.code}"


def list_held(
    session: Session, agency: Agency, year: int, indicator_id: str, *, actor: Actor, at: datetime
) -> tuple[HeldDocument, ...]:
    """What is held for an indicator, in the order of its sources; nothing where nothing is."""
    taking = _Taking(session, agency, year, actor, at)
    return tuple(
        document for source in SOURCES.get(indicator_id, ()) for document in _TAKEN[source](taking, source)
    )


def _standards(taking: _Taking, source: Source) -> Iterator[HeldDocument]:
    for service in list_services(taking.session, taking.agency.id, with_standards=True):
        if service.standards:
            yield HeldDocument(
                key=f"{source.value}-{service.code}",
                title=f"Standar pelayanan {service.label_id}, sebagaimana tayang",
                on=taking.today,
                path=f"/layanan/{service.code}?{taking.station}",
                columns=("no", "komponen", "isi"),
                rows=tuple((row.no, row.code, row.text_id) for row in service.standards),
            )


def _pledge(taking: _Taking, source: Source) -> Iterator[HeldDocument]:
    pledge = find_pledge(taking.session, taking.agency.id)
    if pledge is not None and pledge.signed_on <= taking.today:
        yield HeldDocument(
            key=source.value,
            title="Maklumat pelayanan",
            on=pledge.signed_on,
            signer=pledge.signer_title,
            path=f"/maklumat?{taking.station}",
            columns=("maklumat",),
            rows=((pledge.text,),),
        )


def _procedure(taking: _Taking, source: Source) -> Iterator[HeldDocument]:
    """Who is responsible for complaints has to be public (UU 25/2009 Pasal 36 ayat (4))."""
    agency = taking.agency
    if agency.contact_name:
        yield HeldDocument(
            key=source.value,
            title="Prosedur pengaduan dan penanggung jawabnya, sebagaimana tayang",
            on=taking.today,
            path=f"/prosedur?{taking.station}",
            columns=("penanggung_jawab", "jabatan", "alamat", "telepon", "surel"),
            rows=((agency.contact_name, agency.contact_title, agency.address, agency.phone, agency.email),),
        )


def _statistics(taking: _Taking, source: Source) -> Iterator[HeldDocument]:
    months = taking.session.execute(
        select(StatisticsMonth.month, StatisticsMonth.frozen_at)
        .where(
            StatisticsMonth.agency_id == taking.agency.id,
            StatisticsMonth.month.between(*taking.span),
            StatisticsMonth.frozen_at <= taking.at,
        )
        .order_by(StatisticsMonth.month)
    ).all()
    if months:
        yield HeldDocument(
            key=source.value,
            title=f"Statistik pengaduan {taking.year}, {len(months)} bulan terbit",
            on=local_date(max(row.frozen_at for row in months), taking.zone),
            path=f"/statistik?{taking.station}&tahun={taking.year}",
            columns=("bulan", "ditetapkan"),
            rows=tuple((row.month, row.frozen_at) for row in months),
        )


def _survey_reports(taking: _Taking, source: Source) -> Iterator[HeldDocument]:
    rounds = taking.session.execute(
        select(SurveyRound, Service.label_id)
        .outerjoin(Service, Service.id == SurveyRound.service_id)
        .where(
            SurveyRound.agency_id == taking.agency.id,
            SurveyRound.reported_on.between(*taking.span),
            SurveyRound.reported_on <= taking.today,
        )
        .order_by(SurveyRound.reported_on, SurveyRound.id)
    )
    for row, service in rounds:
        if row.reported_on is None:
            continue
        yield HeldDocument(
            key=f"{source.value}-{row.id}",
            number=row.report_number,
            title=f"Laporan survei kepuasan masyarakat: {service or 'semua layanan'}",
            on=row.reported_on,
            columns=("layanan", "dibuka", "ditutup", "dilaporkan", "responden"),
            rows=((service or "semua", row.opened_on, row.closed_on, row.reported_on, row.respondents),),
        )


def _survey_index(taking: _Taking, source: Source) -> Iterator[HeldDocument]:
    """Only what the open page shows, too: few answers could be laid to a person."""
    months = list(
        taking.session.scalars(
            select(StatisticsMonth.month).where(
                StatisticsMonth.agency_id == taking.agency.id, StatisticsMonth.month.between(*taking.span)
            )
        )
    )
    if not months:
        return
    found = skm_results(taking.session, taking.agency.id, min(months), max(months)).overall
    if found.respondents < max(get_threshold(taking.session, taking.agency.id), FEWEST):
        return
    names = get_law().skm.elements
    yield HeldDocument(
        key=source.value,
        title=f"Indeks kepuasan masyarakat (SKM) {taking.year} per unsur, {found.respondents} responden",
        on=taking.today,
        path=f"/statistik?{taking.station}&tahun={taking.year}#skm",
        columns=("no", "unsur", "jawaban", "rata_rata"),
        rows=tuple(
            (
                names[one.code].no,
                names[one.code].label_id,
                one.answered,
                None if one.nrr is None else str(round_half_up(one.nrr)),
            )
            for one in found.elements
        ),
    )


def _actions(taking: _Taking, source: Source) -> Iterator[HeldDocument]:
    origin, words = {
        Source.EVALUATION_ACTIONS: ("complaint_evaluation", "evaluasi penanganan pengaduan"),
        Source.SURVEY_ACTIONS: ("skm", "survei kepuasan masyarakat"),
    }[source]
    rows = taking.session.scalars(
        select(Recommendation)
        .where(
            Recommendation.agency_id == taking.agency.id,
            Recommendation.origin == origin,
            Recommendation.issued_on.between(*taking.span),
            Recommendation.issued_on <= taking.today,
        )
        .order_by(Recommendation.issued_on, Recommendation.id)
    ).all()
    if rows:
        done = sum(row.done_on is not None and row.done_on <= taking.today for row in rows)
        yield HeldDocument(
            key=source.value,
            title=f"Rekomendasi {words} {taking.year}: {done} dari {len(rows)} selesai",
            on=taking.today,
            columns=("nomor", "terbit", "batas", "selesai", "isi"),
            rows=tuple((row.number, row.issued_on, row.due_on, row.done_on, row.text) for row in rows),
        )


def _examination_reports(taking: _Taking, source: Source) -> Iterator[HeldDocument]:
    reports = taking.session.scalars(
        select(ExaminationReport)
        .join(OmbudsmanTrack, OmbudsmanTrack.id == ExaminationReport.track_id)
        .where(
            OmbudsmanTrack.agency_id == taking.agency.id,
            sees_track(taking.actor),
            ExaminationReport.issued_on.between(*taking.span),
        )
        .order_by(ExaminationReport.issued_on, ExaminationReport.id)
    )
    for row in reports:
        yield HeldDocument(
            key=f"{source.value}-{row.id}",
            number=row.number,
            title="Laporan hasil pemeriksaan Ombudsman dan tindakan korektifnya",
            on=row.issued_on,
            signer="Ombudsman RI",
            columns=("tindakan", "batas", "dilaporkan", "diverifikasi"),
            rows=tuple(
                (action.number, action.due_on, action.reported_at, action.verified_at)
                for action in row.actions
            ),
        )


def _checkpoint(taking: _Taking, source: Source) -> Iterator[HeldDocument]:
    start, end = taking.instants
    last = taking.session.scalars(
        select(Checkpoint)
        .where(Checkpoint.at >= start, Checkpoint.at < end, Checkpoint.at <= taking.at)
        .order_by(Checkpoint.size.desc())
        .limit(1)
    ).first()
    if last is not None:
        yield HeldDocument(
            key=f"{source.value}-{last.size}",
            number=f"CP-{last.size}",
            title=f"Checkpoint log yang ditandatangani, {last.size} catatan",
            on=local_date(last.at, taking.zone),
            columns=("catatan", "akar", "ditandatangani", "kunci", "tanda_tangan"),
            rows=((last.size, last.root, last.at, last.key_id, last.signature),),
        )


def _performance_reports(taking: _Taking, source: Source) -> Iterator[HeldDocument]:
    start, end = taking.instants
    entries = taking.session.execute(
        select(AuditEntry.seq, AuditEntry.at, AuditEntry.digest)
        .where(
            AuditEntry.chain == f"agency:{taking.agency.code}",
            AuditEntry.kind == PERFORMANCE,
            AuditEntry.at >= start,
            AuditEntry.at < end,
            AuditEntry.at <= taking.at,
        )
        .order_by(AuditEntry.seq)
    ).all()
    if entries:
        yield HeldDocument(
            key=source.value,
            title=f"Laporan kinerja pengaduan yang diterbitkan {taking.year}: {len(entries)}",
            on=local_date(entries[-1].at, taking.zone),
            columns=("catatan_log", "diterbitkan", "sidik_catatan"),
            rows=tuple((row.seq, row.at, row.digest) for row in entries),
        )


def _officers(taking: _Taking, source: Source) -> Iterator[HeldDocument]:
    """Posts and units, not names: who holds a post stands in the decision that appoints them."""
    rows = taking.session.execute(
        select(UserRole.role, User.title, Unit.name)
        .join(User, User.id == UserRole.user_id)
        .outerjoin(Unit, Unit.id == User.unit_id)
        .where(
            User.agency_id == taking.agency.id,
            User.is_active,
            UserRole.role.in_(sorted(role.value for role in CASE_ROLES)),
        )
        .order_by(UserRole.role, User.title, User.id)
    ).all()
    if rows:
        yield HeldDocument(
            key=source.value,
            title=f"Petugas pengelola pengaduan menurut peran: {len(rows)}",
            on=taking.today,
            columns=("peran", "jabatan", "unit"),
            rows=tuple((row.role, row.title, row.name) for row in rows),
        )


def _letters(taking: _Taking, source: Source) -> Iterator[HeldDocument]:
    """By kind, of all complaints: figures alone, so there is nothing to hide."""
    start, end = taking.instants
    rows = taking.session.execute(
        select(Notice.kind, func.count(), func.max(Notice.sent_at))
        .join(Complaint, Complaint.id == Notice.complaint_id)
        .where(
            Complaint.agency_id == taking.agency.id,
            Notice.sent_at >= start,
            Notice.sent_at < end,
            Notice.sent_at <= taking.at,
        )
        .group_by(Notice.kind)
        .order_by(Notice.kind)
    ).all()
    if rows:
        labels = get_law().notices
        kinds = [(NoticeKind(kind), n, last) for kind, n, last in rows]
        yield HeldDocument(
            key=source.value,
            title=f"Surat kepada pelapor {taking.year}: {sum(n for _, n, _ in kinds)}",
            on=taking.today,
            columns=("jenis", "jumlah", "terakhir"),
            rows=tuple(
                (labels[kind].label_id if kind in labels else kind.value, n, last) for kind, n, last in kinds
            ),
        )


def _recap(taking: _Taking, source: Source) -> Iterator[HeldDocument]:
    count = count_recap(taking.session, taking.agency, taking.year, source)
    if not count:
        return
    rows = taking.session.execute(
        select(
            Complaint.number,
            Complaint.received_at,
            Complaint.channel,
            Service.label_id,
            Complaint.substate,
            Complaint.finding,
        )
        .outerjoin(Service, Service.id == Complaint.service_id)
        .where(recap_condition(taking.agency, taking.year, source), visible_to(taking.actor))
        .order_by(Complaint.received_at, Complaint.number)
    ).all()
    yield HeldDocument(
        key=source.value,
        title=f"{RECAPS[source].title} {taking.year}: {count}",
        on=taking.today,
        source=source,
        count=count,
        hidden=count - len(rows),
        columns=("nomor", "diterima", "kanal", "layanan", "tahap", "hasil"),
        rows=tuple(
            (
                row.number,
                local_date(row.received_at, taking.zone),
                row.channel,
                row.label_id or "",
                SUBSTATES[Substate(row.substate)],
                FINDINGS[Finding(row.finding)] if row.finding else "",
            )
            for row in rows
        ),
    )


_Taken = Callable[[_Taking, Source], Iterator[HeldDocument]]
_TAKEN: Mapping[Source, _Taken] = MappingProxyType(
    {
        Source.STANDARDS: _standards,
        Source.PLEDGE: _pledge,
        Source.PROCEDURE: _procedure,
        Source.STATISTICS: _statistics,
        Source.SURVEY_REPORTS: _survey_reports,
        Source.SURVEY_INDEX: _survey_index,
        Source.EVALUATION_ACTIONS: _actions,
        Source.SURVEY_ACTIONS: _actions,
        Source.EXAMINATION_REPORTS: _examination_reports,
        Source.CHECKPOINT: _checkpoint,
        Source.PERFORMANCE_REPORTS: _performance_reports,
        Source.OFFICERS: _officers,
        Source.LETTERS: _letters,
        **dict.fromkeys(RECAPS, _recap),
    }
)
