"""The guide for operators names every setting, policy and group of commands that there is, and no other."""

from __future__ import annotations

import re
from pathlib import Path

from app.cli import GROUPS
from app.services.policies import POLICIES
from config import VARIABLES

ROOT = Path(__file__).resolve().parent.parent


def guide() -> str:
    return (ROOT / "docs" / "operating.md").read_text(encoding="utf-8")


def first_cells(heading: str) -> set[str]:
    section = guide().partition(f"\n## {heading}\n")[2].partition("\n## ")[0]
    rows = re.findall(r"^\| (`[^|]+`) \|", section, re.MULTILINE)
    return {name for row in rows for name in re.findall(r"`([^`]+)`", row)}


def test_settings_and_policies() -> None:
    assert first_cells("Settings") == set(VARIABLES)
    assert first_cells("Local policies") == set(POLICIES)


def test_the_readme_names_every_command() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    commands = {f"{group.name} {name}" for group in GROUPS for name in group.commands}
    assert {name for name in commands if f"`{name}`" not in readme} == set()


def test_a_clean_check_clears_every_setting() -> None:
    script = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    cleared = set(re.findall(r"[A-Z][A-Z_]+", script.partition("unset ")[2].partition("\n\n")[0]))
    assert set(VARIABLES) <= cleared
