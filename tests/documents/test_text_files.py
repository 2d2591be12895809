"""CSV and JSON lines in the encodings, separators and accidents of real life; and files that are no tables."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from documents.delimited_text import decode, read_csv
from documents.json_lines import read_json_lines
from documents.spreadsheet import DEFAULT_LIMITS, Kind, Limits, parse
from rules.errors import ImportRefused

_TEXT = "单位名称,隐患描述,发现日期\n红星化工厂,配电箱未接地,2026-11-23\n东风矿业,“三违”作业——未戴安全帽,2026.11.24\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030", "utf-16"])
def test_every_usual_encoding_is_read(saved: Callable[..., Path], encoding: str) -> None:
    grid = parse(saved(_TEXT, encoding=encoding))
    assert grid.kind is Kind.CSV
    assert [row.number for row in grid.sheets[0].rows] == [1, 2, 3]
    assert grid.sheets[0].rows[2].cells == ("东风矿业", "“三违”作业——未戴安全帽", "2026.11.24")


def test_utf_16_of_the_other_byte_order_is_read() -> None:
    assert decode(b"\xfe\xff" + _TEXT.encode("utf-16-be")) == _TEXT


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_every_usual_separator_is_found_below_a_title_row(separator: str) -> None:
    text = "某县隐患台账（2026年，第四季度）\n" + _TEXT.replace(",", separator)
    rows = read_csv(text.encode(), DEFAULT_LIMITS).sheets[0].rows
    assert [len(row.cells) for row in rows] == [1, 3, 3, 3]


def test_a_line_that_names_the_separator_is_obeyed_and_keeps_its_number() -> None:
    rows = read_csv(b"sep=;\na,b;c\n1;2\n", DEFAULT_LIMITS).sheets[0].rows
    assert [(row.number, row.cells) for row in rows] == [(2, ("a,b", "c")), (3, ("1", "2"))]


def test_a_cell_may_hold_line_ends_separators_and_quotes() -> None:
    rows = (
        read_csv('单位,描述\n红星,"一、未接地\n二、""三违"",严重"\n\n东风,好\n'.encode(), DEFAULT_LIMITS).sheets[0].rows
    )
    assert [(row.number, row.cells) for row in rows] == [
        (1, ("单位", "描述")),
        (2, ("红星", '一、未接地\n二、"三违",严重')),
        (4, ("东风", "好")),
    ]


def test_a_single_column_needs_no_separator() -> None:
    assert [row.cells for row in read_csv("单位\n红星".encode(), DEFAULT_LIMITS).sheets[0].rows] == [
        ("单位",),
        ("红星",),
    ]


def test_text_that_begins_like_a_formula_is_text() -> None:
    row = read_csv("=1+1,@甲,+86\n".encode(), DEFAULT_LIMITS).sheets[0].rows[0]
    assert (row.cells, row.formulas) == (("=1+1", "@甲", "+86"), frozenset())


def test_two_encodings_in_one_file_are_refused_with_both_lines() -> None:
    gbk = "红星化工厂,配电箱未接地\n".encode("gbk")
    utf_8 = "红星化工厂,配电箱未接地\n".encode()
    with pytest.raises(ImportRefused, match="UTF-8 编码，但第 3 行不是"):
        decode(utf_8 * 2 + gbk + utf_8)
    with pytest.raises(ImportRefused, match="第 4 行是 UTF-8，第 1 行是 GBK"):
        decode(gbk * 3 + utf_8)


def test_a_gbk_line_that_happens_to_be_utf_8_is_still_gbk() -> None:
    text = "红星化工厂,配电箱未接地\n联通\n"
    assert decode(text.encode("gbk")) == text


def test_a_utf_8_file_cut_in_the_middle_of_a_character_names_the_line() -> None:
    for data in (_TEXT.encode()[:-40], "\ufeff".encode() + "红".encode()[:-1]):
        with pytest.raises(ImportRefused, match=r"第 \d 行不是"):
            decode(data)


def test_an_unknown_encoding_names_the_line() -> None:
    with pytest.raises(ImportRefused, match="第 2 行的文字既不是 UTF-8 也不是 GB18030"):
        decode(b"a,b\n\xff\xff\x80,c\n")


def test_a_broken_utf_16_file_names_the_line() -> None:
    with pytest.raises(ImportRefused, match="第 4 行不是有效的 UTF-16"):
        decode(_TEXT.encode("utf-16") + b"\x00")


def test_zero_characters_are_refused_with_their_line() -> None:
    with pytest.raises(ImportRefused, match="第 2 行含有空字符"):
        decode(b"a,b\nc\x00,d\n")
    with pytest.raises(ImportRefused, match="第 1 行含有空字符"):
        decode("ab\n".encode("utf-16-le"))


def test_an_open_quote_names_the_line_where_it_begins() -> None:
    with pytest.raises(ImportRefused, match="从第 2 行开始的内容引号不配对"):
        read_csv('单位,描述\n红星,"未接地\n东风,好\n'.encode(), DEFAULT_LIMITS)


def test_too_many_columns_and_rows_are_refused() -> None:
    with pytest.raises(ImportRefused, match="第 1 行有 201 列，最多 200 列"):
        read_csv(b"a" + b",a" * 200, DEFAULT_LIMITS)
    with pytest.raises(ImportRefused, match="超过 50,000 行"):
        read_csv(b"a,b\n" * 50_101, DEFAULT_LIMITS)


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00\r"), max_size=200))
@settings(max_examples=60, deadline=None)
def test_any_text_survives_utf_8_and_gb18030(text: str) -> None:
    for encoding in ("utf-8", "utf-16"):
        assert decode(text.encode(encoding)).removeprefix("\ufeff") == text.removeprefix("\ufeff")


@given(st.binary(max_size=300))
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_bytes_are_read_or_refused_and_nothing_else(saved: Callable[..., Path], data: bytes) -> None:
    for start in (b"", b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b'{"a":1}\n'):
        with contextlib.suppress(ImportRefused):
            parse(saved(start + data))


# --- JSON lines ----------------------------------------------------------------------------------


def test_json_lines_give_their_keys_as_headings_and_their_line_numbers() -> None:
    text = (
        '{"unit": "红星化工厂", "count": 3}\n\n{"count": 4.5, "note": "", "more": [1, "甲"], "ok": true, "no": null}\n'
    )
    rows = read_json_lines(text.encode(), DEFAULT_LIMITS).sheets[0].rows
    assert [(row.number, row.cells) for row in rows] == [
        (0, ("unit", "count", "note", "more", "ok", "no")),
        (1, ("红星化工厂", 3)),
        (3, (None, 4.5, None, '[1, "甲"]', True, None)),
    ]


@pytest.mark.parametrize(
    ("line", "what"),
    [
        ('{"a": ', "不是有效的 JSON"),
        ('{"a": NaN}', "不是有效的 JSON"),
        ('{"a": ' + "[" * 100_000, "不是有效的 JSON"),
        ('{"a": ' + "9" * 5_000 + "}", "不是有效的 JSON"),
        ("[1]", "不是 JSON 对象"),
    ],
    ids=["cut", "nan", "deep", "long-number", "list"],
)
def test_a_bad_line_is_named(line: str, what: str) -> None:
    with pytest.raises(ImportRefused, match=f"第 2 行{what}") as refused:
        read_json_lines(f'{{"a": 1}}\n{line}\n'.encode(), DEFAULT_LIMITS)
    assert refused.value.facts == {"line": 2}


def test_too_many_lines_and_keys_are_refused() -> None:
    with pytest.raises(ImportRefused, match="超过 3 行"):
        read_json_lines(b'{"a":1}\n' * 104, Limits(rows=3))
    with pytest.raises(ImportRefused, match="已有 201 个键，最多 200 个"):
        read_json_lines(json.dumps({str(key): key for key in range(201)}).encode(), DEFAULT_LIMITS)


# --- what is no table ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (b"", "文件是空的"),
        (b" \r\n\t", "文件是空的"),
        (b"\xef\xbb\xbf\n", "文件是空的"),
        (b"<html><table><tr><td>1</td></tr></table></html>", "网页（HTML）"),
        (b"\xef\xbb\xbf  <TABLE border=1>", "网页（HTML）"),
        (b'<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?><Workbook/>', "Excel 2003 XML"),
        (b'<?xml version="1.0"?><x/>', "XML 文件"),
        (b"MIME-Version: 1.0\r\n", "网页存档"),
        (b"%PDF-1.7", "PDF"),
        (b"Rar!\x1a\x07", "RAR"),
        (b"7z\xbc\xaf\x27\x1c", "7z"),
        (b"\x89PNG\r\n", "图片"),
        (b"\xff\xd8\xff\xe0", "图片"),
        (b"PK\x05\x06" + b"\0" * 18, "空的压缩包"),
        (b"\x09\x04\x06\x00", "Excel 4.0"),
        (b'[{"a": 1}]', "JSON 数组"),
    ],
)
def test_a_file_that_only_calls_itself_a_table_is_named(saved: Callable[..., Path], content: bytes, what: str) -> None:
    with pytest.raises(ImportRefused, match=what):
        parse(saved(content, name="台账.xls"))


def test_the_content_decides_not_the_name(saved: Callable[..., Path], xlsx: Callable[..., Path]) -> None:
    renamed = saved(xlsx([["单位"]]).read_bytes(), name="台账.xls")
    assert parse(renamed).kind is Kind.XLSX
    assert parse(saved(_TEXT, name="台账.xls", encoding="gbk")).kind is Kind.CSV
    assert parse(saved('{"a": 1}', name="台账.txt")).kind is Kind.JSONL


def test_a_missing_file_and_a_folder_are_refused(tmp_path: Path) -> None:
    for path in (tmp_path / "没有.xlsx", tmp_path):
        with pytest.raises(ImportRefused, match="找不到要导入的文件"):
            parse(path)
