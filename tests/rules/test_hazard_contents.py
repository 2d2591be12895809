"""Whether what an act says holds: grounds of a judgement, terms, reasons, what it is about; and how much is typed."""

import shutil
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pendulum
import pytest

from rules import rulebook as rulebook_module
from rules.act import Act as Deed
from rules.actor import Role
from rules.deadlines import SHANGHAI
from rules.errors import ContentInvalid, NotYourTurn, TimeInvalid
from rules.hazard import HAZARD
from rules.hazard import HazardAct as Act
from rules.hazard.kinds import KINDS
from rules.rulebook import Rulebook

_MAJOR = {"grade": "major", "basis": "criterion", "criterion": "GM23-3-02"}
_SYNTHESIS = {"basis": "synthesis", "reason": "现场情况"}


def at(*parts: int) -> pendulum.DateTime:
    return pendulum.datetime(*parts, tz=SHANGHAI)


# --- judgements ----------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", [Act.GRADE, Act.REGRADE])
@pytest.mark.parametrize(
    ("judgement", "words"),
    [
        ({"grade": "major", "basis": "synthesis"}, "「判定理由」"),
        ({"grade": "major", "basis": "criterion"}, "「判定标准条目」"),
        ({"grade": "major", "basis": "criterion", "criterion": "XX-1"}, "XX-1"),
        ({"grade": "major", "basis": "criterion", "criterion": "GM17-S-02"}, "应急管理部令第10号"),
        ({"grade": "major", "basis": "criterion", "criterion": "GM23"}, "「标准条款」"),
    ],
)
def test_a_judgement_without_its_ground_is_refused(
    judgement: dict[str, str], words: str, kind: Act, at_stage: Any, refused: Any
) -> None:
    case = at_stage("found" if kind is Act.GRADE else "ordered")
    with refused(ContentInvalid, "haz-grade", words):
        case.do(kind, Role.DEPT_OFFICER, **judgement)


def test_a_refused_criterion_is_named_in_the_facts_of_the_error(at_stage: Any, refused: Any) -> None:
    with refused(ContentInvalid, "haz-grade") as caught:
        at_stage("found").do(Act.GRADE, Role.DEPT_OFFICER, grade="major", basis="criterion", criterion="GM17-S-02")
    assert caught.value.facts == {"criterion": "GM17-S-02"}


@pytest.mark.parametrize("kind", [Act.GRADE, Act.REGRADE])
def test_a_criterion_recognises_major_hazards_only(kind: Act, at_stage: Any, refused: Any) -> None:
    case = at_stage("found" if kind is Act.GRADE else "major")
    with refused(ContentInvalid, "haz-grade", "判定标准只认定重大隐患"):
        case.do(kind, Role.DEPT_OFFICER, grade="general", basis="criterion", criterion="GM23-3-02")


@pytest.mark.parametrize(
    "ground",
    [
        {"basis": "criterion", "criterion": "GM23-3-02"},
        {"basis": "criterion", "criterion": "GM23", "item": "第三条第二项"},
        _SYNTHESIS,
    ],
)
def test_an_item_a_whole_edition_with_its_item_or_a_reason_is_ground_enough(
    ground: dict[str, str], at_stage: Any
) -> None:
    case = at_stage("found")
    case.do(Act.GRADE, Role.DEPT_OFFICER, grade="major", **ground)
    assert case.facts.grade == "major"


def test_the_criterion_must_have_been_in_force_on_the_day_of_the_judgement(
    empty_case: Any, report: Any, somebody: Any, refused: Any
) -> None:
    officer = somebody(Role.DEPT_OFFICER)
    for day, allowed in ((date(2023, 5, 14), False), (date(2023, 5, 15), True)):
        case = empty_case(now=at(day.year, day.month, day.day, 9))
        case.do(Act.REPORT, officer, **report)
        if allowed:
            case.do(Act.GRADE, officer, **_MAJOR)
        else:
            with refused(ContentInvalid, "haz-grade", "不是有效版本"):
                case.do(Act.GRADE, officer, **_MAJOR)


@pytest.mark.parametrize("role", [Role.UNIT_HEAD, Role.UNIT_SAFETY])
@pytest.mark.parametrize("ground", [_SYNTHESIS, {"basis": "criterion", "criterion": "GM23-3-02"}])
def test_a_unit_orders_no_stop_of_its_own(role: Role, ground: dict[str, str], at_stage: Any, refused: Any) -> None:
    with refused(ContentInvalid, "haz-stop", "由监管部门认定"):
        at_stage("unsure").do(Act.GRADE, role, grade="major", unsafe=True, **ground)


@pytest.mark.parametrize(("stage", "grade"), [("ordered", "general"), ("self", "general"), ("major", "major")])
def test_to_judge_the_same_again_is_no_regrading(stage: str, grade: str, at_stage: Any, refused: Any) -> None:
    with refused(ContentInvalid, "haz-grade", "与现等级相同"):
        at_stage(stage).do(Act.REGRADE, Role.DEPT_OFFICER, grade=grade, **_SYNTHESIS)


@pytest.mark.parametrize("stage", ["listed", "treated", "review applied", "reviewed"])
def test_a_listed_hazard_is_not_judged_away(stage: str, at_stage: Any, refused: Any) -> None:
    with refused(NotYourTurn, "haz-listing", "请按程序审查后摘牌销号"):
        at_stage(stage).do(Act.REGRADE, Role.DEPT_HEAD, grade="general", **_SYNTHESIS)


@pytest.mark.parametrize("stage", ["major", "planned", "delisted"])
def test_a_hazard_that_is_not_or_no_longer_listed_can_be_judged_ordinary(stage: str, at_stage: Any) -> None:
    case = at_stage(stage)
    case.do(Act.REGRADE, Role.DEPT_HEAD, grade="general", **_SYNTHESIS)
    assert case.facts.grade == "general"


# --- terms ---------------------------------------------------------------------------------------

_TERMS = [
    ("graded", Act.ORDER, {}, "haz-rectify-order"),
    ("major", Act.PLAN, {}, "haz-rectify-major"),
    ("major", Act.LIST, {}, "haz-listing"),
    ("reported rectified", Act.RECHECK, {"passed": "no", "note": "未固定"}, "haz-recheck"),
    ("review applied", Act.REVIEW, {"passed": "no", "note": "未到位"}, "haz-review"),
    ("delisted", Act.LOOK_BACK, {"rebounded": "yes", "note": "复发"}, "haz-lookback"),
]
_EACH_TERM = pytest.mark.parametrize(("stage", "kind", "answer", "clause"), _TERMS, ids=[str(t[1]) for t in _TERMS])


@_EACH_TERM
@pytest.mark.parametrize("days", [-1, 0, 1095, 1096])
def test_a_term_ends_today_at_the_earliest_and_within_the_longest_the_county_allows(
    days: int, stage: str, kind: Act, answer: Any, clause: str, at_stage: Any, says: Any, refused: Any
) -> None:
    case = at_stage(stage)
    ends_on = case.now.date() + timedelta(days=days)
    said = says(kind, **answer, ends_on=ends_on)
    if days < 0:
        with refused(TimeInvalid, clause, f"期限 {ends_on} 早于办理当日 2026-03-02"):
            case.do(kind, **said)
    elif days > 1095:
        with refused(TimeInvalid, clause, "超过最长 1095 日（本县规定，非法定）"):
            case.do(kind, **said)
    else:
        (case.issue if kind in KINDS else case.do)(kind, **said)
        assert case.duty("rectify").ends_on == ends_on


@_EACH_TERM
@pytest.mark.parametrize("ends_on", [date(1899, 12, 30), date(1, 1, 1), date(9999, 12, 31)])
def test_days_out_of_spreadsheets_and_slips_of_the_hand_are_refused(
    ends_on: date, stage: str, kind: Act, answer: Any, clause: str, at_stage: Any, says: Any, refused: Any
) -> None:
    with refused(TimeInvalid, clause):
        at_stage(stage).do(kind, **says(kind, **answer, ends_on=ends_on))


@pytest.mark.parametrize(("stage", "kind", "answer", "clause"), _TERMS[3:], ids=[str(t[1]) for t in _TERMS[3:]])
def test_work_that_goes_back_gets_a_day(
    stage: str, kind: Act, answer: Any, clause: str, at_stage: Any, refused: Any
) -> None:
    with refused(ContentInvalid, clause, "应写明整改期限"):
        at_stage(stage).do(kind, **answer)


def test_a_term_is_measured_from_when_the_act_was_done_not_from_when_it_was_recorded(at_stage: Any, says: Any) -> None:
    case = at_stage("graded")
    case.let_pass(days=3)
    happened_at = case.now.subtract(days=2)
    case.do(Act.ORDER, Role.DEPT_OFFICER, **says(Act.ORDER, ends_on=happened_at.date()), happened_at=happened_at)
    assert [order.ends_on for order in case.facts.orders.values()] == [date(2026, 3, 3)]


# --- reasons -------------------------------------------------------------------------------------

_REFUSALS = [
    ("rectified", Act.ACCEPT, {"passed": "no"}, "haz-accept"),
    ("reported rectified", Act.RECHECK, {"passed": "no", "ends_on": date(2026, 3, 20)}, "haz-recheck"),
    ("review applied", Act.REVIEW, {"passed": "no", "ends_on": date(2026, 3, 20)}, "haz-review"),
    ("rechecked", Act.SIGN_OFF, {"approved": "no"}, "haz-signoff"),
    ("reviewed", Act.DELIST, {"approved": "no"}, "haz-delist"),
    ("delisted", Act.LOOK_BACK, {"rebounded": "yes", "ends_on": date(2026, 3, 20)}, "haz-lookback"),
    ("resume applied", Act.DECIDE_RESUME, {"approved": "no"}, "haz-resume-check"),
    ("void applied", Act.DECIDE_VOID, {"approved": "no"}, "haz-void"),
    ("reopen applied", Act.DECIDE_REOPEN, {"approved": "no"}, "haz-reopen"),
    ("listed", Act.OPEN_REVIEW, {"about": "listing", "opinion": "refuse"}, "haz-open-review"),
    ("listed", Act.OPEN_REVIEW, {"about": "listing", "opinion": "amended"}, "haz-open-review"),
]


@pytest.mark.parametrize(("stage", "kind", "answer", "clause"), _REFUSALS, ids=[f"{r[1]} {r[2]}" for r in _REFUSALS])
def test_whoever_says_no_says_why(stage: str, kind: Act, answer: Any, clause: str, at_stage: Any, refused: Any) -> None:
    case = at_stage(stage)
    with refused(ContentInvalid, clause, "应填写「说明」"):
        case.do(kind, **answer)
    case.do(kind, note="理由如下", **answer)


@pytest.mark.parametrize("stage", ["rectified", "rechecked", "delisted"])
def test_no_case_is_closed_while_work_stands_still_without_consent(
    stage: str, at_stage: Any, says: Any, refused: Any
) -> None:
    case = at_stage(stage)
    closing = Act(case.facts.waits_for)
    case.do(Act.STOP_WORK, Role.DEPT_OFFICER, **says(Act.STOP_WORK))
    with refused(NotYourTurn, "haz-resume-check", "请先申请恢复生产"):
        case.do(closing, **says(closing))
    case.do(Act.APPLY_RESUME, Role.UNIT_HEAD, **says(Act.APPLY_RESUME))
    case.do(Act.DECIDE_RESUME, Role.BUREAU_HEAD, **says(Act.DECIDE_RESUME))
    case.do(closing, Role.UNIT_SAFETY if closing is Act.ACCEPT else None, **says(closing))
    assert case.facts.status == "closed"


@pytest.mark.parametrize(
    ("stage", "answer"),
    [
        ("rectified", {"passed": "no", "note": "未固定"}),
        ("rechecked", {"approved": "no", "note": "未固定"}),
        ("delisted", {"rebounded": "yes", "note": "复发", "ends_on": date(2026, 4, 1)}),
    ],
)
def test_but_it_may_be_sent_back(stage: str, answer: Any, at_stage: Any, says: Any) -> None:
    case = at_stage(stage)
    back = Act(case.facts.waits_for)
    case.do(Act.STOP_WORK, Role.DEPT_OFFICER, **says(Act.STOP_WORK))
    case.do(back, **answer)
    assert case.facts.stopped


# --- about what ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("stage", "kind", "clause"),
    [("listed", Act.OPEN_REVIEW, "haz-open-review"), ("openly reviewed", Act.PUBLISH, "haz-publicity")],
)
def test_news_that_is_not_owed_is_refused_and_what_is_owed_is_named(
    stage: str, kind: Act, clause: str, at_stage: Any, says: Any, refused: Any
) -> None:
    with refused(ContentInvalid, clause, "没有关于「delisting」的应办", "可选：listing"):
        at_stage(stage).do(kind, **says(kind, about="delisting"))


def test_all_news_that_is_owed_is_named(at_stage: Any, somebody: Any, refused: Any) -> None:
    case = at_stage("delisted")
    office = somebody(Role.COMMITTEE_OFFICE)
    act = Deed(10, Act.OPEN_REVIEW, office, case.now, case.now, {"about": "nothing", "opinion": "agree"})
    with refused(ContentInvalid, "haz-open-review", "可选：delisting、listing"):
        HAZARD.permit(case.facts, act, case.rulebook)


# --- a county that has set no figure -------------------------------------------------------------


@pytest.fixture
def without_figure(tmp_path_factory: pytest.TempPathFactory) -> Rulebook:
    """Return the rulebook of a county that gave the open norm of ordinary rectification no figure."""
    shipped, tmp_path = Path(rulebook_module.__file__).parent, tmp_path_factory.mktemp("law")
    for name in ("statutes", "county", "workdays", "criteria"):
        shutil.copytree(shipped / name, tmp_path / name)
    own = tmp_path / "county" / "dai.toml"
    figure = '[[limit]]\nclause = "haz-fix-general"\namount = 7\ncounting = "calendar_days"\nrolls = false\n'
    text = own.read_text("utf-8")
    assert figure in text
    own.write_text(text.replace(figure, ""), "utf-8")
    return Rulebook(tmp_path, "dai")


def test_at_once_without_a_figure_has_no_end_no_ladder_and_nothing_to_extend(
    without_figure: Rulebook, empty_case: Any, report: Any, refused: Any, says: Any
) -> None:
    case = empty_case(rulebook=without_figure)
    case.do(Act.REPORT, Role.UNIT_SAFETY, own_grade="general", **report)
    assert (case.duty("rectify").due_alert, case.duty("rectify").rung) == (None, 0)
    with refused(ContentInvalid, "haz-extension", "没有期限"):
        case.do(Act.APPLY_EXTENSION, Role.UNIT_HEAD, **says(Act.APPLY_EXTENSION))
    case.let_pass(days=400)
    assert [act.kind for act in case.acts] == [Act.REPORT]
    case.do(Act.RECTIFY, Role.UNIT_FIXER, **says(Act.RECTIFY))
    assert case.duties["rectify@1"].status == "done"


# --- how much is typed ---------------------------------------------------------------------------

# Fields of an import, which the unit's own ordinary hazard has no use for.
_ONLY_ON_OTHER_PATHS = {"origin", "closed_on"}


def test_a_unit_types_at_most_six_fields_in_the_whole_life_of_its_own_ordinary_hazard(rulebook: Rulebook) -> None:
    typed = [
        f"{kind} {field.key}"
        for kind in (Act.REPORT, Act.RECTIFY, Act.ACCEPT)
        for field in HAZARD.forms[kind].fields
        if field.is_typed and field.key not in _ONLY_ON_OTHER_PATHS
    ]
    assert typed == [
        "report description", "report place", "report measure", "rectify measure", "accept note",
    ]  # fmt: skip
    assert len(typed) <= rulebook.number("general_fields_most", date(2026, 3, 2)) == 6


def test_three_acts_close_it(at_stage: Any) -> None:
    assert [act.kind for act in at_stage("closed").acts] == [Act.REPORT, Act.RECTIFY, Act.ACCEPT]
