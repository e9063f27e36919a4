"""Column types that models share."""

from typing import Annotated, Any

from sqlalchemy import JSON, String, Text
from sqlalchemy.orm import mapped_column

JsonValue = JSON()

Pk = Annotated[int, mapped_column(primary_key=True)]
Code = Annotated[str, mapped_column(String(40))]
"""A word of ``workflows.vocabulary`` or of the law data."""
Name = Annotated[str, mapped_column(String(200))]
Prose = Annotated[str, mapped_column(Text)]
JsonMap = Annotated[dict[str, Any], mapped_column(JsonValue)]
JsonList = Annotated[list[Any], mapped_column(JsonValue)]


def in_words(column: str, words: type) -> str:
    """SQL that holds a column to the values of a StrEnum."""
    listed = ", ".join(f"'{word.value}'" for word in words)  # type: ignore[attr-defined]
    return f"{column} IN ({listed})"
