"""Every event from every substate by every role: allowed and refused together, against the law data."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from app.law import get_law, get_table
from workflows.errors import (
    CaseNotVisible,
    ConflictOfInterest,
    GuardRefused,
    RoleNotPermitted,
    WrongState,
)
from workflows.snapshot import Actor, Allegation, CaseSnapshot, Given, Respondent, complainant_of
from workflows.transitions import GUARDS, allowed_actions, decide
from workflows.vocabulary import (
    CASE_ROLES,
    ClosureReason,
    ComplaintClass,
    Event,
    Finding,
    NoticeKind,
    PublicState,
    Role,
    Substate,
)

NOW = datetime(2026, 3, 9, 2, 0, tzinfo=UTC)  # Monday, 09.00 WIB
LATER = NOW + timedelta(days=60)
NUMBER = "SRG-2026-000001"
AGENCY, OTHER_AGENCY = 1, 2
UNIT, OTHER_UNIT, SERVICE_UNIT = 11, 12, 13
DECIDER = 101

EVERYTHING = Given(
    text="isi",
    reason="alasan",
    unit_id=OTHER_UNIT,
    officer_id=None,
    complaint_class=ComplaintClass.SERVICE,
    finding=Finding.SUBSTANTIATED,
    closure_reason=ClosureReason.TOO_VAGUE,
    destination="Polres Cilegon",
    notice_kind=NoticeKind.SP3D,
    sent_at=NOW,
)
"""An action that brings everything any guard could ask for."""


def case_in(substate: Substate, **changes: object) -> CaseSnapshot:
    """A case on which every guard holds."""
    case = CaseSnapshot(
        number=NUMBER,
        agency_id=AGENCY,
        version=3,
        substate=substate,
        complaint_class=ComplaintClass.SERVICE,
        class_is_provisional=False,
        previous_substate=Substate.CLASSIFIED if substate == Substate.TRANSFER_PENDING else None,
        received_at=NOW - timedelta(days=40),
        declared_complete_at=NOW - timedelta(days=30),
        completion_due_at=NOW - timedelta(days=1),
        info_wait_until=NOW - timedelta(days=1),
        objection_until=NOW + timedelta(days=1),
        owner_unit_id=UNIT,
        service_unit_id=SERVICE_UNIT,
    )
    return replace(case, **changes)  # type: ignore[arg-type]


def actor_in(role: Role) -> Actor:
    """Somebody of the unit that owns the case, in one role."""
    if role == Role.COMPLAINANT:
        return complainant_of(NUMBER)
    if role == Role.SYSTEM:
        return Actor(roles=frozenset({role}))
    mandate = frozenset({AGENCY}) if role == Role.OMBUDSMAN else frozenset()
    return Actor(roles=frozenset({role}), user_id=DECIDER, agency_id=AGENCY, unit_id=UNIT, mandate=mandate)


def expected_of(event: Event, substate: Substate, role: Role) -> str:
    """What the law data says, read independently of the table."""
    rule = get_law().events[event]
    if role not in (*CASE_ROLES, Role.SYSTEM, Role.COMPLAINANT, Role.OMBUDSMAN):
        return "invisible"
    if role not in rule.by:
        return "role"
    if rule.sources is None or (rule.sources and substate not in rule.sources):
        return "state"
    return "allowed"


@pytest.mark.parametrize("event", Event)
def test_every_substate_and_role(event: Event) -> None:
    table = get_table()
    rule = get_law().events[event]
    for substate in Substate:
        for role in Role:
            case, actor = case_in(substate), actor_in(role)
            expected = expected_of(event, substate, role)
            where = f"{event} from {substate} by {role}"
            if expected == "allowed":
                decision = decide(case, event, actor, NOW, table=table, given=EVERYTHING)
                if rule.to is not None:
                    assert decision.to == rule.to, where
                elif rule.to_previous:
                    assert decision.to == case.previous_substate, where
                else:
                    assert decision.to == substate, where
                assert (event.value, NOW) in decision.points, where
                assert event in allowed_actions(case, actor, table=table), where
                continue
            refusal = {"invisible": CaseNotVisible, "role": RoleNotPermitted, "state": WrongState}[expected]
            with pytest.raises(refusal) as caught:
                decide(case, event, actor, NOW, table=table, given=EVERYTHING)
            assert type(caught.value) is refusal, where
            assert event not in allowed_actions(case, actor, table=table), where


def test_every_event_has_a_row_of_guards() -> None:
    assert set(GUARDS) == set(Event) == set(get_law().events)


def test_public_states_follow_the_law_data() -> None:
    for state, rule in get_law().public_states.items():
        for substate in rule.substates:
            assert case_in(substate).public_state == PublicState(state)


def officer(user_id: int, *, agency_id: int = AGENCY, unit_id: int = OTHER_UNIT) -> Actor:
    """Somebody who is to examine, of the unit that `EVERYTHING` names unless told otherwise."""
    return Actor(roles=frozenset({Role.INVESTIGATOR}), user_id=user_id, agency_id=agency_id, unit_id=unit_id)


COORDINATOR = actor_in(Role.COORDINATOR)
APPROVER = actor_in(Role.APPROVER)
LEAD = actor_in(Role.INVESTIGATOR_LEAD)

GUARD_TABLE = [
    # event, from, changes to the case, changes to what is given, actor, instant, refusal, field
    (Event.REQUEST_COMPLETION, Substate.VERIFYING, {}, {"text": "  "}, COORDINATOR, NOW, "text_missing", "text"),
    (Event.DECLARE_COMPLETE, Substate.VERIFYING, {"missing_fields": ("loss",)}, {}, COORDINATOR, NOW, "file_incomplete", None),
    (Event.LAPSE, Substate.AWAITING_COMPLETION, {"completion_due_at": None}, {}, None, NOW, "notice_receipt_unknown", None),
    (Event.LAPSE, Substate.AWAITING_COMPLETION, {"completion_due_at": NOW}, {}, None, NOW, "completion_window_open", None),
    (Event.CLASSIFY, Substate.COMPLETE, {}, {"complaint_class": ComplaintClass.URGENT}, COORDINATOR, NOW, "class_missing", "complaint_class"),
    (Event.CLASSIFY, Substate.COMPLETE, {}, {"complaint_class": ComplaintClass.DATA_BREACH}, COORDINATOR, NOW, "class_missing", "complaint_class"),
    (Event.DISPOSE, Substate.CLASSIFIED, {}, {"unit_id": None}, COORDINATOR, NOW, "unit_missing", "unit_id"),
    (Event.DISPOSE, Substate.CLASSIFIED, {"complaint_class": ComplaintClass.SUPERVISORY, "respondents": (Respondent(unit_id=OTHER_UNIT),)}, {}, COORDINATOR, NOW, "unit_has_interest", "unit_id"),
    (Event.DISPOSE, Substate.CLASSIFIED, {}, {"officer_id": 7}, COORDINATOR, NOW, "officer_unknown", "officer_id"),
    (Event.DISPOSE, Substate.CLASSIFIED, {}, {"officer_id": 7, "officer": officer(8)}, COORDINATOR, NOW, "officer_unknown", "officer_id"),
    (Event.DISPOSE, Substate.CLASSIFIED, {}, {"officer_id": 7, "officer": officer(7, agency_id=OTHER_AGENCY)}, COORDINATOR, NOW, "officer_unknown", "officer_id"),
    (Event.DISPOSE, Substate.CLASSIFIED, {}, {"officer_id": 7, "officer": officer(7, unit_id=SERVICE_UNIT)}, COORDINATOR, NOW, "officer_elsewhere", "officer_id"),
    (Event.DISPOSE, Substate.CLASSIFIED, {"respondents": (Respondent(user_id=7),)}, {"officer_id": 7, "officer": officer(7)}, COORDINATOR, NOW, "officer_has_interest", "officer_id"),
    (Event.ACCEPT, Substate.DISPOSITIONED, {}, {"unit_id": None, "officer_id": 7, "officer": officer(7)}, LEAD, NOW, "officer_elsewhere", "officer_id"),
    (Event.REASSIGN, Substate.CLARIFICATION, {}, {"officer_id": 7, "officer": officer(7, unit_id=UNIT)}, COORDINATOR, NOW, "officer_elsewhere", "officer_id"),
    (Event.REASSIGN, Substate.CLARIFICATION, {}, {"unit_id": UNIT}, COORDINATOR, NOW, "unit_unchanged", "unit_id"),
    (Event.REASSIGN, Substate.CLARIFICATION, {}, {"reason": ""}, COORDINATOR, NOW, "reason_missing", "reason"),
    (Event.TRANSFER_OUT, Substate.CLASSIFIED, {}, {"destination": ""}, COORDINATOR, NOW, "destination_missing", "destination"),
    (Event.START_EXAMINATION, Substate.ACCEPTED_BY_UNIT, {"declared_complete_at": None}, {}, LEAD, NOW, "not_declared_complete", None),
    (Event.DECIDE, Substate.REVIEW, {"declared_complete_at": None}, {}, APPROVER, NOW, "not_declared_complete", None),
    (Event.DECIDE, Substate.AWAITING_COMPLAINANT_INFO, {"info_wait_until": NOW}, {}, APPROVER, NOW, "info_wait_open", None),
    (Event.DECIDE, Substate.AWAITING_COMPLAINANT_INFO, {"info_wait_until": None}, {}, APPROVER, NOW, "info_wait_open", None),
    (Event.DECIDE, Substate.REVIEW, {}, {"finding": None}, APPROVER, NOW, "finding_missing", "finding"),
    (Event.DECIDE, Substate.REVIEW, {"allegations": (Allegation(1), Allegation(2, Finding.SETTLED))}, {}, APPROVER, NOW, "allegation_without_finding", "findings"),
    (Event.DECIDE, Substate.REVIEW, {}, {"compensation_idr": 50_000}, APPROVER, NOW, "compensation_incomplete", "compensation_due_on"),
    (Event.DECIDE, Substate.REVIEW, {}, {"remedies": ("compensation",)}, APPROVER, NOW, "compensation_incomplete", "compensation_idr"),
    (Event.DECIDE, Substate.REVIEW, {}, {"compensation_idr": 0, "compensation_due_on": date(2026, 4, 1)}, APPROVER, NOW, "compensation_not_positive", "compensation_idr"),
    (Event.DECIDE, Substate.REVIEW, {}, {"compensation_idr": 1, "compensation_due_on": date(2026, 3, 1)}, APPROVER, NOW, "compensation_due_past", "compensation_due_on"),
    (Event.DECIDE, Substate.REVIEW, {"examiner_ids": frozenset({DECIDER})}, {}, APPROVER, NOW, "decider_was_examiner", None),
    (Event.DECIDE, Substate.REVIEW, {"service_unit_id": UNIT}, {}, COORDINATOR, NOW, "own_service_needs_approver", None),
    (Event.DRAFT_DECISION, Substate.REVIEW, {"service_unit_id": UNIT}, {}, LEAD, NOW, "own_service_needs_coordinator", None),
    (Event.REJECT, Substate.VERIFYING, {}, {"closure_reason": None}, COORDINATOR, NOW, "closure_reason_missing", "closure_reason"),
    (Event.REJECT, Substate.VERIFYING, {}, {"closure_reason": ClosureReason.DECIDED}, COORDINATOR, NOW, "closure_reason_missing", "closure_reason"),
    (Event.ARCHIVE, Substate.CLASSIFIED, {"complaint_class": ComplaintClass.SUPERVISORY}, {}, COORDINATOR, NOW, "supervisory_not_archived", None),
    (Event.ARCHIVE, Substate.CLASSIFIED, {"in_danger": True}, {}, COORDINATOR, NOW, "supervisory_not_archived", None),
    (Event.OBJECT, Substate.CLOSED, {}, {}, complainant_of(NUMBER), LATER, "objection_window_over", None),
    (Event.RESUME_WITHOUT_INFO, Substate.AWAITING_COMPLAINANT_INFO, {"info_wait_until": LATER}, {}, LEAD, NOW, "info_wait_open", None),
    (Event.RECORD_NOTICE, Substate.CLOSED, {}, {"notice_kind": "pigeon"}, COORDINATOR, NOW, "notice_kind_missing", "notice_kind"),
    (Event.RECORD_NOTICE, Substate.CLOSED, {}, {"sent_at": None}, COORDINATOR, NOW, "notice_sent_missing", "sent_at"),
    (Event.RECORD_NOTICE, Substate.CLOSED, {}, {"sent_at": LATER}, COORDINATOR, NOW, "notice_sent_in_future", "sent_at"),
    (Event.RECORD_NOTICE, Substate.CLOSED, {}, {"notice_received_at": LATER}, COORDINATOR, NOW, "notice_received_in_future", "notice_received_at"),
    (Event.RECORD_NOTICE, Substate.CLOSED, {}, {"notice_received_at": NOW - timedelta(days=1), "proof": "p"}, COORDINATOR, NOW, "notice_received_before_sent", "notice_received_at"),
    (Event.RECORD_NOTICE, Substate.CLOSED, {}, {"notice_received_at": NOW}, COORDINATOR, NOW, "notice_proof_missing", "proof"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("event", "substate", "changes", "given", "actor", "at", "code", "field"),
    GUARD_TABLE,
    ids=lambda value: str(value) if isinstance(value, str) else None,
)
def test_guard_refuses(
    event: Event,
    substate: Substate,
    changes: dict[str, object],
    given: dict[str, object],
    actor: Actor | None,
    at: datetime,
    code: str,
    field: str | None,
) -> None:
    who = actor or actor_in(Role.SYSTEM)
    table = get_table()
    with pytest.raises(GuardRefused) as caught:
        decide(
            case_in(substate, **changes),
            event,
            who,
            at,
            table=table,
            given=replace(EVERYTHING, **given),  # type: ignore[arg-type]
        )
    assert (caught.value.code, caught.value.field) == (code, field)


def test_no_decision_before_the_file_was_complete_on_any_way() -> None:
    """The 60 days start at completeness: an examination without it could be back-dated away."""
    for substate in get_table().sources_of(Event.DECIDE):
        with pytest.raises(GuardRefused):
            decide(
                case_in(substate, declared_complete_at=None),
                Event.DECIDE,
                APPROVER,
                NOW,
                table=get_table(),
                given=EVERYTHING,
            )


def test_objection_to_an_early_rejection_goes_back_to_verifying() -> None:
    case = case_in(Substate.CLOSED_REJECTED, declared_complete_at=None)
    decision = decide(case, Event.OBJECT, complainant_of(NUMBER), NOW, table=get_table(), given=EVERYTHING)
    assert (decision.to, decision.reopens) == (Substate.VERIFYING, True)


def test_declined_transfer_returns_to_where_it_was() -> None:
    case = case_in(Substate.ACCEPTED_BY_UNIT)
    proposed = decide(case, Event.PROPOSE_TRANSFER, COORDINATOR, NOW, table=get_table(), given=EVERYTHING)
    assert (proposed.to, proposed.previous) == (Substate.TRANSFER_PENDING, Substate.ACCEPTED_BY_UNIT)
    pending = replace(case, substate=proposed.to, previous_substate=proposed.previous)
    declined = decide(pending, Event.DECLINE_TRANSFER, COORDINATOR, NOW, table=get_table(), given=EVERYTHING)
    assert (declined.to, declined.previous) == (Substate.ACCEPTED_BY_UNIT, None)


def test_a_notice_fires_the_clock_points_of_its_kind() -> None:
    sent, received = NOW - timedelta(days=2), NOW - timedelta(days=1)
    given = Given(notice_kind=NoticeKind.SP3D, sent_at=sent, notice_received_at=received, proof="resi")
    decision = decide(
        case_in(Substate.CLARIFICATION), Event.RECORD_NOTICE, COORDINATOR, NOW, table=get_table(), given=given
    )
    assert set(decision.points) == {
        ("record_notice", NOW),
        ("sp3d_sent", sent),
        ("first_substantive_reply", sent),
        ("sp3d_received", received),
    }


class TestConflicts:
    """UU 25/2009 Pasal 34 huruf j, 45 ayat (1), 48 ayat (1)."""

    named = Respondent(user_id=7, unit_id=UNIT, superior_ids=(8, 9))

    def officer(self, user_id: int, unit_id: int, role: Role = Role.INVESTIGATOR_LEAD) -> Actor:
        return Actor(roles=frozenset({role}), user_id=user_id, agency_id=AGENCY, unit_id=unit_id)

    def case(
        self, *respondents: Respondent, complaint_class: ComplaintClass = ComplaintClass.SUPERVISORY
    ) -> CaseSnapshot:
        return case_in(Substate.ACCEPTED_BY_UNIT, respondents=respondents, complaint_class=complaint_class)

    @pytest.mark.parametrize(
        ("actor_id", "unit_id", "excluded"),
        [
            (7, UNIT, "respondent"),
            (7, OTHER_UNIT, "respondent"),  # moved since: still the respondent
            (6, UNIT, "respondents_unit"),  # a colleague
            (8, UNIT, None),  # the head of the unit is the superior
            (5, OTHER_UNIT, None),
        ],
    )
    def test_named_officer(self, actor_id: int, unit_id: int, excluded: str | None) -> None:
        case = replace(self.case(self.named), case_officer_id=actor_id)
        actor = self.officer(actor_id, unit_id)
        if excluded is None:
            decide(case, Event.START_EXAMINATION, actor, NOW, table=get_table())
            return
        with pytest.raises(ConflictOfInterest) as caught:
            decide(case, Event.START_EXAMINATION, actor, NOW, table=get_table())
        assert caught.value.reason == excluded
        assert allowed_actions(case, actor, table=get_table()) == ()

    def test_unit_answers_for_its_own_service_only_when_no_officer_is_named(self) -> None:
        head = self.officer(6, UNIT, Role.UNIT_HEAD)
        own_service = self.case(Respondent(unit_id=UNIT), complaint_class=ComplaintClass.SERVICE)
        decide(own_service, Event.START_EXAMINATION, head, NOW, table=get_table())
        named = self.case(self.named, complaint_class=ComplaintClass.SERVICE)
        with pytest.raises(ConflictOfInterest):
            decide(named, Event.START_EXAMINATION, head, NOW, table=get_table())

    def test_a_refusal_for_conflict_looks_like_absence(self) -> None:
        assert issubclass(ConflictOfInterest, CaseNotVisible)


def test_another_agency_sees_nothing() -> None:
    stranger = Actor(roles=frozenset({Role.COORDINATOR}), user_id=1, agency_id=OTHER_AGENCY, unit_id=UNIT)
    for event in Event:
        if event == Event.SUBMIT:
            continue
        with pytest.raises(CaseNotVisible):
            decide(case_in(Substate.VERIFYING), event, stranger, NOW, table=get_table(), given=EVERYTHING)


def test_one_complainant_cannot_act_on_the_case_of_another() -> None:
    with pytest.raises(CaseNotVisible):
        decide(
            case_in(Substate.VERIFYING),
            Event.WITHDRAW,
            complainant_of("SRG-2026-000002"),
            NOW,
            table=get_table(),
        )


def test_examining_events_belong_to_the_owning_unit() -> None:
    case = case_in(Substate.CLARIFICATION, case_officer_id=DECIDER)
    outsider = Actor(
        roles=frozenset({Role.INVESTIGATOR, Role.COORDINATOR}),
        user_id=55,
        agency_id=AGENCY,
        unit_id=OTHER_UNIT,
    )
    with pytest.raises(RoleNotPermitted):
        decide(case, Event.ASK_INFO, outsider, NOW, table=get_table(), given=EVERYTHING)
