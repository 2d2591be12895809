"""Draws a replay as SVG, ready for a page: one row for each hop, its clock, its end, and what happened when.

A bar is the time that the law gave, hatched where its start is known only by bounds; a diamond is the report, a line
ending in an arrow one that came later than the page reaches. Colours never speak alone: every row says its verdict.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape, quoteattr

from rules.incident.replay_hops import Verdict
from rules.incident.replay_spans import clock

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pendulum import DateTime

    from rules.incident.replay import Replay
    from rules.incident.replay_hops import Replayed

_WIDTH, _LEFT, _RIGHT = 1120, 330, 250
_TOP, _ROW, _FOOT = 86, 34, 36
_LONGEST, _MARGIN, _TICKS = timedelta(hours=48), 0.04, 6
_INK, _QUIET, _LINE, _PAPER = "#1f2937", "#5b6472", "#c6ccd4", "#ffffff"
_COLOURS = {
    Verdict.ON_TIME: "#2f7d4f",
    Verdict.LATE: "#b3261e",
    Verdict.NOT_REPORTED: "#b3261e",
    Verdict.OPEN: "#8a6d00",
    Verdict.NO_FIGURE: "#5b6472",
    Verdict.CONTRADICTORY: "#6b3fa0",
}
_FONT = "-apple-system, PingFang SC, Microsoft YaHei, Noto Sans CJK SC, sans-serif"


def draw_timeline(replay: Replay) -> str:
    """Return the SVG element as text; it stands alone and needs no script, font or image."""
    return _Drawing(replay).svg()


class _Drawing:
    def __init__(self, replay: Replay) -> None:
        self.replay = replay
        self.rows = replay.hops
        self.begin, self.end = _extent(replay)
        self.height = _TOP + _ROW * max(len(self.rows), 1) + _FOOT

    def svg(self) -> str:
        name = self.replay.timeline.name
        parts = [
            (
                '<svg xmlns="http://www.w3.org/2000/svg" class="timeline-picture" role="img" '
                f'aria-labelledby="tp-t tp-d" viewBox="0 0 {_WIDTH} {self.height}" width="{_WIDTH}" '
                f'height="{self.height}" font-family={quoteattr(_FONT)}>'
            ),
            f'<title id="tp-t">{escape(name)}</title>',
            f'<desc id="tp-d">{escape(self._described())}</desc>',
            (
                '<defs><pattern id="tp-hatch" width="6" height="6" patternTransform="rotate(45)" '
                f'patternUnits="userSpaceOnUse"><path d="M0 0V6" stroke="{_QUIET}" stroke-width="2"/></pattern></defs>'
            ),
            f'<rect width="{_WIDTH}" height="{self.height}" fill="{_PAPER}"/>',
            _text(20, 32, name, size=19, bold=True),
            *self._axis(),
            *(part for number, hop in enumerate(self.rows) for part in self._row(number, hop)),
            *([] if self.rows else [_text(20, _TOP + 22, self.replay.refused or "没有应报的环节", size=13)]),
            "</svg>",
        ]
        return "\n".join(parts)

    def _described(self) -> str:
        if self.replay.refused:
            return self.replay.refused
        return "；".join(f"{hop.label}，{hop.said}，期限{hop.due}，实际{hop.done}" for hop in self.rows)

    def _axis(self) -> Iterable[str]:
        if self.begin is None:
            return
        bottom = self.height - _FOOT + 6
        for number in range(_TICKS):
            at = self.begin + (self.end - self.begin) * number / (_TICKS - 1)
            x = self._x(at)
            yield f'<path d="M{x:.1f} {_TOP - 8}V{bottom}" stroke="{_LINE}"/>'
            yield _text(x, _TOP - 16, at.format("MM-DD HH:mm"), size=12, colour=_QUIET, anchor="middle")

    def _row(self, number: int, hop: Replayed) -> Iterable[str]:
        y = _TOP + _ROW * number + _ROW / 2
        colour = _COLOURS[hop.verdict]
        yield f'<g class="hop" data-hop={quoteattr(hop.id)} data-verdict="{hop.verdict.value}">'
        yield f"<title>{escape(f'{hop.label}：{hop.said}')}</title>"
        yield _text(20, y + 5, hop.label, size=13)
        if self.begin is not None:
            yield from self._bar(hop, y)
            yield from self._report(hop, y, colour)
        yield _text(_WIDTH - _RIGHT + 16, y + 5, hop.said, size=13, colour=colour, bold=True)
        yield "</g>"

    def _bar(self, hop: Replayed, y: float) -> Iterable[str]:
        start, due = hop.start.lo, hop.due.hi or hop.due.lo
        if start is None or due is None:
            return
        left, right = self._x(start), self._x(due)
        fill = "#d7e3f4" if hop.start.is_exact else "url(#tp-hatch)"
        yield (
            f'<rect x="{left:.1f}" y="{y - 7:.1f}" width="{max(right - left, 2):.1f}" height="14" fill="{fill}" '
            f'stroke="{_QUIET}" stroke-width="0.8"/>'
        )

    def _report(self, hop: Replayed, y: float, colour: str) -> Iterable[str]:
        low, high = hop.done.lo, hop.done.hi
        if high is None or low is None:
            return
        left, right = self._x(low), self._x(high)
        yield f'<path d="M{left:.1f} {y:.1f}H{right:.1f}" stroke="{colour}" stroke-width="2"/>'
        beyond = self.begin is not None and high > self.end
        shape = f"M{right - 8:.1f} {y - 6:.1f}l8 6l-8 6z" if beyond else f"M{right:.1f} {y - 7:.1f}l7 7l-7 7l-7 -7z"
        yield f'<path d="{shape}" fill="{colour}"><title>{escape(clock(high))}</title></path>'

    def _x(self, at: DateTime) -> float:
        assert self.begin is not None, "only what has an axis is placed on it"
        share = (at - self.begin).total_seconds() / (self.end - self.begin).total_seconds()
        return _LEFT + min(max(share, 0.0), 1.0) * (_WIDTH - _LEFT - _RIGHT)


def _extent(replay: Replay) -> tuple[DateTime | None, DateTime]:
    """Return first and last instant on the page: from the accident to the last known end, two days at most."""
    spans = [span for hop in replay.hops for span in (hop.start, hop.due, hop.done)]
    begin = replay.timeline.occurred.lo
    known = [at for span in spans for at in (span.lo, span.hi) if at is not None]
    if begin is None or not known:
        return None, begin or replay.timeline.occurred.hi  # type: ignore[return-value]
    last = min(max(*known, begin + timedelta(hours=1)), begin + _LONGEST)
    return begin, last + (last - begin) * _MARGIN


def _text(
    x: float, y: float, words: str, *, size: int, colour: str = _INK, bold: bool = False, anchor: str = "start"
) -> str:
    weight = ' font-weight="600"' if bold else ""
    look = f'font-size="{size}" fill="{colour}" text-anchor="{anchor}"{weight}'
    return f'<text x="{x:g}" y="{y:g}" {look}>{escape(words)}</text>'
