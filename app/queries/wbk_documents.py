"""What Sahut holds already that can support an answer: documents by number and date, and lists of the year.

Nothing is made up: what the database does not hold gives no row. A page that is changed without a date is
taken "as it stands today", and says so. The complaints of a list are those of the reader's view; what is left
out is counted.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from types import MappingProxyType

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.models import Agency, Complaint, Service
from app.queries import wbk_published, wbk_records
from app.queries.visibility import visible_to
from app.queries.wbk_cases import local_date
from app.queries.wbk_held import HeldDocument, Taking
from app.queries.wbk_recaps import RECAPS, recap_condition
from reports.wbk.labels import FINDINGS, SUBSTATES
from reports.wbk.proposals.held import SOURCES, Source
from workflows.snapshot import Actor
from workflows.vocabulary import Finding, Substate


def list_held(
    session: Session,
    agency: Agency,
    year: int,
    indicator_id: str,
    *,
    actor: Actor,
    at: datetime,
    readers: tuple[Actor, ...] = (),
) -> tuple[HeldDocument, ...]:
    """What is held for an indicator, in the order of its sources; nothing where nothing is.

    :param readers: to whom a list will be open as a document: it counts no case in which one of them has an
        interest
    """
    taking = Taking(session, agency, year, actor, at, readers)
    return tuple(
        document for source in SOURCES.get(indicator_id, ()) for document in _TAKEN[source](taking, source)
    )


def _recap(taking: Taking, source: Source) -> Iterator[HeldDocument]:
    condition = recap_condition(taking.agency, taking.year, source, taking.actor, *taking.readers)
    count = taking.session.scalar(select(func.count()).select_from(Complaint).where(condition))
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
        .where(condition, visible_to(taking.actor))
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


_Taken = Callable[[Taking, Source], Iterator[HeldDocument]]
_TAKEN: Mapping[Source, _Taken] = MappingProxyType(
    {
        Source.STANDARDS: wbk_published.standards,
        Source.PLEDGE: wbk_published.pledge,
        Source.PROCEDURE: wbk_published.procedure,
        Source.STATISTICS: wbk_published.statistics,
        Source.SURVEY_REPORTS: wbk_published.survey_reports,
        Source.SURVEY_INDEX: wbk_published.survey_index,
        Source.EVALUATION_ACTIONS: wbk_records.actions,
        Source.SURVEY_ACTIONS: wbk_records.actions,
        Source.EXAMINATION_REPORTS: wbk_records.examination_reports,
        Source.CHECKPOINT: wbk_records.checkpoint,
        Source.PERFORMANCE_REPORTS: wbk_records.performance_reports,
        Source.OFFICERS: wbk_records.officers,
        Source.LETTERS: wbk_records.letters,
        **dict.fromkeys(RECAPS, _recap),
    }
)
