"""What people write into cells: understood or refused, either with a word about it."""

from __future__ import annotations

import unicodedata
from datetime import date, datetime, time
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from documents import cells
from rules.text import clean

_TODAY = date(2026, 11, 24)
_ANYTHING = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.dates(),
    st.datetimes(),
    st.times(),
    st.text(max_size=60),
    st.text(alphabet="0123456789-./年月日时分TZ: +１２：人,万", max_size=20),
)
_GRADES = {"一般": "general", "一般隐患": "general", "重大": "major", "重大隐患": "major", "特": "special"}
_LABELS = {"general": "一般", "major": "重大", "special": "特别"}
_READERS: dict[str, Any] = {
    "text": lambda raw: cells.text(raw, longest=40),
    "word": cells.word,
    "day": lambda raw: cells.day(raw, latest=_TODAY, epoch_1904=False),
    "whole": lambda raw: cells.whole(raw, most=10_000_000),
    "choice": lambda raw: cells.choice(raw, words=_GRADES, labels=_LABELS),
    "code": cells.code,
    "codes": cells.codes,
    "mobile": cells.mobile,
    "credit_code": cells.credit_code,
    "email": cells.email,
}


@pytest.mark.parametrize("name", _READERS)
@given(raw=_ANYTHING)
@example(raw="")
@example(raw="　")
@example(raw="\ufeff")
@example(raw="=")
@settings(max_examples=80, deadline=None)
def test_every_reader_answers_anything_with_a_value_or_a_complaint(name: str, raw: Any) -> None:
    reading = _READERS[name](raw)
    assert reading.value is None or not reading.complaint
    assert reading.value != ""
    # A complaint is shown in the workbook and on a page: nothing unseen may be in it.
    assert not cells.unseen(reading.complaint + reading.understood)


@pytest.mark.parametrize("name", _READERS)
@given(raw=_ANYTHING)
@settings(max_examples=50, deadline=None)
def test_what_was_read_once_is_read_the_same_again(name: str, raw: Any) -> None:
    value = _READERS[name](raw).value
    again = "、".join(value) if isinstance(value, tuple) else value
    if name == "choice":
        again = _LABELS.get(value, value)
    assert _READERS[name](again).value == value


# --- text ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("raw", "value", "understood"),
    [
        ("红星化工厂", "红星化工厂", ""),
        (" 红星化工厂\n", "红星化工厂", ""),
        ("３号车间Ａ区", "3号车间A区", "全角字母、数字或部首字符已改为通常写法"),
        ("化⼯厂", "化工厂", "全角字母、数字或部首字符已改为通常写法"),
        ("e\u0301", "\u00e9", ""),
        ("未接地（甲）：重", "未接地（甲）：重", ""),
        ("甲\r\n乙\r丙\u2028丁", "甲\n乙\n丙\n丁", ""),
        ("甲\u00a0乙\u3000丙", "甲 乙 丙", ""),
        ("👨\u200d👩\u200d👧 火🔥", "👨\u200d👩\u200d👧 火🔥", ""),
        ("☎\ufe0f 1\ufe0f\u20e3 ‼\ufe0f 👍🏽", "☎\ufe0f 1\ufe0f\u20e3 ‼\ufe0f 👍🏽", ""),
        ("𠮷\U00031350\U0001fae9", "𠮷\U00031350\U0001fae9", ""),
        ("=HYPERLINK(1)", "=HYPERLINK(1)", ""),
        ('="00123"', "00123", '="00123" 理解为「00123」'),
        (12, "12", ""),
        (0.1 + 0.2, "0.3", ""),
        (True, "是", "逻辑值 TRUE 理解为「是」"),
        (False, "否", "逻辑值 FALSE 理解为「否」"),
        (datetime(2026, 11, 23), "2026-11-23", "日期或时间按文字「2026-11-23」理解"),  # noqa: DTZ001 - Excel knows no zone
        (date(2026, 1, 2), "2026-01-02", "日期或时间按文字「2026-01-02」理解"),
        (time(8, 30), "08:30:00", "日期或时间按文字「08:30:00」理解"),
        ("  ", None, ""),
        (None, None, ""),
    ],
)
def test_text_is_brought_to_one_form(raw: Any, value: str | None, understood: str) -> None:
    assert cells.text(raw, longest=40) == cells.Reading(value, understood)


@pytest.mark.parametrize(
    ("raw", "where"),
    [
        ("红星\u200b化工", "第 3 个字是看不见的零宽空格（U+200B）"),
        ("\ufeff红星", "第 1 个字是看不见的零宽字节序标记（U+FEFF）"),
        ("红\u202e星", "第 2 个字是看不见的文字方向控制符（U+202E），会颠倒文字顺序"),
        ("红\u2066星", "第 2 个字是看不见的文字方向控制符（U+2066）"),
        ("红\u00ad星", "第 2 个字是看不见的软连字符（U+00AD）"),
        ("红\x07星", "第 2 个字是看不见的控制字符（U+0007）"),
        ("红\x0b星", "第 2 个字是看不见的控制字符（U+000B）"),
        ("红\u200d星", "第 2 个字是看不见的零宽连字符（U+200D）"),
        ("\u200d红星", "第 1 个字是看不见的零宽连字符（U+200D）"),
        ("红星\ufe0f", "第 3 个字是看不见的空白占位字符（U+FE0F）"),
        ("红星1\ufe0f号", "第 4 个字是看不见的空白占位字符（U+FE0F）"),
        ("红\u3164星", "第 2 个字是看不见的空白占位字符（U+3164）"),
        ("红\u2800星", "第 2 个字是看不见的空白占位字符（U+2800）"),
        ("葛\U000e0100城", "第 2 个字是看不见的空白占位字符（U+E0100）"),
        ("🏴\U000e0067", "第 2 个字是看不见的零宽格式字符（U+E0067）"),
        ("红\ue863星", "第 2 个字是自造字（U+E863）"),
        ("红\ud800星", "第 2 个字是看不见的残缺字符（U+D800）"),
        ("红\U0001ffff星", "第 2 个字是看不见的未定义字符（U+1FFFF）"),
    ],
)
def test_what_nobody_sees_is_refused_with_its_place(raw: str, where: str) -> None:
    assert where in cells.text(raw, longest=40).complaint


def test_text_is_measured_in_characters() -> None:
    assert cells.text("隐" * 40, longest=40).value == "隐" * 40
    assert cells.text("隐" * 41, longest=40).complaint == "有 41 个字，最多 40 个，请删减"


@pytest.mark.parametrize("raw", [9.1350100e17, -1e15, float("inf"), float("nan")])
def test_a_number_whose_last_digits_excel_has_lost_is_refused(raw: float) -> None:
    assert "Excel 已改动末尾几位" in cells.text(raw, longest=40).complaint
    assert "Excel 已改动末尾几位" in cells.credit_code(raw).complaint


@given(st.text(max_size=60))
@settings(max_examples=150, deadline=None)
def test_text_that_is_accepted_here_is_accepted_by_every_form_unchanged(raw: str) -> None:
    value = cells.text(raw, longest=60).value
    if value is not None:
        assert clean(value, longest=60, label="描述") == value
        assert unicodedata.is_normalized("NFC", value)


def test_values_are_quoted_short_and_without_anything_unseen() -> None:
    assert cells.shown("甲\u202e乙\n" + "丙" * 40) == "甲<U+202E>乙<U+000A>" + "丙" * 26 + "…"


# --- days ----------------------------------------------------------------------------------------

_MONDAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("raw", "understood"),
    [
        ("2026-11-23", ""),
        (_MONDAY, ""),
        (datetime(2026, 11, 23), ""),  # noqa: DTZ001 - Excel knows no zone
        (datetime(2026, 11, 23, 8, 30), "2026-11-23 08:30:00 理解为 2026-11-23"),  # noqa: DTZ001
        ("2026.11.23", "2026.11.23 理解为 2026-11-23"),
        ("2026.11.23.", "2026.11.23. 理解为 2026-11-23"),
        ("2026/11/23", "2026/11/23 理解为 2026-11-23"),
        ("2026年11月23日", "2026年11月23日 理解为 2026-11-23"),
        ("2026 年 11 月 23 号", "2026 年 11 月 23 号 理解为 2026-11-23"),
        ("２０２６－１１－２３", "２０２６－１１－２３ 理解为 2026-11-23"),
        ("2026—11—23", "2026—11—23 理解为 2026-11-23"),
        ("20261123", "20261123 理解为 2026-11-23"),
        (20261123, "20261123 理解为 2026-11-23"),
        (46349, "46349 理解为 2026-11-23（Excel 日期序号）"),
        (46349.75, "46349.75 理解为 2026-11-23（Excel 日期序号）"),
        ("46349", "46349 理解为 2026-11-23（Excel 日期序号）"),
        ("2026-11-23 08:30", "2026-11-23 08:30 理解为 2026-11-23"),
        ("2026-11-23T00:10", "2026-11-23T00:10 理解为 2026-11-23"),
        ("2026-11-23 08:30:59.999", "2026-11-23 08:30:59.999 理解为 2026-11-23"),
        ("2026年11月23日8时30分", "2026年11月23日8时30分 理解为 2026-11-23"),
        ("2026年11月23日 8点", "2026年11月23日 8点 理解为 2026-11-23"),
    ],
)
def test_monday_2026_11_23_is_read_however_it_is_written(raw: Any, understood: str) -> None:
    reading = cells.day(raw, latest=_TODAY, epoch_1904=False)
    assert reading == cells.Reading(_MONDAY, understood)


def test_one_serial_is_two_days_in_the_two_systems_of_excel() -> None:
    assert cells.day(44887, latest=_TODAY, epoch_1904=True).value == _MONDAY
    assert cells.day(44887, latest=_TODAY, epoch_1904=False).value == date(2022, 11, 22)


@pytest.mark.parametrize(
    ("raw", "why"),
    [
        ("11月23日", "缺少年份，请写全，例：2026-11-23"),
        ("11.23", "缺少年份"),
        ("2026年11月", "缺少日"),
        ("2026.11", "缺少日"),
        ("26.11.23", "年份应写四位"),
        ("26年11月23日", "年份应写四位"),
        ("23/11/2026", "年份应写在最前"),
        ("2026-11-23T23:30:00Z", "不接受带时区的时间"),
        ("2026-11-23 23:30+00:00", "不接受带时区的时间"),
        ("2026-02-29", "日期「2026-02-29」不存在"),
        ("2026年13月1日", "不存在"),
        (20261131, "不存在"),
        ("2026-11-23 25:00", "时刻「2026-11-23 25:00」不存在"),
        ("1948-12-31", "早于 1949 年"),
        (date(1948, 12, 31), "早于 1949 年"),
        (17000, "早于 1949 年"),
        ("2026-11-25", "晚于 2026-11-24"),
        ("立即整改", "日期「立即整改」无法识别，例：2026-11-23"),
        ("2026-11-23至2026-11-25", "不止一天，请只填一天"),
        ("2026.11.23/2026.11.24", "不止一天"),
        ("2026年", "缺少月和日"),
        (2026, "缺少月和日"),
        (12, "日期「12」无法识别"),
        (11.23, "日期「11.23」缺少年份"),
        (True, "无法识别"),
        (time(8, 30), "无法识别"),
        (float("nan"), "无法识别"),
        ("2026\u200b-11-23", "第 5 个字是看不见的零宽空格"),
    ],
)
def test_a_day_that_would_have_to_be_guessed_is_refused_with_the_reason(raw: Any, why: str) -> None:
    reading = cells.day(raw, latest=_TODAY, epoch_1904=False)
    assert reading.value is None
    assert why in reading.complaint


@pytest.mark.parametrize("raw", [date(1949, 1, 1), _TODAY], ids=["Saturday-1949-01-01", "Tuesday-2026-11-24"])
def test_the_first_and_the_last_day_are_included(raw: date) -> None:
    assert cells.day(raw.isoformat(), latest=_TODAY, epoch_1904=False).value == raw


@given(
    st.dates(date(1949, 1, 1), date(2099, 12, 31)),
    st.sampled_from(["{}-{}-{}", "{}.{}.{}", "{}年{}月{}日", "{}/{}/{}"]),
)
@settings(max_examples=80, deadline=None)
def test_every_day_is_read_back_from_every_form(day: date, form: str) -> None:
    written = form.format(day.year, day.month, day.day)
    assert cells.day(written, latest=date(2100, 1, 1), epoch_1904=False).value == day
    serial = (day - date(1899, 12, 30)).days
    assert cells.day(serial, latest=date(2100, 1, 1), epoch_1904=False).value == day


# --- numbers, choices, codes ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("raw", "value", "understood"),
    [
        (12, 12, ""),
        ("12", 12, ""),
        (0, 0, ""),
        ("007", 7, "007 理解为 7"),
        ("１２", 12, "１２ 理解为 12"),
        ("1,200", 1200, "1,200 理解为 1200"),
        ("12 人", 12, "12 人 理解为 12"),
        ("12.0", 12, "12.0 理解为 12"),
        (10_000_000, 10_000_000, ""),
    ],
)
def test_whole_numbers_are_read(raw: Any, value: int, understood: str) -> None:
    assert cells.whole(raw, most=10_000_000) == cells.Reading(value, understood)


@pytest.mark.parametrize("raw", ["约20人", "20-30", "十二", "-5", 12.5, "1,20", True, "1e3", _MONDAY])
def test_what_is_no_whole_number_is_refused(raw: Any) -> None:
    assert "不是 0 以上的整数" in cells.whole(raw, most=10_000_000).complaint


@pytest.mark.parametrize("raw", [10_000_001, "9" * 200])
def test_a_number_beyond_all_sense_is_refused(raw: Any) -> None:
    assert "过大，最多 10,000,000" in cells.whole(raw, most=10_000_000).complaint


@pytest.mark.parametrize(
    ("raw", "value", "understood"),
    [
        ("重大", "major", ""),
        ("重大隐患", "major", "「重大隐患」理解为「重大」"),
        ("一般（待复核）", "general", "「一般（待复核）」理解为「一般」"),
        ("【重大】", "major", "「【重大】」理解为「重大」"),
        ("一 般", "general", "「一 般」理解为「一般」"),
        ("重大，已挂牌督办", "major", "「重大，已挂牌督办」理解为「重大」"),
        ("一般。特此说明", "general", "「一般。特此说明」理解为「一般」"),
    ],
)
def test_choices_are_understood_by_their_synonyms(raw: str, value: str, understood: str) -> None:
    assert cells.choice(raw, words=_GRADES, labels=_LABELS) == cells.Reading(value, understood)


@pytest.mark.parametrize("raw", ["较大", "一般，建议升为重大", "C", 3, "不重大"])
def test_a_word_that_is_none_of_the_choices_or_two_of_them_is_refused(raw: Any) -> None:
    assert "可填：一般、重大、特别" in cells.choice(raw, words=_GRADES, labels=_LABELS).complaint


@pytest.mark.parametrize(
    ("raw", "value"), [("DW-001", "DW-001"), (1001, "1001"), ("ＤＷ－００１", "DW-001"), ("a/b.c_d", "a/b.c_d")]
)
def test_codes_are_read(raw: Any, value: str) -> None:
    assert cells.code(raw).value == value


@pytest.mark.parametrize("raw", ["单位1", "-DW", "DW 1", "D" * 41, "=1+1", "DW\n1"])
def test_what_is_no_code_is_refused(raw: str) -> None:
    assert "只能用字母、数字和连字符" in cells.code(raw).complaint


def test_several_codes_are_read_without_repetitions() -> None:
    assert cells.codes("GW-1、GW-2；GW-1; GW-3,GW-4\nGW-5").value == ("GW-1", "GW-2", "GW-3", "GW-4", "GW-5")
    assert "「岗位」" in cells.codes("GW-1、岗位").complaint
    assert "里没有编码" in cells.codes("、；").complaint


@pytest.mark.parametrize(
    "raw", ["138 0000 0001", "138-0000-0001", "+8613800000001", "8613800000001", "１３８００００００01"]
)
def test_mobile_numbers_are_understood(raw: str) -> None:
    reading = cells.mobile(raw)
    assert reading.value == "13800000001"
    assert reading.understood.endswith("理解为 13800000001")


def test_a_mobile_number_saved_as_a_number_is_read() -> None:
    assert cells.mobile(13800000001) == cells.Reading("13800000001")


@pytest.mark.parametrize(
    ("raw", "why"),
    [
        ("1380000000", "有 10 位，应为 11 位"),
        ("12800000000", "不是手机号"),
        ("0835-2345678", "不是手机号"),
        ("无", "不是手机号"),
    ],
)
def test_what_is_no_mobile_number_is_refused(raw: str, why: str) -> None:
    complaint = cells.mobile(raw).complaint
    assert why in complaint or "应为 11 位" in complaint


# --- credit codes --------------------------------------------------------------------------------

_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_EXAMPLE_OF_THE_STANDARD = "91350100M000100Y43"


def _with_check_character(body: str) -> str:
    """Compute the check character from the standard's table, independently of the code under test."""
    weights = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
    total = sum(_ALPHABET.index(character) * weight for character, weight in zip(body, weights, strict=True))
    return body + _ALPHABET[(31 - total % 31) % 31]


def test_the_example_of_the_standard_is_accepted() -> None:
    assert cells.credit_code(_EXAMPLE_OF_THE_STANDARD) == cells.Reading(_EXAMPLE_OF_THE_STANDARD)
    assert cells.is_credit_code(_EXAMPLE_OF_THE_STANDARD)
    assert not cells.is_credit_code(_EXAMPLE_OF_THE_STANDARD[:-1] + "4")


@given(st.text(_ALPHABET, min_size=17, max_size=17), st.integers(0, 17), st.sampled_from(_ALPHABET))
@settings(max_examples=100, deadline=None)
def test_a_single_wrong_character_is_always_found(body: str, place: int, other: str) -> None:
    right = _with_check_character(body)
    assert cells.credit_code(right).value == right
    wrong = right[:place] + other + right[place + 1 :]
    assert (cells.credit_code(wrong).value == wrong) == (wrong == right)


@pytest.mark.parametrize(
    ("raw", "why"),
    [
        ("91350100M000100Y44", "校验位不对"),
        ("91350100M000100Y4", "有 17 位，应为 18 位"),
        ("350100100000001", "是 15 位旧注册号"),
        ("91350100MO00100Y43", "第 10 位「O」不会出现在代码中，是否为 0"),
        ("91350100M000I00Y43", "第 13 位「I」不会出现在代码中，是否为 1"),
        ("91350100M000100Y4号", "第 18 位「号」不会出现在代码中，请核对"),
    ],
)
def test_a_wrong_credit_code_is_refused_with_what_is_wrong(raw: str, why: str) -> None:
    assert why in cells.credit_code(raw).complaint


def test_a_credit_code_in_small_letters_and_groups_is_understood() -> None:
    reading = cells.credit_code("91350100 m000100y43")
    assert reading.value == _EXAMPLE_OF_THE_STANDARD
    assert reading.understood == "91350100 m000100y43 理解为 91350100M000100Y43"


# --- e-mail --------------------------------------------------------------------------------------


def test_addresses_are_read_and_full_width_signs_understood() -> None:
    assert cells.email("li.ming@example.com") == cells.Reading("li.ming@example.com")
    assert cells.email("li＠example.com").understood == "li＠example.com 理解为 li@example.com"


@pytest.mark.parametrize(
    "raw", ["li.ming", "li@", "@example.com", "li@example", "li ming@example.com", "a..b@example.com", "l@e.c"]
)
def test_what_is_no_address_is_refused(raw: str) -> None:
    assert "不是邮箱地址" in cells.email(raw).complaint
