"""The rulebook: the version of the day, open norms, strict files."""

import shutil
from datetime import date
from pathlib import Path

import pendulum
import pytest

from rules import rulebook as rulebook_module
from rules.clause import Authority, Counting, Verification
from rules.deadlines import SHANGHAI
from rules.errors import ClauseNotInForce, ClauseUnknown, RulebookError, TimeInvalid
from rules.rulebook import Rulebook

_TODAY = date(2026, 11, 24)
_HAZARD = (
    "discover", "grade", "fix-general", "accept", "order", "rectify-order", "recheck", "signoff", "major-report",
    "major-plan", "listing", "rectify-major", "progress", "extension", "extension-decide", "apply-review", "review",
    "delist", "publicity", "publicity-review", "lookback", "stop", "resume-check", "chem-stop", "void", "reopen",
    "backfill", "separation", "decide", "open-review",
)  # fmt: skip


@pytest.fixture(scope="module")
def rulebook() -> Rulebook:
    return Rulebook.load()


@pytest.fixture
def own_copy(tmp_path: Path) -> Path:
    """Return a folder with the law's files that a test may spoil."""
    shipped = Path(rulebook_module.__file__).parent
    for name in (
        "statutes",
        "county",
        "workdays",
        "criteria",
        "incident",
        "matters",
        "obligations",
        "programmes",
        "tipoff",
    ):
        shutil.copytree(shipped / name, tmp_path / name)
    return tmp_path


@pytest.mark.parametrize("topic", _HAZARD)
def test_every_step_of_a_hazard_has_a_clause_in_force_today(rulebook: Rulebook, topic: str) -> None:
    clause = rulebook.clause(f"haz-{topic}", _TODAY)
    assert clause.in_force(_TODAY)
    assert clause.article
    assert clause.source
    assert clause.duty


def test_every_clause_of_every_day_says_how_sure_we_are(rulebook: Rulebook) -> None:
    for clause in rulebook.clauses():
        assert clause.verification in Verification
        assert clause.verification.label
        assert clause.authority.label
        assert clause.limit_label
        assert str(clause.starts)
        assert clause.article in clause.citation


def test_what_the_county_sets_is_never_shown_as_statute_and_says_on_what_it_rests(rulebook: Rulebook) -> None:
    set_by_county = [clause for clause in rulebook.clauses(_TODAY) if clause.limit_authority is Authority.COUNTY]
    assert len(set_by_county) > 20
    for clause in set_by_county:
        assert clause.county_basis == "示范默认值，待县里文件确认"
        assert "本县规定，非法定" in clause.limit_label


def test_the_county_fills_an_open_norm_and_the_statute_stays_visible(rulebook: Rulebook) -> None:
    clause = rulebook.clause("haz-fix-general", _TODAY)
    assert clause.open_norm == "立即"
    assert clause.authority is Authority.STATUTE
    assert clause.limit_authority is Authority.COUNTY
    assert clause.limit is not None
    assert clause.limit.counting is Counting.CALENDAR_DAYS
    assert clause.version == "D-16@2008-02-01+dai@2018-01-01"


@pytest.mark.parametrize(
    ("clause_id", "last_day", "old_article", "new_article"),
    [
        ("haz-order", date(2021, 8, 31), "第六十二条", "第六十五条"),
        ("haz-discover", date(2021, 8, 31), "第三十八条第一款", "第四十一条第二款"),
    ],
)
def test_the_version_of_the_trigger_day_holds(
    rulebook: Rulebook, clause_id: str, last_day: date, old_article: str, new_article: str
) -> None:
    before, after = rulebook.clause(clause_id, last_day), rulebook.clause(clause_id, date(2021, 9, 1))
    assert (before.article, after.article) == (old_article, new_article)
    assert before.in_force_until == last_day
    assert before.verification is Verification.UNVERIFIED


def test_the_recheck_term_passes_from_the_old_rule_to_the_new_on_its_day(rulebook: Rulebook) -> None:
    assert "第15号" in rulebook.clause("haz-recheck", date(2026, 1, 31)).number
    assert "第18号" in rulebook.clause("haz-recheck", date(2026, 2, 1)).number
    assert rulebook.clause("haz-recheck", _TODAY).verification is Verification.UNVERIFIED


def test_the_trigger_day_is_a_shanghai_day(rulebook: Rulebook) -> None:
    utc_evening = pendulum.datetime(2021, 8, 31, 16, 0, tz="UTC")
    assert rulebook.deadline("haz-order", utc_evening).clause_version.startswith("L-AQF@2021-09-01")
    assert rulebook.deadline("haz-order", utc_evening.subtract(seconds=1)).clause_version.startswith("L-AQF@2014-12-01")


def test_a_clause_that_does_not_exist_or_does_not_yet_hold_is_refused(rulebook: Rulebook) -> None:
    with pytest.raises(ClauseUnknown, match="haz-nothing"):
        rulebook.clause("haz-nothing", _TODAY)
    with pytest.raises(ClauseNotInForce, match="无有效版本") as refused:
        rulebook.clause("haz-chem-stop", date(2021, 3, 21))
    assert refused.value.clause == "haz-chem-stop"
    assert all(clause.id != "haz-chem-stop" for clause in rulebook.clauses(date(2021, 3, 21)))


def test_a_naive_start_is_refused_by_the_rulebook_too(rulebook: Rulebook) -> None:
    with pytest.raises(TimeInvalid):
        rulebook.deadline("haz-review", pendulum.naive(2026, 11, 20))


def test_the_four_chemical_systems_stop_is_a_notice_and_no_statute(rulebook: Rulebook) -> None:
    clause = rulebook.clause("haz-chem-stop", _TODAY)
    assert clause.authority is Authority.NOTICE
    assert clause.open_norm == "一律"
    for system in ("自动化控制系统", "安全仪表系统", "紧急切断装置", "泄漏检测报警装置"):
        assert system in clause.duty


def test_a_figure_written_once_serves_clause_and_number(rulebook: Rulebook) -> None:
    progress = rulebook.clause("haz-progress", _TODAY).limit
    assert progress is not None
    assert rulebook.number("progress_every_days", _TODAY) == progress.amount
    assert rulebook.number("text_limit", _TODAY) == 2000
    assert rulebook.number("extension_apply_before_days", date(2026, 1, 31)) == 10
    with pytest.raises(RulebookError, match="本县数值"):
        rulebook.number("nothing", _TODAY)


def test_a_rulebook_is_loaded_once_and_the_same_question_is_computed_once(rulebook: Rulebook) -> None:
    started_at = pendulum.datetime(2026, 11, 20, 9, tz=SHANGHAI)
    assert Rulebook.load() is rulebook
    first, later = (rulebook.deadline("haz-review", at) for at in (started_at, started_at.add(hours=5)))
    assert later.derivation is first.derivation
    assert (first.started_at, later.started_at) == (started_at, started_at.add(hours=5))


def test_two_versions_of_a_programme_in_force_at_once_stop_loading(own_copy: Path) -> None:
    newer = (own_copy / "programmes" / "campaigns.toml").read_text("utf-8")
    (own_copy / "programmes" / "newer.toml").write_text(
        newer.replace("in_force_from = 2021-03-22", "in_force_from = 2022-03-22"), "utf-8"
    )

    with pytest.raises(RulebookError, match="两个版本同时有效"):
        Rulebook(own_copy, "dai")


def test_the_fingerprint_follows_every_byte_of_the_law(own_copy: Path) -> None:
    before = Rulebook(own_copy, "dai").fingerprint
    assert before == Rulebook.load().fingerprint
    file = own_copy / "statutes" / "hazard-interim-rule-2008.toml"
    file.write_text(file.read_text("utf-8") + "\n# a remark\n", "utf-8")
    assert Rulebook(own_copy, "dai").fingerprint != before


# --- strict files --------------------------------------------------------------------------------


def spoil(folder: Path, name: str, old: str, new: str) -> None:
    file = folder / name
    text = file.read_text("utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), "utf-8")


_LAW = "statutes/work-safety-law-2021.toml"
_COUNTY = "county/dai.toml"


@pytest.mark.parametrize(
    ("name", "old", "new", "complaint"),
    [
        (_LAW, 'article = "第四十一条第二款"\n', "", "work-safety-law-2021.toml「clause haz-discover」缺少 article"),
        (_LAW, 'verification = "full_text"\n', "", "「clause haz-discover」缺少 verification"),
        (_LAW, 'verification = "full_text"', 'verification = "sure"', "不能为「sure」"),
        (_LAW, 'source = "https', 'sauce = "https', "「文件.instrument」缺少 source"),
        (_LAW, 'duty = "检查发现', 'dutty = "x"\nduty = "检查发现', "「clause haz-order」有不认识的键 dutty"),
        (_LAW, 'holder = "生产经营单位；检查发现的，为检查部门"', 'holder = ""', "holder 应为非空文字"),
        (_LAW, "amount = 7,", "amount = 0,", "amount 应大于零"),
        (_LAW, "amount = 7,", 'amount = "7",', "amount 应为不小于零的整数"),
        (_LAW, "amount = 7,", "amount = true,", "amount 应为不小于零的整数"),
        (_LAW, "rolls = false", 'rolls = "no"', "rolls 应为 true 或 false"),
        (_LAW, "in_force_from = 2021-09-01", 'in_force_from = "2021-09-01"', "应为日期"),
        (_LAW, "in_force_from = 2021-09-01", "in_force_from = 2021-09-01T00:00:00", "应为日期"),
        (_LAW, "in_force_from = 2021-09-01", "in_force_from = 2021-08-31", "同时有效"),
        (
            _LAW,
            'open_norm = "及时"',
            'open_norm = "及时"\nlimit = { counting = "set_by_act", rolls = false }',
            "只能保留一项",
        ),
        (_LAW, "starts = { event", "starts = 5 # { event", "starts 应为一张表"),
        (_LAW, "[instrument]", "[instrument", "不是有效的 TOML"),
        (_COUNTY, 'authority = "county"', 'authority = "statute"', "authority 应为 county"),
        (_COUNTY, 'clause = "haz-discover"', 'clause = "haz-review"', "本县不得改动"),
        (_COUNTY, 'limit_of = "haz-progress"', 'limit_of = "haz-nothing"', "引用了不存在的条款 haz-nothing"),
        (_COUNTY, "代应急停〔{year}〕{serial}号", "代应急停〔{year}〕号", "的 pattern 应当各有一处 {year}、{serial}"),
        (_COUNTY, "share = 75", "share = 50", "应逐级递增"),
        (_COUNTY, "day = 25", "day = 32", "1 至 31 之间"),
        (_COUNTY, "day = 25", "day = 0", "1 至 31 之间"),
        (_COUNTY, 'kind = "remind"', 'kind = "shout"', "kind 应为"),
        (_COUNTY, 'roles = ["holder"]', "roles = []", "roles 不能为空"),
        (_COUNTY, 'roles = ["holder"]', 'roles = "unit_fixer"', "roles 应为列表"),
        ("workdays/2021.toml", "last = 2021-10-07", "last = 2021-09-07", "last 早于 first"),
        ("workdays/2021.toml", "worked = [2021-09-18]", "worked = [2021-09-19]", "不能既放假又上班"),
        ("workdays/2021.toml", "worked = [2021-09-18]", "worked = [2022-09-18]", "都在2021年内"),
        ("workdays/2021.toml", "published = true", "published = false", "未公布的年份不得列出"),
    ],
)
def test_a_wrong_file_stops_loading_and_is_named(own_copy: Path, name: str, old: str, new: str, complaint: str) -> None:
    spoil(own_copy, name, old, new)
    with pytest.raises(RulebookError) as refused:
        Rulebook(own_copy, "dai")
    assert complaint in refused.value.message


@pytest.mark.parametrize(
    ("name", "old", "new", "complaint"),
    [
        ("criteria/industry-trade-2023.toml", "in_force_from = 2023-05-15\n", "", "现行版本应有 in_force_from"),
        ("criteria/industry-trade-2017.toml", "in_force_until = 2023-05-14\n", "", "已废止的应有 in_force_until"),
        ("criteria/industry-trade-2023.toml", "GM23-3-02", "GM23-3-01", "GM23-3-01」重复"),
        ("criteria/industry-trade-2023.toml", "summary =", "sumary =", "缺少 summary"),
    ],
)
def test_a_wrong_criterion_stops_judging_and_is_named(
    own_copy: Path, name: str, old: str, new: str, complaint: str
) -> None:
    spoil(own_copy, name, old, new)
    with pytest.raises(RulebookError) as refused:
        Rulebook(own_copy, "dai").criteria()
    assert complaint in refused.value.message


def test_a_county_without_a_file_is_told_which_file_is_missing() -> None:
    with pytest.raises(RulebookError, match=r"缺少规则文件 nowhere\.toml"):
        Rulebook.load("nowhere")
