"""Documents of the station's own work: recommendations, LHPs, the sealed log, reports, officers, letters."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import exists, func, or_, select

from app.law import get_law
from app.models import (
    AuditEntry,
    Checkpoint,
    Complaint,
    ExaminationReport,
    Notice,
    OmbudsmanTrack,
    Recommendation,
    Unit,
    User,
    UserRole,
)
from app.queries.ombudsman_track import sees_track
from app.queries.wbk_cases import local_date
from app.queries.wbk_held import HeldDocument, Taking
from reports.wbk.proposals.held import Source
from workflows.vocabulary import CASE_ROLES, NoticeKind

PERFORMANCE = "export.performance"
"""Kind of the log's entry for a performance report that left the house."""


def actions(taking: Taking, source: Source) -> Iterator[HeldDocument]:
    """What evaluations or surveys asked for in the year, and what of it is done."""
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


def examination_reports(taking: Taking, source: Source) -> Iterator[HeldDocument]:
    """LHPs of the year that exist for the reader, with their corrective actions."""
    reports = taking.session.scalars(
        select(ExaminationReport)
        .join(OmbudsmanTrack, OmbudsmanTrack.id == ExaminationReport.track_id)
        .where(
            OmbudsmanTrack.agency_id == taking.agency.id,
            sees_track(taking.actor),
            or_(
                OmbudsmanTrack.complaint_id.is_(None),
                exists().where(Complaint.id == OmbudsmanTrack.complaint_id, taking.is_of_no_reader),
            ),
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


def checkpoint(taking: Taking, source: Source) -> Iterator[HeldDocument]:
    """The last signed head of the log in the year."""
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


def performance_reports(taking: Taking, source: Source) -> Iterator[HeldDocument]:
    """Performance reports that left the house, by their entries in the log."""
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


def officers(taking: Taking, source: Source) -> Iterator[HeldDocument]:
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


def letters(taking: Taking, source: Source) -> Iterator[HeldDocument]:
    """By kind; figures alone."""
    start, end = taking.instants
    rows = taking.session.execute(
        select(Notice.kind, func.count(), func.max(Notice.sent_at))
        .join(Complaint, Complaint.id == Notice.complaint_id)
        .where(
            Complaint.agency_id == taking.agency.id,
            taking.is_of_no_reader,
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
