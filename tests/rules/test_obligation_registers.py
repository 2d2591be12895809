"""Registers: entries are read as people write them, what lacks something is refused, nothing to enter is explained."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from rules.actor import Actor, Role, clock
from rules.agenda import DutyStatus
from rules.errors import ContentInvalid
from rules.obligation import OBLIGATION, Outcome, registers
from rules.obligation import ObligationAct as Act
from rules.quotas import Column, ColumnKind, Quota, Register
from rules.rulebook import Rulebook

_DAY = date(2026, 3, 2)
VISITS = Register(
    (
        Column("场馆", ColumnKind.WORDS), Column("参观日期", ColumnKind.DAY), Column("人次", ColumnKind.NUMBER),
    ), least=1, may_be_none=True, is_roster=False,
)  # fmt: skip
CALLS = Register((Column("事件", ColumnKind.WORDS), Column("到场时间", ColumnKind.MOMENT)), 1, True, False)


@pytest.fixture
def head(somebody: Callable[..., Actor]) -> Actor:
    """Return the head of the department that owes it."""
    return replace(somebody(Role.DEPT_HEAD, "head"), home="body")


@pytest.fixture
def opened(empty_case: Any) -> Callable[..., Any]:
    """Return how the clock opens a line for a department; the answer is the case, at noon of 2 March 2026."""

    def opening(line: str, first: date, last: date) -> Any:
        case = empty_case(process=OBLIGATION)
        said = {"holder": "body", "seat": "body", "role": "dept_head", "least": "1", "clause": f"obl-{line}"}
        case.do(Act.OPEN, clock("dai"), quota=line, first=first, last=last, **said)
        return case

    return opening


@pytest.fixture
def watch(opened: Any) -> Any:
    """Return the watch over the county's name for March 2026: nothing heard is an answer."""
    return opened("opinion-watch", date(2026, 3, 1), date(2026, 3, 31))


@pytest.fixture
def rules_of_pioneers(opened: Any) -> Any:
    """Return the register of the pioneers' six institutions for 2026, which brings its text."""
    return opened("pioneer-rules", date(2026, 1, 1), date(2026, 12, 31))


# --- reading -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "written",
    [
        "矿山馆|2026-03-01|30\n地震馆｜2026/3/2｜12.5",
        "场馆\t参观日期\t人次\n矿山馆\t2026年3月1日\t30\t\n\n 地震馆 \t2026.3.2\t12.5",
    ],
)
def test_entries_are_read_as_they_are_typed_or_pasted(written: str) -> None:
    entries = registers.read_entries(written, VISITS)
    assert [entry.text for entry in entries] == ["矿山馆｜2026-03-01｜30", "地震馆｜2026-03-02｜12.5"]
    assert registers.total(entries, 2) == pytest.approx(42.5)
    assert registers.read_entries("\n".join(entry.text for entry in entries), VISITS) == entries


@pytest.mark.parametrize(
    ("written", "words"),
    [
        ("矿山馆｜2026-03-01", "第 1 行应有 3 项：场馆｜参观日期｜人次，现有 2 项"),
        ("矿山馆｜｜30", "现有 2 项"),
        ("矿山馆｜2026-03-01｜30｜多", "现有 4 项"),
        ("矿山馆｜2026-03-01｜1\n\n馆｜昨天｜30", "第 3 行的「参观日期」应为日期，如 2026-03-02，不能为「昨天」"),
        ("矿山馆｜2026-02-30｜30", "应为日期"),
        ("矿山馆｜2026-03-01｜三十", "「人次」应为数字，不能为「三十」"),
        ("矿山馆｜2026-03-01｜30\n矿山馆｜2026/3/1｜30", "第 2 行与第 1 行相同"),
    ],
)
def test_an_entry_that_says_too_little_is_refused_with_its_line(refused: Any, written: str, words: str) -> None:
    with refused(ContentInvalid, "obl-register", words):
        registers.read_entries(written, VISITS)


def test_a_minute_is_kept_as_a_minute(refused: Any) -> None:
    (entry,) = registers.read_entries("山火｜2026/1/5 9:05", CALLS)
    assert entry.text == "山火｜2026-01-05 09:05"
    for wrong in ("2026-01-05", "2026-13-05 14:20", "2026-01-05 25:20"):
        with refused(ContentInvalid, "obl-register", "应为时刻，如 2026-03-02 14:05"):
            registers.read_entries(f"山火｜{wrong}", CALLS)


def test_what_happened_in_another_period_or_not_yet_is_refused_but_a_roster_says_what_stands(
    rulebook: Rulebook, refused: Any
) -> None:
    line = rulebook.quota("new-media", _DAY)
    term = line.term(_DAY)

    def check(day: str, register: Register = VISITS, of: Quota = line) -> None:
        entries = registers.read_entries(f"馆｜{day}｜1", register)
        registers.refuse_other_terms(entries, of, register, term, date(2026, 4, 2))

    check("2026-03-31")
    for day in ("2026-02-28", "2026-04-01"):
        with refused(ContentInvalid, "obl-register", f"第 1 条的「参观日期」{day} 不在周期 2026-03 内"):
            check(day)
    check("2026-04-01", of=replace(line, late=True))
    check("2019-05-01", replace(VISITS, is_roster=True))
    with refused(ContentInvalid, "obl-register", "2026-04-03 还没有到"):
        check("2026-04-03", replace(VISITS, is_roster=True))


# --- entering ------------------------------------------------------------------------------------


def test_a_register_of_a_month_is_done_with_an_entry(watch: Any, head: Actor) -> None:
    watch.do(Act.REGISTER, head, day=_DAY, entries="一条", count=1)
    (duty,) = watch.duties.values()
    assert (watch.facts.outcome, duty.act, duty.status) == (Outcome.DONE, "register", DutyStatus.DONE)


def test_nothing_to_enter_is_an_answer_where_the_line_allows_it(watch: Any, head: Actor, refused: Any) -> None:
    with refused(ContentInvalid, "obl-register", "没有填写。请每行一条填写：日期｜舆情条目｜核实结果；本期确实没有的"):
        watch.do(Act.REGISTER, head, day=_DAY)
    with refused(ContentInvalid, "obl-register", "只能填写一项"):
        watch.do(Act.REGISTER, head, day=_DAY, entries="一条", count=1, nothing="没有")
    watch.do(Act.REGISTER, head, day=_DAY, nothing="没有")
    assert watch.facts.outcome is Outcome.DONE


def test_a_register_that_must_be_there_takes_no_nothing_no_fewer_and_no_missing_text(
    rules_of_pioneers: Any, head: Actor, refused: Any
) -> None:
    case, text = rules_of_pioneers, ("text",)
    with refused(ContentInvalid, "obl-register", "不能没有。请每行一条填写：制度｜文号｜状态"):
        case.do(Act.REGISTER, head, day=_DAY, nothing="没有", evidence=text)
    with refused(ContentInvalid, "obl-register", "没有填写。请每行一条填写：制度｜文号｜状态。"):
        case.do(Act.REGISTER, head, day=_DAY, evidence=text)
    with refused(ContentInvalid, "obl-register", "应至少 6 条，现有 5 条"):
        case.do(Act.REGISTER, head, day=_DAY, entries="五条", count=5, evidence=text)
    with refused(ContentInvalid, "obl-evidence", "应附佐证（制度文本）至少 1 份"):
        case.do(Act.REGISTER, head, day=_DAY, entries="六条", count=6)
    with refused(ContentInvalid, "obl-pioneer-rules", "「登记日期」2025-12-31 不在周期"):
        case.do(Act.REGISTER, head, day=date(2025, 12, 31), entries="六条", count=6, evidence=text)
    case.do(Act.REGISTER, head, day=_DAY, entries="六条", count=6, evidence=text)
    assert case.facts.outcome is Outcome.DONE


def test_a_check_says_whether_it_found_anything_and_hands_it_on(opened: Any, head: Actor, refused: Any) -> None:
    case = opened("pioneer-screening", date(2026, 1, 1), date(2026, 3, 31))
    said = {"day": _DAY, "content": "排查", "evidence": ("plan",)}
    with refused(ContentInvalid, "obl-evidence", "应写明是否发现问题"):
        case.do(Act.FULFIL, head, **said)
    case.do(Act.FULFIL, head, **said, problems="some", found="通道堵塞")
    assert (case.facts.outcome, case.waiting_for) == (Outcome.DONE, {"refer"})
