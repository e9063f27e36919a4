"""WBK assessments: start one, answer, accept what the system proposes, attach evidence.

The system proposes, a person answers (``data_sistem`` of the worksheet): nothing here fills in an answer that
nobody gave. Every act is an entry of the agency's chain.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.database import run_in_unit
from app.models import Agency, Answer, Assessment, EvidenceItem, EvidenceLink
from app.queries.assessments import get_worksheet
from app.queries.wbk import get_provenance
from app.services.audit_log import acting_role, append_agency_entry
from app.services.web_addresses import is_web_address
from reports.wbk.answers import validate_answers
from workflows.audit import Fact
from workflows.errors import CaseNotVisible
from workflows.snapshot import Actor
from workflows.vocabulary import Role

ASSESSORS = frozenset({Role.COORDINATOR, Role.APPROVER})
"""Who works on the assessment of their agency (local policy)."""

FIRST_YEAR, LAST_YEAR = 2021, 2099
"""PermenPANRB 90/2021 is the first that the worksheet rests on."""
LONGEST_NOTE = 2_000


class AssessmentRefused(Exception):
    """An act on an assessment is refused.

    :ivar code: stable word for the reason
    :ivar field: the input at fault, or None
    """

    def __init__(self, code: str, field: str | None = None) -> None:
        super().__init__(code)
        self.code = code
        self.field = field


class AnswerChanged(AssessmentRefused):
    """Somebody answered the indicator since the form was opened.

    :ivar indicator_id: which one
    """

    def __init__(self, indicator_id: str) -> None:
        super().__init__("answer_changed")
        self.indicator_id = indicator_id


class ProposalChanged(AssessmentRefused):
    """The figures moved since the proposal was shown.

    :ivar indicator_id: which one
    """

    def __init__(self, indicator_id: str) -> None:
        super().__init__("proposal_changed")
        self.indicator_id = indicator_id


@dataclass(frozen=True, slots=True)
class Document:
    """An evidence item as typed in, checked for shape by the form.

    :ivar signer: function of who signed, as on the letter
    """

    number: str
    title: str
    signed_on: date | None = None
    signer: str = ""
    url: str = ""
    valid_until: date | None = None


def start_assessment(agency_code: str, year: int, *, actor: Actor, at: datetime) -> int:
    """Begin the worksheet of a year on the present version of the data; a second start finds the first.

    :raises CaseNotVisible: not the actor's agency, or not their task
    :raises AssessmentRefused: ``year_unfit``
    """

    def work(session: Session) -> int:
        agency = _own_agency(session, agency_code, actor)
        if not FIRST_YEAR <= year <= LAST_YEAR:
            raise AssessmentRefused("year_unfit", "year")
        known = session.scalar(
            select(Assessment.id).where(Assessment.agency_id == agency.id, Assessment.year == year)
        )
        if known is not None:
            return known
        made = Assessment(
            agency_id=agency.id, year=year, worksheet_version=get_worksheet().version, created_at=at
        )
        session.add(made)
        session.flush()
        facts: dict[str, Fact] = {"year": year, "worksheet": made.worksheet_version}
        _log(session, agency, "wbk.start", actor, at, facts)
        return made.id

    return run_in_unit(work)


def answer_indicator(
    assessment_id: int,
    indicator_id: str,
    value: object,
    note: str = "",
    *,
    seen: str,
    actor: Actor,
    at: datetime,
) -> None:
    """Record a person's answer; an empty one takes the answer back.

    :param value: option code, index, or counts by input key
    :param seen: token of the answer on the form (:attr:`GivenAnswer.token`), empty where there was none
    :raises reports.wbk.errors.AnswersError: the worksheet does not allow it, named by indicator or input
    :raises AnswerChanged: somebody else answered meanwhile
    :raises CaseNotVisible: not the actor's agency, or not their task
    """
    validate_answers(get_worksheet(), {indicator_id: value})

    def work(session: Session) -> None:
        assessment = _own_assessment(session, assessment_id, actor)
        _answer(session, assessment, indicator_id, _tidy(value), note, "manual", seen, actor, at)

    run_in_unit(work)


def accept_proposal(
    assessment_id: int, indicator_id: str, *, shown: str, seen: str, actor: Actor, at: datetime
) -> None:
    """Take up what the system proposes, as it was shown.

    :param shown: :func:`proposal_token` of what the page showed
    :raises ProposalChanged: the cases say something else by now
    :raises AnswerChanged: somebody answered meanwhile
    :raises AssessmentRefused: ``no_proposal``
    :raises CaseNotVisible: not the actor's agency, or not their task
    """

    def work(session: Session) -> None:
        assessment = _own_assessment(session, assessment_id, actor)
        found = get_provenance(session, assessment.agency, assessment.year, as_of=at, actor=actor)
        item = found.get(indicator_id)
        if item is None or item.proposal is None:
            raise AssessmentRefused("no_proposal")
        if proposal_token(item.proposal) != shown:
            raise ProposalChanged(indicator_id)
        value = dict(item.proposal) if isinstance(item.proposal, Mapping) else item.proposal
        validate_answers(get_worksheet(), {indicator_id: value})
        _answer(session, assessment, indicator_id, value, "", "proposal", seen, actor, at)

    run_in_unit(work)


def proposal_token(proposal: Any) -> str:
    """A proposal as a form sends it back, for comparing."""
    value = dict(proposal) if isinstance(proposal, Mapping) else proposal
    return json.dumps(value, sort_keys=True, ensure_ascii=True, separators=(",", ":"))


def attach_evidence(
    assessment_id: int, indicator_ids: Sequence[str], document: Document, *, actor: Actor, at: datetime
) -> int:
    """Add a document and tie it to the indicators that it supports; gives its id.

    :raises AssessmentRefused: ``indicator_unknown``, ``title_missing``, ``url_unfit``,
        ``valid_before_signed``, ``number_known`` (the agency has a document of that number)
    :raises CaseNotVisible: not the actor's agency, or not their task
    """
    _check(document)

    def work(session: Session) -> int:
        assessment = _own_assessment(session, assessment_id, actor)
        _check_indicators(indicator_ids)
        if document.number and session.scalar(
            select(EvidenceItem.id).where(
                EvidenceItem.agency_id == assessment.agency_id, EvidenceItem.number == document.number
            )
        ):
            raise AssessmentRefused("number_known", "number")
        item = EvidenceItem(
            agency_id=assessment.agency_id,
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
        for indicator_id in dict.fromkeys(indicator_ids):
            _link(session, assessment, item.id, indicator_id, actor, at)
        return item.id

    return run_in_unit(work)


def link_evidence(
    assessment_id: int, indicator_id: str, evidence_id: int, *, actor: Actor, at: datetime
) -> None:
    """Tie a document that the agency has to one more indicator; twice is as once.

    :raises AssessmentRefused: ``indicator_unknown``, ``evidence_unknown``
    :raises CaseNotVisible: not the actor's agency, or not their task
    """

    def work(session: Session) -> None:
        assessment = _own_assessment(session, assessment_id, actor)
        _check_indicators((indicator_id,))
        item = session.get(EvidenceItem, evidence_id)
        if item is None or item.agency_id != assessment.agency_id:
            raise AssessmentRefused("evidence_unknown", "evidence")
        if session.get(EvidenceLink, (evidence_id, assessment_id, indicator_id)) is None:
            _link(session, assessment, evidence_id, indicator_id, actor, at)

    run_in_unit(work)


def unlink_evidence(
    assessment_id: int, indicator_id: str, evidence_id: int, *, actor: Actor, at: datetime
) -> None:
    """Take a document off an indicator; the document itself stays.

    :raises CaseNotVisible: not the actor's agency, or not their task
    """

    def work(session: Session) -> None:
        assessment = _own_assessment(session, assessment_id, actor)
        link = session.get(EvidenceLink, (evidence_id, assessment_id, indicator_id))
        if link is None:
            return
        session.delete(link)
        facts = _facts(assessment, indicator_id) | {"evidence": evidence_id}
        _log(session, assessment.agency, "wbk.evidence_removed", actor, at, facts)

    run_in_unit(work)


def may_assess(actor: Actor) -> bool:
    """Whether the assessment of their agency is the actor's task."""
    return bool(actor.roles & ASSESSORS)


def _answer(
    session: Session,
    assessment: Assessment,
    indicator_id: str,
    value: Any,
    note: str,
    basis: str,
    seen: str,
    actor: Actor,
    at: datetime,
) -> None:
    row = session.scalar(
        select(Answer)
        .where(Answer.assessment_id == assessment.id, Answer.indicator == indicator_id)
        .with_for_update()
    )
    if (row.answered_at.isoformat() if row else "") != seen:
        raise AnswerChanged(indicator_id)
    facts = _facts(assessment, indicator_id)
    if value is None:
        if row is not None:
            session.delete(row)
            _log(session, assessment.agency, "wbk.answer_withdrawn", actor, at, facts)
        return
    if row is None:
        row = Answer(assessment_id=assessment.id, indicator=indicator_id)
        session.add(row)
    row.value, row.note, row.basis = value, note.strip()[:LONGEST_NOTE], basis
    row.answered_by_id, row.answered_at = actor.user_id, at
    session.flush()
    _log(
        session,
        assessment.agency,
        "wbk.answer",
        actor,
        at,
        facts | {"answer": proposal_token(value), "basis": basis},
    )


def _tidy(value: object) -> Any:
    """The answer as it is stored: no blanks around it, empty inputs left out, None where nothing is left."""
    if isinstance(value, Mapping):
        kept = {str(key): part for key, part in value.items() if part not in (None, "")}
        return kept or None
    if isinstance(value, str):
        return value.strip() or None
    return value


def _link(
    session: Session, assessment: Assessment, evidence_id: int, indicator_id: str, actor: Actor, at: datetime
) -> None:
    session.add(EvidenceLink(evidence_id=evidence_id, assessment_id=assessment.id, indicator=indicator_id))
    session.flush()
    facts = _facts(assessment, indicator_id) | {"evidence": evidence_id}
    _log(session, assessment.agency, "wbk.evidence", actor, at, facts)


def _check(document: Document) -> None:
    if not document.title.strip():
        raise AssessmentRefused("title_missing", "title")
    if document.url and not is_web_address(document.url):
        raise AssessmentRefused("url_unfit", "url")
    if document.signed_on and document.valid_until and document.valid_until < document.signed_on:
        raise AssessmentRefused("valid_before_signed", "valid_until")


def _check_indicators(indicator_ids: Sequence[str]) -> None:
    if not indicator_ids or any(key not in get_worksheet().by_id for key in indicator_ids):
        raise AssessmentRefused("indicator_unknown", "indicators")


def _own_agency(session: Session, code: str, actor: Actor) -> Agency:
    agency = session.scalar(select(Agency).where(Agency.code == code))
    if agency is None or agency.id != actor.agency_id or not may_assess(actor):
        raise CaseNotVisible("wbk")
    return agency


def _own_assessment(session: Session, assessment_id: int, actor: Actor) -> Assessment:
    found = session.get(Assessment, assessment_id)
    if found is None or found.agency_id != actor.agency_id or not may_assess(actor):
        raise CaseNotVisible("wbk")
    return found


def _facts(assessment: Assessment, indicator_id: str) -> dict[str, Fact]:
    return {"year": assessment.year, "indicator": indicator_id}


def _log(
    session: Session, agency: Agency, kind: str, actor: Actor, at: datetime, facts: Mapping[str, Fact]
) -> None:
    append_agency_entry(
        session, agency, kind=kind, actor=actor, role=acting_role(actor, ASSESSORS), at=at, facts=facts
    )
