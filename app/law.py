"""The law data and the transition table, read once a process."""

from functools import cache
from importlib.resources import files

from workflows.law import Law, parse_law
from workflows.transitions import TransitionTable


@cache
def get_law() -> Law:
    """The law that ships with the rules.

    :raises workflows.errors.LawError: the file is not what it should be
    """
    return parse_law(files("workflows.data").joinpath("complaint_rules.json").read_text("utf-8"))


@cache
def get_table() -> TransitionTable:
    """Every event with its roles, sources, guards and effects."""
    return TransitionTable.from_law(get_law())
