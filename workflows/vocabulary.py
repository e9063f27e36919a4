"""The words of a complaint: stable codes, as they stand in the law data and in the database.

Codes follow ``workflows/data/complaint_rules.json``; official Indonesian terms are the labels
there. A test holds the two together, so that no code exists on one side alone.
"""

from enum import StrEnum


class PublicState(StrEnum):
    """The four states a citizen sees (local policy; the legal weight lies in the events)."""

    RECEIVED = "received"
    ASSIGNED = "assigned"
    INVESTIGATED = "investigated"
    RESOLVED = "resolved"


class Substate(StrEnum):
    """Where exactly a case stands; each belongs to one public state."""

    SUBMITTED = "submitted"
    ACKNOWLEDGED = "acknowledged"
    VERIFYING = "verifying"
    AWAITING_COMPLETION = "awaiting_completion"
    COMPLETE = "complete"
    CLASSIFIED = "classified"
    DISPOSITIONED = "dispositioned"
    ACCEPTED_BY_UNIT = "accepted_by_unit"
    REASSIGNED = "reassigned"
    TRANSFER_PENDING = "transfer_pending"
    CLARIFICATION = "clarification"
    AWAITING_COMPLAINANT_INFO = "awaiting_complainant_info"
    HEARING = "hearing"
    SEPARATE_HEARING = "separate_hearing"
    FIELD_CHECK = "field_check"
    REVIEW = "review"
    DECISION_DRAFTED = "decision_drafted"
    DECIDED = "decided"
    DECISION_DELIVERED = "decision_delivered"
    FOLLOW_UP_RUNNING = "follow_up_running"
    CLOSED = "closed"
    CLOSED_WITHDRAWN = "closed_withdrawn"
    CLOSED_LAPSED = "closed_lapsed"
    CLOSED_REJECTED = "closed_rejected"
    CLOSED_TRANSFERRED = "closed_transferred"
    CLOSED_ARCHIVED = "closed_archived"

    @property
    def is_closed(self) -> bool:
        """True where no duty of the station runs any more."""
        return self.value.startswith("closed")


PUBLIC_STATE: dict[Substate, PublicState] = {
    **dict.fromkeys(
        (
            Substate.SUBMITTED,
            Substate.ACKNOWLEDGED,
            Substate.VERIFYING,
            Substate.AWAITING_COMPLETION,
            Substate.COMPLETE,
            Substate.CLASSIFIED,
        ),
        PublicState.RECEIVED,
    ),
    **dict.fromkeys(
        (
            Substate.DISPOSITIONED,
            Substate.ACCEPTED_BY_UNIT,
            Substate.REASSIGNED,
            Substate.TRANSFER_PENDING,
        ),
        PublicState.ASSIGNED,
    ),
    **dict.fromkeys(
        (
            Substate.CLARIFICATION,
            Substate.AWAITING_COMPLAINANT_INFO,
            Substate.HEARING,
            Substate.SEPARATE_HEARING,
            Substate.FIELD_CHECK,
            Substate.REVIEW,
            Substate.DECISION_DRAFTED,
        ),
        PublicState.INVESTIGATED,
    ),
    **dict.fromkeys(
        (
            Substate.DECIDED,
            Substate.DECISION_DELIVERED,
            Substate.FOLLOW_UP_RUNNING,
            Substate.CLOSED,
            Substate.CLOSED_WITHDRAWN,
            Substate.CLOSED_LAPSED,
            Substate.CLOSED_REJECTED,
            Substate.CLOSED_TRANSFERRED,
            Substate.CLOSED_ARCHIVED,
        ),
        PublicState.RESOLVED,
    ),
}


class Event(StrEnum):
    """What can happen to a case; past facts once fired."""

    SUBMIT = "submit"
    ACKNOWLEDGE = "acknowledge"
    VERIFY = "verify"
    REQUEST_COMPLETION = "request_completion"
    COMPLETE_RECEIVED = "complete_received"
    LAPSE = "lapse"
    DECLARE_COMPLETE = "declare_complete"
    CLASSIFY = "classify"
    DISPOSE = "dispose"
    ACCEPT = "accept"
    REASSIGN = "reassign"
    TRANSFER_OUT = "transfer_out"
    START_EXAMINATION = "start_examination"
    ASK_INFO = "ask_info"
    INFO_RECEIVED = "info_received"
    SEPARATE_HEARING = "separate_hearing"
    DECIDE = "decide"
    DELIVER_DECISION = "deliver_decision"
    FOLLOW_UP = "follow_up"
    CLOSE = "close"
    WITHDRAW = "withdraw"
    REJECT = "reject"
    ARCHIVE = "archive"
    OBJECT = "object"
    HOLD_HEARING = "hold_hearing"
    FIELD_CHECK = "field_check"
    SUBMIT_REVIEW = "submit_review"
    DRAFT_DECISION = "draft_decision"
    PROPOSE_TRANSFER = "propose_transfer"
    GIVE_DOCUMENTS = "give_documents"
    DECLINE_TRANSFER = "decline_transfer"
    RESUME_WITHOUT_INFO = "resume_without_info"
    CONTINUE_EX_OFFICIO = "continue_ex_officio"
    RECORD_NOTICE = "record_notice"


class Role(StrEnum):
    """Application roles (``roles[].app_role`` in the law data, and ``system``, ``admin``)."""

    COMPLAINANT = "complainant"
    SYSTEM = "system"
    INTAKE = "intake"
    COORDINATOR = "coordinator"
    APPROVER = "approver"
    UNIT_HEAD = "unit_head"
    INVESTIGATOR_LEAD = "investigator_lead"
    INVESTIGATOR = "investigator"
    INFORMATION_OFFICER = "information_officer"
    PRIVACY_OFFICER = "privacy_officer"
    EXTERNAL_SUPERVISOR = "external_supervisor"
    OMBUDSMAN = "ombudsman"
    ADMIN = "admin"


CASE_ROLES = frozenset(
    {
        Role.INTAKE,
        Role.COORDINATOR,
        Role.APPROVER,
        Role.UNIT_HEAD,
        Role.INVESTIGATOR_LEAD,
        Role.INVESTIGATOR,
    }
)
"""Roles whose holders work on cases of their own agency."""


class ComplaintClass(StrEnum):
    """The class decides which clocks run."""

    SERVICE = "service_complaint"
    SUPERVISORY = "supervisory_complaint"
    INFORMATION_REQUEST = "information_request"
    ASPIRATION = "aspiration"
    URGENT = "urgent"
    OMBUDSMAN_CASE = "ombudsman_case"
    KOMPOLNAS_CASE = "kompolnas_case"
    ADMINISTRATIVE_OBJECTION = "administrative_objection"
    DATA_SUBJECT_REQUEST = "data_subject_request"
    DATA_BREACH = "data_breach"


CITIZEN_CLASSES = (
    ComplaintClass.SERVICE,
    ComplaintClass.SUPERVISORY,
    ComplaintClass.INFORMATION_REQUEST,
    ComplaintClass.ASPIRATION,
)
"""The classes that ``classify`` may give to a citizen's complaint. Urgency is no class of its own:
it adds its clocks to those of the class, so that no case loses the statutory ones."""


class IdentityMode(StrEnum):
    """How the complainant stands in the case."""

    OPEN = "open"
    WITHHELD = "withheld"
    """Known to the handlers, hidden from the respondent (UU 25/2009 Pasal 42 ayat (5))."""
    ANONYMOUS = "anonymous"
    """A tip: UU 25/2009 Pasal 42 ayat (3) wants name and address (local policy)."""


class Finding(StrEnum):
    """Outcome of an allegation or of a whole case."""

    SUBSTANTIATED = "substantiated"
    PARTLY_SUBSTANTIATED = "partly_substantiated"
    NOT_SUBSTANTIATED = "not_substantiated"
    SETTLED = "settled"
    ANSWERED = "answered"


class ClosureReason(StrEnum):
    """Why a case ended."""

    DECIDED = "decided"
    COMPENSATION_PAID = "compensation_paid"
    LAPSED = "lapsed"
    WITHDRAWN = "withdrawn"
    NO_JURISDICTION = "no_jurisdiction"
    DUPLICATE = "duplicate"
    TOO_VAGUE = "too_vague"
    NON_SUPERVISORY_ANSWERED = "non_supervisory_answered"
    BEFORE_COURT = "before_court"
    NO_REPLY = "no_reply"
    ANSWERED = "answered"


class NoticeKind(StrEnum):
    """Letters that are owed or recorded."""

    RECEIPT = "receipt"
    COMPLETENESS = "completeness"
    LAPSE_WARNING = "lapse_warning"
    LAPSE = "lapse"
    TRANSFER = "transfer"
    SP3D = "sp3d"
    RESULT_DUMAS = "result_dumas"
    SP2HP2 = "sp2hp2"
    DECISION = "decision"
    FOLLOW_UP_RESULT = "follow_up_result"
    ORI_EXPLANATION = "ori_explanation"
    ORI_CORRECTIVE_REPORT = "ori_corrective_report"
    ORI_RECOMMENDATION_REPORT = "ori_recommendation_report"
    BREACH = "breach"
    FIRST_REPLY = "first_reply"
    """First reply on the substance: the clock point ``first_substantive_reply`` needs a letter."""
    URGENT_ALERT = "urgent_alert"
    """The Kapolresta is told of an urgent case: fires ``kapolresta_notified``."""


class Party(StrEnum):
    """Whose deadline it is."""

    STATION = "station"
    COMPLAINANT = "complainant"
    OMBUDSMAN = "ombudsman"
    KOMPOLNAS = "kompolnas"


class LimitUnit(StrEnum):
    """What a limit counts."""

    WORKING_DAY = "working_day"
    CALENDAR_DAY = "calendar_day"
    HOUR = "hour"
    YEAR = "year"


class Binding(StrEnum):
    """How strong a deadline is."""

    STATUTE = "statute"
    REGULATION = "regulation"
    GUIDELINE = "guideline"
    LOCAL = "local"


class Confidence(StrEnum):
    """How sure we are of a fact of law; what is not verified is shown as local policy."""

    VERIFIED = "verified"
    LIKELY = "likely"
    RECONSTRUCTED = "reconstructed"
