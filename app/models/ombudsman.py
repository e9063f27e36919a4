"""The Ombudsman's own track (UU 37/2008 Pasal 28 to 38), beside the states of a case and never moving them.

A track belongs to one case, or to the agency without a case (own initiative, systemic). What each state of a
duty entails is held by CHECKs: a corrective action is closed by the reviewer's verification alone.
"""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.models.agency import Agency, Unit
from app.models.base import Model
from app.models.columns import Code, JsonList, Name, Pk, Prose, in_words
from app.models.complaint import Complaint
from app.models.user import User
from workflows.ombudsman import ActionState, Compliance, Conclusion, RequestKind, StepKind

_OPEN = "met_at IS NULL AND void_at IS NULL"
_ONE_SUBJECT = (
    "(CASE WHEN request_id IS NULL THEN 0 ELSE 1 END)"
    " + (CASE WHEN action_id IS NULL THEN 0 ELSE 1 END)"
    " + (CASE WHEN recommendation_id IS NULL THEN 0 ELSE 1 END) = 1"
)


class OmbudsmanTrack(Model):
    """One examination by the Ombudsman of one agency."""

    __tablename__ = "ombudsman_track"
    __table_args__ = (
        UniqueConstraint("complaint_id"),
        CheckConstraint("(complaint_id IS NULL) = (wrapped_key IS NOT NULL)", name="key_of_its_own"),
        CheckConstraint("(vault_key_id IS NULL) = (wrapped_key IS NULL)", name="key_named"),
        CheckConstraint("version >= 1", name="version"),
    )

    id: Mapped[Pk]
    agency_id: Mapped[int] = mapped_column(ForeignKey("agency.id"), index=True)
    complaint_id: Mapped[int | None] = mapped_column(ForeignKey("complaint.id"))
    subject: Mapped[Name]
    """What is examined, in one line; for a case its own number says enough, so it may be empty."""
    opened_at: Mapped[datetime]
    opened_by_id: Mapped[int] = mapped_column(ForeignKey("app_user.id"))
    version: Mapped[int] = mapped_column(default=1)
    """Raised by every act, so that the row can be locked by writing it."""
    vault_key_id: Mapped[str | None] = mapped_column(String(40))
    wrapped_key: Mapped[bytes | None] = mapped_column(LargeBinary)
    """Key of the files of a track without a case; those of a case die with the key of the case."""

    agency: Mapped[Agency] = relationship()
    complaint: Mapped[Complaint | None] = relationship()
    requests: Mapped[list["OmbudsmanRequest"]] = relationship(order_by="OmbudsmanRequest.id")
    lhps: Mapped[list["ExaminationReport"]] = relationship(order_by="ExaminationReport.id")
    recommendations: Mapped[list["OmbudsmanRecommendation"]] = relationship(
        order_by="OmbudsmanRecommendation.id"
    )


class OmbudsmanRequest(Model):
    """Something that the Ombudsman asked for or did: written requests, summons, inspections, mediation."""

    __tablename__ = "ombudsman_request"
    __table_args__ = (
        CheckConstraint(in_words("kind", RequestKind), name="kind"),
        CheckConstraint("answered_at IS NULL OR due_at IS NOT NULL", name="only_requests_are_answered"),
        CheckConstraint("(answered_at IS NULL) = (answer IS NULL)", name="answer_has_text"),
        CheckConstraint("answered_at IS NULL OR answered_at >= received_at", name="answered_after_receipt"),
        CheckConstraint("due_at IS NULL OR due_at >= received_at", name="due_after_receipt"),
        CheckConstraint(
            "kind <> 'ori_clarification_2' OR answered_at IS NULL OR answered_at <= due_at",
            name="right_lost_after_second",
        ),
        Index(
            "uq_ombudsman_request_explanation",
            "track_id",
            "kind",
            unique=True,
            sqlite_where=text("kind IN ('ori_clarification_1', 'ori_clarification_2')"),
            postgresql_where=text("kind IN ('ori_clarification_1', 'ori_clarification_2')"),
        ),
    )

    id: Mapped[Pk]
    track_id: Mapped[int] = mapped_column(ForeignKey("ombudsman_track.id"), index=True)
    kind: Mapped[Code]
    number: Mapped[str] = mapped_column(String(80), default="")
    """Number of the Ombudsman's letter."""
    text: Mapped[Prose]
    held_on: Mapped[date | None]
    """Day of a summons, an inspection or a mediation."""
    received_at: Mapped[datetime]
    """It reaches the station with its recording: no earlier date can be claimed later."""
    due_at: Mapped[datetime | None]
    recorded_by_id: Mapped[int] = mapped_column(ForeignKey("app_user.id"))
    answered_at: Mapped[datetime | None]
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("app_user.id"))
    answer: Mapped[str | None]

    track: Mapped[OmbudsmanTrack] = relationship(back_populates="requests")
    recorded_by: Mapped[User] = relationship(foreign_keys=[recorded_by_id])
    answered_by: Mapped[User | None] = relationship(foreign_keys=[answered_by_id])
    files: Mapped[list["TrackFile"]] = relationship(order_by="TrackFile.id")


class ExaminationReport(Model):
    """An LHP (Laporan Hasil Pemeriksaan): what the examination found, and what must be put right."""

    __tablename__ = "ombudsman_lhp"
    __table_args__ = (
        UniqueConstraint("track_id", "number"),
        CheckConstraint(in_words("conclusion", Conclusion), name="conclusion"),
    )

    id: Mapped[Pk]
    track_id: Mapped[int] = mapped_column(ForeignKey("ombudsman_track.id"), index=True)
    number: Mapped[str] = mapped_column(String(80))
    issued_on: Mapped[date]
    conclusion: Mapped[Code]
    summary: Mapped[Prose]
    received_at: Mapped[datetime]
    recorded_by_id: Mapped[int] = mapped_column(ForeignKey("app_user.id"))

    track: Mapped[OmbudsmanTrack] = relationship(back_populates="lhps")
    recorded_by: Mapped[User] = relationship()
    findings: Mapped[list["OmbudsmanFinding"]] = relationship(order_by="OmbudsmanFinding.id")
    actions: Mapped[list["CorrectiveAction"]] = relationship(order_by="CorrectiveAction.id")
    files: Mapped[list["TrackFile"]] = relationship(order_by="TrackFile.id")


class OmbudsmanFinding(Model):
    """One finding of an LHP, with its type of maladministration."""

    __tablename__ = "ombudsman_finding"

    id: Mapped[Pk]
    lhp_id: Mapped[int] = mapped_column(ForeignKey("ombudsman_lhp.id"), index=True)
    maladministration: Mapped[Code]
    text: Mapped[Prose]


class CorrectiveAction(Model):
    """What a unit has to put right, by when, and whether the reviewer found it done."""

    __tablename__ = "corrective_action"
    __table_args__ = (
        UniqueConstraint("lhp_id", "seq"),
        CheckConstraint(in_words("state", ActionState), name="state"),
        CheckConstraint(
            "(state IN ('reported', 'verified')) = (reported_at IS NOT NULL)", name="reported_has_instant"
        ),
        CheckConstraint("(state = 'verified') = (verified_at IS NOT NULL)", name="verified_has_instant"),
        CheckConstraint("verified_at IS NULL OR verified_at >= reported_at", name="verified_after_report"),
        CheckConstraint(
            "(verified_at IS NULL) = (verified_by_id IS NULL)"
            " AND (verified_at IS NULL) = (verified_by_role IS NULL)"
            " AND (verified_by_role IS NULL OR verified_by_role = 'ombudsman')",
            name="verified_by_reviewer",
        ),
        CheckConstraint(
            "verified_by_id IS NULL OR verified_by_id <> reported_by_id", name="verified_by_another"
        ),
        CheckConstraint("(reported_at IS NULL) = (reported_by_id IS NULL)", name="report_has_author"),
        CheckConstraint("due_on >= issued_on", name="due_after_issue"),
    )

    id: Mapped[Pk]
    lhp_id: Mapped[int] = mapped_column(ForeignKey("ombudsman_lhp.id"))
    seq: Mapped[int]
    finding_id: Mapped[int | None] = mapped_column(ForeignKey("ombudsman_finding.id"))
    text: Mapped[Prose]
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), index=True)
    officer_id: Mapped[int | None] = mapped_column(ForeignKey("app_user.id"), index=True)
    issued_on: Mapped[date]
    """Of the LHP; repeated for the check."""
    due_on: Mapped[date]
    due_at: Mapped[datetime]
    """Last instant of that local day."""
    state: Mapped[Code]
    reported_at: Mapped[datetime | None]
    reported_by_id: Mapped[int | None] = mapped_column(ForeignKey("app_user.id"))
    verified_at: Mapped[datetime | None]
    verified_by_id: Mapped[int | None] = mapped_column(ForeignKey("app_user.id"))
    verified_by_role: Mapped[str | None] = mapped_column(String(40))

    lhp: Mapped[ExaminationReport] = relationship(back_populates="actions")
    finding: Mapped[OmbudsmanFinding | None] = relationship()
    unit: Mapped[Unit] = relationship()
    officer: Mapped[User | None] = relationship(foreign_keys=[officer_id])
    steps: Mapped[list["ActionStep"]] = relationship(order_by="ActionStep.id")

    @property
    def number(self) -> str:
        """Number of its own: that of the LHP, and its place in it."""
        return f"{self.lhp.number}/{self.seq}"


class ActionStep(Model):
    """What became of a corrective action, in order: notes, reports with proof, verdicts of the reviewer."""

    __tablename__ = "corrective_action_step"
    __table_args__ = (CheckConstraint(in_words("kind", StepKind), name="kind"),)

    id: Mapped[Pk]
    action_id: Mapped[int] = mapped_column(ForeignKey("corrective_action.id"), index=True)
    kind: Mapped[Code]
    text: Mapped[Prose]
    url: Mapped[str] = mapped_column(String(500), default="")
    """Proof that lies elsewhere."""
    at: Mapped[datetime]
    by_id: Mapped[int] = mapped_column(ForeignKey("app_user.id"))

    by: Mapped[User] = relationship()
    files: Mapped[list["TrackFile"]] = relationship(order_by="TrackFile.id")


class OmbudsmanRecommendation(Model):
    """A recommendation: it binds, and its report is due within 60 days (UU 37/2008 Pasal 38)."""

    __tablename__ = "ombudsman_recommendation"
    __table_args__ = (
        UniqueConstraint("track_id", "number"),
        CheckConstraint(f"compliance IS NULL OR {in_words('compliance', Compliance)}", name="compliance"),
        CheckConstraint("compliance IS NULL OR compliance <> 'not_due'", name="judged_when_due"),
        CheckConstraint("(compliance IS NULL) = (assessed_at IS NULL)", name="assessed_has_instant"),
        CheckConstraint("(compliance IS NULL) = (assessed_by_id IS NULL)", name="assessed_has_author"),
        CheckConstraint("(reported_at IS NULL) = (report IS NULL)", name="report_has_text"),
        CheckConstraint("reported_at IS NULL OR reported_at >= received_at", name="reported_after_receipt"),
        CheckConstraint(
            "published_at IS NULL OR compliance IN ('partly', 'not')", name="published_when_neglected"
        ),
        CheckConstraint(
            "published_at IS NULL OR published_at >= assessed_at", name="published_after_verdict"
        ),
    )

    id: Mapped[Pk]
    track_id: Mapped[int] = mapped_column(ForeignKey("ombudsman_track.id"), index=True)
    number: Mapped[str] = mapped_column(String(80))
    issued_on: Mapped[date]
    text: Mapped[Prose]
    received_at: Mapped[datetime]
    due_at: Mapped[datetime]
    recorded_by_id: Mapped[int] = mapped_column(ForeignKey("app_user.id"))
    reported_at: Mapped[datetime | None]
    reported_by_id: Mapped[int | None] = mapped_column(ForeignKey("app_user.id"))
    report: Mapped[str | None]
    compliance: Mapped[str | None] = mapped_column(String(40))
    assessment: Mapped[Prose] = mapped_column(default="")
    assessed_at: Mapped[datetime | None]
    assessed_by_id: Mapped[int | None] = mapped_column(ForeignKey("app_user.id"))
    published_at: Mapped[datetime | None]
    publication: Mapped[Prose] = mapped_column(default="")

    track: Mapped[OmbudsmanTrack] = relationship(back_populates="recommendations")
    recorded_by: Mapped[User] = relationship(foreign_keys=[recorded_by_id])
    reported_by: Mapped[User | None] = relationship(foreign_keys=[reported_by_id])
    files: Mapped[list["TrackFile"]] = relationship(order_by="TrackFile.id")


class TrackFile(Model):
    """A file of a track, sealed; from the Ombudsman or from the station."""

    __tablename__ = "ombudsman_file"
    __table_args__ = (
        CheckConstraint("size >= 1", name="not_empty"),
        CheckConstraint("side IN ('ombudsman', 'station')", name="side"),
    )

    id: Mapped[Pk]
    track_id: Mapped[int] = mapped_column(ForeignKey("ombudsman_track.id"), index=True)
    request_id: Mapped[int | None] = mapped_column(ForeignKey("ombudsman_request.id"), index=True)
    lhp_id: Mapped[int | None] = mapped_column(ForeignKey("ombudsman_lhp.id"), index=True)
    step_id: Mapped[int | None] = mapped_column(ForeignKey("corrective_action_step.id"), index=True)
    recommendation_id: Mapped[int | None] = mapped_column(
        ForeignKey("ombudsman_recommendation.id"), index=True
    )
    side: Mapped[Code]
    name: Mapped[str] = mapped_column(String(200))
    content_type: Mapped[str] = mapped_column(String(100))
    size: Mapped[int]
    sha256: Mapped[str] = mapped_column(String(64))
    storage_key: Mapped[str] = mapped_column(String(200))
    view_storage_key: Mapped[str | None] = mapped_column(String(200))
    view_content_type: Mapped[str | None] = mapped_column(String(100))
    uploaded_at: Mapped[datetime]
    uploaded_by_id: Mapped[int] = mapped_column(ForeignKey("app_user.id"))


class TrackClock(Model):
    """One duty of the station towards the Ombudsman and what became of it; written by the services alone."""

    __tablename__ = "ombudsman_clock"
    __table_args__ = (
        UniqueConstraint("request_id"),
        UniqueConstraint("action_id"),
        UniqueConstraint("recommendation_id"),
        CheckConstraint(_ONE_SUBJECT, name="one_subject"),
        CheckConstraint("due_at >= triggered_at", name="due_after_trigger"),
        CheckConstraint("breached_at IS NULL OR breached_at = due_at", name="breach_is_due"),
        Index(
            "ix_ombudsman_clock_alert",
            "next_alert_at",
            "id",
            sqlite_where=text("next_alert_at IS NOT NULL"),
            postgresql_where=text("next_alert_at IS NOT NULL"),
        ),
        Index(
            "ix_ombudsman_clock_open",
            "agency_id",
            "due_at",
            sqlite_where=text(_OPEN),
            postgresql_where=text(_OPEN),
        ),
    )

    id: Mapped[Pk]
    agency_id: Mapped[int] = mapped_column(ForeignKey("agency.id"))
    track_id: Mapped[int] = mapped_column(ForeignKey("ombudsman_track.id"), index=True)
    request_id: Mapped[int | None] = mapped_column(ForeignKey("ombudsman_request.id"))
    action_id: Mapped[int | None] = mapped_column(ForeignKey("corrective_action.id"))
    recommendation_id: Mapped[int | None] = mapped_column(ForeignKey("ombudsman_recommendation.id"))
    stage: Mapped[Code]
    policy_version: Mapped[str] = mapped_column(String(40))
    binding: Mapped[Code]
    confidence: Mapped[str] = mapped_column(String(20))
    sources: Mapped[JsonList]
    triggered_at: Mapped[datetime]
    due_at: Mapped[datetime]
    met_at: Mapped[datetime | None]
    void_at: Mapped[datetime | None]
    """Ended without being met: the right to answer was lost, or a second request took its place."""
    breached_at: Mapped[datetime | None]
    flagged_at: Mapped[datetime | None]
    next_alert_at: Mapped[datetime | None]
    next_alert: Mapped[int | None]
    alerted_percent: Mapped[int] = mapped_column(default=0)

    track: Mapped[OmbudsmanTrack] = relationship()
