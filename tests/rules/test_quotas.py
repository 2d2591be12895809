"""Lines of recurring duties: read strictly, dated, each cites clauses that say so, disabled ones with the reason."""

import shutil
from datetime import date
from pathlib import Path

import pytest

from rules import rulebook as rulebook_module
from rules.actor import Role
from rules.errors import ClauseUnknown, RulebookError
from rules.obligation import FORMS
from rules.periods import Period, PeriodKind
from rules.quotas import Per, Quota, read_quotas
from rules.rulebook import Rulebook

_TODAY = date(2026, 3, 2)
_LINE = """
[[quota]]
id = "x"
title = "检查"
rows = ["B030"]
per = "person"
period = "{period}"
unit = "次"
act = "visit"
ladder = "own-quota"
evidence = 1
in_force_from = 2021-03-22
{more}

[[quota.share]]
role = "leadership"
least = {least}
clause = "{clause}"

[[quota.share]]
role = "county_leader"
least = 2
clause = "obl-visit-in-charge"
"""


@pytest.fixture
def line(rulebook: Rulebook) -> Quota:
    """Return the line of the leaders' visits."""
    return rulebook.quota("leader-visit", _TODAY)


def _written(
    tmp_path: Path, *, more: str = "", least: int = 1, clause: str = "obl-visit", period: str = "month"
) -> Path:
    path = tmp_path / "lines.toml"
    path.write_text(_LINE.format(more=more, least=least, clause=clause, period=period), "utf-8")
    return path


def _twice(tmp_path: Path) -> Path:
    path = _written(tmp_path, least=2, clause="obl-visit-in-charge")
    path.write_text(path.read_text("utf-8").replace('"leadership"', '"county_leader"'), "utf-8")
    return path


def test_every_line_names_clauses_acts_and_a_ladder_that_there_are(rulebook: Rulebook) -> None:
    for quota in rulebook.quotas(_TODAY):
        assert quota.act in FORMS
        assert rulebook.ladder(quota.ladder, _TODAY).rungs
        assert all(rulebook.ladder(share.ladder, _TODAY).rungs for share in quota.shares if share.ladder)
        assert quota.rows
        assert quota.evidence or quota.act == "sign-form" or quota.register
        for share in quota.shares:
            assert rulebook.clause(share.clause_id, _TODAY).verification
            assert quota.share_under(share.clause_id, share.role) == share


def test_a_leader_with_two_posts_owes_once_by_the_post_that_owes_most(line: Quota) -> None:
    both = line.share_of([Role.LEADERSHIP, Role.COUNTY_LEADER, Role.BUREAU_HEAD])
    assert both is not None
    assert (both.least, both.clause_id) == (2, "obl-visit-in-charge")
    assert line.share_of([Role.LEADERSHIP]) == line.share_under("obl-visit")
    assert line.share_of([Role.TOWN_LEADER]) is None
    assert line.share_under("obl-explain") is None
    assert line.per is Per.PERSON


def test_there_is_no_line_before_the_notice_nor_under_a_name_nobody_gave(rulebook: Rulebook) -> None:
    assert "leader-visit" not in {quota.id for quota in rulebook.quotas(date(2021, 3, 21))}
    with pytest.raises(ClauseUnknown, match="2021-03-21 没有名为「leader-visit」的周期应办"):
        rulebook.quota("leader-visit", date(2021, 3, 21))
    with pytest.raises(ClauseUnknown, match="没有名为「y」"):
        rulebook.quota("y", _TODAY)


def test_the_quarterly_meeting_is_there_and_opens_nothing_until_its_force_is_confirmed(rulebook: Rulebook) -> None:
    quota = rulebook.quota("meeting-302", _TODAY)
    assert not quota.is_enabled
    assert "没有确认" in quota.disabled
    assert rulebook.clause("meet-302-quarter", _TODAY).article == "第五条"


def test_a_disabled_line_says_why(tmp_path: Path) -> None:
    (quota,) = read_quotas(_written(tmp_path, more='disabled = "效力待确认"'))
    assert (quota.is_enabled, quota.disabled) == (False, "效力待确认")
    (quota,) = read_quotas(_written(tmp_path))
    assert quota.is_enabled


def test_a_quota_of_nothing_and_two_shares_under_one_clause_are_refused(tmp_path: Path) -> None:
    with pytest.raises(RulebookError, match="least 应大于零"):
        read_quotas(_written(tmp_path, least=0))
    with pytest.raises(RulebookError, match="条款、岗位、数量不得相同"):
        read_quotas(_twice(tmp_path))
    with pytest.raises(RulebookError, match="不认识的键 colour"):
        read_quotas(_written(tmp_path, more='colour = "red"'))


def test_a_line_that_cites_no_clause_or_overlaps_is_found_when_the_rulebook_is_loaded(tmp_path: Path) -> None:
    shipped = Path(rulebook_module.__file__).parent
    for name in ("statutes", "county", "workdays", "criteria", "obligations"):
        shutil.copytree(shipped / name, tmp_path / name)
    text = _LINE.format(more="", least=1, clause="obl-visit", period="month")
    extra = tmp_path / "obligations" / "more.toml"
    extra.write_text(text.replace('"obl-visit"', '"obl-nothing"'), "utf-8")
    with pytest.raises(RulebookError, match="obl-nothing"):
        Rulebook(tmp_path, "dai")
    extra.write_text(text + text, "utf-8")
    with pytest.raises(RulebookError, match="周期应办「x」的两个版本"):
        Rulebook(tmp_path, "dai")


def test_a_line_may_be_about_a_part_of_the_year_or_begin_within_it(tmp_path: Path) -> None:
    (quota,) = read_quotas(_written(tmp_path, more='window = ["06-01", "06-30"]', period="year"))
    assert quota.term(date(2026, 11, 9)) == Period(PeriodKind.YEAR, date(2026, 6, 1), date(2026, 6, 30))
    assert quota.opens_on(quota.term(_TODAY)) == date(2026, 6, 1)
    (quota,) = read_quotas(_written(tmp_path, more="running = true", period="year"))
    assert quota.term(date(2021, 5, 1)) == Period(PeriodKind.YEAR, date(2021, 3, 22), date(2021, 12, 31))
    assert quota.term(_TODAY).first == date(2026, 1, 1)
    (quota,) = read_quotas(_written(tmp_path, more="after = true", period="quarter"))
    assert quota.opens_on(quota.term(date(2026, 2, 1))) == date(2026, 4, 1)


def test_what_organisations_owe_goes_by_their_kind(rulebook: Rulebook) -> None:
    meeting = rulebook.quota("department-meeting", _TODAY)
    share = meeting.share_at("department")
    assert share is not None
    assert (share.role, meeting.share_at("town")) == (Role.DEPT_HEAD, None)
    assert meeting.share_under("obl-meet-department", "town_leader") is None


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ('window = ["06-31", "07-01"]', "应为两个日期"),
        ('window = ["06-01"]', "应为两个日期"),
        ('window = ["07-01", "06-01"]', "末日早于首日"),
        ('papers = ["纪要", "签到表"]', "papers 有 2 种，与 evidence 的 1 份不符"),
        ('counts = "weeks"', "counts 不能为"),
    ],
)
def test_a_line_that_cannot_be_is_refused(tmp_path: Path, more: str, words: str) -> None:
    with pytest.raises(RulebookError, match=words):
        read_quotas(_written(tmp_path, more=more))


def test_training_in_a_dangerous_sector_takes_more_class_hours(rulebook: Rulebook) -> None:
    training = rulebook.quota("unit-training", _TODAY)
    hours = {sector: share.hours for sector in ("非煤矿山（地下）", "商场超市") if (share := training.share_at(sector))}
    assert hours == {"非煤矿山（地下）": {"first": 48, "again": 16}, "商场超市": {"first": 32, "again": 12}}


def test_a_line_without_a_share_is_refused_and_what_is_not_written_is_empty(tmp_path: Path, rulebook: Rulebook) -> None:
    path = _written(tmp_path)
    path.write_text(path.read_text("utf-8").partition("[[quota.share]]")[0], "utf-8")
    with pytest.raises(RulebookError, match="share 至少一项"):
        read_quotas(path)
    (quota,) = read_quotas(_written(tmp_path))
    assert (quota.policy, {share.ladder for share in quota.shares}) == ("", {""})
    month = rulebook.quota("safety-month", _TODAY)
    assert month.policy.startswith("六月由县里")
    assert [share.ladder for share in month.shares] == ["county-quota", "", ""]


def test_a_register_names_its_columns_and_nothing_else_does(tmp_path: Path) -> None:
    asked = 'columns = ["人员", "日期:day", "人数:number", "时间:moment"]\nentries = 3\nnone = true\nroster = true'

    def written(more: str, act: str = "register") -> Path:
        path = _written(tmp_path, more=more)
        path.write_text(path.read_text("utf-8").replace('act = "visit"', f'act = "{act}"'), "utf-8")
        return path

    (quota,) = read_quotas(written(asked))
    assert quota.register is not None
    assert [column.kind.value for column in quota.register.columns] == ["words", "day", "number", "moment"]
    assert (quota.register.least, quota.register.may_be_none, quota.register.is_roster) == (3, True, True)
    assert quota.register.tasks_of == ""
    (quota,) = read_quotas(written(f'{asked}\ntasks_of = "list-key-tasks"'))
    assert quota.register is not None
    assert quota.register.tasks_of == "list-key-tasks"
    for wrong, act in ((asked, "visit"), ("", "register"), ('columns = ["人员"]\nentries = 0', "register")):
        with pytest.raises(RulebookError, match="应写明 columns，entries 应大于零"):
            read_quotas(written(wrong, act))
    with pytest.raises(RulebookError, match="「日期」不能是 date"):
        read_quotas(written('columns = ["日期:date"]'))
