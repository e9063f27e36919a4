"""The tables, one file a concept: columns and constraints, no business verbs."""

from app.models.agency import Agency, ReviewMandate, Unit
from app.models.audit import (
    AuditChain,
    AuditEntry,
    AuditSeal,
    Checkpoint,
    LogTile,
    WitnessDelivery,
    WitnessKind,
)
from app.models.calendar import CalendarDay, CalendarDecree
from app.models.case_link import CaseLink
from app.models.casework import Assignment, CaseEvent, ClockPoint
from app.models.closure_sample import ClosureReview, ClosureSample
from app.models.code_reissue import CodeReissue, CodeRequest
from app.models.complainant import CaseKey, Complainant, IdentityRead, NoticePreference
from app.models.complaint import Complaint, ComplaintCounter
from app.models.deadline import Deadline
from app.models.draft import Draft, DraftFile, DraftResume
from app.models.evidence import (
    EvidenceFile,
    EvidenceHistory,
    EvidenceItem,
    EvidenceLink,
    EvidenceLinkSpan,
    EvidenceVerdict,
    LinkCheck,
)
from app.models.message import Attachment, Message
from app.models.notice import Notice
from app.models.ombudsman import (
    ActionStep,
    CorrectiveAction,
    ExaminationReport,
    OmbudsmanFinding,
    OmbudsmanRecommendation,
    OmbudsmanRequest,
    OmbudsmanTrack,
    TrackClock,
    TrackFile,
)
from app.models.operations import ImportBatch, Lease, Setting
from app.models.outbox import OutboxItem
from app.models.particulars import Circumstance, FeeClaim
from app.models.receipt import Receipt
from app.models.respondent import Allegation, Respondent, RespondentSuperior
from app.models.service import Service, ServiceProduct, ServiceStandard
from app.models.statistics import StatisticsCount, StatisticsMonth
from app.models.survey import SurveyResponse
from app.models.user import User, UserRole
from app.models.wbk import (
    Answer,
    Assessment,
    IndicatorDuty,
    PastAnswer,
    Recommendation,
    SurveyRound,
    TpiAnswer,
)
from app.models.wbk_proposal import TakenProposal
from app.models.withdrawal import Withdrawal

__all__ = [
    "ActionStep",
    "Agency",
    "Allegation",
    "Answer",
    "Assessment",
    "Assignment",
    "Attachment",
    "AuditChain",
    "AuditEntry",
    "AuditSeal",
    "CalendarDay",
    "CalendarDecree",
    "CaseEvent",
    "CaseKey",
    "CaseLink",
    "Checkpoint",
    "Circumstance",
    "ClockPoint",
    "ClosureReview",
    "ClosureSample",
    "CodeReissue",
    "CodeRequest",
    "Complainant",
    "Complaint",
    "ComplaintCounter",
    "CorrectiveAction",
    "Deadline",
    "Draft",
    "DraftFile",
    "DraftResume",
    "EvidenceFile",
    "EvidenceHistory",
    "EvidenceItem",
    "EvidenceLink",
    "EvidenceLinkSpan",
    "EvidenceVerdict",
    "ExaminationReport",
    "FeeClaim",
    "IdentityRead",
    "ImportBatch",
    "IndicatorDuty",
    "Lease",
    "LinkCheck",
    "LogTile",
    "Message",
    "Notice",
    "NoticePreference",
    "OmbudsmanFinding",
    "OmbudsmanRecommendation",
    "OmbudsmanRequest",
    "OmbudsmanTrack",
    "OutboxItem",
    "PastAnswer",
    "Receipt",
    "Recommendation",
    "Respondent",
    "RespondentSuperior",
    "ReviewMandate",
    "Service",
    "ServiceProduct",
    "ServiceStandard",
    "Setting",
    "StatisticsCount",
    "StatisticsMonth",
    "SurveyResponse",
    "SurveyRound",
    "TakenProposal",
    "TpiAnswer",
    "TrackClock",
    "TrackFile",
    "Unit",
    "User",
    "UserRole",
    "Withdrawal",
    "WitnessDelivery",
    "WitnessKind",
]
