"""The drawn process: every step and arrow is there, nothing crosses a box, the same input gives the same picture."""

from __future__ import annotations

import re
from itertools import pairwise
from xml.etree import ElementTree as ET

import pytest

from documents.process_picture import draw_mermaid, draw_svg
from rules.hazard import HAZARD
from rules.picture import BEGIN, END, Arrow, Picture, Step

LABELS = {act: form.label for act, form in HAZARD.forms.items()}
SPACE = "{http://www.w3.org/2000/svg}"
LOOP = Picture(
    lanes=("单位 <A>", "部门"),
    steps=(Step("ask", "单位 <A>"), Step("answer", "部门")),
    arrows=(
        Arrow(BEGIN, "ask"),
        Arrow("ask", "answer"),
        Arrow("answer", "ask", '不"合格"'),
        Arrow("answer", END, "合格"),
    ),
)


def _read(svg: str) -> ET.Element:
    return ET.fromstring(svg)  # noqa: S314 - our own drawing


def _points(path: ET.Element) -> list[tuple[float, float]]:
    return [(float(x), float(y)) for x, y in re.findall(r"[ML]([\d.]+) ([\d.]+)", path.attrib["d"])]


def _boxes(root: ET.Element) -> dict[str, tuple[float, float, float, float]]:
    found = {}
    for group in root.iter(f"{SPACE}g"):
        if group.attrib.get("class") == "step":
            box = group.find(f"{SPACE}rect")
            assert box is not None
            x, y = float(box.attrib["x"]), float(box.attrib["y"])
            found[group.attrib["data-act"]] = (x, y, x + float(box.attrib["width"]), y + float(box.attrib["height"]))
    return found


@pytest.mark.parametrize("picture", [HAZARD.picture, LOOP], ids=["hazard", "loop"])
def test_every_step_and_arrow_is_drawn(picture: Picture) -> None:
    root = _read(draw_svg(picture, {**LABELS, "ask": "问", "answer": "答"}))

    arrows = [path for path in root.iter(f"{SPACE}path") if path.attrib.get("class") == "arrow"]
    assert set(_boxes(root)) == {step.act for step in picture.steps}
    assert sorted((path.attrib["data-source"], path.attrib["data-target"]) for path in arrows) == sorted(
        (arrow.source, arrow.target) for arrow in picture.arrows
    )
    assert len([lane for lane in root.iter(f"{SPACE}g") if lane.attrib.get("class") == "lane"]) == len(picture.lanes)


@pytest.mark.parametrize("picture", [HAZARD.picture, LOOP], ids=["hazard", "loop"])
def test_no_arrow_crosses_a_box(picture: Picture) -> None:
    root = _read(draw_svg(picture, {**LABELS, "ask": "问", "answer": "答"}))
    boxes = _boxes(root)

    for path in (path for path in root.iter(f"{SPACE}path") if path.attrib.get("class") == "arrow"):
        for (x1, y1), (x2, y2) in pairwise(_points(path)):
            for act, (left, top, right, bottom) in boxes.items():
                meets = min(x1, x2) < right and max(x1, x2) > left and min(y1, y2) < bottom and max(y1, y2) > top
                assert not meets, (path.attrib["data-source"], path.attrib["data-target"], act)


def test_no_two_boxes_overlap_and_all_lie_inside() -> None:
    root = _read(draw_svg(HAZARD.picture, LABELS))
    width, height = (float(number) for number in root.attrib["viewBox"].split()[2:])
    boxes = list(_boxes(root).values())

    for number, (left, top, right, bottom) in enumerate(boxes):
        assert left >= 0
        assert right <= width
        assert bottom <= height
        for other in boxes[number + 1 :]:
            assert not (left < other[2] and right > other[0] and top < other[3] and bottom > other[1])


def test_every_arrow_ends_at_the_head_of_its_target() -> None:
    root = _read(draw_svg(HAZARD.picture, LABELS))
    boxes = _boxes(root)

    for path in (path for path in root.iter(f"{SPACE}path") if path.attrib.get("class") == "arrow"):
        x, y = _points(path)[-1]
        if path.attrib["data-target"] != END:
            left, top, right, _ = boxes[path.attrib["data-target"]]
            assert left < x < right
            assert y == top


def test_counts_are_shown_and_lateness_is_said_in_words_and_red() -> None:
    svg = draw_svg(HAZARD.picture, LABELS, {"rectify": (12, 3)})

    assert "12 · 逾期 3" in svg
    assert "报告整改完成，生产经营单位：12 · 逾期 3" in svg
    assert svg.count('stroke="#a61b1b"') == 1


def test_the_picture_reads_aloud_and_escapes_what_it_is_given() -> None:
    svg = draw_svg(LOOP, {"ask": "问<script>", "answer": "答&"})
    root = _read(svg)

    description = root.find(f"{SPACE}desc")
    assert root.attrib["role"] == "img"
    assert description is not None
    assert "问<script> → 答&" in (description.text or "")
    assert "<script>" not in svg


def test_the_same_picture_is_drawn_the_same_way_twice() -> None:
    assert draw_svg(HAZARD.picture, LABELS, {"rectify": (1, 0)}) == draw_svg(
        HAZARD.picture, LABELS, {"rectify": (1, 0)}
    )


def test_words_of_lanes_and_conditions_can_be_translated() -> None:
    svg = draw_svg(HAZARD.picture, {**LABELS, "监管部门": "Office", "不合格": "Failed"})

    assert ">Office</text>" in svg
    assert ">Failed</text>" in svg


def test_mermaid_has_every_step_lane_and_arrow() -> None:
    text = draw_mermaid(HAZARD.picture, LABELS)

    assert text.startswith("flowchart TB")
    assert text.count("-->") == len(HAZARD.picture.arrows)
    assert text.count("subgraph") == len(HAZARD.picture.lanes)
    for step in HAZARD.picture.steps:
        assert f'["{LABELS[step.act]}"]' in text


def test_mermaid_keeps_quotes_inside_their_words() -> None:
    assert '|"不#quot;合格#quot;"|' in draw_mermaid(LOOP, {"ask": "问", "answer": "答"})
