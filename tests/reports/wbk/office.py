"""LibreOffice as an independent calculator: workbooks in, freshly computed cell values out."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping, Sequence
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
    _run([*command, "--outdir", str(target), *(str(source / f"{name}.xlsx") for name in books)])
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


_MACRO = """<?xml version="1.0" encoding="UTF-8"?>
<script:module xmlns:script="http://openoffice.org/2000/script" script:name="Recalc"
 script:language="StarBasic">
Sub Main
  folder = Environ("RECALC_FOLDER")
  Dim hidden(0) As New com.sun.star.beans.PropertyValue
  hidden(0).Name = "Hidden"
  hidden(0).Value = True
  book = StarDesktop.loadComponentFromURL(ConvertToURL(folder &amp; "/book.xlsx"), "_blank", 0, hidden())
  book.enableAutomaticCalculation(False)
  For Each sheet In book.Sheets
    sheet.unprotect("")
  Next
  typed = FreeFile
  Open folder &amp; "/typed.tsv" For Input As typed
  found = FreeFile
  Open folder &amp; "/found.tsv" For Output As found
  Do While Not Eof(typed)
    Line Input #typed, words
    part = Split(words, Chr(9))
    If part(0) = "calculate" Then
      book.calculateAll()
      Tell(book, found)
    Else
      cell = book.Sheets.getByName(part(1)).getCellRangeByName(part(2))
      If part(0) = "clear" Then cell.clearContents(23)
      If part(0) = "number" Then cell.setValue(Val(part(3)))
      If part(0) = "text" Then cell.setString(part(3))
    End If
  Loop
  Close typed
  Close found
  book.close(True)
  StarDesktop.terminate()
End Sub

Sub Tell(book, found)
  For Each sheet In book.Sheets
    cursor = sheet.createCursor()
    cursor.gotoEndOfUsedArea(False)
    address = cursor.RangeAddress
    area = sheet.getCellRangeByPosition(0, 0, address.EndColumn, address.EndRow)
    formulas = area.getFormulaArray()
    values = area.getDataArray()
    title = sheet.Name &amp; Chr(9)
    For row = 0 To UBound(values)
      formulaRow = formulas(row)
      valueRow = values(row)
      For column = 0 To UBound(valueRow)
        If Left(formulaRow(column), 1) = "=" Then
          value = valueRow(column)
          place = title &amp; column &amp; Chr(9) &amp; row &amp; Chr(9)
          If VarType(value) = 5 Then
            Print #found, place &amp; "n" &amp; Str(value)
          ElseIf VarType(value) = 8 Then
            Print #found, place &amp; "s" &amp; value
          Else
            Print #found, place &amp; "error"
          End If
        End If
      Next
    Next
  Next
  Print #found, "end"
End Sub
</script:module>
"""
_LIBRARY = """<?xml version="1.0" encoding="UTF-8"?>
<library:library xmlns:library="http://openoffice.org/2000/library" library:name="Standard"
 library:readonly="false" library:passwordprotected="false"><library:element library:name="Recalc"/>
</library:library>
"""
_LIBRARIES = """<?xml version="1.0" encoding="UTF-8"?>
<library:libraries xmlns:library="http://openoffice.org/2000/library"
 xmlns:xlink="http://www.w3.org/1999/xlink"><library:library library:name="Standard"
 xlink:href="$(USER)/basic/Standard/script.xlb/" xlink:type="simple" library:link="false"/>
</library:libraries>
"""

Typed = Mapping[tuple[str, str], str | float | None]
"""What a person types: by sheet and address a text, a number, or nothing."""


def typed_and_recalculated(book: bytes, sets: Sequence[Typed], folder: Path) -> list[Grid]:
    """Formula values after each set was typed into one open workbook, one set after the other.

    One LibreOffice for all of them: opening a workbook takes far longer than computing it.
    """
    profile, work = folder / "profile", folder / "work"
    work.mkdir()
    office = ["soffice", f"-env:UserInstallation={profile.as_uri()}", "--headless", "--norestore"]
    _run([*office, "--terminate_after_init"])  # makes the profile, whose macro library is then replaced
    basic = profile / "user/basic/Standard"
    (basic / "Recalc.xba").write_text(_MACRO, encoding="utf-8")
    (basic / "script.xlb").write_text(_LIBRARY, encoding="utf-8")
    (basic.parent / "script.xlc").write_text(_LIBRARIES, encoding="utf-8")
    (work / "book.xlsx").write_bytes(book)
    (work / "typed.tsv").write_text("".join(map(_as_lines, sets)), encoding="utf-8")
    _run([*office, "macro:///Standard.Recalc.Main"], os.environ | {"RECALC_FOLDER": str(work)})
    return _as_grids((work / "found.tsv").read_text(encoding="utf-8"))


def _run(command: list[str], environment: Mapping[str, str] = os.environ) -> None:
    subprocess.run(command, check=True, capture_output=True, timeout=240, env=environment)


def _as_lines(typed: Typed) -> str:
    lines = []
    for (sheet, address), value in typed.items():
        if value is None:
            lines.append(f"clear\t{sheet}\t{address}")
        else:
            lines.append(f"{'text' if isinstance(value, str) else 'number'}\t{sheet}\t{address}\t{value}")
    return "\n".join([*lines, "calculate", ""])


def _as_grids(found: str) -> list[Grid]:
    grids: list[Grid] = []
    grid: Grid = {}
    for line in found.splitlines():
        if line == "end":
            grids.append(grid)
            grid = {}
            continue
        title, column, row, value = line.split("\t")
        shown = (
            float(value[1:]) if value.startswith("n") else value[1:] if value.startswith("s") else "#ERROR"
        )
        grid.setdefault(title, {})[f"{_letter(int(column))}{int(row) + 1}"] = shown
    return grids


def _letter(column: int) -> str:
    return chr(65 + column) if column < 26 else f"{chr(64 + column // 26)}{chr(65 + column % 26)}"
