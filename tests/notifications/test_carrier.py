"""The carrier: the library is told what the platform answered, and what we know is what the posting found."""

from __future__ import annotations

from typing import Any

import apprise
import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifications.carrier import carry
from notifications.channel import Delivery, Verdict, refused, taken, unclear
from notifications.parts import clean


@pytest.mark.parametrize("found", [taken("x", reference="1"), refused("x"), unclear("x")])
def test_what_the_posting_found_comes_back_as_it_was(found: Delivery) -> None:
    assert carry("wecomx", "文字", lambda _: found) is found


@given(st.text(min_size=1, max_size=300))
def test_a_text_reaches_the_posting_as_it_is(text: str) -> None:
    said, posted = clean(text) or "x", []

    carry("wecomx", said, lambda body: posted.append(body) or taken())  # type: ignore[func-returns-value]

    assert posted == [said]


def test_a_text_of_many_parts_length_is_still_one_posting() -> None:
    posted: list[str] = []

    carry("wecomx", "隐" * 30_000, lambda body: posted.append(body) or taken())  # type: ignore[func-returns-value]

    assert [len(body) for body in posted] == [30_000]


def test_a_posting_that_fails_inside_leaves_it_open() -> None:
    def fails(_: str) -> Delivery:
        raise RuntimeError("s3cret-canary")

    delivery = carry("wecomx", "文字", fails)

    assert (delivery.verdict, delivery.answer) == (Verdict.UNKNOWN, "渠道程序出错，是否送达不明")


def test_an_empty_text_is_posted_nowhere_and_is_no_success() -> None:
    assert carry("wecomx", "", lambda _: taken()).verdict is Verdict.UNKNOWN


def test_the_library_sees_a_plugin_that_tells_nothing() -> None:
    from notifications.carrier import _plugin  # noqa: PLC0415 - what the library is handed

    plugin: Any = _plugin("wecomx")(lambda _: taken(), asset=apprise.AppriseAsset())

    assert plugin.url(privacy=False) == plugin.url(privacy=True) == "wecomx://"
    assert _plugin("wecomx") is _plugin("wecomx")
    assert _plugin("wecomx").secure_protocol == "wecomx"
