"""Writes the documents that are generated from the rules, as `make docs` does."""

from __future__ import annotations

from pathlib import Path

from app.law import get_law, get_table
from workflows.diagram import document_states

ROOT = Path(__file__).resolve().parent.parent


def main() -> None:
    """Write `docs/states.md`."""
    (ROOT / "docs" / "states.md").write_text(document_states(get_law(), get_table()), encoding="utf-8")


if __name__ == "__main__":
    main()
