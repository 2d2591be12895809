"""Figures as pictures: valid XML that stands alone, with every number in words, whatever a name contains."""

from __future__ import annotations

from defusedxml.ElementTree import fromstring
from hypothesis import given
from hypothesis import strategies as st

from documents.figure_picture import draw_bars, draw_months

_SVG = "{http://www.w3.org/2000/svg}"
_ROWS = st.lists(
    st.tuples(st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=30), st.integers(0, 50)).map(
        lambda pair: (pair[0], pair[1] // 2, pair[1])
    ),
    max_size=12,
)


@given(_ROWS)
def test_any_rows_are_drawn_as_bars_within_the_picture(rows: list[tuple[str, int, int]]) -> None:
    drawn = fromstring(draw_bars("x", "标题", rows))
    assert drawn.find(f"{_SVG}title").text == "标题"
    bars = drawn.findall(f"{_SVG}rect")
    assert len(bars) == 2 * len(rows)
    assert all(float(bar.get("x")) + float(bar.get("width")) <= float(drawn.get("width")) for bar in bars)
    assert [each.text for each in drawn.findall(f"{_SVG}text")][1::2] == [f"{part}/{whole}" for _, part, whole in rows]


@given(_ROWS)
def test_any_months_are_drawn_as_columns_within_the_picture(rows: list[tuple[str, int, int]]) -> None:
    drawn = fromstring(draw_months("x", "标题", rows))
    columns = drawn.findall(f"{_SVG}rect")
    assert len(columns) == 2 * len(rows)
    assert all(float(each.get("y")) >= 0 for each in columns)


def test_the_picture_says_its_numbers_to_whoever_cannot_see_it() -> None:
    drawn = fromstring(draw_bars("x", "各乡镇", [("青石镇", 1, 4), ("<白水乡>", 0, 2)]))
    assert drawn.get("role") == "img"
    assert drawn.find(f"{_SVG}desc").text == "青石镇 1/4; <白水乡> 0/2"


def test_the_longest_bar_is_the_largest_whole_and_a_part_is_drawn_to_scale() -> None:
    drawn = fromstring(draw_bars("x", "各乡镇", [("甲", 5, 10), ("乙", 5, 5)]))
    widths = [int(each.get("width")) for each in drawn.findall(f"{_SVG}rect")]
    assert widths[1] == widths[2] == widths[3] == round(widths[0] / 2)
