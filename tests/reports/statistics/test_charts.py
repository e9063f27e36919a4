"""Charts: one image each, safe text, no bar longer than its room, scales in round numbers."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.statistics.charts import Bar, Column, bars, columns, round_top

SVG = "{http://www.w3.org/2000/svg}"


def parsed(svg: str) -> ElementTree.Element:
    return ElementTree.fromstring(svg)  # noqa: S314  (our own)


def percent(node: ElementTree.Element, name: str) -> float:
    return float(node.get(name, "0").removesuffix("%"))


@given(st.lists(st.tuples(st.text(max_size=60), st.integers(0, 10**6), st.integers(1, 12)), max_size=12))
def test_columns_stay_within_their_room(rows: list[tuple[str, int, int]]) -> None:
    drawn = [Column("x", value, str(value), weight) for _text, value, weight in rows]
    tree = parsed(columns("a", "Judul", "Isi", drawn))
    found = [node for node in tree.iter(f"{SVG}rect") if node.get("class") == "sahut-chart__bar"]
    assert len(found) == len(rows)
    height = float(tree.get("height", "0"))
    for node in found:
        assert percent(node, "x") + percent(node, "width") <= 100
        assert float(node.get("y", "0")) >= 0
        assert float(node.get("y", "0")) + float(node.get("height", "0")) <= height


@pytest.mark.parametrize(("value", "written"), [(42, 12), (1_705, 0)])
def test_figures_above_columns_never_run_into_each_other(value: int, written: int) -> None:
    text = f"{value:,}".replace(",", ".")
    tree = parsed(columns("a", "J", "I", [Column("Jan", value, text) for _ in range(12)]))
    assert [node.text for node in tree.iter(f"{SVG}text")].count(text) == written


def test_bars_say_what_is_sure_and_what_may_be() -> None:
    tree = parsed(bars("b", "J", "I", [Bar("Keputusan", 0.9, "≥ 90%", 0.1), Bar("Lain", 0.5, "50%")]))
    hatched = [node for node in tree.iter(f"{SVG}rect") if node.get("class") == "sahut-chart__perhaps"]
    assert [(percent(node, "x"), percent(node, "width")) for node in hatched] == [(90, 10)]
    assert [node.text for node in tree.iter(f"{SVG}text")] == ["Keputusan", "≥ 90%", "Lain", "50%"]


def test_an_image_has_role_name_and_description_and_no_markup_of_others() -> None:
    tree = parsed(bars("c", "A & B", '<script>"x"</script>', [Bar("<b>", 1, "1")]))
    assert tree.get("role") == "img"
    assert tree.get("aria-labelledby") == "c-title c-desc"
    assert tree.findtext(f"{SVG}title") == "A & B"
    assert tree.findtext(f"{SVG}desc") == '<script>"x"</script>'
    assert not list(tree.iter(f"{SVG}script"))


def test_long_labels_take_lines_of_their_own() -> None:
    label = "Sedang diperiksa pengadilan atau ganda atau tidak jelas"
    tree = parsed(bars("d", "J", "I", [Bar(label, 1, "7")]))
    lines = [node.text or "" for node in tree.iter(f"{SVG}text") if node.get("text-anchor") is None]
    assert " ".join(lines) == label
    assert max(map(len, lines)) <= 36


@pytest.mark.parametrize(
    ("greatest", "top"),
    [(0, 5), (5, 5), (6, 10), (10, 10), (11, 20), (42, 50), (51, 100), (999, 1000), (1000, 1000)],
)
def test_scales_end_in_round_numbers(greatest: int, top: int) -> None:
    assert round_top(greatest) == top
