"""Free text: what people may type, and how they are told what they may not."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.errors import ContentInvalid
from rules.text import clean


def cleaned(text: str, longest: int = 2000) -> str:
    return clean(text, longest=longest, label="隐患描述")


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  皮带机尾轮防护罩缺失\u3000", "皮带机尾轮防护罩缺失"),
        ("第一行\r\n第二行\r第三行\n", "第一行\n第二行\n第三行"),
        ("表\t格", "表\t格"),
        ("e\u0301coulement", "\u00e9coulement"),
        ("", ""),
        (" \u3000\n", ""),
        ("🔥⚠️ 配电箱冒烟 👷🏽‍♀️", "🔥⚠️ 配电箱冒烟 👷🏽‍♀️"),
        ("👨‍👩‍👧‍👦", "👨‍👩‍👧‍👦"),
        ("❤️‍🔥", "❤️‍🔥"),
    ],
)
def test_text_is_kept_as_people_mean_it(typed: str, kept: str) -> None:
    assert cleaned(typed) == kept


@pytest.mark.parametrize("character", ["\U0001fae8", "\U0001fadf", "\U00031350", "\U0002ebf0", "\U000323af"])
def test_emoji_and_rare_characters_newer_than_python_are_text_whatever_the_version(character: str) -> None:
    assert cleaned(f"王{character}") == f"王{character}"


def test_a_new_emoji_joins_like_an_old_one() -> None:
    assert cleaned("👩‍\U0001fae8") == "👩‍\U0001fae8"


@pytest.mark.parametrize(
    ("typed", "position", "name"),
    [
        ("护罩\u200b缺失", 3, "ZERO WIDTH SPACE"),
        ("护罩\u200c缺失", 3, "ZERO WIDTH NON-JOINER"),
        ("护罩\u200d缺失", 3, "ZERO WIDTH JOINER"),
        ("\u200d护罩", 1, "ZERO WIDTH JOINER"),
        ("护罩\u200d", 3, "ZERO WIDTH JOINER"),
        ("🔥\u200d", 2, "ZERO WIDTH JOINER"),
        ("🔥\u200d护罩", 2, "ZERO WIDTH JOINER"),
        ("护罩\u200d🔥", 3, "ZERO WIDTH JOINER"),
        ("\u202e失缺罩护", 1, "RIGHT-TO-LEFT OVERRIDE"),
        ("护\u2066罩", 2, "LEFT-TO-RIGHT ISOLATE"),
        ("\ufeff护罩", 1, "ZERO WIDTH NO-BREAK SPACE"),
        ("护罩\u0000", 3, "U+0000"),
        ("护\u001b[2J罩", 2, "U+001B"),
        ("护\u0085罩", 2, "U+0085"),
        ("护\ue000罩", 2, "U+E000"),
        ("护\ufdd0罩", 2, "U+FDD0"),
        ("护\uffff罩", 2, "U+FFFF"),
        ("护\U0002fffe罩", 2, "U+2FFFE"),
        ("护\U0003ffff罩", 2, "U+3FFFF"),
        ("护\u0378罩", 2, "U+0378"),
        ("护\U000e0001罩", 2, "LANGUAGE TAG"),
        ("护\ud800罩", 2, "U+D800"),
    ],
)
def test_what_cannot_be_seen_is_refused_with_its_place_and_name(typed: str, position: int, name: str) -> None:
    with pytest.raises(ContentInvalid) as refused:
        cleaned(typed)
    assert f"「隐患描述」第 {position} 个字是看不见的控制字符（{name}）" in refused.value.message
    assert "请删除后重新提交" in refused.value.message


@pytest.mark.parametrize("character", ["护", "🔥", "é"])
def test_two_thousand_characters_are_enough_and_one_more_is_too_many(character: str) -> None:
    assert cleaned(character * 2000) == character * 2000
    with pytest.raises(ContentInvalid, match="「隐患描述」有 2001 个字，最多 2000 个"):
        cleaned(character * 2001)


def test_ten_thousand_characters_are_refused_and_nothing_is_lost() -> None:
    with pytest.raises(ContentInvalid, match=r"有 10000 个字，最多 2000 个.*已填内容不会丢失"):
        cleaned("护" * 10_000)


def test_blanks_around_a_text_do_not_count() -> None:
    assert cleaned("  " + "护" * 5 + "\n\n", longest=5) == "护" * 5


@given(st.text(max_size=60))
def test_cleaning_a_clean_text_changes_nothing(typed: str) -> None:
    try:
        once = cleaned(typed)
    except ContentInvalid:
        return
    assert cleaned(once) == once
    assert unicodedata.is_normalized("NFC", once)
    assert not any(character in once for character in "\r\u200b\u202e\ufeff")
