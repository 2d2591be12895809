"""Draws figures as SVG, ready for a page and for paper: bars of a part within its whole, and months beside each other.

No script, no font, no image; a table with the same figures stands beside each picture. Colour never speaks alone: the
part is hatched and every bar carries its numbers.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.sax.saxutils import escape, quoteattr

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_INK, _QUIET, _LINE, _WHOLE, _PART = "#16242c", "#4d5b64", "#d5dde1", "#9fc2ca", "#a61b1b"
_FONT = "-apple-system, PingFang SC, Microsoft YaHei, Noto Sans CJK SC, sans-serif"
# Narrow, so that a phone need not make the letters smaller than they can be read.
_WIDTH, _LEFT, _RIGHT, _ROW = 420, 150, 66, 30
_MONTH_WIDTH, _MONTH_HEIGHT, _FOOT, _HEAD = 34, 150, 26, 20
_LONGEST = 10


def draw_bars(name: str, title: str, rows: Sequence[tuple[str, int, int]]) -> str:
    """Return bars from top to bottom in the order given: label, part, whole. `name` keeps the picture's ids apart."""
    most = max((whole for _, _, whole in rows), default=0)
    height = _ROW * max(len(rows), 1) + 8
    parts = [_begin(name, title, _described(rows), _WIDTH, height)]
    for number, (label, part, whole) in enumerate(rows):
        y = _ROW * number + 6
        parts.append(_text(_LEFT - 8, y + 15, _short(label), anchor="end"))
        parts += _bar(name, y, _scaled(whole, most), _scaled(part, most))
        parts.append(_text(_LEFT + _scaled(whole, most) + 6, y + 15, f"{part}/{whole}", colour=_QUIET))
    return "\n".join([*parts, "</svg>"])


def draw_months(name: str, title: str, rows: Sequence[tuple[str, int, int]]) -> str:
    """Return a column for each month, the oldest first: label, part, whole."""
    most = max((whole for _, _, whole in rows), default=0)
    width, base = _MONTH_WIDTH * max(len(rows), 1) + 8, _HEAD + _MONTH_HEIGHT
    parts = [_begin(name, title, _described(rows), width, base + _FOOT)]
    parts.append(f'<path d="M4 {base}H{width - 4}" stroke="{_LINE}"/>')
    for number, (label, part, whole) in enumerate(rows):
        x, high, low = _MONTH_WIDTH * number + 8, _high(whole, most), _high(part, most)
        parts.append(f'<rect x="{x}" y="{base - high}" width="22" height="{high}" fill="{_WHOLE}"/>')
        parts.append(f'<rect x="{x}" y="{base - low}" width="22" height="{low}" fill="url(#{name}-hatch)"/>')
        parts.append(_text(x + 11, base - high - 5, str(whole), colour=_QUIET, anchor="middle"))
        parts.append(_text(x + 11, base + 17, label, anchor="middle"))
    return "\n".join([*parts, "</svg>"])


def _begin(name: str, title: str, description: str, width: int, height: int) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="figure-picture" role="img" '
        f'aria-labelledby="{name}-t {name}-d" viewBox="0 0 {width} {height}" width="{width}" height="{height}" '
        f'font-family={quoteattr(_FONT)}><title id="{name}-t">{escape(title)}</title>'
        f'<desc id="{name}-d">{escape(description)}</desc>'
        f'<defs><pattern id="{name}-hatch" width="5" height="5" patternTransform="rotate(45)" '
        f'patternUnits="userSpaceOnUse"><rect width="5" height="5" fill="#f3d3d3"/>'
        f'<path d="M0 0V5" stroke="{_PART}" stroke-width="4"/></pattern></defs>'
    )


def _described(rows: Iterable[tuple[str, int, int]]) -> str:
    return "; ".join(f"{label} {part}/{whole}" for label, part, whole in rows)


def _bar(name: str, y: int, whole: int, part: int) -> Iterable[str]:
    yield f'<rect x="{_LEFT}" y="{y}" width="{whole}" height="20" fill="{_WHOLE}"/>'
    yield f'<rect x="{_LEFT}" y="{y}" width="{part}" height="20" fill="url(#{name}-hatch)"/>'


def _scaled(number: int, most: int) -> int:
    return round((_WIDTH - _LEFT - _RIGHT) * number / most) if most else 0


def _high(number: int, most: int) -> int:
    return round(_MONTH_HEIGHT * number / most) if most else 0


def _short(label: str) -> str:
    return label if len(label) <= _LONGEST else f"{label[: _LONGEST - 1]}…"


def _text(x: float, y: float, words: str, *, colour: str = _INK, anchor: str = "start") -> str:
    return f'<text x="{x:g}" y="{y:g}" font-size="13" fill="{colour}" text-anchor="{anchor}">{escape(words)}</text>'
