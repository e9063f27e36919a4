"""The page in docs/ is the table that runs."""

from pathlib import Path

from app.law import get_law, get_table
from workflows.diagram import document_states

PAGE = Path(__file__).parents[2] / "docs" / "states.md"


def test_docs_show_the_table_that_runs() -> None:
    assert PAGE.read_text("utf-8") == document_states(get_law(), get_table()), "run `make docs`"
