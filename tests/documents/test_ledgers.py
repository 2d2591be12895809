"""The tables themselves: no name means two things, and the words of real ledgers are understood."""

from __future__ import annotations

import doctest
import importlib
import pkgutil
from collections import Counter
from datetime import date

import pytest

import documents
from documents.cell_reading import choice_words, readers
from documents.cells import choice_word
from documents.columns import Choice, TableSpec, find_header, heading_name
from documents.grid import Grid, Kind, Row, Sheet
from documents.ledger_choices import GRADES, ORGANISATION_KINDS, ROLES, STATES, UNIT_KINDS
from documents.ledgers import HAZARD_LEDGER, ORGANISATION, PEOPLE, POSTS, STARTUP_TABLES, UNITS
from rules import actor

_ALL = (HAZARD_LEDGER, *STARTUP_TABLES)


@pytest.mark.parametrize("spec", _ALL, ids=lambda spec: spec.name)
def test_no_name_means_two_columns(spec: TableSpec) -> None:
    names = Counter(
        heading_name(name) for column in spec.columns for name in (column.title, *column.synonyms, *column.fallbacks)
    )
    assert [name for name, times in names.items() if times > 1] == []
    assert len({column.key for column in spec.columns}) == len(spec.columns)


@pytest.mark.parametrize(
    "choices",
    [GRADES, STATES, ORGANISATION_KINDS, ROLES, UNIT_KINDS],
    ids=["grade", "state", "kind", "role", "unit"],
)
def test_no_word_means_two_choices(choices: tuple[Choice, ...]) -> None:
    words = Counter(choice_word(word) for choice in choices for word in (choice.slug, choice.label, *choice.synonyms))
    assert [word for word, times in words.items() if times > 1] == []


def test_every_role_that_a_person_can_hold_can_be_filled_in() -> None:
    assert {choice.slug for choice in ROLES} == {role.value for role in actor.POSTS}


def test_the_columns_are_those_that_the_county_was_promised() -> None:
    assert [column.key for column in HAZARD_LEDGER.required] == ["unit", "description", "found_on"]
    assert [column.key for column in ORGANISATION.required] == ["code", "name", "kind"]
    assert [column.key for column in POSTS.required] == ["code", "name", "role", "belongs_to"]
    assert [column.key for column in PEOPLE.required] == ["name", "mobile", "account", "posts"]
    assert {column.key for column in UNITS.columns} - {column.key for column in UNITS.required} == {
        "credit_code", "employees", "kind",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("headings", "keys"),
    [
        (
            [
                "序号",
                "被检查单位",
                "隐患部位",
                "存在问题",
                "隐患级别",
                "检查时间",
                "检查单位",
                "整改要求",
                "整改时限",
                "整改情况",
            ],
            [
                "number",
                "unit",
                "place",
                "description",
                "grade",
                "found_on",
                "found_by",
                "measure",
                "deadline",
                "status",
            ],
        ),
        (
            [
                "序号",
                "隐患编号",
                "企业名称（全称）",
                "信用代码",
                "问题描述",
                "隐患类型",
                "排查日期",
                "责任人",
                "是否整改",
                "整改完成时间",
            ],
            [
                "",
                "number",
                "unit",
                "credit_code",
                "description",
                "category",
                "found_on",
                "fixer",
                "status",
                "rectified_on",
            ],
        ),
        (
            [
                "受检单位",
                "整改责任单位",
                "检查地点",
                "隐患内容",
                "隐患名称",
                "整改措施",
                "整改建议",
                "上报时间",
                "检查时间",
                "来源",
            ],
            ["unit", "", "place", "description", "", "measure", "", "", "found_on", "source"],
        ),
    ],
    ids=["department", "enterprise", "both-names"],
)
def test_headings_of_real_ledgers_are_understood(headings: list[str], keys: list[str]) -> None:
    header = find_header(Grid(Kind.XLS, (Sheet("表", (Row(1, tuple(headings)),)),)), HAZARD_LEDGER, {})
    assert [header.columns.get(index, "") for index in range(len(headings))] == keys


@pytest.mark.parametrize(
    ("written", "slug"),
    [
        ("已完成", "rectified"),
        ("已整改（当日）", "rectified"),
        ("复查合格", "rectified"),
        ("是", "rectified"),
        ("未完成", "open"),
        ("否", "open"),
        ("正在整改", "rectifying"),
        ("限期整改，10日内完成", None),
        ("已闭环", "signed_off"),
        ("立即整改", None),
        ("查处", None),
    ],
)
def test_states_of_real_ledgers_are_understood_and_doubtful_ones_are_not(written: str, slug: str | None) -> None:
    read = readers(HAZARD_LEDGER, date(2026, 11, 24), epoch_1904=False)["status"]
    assert read(written).value == slug


def test_every_choice_is_accepted_by_its_own_label_and_slug() -> None:
    for spec in _ALL:
        for column in spec.columns:
            for choice in column.choices:
                assert choice_words(column)[choice_word(choice.label)] == choice.slug
                assert choice_words(column)[choice.slug] == choice.slug


def test_examples_in_docstrings_are_true() -> None:
    for module in pkgutil.iter_modules(documents.__path__):
        if module.name in _TABULAR:
            assert doctest.testmod(importlib.import_module(f"documents.{module.name}")).failed == 0


_TABULAR = frozenset({"cells", "cell_days", "cell_text", "columns", "sheet_scan", "sheet_writing"})
