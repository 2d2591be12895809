"""An accident from the command line: reported with blanks, sent on, followed up, listed, explained."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from models import clock
from rules.actor import Role

_PLACE = ("place=库区西侧", "in_county=yes", "kind=other", "sector=other", "origin=unit")


@pytest.fixture
def as_(anlan: Callable[..., Any], county: Any) -> Callable[..., Any]:
    """Return the command line of whoever plays a role."""
    return lambda role, *words: anlan(*words, "--as", county.who(role), "--json")


@pytest.fixture
def reported(as_: Callable[..., Any]) -> str:
    """Return the number of an accident with one death that the bureau heard of ten minutes ago."""
    at = clock.now().subtract(minutes=10).format("YYYY-MM-DD HH:mm")
    answer = as_(
        Role.BUREAU_OFFICER, "case", "open", "incident", "wenjia-tanker", *_PLACE, f"received_at={at}", "deaths=1"
    )
    assert answer.code == 0, answer.document
    return str(answer.document["number"])


def test_an_accident_is_reported_sent_on_and_followed_up(as_: Callable[..., Any], county: Any, reported: str) -> None:
    assert reported.startswith("SG-")
    sent = as_(Role.BUREAU_OFFICER, "case", "act", reported, "send", "about=county-city", "receiver=市局值班室",
               "channel=phone", "acknowledged=yes", "document_no=记录1")  # fmt: skip
    followed = as_(Role.BUREAU_OFFICER, "case", "act", reported, "follow-up", "note=正在搜救", "serious=0", "missing=2")

    assert (sent.code, followed.code) == (0, 0)
    assert followed.document["seq"] == 3
    assert county.rows("SELECT status FROM duties WHERE about = 'county-city'") == [("done",)]


def test_bad_figures_are_refused_with_words_and_nothing_is_written(
    as_: Callable[..., Any], county: Any, reported: str
) -> None:
    answer = as_(Role.BUREAU_OFFICER, "case", "act", reported, "follow-up", "note=续报", "deaths=-1")

    assert (answer.code, answer.document["error"]["code"]) == (2, "content-invalid")
    assert "「死亡人数」应为不小于零的数" in answer.document["error"]["message"]
    assert (reported, 1) in county.rows("SELECT number, version FROM cases")


def test_it_stands_in_its_own_list_and_its_duties_say_why_they_are_due(
    as_: Callable[..., Any], anlan: Callable[..., Any], reported: str
) -> None:
    listed = as_(Role.BUREAU_OFFICER, "case", "list", "--kind", "incident").document
    explained = as_(Role.BUREAU_OFFICER, "explain", reported, "send").document

    assert [item["number"] for item in listed["cases"]] == [reported]
    two_hours = next(entry for entry in explained if entry["duty"].endswith(":county-city"))
    assert "第十一条" in two_hours["clause"]
    assert two_hours["as_recorded"] is True
    assert any("连续计算120分钟" in step for step in two_hours["steps"])
    assert all(entry["as_recorded"] for entry in explained)
    assert "逐级上报" in anlan("rule", "show", "inc-upward-2h").out


def test_a_term_that_an_appraisal_stopped_is_explained_as_it_was_recorded(
    as_: Callable[..., Any], reported: str
) -> None:
    begun = as_(Role.BUREAU_HEAD, "case", "act", reported, "begin-appraisal", "institute=鉴定所", "document_no=委托1")
    standing = as_(Role.BUREAU_HEAD, "explain", reported, "submit").document[-1]
    ended = as_(Role.BUREAU_HEAD, "case", "act", reported, "end-appraisal", "document_no=结论1")
    running = as_(Role.BUREAU_HEAD, "explain", reported, "submit").document[-1]

    assert (begun.code, ended.code) == (0, 0)
    assert (standing["due_legal"], standing["as_recorded"]) == (None, True)
    assert any("中止（技术鉴定），尚未恢复" in step for step in standing["steps"])
    assert (running["due_legal"] is not None, running["as_recorded"]) == (True, True)
