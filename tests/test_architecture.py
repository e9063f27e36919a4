"""What the import contracts can't say: the rules of a case import the standard library alone, and no
clock."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from config import ROOT

RULES = sorted((ROOT / "workflows").rglob("*.py"))
CODE = sorted(path for room in ("app", "reports", "workflows") for path in (ROOT / room).rglob("*.py"))
WALL_CLOCK = {"now", "today", "utcnow", "utcfromtimestamp", "time_ns"}
"""Calls that tell the time of day; how long something took may be measured anywhere but in the rules."""
NO_PLACE_IN_RULES = {
    "asyncio",
    "io",
    "os",
    "pathlib",
    "random",
    "socket",
    "sqlite3",
    "subprocess",
    "threading",
    "time",
}


def _imports(tree: ast.AST) -> Iterator[str]:
    """First part of the name of every module that is imported."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are absolute"
            yield (node.module or "").partition(".")[0]


def _calls(tree: ast.AST) -> Iterator[tuple[str, int]]:
    """Name and line of every function or method that is called."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            if isinstance(node.func, ast.Attribute):
                yield node.func.attr, node.lineno
            elif isinstance(node.func, ast.Name):
                yield node.func.id, node.lineno


def _name(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("path", RULES, ids=_name)
def test_the_rules_import_the_standard_library_alone(path: Path) -> None:
    imported = set(_imports(ast.parse(path.read_text())))
    assert imported <= set(sys.stdlib_module_names) | {"workflows"}
    assert not imported & NO_PLACE_IN_RULES


@pytest.mark.parametrize("path", CODE, ids=_name)
def test_only_the_clock_reads_the_clock(path: Path) -> None:
    if _name(path) == "app/clock.py":
        return
    uses = [
        f"{name} in line {line}" for name, line in _calls(ast.parse(path.read_text())) if name in WALL_CLOCK
    ]
    # `clock.now()` is the one call of that name that is meant.
    text = path.read_text().splitlines()
    uses = [use for use in uses if "clock.now()" not in text[int(use.rpartition(" ")[2]) - 1]]
    assert uses == []


def test_every_folder_of_tests_is_a_package() -> None:
    """A folder without `__init__.py` hides the real package of the same name."""
    folders = {path.parent for path in (ROOT / "tests").rglob("test_*.py")}
    assert [str(folder) for folder in folders if not (folder / "__init__.py").exists()] == []
