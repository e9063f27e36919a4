"""The law data and the transition table, read once a process."""

from functools import cache
from importlib.resources import files

from workflows.law import Law, parse_law
from workflows.transitions import TransitionTable, provisional_class
from workflows.vocabulary import ComplaintClass


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


def class_of_category(category: str | None) -> ComplaintClass:
    """The class that the citizen's own category gives, before anybody sorted the case."""
    if category == "permintaan_informasi":
        return ComplaintClass.INFORMATION_REQUEST
    if category == "aspirasi":
        return ComplaintClass.ASPIRATION
    law = get_law()
    known = law.issues.get(category or "") or law.conduct.get(category or "")
    return provisional_class(known.default_class if known else None)
