"""The commands of ``flask --app wsgi …``: thin shells over services, one module a group.

Each prints words for people, or JSON with ``--json``; exit codes are 0, 1 for "no", 2 for bad use.
"""

from flask import Flask

from app.cli.audit import audit
from app.cli.demo import demo
from app.cli.evidence import evidence
from app.cli.performance import performance
from app.cli.receipt import receipt
from app.cli.register import register as register_group
from app.cli.scheduler import scheduler
from app.cli.settings import setting
from app.cli.sla import sla
from app.cli.users import user
from app.cli.wbk import wbk

GROUPS = (audit, demo, evidence, performance, receipt, register_group, scheduler, setting, sla, user, wbk)
"""Every group of commands."""


def register(app: Flask) -> None:
    """Give `app` its commands."""
    for group in GROUPS:
        app.cli.add_command(group)
