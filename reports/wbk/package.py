"""The last step of a workbook: cached formula values, streamed rows, and bytes that repeat.

openpyxl writes formulas without results, keeps every cell in memory, and stamps the present time.
Here its archive is copied part by part: formula cells get the value that Python computed, long annexes
get their rows streamed in (flat memory), and every date is the cut-off, so that equal input gives
equal bytes.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from io import BytesIO
from xml.sax.saxutils import escape

from openpyxl.utils import get_column_letter

from reports.wbk.canvas import Scalar, Value, guarded

_EPOCH = date(1899, 12, 30).toordinal()
_FORMULA = re.compile(r'<c r="([A-Z]+[0-9]+)"( s="[0-9]+")?><f>(.*?)</f><v ?/?>(?:</v>)?</c>', re.DOTALL)
_DIMENSION = re.compile(r'<dimension ref="[^"]*" ?/>')
_MODIFIED = re.compile(r"(<dcterms:modified[^>]*>)[^<]*(</dcterms:modified>)")
_STYLE = re.compile(r'<c r="[A-Z]+[0-9]+"(?: s="([0-9]+)")?')
_DRAWING = re.compile(r"xl/drawings/drawing([0-9]+)\.xml")
_NAMED = re.compile(r'(<(?:xdr:)?cNvPr id="[0-9]+" name="[^"]*")(?: descr="[^"]*")? ?/>')
_CHUNK = 2_000


@dataclass(frozen=True, slots=True)
class Rows:
    """Rows that replace a sheet's prototype row and go on below it.

    :ivar first: number of the prototype row, whose cells carry the styles by column
    :ivar count: how many rows come
    :ivar columns: how many cells a row has
    :ivar rows: the values; text is guarded while written
    :ivar height: gives a row's height in points, where its text may need more than one line
    """

    first: int
    count: int
    columns: int
    rows: Iterable[Sequence[Scalar]]
    height: Callable[[Sequence[Scalar]], float] | None = None


def pack(
    archive: bytes,
    sheets: Sequence[str],
    computed: Mapping[str, Mapping[str, Value]],
    streams: Mapping[str, Rows],
    as_of: datetime,
    descriptions: Sequence[str],
) -> bytes:
    """The finished workbook.

    :param archive: what openpyxl saved
    :param sheets: titles in order: the n-th is ``xl/worksheets/sheet<n>.xml``
    :param computed: by title and address, the value of every formula
    :param streams: by title, rows that come from elsewhere
    :param as_of: aware instant that, in UTC, stands for every date in the file
    :param descriptions: alternative texts: the n-th is of the n-th sheet that has a drawing
    """
    as_of = as_of.astimezone(UTC)
    titles = {f"xl/worksheets/sheet{at}.xml": title for at, title in enumerate(sheets, 1)}
    out = BytesIO()
    with zipfile.ZipFile(BytesIO(archive)) as source, zipfile.ZipFile(out, "w") as target:
        for name in source.namelist():
            info = zipfile.ZipInfo(name, as_of.timetuple()[:6])
            info.compress_type, info.create_system, info.external_attr = zipfile.ZIP_DEFLATED, 3, 0o600 << 16
            data = source.read(name)
            title = titles.get(name, "")
            if title in streams:
                with target.open(info, "w") as stream:
                    for chunk in _streamed(data.decode(), computed.get(title, {}), streams[title]):
                        stream.write(chunk.encode())
                continue
            if title:
                data = _with_values(data.decode(), computed.get(title, {})).encode()
            elif name == "docProps/core.xml":
                data = _MODIFIED.sub(rf"\g<1>{as_of:%Y-%m-%dT%H:%M:%SZ}\g<2>", data.decode()).encode()
            elif drawing := _DRAWING.fullmatch(name):
                text = descriptions[int(drawing.group(1)) - 1]
                data = _NAMED.sub(rf'\g<1> descr="{escape(text)}"/>', data.decode()).encode()
            target.writestr(info, data)
    return out.getvalue()


def _with_values(xml: str, computed: Mapping[str, Value]) -> str:
    def filled(match: re.Match[str]) -> str:
        place, style, formula = match.group(1), match.group(2) or "", match.group(3)
        value = computed[place]
        kind, shown = (' t="str"', escape(value)) if isinstance(value, str) else ("", repr(value))
        return f'<c r="{place}"{style}{kind}><f>{formula}</f><v>{shown}</v></c>'

    return _FORMULA.sub(filled, xml)


def _streamed(xml: str, computed: Mapping[str, Value], rows: Rows) -> Iterator[str]:
    prototype = re.search(rf'<row r="{rows.first}"[^>]*>(.*?)</row>', xml, re.DOTALL)
    if prototype is None:
        raise LookupError(f"no prototype row {rows.first}")
    styles = [f' s="{style}"' if style else "" for style in _STYLE.findall(prototype.group(1))]
    last = max(rows.first + rows.count - 1, rows.first)
    head = _with_values(xml[: prototype.start()], computed)
    yield _DIMENSION.sub(f'<dimension ref="A1:{get_column_letter(rows.columns)}{last}"/>', head)
    letters = [get_column_letter(column) for column in range(1, rows.columns + 1)]
    lines: list[str] = []
    number = rows.first
    for values in rows.rows:
        cells = "".join(
            _cell(f"{letter}{number}", style, value)
            for letter, style, value in zip(letters, styles, values, strict=True)
        )
        tall = f' ht="{rows.height(values):g}" customHeight="1"' if rows.height else ""
        lines.append(f'<row r="{number}"{tall}>{cells}</row>')
        number += 1
        if len(lines) >= _CHUNK:
            yield "".join(lines)
            lines.clear()
    yield "".join(lines) + _with_values(xml[prototype.end() :], computed)


def _cell(place: str, style: str, value: Scalar) -> str:
    if value is None or value == "":
        return f'<c r="{place}"{style}/>'
    if isinstance(value, str):
        text = escape(guarded(value))
        return f'<c r="{place}"{style} t="inlineStr"><is><t xml:space="preserve">{text}</t></is></c>'
    return f'<c r="{place}"{style}><v>{_serial(value)}</v></c>'


def _serial(value: int | float | date | datetime) -> str:
    if isinstance(value, datetime):
        seconds = (
            datetime.combine(date.min, value.time()) - datetime.combine(date.min, time.min)
        ).total_seconds()
        return f"{value.date().toordinal() - _EPOCH + seconds / 86_400:.15g}"
    if isinstance(value, date):
        return str(value.toordinal() - _EPOCH)
    return repr(value)
