"""The file of a matter is read strictly: whatever does not hold together is refused with file, act and reason."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from rules.errors import RulebookError
from rules.matter import MATTERS
from rules.matter.reading import read_matters
from rules.matter.references import check_references
from rules.matter.schema import Matter
from rules.picture import BEGIN, END
from rules.processes import PROCESSES
from rules.rulebook import Rulebook

WRONG = (
    (('prefix = "JY"', 'prefix = "J"'), "两个大写字母"),
    (('name = "loan"', 'name = "Loan"'), "小写英文"),
    (('void_by = "bureau_head"', 'void_by = "owner"'), "void_by"),
    (('void_by = "bureau_head"', 'void_by = "mayor"'), "void_by"),
    (('subject = "what"', 'subject = "score"'), "subject"),
    (('grade = "size"', 'grade = "what"'), "grade"),
    (('about = "either"', 'about = "nobody"'), "about"),
    (("opens = true", "opens = false"), "没有开立行为"),
    (('by = ["bureau_officer", "dept_officer"]\nopens', 'by = ["mayor"]\nopens'), "没有名为「mayor」的岗位"),
    (('by = ["bureau_officer", "dept_officer"]\nopens', 'by = ["named"]\nopens'), "by 应为"),
    (('by = ["bureau_officer", "dept_officer"]\nopens', "by = []\nopens"), "by 应为"),
    (('id = "warn"', 'id = "note"'), "程序自有的行为"),
    (('id = "warn"', 'id = "settle"'), "重复"),
    (('id = "warn"', 'id = "Warn"'), "小写英文"),
    (('papers = ["借据"]', ""), "evidence 和 papers"),
    (("opens = true", "opens = true\nany_time = true"), "开立行为，不能有"),
    (("opens = true", "opens = true\nsigned = true"), "开立从不等密码"),
    (("any_time = true\n", ""), "也没有任何行为引出它"),
    (('ends = "closed"\n', ""), "有 ends_when 而没有 ends"),
    (('ends_when = { done = "yes" }\n', ""), "不能再引出"),
    (('ends = "closed"', 'ends = "void"'), "永远不能办结"),
    (('not_by = ["return"]', 'not_by = ["steal"]'), "没有的行为「steal」"),
    (('act = "inspect"\nby', 'act = "steal"\nby'), "没有的行为「steal」"),
    (('key = "who"', 'key = "about"'), "程序自有的项"),
    (('choices = { big = "大件", small = "小件" }', ""), "choices"),
    (('choices = { big = "大件", small = "小件" }', "choices = 3"), "choices"),
    (('choices = { big = "大件", small = "小件" }', 'choices = { big = ["大", "件"] }'), "choices.big"),
    (('when = { size = "big" }\n[[act.tells]]', "when = { size = 3 }\n[[act.tells]]"), "when.size"),
    (('kind = "text"', 'kind = "text"\nleast = 2'), "least"),
    (('kind = "text"', 'kind = "text"\nlies = "past"'), "不是日期"),
    (('kind = "text"', 'kind = "case"'), "哪个流程"),
    (('kind = "text"', 'kind = "text"\nrequired = true\nrequired_when = { size = "big" }'), "已经必填"),
    (('key = "due"', 'key = "size"'), "重复的项"),
    (('not_before = "lend"', 'not_before = "lend.size"'), "「lend.size」不是日期项"),
    (('not_before = "lend"', 'not_before = "steal.day"'), "没有的行为「steal」"),
    (('since = ".day"', 'since = ".damaged"'), "「damaged」不是日期项"),
    (('until = "due"', 'until = "size"'), "until"),
    (('until = "due"', 'until = "nothing"'), "until"),
    (('each = "parts"', 'each = "size"'), "each"),
    (('each = "parts"', 'each = "about"'), "each"),
    (('each = "parts"\n', ""), "about 应当"),
    (('about = "部件"\n', ""), "about 应当"),
    (('by = "dept_officer"\nclause = "app-item"\nuntil', 'by = "dept_head"\nclause = "app-item"\nuntil'), "by 之中"),
    (('act = "return"\nby = "dept_officer"', 'act = "lend"\nby = "dept_officer"'), "引出了开立行为"),
    (('when = { size = "big" }\n[[act.tells]]', 'when = { size = "huge" }\n[[act.tells]]'), "没有「huge」"),
    (('when = { size = "big" }\n[[act.tells]]', 'when = { length = "big" }\n[[act.tells]]'), "没有的项「length」"),
    (('when = { done = "no" }', 'when = { "steal.done" = "no" }'), "没有的项「steal.done」"),
    (("version = 1", "version = 1\ncolour = 2"), "不认识的键 colour"),
    (('label = "借出"\n', ""), "缺少 label"),
)  # fmt: skip


def test_the_small_matter_is_read_as_it_stands(read: Callable[..., Matter]) -> None:
    matter = read()
    assert list(matter.acts) == ["lend", "inspect", "warn", "return", "settle", "write-off"]
    assert [act.id for act in matter.openings] == ["lend"]
    assert matter.acts["lend"].field("due") is not None
    assert matter.acts["lend"].field("nothing") is None
    assert str(matter.acts["settle"].owes[0].since) == "return"
    assert matter.asks_answers


@pytest.mark.parametrize(("change", "said"), WRONG, ids=[said for _, said in WRONG])
def test_what_does_not_hold_together_is_refused(
    read: Callable[..., Matter], change: tuple[str, str], said: str
) -> None:
    with pytest.raises(RulebookError) as refusal:
        read(change)
    assert said in refusal.value.message
    assert refusal.value.facts["file"] == "loan.toml"


def test_a_file_without_an_opening_act_is_refused(read: Callable[..., Matter]) -> None:
    with pytest.raises(RulebookError, match="没有开立行为"):
        read(("opens = true", "any_time = true"))


def test_a_loop_that_nothing_leads_to_is_refused(read: Callable[..., Matter]) -> None:
    island = '''
[[act]]
id = "dream"
label = "梦"
by = ["bureau_head"]
clause = "app-item"
[[act.owes]]
act = "dream"
by = "bureau_head"
clause = "app-item"

[[act]]
id = "settle"'''
    with pytest.raises(RulebookError, match="「dream」没有任何行为引出"):
        read(('\n[[act]]\nid = "settle"', island))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (('clause = "app-item"\nvoid_by', 'clause = "no-such"\nvoid_by'), "「matter」引用了不存在的条款「no-such」"),
        (('clause = "app-recheck"', 'clause = "no-such"'), "「act warn」引用了不存在的条款「no-such」"),
        (('answer = "notice-answer"', 'answer = "no-such"'), "「act warn」引用了不存在的条款「no-such」"),
        (('until = "due"', 'until = "due"\nladder = "steep"'), "「act lend」引用了不存在的催办阶梯「steep」"),
    ],
)  # fmt: skip
def test_a_clause_or_a_ladder_that_is_not_there_is_named_with_its_place(
    read: Callable[..., Matter], rulebook: Rulebook, change: tuple[str, str], said: str
) -> None:
    clauses = {clause.id for clause in rulebook.clauses()}
    check_references([read()], clauses=clauses, ladders={"follow-up"})
    with pytest.raises(RulebookError, match=said):
        check_references([read(change)], clauses=clauses, ladders={"follow-up"})


def test_the_example_in_the_manual_is_a_matter(tmp_path: Path, rulebook: Rulebook) -> None:
    manual = (Path(__file__).parents[3] / "docs" / "how-to.md").read_text("utf-8")
    (example,) = re.findall(r"```toml\n(\[matter\]\n.*?)```", manual, re.DOTALL)
    (tmp_path / "loan.toml").write_text(example, "utf-8")
    (matter,) = read_matters(tmp_path)
    check_references([matter], clauses={clause.id for clause in rulebook.clauses()}, ladders={"follow-up"})
    assert list(matter.acts) == ["lend", "return"]


def test_a_folder_that_is_not_there_describes_nothing(tmp_path: Path) -> None:
    assert read_matters(tmp_path / "matters") == ()


def test_every_file_is_a_process_and_every_case_it_names_is_of_one() -> None:
    prefixes = [process.prefix for process in PROCESSES.values()]
    assert len(set(prefixes)) == len(prefixes)
    for matter in MATTERS.values():
        assert PROCESSES[matter.name].label == matter.label
        named = {entry.of for act in matter.acts.values() for entry in act.fields} - {""}
        assert named <= PROCESSES.keys()


def test_the_picture_is_worded_from_the_choices(loan: Any) -> None:
    ways = {(arrow.source, arrow.target): arrow.when for arrow in loan.process.picture.arrows}
    assert ways[(BEGIN, "lend")] == ""
    assert ways[("lend", "inspect")] == "大件"
    assert ways[("settle", END)] == "结清"
    assert ways[("write-off", END)] == "有核销文号"
    assert ways[("write-off", "settle")] == "无核销文号"
    assert [step.lane for step in loan.process.picture.steps] == [
        "监管人员", "监管人员", "监管人员", "监管人员", "监管人员", "部门负责人",
    ]  # fmt: skip
