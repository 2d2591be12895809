"""The monthly brief 月度简报: the figures of a month as a paper, the same bytes while the ledger says the same."""

from __future__ import annotations

import contextlib
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pendulum

from documents.paper import Paper, draw_up, word_template
from documents.paper_blocks import blocks_of
from documents.typeset import typeset
from documents.word import as_word
from models.board import stood
from models.indicators import measure
from rules.actor import Actor, Reach, Role, Scope, clock
from rules.deadlines import SHANGHAI
from rules.errors import ContentInvalid, RulebookError
from rules.indicators import Measure, indicators
from tasks.printing import print_brief

if TYPE_CHECKING:
    from pathlib import Path

    from pendulum import DateTime

    from models.indicators import Figure, Measured
    from models.store import Reading
    from tasks.resources import Resources

_MONTH = re.compile(r"(\d{4})-(0[1-9]|1[0-2])", re.ASCII)
_SHOWN = 12


@dataclass(frozen=True, slots=True)
class Brief:
    """One brief as it was filed: its month, the page's fingerprint, and the forms that were written."""

    month: str
    sha256: str
    forms: tuple[str, ...]


def month_before(now: DateTime) -> str:
    """Return the last month that is over."""
    return now.in_timezone(SHANGHAI).start_of("month").subtract(days=1).format("YYYY-MM")


def write_brief(tools: Resources, month: str, *, actor: Actor | None = None) -> Brief:
    """Draw up the brief of a month and file it as page, PDF and Word, each under the page's fingerprint.

    The PDF is recorded in the journal, by `actor`, by default the clock; made again it is recorded once.

    Without a Chinese font on the machine there is no PDF. Raises `ContentInvalid` for a month that is not over.
    """
    paper, ends = draw_brief(tools, month)
    name, blocks = f"brief-{month}-{paper.sha256[:_SHOWN]}", blocks_of(paper.content)
    template = word_template(tools.settings.folder("templates"), blocks.title)
    contents = {"html": paper.content, "docx": as_word(blocks, at=ends, template=template)}
    # The page is the paper; a machine without fonts still has it.
    with contextlib.suppress(RulebookError):
        contents["pdf"] = typeset(blocks, at=ends)
        who = actor or clock(tools.installation.county_id)
        print_brief(tools, page_sha256=paper.sha256, month=month, pdf=contents["pdf"], at=ends, actor=who)
    for form, content in contents.items():
        _file(tools.settings.folder("reports") / f"{name}.{form}", content)
    return Brief(month, paper.sha256, tuple(sorted(contents)))


def draw_brief(tools: Resources, month: str) -> tuple[Paper, DateTime]:
    """Return the page of a month's brief, and the instant at which the month ended. Raises `ContentInvalid`."""
    written = _MONTH.fullmatch(month)
    if written is None:
        raise ContentInvalid(f"月份应写作 2026-11，不能为「{month[:20]}」。请核对后重新提交。")
    begins = pendulum.datetime(int(written[1]), int(written[2]), 1, tz=SHANGHAI)
    ends = begins.add(months=1)
    if ends > tools.now():
        raise ContentInvalid(f"{month} 还没有过完，月度简报在月底之后生成。请填写已经过完的月份。")
    with tools.store.read() as reading:
        facts = _facts(tools, reading, begins, ends)
    return draw_up("brief", "monthly", facts, exercise=bool(tools.installation.exercise)), ends


def _facts(tools: Resources, reading: Reading, begins: DateTime, ends: DateTime) -> dict[str, Any]:
    county_id = tools.installation.county_id
    whole = Actor("brief", "brief", "brief", Role.AUDITOR, Scope(Reach.SUBTREE, f"/{county_id}/"))
    last, before = ends.subtract(microseconds=1), begins.subtract(microseconds=1)
    (major, late), (major_before, late_before) = (stood(reading, whole, at) for at in (last, before))
    found = (measure(reading, one, ends if one.measure is Measure.QUOTA else last) for one in indicators())
    return {
        "demonstration": tools.installation.demonstration,
        "county": tools.installation.county_name,
        "month": begins.format("YYYY-MM"),
        "year": begins.year,
        "number": begins.month,
        "until": last.format("YYYY年M月D日 24:00"),
        "rules": tools.rulebook.fingerprint[:_SHOWN],
        "stock": [
            {"title": "重大隐患未销号", "now": major, "before": major_before, "unit": "件"},
            {"title": "超期应办", "now": late, "before": late_before, "unit": "项"},
        ],
        "lines": [_line(one) for one in found],
    }


def _line(one: Measured) -> dict[str, str]:
    indicator, unit = one.indicator, one.indicator.measure.unit
    met = {None: "", True: "（达到）", False: "（未达到）"}[one.is_met]
    return {
        "title": indicator.title,
        "now": f"{_value(one.now, unit)}（{one.now.period}）",
        "parts": f"{one.now.numerator}" + ("" if one.now.denominator is None else f"/{one.now.denominator}"),
        "before": _value(one.before[-1], unit),
        "a_year_ago": _value(one.a_year_ago, unit),
        "target": "—" if indicator.target is None else f"{indicator.target} {unit}{met}",
    }


def _value(figure: Figure, unit: str) -> str:
    return "—" if figure.value is None else f"{figure.value:g} {unit}"


def _file(target: Path, content: bytes) -> None:
    draft = target.with_suffix(f"{target.suffix}.part")
    draft.write_bytes(content)
    draft.replace(target)
