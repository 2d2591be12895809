"""Parts: nothing longer than the limit, nothing lost but by shortening, nothing cut inside what is one character."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from notifications.message import Message
from notifications.parts import clean, clusters, cut, in_bytes, in_json, in_short_message, pages, split

_NUMBER = "T00000002"
_LINK = "https://anlan.example/cases/YH-2026-0001"
_FAMILY, _FLAG, _KEYCAP, _SKIN, _HEART = "👨‍👩‍👧‍👦", "🇨🇳", "1️⃣", "👍🏽", "❤️"
_ENGLAND = "🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f"
_WORDS = st.text(st.sampled_from('隐患整改a1 .\n，😀é<"\\\u200d\ufe0f🏽🇨🇳'), max_size=400)
_MEASURES = st.sampled_from([in_bytes, in_json, in_short_message])


# --- one character -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "one", [_FAMILY, _FLAG, _KEYCAP, _SKIN, _HEART, _ENGLAND, "e\u0301", "क्", "字", "a", "\U00020000"]
)
def test_what_a_reader_takes_for_one_character_is_one(one: str) -> None:
    assert list(clusters(f"隐{one}患{one}")) == ["隐", one, "患", one]


@pytest.mark.parametrize("skin", "🏻🏼🏽🏾🏿")
def test_every_colour_of_skin_belongs_to_its_hand(skin: str) -> None:
    assert list(clusters(f"👍{skin}x")) == [f"👍{skin}", "x"]


def test_flags_are_two_letters_each() -> None:
    assert list(clusters("🇨🇳🇨🇳🇨")) == ["🇨🇳", "🇨🇳", "🇨"]
    assert list(clusters("a🇨🇳")) == ["a", "🇨🇳"]


@given(_WORDS)
def test_characters_joined_are_the_text(text: str) -> None:
    assert "".join(clusters(text)) == text


def test_nothing_has_no_characters() -> None:
    assert list(clusters("")) == []


# --- measures ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "bytes_", "json", "short"),
    [("隐患", 6, 6, 2), ("a\n", 2, 3, 2), ('"', 1, 2, 1), ("😀", 4, 4, 2), ("", 0, 0, 0)],
)
def test_each_measure_counts_as_its_platform_does(text: str, bytes_: int, json: int, short: int) -> None:
    assert (in_bytes(text), in_json(text), in_short_message(text)) == (bytes_, json, short)


@given(_WORDS, _WORDS, _MEASURES)
def test_the_whole_is_as_long_as_its_pieces(one: str, other: str, measure: object) -> None:
    assert measure(one + other) == measure(one) + measure(other)  # type: ignore[operator]


# --- splitting -----------------------------------------------------------------------------------


@given(_WORDS, st.integers(60, 200), _MEASURES)
@example(_FAMILY * 40, 60, in_bytes)
def test_pieces_fit_and_together_are_the_text(text: str, limit: int, measure: object) -> None:
    pieces = split(text, limit=limit, measure=measure)  # type: ignore[arg-type]

    assert all(measure(piece) <= limit for piece in pieces)  # type: ignore[operator]
    assert "".join(pieces).replace("\n", "") == text.replace("\n", "")
    if all(measure(line) <= limit for line in text.split("\n")):  # type: ignore[operator]
        assert "\n".join(pieces) == text


@given(
    st.lists(st.sampled_from([_FAMILY, _FLAG, _SKIN, _ENGLAND, "隐", "a"]), max_size=60).map("".join),
    st.integers(28, 90),
)
def test_no_piece_begins_inside_a_character(text: str, limit: int) -> None:
    whole = list(clusters(text))

    assert [unit for piece in split(text, limit=limit) for unit in clusters(piece)] == whole


def test_a_character_longer_than_the_limit_falls_into_its_own_but_never_into_bytes() -> None:
    pieces = split(_FAMILY, limit=7)

    assert "".join(pieces) == _FAMILY
    assert all(in_bytes(piece) <= 7 for piece in pieces)


def test_lines_stay_together_as_long_as_they_fit() -> None:
    assert split("一二\n三四\n五六七", limit=13) == ("一二\n三四", "五六七")
    assert split("一二\n三四\n五六七", limit=12) == ("一二", "三四", "五六七")


def test_a_long_line_fills_its_pieces() -> None:
    assert split("隐患整改验收销号", limit=9) == ("隐患整", "改验收", "销号")


def test_an_empty_text_is_one_empty_piece() -> None:
    assert split("", limit=10) == ("",)


@given(_WORDS, st.integers(0, 60), _MEASURES)
def test_a_cut_line_fits_and_says_that_it_is_cut(text: str, limit: int, measure: object) -> None:
    found = cut(text, limit=limit, measure=measure)  # type: ignore[arg-type]

    assert measure(found) <= limit  # type: ignore[operator]
    assert found in {text, ""} or found.endswith("…")


def test_a_line_is_cut_between_characters() -> None:
    assert cut("隐患整改", limit=12) == "隐患整改"
    assert cut("隐患整改", limit=11) == "隐患…"
    assert (cut("隐患整改", limit=3), cut("隐患整改", limit=2)) == ("…", "")
    assert cut(f"a{_FAMILY}{_FAMILY}", limit=30) == f"a{_FAMILY}…"


# --- cleaning ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        ("a\r\nb\rc", "a\nb\nc"), ("a\x00b\x1bc", "abc"), ("a\u202eb\u2066c\u200bd", "abcd"), ("a\u2028b", "ab"),
        ("a\ud800b", "ab"), (_FAMILY, _FAMILY), (_ENGLAND, _ENGLAND), ("  a  ", "a"), ("a\tb", "ab"), ("\ufeffa", "a"),
    ],
)  # fmt: skip
def test_what_turns_hides_or_breaks_is_taken_out(text: str, cleaned: str) -> None:
    assert clean(text) == cleaned


@given(st.text())
def test_a_clean_text_can_always_be_sent(text: str) -> None:
    found = clean(text)

    assert found == clean(found)
    assert not {char for char in found.encode().decode() if unicodedata.category(char) == "Cc"} - {"\n"}


# --- what is posted ------------------------------------------------------------------------------


def message(body: str, *, title: str = "YH-2026-0001 请办理", whole: bool = False, link: str = _LINK) -> Message:
    return Message(title, body, link=link, whole=whole)


def test_a_short_message_is_posted_as_it_is() -> None:
    assert pages(message(f"一\n通知编号：{_NUMBER}"), number=_NUMBER, limit=200) == (
        f"YH-2026-0001 请办理\n一\n通知编号：{_NUMBER}",
    )


@pytest.mark.parametrize(("title", "body"), [(f"{_NUMBER} x", ""), ("x", _NUMBER)])
def test_a_number_is_said_once(title: str, body: str) -> None:
    (text,) = pages(Message(title, body), number=_NUMBER, limit=200)

    assert text.count(_NUMBER) == 1
    assert not text.endswith("\n")


def test_a_title_is_one_line() -> None:
    (text,) = pages(Message("一\n二", ""), number=_NUMBER, limit=200)

    assert text == f"一 二\n{_NUMBER}"


def test_a_long_message_keeps_title_link_and_number() -> None:
    body = "\n".join([*(f"第{no}行" for no in range(100)), f"查看：{_LINK}", f"通知编号：{_NUMBER}"])

    (text,) = pages(message(body), number=_NUMBER, limit=300)

    lines = text.split("\n")
    assert lines[:2] == ["YH-2026-0001 请办理", "第0行"]
    assert lines[-3:] == ["……全文见链接", f"查看：{_LINK}", f"通知编号：{_NUMBER}"]
    assert in_bytes(text) <= 300 < in_bytes(text) + in_bytes(f"\n第{len(lines) - 4}行")


def test_a_long_title_gives_way_to_link_and_number() -> None:
    (text,) = pages(message(f"{_LINK}\n{_NUMBER}", title="很长" * 100), number=_NUMBER, limit=200)

    assert text.startswith("很长")
    assert text.endswith(f"…\n……全文见链接\n{_LINK}\n{_NUMBER}")


def test_a_link_that_alone_is_too_long_leaves_number_and_title() -> None:
    link = "https://anlan.example/" + "x" * 300

    (text,) = pages(message(link, link=link), number=_NUMBER, limit=100)

    assert text.startswith(f"{_NUMBER} YH-2026-0001")


@given(_WORDS, _WORDS, st.integers(150, 400), _MEASURES, st.booleans(), st.sampled_from(["", _LINK]))
def test_every_post_fits_and_bears_the_number(
    title: str, body: str, limit: int, measure: object, whole: bool, link: str
) -> None:
    found = pages(
        message(body, title=f"通知{title}", whole=whole, link=link),
        number=_NUMBER,
        limit=limit,
        measure=measure,  # type: ignore[arg-type]
    )

    assert found
    assert all(measure(text) <= limit for text in found)  # type: ignore[operator]
    assert all(_NUMBER in text for text in found)
    assert whole or len(found) == 1


@given(_WORDS, st.integers(200, 400))
def test_a_message_told_whole_loses_nothing(body: str, limit: int) -> None:
    found = pages(message(body, whole=True), number=_NUMBER, limit=limit)

    told = "".join(text.removeprefix("YH-2026-0001 请办理").removesuffix(_NUMBER) for text in found)
    for no in range(1, len(found) + 1):
        told = told.replace(f"（{no}/{len(found)}）", "", 1)
    assert told.replace("\n", "") == clean(body).replace("\n", "")


@given(
    _WORDS, st.integers(200, 700), st.sampled_from(["【重发】", "【演示】【重发】", "[DEMO] [REPEAT] ", "[REPEAT] "])
)
@example("隐" * 52 + "\n患", 200, "[REPEAT] ")
def test_the_parts_of_a_repeat_are_those_of_the_first_attempt(body: str, limit: int, marks: str) -> None:
    first = marks.replace("【重发】", "").replace("[REPEAT] ", "")

    one = pages(message(body, title=f"{first}YH 请办理", whole=True), number=_NUMBER, limit=limit)
    other = pages(message(body, title=f"{marks}YH 请办理", whole=True), number=_NUMBER, limit=limit)

    assert [text.split("\n", 1)[1] for text in one] == [text.split("\n", 1)[1] for text in other]


def test_a_message_of_too_many_parts_is_shortened_instead() -> None:
    found = pages(message("隐患\n" * 5000, whole=True), number=_NUMBER, limit=200)

    assert len(found) == 1
    assert "……全文见链接" in found[0]


@pytest.mark.parametrize(("lines", "parts"), [(99, 99), (100, 1)])
def test_ninety_nine_parts_are_the_most(lines: int, parts: int) -> None:
    found = pages(message("\n".join(["隐" * 30] * lines), whole=True), number=_NUMBER, limit=180)

    assert len(found) == parts


def test_a_limit_too_small_for_parts_shortens_instead() -> None:
    assert len(pages(message("隐患" * 100, whole=True), number=_NUMBER, limit=80)) == 1
