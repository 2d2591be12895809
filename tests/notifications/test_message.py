"""Wording: every notice that the rules can owe is worded in both languages, in one line, and in nothing but numbers."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import jinja2
import pendulum
import pytest

import rules.answering
import rules.hazard
from notifications import message
from notifications.dingtalk_bot import DingtalkBot
from notifications.feishu_bot import FeishuBot
from notifications.message import Notice, compose, reduced, without_repeat_mark, wording_of, wordings
from notifications.parts import cut, in_bytes, in_json, in_short_message, pages
from notifications.wecom_bot import WecomBot
from rules.deadlines import SHANGHAI
from rules.errors import RulebookError
from rules.hazard import HAZARD, HazardAct
from rules.orders import OrderStep
from rules.processes import PROCESSES

_LONGEST_TITLE = {"zh": 40, "en": 90}
_LONGEST_BODY_BYTES = 400
_DUE = pendulum.datetime(2026, 3, 17, tz=SHANGHAI)


def _texts(node: ast.expr) -> Iterator[str]:
    """Yield the names that an argument can be: a word, or one of two."""
    match node:
        case ast.Constant(value=str(text)):
            yield text
        case ast.IfExp(body=one, orelse=other):
            yield from _texts(one)
            yield from _texts(other)
        case ast.Attribute(value=ast.Name(id="HazardAct"), attr=name):
            yield f"asked-{HazardAct[name]}"
        case ast.Name(id="step"):
            yield from (f"asked-{step}" for step in OrderStep if step is not OrderStep.WITHDRAW)
        case ast.Name(id="act"):
            yield from ("asked-circular", "asked-talk")
        case _:
            pytest.fail(f"a notice whose name nobody can read: {ast.unparse(node)}")


def _owed_by_the_rules() -> set[str]:
    """Return the names of all notices that the rules of hazards can owe, as their source says them."""
    found = set[str]()
    for path in [*Path(rules.hazard.__file__).parent.glob("*.py"), Path(rules.answering.__file__)]:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Attribute)
                and node.func.attr in {"tell", "owe", "ask_again"}
            ):
                found.update(_texts(node.args[node.func.attr == "ask_again"]))
    return found


NAMES = sorted(_owed_by_the_rules())


def notice(name: str, **changes: object) -> Notice:
    """Return the longest notice of a name that there can be."""
    longest = max((form.label for form in HAZARD.forms.values()), key=len)
    facts = {
        "kind": "hazard", "name": name, "case_number": "YH-2026-99999", "notice_number": "T00000001",
        "link": "https://anlan.yingjiju.dai.example.gov.cn/cases/YH-2026-99999", "act": longest, "due_at": _DUE,
    }  # fmt: skip
    return Notice(**{**facts, **changes})  # type: ignore[arg-type]


def test_the_rules_owe_the_notices_that_people_know_of() -> None:
    assert {"registered", "reminder", "overdue", "closed", "voided", "asked-grade", "asked-decide"} <= set(NAMES)
    assert len(NAMES) > 35


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("name", NAMES)
def test_each_notice_is_worded_and_fits_a_telephone_screen(name: str, language: str) -> None:
    found = compose(notice(name, repeated=True, demonstration=True, without_engine=True), language)
    title, *lines = (found.title, *found.body.splitlines())
    assert "\n" not in title
    assert title == title.strip()
    assert len(title) <= _LONGEST_TITLE[language]
    assert len(found.body.encode()) <= _LONGEST_BODY_BYTES
    assert all(line == line.strip() and line for line in lines)
    assert "{{" not in found.title + found.body


def test_no_wording_stands_there_without_a_notice() -> None:
    assert wordings("hazard") == {wording_of(name) for name in NAMES}


def test_every_wording_is_there_in_both_languages() -> None:
    for kind in (kind for kind in PROCESSES if wordings(kind)):
        folder = Path(message.__file__).parent / "templates" / PROCESSES[kind].column
        by_language = {
            language: {path.name.removesuffix(f".{language}.txt") for path in folder.glob(f"*.{language}.txt")}
            for language in ("zh", "en")
        }
        assert by_language["zh"] == by_language["en"]
        assert len(list(folder.iterdir())) == 2 * len(by_language["zh"])


def test_every_folder_of_wordings_belongs_to_a_process() -> None:
    folder = Path(message.__file__).parent / "templates"
    assert {path.name for path in folder.iterdir()} <= {process.column for process in PROCESSES.values()}


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_notice_that_nobody_has_worded_is_an_error_that_names_it(language: str) -> None:
    with pytest.raises(RulebookError, match="dance"):
        compose(notice("dance"), language)


def test_a_word_that_is_not_defined_is_an_error() -> None:
    template = message._templates().from_string("请联系{{ person }}")
    with pytest.raises(jinja2.UndefinedError):
        template.render(act="整改")


@pytest.mark.parametrize(
    ("due_at", "zh", "en"),
    [
        (pendulum.datetime(2026, 3, 17, tz=SHANGHAI), "2026年3月16日 24:00", "16 Mar 2026, 24:00"),
        (pendulum.datetime(2026, 3, 1, tz=SHANGHAI), "2026年2月28日 24:00", "28 Feb 2026, 24:00"),
        (pendulum.datetime(2026, 3, 16, 9, 5, tz=SHANGHAI), "2026年3月16日 09:05", "16 Mar 2026, 09:05"),
        (pendulum.datetime(2026, 3, 17, 0, 0, 1, tz=SHANGHAI), "2026年3月17日 00:00", "17 Mar 2026, 00:00"),
    ],
    ids=["Monday's end", "the end of February", "in the morning", "a second past midnight"],
)
def test_a_term_that_ends_at_midnight_ends_with_the_day_before(due_at: pendulum.DateTime, zh: str, en: str) -> None:
    assert f"期限：{zh}" in compose(notice("asked-grade", due_at=due_at)).body.splitlines()
    assert f"Due: {en}" in compose(notice("asked-grade", due_at=due_at), "en").body.splitlines()


def test_marks_stand_before_everything_else() -> None:
    assert compose(notice("closed", repeated=True, demonstration=True)).title == "【演示】【重发】YH-2026-99999 已销号"
    assert compose(notice("closed")).title == "YH-2026-99999 已销号"


def test_a_notice_without_a_term_has_no_line_for_one() -> None:
    assert compose(notice("closed", due_at=None)).body.splitlines() == [
        "已销号",
        "查看：https://anlan.yingjiju.dai.example.gov.cn/cases/YH-2026-99999",
        "通知编号：T00000001",
    ]


def test_a_message_knows_what_channels_need_of_its_notice() -> None:
    found = compose(notice("asked-grade", confidential=True, calls_out=True))

    assert (found.topic, found.case_number) == ("hazard/asked", "YH-2026-99999")
    assert found.link == "https://anlan.yingjiju.dai.example.gov.cn/cases/YH-2026-99999"
    assert (found.confidential, found.calls_out, found.whole) == (True, True, False)
    plain = compose(notice("closed"))
    assert (plain.topic, plain.confidential, plain.calls_out) == ("hazard/closed", False, False)


def test_a_confidential_message_keeps_marks_case_and_link_and_loses_its_sentence() -> None:
    message_ = compose(notice("overdue", repeated=True, demonstration=True, confidential=True))

    found = reduced(message_, "T00000001")

    assert found.title == "【演示】【重发】YH-2026-99999"
    assert found.body.split("\n") == ["https://anlan.yingjiju.dai.example.gov.cn/cases/YH-2026-99999", "T00000001"]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_repeat_without_its_mark_is_the_first_attempt(language: str) -> None:
    first, repeat = (
        compose(notice("closed", demonstration=True, repeated=repeated), language) for repeated in (False, True)
    )

    assert first.title != repeat.title
    assert without_repeat_mark(repeat.title) == without_repeat_mark(first.title) == first.title


# --- how long each is on each channel ------------------------------------------------------------

_SNAPSHOT = Path(__file__).parent / "lengths.tsv"
_SIGNED = "【代县应急】{title}，详见系统，编号T00000001"


def _lengths() -> str:
    """Return a line for each wording and language with its longest text, as each channel counts it."""
    lines = ["wording\tlanguage\tWeCom bytes\tDingTalk bytes\tFeishu bytes\tshort message characters"]
    for kind in sorted(kind for kind in PROCESSES if wordings(kind)):
        for name in sorted(wordings(kind)):
            for language in ("zh", "en"):
                told = notice(name, kind=kind, repeated=True, demonstration=True, without_engine=True, answer_by=_DUE)
                said = compose(told, language)
                texts = [
                    pages(said, number="T00000001", limit=platform.limit, measure=platform.measure)
                    for platform in (WecomBot(), DingtalkBot(), FeishuBot())
                ]
                assert [len(parts) for parts in texts] == [1, 1, 1]
                assert not any("全文见链接" in parts[0] for parts in texts)
                room = 70 - in_short_message(_SIGNED.format(title=""))
                short = in_short_message(_SIGNED.format(title=cut(said.title, limit=room, measure=in_short_message)))
                counts = (in_bytes(texts[0][0]), in_json(texts[1][0]), in_json(texts[2][0]), short)
                lines.append("\t".join([f"{kind}/{name}", language, *map(str, counts)]))
    return "\n".join([*lines, ""])


def test_every_wording_is_as_long_on_every_channel_as_the_snapshot_says() -> None:
    """Delete the file to have it written again, then read the difference."""
    found = _lengths()
    if not _SNAPSHOT.exists():
        _SNAPSHOT.write_text(found, "utf-8")
        pytest.fail(f"{_SNAPSHOT.name} has been written; read it")

    assert _SNAPSHOT.read_text("utf-8") == found


def test_the_limits_are_those_that_the_platforms_document() -> None:
    assert (WecomBot().limit, DingtalkBot().limit, FeishuBot().limit) == (2048, 19_500, 19_500)
