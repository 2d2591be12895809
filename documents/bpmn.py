"""A declared process as BPMN 2.0 with its diagram, for whoever models processes with other tools; knows no case.

Lanes stand side by side and each step has a row of its own, so that no arrow crosses a box. Where a step leads on to
several, a gateway stands behind it: inclusive, because what the same condition leads to happens side by side.
"""

from __future__ import annotations

import io
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from rules.picture import BEGIN, END

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from rules.picture import Arrow, Picture

BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"
BPMN_DI = "http://www.omg.org/spec/BPMN/20100524/DI"
_DC, _DI = "http://www.omg.org/spec/DD/20100524/DC", "http://www.omg.org/spec/DD/20100524/DI"
_PREFIXES = {"bpmn": BPMN, "bpmndi": BPMN_DI, "dc": _DC, "di": _DI}
_BOX, _ROUND, _DIAMOND = (160, 60), (36, 36), (36, 36)
_HEAD, _ROW, _GAP, _TRACK, _SIDE = 70, 150, 14, 9, 24
_TURN = _BOX[1] + _GAP + _DIAMOND[1] // 2
_EXPORTER = "Anlan"

Point = tuple[int, int]


def draw_bpmn(name: str, label: str, picture: Picture, labels: Mapping[str, str]) -> bytes:
    """Return the process as a BPMN 2.0 file in UTF-8, the same bytes for the same picture.

    `name` is its word, `label` its title; `labels` gives the words for acts and may translate lanes and conditions.
    """
    for prefix, space in _PREFIXES.items():
        ET.register_namespace(prefix, space)
    root = ET.Element(
        _model("definitions"),
        {"id": f"Definitions_{name}", "targetNamespace": f"urn:anlan:{name}", "exporter": _EXPORTER},
    )
    model = _Model(name, label, picture, labels)
    model.write_into(root)
    _Diagram(model).write_into(root)
    ET.indent(root)
    written = io.BytesIO()
    ET.ElementTree(root).write(written, encoding="utf-8", xml_declaration=True)
    return written.getvalue() + b"\n"


@dataclass(frozen=True, slots=True)
class _Flow:
    """One sequence flow between two nodes; `arrow` is None for the way from a step to its gateway."""

    id: str
    source: str
    target: str
    words: str
    arrow: Arrow | None


class _Model:
    """What the process is made of: nodes by lane, and the flows between them."""

    def __init__(self, name: str, label: str, picture: Picture, labels: Mapping[str, str]) -> None:
        self.name, self.label, self.picture, self.labels = name, label, picture, labels
        outgoing: dict[str, list[Arrow]] = defaultdict(list)
        for arrow in picture.arrows:
            outgoing[arrow.source].append(arrow)
        self.branching = [source for source in (BEGIN, *self.acts) if len(outgoing[source]) > 1]
        self.lane_of = {BEGIN: picture.lanes[0], END: picture.lanes[-1]}
        self.lane_of |= {step.act: step.lane for step in picture.steps}
        self.flows = list(self._flows(outgoing))

    @property
    def acts(self) -> list[str]:
        """Return the steps in reading order."""
        return [str(step.act) for step in self.picture.steps]

    def node(self, name: str) -> str:
        """Return the id of a step or of an end of the process."""
        return {BEGIN: "Start", END: "End"}.get(name) or f"Task_{name}"

    def gateway(self, source: str) -> str:
        """Return the id of the gateway behind a step."""
        return f"Gateway_{source}"

    def word(self, text: str) -> str:
        """Return the words for an act, a lane or a condition."""
        return self.labels.get(text, text)

    def write_into(self, root: ET.Element) -> None:
        pool = ET.SubElement(root, _model("collaboration"), {"id": f"Pool_{self.name}"})
        about = {"id": f"Participant_{self.name}", "name": self.label, "processRef": f"Process_{self.name}"}
        ET.SubElement(pool, _model("participant"), about)
        process = ET.SubElement(
            root, _model("process"), {"id": f"Process_{self.name}", "name": self.label, "isExecutable": "false"}
        )
        self._write_lanes(ET.SubElement(process, _model("laneSet"), {"id": f"Lanes_{self.name}"}))
        self._write_node(process, "startEvent", "Start", "")
        for act in self.acts:
            self._write_node(process, "userTask", self.node(act), self.word(act))
        for source in self.branching:
            self._write_node(process, "inclusiveGateway", self.gateway(source), "")
        self._write_node(process, "endEvent", "End", "")
        for flow in self.flows:
            told = {"id": flow.id, "sourceRef": flow.source, "targetRef": flow.target}
            ET.SubElement(process, _model("sequenceFlow"), told | ({"name": flow.words} if flow.words else {}))

    def _flows(self, outgoing: Mapping[str, list[Arrow]]) -> Iterator[_Flow]:
        for source in (BEGIN, *self.acts):
            leaves = self.node(source)
            if source in self.branching:
                yield _Flow(f"Way_{source}", leaves, self.gateway(source), "", None)
                leaves = self.gateway(source)
            for number, arrow in enumerate(outgoing[source], start=1):
                words = self.word(arrow.when) if arrow.when else ""
                yield _Flow(f"Flow_{source}_{number}", leaves, self.node(arrow.target), words, arrow)

    def _write_lanes(self, lanes: ET.Element) -> None:
        for number, lane in enumerate(self.picture.lanes, start=1):
            written = ET.SubElement(lanes, _model("lane"), {"id": f"Lane_{number}", "name": self.word(lane)})
            for name in (BEGIN, *self.acts, END):
                if self.lane_of[name] == lane:
                    ET.SubElement(written, _model("flowNodeRef")).text = self.node(name)
                    if name in self.branching:
                        ET.SubElement(written, _model("flowNodeRef")).text = self.gateway(name)

    def _write_node(self, process: ET.Element, kind: str, node: str, words: str) -> None:
        written = ET.SubElement(process, _model(kind), {"id": node} | ({"name": words} if words else {}))
        for flow in self.flows:
            if flow.target == node:
                ET.SubElement(written, _model("incoming")).text = flow.id
        for flow in self.flows:
            if flow.source == node:
                ET.SubElement(written, _model("outgoing")).text = flow.id


class _Diagram:
    """Where everything lies: a row for each step, a gutter beside each lane in which arrows go up and down."""

    def __init__(self, model: _Model) -> None:
        self.model = model
        self.row = {name: number for number, name in enumerate((BEGIN, *model.acts, END))}
        tracks: dict[str, int] = defaultdict(int)
        self.track: dict[str, int] = {}
        for flow in model.flows:
            if flow.arrow is not None:
                lane = model.lane_of[flow.arrow.target]
                self.track[flow.id] = tracks[lane]
                tracks[lane] += 1
        self.left: dict[str, int] = {}
        self.right = 0
        for lane in model.picture.lanes:
            self.left[lane] = self.right
            self.right += 2 * _SIDE + _BOX[0] + _TRACK * tracks[lane]
        self.height = _HEAD + _ROW * len(self.row)

    def write_into(self, root: ET.Element) -> None:
        name = self.model.name
        diagram = ET.SubElement(root, _diagram("BPMNDiagram"), {"id": f"Diagram_{name}"})
        plane = ET.SubElement(diagram, _diagram("BPMNPlane"), {"id": f"Plane_{name}", "bpmnElement": f"Pool_{name}"})
        self._shape(plane, f"Participant_{name}", (0, 0), (self.right, self.height), isHorizontal="false")
        edges = [*(self.left[lane] for lane in self.model.picture.lanes[1:]), self.right]
        for number, (lane, right) in enumerate(zip(self.model.picture.lanes, edges, strict=True), start=1):
            left = self.left[lane]
            size = (right - left, self.height - _HEAD // 2)
            self._shape(plane, f"Lane_{number}", (left, _HEAD // 2), size, isHorizontal="false")
        for name in self.row:
            self._shape(plane, self.model.node(name), self._corner(name), self._size(name))
        for source in self.model.branching:
            middle, y = self._middle(source), self._top(source) + _TURN - _DIAMOND[1] // 2
            self._shape(plane, self.model.gateway(source), (middle - _DIAMOND[0] // 2, y), _DIAMOND)
        for flow in self.model.flows:
            self._edge(plane, flow)

    def _top(self, name: str) -> int:
        return _HEAD + _ROW * self.row[name]

    def _middle(self, name: str) -> int:
        return self.left[self.model.lane_of[name]] + _SIDE + _BOX[0] // 2

    def _size(self, name: str) -> Point:
        return _ROUND if name in {BEGIN, END} else _BOX

    def _corner(self, name: str) -> Point:
        return self._middle(name) - self._size(name)[0] // 2, self._top(name)

    def _shape(self, plane: ET.Element, element: str, corner: Point, size: Point, **told: str) -> None:
        shape = ET.SubElement(plane, _diagram("BPMNShape"), {"id": f"Shape_{element}", "bpmnElement": element, **told})
        bounds = {"x": str(corner[0]), "y": str(corner[1]), "width": str(size[0]), "height": str(size[1])}
        ET.SubElement(shape, f"{{{_DC}}}Bounds", bounds)

    def _edge(self, plane: ET.Element, flow: _Flow) -> None:
        edge = ET.SubElement(plane, _diagram("BPMNEdge"), {"id": f"Edge_{flow.id}", "bpmnElement": flow.id})
        for x, y in self._way(flow):
            ET.SubElement(edge, f"{{{_DI}}}waypoint", {"x": str(x), "y": str(y)})

    def _way(self, flow: _Flow) -> list[Point]:
        """Return the corners of an arrow: out to the gutter beside the target's lane, along it, in from above."""
        if flow.arrow is None:
            source = flow.source.removeprefix("Task_") if flow.source != "Start" else BEGIN
            middle, foot = self._middle(source), self._top(source) + self._size(source)[1]
            return [(middle, foot), (middle, self._top(source) + _TURN - _DIAMOND[1] // 2)]
        source, target = flow.arrow.source, flow.arrow.target
        middle, turn = self._middle(source), self._top(source) + _TURN
        gutter = self.left[self.model.lane_of[target]] + 2 * _SIDE + _BOX[0] + _TRACK * self.track[flow.id]
        goal, above = self._middle(target), self._top(target) - _GAP
        if source in self.model.branching:
            side = _DIAMOND[0] // 2 if gutter > middle else -_DIAMOND[0] // 2
            begin = [(middle + side, turn)]
        else:
            begin = [(middle, self._top(source) + self._size(source)[1]), (middle, turn)]
        return [*begin, (gutter, turn), (gutter, above), (goal, above), (goal, self._top(target))]


def _model(tag: str) -> str:
    return f"{{{BPMN}}}{tag}"


def _diagram(tag: str) -> str:
    return f"{{{BPMN_DI}}}{tag}"
