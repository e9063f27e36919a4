"""Evidence items as they stood at an instant: what they support, their files, and what checks found."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, and_, exists, func, or_, select
from sqlalchemy.orm import Session

from app.models import (
    Agency,
    Assessment,
    EvidenceFile,
    EvidenceHistory,
    EvidenceItem,
    EvidenceLink,
    EvidenceLinkSpan,
    EvidenceVerdict,
    LinkCheck,
    User,
)
from reports.rows import EvidenceRow
from reports.wbk.evidence_rules import DocumentFacts, Finding, LinkOutcome, findings, status_of
from workflows.errors import CaseNotVisible


@dataclass(frozen=True, slots=True)
class FileFacts:
    """A file of an item, as a page lists it."""

    id: int
    name: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class CheckFacts:
    """What the last try at a link found, and since when."""

    outcome: LinkOutcome
    http_status: int | None
    first_at: datetime
    last_at: datetime


@dataclass(frozen=True, slots=True)
class VerdictFacts:
    """What a person said of an item last."""

    accepted: bool
    reason: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class EvidenceView:
    """An item with everything that is known of it.

    :ivar findings: what to say of it in the year of the assessment, the graver first
    :ivar replaced_by: id of its correction
    """

    row: EvidenceRow
    agency_id: int
    facts: DocumentFacts
    findings: tuple[Finding, ...]
    files: tuple[FileFacts, ...]
    check: CheckFacts | None
    verdict: VerdictFacts | None
    created_at: datetime
    created_by: str
    replaced_by: int | None

    @property
    def counts(self) -> bool:
        """Whether an evaluator would accept it as things stand."""
        return not any(finding.is_fatal for finding in self.findings)


def list_evidence(session: Session, assessment_id: int, as_of: datetime) -> tuple[EvidenceRow, ...]:
    """Evidence items of an assessment with the indicators that each supports, by their ids."""
    return tuple(view.row for view in view_evidence(session, assessment_id, as_of))


def view_evidence(session: Session, assessment_id: int, as_of: datetime) -> tuple[EvidenceView, ...]:
    """The items of an assessment with what is known of each, by their ids."""
    year, zone = session.execute(
        select(Assessment.year, Agency.timezone)
        .join(Agency, Agency.id == Assessment.agency_id)
        .where(Assessment.id == assessment_id)
    ).one()
    tied = _indicators_at(session, assessment_id, as_of)
    return _views(session, tied, year=year, on=_on(as_of, zone), as_of=as_of)


def view_agency_evidence(session: Session, agency_id: int, year: int, at: datetime) -> list[EvidenceView]:
    """All items of an agency that no correction took the place of, the newest first.

    :param year: against which their dates are held
    """
    zone = session.scalars(select(Agency.timezone).where(Agency.id == agency_id)).one()
    ids = session.scalars(select(EvidenceItem.id).where(EvidenceItem.agency_id == agency_id, _stands(at)))
    tied = _indicators_of(session, ids.all())
    return list(_views(session, tied, year=year, on=_on(at, zone), as_of=at))[::-1]


def get_evidence(session: Session, evidence_id: int, year: int, at: datetime) -> EvidenceView:
    """One item.

    :raises CaseNotVisible: there is none of this id
    """
    found = session.execute(
        select(EvidenceItem.id, Agency.timezone)
        .join(Agency, Agency.id == EvidenceItem.agency_id)
        .where(EvidenceItem.id == evidence_id)
    ).first()
    if found is None:
        raise CaseNotVisible("wbk")
    tied = _indicators_of(session, [evidence_id])
    (view,) = _views(session, tied, year=year, on=_on(at, found.timezone), as_of=at)
    return view


def find_same_number(
    session: Session, agency_id: int, number: str, signed_on: date | None, *, but: int | None = None
) -> EvidenceItem | None:
    """An item of the agency with the same number and date.

    :param but: id of an item that doesn't count, being corrected
    """
    if not number:
        return None
    wanted = select(EvidenceItem).where(
        EvidenceItem.agency_id == agency_id,
        EvidenceItem.number == number,
        EvidenceItem.signed_on.is_not_distinct_from(signed_on),
        _stands(None),
    )
    if but is not None:
        wanted = wanted.where(EvidenceItem.id != but)
    return session.scalar(wanted.order_by(EvidenceItem.id).limit(1))


def find_same_file(
    session: Session, agency_id: int, sha256: Collection[str], *, but: int | None = None
) -> EvidenceItem | None:
    """An item of the agency that has one of these files already.

    :param but: id of an item that doesn't count, being corrected
    """
    if not sha256:
        return None
    wanted = (
        select(EvidenceItem)
        .join(EvidenceFile, EvidenceFile.evidence_id == EvidenceItem.id)
        .where(EvidenceItem.agency_id == agency_id, EvidenceFile.sha256.in_(sha256), _stands(None))
    )
    if but is not None:
        wanted = wanted.where(EvidenceItem.id != but)
    return session.scalar(wanted.order_by(EvidenceItem.id).limit(1))


def _stands(at: datetime | None) -> ColumnElement[bool]:
    """Condition on ``evidence_item``: no correction has taken its place (by `at`, or at all)."""
    replaced = and_(
        EvidenceHistory.evidence_id == EvidenceItem.id, EvidenceHistory.replaced_by_id.is_not(None)
    )
    if at is not None:
        replaced = and_(replaced, EvidenceHistory.replaced_at <= at)
    return ~exists().where(replaced)


def _on(at: datetime, zone: str) -> date:
    return at.astimezone(ZoneInfo(zone)).date()


def _indicators_of(session: Session, ids: Sequence[int]) -> dict[int, tuple[str, ...]]:
    """What each item supports now, in any assessment."""
    rows = session.execute(
        select(EvidenceLink.evidence_id, EvidenceLink.indicator)
        .where(EvidenceLink.evidence_id.in_(ids))
        .distinct()
        .order_by(EvidenceLink.indicator)
    )
    found: dict[int, list[str]] = {item_id: [] for item_id in ids}
    for evidence_id, indicator in rows:
        found[evidence_id].append(indicator)
    return {item_id: tuple(indicators) for item_id, indicators in found.items()}


def _indicators_at(session: Session, assessment_id: int, as_of: datetime) -> dict[int, tuple[str, ...]]:
    """What supported what at an instant; a link from before spans were kept counts from its item on."""
    span = EvidenceLinkSpan
    dated = session.execute(
        select(span.evidence_id, span.indicator).where(
            span.assessment_id == assessment_id,
            span.linked_at <= as_of,
            or_(span.unlinked_at.is_(None), span.unlinked_at > as_of),
        )
    )
    link = EvidenceLink
    same = and_(
        span.evidence_id == link.evidence_id,
        span.assessment_id == link.assessment_id,
        span.indicator == link.indicator,
    )
    undated = session.execute(
        select(link.evidence_id, link.indicator)
        .join(EvidenceItem, EvidenceItem.id == link.evidence_id)
        .where(link.assessment_id == assessment_id, EvidenceItem.created_at <= as_of, ~exists().where(same))
    )
    found: dict[int, set[str]] = {}
    for evidence_id, indicator in [*dated, *undated]:
        found.setdefault(evidence_id, set()).add(indicator)
    return {key: tuple(sorted(found[key])) for key in sorted(found)}


def _views(
    session: Session, tied: Mapping[int, tuple[str, ...]], *, year: int, on: date, as_of: datetime
) -> tuple[EvidenceView, ...]:
    ids = list(tied)
    if not ids:
        return ()
    files, checks = _files(session, ids, as_of), _checks(session, ids, as_of)
    verdicts, histories = _verdicts(session, ids, as_of), _histories(session, ids)
    items = session.scalars(
        select(EvidenceItem).where(EvidenceItem.id.in_(ids)).order_by(EvidenceItem.id)
    ).all()
    views = []
    for item in items:
        check, verdict = checks.get(item.id), verdicts.get(item.id)
        facts = DocumentFacts(
            signed_on=item.signed_on,
            valid_until=item.valid_until,
            url=item.url,
            has_file=item.id in files,
            link=check.outcome if check is not None else None,
            rejected=verdict is not None and not verdict.accepted,
        )
        author, replaced_by, replaced_at = histories.get(item.id, ("", None, None))
        row = EvidenceRow(
            id=item.id,
            indicator_ids=tied[item.id],
            number=item.number,
            title=item.title,
            signed_on=item.signed_on,
            signer=item.signer,
            url=item.url or None,
            valid_until=item.valid_until,
            status=status_of(facts, on),
        )
        views.append(
            EvidenceView(
                row=row,
                agency_id=item.agency_id,
                facts=facts,
                findings=findings(facts, year, on),
                files=tuple(files.get(item.id, ())),
                check=check,
                verdict=verdict,
                created_at=item.created_at,
                created_by=author,
                replaced_by=replaced_by if replaced_at is not None and replaced_at <= as_of else None,
            )
        )
    return tuple(views)


def _files(session: Session, ids: list[int], as_of: datetime) -> dict[int, list[FileFacts]]:
    rows = session.execute(
        select(
            EvidenceFile.evidence_id,
            EvidenceFile.id,
            EvidenceFile.name,
            EvidenceFile.size,
            EvidenceFile.sha256,
        )
        .where(EvidenceFile.evidence_id.in_(ids), EvidenceFile.uploaded_at <= as_of)
        .order_by(EvidenceFile.id)
    )
    found: dict[int, list[FileFacts]] = {}
    for row in rows:
        facts = FileFacts(row.id, row.name, row.size, row.sha256)
        found.setdefault(row.evidence_id, []).append(facts)
    return found


def _checks(session: Session, ids: list[int], as_of: datetime) -> dict[int, CheckFacts]:
    last = _last(LinkCheck, LinkCheck.first_at <= as_of, ids)
    rows = session.scalars(select(LinkCheck).where(LinkCheck.id.in_(last)))
    return {
        row.evidence_id: CheckFacts(
            LinkOutcome(row.outcome), row.http_status, row.first_at, min(row.last_at, as_of)
        )
        for row in rows
    }


def _verdicts(session: Session, ids: list[int], as_of: datetime) -> dict[int, VerdictFacts]:
    last = _last(EvidenceVerdict, EvidenceVerdict.given_at <= as_of, ids)
    rows = session.execute(
        select(EvidenceVerdict, User.full_name)
        .join(User, User.id == EvidenceVerdict.given_by_id)
        .where(EvidenceVerdict.id.in_(last))
    )
    return {row.evidence_id: VerdictFacts(row.accepted, row.reason, name, row.given_at) for row, name in rows}


def _last(model: Any, by_then: ColumnElement[bool], ids: list[int]) -> Any:
    return select(func.max(model.id)).where(model.evidence_id.in_(ids), by_then).group_by(model.evidence_id)


def _histories(session: Session, ids: list[int]) -> dict[int, tuple[str, int | None, datetime | None]]:
    rows = session.execute(
        select(
            EvidenceHistory.evidence_id,
            User.full_name,
            EvidenceHistory.replaced_by_id,
            EvidenceHistory.replaced_at,
        )
        .outerjoin(User, User.id == EvidenceHistory.created_by_id)
        .where(EvidenceHistory.evidence_id.in_(ids))
    )
    return {row[0]: (row[1] or "", row[2], row[3]) for row in rows}
