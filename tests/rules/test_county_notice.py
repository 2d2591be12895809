"""The notice as data: read strictly, every quote where it says it stands, and errors that name the row."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from rules.actor import Role
from rules.county_notice import CountyNotice, RowClass, notice_of, notices, paragraphs, read_notice
from rules.errors import RulebookError, UnknownRecord

TEXT = """
示例县人民政府
关于做好工作的通知
　　现就有关工作通知如下：
1.各级务必重视。
一、压实责任
　　（一）落实责任。每月至少召开一次会议。
（二）严格管理。
1.严格值班。实行二十四小时值班。
2.严格检查。
        示例县人民政府
        2022年3月22日
（此件公开发布）
"""
HEAD = """[notice]
year = 2022
title = "示例通知"
number = "示例〔2022〕1号"
issued_on = 2022-03-22
source = "示例"
clauses_of = "N-X"
"""
PLANNED = {
    "id": '"B001"', "paragraph": '"（一）"', "quote": '"每月至少召开一次会议"', "responsible": '["县政府"]',
    "frequency": '"每月"', "evidence": '"纪要"', "class": '"planned"', "why": '"缺会议登记"',
}  # fmt: skip
RUNNING = {
    **PLANNED, "class": '"enforced"', "why": None, "process": '"duty_watch"', "posts": '["watch_leader"]',
    "duty": '{ act = "check-in", clause = "duty-check-in", holder = "watch_leader", inadequate = "shift",'
    ' told = ["bureau_officer"] }',
}  # fmt: skip


@pytest.fixture
def written(tmp_path: Path) -> Callable[..., Path]:
    """Return what writes a notice of rows, each a table of what stands behind the equals sign."""

    def write(*rows: dict[str, str | None], head: str = HEAD, name: str = "x", text: str | None = TEXT) -> Path:
        tables = ["[[row]]\n" + "\n".join(f"{k} = {v}" for k, v in row.items() if v is not None) for row in rows]
        path = tmp_path / f"{name}.toml"
        path.write_text(head + "\n" + "\n".join(tables), "utf-8")
        if text is not None:
            path.with_suffix(".txt").write_text(text, "utf-8")
        return path

    return write


@pytest.fixture(scope="module")
def notice() -> CountyNotice:
    """Return the county's notice of 2021."""
    return notice_of(2021)


# --- the county's own ----------------------------------------------------------------------------


def test_the_notice_of_2021_has_all_its_rows_in_order(notice: CountyNotice) -> None:
    assert [row.id for row in notice.rows] == [f"B{number:03d}" for number in range(1, 241)]
    assert (notice.number, str(notice.issued_on), notice.year) == ("代政发〔2021〕1号", "2021-03-22", 2021)


def test_every_quote_stands_word_by_word_in_the_paragraph_that_its_row_names(notice: CountyNotice) -> None:
    places = paragraphs(notice.text)
    assert [row.id for row in notice.rows if row.quote not in places[row.paragraph]] == []
    assert all(row.quote in notice.text for row in notice.rows)


def test_every_paragraph_of_the_notice_that_asks_for_something_has_rows(notice: CountyNotice) -> None:
    without = set(paragraphs(notice.text)) - {row.paragraph for row in notice.rows}
    assert without == {"（七）", "（八）", "（九）"}, "headings whose items have the rows"


def test_every_row_says_who_and_how_often_and_with_which_evidence(notice: CountyNotice) -> None:
    for row in notice.rows:
        assert row.responsible, row.id
        assert row.frequency, row.id
        assert row.evidence, row.id
        assert bool(row.why) is not row.row_class.is_running, row.id


def test_a_row_is_found_by_its_number(notice: CountyNotice) -> None:
    row = notice.row("B031")
    assert (row.section, row.paragraph, row.posts) == ("（七）", "（七）1", (Role.COUNTY_LEADER,))
    with pytest.raises(UnknownRecord, match="编号到 B240"):
        notice.row("B241")


def test_years_are_named_when_one_is_not_there() -> None:
    assert [notice.year for notice in notices()] == [2021]
    with pytest.raises(UnknownRecord, match="没有1999年的通知，现有：2021"):
        notice_of(1999)


# --- reading -------------------------------------------------------------------------------------


def test_paragraphs_end_with_the_next_and_headings_belong_to_none() -> None:
    found = paragraphs(TEXT)
    assert list(found) == ["序言", "（一）", "（二）", "（二）1", "（二）2", "落款"]
    assert "1.各级务必重视。" in found["序言"]
    assert "一、压实责任" not in "".join(found.values())
    assert found["落款"].splitlines() == ["示例县人民政府", "2022年3月22日", "（此件公开发布）"]


def test_a_running_row_is_read_with_its_duty(written: Callable[..., Path]) -> None:
    (row,) = read_notice(written(RUNNING)).rows
    assert row.row_class is RowClass.ENFORCED
    assert row.duty is not None
    assert (row.duty.holder, row.duty.told) == (Role.WATCH_LEADER, (Role.BUREAU_OFFICER,))


@pytest.mark.parametrize("wanted", list(RowClass))
def test_every_class_has_a_name(wanted: RowClass) -> None:
    assert wanted.label


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ({**PLANNED, "paragraph": '"（九）"'}, "「（九）」不在通知原文中"),
        ({**PLANNED, "quote": '"每周召开一次会议"'}, "不在原文（一）中"),
        ({**PLANNED, "quote": '"实行二十四小时值班"'}, "不在原文（一）中"),
        ({**PLANNED, "class": '"done"'}, "不能为「done」"),
        ({**PLANNED, "posts": '["mayor"]'}, "不认识的岗位 mayor"),
        ({**PLANNED, "responsible": "[]"}, "responsible 应写明"),
        ({**PLANNED, "why": None}, "应写明理由 why"),
        ({**PLANNED, "duty": RUNNING["duty"]}, "不得有 duty"),
        ({**PLANNED, "colour": '"red"'}, "不认识的键 colour"),
        ({**PLANNED, "id": '"b1"'}, "编号应如 B001"),
        ({**RUNNING, "why": '"x"'}, "不写 why"),
        ({**RUNNING, "duty": None}, "应有 process、duty"),
        ({**RUNNING, "process": None}, "应有 process、duty"),
        ({**RUNNING, "duty": str(RUNNING["duty"]).replace('["bureau_officer"]', "[]")}, "被告知的岗位 told"),
        ({**RUNNING, "class": '"measured"'}, "应写明 indicators"),
        ({**RUNNING, "class": '"recorded"'}, "应写明 register"),
    ],
)
def test_a_row_that_is_wrong_is_named(written: Callable[..., Path], row: dict[str, str | None], words: str) -> None:
    with pytest.raises(RulebookError, match="请") as caught:
        read_notice(written(row))
    assert words in caught.value.message


@pytest.mark.parametrize("second", ["B001", "B000"])
def test_rows_are_neither_doubled_nor_out_of_order(written: Callable[..., Path], second: str) -> None:
    with pytest.raises(RulebookError, match="不得重复"):
        read_notice(written(PLANNED, {**PLANNED, "id": f'"{second}"'}))


def test_a_number_that_is_no_longer_used_may_be_missing(written: Callable[..., Path]) -> None:
    rows = read_notice(written(PLANNED, {**PLANNED, "id": '"B003"'})).rows
    assert [row.id for row in rows] == ["B001", "B003"]


def test_a_notice_needs_its_text_beside_it(written: Callable[..., Path]) -> None:
    with pytest.raises(RulebookError, match=r"缺少通知原文 x\.txt"):
        read_notice(written(PLANNED, text=None))


def test_a_year_has_one_notice(written: Callable[..., Path]) -> None:
    written(PLANNED)
    folder = written(PLANNED, name="y").parent
    with pytest.raises(RulebookError, match="2022年的通知不止一份"):
        notices(folder=folder)


def test_a_notice_without_rows_says_so_when_asked_for_one(written: Callable[..., Path]) -> None:
    with pytest.raises(UnknownRecord, match="编号到 —"):
        read_notice(written()).row("B001")
