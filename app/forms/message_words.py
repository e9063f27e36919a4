"""What a message is about, in words that staff and reviewers share; citizens read `app.public.words`."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l

ABOUT: dict[str, Any] = {
    "question": _l("Pertanyaan"),
    "answer": _l("Jawaban"),
    "completion": _l("Kelengkapan"),
    "objection": _l("Keberatan"),
    "withdrawal": _l("Alasan pencabutan"),
}
"""Kinds of messages that have a name (`Message.kind`); others are just messages."""
