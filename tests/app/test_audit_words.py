"""No entry of the log is shown as a bare code."""

from __future__ import annotations

import ast
import re
from pathlib import Path

from flask import Flask

import app.services
from app.forms.audit_words import AGENCY_KINDS, AUDIT_KINDS, audit_words
from workflows.vocabulary import Event

OF_NO_ENTRY = {
    # what is refused, settings, and lines of the application's own log
    "ori.action.verdict",
    "ori.corrective_days",
    "upload.infected",
    "upload.unscanned",
    "wbk.link_checks",
    # hosts whose links nobody else can follow
    "accounts.google.com",
    "login.live.com",
    "login.microsoftonline.com",
}


def dotted_codes() -> set[str]:
    """Every code of the form ``ori.action.note`` that stands in a service."""
    [folder] = app.services.__path__
    return {
        node.value
        for path in Path(folder).glob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and re.fullmatch(r"[a-z_]+(\.[a-z_]+)+", node.value)
    }


def test_every_code_of_a_service_has_words_or_is_no_entry() -> None:
    assert dotted_codes() == set(AUDIT_KINDS) | set(AGENCY_KINDS) | OF_NO_ENTRY


def test_entries_are_told_apart_by_their_words(app: Flask) -> None:
    with app.test_request_context():
        told = [audit_words(kind) for kind in (*AUDIT_KINDS, *AGENCY_KINDS)]
        events = {audit_words(event.value) for event in Event}
    assert len(set(told)) == len(told)
    assert events.isdisjoint(told)
    assert not [words for words in (*told, *events) if not words or "." in words]
