"""What duties are about, in words, from their keys alone; in both languages."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from console.language import Language, read_words
from console.subjects import duty_by_key, open_item, subject_of
from rules.incident.law import law_of
from rules.processes import PROCESSES
from rules.rulebook import Rulebook

_RULEBOOK, _WORDS = Rulebook.load(), read_words()


def _reader(language: str) -> Any:
    return SimpleNamespace(language=Language(language, _WORDS), desk=SimpleNamespace(rulebook=_RULEBOOK))


@pytest.mark.parametrize(
    ("process", "act", "about", "chinese", "english"),
    [
        ("incident", "send", "county-city", "县应急管理局 → 市应急管理局",
         "County emergency bureau → City emergency bureau"),
        ("incident", "send", "county-phone", "县应急管理局 → 省应急管理厅，用电话",
         "County emergency bureau → Provincial emergency department, by Telephone"),
        ("incident", "send", "supplement-5", "第 5 号行为的补报", "the supplement of act no. 5"),
        ("incident", "follow-up", "2026-03-03#2", "2026年3月3日（周二）第 2 次", "3 Mar 2026 (Tue), no. 2"),
        ("incident", "follow-up", "deaths", "死亡人数", "Deaths"),
        ("incident", "acknowledge", "send@1:county-city", "登记报送，关于县应急管理局 → 市应急管理局",
         "Record a report sent, about County emergency bureau → City emergency bureau"),
        ("incident", "send", "no-such-hop", "", ""),
        ("incident", "send", None, "", ""),
        ("hazard", "sign-order", "order@3", "责令限期整改指令书（第 3 号行为拟稿）",
         "Order to rectify within a term (drafted in act 3)"),
        ("hazard", "publish", "listing", "挂牌信息", "News of the listing"),
        ("hazard", "decide", "rectify@4", "报告整改完成", "Report rectified"),
        ("duty_watch", "zero-report", "2026-03-02", "", ""),
    ],
)  # fmt: skip
def test_a_subject_is_said_in_both_languages(
    process: str, act: str, about: str | None, chinese: str, english: str
) -> None:
    assert subject_of(_reader("zh"), PROCESSES[process], act, about) == chinese
    assert subject_of(_reader("en"), PROCESSES[process], act, about) == english


def test_every_report_of_the_chain_has_words_in_both_languages() -> None:
    for hop in law_of(_RULEBOOK).hops:
        english = subject_of(_reader("en"), PROCESSES["incident"], "send", hop.id)
        assert english.isascii() or "→" in english
        assert not [letter for letter in english if "一" <= letter <= "鿿"], hop.id


def test_what_is_no_key_of_a_duty_names_none() -> None:
    for key in ("", "reported", "dance@3", "send"):
        assert duty_by_key(_reader("zh"), PROCESSES["incident"], key) == ""


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("SG-2026-0001 send county-city", ("SG-2026-0001", "登记报送", "县应急管理局 → 市应急管理局")),
        ("YH-2026-0002 recheck", ("YH-2026-0002", "复查", "")),
        ("ZB-2026-0001 zero-report 2026-03-02", ("ZB-2026-0001", "每日零报告", "2026-03-02")),
        ("XX-2026-0001 send", None),
        ("SG-2026-0001 dance", None),
        ("请留意三号井", None),
    ],
)
def test_an_open_item_of_a_watch_is_read_in_words(line: str, found: tuple[str, str, str] | None) -> None:
    assert open_item(_reader("zh"), line) == found
