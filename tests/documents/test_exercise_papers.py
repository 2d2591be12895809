"""Every paper of an exercise says so in its title and above everything else, whatever its template."""

from __future__ import annotations

from pathlib import Path

import pytest

from documents import paper
from documents.report import Report, Section, as_markdown

_FOLDER = Path(paper.__file__).parent / "papers"
_WHOLE = sorted(path for path in _FOLDER.rglob("*.html") if "<!DOCTYPE" in path.read_text("utf-8"))
_REPORT = Report(
    "评估", (("演练", "甲|乙"),), (Section("总体", ("一句",), ("项", "值"), (("a|b", "1\n2"),)), Section("说明"))
)


@pytest.mark.parametrize("path", _WHOLE, ids=lambda path: path.name)
def test_every_template_has_the_one_place_for_the_mark(path: Path) -> None:
    text = path.read_text("utf-8")

    assert (text.count("<title>"), text.count("<body>")) == (1, 1)


def test_every_other_template_stands_on_one_of_these() -> None:
    others = [path for path in _FOLDER.rglob("*.html") if path not in _WHOLE]

    assert others
    assert all(path.read_text("utf-8").startswith("{% extends ") for path in others)


def test_a_paper_of_an_exercise_is_marked_and_one_in_earnest_is_not() -> None:
    facts = {"report": _REPORT, "language": "zh-CN"}
    marked = paper.draw_up("exercise", "report", facts, exercise=True).content.decode()
    earnest = paper.draw_up("exercise", "report", facts, exercise=False).content.decode()

    assert "<title>【演练】评估</title>" in marked
    assert "【演练】本文书出自演练" in marked.split("<body>", 1)[1].split("<h1>", 1)[0]
    assert "【演练】" not in earnest


def test_a_report_reads_as_markdown() -> None:
    assert as_markdown(_REPORT) == (
        "# 评估\n\n- 演练：甲|乙\n\n## 总体\n\n- 一句\n\n| 项 | 值 |\n| --- | --- |\n| a\\|b | 1 2 |\n\n## 说明\n"
    )
