"""A small matter in a file of its own, to be changed and broken."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from rules.matter import process_from
from rules.matter.reading import read_matter
from rules.matter.schema import Matter

FILE = """
[matter]
name = "loan"
label = "借用"
prefix = "JY"
version = 1
about = "either"
subject = "what"
grade = "size"
hint = "借出、归还"
clause = "app-item"
void_by = "bureau_head"

[[act]]
id = "lend"
label = "借出"
by = ["bureau_officer", "dept_officer"]
opens = true
clause = "app-item"
evidence = 1
papers = ["借据"]
[[act.field]]
key = "what"
label = "借什么"
kind = "text"
[[act.field]]
key = "size"
label = "大小"
kind = "choice"
choices = { big = "大件", small = "小件" }
[[act.field]]
key = "due"
label = "归还期限"
kind = "day"
lies = "future"
[[act.field]]
key = "parts"
label = "部件"
kind = "lines"
required = false
[[act.field]]
key = "who"
label = "借用人"
kind = "person"
required = false
[[act.owes]]
act = "return"
by = "dept_officer"
clause = "app-item"
until = "due"
[[act.owes]]
act = "inspect"
by = "bureau_officer"
clause = "app-sign"
each = "parts"
when = { size = "big" }
[[act.tells]]
to = ["named", "dept_head"]
clause = "app-item"
when = { size = "big" }

[[act]]
id = "inspect"
label = "查验"
by = ["bureau_officer"]
clause = "app-sign"
about = "部件"
not_by = ["return"]
[[act.field]]
key = "score"
label = "分数"
kind = "number"
least = 1
[[act.field]]
key = "mark"
label = "附加分"
kind = "number"
required = false

[[act]]
id = "warn"
label = "催还"
by = ["bureau_officer"]
any_time = true
clause = "app-recheck"
[[act.tells]]
to = ["dept_head"]
clause = "haz-stop"
answer = "notice-answer"

[[act]]
id = "return"
label = "归还"
by = ["dept_officer"]
clause = "app-item"
paper = "归还单"
certified = true
[[act.field]]
key = "day"
label = "归还日期"
kind = "day"
lies = "past"
not_before = "lend"
[[act.field]]
key = "damaged"
label = "有损坏"
kind = "flag"
[[act.field]]
key = "repair_by"
label = "修理期限"
kind = "day"
not_before = ".day"
required_when = { damaged = "yes" }
[[act.field]]
key = "helpers"
label = "经手人"
kind = "people"
least = 2
required = false
[[act.owes]]
act = "settle"
by = "bureau_officer"
clause = "app-sign"
since = ".day"

[[act]]
id = "settle"
label = "结清"
by = ["bureau_officer", "bureau_head"]
not_by = ["lend"]
clause = "app-sign"
ends = "closed"
ends_when = { done = "yes" }
[[act.field]]
key = "done"
label = "结论"
kind = "choice"
choices = { yes = "结清", no = "再看", lost = "遗失" }
[[act.needs]]
act = "return"
clause = "app-item"
when = { "lend.size" = ["big", "small"] }
said = { "return.damaged" = "no" }
unless = ["write-off"]
[[act.holds]]
of = "return"
clause = "app-appeal-term"
unless = ["write-off"]
when = { "lend.size" = "big" }
[[act.owes]]
act = "settle"
by = "bureau_officer"
clause = "app-sign"
since = "return"
when = { done = "no" }

[[act]]
id = "write-off"
label = "核销"
by = ["bureau_head"]
any_time = true
clause = "app-item"
ends = "void"
ends_when = { final = "*" }
[[act.field]]
key = "final"
label = "核销文号"
kind = "code"
required = false
[[act.cancels]]
act = "return"
when = { final = "" }
[[act.owes]]
act = "settle"
by = "bureau_officer"
clause = "app-sign"
since = "return.day"
when = { final = "" }
"""


@pytest.fixture
def read(tmp_path: Path) -> Callable[..., Matter]:
    """Return the reader of the small matter with some of its text put otherwise."""

    def reader(*changes: tuple[str, str]) -> Matter:
        text = FILE
        for old, new in changes:
            assert old in text, old
            text = text.replace(old, new, 1)
        path = tmp_path / "loan.toml"
        path.write_text(text, "utf-8")
        return read_matter(path)

    return reader


@pytest.fixture
def loan(read: Callable[..., Matter], empty_case: Callable[..., Any]) -> Any:
    """Return an empty case of the small matter on Monday 2026-03-02 at 09:00."""
    return empty_case(process=process_from(read()))
