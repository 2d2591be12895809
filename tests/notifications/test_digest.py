"""The digest: one message for many notices, a line each, never too long for one post."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifications.digest import digest
from notifications.message import Message
from notifications.parts import in_bytes


def messages(count: int, **how: object) -> list[Message]:
    """Return so many messages."""
    return [
        Message(f"YH-2026-{no:04d} 请办理：判定等级", "正文", case_number=f"YH-2026-{no:04d}", **how)  # type: ignore[arg-type]
        for no in range(1, count + 1)
    ]


_WAY = {"number": "T00000002", "link": "https://a.cn/duties"}


def test_a_few_messages_are_a_line_each() -> None:
    found = digest(messages(2), limit=2048, **_WAY)  # type: ignore[arg-type]

    assert found.title == "通知 2 项"
    assert found.body.split("\n") == [
        "YH-2026-0001 请办理：判定等级", "YH-2026-0002 请办理：判定等级", "查看全部：https://a.cn/duties",
        "通知编号：T00000002",
    ]  # fmt: skip
    assert (found.topic, found.link) == ("digest", "https://a.cn/duties")


@pytest.mark.parametrize(("count", "told", "rest"), [(20, 20, 0), (21, 20, 1), (300, 20, 280)])
def test_more_than_a_reader_reads_are_counted(count: int, told: int, rest: int) -> None:
    found = digest(messages(count), limit=4096, **_WAY)  # type: ignore[arg-type]

    lines = found.body.split("\n")[:-2]
    assert lines[:told] == [message.title for message in messages(told)]
    assert lines[told:] == ([f"另有 {rest} 项"] if rest else [])


@given(st.integers(1, 80), st.integers(120, 3000))
def test_a_digest_fits_into_one_post_and_counts_all(count: int, limit: int) -> None:
    found = digest(messages(count), limit=limit, lines=1000, **_WAY)  # type: ignore[arg-type]

    lines = found.body.split("\n")[:-2]
    more = int(lines.pop().split()[1]) if lines and lines[-1].startswith("另有") else 0
    assert in_bytes(f"{found.title}\n{found.body}") <= limit
    assert len(lines) + more == count
    if more > 1:
        longer = [
            found.title,
            *lines,
            messages(count)[len(lines)].title,
            f"另有 {more - 1} 项",
            *found.body.split("\n")[-2:],
        ]
        assert in_bytes("\n".join(longer)) > limit


def test_not_a_line_less_than_fits() -> None:
    ten = digest(messages(10), limit=10_000, **_WAY)  # type: ignore[arg-type]
    size = in_bytes(f"{ten.title}\n{ten.body}") + in_bytes("另有 0 项\n")

    assert digest(messages(10), limit=size, **_WAY) == ten  # type: ignore[arg-type]
    assert digest(messages(10), limit=size - 1, **_WAY) != ten  # type: ignore[arg-type]


def test_what_is_confidential_is_its_case_alone_in_a_digest() -> None:
    found = digest(messages(1, confidential=True), limit=2048, **_WAY)  # type: ignore[arg-type]

    assert found.body.split("\n")[0] == "YH-2026-0001"


def test_a_digest_speaks_english_where_it_should() -> None:
    found = digest(messages(3), limit=2048, lines=1, language="en", **_WAY)  # type: ignore[arg-type]

    assert found.title == "3 notices"
    assert found.body.split("\n")[1:] == ["2 more", "Open all: https://a.cn/duties", "Notice no.: T00000002"]


def test_a_digest_of_nothing_says_so() -> None:
    assert digest([], limit=2048, **_WAY).title == "通知 0 项"  # type: ignore[arg-type]


def test_a_digest_says_that_it_is_a_repeat_and_that_nothing_is_real() -> None:
    found = digest(messages(2), limit=2048, repeated=True, demonstration=True, **_WAY)  # type: ignore[arg-type]

    assert found.title == "【演示】【重发】通知 2 项"
