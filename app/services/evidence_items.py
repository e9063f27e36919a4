"""Documents as evidence: added, tied to indicators, corrected, judged.

What an item says is never changed. A correction is a new item that takes the place of the old one at every
indicator, so that a workbook of an earlier instant still cites the document as it stood. Files are sealed
under a key of the item's own (:mod:`app.services.evidence_files`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import exists, select, update
from sqlalchemy.orm import Session

from app.database import run_in_unit
from app.models import (
    Agency,
    Assessment,
    EvidenceFile,
    EvidenceHistory,
    EvidenceItem,
    EvidenceLink,
    EvidenceLinkSpan,
    EvidenceVerdict,
)
from app.queries.assessment_work import supports_own_duty
from app.queries.evidence import find_same_file, find_same_number
from app.services.assessment_access import (
    AssessmentRefused,
    check_indicators,
    facts_of,
    log_act,
    may_assess,
    own_assessment,
    worksheet_of,
)
from app.services.evidence_files import SealedFiles, keep_files, rows_of
from app.services.files import StoredFile
from app.services.web_addresses import is_web_address
from workflows.audit import Fact
from workflows.errors import CaseNotVisible
from workflows.snapshot import Actor

LONGEST_REASON = 1_000


@dataclass(frozen=True, slots=True)
class Document:
    """An evidence item as typed in, checked for shape by the form.

    :ivar signed_on: None is kept, and said: an undated document counts as no evidence
    :ivar signer: function of who signed, as on the letter
    """

    number: str
    title: str
    signed_on: date | None = None
    signer: str = ""
    url: str = ""
    valid_until: date | None = None


def attach_evidence(
    assessment_id: int,
    indicator_ids: Sequence[str],
    document: Document,
    *,
    sealed: SealedFiles | None = None,
    actor: Actor,
    at: datetime,
) -> int:
    """Add a document and tie it to the indicators that it supports; gives its id.

    :raises AssessmentRefused: ``indicator_unknown``, ``title_missing``, ``url_unfit``, ``signed_in_future``,
        ``valid_before_signed``, ``number_known`` (number and date of another), ``file_known``, ``file_twice``
    :raises CaseNotVisible: not the actor's agency, or not their task
    """

    def work(session: Session) -> int:
        assessment = own_assessment(session, assessment_id, actor, indicator_ids)
        check_indicators(worksheet_of(assessment), indicator_ids)
        item_id = _add(session, assessment.agency, document, sealed, actor, at)
        for indicator_id in dict.fromkeys(indicator_ids):
            _link(session, assessment, item_id, indicator_id, actor, at)
        return item_id

    return run_in_unit(work)


def correct_evidence(
    evidence_id: int, document: Document, *, sealed: SealedFiles | None = None, actor: Actor, at: datetime
) -> int:
    """Put a corrected item in the place of another at every indicator, with its files and new ones; its id.

    :raises AssessmentRefused: as :func:`attach_evidence`, and ``already_replaced``
    :raises CaseNotVisible: not the actor's agency, or not their task
    """

    def work(session: Session) -> int:
        old = _own_item(session, evidence_id, actor)
        history = _history(session, old)
        if history.replaced_by_id is not None:
            raise AssessmentRefused("already_replaced")
        agency = session.get_one(Agency, old.agency_id)
        new_id = _add(session, agency, document, sealed, actor, at, corrects=old)
        for link in _links_of(session, old.id):
            assessment = session.get_one(Assessment, link.assessment_id)
            indicator_id = link.indicator
            _unlink(session, link, at)
            _link(session, assessment, new_id, indicator_id, actor, at, logged=False)
        history.replaced_by_id, history.replaced_at, history.check_due_at = new_id, at, None
        session.flush()
        facts: dict[str, Fact] = {"evidence": old.id, "corrected": new_id}
        log_act(session, agency, "wbk.evidence_corrected", actor, at, facts)
        return new_id

    return run_in_unit(work)


def link_evidence(
    assessment_id: int,
    indicator_id: str,
    evidence_id: int,
    *,
    in_hand: str = "",
    actor: Actor,
    at: datetime,
) -> None:
    """Tie a document that the agency has to one more indicator; twice is as once.

    Tied to an indicator, a document opens to whoever sees to it: so they tie what is open to them already.

    :param in_hand: digest of a file that the actor holds; the document that has it is open to them
    :raises AssessmentRefused: ``indicator_unknown``, ``evidence_unknown``
    :raises CaseNotVisible: not the actor's agency, or not their task
    """

    def work(session: Session) -> None:
        assessment = own_assessment(session, assessment_id, actor, (indicator_id,))
        check_indicators(worksheet_of(assessment), (indicator_id,))
        if not _is_open_to(session, evidence_id, in_hand, actor):
            raise AssessmentRefused("evidence_unknown", "evidence")
        tie(session, assessment, indicator_id, evidence_id, actor, at)

    run_in_unit(work)


def _is_open_to(session: Session, evidence_id: int, in_hand: str, actor: Actor) -> bool:
    if may_assess(actor) or supports_own_duty(session, evidence_id, actor):
        return True
    same = exists().where(EvidenceFile.evidence_id == evidence_id, EvidenceFile.sha256 == in_hand)
    return bool(in_hand) and bool(session.scalar(select(same)))


def tie(
    session: Session,
    assessment: Assessment,
    indicator_id: str,
    evidence_id: int,
    actor: Actor,
    at: datetime,
) -> None:
    """Tie a document to an indicator in the transaction of an act that checked who and what.

    :raises AssessmentRefused: ``evidence_unknown``: not of the agency, or a correction took its place
    """
    # Held, so that no correction takes its place meanwhile and leaves this indicator behind.
    item = session.get(EvidenceItem, evidence_id, with_for_update=True)
    if item is None or item.agency_id != assessment.agency_id:
        raise AssessmentRefused("evidence_unknown", "evidence")
    history = session.get(EvidenceHistory, evidence_id)
    if history is not None and history.replaced_by_id is not None:
        raise AssessmentRefused("evidence_unknown", "evidence")
    if session.get(EvidenceLink, (evidence_id, assessment.id, indicator_id)) is None:
        _link(session, assessment, evidence_id, indicator_id, actor, at)


def unlink_evidence(
    assessment_id: int, indicator_id: str, evidence_id: int, *, actor: Actor, at: datetime
) -> None:
    """Take a document off an indicator; the document itself stays.

    :raises CaseNotVisible: not the actor's agency, or not their task
    """

    def work(session: Session) -> None:
        assessment = own_assessment(session, assessment_id, actor, (indicator_id,))
        link = session.get(EvidenceLink, (evidence_id, assessment_id, indicator_id))
        if link is None:
            return
        _unlink(session, link, at)
        facts = facts_of(assessment, indicator_id) | {"evidence": evidence_id}
        log_act(session, assessment.agency, "wbk.evidence_removed", actor, at, facts)

    run_in_unit(work)


def judge_evidence(evidence_id: int, accepted: bool, reason: str = "", *, actor: Actor, at: datetime) -> None:
    """Say whether a document is valid (still); the last word counts.

    :raises AssessmentRefused: ``reason_missing``: a document is not rejected without one
    :raises CaseNotVisible: not the actor's agency, or not an assessor
    """

    def work(session: Session) -> None:
        item = _own_item(session, evidence_id, actor)
        give_verdict(session, item, accepted, reason, actor, at)

    run_in_unit(work)


def give_verdict(
    session: Session, item: EvidenceItem, accepted: bool, reason: str, actor: Actor, at: datetime
) -> None:
    """Enter a verdict in the transaction of an act that checked who judges.

    :raises AssessmentRefused: ``reason_missing``
    """
    reason = reason.strip()[:LONGEST_REASON]
    if not accepted and not reason:
        raise AssessmentRefused("reason_missing", "reason")
    if actor.user_id is None:
        raise CaseNotVisible("wbk")
    session.add(
        EvidenceVerdict(
            evidence_id=item.id, accepted=accepted, reason=reason, given_by_id=actor.user_id, given_at=at
        )
    )
    session.flush()
    facts: dict[str, Fact] = {"evidence": item.id, "accepted": accepted}
    log_act(session, session.get_one(Agency, item.agency_id), "wbk.evidence_judged", actor, at, facts)


def _add(
    session: Session,
    agency: Agency,
    document: Document,
    sealed: SealedFiles | None,
    actor: Actor,
    at: datetime,
    *,
    corrects: EvidenceItem | None = None,
) -> int:
    _check(document, at.astimezone(ZoneInfo(agency.timezone)).date())
    files = sealed.files if sealed is not None else ()
    _check_new(session, agency.id, document, files, corrects.id if corrects is not None else None)
    item = EvidenceItem(
        agency_id=agency.id,
        number=document.number,
        title=document.title,
        signed_on=document.signed_on,
        signer=document.signer,
        url=document.url,
        valid_until=document.valid_until,
        created_at=at,
    )
    session.add(item)
    session.flush()
    due_at = at if document.url else None
    session.add(EvidenceHistory(evidence_id=item.id, created_by_id=actor.user_id, check_due_at=due_at))
    if corrects is not None:
        keep_files(session, corrects, item)
    if sealed is not None:
        session.add_all(rows_of(item, sealed, actor, at))
    session.flush()
    return item.id


def _check(document: Document, today: date) -> None:
    if not document.title.strip():
        raise AssessmentRefused("title_missing", "title")
    if document.signed_on is not None and document.signed_on > today:
        raise AssessmentRefused("signed_in_future", "signed_on")
    if document.url and not is_web_address(document.url):
        raise AssessmentRefused("url_unfit", "url")
    if document.signed_on and document.valid_until and document.valid_until < document.signed_on:
        raise AssessmentRefused("valid_before_signed", "valid_until")


def _check_new(
    session: Session, agency_id: int, document: Document, files: Sequence[StoredFile], corrects: int | None
) -> None:
    same = find_same_number(session, agency_id, document.number, document.signed_on, but=corrects)
    if same is not None:
        raise AssessmentRefused("number_known", "number", f"{same.number}: {same.title}")
    digests = [one.sha256 for one in files]
    if len(set(digests)) < len(digests):
        raise AssessmentRefused("file_twice", "files")
    same = find_same_file(session, agency_id, digests, but=corrects)
    if same is not None:
        raise AssessmentRefused("file_known", "files", f"{same.number or '–'}: {same.title}")


def _own_item(session: Session, evidence_id: int, actor: Actor) -> EvidenceItem:
    """An item of the actor's agency, for an assessor; locked, with its history."""
    item = session.scalar(select(EvidenceItem).where(EvidenceItem.id == evidence_id).with_for_update())
    if item is None or item.agency_id != actor.agency_id or not may_assess(actor):
        raise CaseNotVisible("wbk")
    return item


def _history(session: Session, item: EvidenceItem) -> EvidenceHistory:
    found = session.get(EvidenceHistory, item.id)
    if found is None:
        found = EvidenceHistory(evidence_id=item.id)
        session.add(found)
        session.flush()
    return found


def _links_of(session: Session, evidence_id: int) -> Sequence[EvidenceLink]:
    return session.scalars(
        select(EvidenceLink)
        .where(EvidenceLink.evidence_id == evidence_id)
        .order_by(EvidenceLink.assessment_id, EvidenceLink.indicator)
    ).all()


def _link(
    session: Session,
    assessment: Assessment,
    evidence_id: int,
    indicator_id: str,
    actor: Actor,
    at: datetime,
    *,
    logged: bool = True,
) -> None:
    tied = {"evidence_id": evidence_id, "assessment_id": assessment.id, "indicator": indicator_id}
    session.add(EvidenceLink(**tied))
    session.add(EvidenceLinkSpan(**tied, linked_at=at, unlinked_at=None))
    session.flush()
    if logged:
        facts = facts_of(assessment, indicator_id) | {"evidence": evidence_id}
        log_act(session, assessment.agency, "wbk.evidence", actor, at, facts)


def _unlink(session: Session, link: EvidenceLink, at: datetime) -> None:
    """Close the span of a link; one from before spans were kept counts from its item on."""
    tied = (
        EvidenceLinkSpan.evidence_id == link.evidence_id,
        EvidenceLinkSpan.assessment_id == link.assessment_id,
        EvidenceLinkSpan.indicator == link.indicator,
        EvidenceLinkSpan.unlinked_at.is_(None),
    )
    closed = session.scalars(
        update(EvidenceLinkSpan).where(*tied).values(unlinked_at=at).returning(EvidenceLinkSpan.id)
    ).all()
    if not closed:
        item = session.get_one(EvidenceItem, link.evidence_id)
        session.add(
            EvidenceLinkSpan(
                evidence_id=link.evidence_id,
                assessment_id=link.assessment_id,
                indicator=link.indicator,
                linked_at=min(item.created_at, at),
                unlinked_at=at,
            )
        )
    session.delete(link)
    session.flush()
