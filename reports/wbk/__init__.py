"""The WBK/WBBM worksheet: its criteria as data, its score, and the evidence workbook.

Each version of the worksheet is a file of its own in ``data/``, named ``lke_zi*.json``: a new regulation is a
new file, and an assessment stays on the version that it was begun on.
"""

import json
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from types import MappingProxyType

from reports.wbk.errors import WorksheetError, WorksheetVersionUnknown


def official_worksheet_text(version: str | None = None) -> str:
    """JSON text of a worksheet that ships with this package, for ``parse_worksheet``.

    :param version: as the file names itself (``meta.versi_berkas``); the newest if not given
    :raises WorksheetVersionUnknown: no file is of that version
    """
    known = worksheet_texts()
    wanted = newest_version(known) if version is None else version
    if wanted not in known:
        raise WorksheetVersionUnknown(wanted, sorted(known, key=version_order))
    return known[wanted]


@cache
def worksheet_texts() -> Mapping[str, str]:
    """The text of every worksheet that ships with this package, by version.

    :raises WorksheetError: a file without a version, or two of the same
    """
    found = (
        (path.name, path.read_text(encoding="utf-8"))
        for path in files("reports.wbk").joinpath("data").iterdir()
        if path.name.startswith("lke_zi") and path.name.endswith(".json")
    )
    return by_version(dict(sorted(found)))


def by_version(texts: Mapping[str, str]) -> Mapping[str, str]:
    """Worksheet texts, given by file name, by the version that each names.

    :raises WorksheetError: a file without a version, or two of the same
    """
    named: dict[str, str] = {}
    for name, text in texts.items():
        version = _version_in(name, text)
        if version in named:
            raise WorksheetError(f"{name}: meta.versi_berkas", f"version {version} stands in two files")
        named[version] = text
    return MappingProxyType(named)


def newest_version(versions: Mapping[str, str]) -> str:
    """The one that new assessments begin on: 1.10 comes after 1.9."""
    return max(versions, key=version_order)


def version_order(version: str) -> tuple[tuple[int, str], ...]:
    """Sorts versions by their numbers, not by their letters."""
    return tuple((int(part), "") if part.isdecimal() else (0, part) for part in version.split("."))


def _version_in(name: str, text: str) -> str:
    try:
        version = json.loads(text)["meta"]["versi_berkas"]
    except (ValueError, KeyError, TypeError):
        raise WorksheetError(f"{name}: meta.versi_berkas", "a version is expected") from None
    if not isinstance(version, str) or not version:
        raise WorksheetError(f"{name}: meta.versi_berkas", "a version is expected")
    return version
