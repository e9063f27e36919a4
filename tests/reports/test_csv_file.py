"""CSV that spreadsheets open as it is, and in which no text runs as a formula."""

from __future__ import annotations

import csv
import io

from reports.csv_file import csv_bytes


def test_bytes_begin_with_the_mark_and_lines_end_as_the_rfc_says() -> None:
    assert csv_bytes(("a", "b"), [("x,y", 1)]) == b'\xef\xbb\xbfa,b\r\n"x,y",1\r\n'


def test_what_looks_like_a_formula_is_text() -> None:
    text = csv_bytes(("a",), [("=1+1",), ("@x",), ("-2",)]).decode("utf-8-sig")
    assert [row[0] for row in csv.reader(io.StringIO(text))] == ["a", "'=1+1", "'@x", "'-2"]
