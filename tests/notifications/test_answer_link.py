"""Links by which one person answers one notice: bound to all they are about, for a while, and never guessed."""

from __future__ import annotations

import string
from dataclasses import replace

import pendulum
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from notifications import answer_link
from notifications.answer_link import ACTING, Bound, Claim, is_genuine, read, token, without_token
from notifications.message import Notice, compose, reduced
from rules.deadlines import SHANGHAI

_KEY = bytes(range(32))
_BOUND = Bound(42, "0198-person", "YH-2026-0017", "acknowledge@7:stopped")
_END = pendulum.datetime(2026, 3, 5, 9, tz=SHANGHAI)


def made(bound: Bound = _BOUND, key: bytes = _KEY, ends_at: pendulum.DateTime = _END) -> str:
    return token(key, bound, ends_at=ends_at)


def believed(written: str, bound: Bound = _BOUND, key: bytes = _KEY) -> bool:
    claim = read(written)
    return claim is not None and is_genuine(key, claim, bound)


def test_a_link_that_we_made_is_believed_and_says_when_it_ends() -> None:
    claim = read(made())
    assert claim is not None
    assert (claim.notice_id, claim.ends_at) == (42, _END)
    assert is_genuine(_KEY, claim, _BOUND)


def test_the_same_notice_gets_the_same_link_so_that_a_repeat_is_the_same_message() -> None:
    assert made() == made()


def test_a_link_is_short_enough_for_a_short_message_and_safe_in_an_address() -> None:
    longest = made(replace(_BOUND, notice_id=99_999_999))
    assert len(longest) <= 34
    assert set(longest) <= set(string.ascii_letters + string.digits + "-_")


@pytest.mark.parametrize(
    "other",
    [
        replace(_BOUND, notice_id=43), replace(_BOUND, person_id="0198-persom"),
        replace(_BOUND, case_number="YH-2026-0018"), replace(_BOUND, duty="acknowledge@7:listed"),
    ],
)  # fmt: skip
def test_a_link_is_bound_to_notice_person_case_and_duty(other: Bound) -> None:
    assert not believed(made(), other)
    assert not believed(made(other))


def test_another_key_and_another_end_are_forgeries() -> None:
    assert not believed(made(key=bytes(32)))
    number, _, signature = made().split("-", 2)
    later = made(ends_at=_END.add(days=1)).split("-")[1]
    assert read(f"{number}-{later}-{signature}") is not None
    assert not believed(f"{number}-{later}-{signature}")


def test_what_is_signed_cannot_be_shifted_from_one_part_into_the_next() -> None:
    shifted = Bound(42, "0198-person\nYH-2026-0017", "acknowledge@7:stopped", "")
    assert not believed(made(), shifted)


@given(st.integers(0, 33), st.sampled_from(string.ascii_letters + string.digits + "-_"))
def test_a_changed_character_is_never_believed(place: int, char: str) -> None:
    written = made()
    changed = written[: place % len(written)] + char + written[place % len(written) + 1 :]
    assert believed(changed) is (changed == written)


@given(st.text(max_size=60))
@example("")
@example("a-b-" + "c" * 20)
@example("０-1-" + "c" * 20)
@example("zzzzzzzzzzzz-zzzzzzzz-" + "c" * 20)
@example(made() + "\n")
@example(" " + made())
@example("../../etc/passwd")
def test_nothing_that_anybody_writes_is_an_accident(written: str) -> None:
    claim = read(written)
    assert claim is None or not is_genuine(_KEY, claim, _BOUND) or written == made()
    if claim is not None:
        assert claim.ends_at


@given(st.integers(0, 2**40), st.text(min_size=1, max_size=30), st.integers(0, 10**9))
def test_every_notice_can_be_linked_to(notice_id: int, person: str, seconds: int) -> None:
    bound = Bound(notice_id, person, "YH-2026-0001", "acknowledge@1:x")
    assert believed(token(_KEY, bound, ends_at=_END.add(seconds=seconds)), bound)


def test_a_claim_says_what_stood_in_the_link_and_no_more() -> None:
    assert read("16-2-" + "A" * 20) == Claim(42, 2, "A" * 20)


# --- where it goes -------------------------------------------------------------------------------


def test_a_group_never_gets_a_personal_link() -> None:
    assert {"preview", "email", "sms", "wecom_app"} == answer_link.PERSONAL


def test_a_text_for_other_eyes_holds_no_link_that_could_be_used() -> None:
    text = f"请于…前回复收到：https://anlan.example/a/{made()}\n查看：https://anlan.example/cases/YH-2026-0017"
    assert without_token(text, "https://anlan.example") == (
        "请于…前回复收到：https://anlan.example/a/…\n查看：https://anlan.example/cases/YH-2026-0017"
    )


def test_a_link_to_act_is_hidden_from_other_eyes_too_and_is_no_link_to_answer() -> None:
    bound = Bound(42, "person", "YH-2026-0017", "rectify@7")
    end = pendulum.datetime(2026, 3, 5, tz="UTC")
    answering, acting = (token(b"k" * 32, each, ends_at=end) for each in (bound, replace(bound, purpose=ACTING)))
    assert answering != acting
    assert without_token(f"直接办理：https://anlan.example/d/{acting}", "https://anlan.example") == (
        "直接办理：https://anlan.example/d/…"
    )


def _notice(**changes: object) -> Notice:
    facts = {"kind": "hazard", "name": "stopped", "case_number": "YH-2026-0017", "notice_number": "T00000042",
             "link": "https://anlan.example/cases/YH-2026-0017"}  # fmt: skip
    return Notice(**{**facts, **changes})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("language", "with_link", "without"),
    [
        ("zh", "请于2026年3月5日 09:00前回复收到：https://anlan.example/a/x",
         "请于2026年3月5日 09:00前回复收到：登录后在待办中回复"),
        ("en", "Answer by 5 Mar 2026, 09:00: https://anlan.example/a/x",
         "Answer by 5 Mar 2026, 09:00: sign in and answer from your to-do"),
    ],
)  # fmt: skip
def test_a_message_asks_for_the_answer_with_the_link_or_else_after_signing_in(
    language: str, with_link: str, without: str
) -> None:
    asked = compose(_notice(answer_by=_END, answer_link="https://anlan.example/a/x"), language)
    assert with_link in asked.body.splitlines()
    assert (asked.answer_link, asked.link) == ("https://anlan.example/a/x", "https://anlan.example/cases/YH-2026-0017")
    assert without in compose(_notice(answer_by=_END), language).body.splitlines()
    assert "回复收到" not in compose(_notice()).body


def test_a_confidential_message_still_lets_its_reader_answer() -> None:
    asked = compose(_notice(answer_by=_END, answer_link="https://anlan.example/a/x", confidential=True))
    assert reduced(asked, "T00000042").body.splitlines() == [
        "https://anlan.example/cases/YH-2026-0017", "https://anlan.example/a/x", "T00000042",
    ]  # fmt: skip
