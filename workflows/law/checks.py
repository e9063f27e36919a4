"""Do the references inside the law data lead somewhere?"""

from collections.abc import Collection, Iterable, Mapping
from enum import StrEnum
from typing import TYPE_CHECKING

from workflows.errors import LawError
from workflows.law.nodes import Policy, SlaStep
from workflows.vocabulary import (
    PUBLIC_STATE,
    ClosureReason,
    ComplaintClass,
    Event,
    Finding,
    NoticeKind,
    Party,
    PublicState,
    Role,
)

if TYPE_CHECKING:
    from workflows.law.document import Document

DUE_SUFFIX = "_due"
"""``resolution_kip_due`` is the clock point at which the stage ``resolution_kip`` falls due."""


def check_references(document: "Document") -> None:
    """All checks across sections.

    :raises LawError: at the first reference that leads nowhere
    """
    _check_vocabulary(document)
    _check_states(document)
    _check_policies(document)
    _check_clock_rules(document)
    _check_catalogues(document)


def _check_vocabulary(document: "Document") -> None:
    """Every word of the vocabulary has its node."""
    _complete(document.states.public, PublicState, "states.public")
    _complete(document.states.events, Event, "states.events")
    _complete(document.sla_policies, ComplaintClass, "sla_policies")
    _complete(document.outcomes.finding, Finding, "outcomes.finding")
    _complete(document.closure_reasons, ClosureReason, "closure_reasons")
    _complete(document.notices, NoticeKind, "notices")


def _complete(found: Collection[object], words: Iterable[StrEnum], path: str) -> None:
    for word in words:
        if word not in found:
            raise LawError(path, f"lacks {word}")


def _check_states(document: "Document") -> None:
    for i, state in enumerate(document.states.public.values()):
        expected = {substate for substate, public in PUBLIC_STATE.items() if public is state.code}
        if set(state.substates) != expected:
            raise LawError(f"states.public[{i}].substates", f"not the substates of {state.code}")
    clash = document.states.events.keys() & document.clock_points.keys()
    if clash:
        raise LawError("clock_points", f"{min(clash)} is an event too")


def _check_policies(document: "Document") -> None:
    triggers = {*document.states.events, *document.clock_points}
    for i, policy in enumerate(document.sla_policies.values()):
        parties: dict[str, Party] = {}
        for j, step in enumerate(policy.steps):
            path = f"sla_policies[{i}].steps[{j}]"
            _known(step.starts_at, triggers, f"{path}.starts_at")
            for code in step.ends_at:
                _known(code, triggers, f"{path}.ends_at")
            if step.sanction is not None:
                _known(step.sanction, document.sanctions, f"{path}.on_breach")
            if parties.setdefault(step.stage, step.party) is not step.party:
                raise LawError(f"{path}.party", f"another step of {step.stage} binds another party")
            _check_extension(step, policy, j, path)


def _check_extension(step: SlaStep, policy: Policy, index: int, path: str) -> None:
    """A clock that starts when a stage falls due needs that stage, once, before it."""
    if not step.starts_at.endswith(DUE_SUFFIX):
        return
    stage = step.starts_at.removesuffix(DUE_SUFFIX)
    if [earlier.stage for earlier in policy.steps[:index]].count(stage) != 1:
        raise LawError(f"{path}.starts_at", f"{stage} is not one earlier step of this policy")


def _check_clock_rules(document: "Document") -> None:
    rules = document.clock_rules
    pause = rules.get("operational_pause")
    if pause is None or pause.cap_calendar_days is None or pause.cap_calendar_days < 0:
        raise LawError("clock_rules", "operational_pause.cap_calendar_days is missing or negative")
    reminder = rules.get("reminder")
    percents = (*reminder.warn_percent, *(reminder.escalate_percent or {}).values()) if reminder else ()
    if not percents or min(percents) <= 0:
        raise LawError("clock_rules", "reminder has no percents, or one that is not above 0")
    for code in ("hari_kerja_count", "cuti_bersama", "jam"):
        _known(code, document.working_calendar.rules, "working_calendar.rules")


def _check_catalogues(document: "Document") -> None:
    categories = document.complaint_categories
    types = document.maladministration_types.items
    for i, conduct in enumerate(categories.police_conduct.values()):
        path = f"complaint_categories.police_conduct[{i}]"
        _known(conduct.maladministration, types, f"{path}.maladministration")
    for i, issue in enumerate(categories.service_issues.values()):
        path = f"complaint_categories.service_issues[{i}]"
        _known(issue.maladministration, types, f"{path}.maladministration")
        for code in issue.applies:
            _known(code, document.services.items, f"{path}.applies")
    for i, outcome in enumerate(document.outcomes.finding.values()):
        if outcome.perpol_status is not None:
            path = f"outcomes.finding[{i}].perpol_status"
            _known(outcome.perpol_status, document.outcomes.perpol_status, path)
    for i, service in enumerate(document.services.items.values()):
        _known(service.owner_role, document.roles, f"services.items[{i}].owner_role")
    _check_recipients(document)


def _check_recipients(document: "Document") -> None:
    outside = {"data_subject", "pdp_authority"}
    for i, notice in enumerate(document.notices.values()):
        for recipient in notice.to:
            _known(recipient, {*Role, *outside}, f"notices[{i}].to")


def _known(code: str, among: Collection[str] | Mapping[str, object], path: str) -> None:
    if code not in among:
        raise LawError(path, f"{code!r} leads nowhere")
