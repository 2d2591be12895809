"""Processes as BPMN 2.0: read back, every file tells the same lanes, steps and arrows; every element has its place."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from defusedxml.ElementTree import fromstring

from documents.bpmn import BPMN, BPMN_DI, draw_bpmn
from rules.picture import BEGIN, END, Arrow, Picture, Step
from rules.processes import PROCESSES

_M, _D = f"{{{BPMN}}}", f"{{{BPMN_DI}}}"
_DC, _DI = "{http://www.omg.org/spec/DD/20100524/DC}", "{http://www.omg.org/spec/DD/20100524/DI}"
LOOP = Picture(
    lanes=("单位 <A>", "部门 & 局"),
    steps=(Step("ask", "单位 <A>"), Step("answer", "部门 & 局")),
    arrows=(
        Arrow(BEGIN, "ask"),
        Arrow("ask", "answer"),
        Arrow("answer", "ask", '不"合格"'),
        Arrow("answer", END, "合格"),
    ),
)
PICTURES = {name: process.picture for name, process in PROCESSES.items()} | {"loop": LOOP}


def _drawn(name: str) -> ET.Element:
    picture = PICTURES[name]
    labels = {step.act: f"词 {step.act}" for step in picture.steps}
    return fromstring(draw_bpmn(name, "流程", picture, labels))


def _process(root: ET.Element) -> ET.Element:
    found = root.find(f"{_M}process")
    assert found is not None
    return found


def _read_back(root: ET.Element) -> Picture:
    """Return the picture that a file tells, without a look at how it was written."""
    process = _process(root)
    kinds = {node.attrib["id"]: node.tag.removeprefix(_M) for node in process if "id" in node.attrib}
    words = {
        node: {"startEvent": BEGIN, "endEvent": END}.get(kind, node.removeprefix("Task_"))
        for node, kind in kinds.items()
    }
    lanes = process.findall(f"{_M}laneSet/{_M}lane")
    lane_of = {ref.text: lane.attrib["name"] for lane in lanes for ref in lane.findall(f"{_M}flowNodeRef")}
    flows = process.findall(f"{_M}sequenceFlow")
    comes_from = {flow.attrib["targetRef"]: flow.attrib["sourceRef"] for flow in flows}
    arrows = []
    for flow in flows:
        source, target = flow.attrib["sourceRef"], flow.attrib["targetRef"]
        if kinds[target] == "inclusiveGateway":
            continue
        source = comes_from[source] if kinds[source] == "inclusiveGateway" else source
        arrows.append(Arrow(words[source], words[target], flow.attrib.get("name", "")))
    tasks = [node for node, kind in kinds.items() if kind == "userTask"]
    return Picture(
        tuple(lane.attrib["name"] for lane in lanes),
        tuple(Step(words[task], lane_of[task]) for task in tasks),
        tuple(arrows),
    )


@pytest.mark.parametrize("name", PICTURES)
def test_a_file_tells_the_same_lanes_steps_and_arrows(name: str) -> None:
    picture, read = PICTURES[name], _read_back(_drawn(name))
    assert read.lanes == picture.lanes
    assert [(step.act, step.lane) for step in read.steps] == [(str(step.act), step.lane) for step in picture.steps]
    wanted = Counter((str(arrow.source), str(arrow.target), arrow.when) for arrow in picture.arrows)
    assert Counter((arrow.source, arrow.target, arrow.when) for arrow in read.arrows) == wanted


@pytest.mark.parametrize("name", PICTURES)
def test_every_reference_leads_somewhere_and_every_id_is_one(name: str) -> None:
    root = _drawn(name)
    ids = [node.attrib["id"] for node in root.iter() if "id" in node.attrib]
    assert len(ids) == len(set(ids))
    named = [ref.text for ref in root.iter(f"{_M}flowNodeRef")]
    named += [ref.text for kind in ("incoming", "outgoing") for ref in root.iter(f"{_M}{kind}")]
    named += [flow.attrib[end] for flow in root.iter(f"{_M}sequenceFlow") for end in ("sourceRef", "targetRef")]
    named += [node.attrib["bpmnElement"] for node in root.iter() if "bpmnElement" in node.attrib]
    assert set(named) <= set(ids)


@pytest.mark.parametrize("name", PICTURES)
def test_every_node_is_in_one_lane_and_knows_its_flows(name: str) -> None:
    process = _process(_drawn(name))
    nodes = [node for node in process if node.tag not in {f"{_M}laneSet", f"{_M}sequenceFlow"}]
    refs = Counter(ref.text for ref in process.iter(f"{_M}flowNodeRef"))
    assert refs == Counter(node.attrib["id"] for node in nodes)
    flows = {flow.attrib["id"]: flow.attrib for flow in process.iter(f"{_M}sequenceFlow")}
    for node in nodes:
        for way, end in (("incoming", "targetRef"), ("outgoing", "sourceRef")):
            told = {ref.text for ref in node.findall(f"{_M}{way}")}
            assert told == {flow for flow, told in flows.items() if told[end] == node.attrib["id"]}


def _bounds(root: ET.Element) -> dict[str, tuple[float, float, float, float]]:
    found = {}
    for shape in root.iter(f"{_D}BPMNShape"):
        box = shape.find(f"{_DC}Bounds")
        assert box is not None
        x, y, wide, high = (float(box.attrib[name]) for name in ("x", "y", "width", "height"))
        found[shape.attrib["bpmnElement"]] = (x, y, x + wide, y + high)
    return found


@pytest.mark.parametrize("name", PICTURES)
def test_everything_has_its_place_within_its_lane_and_nothing_lies_on_another(name: str) -> None:
    root = _drawn(name)
    process, places = _process(root), _bounds(root)
    for lane in process.iter(f"{_M}lane"):
        left, top, right, foot = places[lane.attrib["id"]]
        for ref in lane.findall(f"{_M}flowNodeRef"):
            x, y, x2, y2 = places[str(ref.text)]
            assert left <= x < x2 <= right
            assert top <= y < y2 <= foot
    boxes = [place for node, place in places.items() if node.startswith(("Task_", "Gateway_", "Start", "End"))]
    for number, one in enumerate(boxes):
        for other in boxes[number + 1 :]:
            assert one[2] <= other[0] or other[2] <= one[0] or one[3] <= other[1] or other[3] <= one[1]


@pytest.mark.parametrize("name", PICTURES)
def test_no_arrow_crosses_a_task_and_each_ends_at_its_target(name: str) -> None:
    root = _drawn(name)
    places = _bounds(root)
    tasks = [place for node, place in places.items() if node.startswith("Task_")]
    flows = {flow.attrib["id"]: flow.attrib for flow in root.iter(f"{_M}sequenceFlow")}
    for edge in root.iter(f"{_D}BPMNEdge"):
        way = [(float(p.attrib["x"]), float(p.attrib["y"])) for p in edge.findall(f"{_DI}waypoint")]
        assert len(way) >= 2
        x, y, x2, _ = places[flows[edge.attrib["bpmnElement"]]["targetRef"]]
        assert x <= way[-1][0] <= x2
        assert way[-1][1] == y
        for (ax, ay), (bx, by) in pairwise(way):
            assert ax == bx or ay == by, "every line is upright or level"
            assert not any(_inside((ax, ay, bx, by), task) for task in tasks), edge.attrib["id"]


def _inside(line: tuple[float, float, float, float], box: tuple[float, float, float, float]) -> bool:
    ax, ay, bx, by = min(line[0], line[2]), min(line[1], line[3]), max(line[0], line[2]), max(line[1], line[3])
    return ax < box[2] and bx > box[0] and ay < box[3] and by > box[1]


def test_the_same_picture_is_the_same_bytes_and_says_that_nothing_runs_from_it() -> None:
    first, second = (draw_bpmn("loop", "流程", LOOP, {"ask": "问", "answer": "答"}) for _ in range(2))
    assert first == second
    assert first.startswith(b"<?xml version='1.0' encoding='utf-8'?>")
    assert _process(fromstring(first)).attrib["isExecutable"] == "false"


def test_gateways_stand_where_a_step_leads_on_to_several() -> None:
    gateways: list[Any] = [node.attrib["id"] for node in _drawn("loop").iter(f"{_M}inclusiveGateway")]
    assert gateways == ["Gateway_answer"]
