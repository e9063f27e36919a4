"""The WBK/WBBM worksheet: its criteria as data, its score, and the evidence workbook."""

from importlib.resources import files


def official_worksheet_text() -> str:
    """JSON text of the worksheet that ships with this package, for ``parse_worksheet``."""
    return files("reports.wbk").joinpath("data/lke_zi.json").read_text(encoding="utf-8")
