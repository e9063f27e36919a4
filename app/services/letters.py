"""The words of letters, from templates in both languages; the first line is the subject."""

from datetime import date
from typing import Any, Protocol

from babel.dates import format_date
from flask import current_app

from app.law import get_law
from workflows.vocabulary import ClosureReason, Finding, NoticeKind


class Addressed(Protocol):
    """What letters tell of a case: a `Complaint`, or one that is about to be stored."""

    @property
    def number(self) -> str: ...
    @property
    def language(self) -> str: ...
    @property
    def agency(self) -> Any: ...
    @property
    def finding(self) -> str | None: ...
    @property
    def closure_reason(self) -> str | None: ...
    @property
    def remedies(self) -> list[Any]: ...
    @property
    def compensation_idr(self) -> int | None: ...
    @property
    def compensation_due_on(self) -> date | None: ...


def letter_for(kind: NoticeKind, complaint: Addressed, *, text: str = "") -> tuple[str, str]:
    """Subject and body of a letter, in the complainant's language.

    The subject reveals nothing: it may be seen over a shoulder. ``text`` is what the officer
    wrote: the question, the reasons, the destination.
    """
    law = get_law()
    language = complaint.language if complaint.language in ("id", "en") else "id"
    finding = law.outcomes[Finding(complaint.finding)] if complaint.finding else None
    reason = (
        law.closure_reasons[ClosureReason(complaint.closure_reason)] if complaint.closure_reason else None
    )
    template = current_app.jinja_env.get_template(f"letters/{kind.value}.{language}.txt")
    rendered = template.render(
        complaint=complaint,
        agency=complaint.agency,
        text=text.strip(),
        finding=getattr(finding, f"label_{language}", ""),
        closure_reason=getattr(reason, f"label_{language}", ""),
        remedies=[getattr(law.remedies[code], f"label_{language}") for code in complaint.remedies],
        compensation_due=(
            format_date(complaint.compensation_due_on, "d MMMM y", locale=language)
            if complaint.compensation_due_on
            else ""
        ),
    )
    subject, _, body = rendered.strip().partition("\n")
    return subject.strip(), body.strip()
