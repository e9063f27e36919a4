"""When to warn of a deadline and when to tell whom of a missed one.

Shares of the time from trigger to due, by the clock on the wall. They are local policy
(``clock_rules.reminder``: 50, 80 and 100 %; the Kasiwas at 100, the Kapolresta at 120 %) and a
setting, so they come as arguments.
"""

from datetime import datetime

from workflows.sla.facts import Deadline


def warn_at(deadline: Deadline, fraction: float) -> datetime:
    """When to warn that a deadline comes near; 1 is the due instant itself.

    :raises ValueError: the fraction is not in (0, 1]
    """
    if not 0 < fraction <= 1:
        raise ValueError(f"no share to warn at: {fraction}")
    return _at_share(deadline, fraction)


def escalate_at(deadline: Deadline, fraction: float) -> datetime:
    """When to tell a superior; 1 is the due instant, 1.2 a fifth of the whole time later.

    :raises ValueError: the fraction is below 1
    """
    if fraction < 1:
        raise ValueError(f"no share to escalate at: {fraction}")
    return _at_share(deadline, fraction)


def _at_share(deadline: Deadline, fraction: float) -> datetime:
    return deadline.triggered_at + (deadline.due_at - deadline.triggered_at) * fraction
