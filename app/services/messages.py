"""What a complainant adds to a case at any time, without moving it.

An answer to a question or to a request for completion is an event (:mod:`app.services.events`); this is for
everything else. The log holds a commitment to the words and to the files; the version of the case stays.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from app.database import run_in_unit
from app.models import Complaint
from app.queries.snapshots import get_snapshot
from app.services import casework
from app.services.audit_log import acting_role, append_case_entry
from app.services.effects import Act, write_message
from app.services.files import StoredFile, attach_to
from app.services.outbox import queue_for_role, queue_for_user
from workflows.errors import CaseNotVisible, GuardRefused
from workflows.permissions import can_see
from workflows.snapshot import Actor, Decision, Given
from workflows.vocabulary import Event, Role, Substate

ADD = "message.added"
"""Kind of the log entry."""


def add_information(
    number: str, text: str, *, files: Sequence[StoredFile] = (), actor: Actor, at: datetime
) -> int:
    """Add a message of the complainant, with files; gives its id.

    :raises CaseNotVisible: no such case for the actor
    :raises GuardRefused: no words
    :raises app.content.errors.CaseFull: the case would hold more than it may
    """

    def work(session: Session) -> int:
        complaint = casework.lock_case(session, number, ADD)
        if not can_see(get_snapshot(session, complaint), actor):
            raise CaseNotVisible(ADD)
        if not text.strip():
            raise GuardRefused(ADD, "text_missing", field="text")
        act = act_in_place(session, complaint, actor, at, Given(text=text))
        message = write_message(act, "from_complainant", "message", text.strip())
        attach_to(act, files, label=f"message:{message.id}")
        entry = append_case_entry(
            session, complaint, kind=ADD, actor=actor, role=act.role, at=at, facts=act.facts
        )
        tell_station(act, f"{number}/entry/{entry.id}")
        return message.id

    return run_in_unit(work)


def act_in_place(session: Session, complaint: Complaint, actor: Actor, at: datetime, given: Given) -> Act:
    """An act that moves nothing: the case stands where it stood, and keeps its version."""
    substate = Substate(complaint.substate)
    staying = Decision(
        action=Event.INFO_RECEIVED, at=at, before=substate, to=substate, previous=None, points=()
    )
    return Act(session, complaint, staying, actor, acting_role(actor), at, given)


def tell_station(act: Act, key: str) -> None:
    """The case officer hears of it; where there is none yet, the coordinators do."""
    officer = act.complaint.case_officer_id
    template = "case_answered"
    if officer is not None:
        queue_for_user(act.session, act.complaint, user_id=officer, template=template, at=act.at, key=key)
    else:
        role = Role.COORDINATOR
        queue_for_role(act.session, act.complaint, role=role, template=template, at=act.at, key=key)
