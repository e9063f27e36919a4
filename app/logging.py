"""Logs: one JSON object a line on standard error, without anything that tells who complained.

Fields are an allow-list. A log call may hand in whatever it likes; what isn't listed here is dropped and only
its name is kept, so that a careless call shows up in review and never in the log. Text of exceptions is
dropped too (it often holds values): the class and the places in the code are enough to find the fault.
"""

from __future__ import annotations

import json
import logging
import re
import secrets
import sys
import time
import traceback
from collections.abc import MutableMapping
from pathlib import Path
from typing import Any, NamedTuple, TextIO

import structlog
from flask import Flask, Response, g, request

from app import clock

EventDict = MutableMapping[str, Any]

ALLOWED_FIELDS = frozenset(
    {
        "event",
        "level",
        "logger",
        "timestamp",
        "request_id",
        "method",
        "endpoint",
        "status",
        "duration_ms",
        "error",
        "where",
        "job",
        "count",
        "warned",
        "breached",
        "sent",
        "failed",
        "attempt",
        "version",
        "setting",
        "pid",
        "signal",
    }
)
READY_MADE_IS_SAFE = frozenset({"_granian", "granian"})
"""Loggers that speak of the server itself (start, workers, stop), never of a request."""
REQUEST_ID = re.compile(r"[A-Za-z0-9-]{8,64}")
REQUEST_LOGGER = "app.request"
_ROOT = Path(__file__).resolve().parent.parent


class _StandardError(logging.StreamHandler[TextIO]):
    """Writes to whatever standard error is at the moment, as a supervisor or a test may replace it."""

    def __init__(self) -> None:
        logging.Handler.__init__(self)

    @property
    def stream(self) -> TextIO:
        return sys.stderr

    @stream.setter
    def stream(self, _value: TextIO) -> None:
        raise AttributeError("always standard error")


class _Formatter(structlog.stdlib.ProcessorFormatter):
    """Structlog's, but for the one line that every request writes: that one says how it looks itself."""

    def format(self, record: logging.LogRecord) -> str:
        return record.msg.as_json() if isinstance(record.msg, RequestLine) else super().format(record)


class RequestLine(NamedTuple):
    """What is written of a request: nothing but these fields, which hold no address and no URL."""

    request_id: str
    method: str
    endpoint: str | None
    status: int
    duration_ms: float

    def as_json(self) -> str:
        """One object, its names in order."""
        fixed = {"event": "request", "level": "info", "logger": REQUEST_LOGGER}
        written_at = clock.now().isoformat(timespec="microseconds").replace("+00:00", "Z")
        return json.dumps({**fixed, **self._asdict(), "timestamp": written_at}, sort_keys=True)


def configure_logging(*, level: int = logging.INFO) -> None:
    """Send structlog and the standard library's loggers as JSON to standard error; harmless if repeated."""
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        describe_exception,
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    handler = _StandardError()
    handler.set_name("sahut")
    handler.setFormatter(
        _Formatter(
            foreign_pre_chain=[*shared, reduce_foreign_message],
            use_get_message=False,
            pass_foreign_args=True,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                keep_allowed_fields,
                structlog.processors.JSONRenderer(sort_keys=True),
            ],
        )
    )
    root = logging.getLogger()
    for old in [known for known in root.handlers if known.get_name() == "sahut"]:
        root.removeHandler(old)
    root.addHandler(handler)
    root.setLevel(level)
    # Access lines of the servers hold the query string; our own line per request (below) doesn't.
    for access in ("werkzeug", "granian.access", "_granian.access"):
        logging.getLogger(access).setLevel(logging.ERROR)
    # SQL echo and a job's arguments may hold values.
    for talkative in ("alembic", "sqlalchemy.engine", "apscheduler"):
        logging.getLogger(talkative).setLevel(logging.WARNING)


def describe_exception(_logger: Any, _name: str, event: EventDict) -> EventDict:
    """Put the exception's class and the lines of code it passed in place of its text."""
    given = event.pop("exc_info", None)
    if given is True:
        given = sys.exc_info()
    error = given[1] if isinstance(given, tuple) else given
    if isinstance(error, BaseException):
        kind = type(error)
        event["error"] = f"{kind.__module__}.{kind.__qualname__}"
        event["where"] = [
            f"{_short(frame.filename)}:{frame.lineno} {frame.name}"
            for frame in traceback.extract_tb(error.__traceback__)
        ]
    event.pop("stack_info", None)
    return event


def _short(path: str) -> str:
    file = Path(path.partition("site-packages/")[2] or path)
    if not file.is_absolute():
        return str(file)
    return str(file.relative_to(_ROOT)) if file.is_relative_to(_ROOT) else file.name


def reduce_foreign_message(_logger: Any, _name: str, event: EventDict) -> EventDict:
    """A library's message without its arguments, which may be anybody's words.

    The template is kept; a message that came ready-made is replaced by its origin, since its words can't be
    told from its values.
    """
    arguments = event.pop("positional_args", None)
    if not arguments and event.get("logger") not in READY_MADE_IS_SAFE:
        event["event"] = "unexpected error" if "error" in event else "library message"
    return event


def keep_allowed_fields(_logger: Any, _name: str, event: EventDict) -> EventDict:
    """The listed fields, and the names (not the values) of those that were dropped."""
    kept = {name: value for name, value in event.items() if name in ALLOWED_FIELDS}
    dropped = sorted(set(event) - set(kept) - {"_record", "_from_structlog", "_logger", "_name"})
    return {**kept, "dropped": dropped} if dropped else kept


def register_request_log(app: Flask) -> None:
    """Give every request an id and one log line: method, endpoint, status and time, no address and no URL."""
    log = logging.getLogger(REQUEST_LOGGER)

    @app.before_request
    def start() -> None:
        asked = request.headers.get("X-Request-ID", "")
        g.request_id = asked if REQUEST_ID.fullmatch(asked) else secrets.token_hex(8)
        g.request_started = time.monotonic()
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request_id=g.request_id)

    @app.after_request
    def finish(response: Response) -> Response:
        if "request_id" not in g:
            return response
        response.headers["X-Request-ID"] = g.request_id
        if request.endpoint not in {"static", "ops.healthz"}:
            took_ms = round((time.monotonic() - g.request_started) * 1000, 1)
            log.info(
                RequestLine(g.request_id, request.method, request.endpoint, response.status_code, took_ms)
            )
        return response
