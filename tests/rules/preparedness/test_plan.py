"""Emergency plans: made, filed in time or deemed filed, kept by whom, assessed, revised, abolished."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from rules.actor import Role
from rules.errors import CaseClosed, ContentInvalid, NotYourTurn, SeparationOfDuties, TimeInvalid, WrongPost
from rules.plan import PLAN
from rules.plan.facts import Filing
from rules.plan.levels import Level, UnitKind, assessed_under, must_file, presumed_kind
from rules.standing import Status

SAYS: dict[str, dict[str, Any]] = {
    "initiate": {
        "level": "unit", "title": "甲矿综合应急预案", "unit_kind": "mine", "scope": "comprehensive",
        "ends_on": date(2021, 9, 10),
    },
    "draft": {"risk": True, "resources": True},
    "review": {"passed": "yes", "experts": True, "document_no": "评审纪要1"},
    "approve": {"approved": "yes"},
    "publish": {"where": "厂区公示栏"},
    "file": {"application": True, "review": True, "text": True, "risk": True, "document_no": "回执1"},
    "check": {"complete": "yes"},
    "hand-out": {"holder": "调度室", "copies": "2"},
    "take-back": {"holder": "调度室"},
    "assess": {"conclusion": "keep", "opinion": "仍然适用"},
    "trigger": {"cause": "risk", "reason": "新增采区"},
    "decide-revision": {"conclusion": "revise", "reason": "风险变化"},
    "abolish": {"reason": "矿山关闭"},
    "apply-void": {"reason": "重复登记"},
    "decide-void": {"approved": "yes"},
    "note": {"note": "说明"},
}  # fmt: skip
_DEPARTMENT = {"level": "department", "parent": "YA-2021-0001", "unit_kind": None, "scope": None}


@pytest.fixture
def plan(played: Callable[..., Any]) -> Any:
    """Return a case without acts on Wednesday 2021-09-01 at 9:00."""
    return played(PLAN, SAYS, "2021-09-01T09:00")


@pytest.fixture
def published(plan: Any) -> Any:
    """Return the plan of a mine, published on Friday 2021-09-17 at 9:00."""
    plan.do("initiate", Role.UNIT_HEAD)
    plan.do("draft", "drafter")
    plan.do("review", "reviewer", at="2021-09-10T09:00")
    plan.do("approve")
    plan.do("publish", at="2021-09-17T09:00")
    return plan


@pytest.fixture
def checking(published: Any) -> Any:
    """Return the plan of a mine whose papers the office has on Friday 2021-10-08 at 10:00."""
    published.do("file", at="2021-10-08T10:00")
    return published


# --- made ----------------------------------------------------------------------------------------


def test_a_plan_goes_from_the_draft_to_the_publication(plan: Any) -> None:
    plan.do("initiate", Role.UNIT_HEAD)
    assert plan.owed == {"draft": "unit_safety plan-draft 2021-09-10"}
    assert plan.told == ["asked-draft unit_safety"]

    plan.do("draft", "drafter")
    assert plan.owed == {"review": "unit_safety plan-review 2021-09-29"}

    plan.do("review", "reviewer")
    assert plan.owed == {"approve": "unit_head plan-sign 2021-09-08"}
    assert plan.told == ["review paper", "asked-approve unit_head"]

    plan.do("approve")
    assert plan.owed == {"publish": "unit_safety plan-publish 2021-09-08"}

    plan.do("publish", at="2021-09-03T09:00")
    assert plan.owed == {
        "file": "unit_safety plan-file-20wd 2021-10-08",
        "assess": "unit_safety plan-assess-3y 2024-09-03",
        "hand-out": "unit_safety plan-hand-out 2021-09-10",
    }
    assert plan.told == ["cover paper", "asked-file unit_safety", "asked-hand-out unit_safety"]
    assert plan.facts.waits_for == "file"
    assert plan.facts.in_force.number == 1
    assert plan.facts.grade == "unit"


@pytest.mark.parametrize(
    ("level", "beginner", "holders", "filed_under"),
    [
        ("overall", Role.BUREAU_HEAD, ["bureau_officer", "bureau_head", "county_leader", "committee_office"], "gov"),
        ("special", Role.COMMITTEE_OFFICE, ["dept_officer", "bureau_officer", "county_leader", "committee_office"],
         "gov"),
        ("department", Role.DEPT_HEAD, ["dept_officer", "bureau_officer", "dept_head", "dept_officer"], "gov"),
        ("township", Role.TOWN_LEADER, ["town_clerk", "bureau_officer", "town_leader", "town_clerk"], "gov"),
        ("village", Role.TOWN_CLERK, ["town_clerk", "town_clerk", "town_leader", "town_clerk"], "gov"),
        ("unit", Role.UNIT_SAFETY, ["unit_safety", "unit_safety", "unit_head", "unit_safety"], "20wd"),
    ],
)  # fmt: skip
def test_each_level_has_its_makers(plan: Any, level: str, beginner: Role, holders: list[str], filed_under: str) -> None:
    kind, scope = ("crowded", "on_site") if level == "unit" else (None, None)
    plan.do("initiate", beginner, level=level, unit_kind=kind, scope=scope, parent="YA-2021-0009")
    found = []
    for act, name in (("draft", "a"), ("review", "b"), ("approve", "c"), ("publish", "d")):
        found.append(plan.owed[act].split()[0])
        plan.do(act, name)

    assert found == holders
    assert plan.owed["file"].split()[1] == f"plan-file-{filed_under}"
    plan.do("file", "e")
    assert ("check" in plan.owed) is (level == "unit")
    assert plan.facts.filing is (Filing.SUBMITTED if level == "unit" else Filing.FILED)


def test_a_plan_that_the_notice_wants_this_year_is_owed_under_the_notice(plan: Any, refusal: Any) -> None:
    with refusal(TimeInvalid, "plan-build-2021", "2021-12-31"):
        plan.do("initiate", Role.DEPT_OFFICER, ends_on=date(2022, 1, 1), **_DEPARTMENT)
    plan.do("initiate", Role.DEPT_OFFICER, **{**_DEPARTMENT, "ends_on": date(2021, 12, 31)})

    assert plan.owed == {"draft": "dept_officer plan-build-2021 2021-12-31"}


def test_after_that_year_the_notice_asks_for_nothing(plan: Any) -> None:
    plan.do("initiate", Role.DEPT_OFFICER, at="2022-01-04T09:00", **{**_DEPARTMENT, "ends_on": date(2022, 6, 30)})

    assert plan.owed == {"draft": "dept_officer plan-draft 2022-06-30"}


def test_a_returned_draft_is_owed_again_on_its_old_clock(plan: Any) -> None:
    plan.do("initiate", Role.UNIT_HEAD)
    plan.do("draft", "drafter")
    plan.do("review", "reviewer", passed="no")
    assert plan.owed == {"draft": "unit_safety plan-draft 2021-09-10"}
    assert plan.told == ["review paper", "returned unit_safety", "asked-draft unit_safety"]

    plan.do("draft", "drafter")
    plan.do("review", "reviewer")
    plan.do("approve", approved="no")
    assert plan.owed == {"draft": "unit_safety plan-draft 2021-09-10"}


@pytest.mark.parametrize(
    ("said", "who", "kind", "clause", "word"),
    [
        ({"level": "department"}, Role.UNIT_SAFETY, WrongPost, "plan-system", "部门预案"),
        ({"unit_kind": None}, Role.UNIT_SAFETY, ContentInvalid, "plan-file-duty", "单位类别"),
        ({"scope": None}, Role.UNIT_SAFETY, ContentInvalid, "plan-file-duty", "预案类型"),
        ({"level": "special"}, Role.DEPT_OFFICER, ContentInvalid, "plan-system", "县专项预案"),
        ({"level": "department"}, Role.DEPT_OFFICER, ContentInvalid, "plan-system", "部门预案"),
        ({"level": "township"}, Role.TOWN_CLERK, ContentInvalid, "plan-system", "乡镇预案"),
        ({"level": "village"}, Role.TOWN_CLERK, ContentInvalid, "plan-system", "村（社区）预案"),
        ({"ends_on": date(2021, 8, 31)}, Role.UNIT_SAFETY, TimeInvalid, "plan-draft", "早于办理日"),
        ({}, Role.AUDITOR, WrongPost, "plan-file-20wd", "审计"),
    ],
)
def test_a_plan_does_not_begin_without_what_it_must_say(
    plan: Any, refusal: Any, said: dict[str, Any], who: Role, kind: Any, clause: str, word: str
) -> None:
    with refusal(kind, clause, word):
        plan.do("initiate", who, **said)


def test_before_the_rule_of_2019_no_plan_is_judged(played: Callable[..., Any], refusal: Any) -> None:
    early = played(PLAN, SAYS, "2019-08-31T09:00")
    with refusal(TimeInvalid, "plan-file-20wd", "2019-08-31"):
        early.do("initiate", Role.UNIT_HEAD)
    early.do("initiate", Role.UNIT_HEAD, at="2019-09-01T09:00")


def test_a_draft_rests_on_risks_and_resources(plan: Any, refusal: Any) -> None:
    plan.do("initiate", Role.UNIT_HEAD)
    for missing in ("risk", "resources"):
        with refusal(ContentInvalid, "plan-unit", "应急资源调查"):
            plan.do("draft", **{missing: False})
    with refusal(ContentInvalid, "plan-review", "首次编制"):
        plan.do("draft", substantial="no")


def test_who_drafted_does_not_review_and_experts_leave_minutes(plan: Any, refusal: Any, someone: Any) -> None:
    plan.do("initiate", Role.UNIT_HEAD)
    plan.do("draft", "drafter")
    with refusal(SeparationOfDuties, "plan-recuse", "编制人员"):
        plan.do("review", "drafter")
    with refusal(SeparationOfDuties, "plan-recuse"):
        plan.do("review", someone(Role.UNIT_SAFETY, "friend", acting_for="drafter"))
    for missing in ({"experts": False}, {"document_no": None}):
        with refusal(ContentInvalid, "plan-review", "专家"):
            plan.do("review", "reviewer", **missing)
    plan.do("review", "reviewer", passed="no", experts=False, document_no=None)


def test_a_small_unit_argues_its_plan_without_minutes(plan: Any) -> None:
    plan.do("initiate", Role.UNIT_HEAD, unit_kind="other")
    plan.do("draft", "drafter")
    plan.do("review", "reviewer", experts=False, document_no=None)
    plan.do("approve")
    plan.do("publish")

    assert plan.owed["assess"] == "unit_safety plan-assess-other 2024-09-02"
    assert plan.facts.filing is Filing.NOT_OWED
    assert "file" not in plan.owed


@pytest.mark.parametrize(
    ("level", "act", "who"),
    [
        ("department", "draft", Role.TOWN_CLERK),
        ("department", "approve", Role.UNIT_HEAD),
        ("unit", "approve", Role.TOWN_LEADER),
        ("township", "review", Role.TOWN_CLERK),
    ],
)
def test_nobody_of_another_side_makes_a_plan(plan: Any, refusal: Any, level: str, act: str, who: Role) -> None:
    beginner = {"department": Role.DEPT_OFFICER, "unit": Role.UNIT_HEAD, "township": Role.TOWN_LEADER}[level]
    plan.do("initiate", beginner, level=level, parent="YA-2021-0001")
    for before in ("draft", "review", "approve"):
        if before == act:
            break
        plan.do(before, f"somebody {before}")

    with refusal(WrongPost, "plan-file-20wd", "您的岗位是"):
        plan.do(act, who)
    assert not plan.may(act, who)


# --- filed ---------------------------------------------------------------------------------------


def test_filing_is_due_twenty_working_days_after_the_publication(published: Any) -> None:
    assert published.owed["file"] == "unit_safety plan-file-20wd 2021-10-21"

    published.do("file", at="2021-10-22T09:00")

    late = next(duty for duty in published.duties if duty.act == "file")
    assert (late.status, late.breached) == ("late_done", True)


def test_the_office_has_five_working_days_and_certifies_what_is_complete(checking: Any) -> None:
    assert checking.owed["check"] == "dept_officer plan-check-5wd 2021-10-14"

    checking.do("check", at="2021-10-14T16:00")

    assert checking.told == ["certificate paper", "filed unit_head"]
    assert checking.facts.filing is Filing.FILED
    assert "check" not in checking.owed


def test_what_is_missing_is_told_once_and_no_more_is_asked_later(checking: Any, refusal: Any) -> None:
    with refusal(ContentInvalid, "plan-check-5wd", "一次性勾选"):
        checking.do("check", complete="no")
    with refusal(ContentInvalid, "plan-check-5wd", "一次性勾选"):
        checking.do("check", lacks_text=True)
    checking.do("check", complete="no", lacks_text=True, lacks_risk=True)
    assert checking.told == ["told-once paper", "incomplete unit_head", "asked-file unit_safety"]
    assert checking.owed["file"] == "unit_safety plan-supplement 2021-10-14"

    checking.do("file", at="2021-10-13T09:00")
    assert checking.owed["check"] == "dept_officer plan-check-5wd 2021-10-20"
    with refusal(ContentInvalid, "plan-check-5wd", "应急预案备案申报表"):
        checking.do("check", complete="no", lacks_text=True, lacks_application=True)
    checking.do("check", complete="no", lacks_text=True)
    checking.do("file", at="2021-10-14T09:00")
    checking.do("check")
    assert checking.facts.filing is Filing.FILED


def test_silence_files_the_plan(checking: Any, refusal: Any) -> None:
    checking.until(checking.now.add(days=8))

    silent = next(duty for duty in checking.duties if duty.act == "check")
    assert (silent.status, silent.breached, silent.lapsed) == ("superseded", True, True)
    assert checking.acts[-1].recorded_at.format("YYYY-MM-DD HH:mm") == "2021-10-15 00:00"
    assert checking.told == ["deemed paper", "deemed-filed unit_head", "deemed-filed dept_head"]
    assert checking.facts.filing is Filing.DEEMED
    with refusal(NotYourTurn, "plan-assess-3y", "核对备案材料"):
        checking.do("check", Role.DEPT_OFFICER)
    with refusal(NotYourTurn, "plan-assess-3y", "报送备案"):
        checking.do("file", Role.UNIT_SAFETY)


def test_a_filing_says_what_it_holds(published: Any, refusal: Any) -> None:
    with refusal(ContentInvalid, "plan-file-20wd", "勾选所报的材料"):
        published.do("file", application=False, review=False, text=False, risk=False)
    with refusal(TimeInvalid, "plan-file-20wd", "早于公布时间"):
        published.do("file", happened_at="2021-09-17T08:59")
    published.do("file", happened_at="2021-09-17T09:00")


def test_what_goes_to_a_higher_office_is_proved_by_its_receipt(plan: Any, refusal: Any) -> None:
    plan.do("initiate", Role.TOWN_LEADER, level="township", parent="YA-2021-0001")
    for act in ("draft", "review", "approve", "publish"):
        plan.do(act, f"somebody {act}")
    with refusal(ContentInvalid, "plan-file-gov", "回执"):
        plan.do("file", document_no=None)
    plan.do("file", application=False, review=False, text=False, risk=False)

    assert plan.facts.filing is Filing.FILED
    assert set(plan.owed) == {"assess", "hand-out"}


def test_who_need_not_file_may(plan: Any) -> None:
    plan.do("initiate", Role.UNIT_HEAD, unit_kind="larger")
    for act in ("draft", "review", "approve", "publish"):
        plan.do(act, f"somebody {act}")
    assert "file" not in plan.owed

    plan.do("file", Role.UNIT_SAFETY)
    assert plan.owed["check"] == "dept_officer plan-check-5wd 2021-09-08"


@pytest.mark.parametrize(
    ("level", "kind", "files", "clause"),
    [
        (Level.UNIT, UnitKind.HAZARDOUS, True, "plan-assess-3y"),
        (Level.UNIT, UnitKind.MINE, True, "plan-assess-3y"),
        (Level.UNIT, UnitKind.SMELTING, True, "plan-assess-3y"),
        (Level.UNIT, UnitKind.RAIL, True, "plan-assess-other"),
        (Level.UNIT, UnitKind.CONSTRUCTION, True, "plan-assess-3y"),
        (Level.UNIT, UnitKind.CROWDED, True, "plan-assess-other"),
        (Level.UNIT, UnitKind.LARGER, False, "plan-assess-3y"),
        (Level.UNIT, UnitKind.OTHER, False, "plan-assess-other"),
        (Level.VILLAGE, None, True, "plan-assess-gov"),
    ],
)
def test_who_files_and_who_assesses_every_three_years(
    level: Level, kind: UnitKind | None, files: bool, clause: str
) -> None:
    assert must_file(level, kind) is files
    assert assessed_under(level, kind) == clause


# --- kept ----------------------------------------------------------------------------------------


def test_who_holds_which_version_is_on_record_and_a_new_one_replaces_it(checking: Any, refusal: Any) -> None:
    checking.do("check")
    for copies in ("0", "两份", "1.5", "²"):
        with refusal(ContentInvalid, "plan-hand-out", "大于零的整数"):
            checking.do("hand-out", Role.UNIT_SAFETY, copies=copies)
    with refusal(NotYourTurn, "plan-assess-3y"):
        checking.do("take-back", Role.UNIT_SAFETY)
    first = checking.do("hand-out").seq
    checking.do("hand-out", Role.UNIT_SAFETY, holder="救护队", copies="1")
    last = checking.do("hand-out", Role.UNIT_SAFETY, holder="综采队", copies="1").seq
    with refusal(ContentInvalid, "plan-hand-out", "调度室、救护队、综采队"):
        checking.do("take-back", Role.UNIT_SAFETY, holder="食堂")
    checking.do("take-back", Role.UNIT_SAFETY, holder="救护队")
    assert {who: (held.version, held.copies, held.seq) for who, held in checking.facts.copies.items()} == {
        "调度室": (1, 2, first), "综采队": (1, 1, last),
    }  # fmt: skip
    assert "hand-out" not in checking.owed

    checking.do("assess", conclusion="revise")
    checking.do("draft", "drafter", substantial="no")
    checking.do("approve")
    checking.do("publish")
    assert checking.facts.outdated_copies == ("调度室", "综采队")
    assert {key for key in checking.owed if key.startswith("hand-out")} == {"hand-out 调度室", "hand-out 综采队"}
    checking.do("take-back", Role.UNIT_SAFETY, holder="综采队")
    checking.do("hand-out", Role.UNIT_SAFETY)
    assert checking.facts.outdated_copies == ()
    assert set(checking.owed) == {"assess"}


def test_an_assessment_is_due_every_three_years(checking: Any) -> None:
    checking.do("check")
    assert checking.owed["assess"] == "unit_safety plan-assess-3y 2024-09-18"

    checking.do("assess", at="2024-09-10T09:00")

    assert checking.owed["assess"] == "unit_safety plan-assess-3y 2027-09-10"
    assert checking.told == []
    assert [duty.status for duty in checking.duties if duty.act == "assess"] == ["done", "open"]


def test_an_assessment_that_is_not_made_climbs(checking: Any) -> None:
    checking.do("check")
    checking.until(checking.now.add(years=3))

    assert checking.facts.is_overdue
    told = [f"{effect.name} {effect.addressee}" for step in checking.steps for effect in step.effects]
    assert "reminder unit_safety" in told
    assert "overdue dept_officer" in told


def test_a_revision_of_substance_is_reviewed_and_filed_again(checking: Any, refusal: Any) -> None:
    checking.do("check")
    checking.do("assess", conclusion="revise", at="2022-03-01T09:00")
    assert checking.owed == {
        "draft": "unit_safety plan-revise 2022-05-05", "hand-out": "unit_safety plan-hand-out 2021-09-26",
    }  # fmt: skip
    with refusal(ContentInvalid, "plan-refile", "是否涉及"):
        checking.do("draft", "drafter")
    checking.do("draft", "drafter", substantial="yes")
    assert "review" in checking.owed
    checking.do("review", "reviewer")
    checking.do("approve")
    checking.do("publish")

    assert checking.owed["file"] == "unit_safety plan-file-20wd 2022-03-29"
    assert checking.facts.in_force.number == 2
    assert not checking.facts.revising
    assert [chapter.last_seq for chapter in checking.facts.chapters] == [len(checking.acts) - 5, None]


def test_a_new_version_is_checked_afresh_and_revised_afresh(checking: Any) -> None:
    checking.do("check", complete="no", lacks_text=True)
    checking.do("assess", conclusion="revise")
    checking.do("draft", "drafter", substantial="yes")
    checking.do("review", "reviewer")
    checking.do("approve")
    checking.do("publish")
    checking.do("file")
    checking.do("check", complete="no", lacks_risk=True)
    assert checking.facts.told_missing == {"risk"}

    about = str(checking.do("trigger", Role.DEPT_OFFICER).seq)
    checking.do("decide-revision", about=about)
    assert "draft" in checking.owed
    assert len(checking.facts.chapters) == 3


def test_a_revision_of_details_is_signed_and_published_only(checking: Any) -> None:
    checking.do("check")
    checking.do("assess", conclusion="revise", at="2022-03-01T09:00")
    checking.do("draft", "drafter", substantial="no")
    assert checking.owed["approve"] == "unit_head plan-sign 2022-03-08"
    checking.do("approve")
    checking.do("publish")

    assert "file" not in checking.owed
    assert checking.facts.filing is Filing.FILED
    assert not checking.facts.in_force.substantial


def test_a_version_not_yet_filed_is_overtaken_by_the_next(published: Any) -> None:
    published.do("assess", conclusion="revise")
    assert "file" in published.owed
    published.do("draft", "drafter", substantial="no")
    published.do("approve")
    published.do("publish", at="2021-10-08T09:00")

    assert published.owed["file"] == "unit_safety plan-file-20wd 2021-11-04"


def test_a_version_filed_freely_and_overtaken_while_checked_is_not_owed_again(plan: Any) -> None:
    plan.do("initiate", Role.UNIT_HEAD, unit_kind="other")
    for act in ("draft", "review", "approve", "publish"):
        plan.do(act, f"somebody {act}")
    plan.do("file", Role.UNIT_SAFETY)
    plan.do("assess", conclusion="revise")
    plan.do("draft", substantial="no")
    plan.do("approve")
    plan.do("publish")

    assert plan.facts.filing is Filing.NOT_OWED
    assert "check" not in plan.owed


def test_what_calls_for_a_revision_is_decided_by_whoever_answers_for_the_plan(checking: Any, refusal: Any) -> None:
    checking.do("check")
    with refusal(ContentInvalid, "plan-revise", "事项编号"):
        checking.do("trigger", Role.DEPT_OFFICER, cause="drill")
    about = str(checking.do("trigger", Role.DEPT_OFFICER, cause="event", source="SG-2021-0001").seq)
    assert checking.owed[f"decide-revision {about}"] == "unit_head plan-decide-revision 2021-10-12"
    with refusal(NotYourTurn, "plan-assess-3y"):
        checking.do("decide-revision", about="1")

    checking.do("decide-revision", about=about, conclusion="keep")
    assert checking.told == ["kept unit_safety"]
    assert "draft" not in checking.owed

    about = str(checking.do("trigger", Role.DEPT_OFFICER).seq)
    with refusal(TimeInvalid, "plan-draft", "早于办理日"):
        checking.do("decide-revision", about=about, ends_on=date(2021, 10, 7))
    checking.do("decide-revision", about=about, ends_on=date(2021, 10, 20))
    assert checking.owed["draft"] == "unit_safety plan-revise 2021-10-20"
    assert "assess" not in checking.owed

    about = str(checking.do("trigger", Role.DEPT_OFFICER, cause="law").seq)
    checking.do("decide-revision", about=about)
    assert checking.told == ["revision-joined unit_safety"]
    assert len(checking.facts.chapters) == 2


def test_who_reported_the_circumstances_does_not_decide(checking: Any, refusal: Any) -> None:
    about = str(checking.do("trigger", Role.UNIT_HEAD).seq)
    with refusal(SeparationOfDuties, "plan-decide-revision"):
        checking.do("decide-revision", Role.UNIT_HEAD, about=about)
    checking.do("decide-revision", "deputy", about=about)


def test_an_abolished_plan_ends_and_keeps_its_record(checking: Any, refusal: Any) -> None:
    checking.do("hand-out")
    checking.do("abolish", Role.UNIT_HEAD, replaced_by="YA-2021-0100")

    assert (checking.facts.status, checking.facts.replaced_by) == (Status.CLOSED, "YA-2021-0100")
    assert checking.told == ["abolished unit_safety", "abolished dept_officer"]
    assert checking.owed == {}
    assert set(checking.facts.copies) == {"调度室"}
    with refusal(CaseClosed, "plan-file-20wd", "已办结"):
        checking.do("trigger", Role.DEPT_OFFICER)
    checking.do("note", Role.DEPT_OFFICER)


def test_a_plan_of_government_is_abolished_by_who_approves(plan: Any, refusal: Any) -> None:
    plan.do("initiate", Role.DEPT_OFFICER, **_DEPARTMENT)
    with refusal(NotYourTurn, "plan-build-2021", "废止"):
        plan.do("abolish", Role.DEPT_HEAD)
    for act in ("draft", "review", "approve", "publish"):
        plan.do(act, f"somebody {act}")
    with refusal(WrongPost, "plan-file-20wd", "部门负责人"):
        plan.do("abolish", Role.COUNTY_LEADER)
    plan.do("abolish", Role.BUREAU_HEAD)
    assert plan.told == ["abolished dept_officer", "abolished committee_office"]


def test_a_mistaken_entry_is_voided_by_another_person(plan: Any, refusal: Any, someone: Any) -> None:
    plan.do("initiate", Role.UNIT_HEAD)
    plan.do("apply-void", Role.UNIT_HEAD)
    assert plan.owed["decide-void"] == "dept_officer plan-void 2021-09-02"
    with refusal(NotYourTurn, "plan-draft", "申请作废"):
        plan.do("apply-void", Role.UNIT_HEAD)
    with refusal(SeparationOfDuties, "plan-file-20wd", "申请人"):
        plan.do("decide-void", someone(Role.DEPT_OFFICER, "d", acting_for="unit_head"))
    plan.do("decide-void", approved="no")
    assert plan.told == ["void-refused unit_safety"]

    plan.do("apply-void", Role.UNIT_HEAD)
    plan.do("decide-void")
    assert plan.facts.status is Status.VOID
    assert plan.told == ["voided unit_safety"]
    assert plan.duties[0].status == "void"


def test_a_mistaken_plan_of_government_is_voided_by_the_committee(plan: Any) -> None:
    plan.do("initiate", Role.DEPT_OFFICER, **_DEPARTMENT)
    plan.do("apply-void", Role.DEPT_OFFICER)
    assert plan.owed["decide-void"] == "committee_office plan-void 2021-09-02"


def test_times_that_cannot_be_are_refused(plan: Any, refusal: Any) -> None:
    plan.do("initiate", Role.UNIT_HEAD)
    with refusal(TimeInvalid, "plan-file-20wd", "晚于当前时间"):
        plan.do("draft", happened_at="2021-09-01T09:01")
    with refusal(TimeInvalid, "plan-file-20wd", "早于事项开始"):
        plan.do("draft", happened_at="2021-09-01T08:59")


def test_nothing_is_done_to_a_plan_that_does_not_exist(plan: Any, refusal: Any) -> None:
    for act in ("note", "apply-void", "hand-out"):
        with refusal(NotYourTurn, "plan-file-20wd", "请打开事项"):
            plan.do(act, Role.UNIT_SAFETY)
    plan.do("initiate", Role.UNIT_HEAD)
    with refusal(NotYourTurn, "plan-draft", "启动编制"):
        plan.do("initiate", Role.UNIT_HEAD)


def test_words_are_there_for_every_act_and_state() -> None:
    assert PLAN.label_of("initiate") == "启动编制"
    assert [act.label for act in type(next(iter(PLAN.forms)))] == [form.label for form in PLAN.forms.values()]
    assert {state.label for state in Filing} == set(PLAN.labels["filing"].values())
    assert {status.label for status in Status} == {"办理中", "已办结", "已作废"}


@pytest.mark.parametrize(
    ("sector", "kind"),
    [
        ("非煤矿山（地下）", "mine"), ("矿山建筑施工", "mine"), ("铸造", "smelting"), ("加油站", "hazardous"),
        ("危险化学品", "hazardous"), ("轨道交通", "rail"), ("房屋建筑施工", "construction"), ("商贸", "crowded"),
        ("养老机构", "crowded"), ("粮食加工", "other"), ("", "other"),
    ],
)  # fmt: skip
def test_the_kind_of_a_unit_is_presumed_from_its_sector_the_stricter_first(sector: str, kind: str) -> None:
    assert presumed_kind(sector) == kind
