"""LibreOffice as an independent calculator: workbooks in, freshly computed cell values out."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping
from io import BytesIO
from pathlib import Path

from python_calamine import CalamineWorkbook

_ALWAYS_RECALCULATE = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load"><prop oor:name="OOXMLRecalcMode" oor:op="fuse">
<value>0</value></prop></item>
</oor:items>
"""

Grid = dict[str, dict[str, object]]


def recalculated(books: Mapping[str, bytes], folder: Path) -> dict[str, bytes]:
    """The workbooks after one headless LibreOffice has computed every formula anew.

    A missing ``soffice`` raises: a figure that was not recalculated is not tested.
    """
    profile, source, target = (folder / name for name in ("profile", "in", "out"))
    (profile / "user").mkdir(parents=True)
    (profile / "user/registrymodifications.xcu").write_text(_ALWAYS_RECALCULATE, encoding="utf-8")
    source.mkdir()
    for name, content in books.items():
        (source / f"{name}.xlsx").write_bytes(content)
    command = ["soffice", f"-env:UserInstallation={profile.as_uri()}", "--headless", "--convert-to", "xlsx"]
    command += ["--outdir", str(target), *(str(source / f"{name}.xlsx") for name in books)]
    subprocess.run(command, check=True, capture_output=True, timeout=180)
    return {name: (target / f"{name}.xlsx").read_bytes() for name in books}


def grid(book: bytes) -> Grid:
    """Cell values by sheet and address, read by calamine; empty cells left out."""
    found: Grid = {}
    workbook = CalamineWorkbook.from_filelike(BytesIO(book))
    for title in workbook.sheet_names:
        rows = workbook.get_sheet_by_name(title).to_python(skip_empty_area=False)
        found[title] = {
            f"{_letter(column)}{row}": value
            for row, values in enumerate(rows, 1)
            for column, value in enumerate(values)
            if value != ""
        }
    return found


def _letter(column: int) -> str:
    return chr(65 + column) if column < 26 else f"{chr(64 + column // 26)}{chr(65 + column % 26)}"
