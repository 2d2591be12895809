"""Lines of programmes: read strictly, each saying where it is wrong; every row of the notice they name is there."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from rules.county_notice import notices
from rules.errors import ClauseUnknown, RulebookError
from rules.programmes import KINDS, Members, ProgrammeKind, Programmes, read_programmes
from rules.rulebook import Rulebook

_WHOLE = """
[[programme]]
id = "one"
title = "一"
kind = "campaign"
rows = ["B131"]
target = "目标"
policy = "县里规定"
ladder = "programme"
every = "year"
in_force_from = 2021-03-22

[[programme.at]]
role = "dept_head"
kinds = ["department"]

[programme.roster]
name = "清单"
clause = "prog-item"
named = true
evidence = 1
papers = ["凭据"]
check = "prog-check"

[programme.report]
period = "month"
clause = "prog-progress"
refer = "prog-refer"

[[programme.milestone]]
id = "list"
title = "清单"
day = "04-30"
clause = "prog-list"
evidence = 0
least = 1

[programme.end]
clause = "prog-summary"
evidence = 0
verify = "prog-verify"
verifier = "committee_office"
"""
_NO_ROSTER = _WHOLE[: _WHOLE.index("[programme.roster]")] + _WHOLE[_WHOLE.index("[programme.report]") :]


_TWICE = """least = 1

[[programme.milestone]]
id = "list"
title = "又一次"
day = "05-30"
clause = "prog-list"
evidence = 0"""


def written(folder: Path, text: str, name: str = "one") -> Path:
    path = folder / f"{name}.toml"
    path.write_text(text, "utf-8")
    return path


def test_a_line_is_read_with_its_defaults(tmp_path: Path) -> None:
    (line,) = read_programmes(written(tmp_path, _WHOLE))
    assert (line.kind, line.kind.label, line.is_enabled) == (ProgrammeKind.CAMPAIGN, "专项整治", True)
    assert (line.members, line.roster is not None and line.roster.checker) == (Members.NONE, None)
    assert line.clause_ids == (
        "prog-list", "prog-summary", "prog-verify", "prog-item", "prog-check", "prog-progress", "prog-refer",
    )  # fmt: skip
    assert line.milestone("list") is not None
    assert (line.roster.check_evidence, line.ending.verify_evidence, line.disabled) == (0, 0, "")  # type: ignore[union-attr]
    assert line.milestone("other") is None
    assert line.term_of(date(2021, 6, 1)) == (date(2021, 3, 22), date(2021, 12, 31))


def test_what_a_line_leaves_unsaid_is_nought_and_a_disabled_one_says_why(tmp_path: Path) -> None:
    text = _WHOLE.replace("least = 1\n", "").replace('papers = ["凭据"]\n', "").replace("evidence = 1", "evidence = 2")
    text = text.replace('every = "year"', 'first = 2021-05-01\nlast = 2021-05-01\ndisabled = "没有确认。"')
    text = text.replace('day = "04-30"', 'day = "2021-05-01"')
    (line,) = read_programmes(written(tmp_path, text))
    assert [milestone.least for milestone in line.milestones] == [0]
    assert (line.disabled, line.is_enabled, line.fixed) == (
        "没有确认。", False, (date(2021, 5, 1), date(2021, 5, 1)),
    )  # fmt: skip
    assert line.roster is not None
    assert (line.roster.evidence, line.roster.papers) == (2, ())


def test_every_kind_has_its_word() -> None:
    assert [kind.label for kind in ProgrammeKind] == list(KINDS.values())


@pytest.mark.parametrize(
    ("until", "since", "overlap"),
    [("2022-12-31", "2023-01-01", False), ("2022-12-31", "2022-12-31", True), ("2022-12-31", "2022-06-01", True)],
)
def test_two_versions_may_touch_but_not_share_a_day(tmp_path: Path, until: str, since: str, overlap: bool) -> None:
    first = "in_force_from = 2021-03-22"
    written(tmp_path, _WHOLE.replace(first, f"{first}\nin_force_until = {until}"), "a")
    written(tmp_path, _WHOLE.replace(first, f"in_force_from = {since}"), "b")
    assert bool(Programmes(tmp_path).overlaps()) is overlap


def test_a_milestone_of_the_first_day_is_due_on_it() -> None:
    line = Rulebook.load().programmes.named("goaf", date(2026, 4, 30))
    last = date(2026, 12, 31)
    assert line.day_of(line.milestones[0], date(2026, 4, 30), last, grace=30) == date(2026, 4, 30)
    assert line.day_of(line.milestones[0], date(2026, 5, 1), last, grace=30) == date(2026, 5, 31)


def test_a_line_without_list_and_reports_names_fewer_clauses(tmp_path: Path) -> None:
    text = _NO_ROSTER[: _NO_ROSTER.index("[programme.report]")] + _NO_ROSTER[_NO_ROSTER.index("[programme.end]") :]
    (line,) = read_programmes(written(tmp_path, text))
    assert (line.members, line.clause_ids) == (Members.NONE, ("prog-summary", "prog-verify"))


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('every = "year"', "", "缺少 first"),
        ('every = "year"', 'every = "month"', "期限应写"),
        ('every = "year"', "first = 2021-01-01", "缺少 last"),
        ('every = "year"', 'every = "year"\nfirst = 2021-01-01\nlast = 2021-12-31', "期限应写"),
        ('every = "year"', "first = 2021-01-02\nlast = 2021-01-01", "last 早于 first"),
        ('every = "year"', 'every = "year"\nlast = 2021-12-31', "期限应写"),
        ('every = "year"', 'every = "year"\nfirst = 2021-12-31', "期限应写"),
        ('every = "year"', "first = 2021-01-01\nlast = 2021-12-31", "写 2021-06-30"),
        ('kinds = ["department"]', "", "一种"),
        ('kinds = ["department"]', 'kinds = ["department"]\ncodes = ["x"]', "一种"),
        ('[[programme.at]]\nrole = "dept_head"\nkinds = ["department"]', "", "至少一处 at"),
        ('day = "04-30"', 'day = "April"', "day 应为日期"),
        ('papers = ["凭据"]', 'papers = ["凭据", "照片"]', "不符"),
        ("least = 1", _TWICE, "同名"),
    ],
)  # fmt: skip
def test_a_wrong_line_is_refused_saying_what_is_wrong(tmp_path: Path, old: str, new: str, words: str) -> None:
    with pytest.raises(RulebookError, match=words):
        read_programmes(written(tmp_path, _WHOLE.replace(old, new)))


def test_a_milestone_cannot_ask_for_entries_of_a_list_that_there_is_not(tmp_path: Path) -> None:
    with pytest.raises(RulebookError, match="没有 roster"):
        read_programmes(written(tmp_path, _NO_ROSTER))


def test_the_line_of_a_day_is_the_version_in_force_and_two_at_once_are_found(tmp_path: Path) -> None:
    old = _WHOLE.replace("in_force_from = 2021-03-22", "in_force_from = 2021-03-22\nin_force_until = 2022-12-31")
    new = _WHOLE.replace("in_force_from = 2021-03-22", "in_force_from = 2023-01-01").replace("目标", "新目标")
    written(tmp_path, new, "a")
    written(tmp_path, old, "b")
    lines = Programmes(tmp_path)
    assert [line.target for line in lines.all()] == ["目标", "新目标"]
    assert lines.named("one", date(2022, 12, 31)).target == "目标"
    assert lines.named("one", date(2023, 1, 1)).target == "新目标"
    assert [line.target for line in lines.on(date(2024, 1, 1))] == ["新目标"]
    assert lines.on(date(2020, 1, 1)) == lines.on(date(2021, 3, 21)) == ()
    for day, target in (
        (date(2021, 3, 22), "目标"), (date(2022, 12, 31), "目标"), (date(2023, 1, 1), "新目标"),
    ):  # fmt: skip
        assert [line.target for line in lines.on(day)] == [target]
    assert lines.overlaps() == ()
    with pytest.raises(ClauseUnknown, match="2020-01-01 没有名为「one」的专项"):
        lines.named("one", date(2020, 1, 1))
    with pytest.raises(ClauseUnknown):
        lines.named("two", date(2022, 1, 1))
    written(tmp_path, _WHOLE, "c")
    assert Programmes(tmp_path).overlaps() == ("one",)


def test_a_fixed_term_holds_its_own_days_alone() -> None:
    line = Rulebook.load().programmes.named("three-year", date(2021, 4, 1))
    assert line.term_of(date(2022, 12, 31)) == (date(2021, 3, 22), date(2022, 12, 31))
    assert line.term_of(date(2023, 1, 1)) is None


def test_every_row_that_a_programme_names_is_a_row_of_the_notice_which_runs_as_one() -> None:
    rows = {row.id: row for row in notices()[-1].rows}
    named = {row for line in Rulebook.load().programmes.all() for row in line.rows}
    assert named
    assert {row for row in named if rows[row].process != "programme"} == set()
    assert {row.id for row in rows.values() if row.process == "programme"} == named


def test_every_milestone_has_a_name_of_its_own() -> None:
    ids = [milestone.id for line in Rulebook.load().programmes.all() for milestone in line.milestones]
    assert len(ids) == len(set(ids))
