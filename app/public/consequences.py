"""What an answer would bring along: other answers that no longer fit, and a number that nobody asked for.

Both are said before anything happens: the page comes back, and the writer decides.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from sqlalchemy.orm import Session

from app.forms.nik import has_nik, without_nik
from app.public.filling import Filling, read_filling
from app.public.questions import Question, asked

_NOT_PROSE = frozenset({"email", "phone"})


def with_answer(session: Session, question: Question, filling: Filling, data: dict[str, Any]) -> Filling:
    """What would be known with this answer."""
    answers = {**filling.content.answers, question.slug: data}
    content = replace(filling.content, answers=answers)
    if question.slug == "satuan":
        return read_filling(session, content) or filling
    return Filling(filling.stations, filling.services, content)


def list_dropped(question: Question, before: Filling, after: Filling) -> list[Question]:
    """Questions whose answers would be lost by an answer to `question`, in their order."""
    kept = {one.slug for one in asked(after) if one.completes or one.is_answered(after)}
    return [
        one
        for one in asked(before)
        if one.slug in before.content.answers and one.slug not in kept and one is not question
    ]


def list_nik_fields(data: dict[str, Any]) -> list[str]:
    """Fields in which somebody wrote a NIK."""
    return [
        name
        for name, value in data.items()
        if isinstance(value, str) and name not in _NOT_PROSE and has_nik(value)
    ]


def strip_nik(data: dict[str, Any]) -> dict[str, Any]:
    """The answers with every NIK taken out."""
    found = list_nik_fields(data)
    return {name: without_nik(value) if name in found else value for name, value in data.items()}
