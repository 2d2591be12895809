"""A declared process drawn 流程图: as SVG that prints and reads aloud, or as Mermaid text; knows no case.

Lanes stand side by side, steps go down. Boxes occupy rows inside their lanes; between two rows lies a channel, beside
each lane a gutter. Arrows run in channels and gutters alone, each on a track of its own, so none crosses a box.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape, quoteattr

from rules.picture import BEGIN, END, Arrow, Step

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from rules.picture import Picture

_BOX_WIDTH, _BOX_HEIGHT = 168, 52
_LANE_PADDING, _TRACK, _EDGE = 20, 17, 9
_HEAD = 40
_ENTRY = 0.25
_RING, _DOT = 11, 7
_INK, _QUIET, _LINE, _PAPER, _LATE = "#16242c", "#4d5b64", "#5b6b75", "#ffffff", "#a61b1b"
_LANE_FILLS = ("#f3f7f8", "#eaf1f3")


def draw_svg(picture: Picture, labels: Mapping[str, str], counts: Mapping[str, tuple[int, int]] | None = None) -> str:
    """Return the picture as one SVG element.

    `labels` gives the words for acts, and may translate lanes and conditions. `counts` gives, for each act, how many
    cases wait for it and how many of them are late.
    """
    return _Drawing(picture, labels, counts).svg()


def draw_mermaid(picture: Picture, labels: Mapping[str, str]) -> str:
    """Return the picture as a Mermaid flowchart."""
    names = {step.act: f"s{number}" for number, step in enumerate(picture.steps, start=1)}
    names |= {BEGIN: "begin", END: "finish"}
    lines = ["flowchart TB", '  begin(("●"))', '  finish((("●")))']
    for number, lane in enumerate(picture.lanes, start=1):
        lines.append(f'  subgraph lane{number}["{_plain(labels.get(lane, lane))}"]')
        lines += [f'    {names[step.act]}["{_plain(labels[step.act])}"]' for step in picture.steps if step.lane == lane]
        lines.append("  end")
    for arrow in picture.arrows:
        when = f'|"{_plain(labels.get(arrow.when, arrow.when))}"|' if arrow.when else ""
        lines.append(f"  {names[arrow.source]} -->{when} {names[arrow.target]}")
    return "\n".join(lines) + "\n"


def _plain(text: str) -> str:
    return text.replace('"', "#quot;").replace("|", "/")


@dataclass(frozen=True, slots=True)
class _Route:
    """One arrow's way: ports, the tracks in its channels, and the gutter track where it needs one."""

    arrow: Arrow
    leaves: float
    enters: float
    first: int
    last: int
    gutter: tuple[int, int] | None


class _Drawing:
    """Everything about one picture that is worked out before the first line is written."""

    def __init__(
        self, picture: Picture, labels: Mapping[str, str], counts: Mapping[str, tuple[int, int]] | None
    ) -> None:
        self.picture, self.labels, self.counts = picture, labels, counts
        self.lane_no = {lane: number for number, lane in enumerate(picture.lanes)}
        self.rows = _rows(picture)
        self.lane_of = {step.act: self.lane_no[step.lane] for step in picture.steps}
        self.lane_of |= {BEGIN: 0, END: len(picture.lanes) // 2}
        self._lay_gutters()
        self._lay_channels()

    # --- where everything lies ----------------------------------------------------------------

    def _lay_gutters(self) -> None:
        """Give every bundle of arrows to one target a vertical track; tracks that never meet share a place."""
        self._spans: dict[int, list[list[tuple[int, int, str]]]] = defaultdict(list)
        self._tracks: dict[tuple[int, str], int] = {}
        reach: dict[tuple[int, str], list[int]] = defaultdict(list)
        for arrow in self.picture.arrows:
            if not self._is_direct(arrow):
                gutter = self._gutter(arrow)
                reach[gutter, arrow.target] += [self.rows[arrow.source] + 1, self.rows[arrow.target]]
        for (gutter, target), channels in reach.items():
            span = (min(channels), max(channels), target)
            taken = self._spans[gutter]
            place = next((n for n, spans in enumerate(taken) if not _meets(spans, span)), len(taken))
            if place == len(taken):
                taken.append([])
            taken[place].append(span)
            self._tracks[gutter, target] = place
        widths = [2 * _EDGE + _TRACK * max(len(self._spans[no]) - 1, 0) for no in range(len(self.lane_no) + 1)]
        lane_width = _BOX_WIDTH + 2 * _LANE_PADDING
        self.gutter_x = [sum(widths[:no]) + no * lane_width for no in range(len(widths))]
        self.lane_x = [self.gutter_x[no] + widths[no] for no in range(len(self.lane_no))]
        self.width = sum(widths) + lane_width * len(self.lane_no)

    def _lay_channels(self) -> None:
        """Give every arrow a track in the channel it leaves by, and every bundle one in the channel it comes in by."""
        self.routes: list[_Route] = []
        used: dict[int, int] = defaultdict(int)
        ends: dict[tuple[int, str], int] = {}
        leaving, entering = self._ports()
        for arrow in self._in_drawing_order():
            leaves, enters = leaving[arrow.source, arrow.target], entering[arrow.target]
            channel = self.rows[arrow.source] + 1
            first = used[channel]
            used[channel] += 1
            if self._is_direct(arrow):
                self.routes.append(_Route(arrow, leaves, enters, first, first, None))
                continue
            gutter = self._gutter(arrow)
            inward = self.rows[arrow.target]
            if (gutter, arrow.target) not in ends:
                ends[gutter, arrow.target] = used[inward]
                used[inward] += 1
            track = (gutter, self._tracks[gutter, arrow.target])
            self.routes.append(_Route(arrow, leaves, enters, first, ends[gutter, arrow.target], track))
        self._rise = _HEAD
        self.channel_y: dict[int, float] = {}
        self.row_y: dict[int, float] = {}
        for row in range(max(self.rows.values()) + 1):
            self.channel_y[row] = self._rise
            self._rise += 2 * _EDGE + _TRACK * used[row]
            self.row_y[row] = self._rise
            self._rise += _BOX_HEIGHT
        self.height = self._rise + _EDGE

    def _ports(self) -> tuple[dict[tuple[str, str], float], dict[str, float]]:
        """Return where arrows leave (right part of a box's foot) and enter (left part of its head): they never meet."""
        outgoing: dict[str, list[str]] = defaultdict(list)
        for arrow in self.picture.arrows:
            outgoing[arrow.source].append(arrow.target)
        leaving = {}
        for source, targets in outgoing.items():
            left, width = self._left(source) + _BOX_WIDTH * 0.42, _BOX_WIDTH * 0.5
            for number, target in enumerate(sorted(targets, key=lambda name: (self.lane_of[name], name))):
                leaving[source, target] = left + width * (number + 1) / (len(targets) + 1)
            if source == BEGIN:
                leaving[source, targets[0]] = self._left(source) + _BOX_WIDTH * _ENTRY
        entering = {name: self._left(name) + _BOX_WIDTH * _ENTRY for name in self.rows}
        return leaving, entering

    def _in_drawing_order(self) -> Iterable[Arrow]:
        return sorted(self.picture.arrows, key=lambda arrow: (self.rows[arrow.source], self.lane_of[arrow.target]))

    def _left(self, name: str) -> float:
        return self.lane_x[self.lane_of[name]] + _LANE_PADDING

    def _is_direct(self, arrow: Arrow) -> bool:
        return self.rows[arrow.target] == self.rows[arrow.source] + 1

    def _gutter(self, arrow: Arrow) -> int:
        """Return the gutter to use: beside the target's lane, on the side of the source, backward ones outside."""
        source, target = self.lane_of[arrow.source], self.lane_of[arrow.target]
        if self.rows[arrow.target] <= self.rows[arrow.source]:
            return target
        return target if source < target else target + 1

    def _y(self, channel: int, track: int) -> float:
        return self.channel_y[channel] + _EDGE + _TRACK * (track + 0.5)

    # --- what is written ----------------------------------------------------------------------

    def svg(self) -> str:
        """Return the whole element."""
        title = " · ".join(self._word(lane) for lane in self.picture.lanes)
        parts = [
            (
                '<svg xmlns="http://www.w3.org/2000/svg" class="process-picture" role="img" '
                f'aria-labelledby="pp-t pp-d" viewBox="0 0 {self.width:g} {self.height:g}" '
                f'width="{self.width:g}" height="{self.height:g}" '
                'font-family="-apple-system, PingFang SC, Microsoft YaHei, Noto Sans CJK SC, sans-serif">'
            ),
            f'<title id="pp-t">{escape(title)}</title>',
            f'<desc id="pp-d">{escape(self._told())}</desc>',
            (
                '<defs><marker id="pp-head" viewBox="0 0 8 8" refX="7.5" refY="4" markerWidth="7" markerHeight="7" '
                f'orient="auto"><path d="M0 0 8 4 0 8z" fill="{_LINE}"/></marker></defs>'
            ),
            *(self._lane(lane) for lane in self.picture.lanes),
            *(self._arrow(route) for route in self.routes),
            *(self._when(route) for route in self.routes if route.arrow.when),
            *(self._box(step) for step in self.picture.steps),
            self._terminal(BEGIN),
            self._terminal(END),
            "</svg>",
        ]
        return "\n".join(parts)

    def _word(self, text: str) -> str:
        return self.labels.get(text, text)

    def _name(self, name: str) -> str:
        return {BEGIN: "●", END: "◎"}.get(name) or self.labels[name]

    def _told(self) -> str:
        return "；".join(
            f"{self._name(arrow.source)} → {self._name(arrow.target)}"
            + (f"（{self._word(arrow.when)}）" if arrow.when else "")
            for arrow in self.picture.arrows
        )

    def _lane(self, lane: str) -> str:
        number = self.lane_no[lane]
        x, width = self.lane_x[number], _BOX_WIDTH + 2 * _LANE_PADDING
        return (
            f'<g class="lane" data-lane={quoteattr(lane)}><rect x="{x:g}" y="0" width="{width}" '
            f'height="{self.height:g}" fill="{_LANE_FILLS[number % 2]}"/><text x="{x + width / 2:g}" y="25" '
            f'text-anchor="middle" font-size="15" font-weight="600" '
            f'fill="{_QUIET}">{escape(self._word(lane))}</text></g>'
        )

    def _box(self, step: Step) -> str:
        x, y = self._left(step.act), self.row_y[self.rows[step.act]]
        waiting, late = (self.counts or {}).get(step.act, (0, 0))
        middle = x + _BOX_WIDTH / 2
        stroke, thick = (_LATE, 2.5) if late else (_INK, 1.2)
        words = f"{waiting}" + (f" · {self._word('逾期')} {late}" if late else "")
        told = f"{self.labels[step.act]}，{self._word(step.lane)}" + (f"：{words}" if self.counts is not None else "")
        count = (
            f'<text x="{middle:g}" y="{y + 42:g}" text-anchor="middle" font-size="13" font-weight="600" '
            f'fill="{_LATE if late else _QUIET}">{escape(words)}</text>'
            if self.counts is not None
            else ""
        )
        name_y = y + (24 if self.counts is not None else 32)
        return (
            f'<g class="step" data-act={quoteattr(step.act)}><title>{escape(told)}</title><rect x="{x:g}" y="{y:g}" '
            f'width="{_BOX_WIDTH}" height="{_BOX_HEIGHT}" rx="6" fill="{_PAPER}" stroke="{stroke}" '
            f'stroke-width="{thick}"/><text x="{middle:g}" y="{name_y:g}" text-anchor="middle" font-size="16" '
            f'fill="{_INK}">{escape(self.labels[step.act])}</text>{count}</g>'
        )

    def _terminal(self, name: str) -> str:
        x, y = self._left(name) + _BOX_WIDTH * _ENTRY, self.row_y[self.rows[name]] + _RING
        ring = f'<circle cx="{x:g}" cy="{y:g}" r="{_RING}" fill="none" stroke="{_INK}" stroke-width="2"/>'
        dot = f'<circle cx="{x:g}" cy="{y:g}" r="{_DOT}" fill="{_INK}"/>'
        return f'<g class="terminal" data-act="{name}">{ring if name == END else ""}{dot}</g>'

    def _arrow(self, route: _Route) -> str:
        arrow = route.arrow
        return (
            f'<path class="arrow" data-source={quoteattr(arrow.source)} data-target={quoteattr(arrow.target)} '
            f'd="{_path(self._points(route))}" fill="none" stroke="{_LINE}" stroke-width="1.4" '
            f'stroke-linejoin="round" marker-end="url(#pp-head)"/>'
        )

    def _points(self, route: _Route) -> list[tuple[float, float]]:
        arrow = route.arrow
        foot = self.row_y[self.rows[arrow.source]] + (_BOX_HEIGHT if arrow.source != BEGIN else 2 * _RING)
        head = self.row_y[self.rows[arrow.target]]
        y1 = self._y(self.rows[arrow.source] + 1, route.first)
        if route.gutter is None:
            return [(route.leaves, foot), (route.leaves, y1), (route.enters, y1), (route.enters, head)]
        x, y2 = self._gutter_at(route.gutter), self._y(self.rows[arrow.target], route.last)
        return [(route.leaves, foot), (route.leaves, y1), (x, y1), (x, y2), (route.enters, y2), (route.enters, head)]

    def _gutter_at(self, gutter: tuple[int, int]) -> float:
        number, track = gutter
        return self.gutter_x[number] + _EDGE + _TRACK * track

    def _when(self, route: _Route) -> str:
        y = self._y(self.rows[route.arrow.source] + 1, route.first) - 3.5
        goal = route.enters if route.gutter is None else self._gutter_at(route.gutter)
        leftward = goal < route.leaves
        x, anchor = (route.leaves - 4, "end") if leftward else (route.leaves + 4, "start")
        return (
            f'<text class="when" x="{x:g}" y="{y:g}" text-anchor="{anchor}" font-size="11.5" fill="{_QUIET}" '
            f'stroke="{_PAPER}" stroke-width="3" paint-order="stroke">{escape(self._word(route.arrow.when))}</text>'
        )


def _rows(picture: Picture) -> dict[str, int]:
    """Return the row of each step: reading order, sharing a row where lanes differ and no arrow leads across it."""
    arrows = {(arrow.source, arrow.target) for arrow in picture.arrows}
    rows, row, held = {BEGIN: 0}, 1, list[Step]()
    for step in picture.steps:
        apart = all(
            step.lane != other.lane and not {(step.act, other.act), (other.act, step.act)} & arrows for other in held
        )
        if not apart:
            row, held = row + 1, []
        rows[step.act] = row
        held.append(step)
    rows[END] = row + 1
    return rows


def _meets(spans: Iterable[tuple[int, int, str]], span: tuple[int, int, str]) -> bool:
    return any(first <= span[1] and span[0] <= last for first, last, _ in spans)


def _path(points: list[tuple[float, float]]) -> str:
    first, *rest = points
    return f"M{first[0]:g} {first[1]:g}" + "".join(f"L{x:g} {y:g}" for x, y in rest)
