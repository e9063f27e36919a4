"""Registers of our own making, in the shape of the real ones that the example mappings are for."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from app.importing.importer import import_register
from app.importing.mapping import RegisterMapping
from app.importing.mapping_file import parse_mapping
from app.importing.report import ImportReport
from app.law import get_law
from config import ROOT

AT = datetime(2026, 3, 9, 2, 0, tzinfo=UTC)
"""Monday 9 March 2026, 09.00 WIB."""
REGISTERS = ROOT / "tests" / "data" / "registers"
EXAMPLES = ROOT / "docs" / "examples"
COMPLAINTS, FINDINGS = REGISTERS / "complaints.csv", REGISTERS / "findings.csv"
HEADER = "cap_number,date_received,dist_occurrence,general_cap_classification,summary\n"


def mapping_text(kind: str) -> str:
    """The example mapping of ``complaints`` or ``findings``."""
    return (EXAMPLES / f"ppd-{kind}.toml").read_text("utf-8")


def mapping_of(kind: str, *changes: tuple[str, str]) -> RegisterMapping:
    """The example mapping, with pieces of its text replaced."""
    text = mapping_text(kind)
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    return parse_mapping(text, get_law())


def run(
    path: Path, kind: str = "complaints", *changes: tuple[str, str], dry_run: bool = False, at: datetime = AT
) -> ImportReport:
    """Import a file by the example mapping."""
    return import_register(path, mapping_of(kind, *changes), get_law(), at=at, dry_run=dry_run)


def write(folder: Path, *lines: str, header: str = HEADER, name: str = "register.csv") -> Path:
    """A register with these lines."""
    path = folder / name
    path.write_text(header + "".join(f"{line}\n" for line in lines), "utf-8")
    return path
