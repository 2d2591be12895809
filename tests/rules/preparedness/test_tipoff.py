"""Tip-offs: registered by name or not, sealed, checked by two in time, answered, rewarded as law says."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from rules.actor import Place, Role
from rules.agenda import DutyStatus, by_act
from rules.errors import (
    CaseClosed,
    ContentInvalid,
    NotYourTurn,
    RulebookError,
    SeparationOfDuties,
    TimeInvalid,
    WrongPost,
)
from rules.rulebook import Rulebook
from rules.standing import Status
from rules.tipoff import TIPOFF, facts
from rules.tipoff.acts import Decision, Matter
from rules.tipoff.law import _loaded, tariff_for
from rules.tipoff.sums import in_yuan, read_sum

SAYS: dict[str, dict[str, Any]] = {
    "receive": {"channel": "12350", "named": "named", "matter": "hazard", "unit": "redstar", "clue": "夜间超层开采"},
    "identify": {"name": "张某", "phone": "13800000000"},
    "accept": {"decision": "accept"},
    "hand-over": {"document_no": "移函1号", "evidence": ("a",)},
    "assign": {"first": "甲", "second": "乙", "impartial": True},
    "verify": {"result": "true", "found_as": "hazard", "opinion": "属实", "evidence": ("a",)},
    "countersign": {"approved": "yes"},
    "apply-extension": {"reason": "须技术鉴定"},
    "decide-extension": {"approved": "yes", "document_no": "市批1号", "reason": "同意"},
    "link": {"hazards": "YH-2026-0001"},
    "enforce": {"mode": "case", "number": "立1号", "evidence": ("a",)},
    "penalty": {"fine": "118147", "document_no": "罚1号"},
    "reply": {"about": "result", "way": "phone", "said": "属实"},
    "award": {},
    "approve-award": {"approved": "yes"},
    "notify": {"way": "phone"},
    "pay": {"claim": "papers", "evidence": ("a",)},
    "withdraw": {"what": "report", "reason": "不再举报"},
    "press": {"demand": "三日内核查"},
    "consult": {"reason": "电话核实线索"},
    "apply-void": {"reason": "重复登记"},
    "decide-void": {"approved": "yes"},
    "note": {"note": "说明"},
}  # fmt: skip
_ANONYMOUS = {"named": "anonymous"}


@pytest.fixture
def tip(played: Callable[..., Any]) -> Any:
    """Return a case without acts on Monday 2026-03-02 at 9:00."""
    return played(TIPOFF, SAYS, "2026-03-02T09:00")


@pytest.fixture
def accepted(tip: Any) -> Any:
    """Return a tip-off by name, accepted on the day."""
    tip.do("receive", Role.DEPT_OFFICER)
    tip.do("identify", Role.DEPT_OFFICER)
    tip.do("accept", Role.DEPT_OFFICER)
    return tip


@pytest.fixture
def check(someone: Callable[..., Any]) -> Callable[..., Any]:
    """Return what carries a case through the check by 甲 and 乙."""

    def carry(case: Any, **found: Any) -> Any:
        case.do("assign", Role.DEPT_HEAD)
        case.do("verify", someone(Role.DEPT_OFFICER, "甲"), **found)
        case.do("countersign", someone(Role.DEPT_OFFICER, "乙"))
        return case

    return carry


@pytest.fixture
def notified(accepted: Any, check: Callable[..., Any]) -> Any:
    """Return a case in which the reporter was called to fetch the reward."""
    check(accepted)
    accepted.do("reply")
    accepted.do("award", "proposer")
    accepted.do("approve-award")
    accepted.do("notify")
    return accepted


# --- received ------------------------------------------------------------------------------------


def test_who_gives_a_name_is_put_on_record_at_once_and_hears_soon_whether_it_is_accepted(tip: Any) -> None:
    tip.do("receive", Role.DEPT_OFFICER)

    assert tip.owed == {
        "identify": "dept_officer rep-secret 2026-03-03",
        "accept": "dept_officer rep-accept 2026-03-05",
    }
    assert tip.told == ["asked-identify dept_officer", "asked-accept dept_officer"]
    assert (tip.facts.matter, tip.facts.channel, tip.facts.unit) == (Matter.HAZARD, "12350", "redstar")
    assert (tip.facts.grade, tip.facts.named, tip.facts.identified) == ("hazard", True, False)


def test_nothing_stands_before_the_first_act(tip: Any) -> None:
    nothing = facts.Facts()
    assert nothing == tip.facts
    said = {name: getattr(nothing, name) for name in nothing.__dataclass_fields__}

    assert not any(value is True for value in said.values())
    assert said["signers"] == 1


def test_who_gives_none_is_heard_as_soon_under_the_notice_of_the_county(tip: Any) -> None:
    tip.do("receive", Role.BUREAU_OFFICER, **_ANONYMOUS)

    assert tip.owed == {"accept": "dept_officer rep-anyone 2026-03-05"}
    assert not tip.facts.is_reachable


def test_before_the_notice_the_statute_says_it(played: Callable[..., Any]) -> None:
    tip = played(TIPOFF, SAYS, "2020-03-02T09:00")
    tip.do("receive", Role.DEPT_OFFICER, **_ANONYMOUS)

    assert tip.owed == {"accept": "dept_officer rep-accept 2020-03-05"}


def test_before_the_law_nothing_is_registered(played: Callable[..., Any], refusal: Callable[..., Any]) -> None:
    tip = played(TIPOFF, SAYS, "2018-01-02T09:00")

    with refusal(TimeInvalid, "rep-accept", "2018-01-02"):
        tip.do("receive", Role.DEPT_OFFICER)


def test_a_unit_that_is_not_on_the_register_is_named_in_words(tip: Any, refusal: Callable[..., Any]) -> None:
    with refusal(ContentInvalid, "rep-accept", "名录外的被举报单位"):
        tip.do("receive", Role.DEPT_OFFICER, unit=None)
    tip.do("receive", Role.DEPT_OFFICER, unit=None, unit_name="赵村旁的无名采石点")

    assert tip.facts.unit == ""


@pytest.mark.parametrize(
    ("values", "clause", "words"),
    [
        ({"channel": "transferred"}, "rep-transfer", "转来的编号"),
        ({"matter": "retaliation"}, "rep-retaliation", "原来举报的编号"),
    ],
)
def test_where_it_comes_from_is_said(
    tip: Any, refusal: Callable[..., Any], values: dict[str, str], clause: str, words: str
) -> None:
    with refusal(ContentInvalid, clause, words):
        tip.do("receive", Role.DEPT_OFFICER, **values)
    tip.do("receive", Role.DEPT_OFFICER, **values, source="省12350-17")


def test_what_comes_through_the_public_column_without_a_name_has_a_code(tip: Any, refusal: Callable[..., Any]) -> None:
    with refusal(ContentInvalid, "rep-secret", "查询码"):
        tip.do("receive", Role.ENGINE, channel="web", **_ANONYMOUS)
    named = tip.fork()
    tip.do("receive", Role.ENGINE, channel="web", code="K7Q2", **_ANONYMOUS)
    named.do("receive", Role.ENGINE, channel="web")

    assert tip.facts.is_reachable


def test_an_officer_takes_down_an_anonymous_call_without_a_code(tip: Any) -> None:
    tip.do("receive", Role.DEPT_OFFICER, **_ANONYMOUS)
    tip.do("accept", Role.DEPT_OFFICER)

    assert list(tip.owed) == ["assign"]


@pytest.mark.parametrize("role", [Role.TOWN_CLERK, Role.UNIT_HEAD, Role.COMMITTEE_OFFICE, Role.COUNTY_LEADER])
def test_nobody_else_takes_a_tip_off(tip: Any, refusal: Callable[..., Any], role: Role) -> None:
    with refusal(WrongPost, "rep-accept"):
        tip.do("receive", role)


# --- identity ------------------------------------------------------------------------------------


def test_the_identity_is_known_to_whoever_took_it_down_and_to_whoever_left_word_why(
    accepted: Any, someone: Callable[..., Any]
) -> None:
    assert accepted.facts.readers == {"dept_officer"}

    accepted.do("consult", someone(Role.DEPT_OFFICER, "乙"))

    assert accepted.facts.readers == {"dept_officer", "乙"}
    assert accepted.told == ["consulted dept_head"]


def test_there_is_nothing_to_consult_where_nobody_is_named(tip: Any, refusal: Callable[..., Any]) -> None:
    tip.do("receive", Role.DEPT_OFFICER, **_ANONYMOUS)

    with refusal(NotYourTurn, "rep-anyone"):
        tip.do("consult", Role.DEPT_OFFICER)


def test_who_gave_no_name_may_give_it_until_the_check_is_signed(
    tip: Any, check: Callable[..., Any], refusal: Callable[..., Any]
) -> None:
    tip.do("receive", Role.DEPT_OFFICER, **_ANONYMOUS)
    late = tip.fork()
    tip.do("accept", Role.DEPT_OFFICER)
    tip.do("identify", Role.DEPT_OFFICER, signers="3", employee=True)
    assert (tip.facts.named, tip.facts.signers, tip.facts.employee) == (True, 3, True)
    with refusal(NotYourTurn, "rep-assign"):
        tip.do("identify", Role.DEPT_OFFICER)

    late.do("accept", Role.DEPT_OFFICER)
    check(late, result="true", found_as="ordinary", violations=True)
    assert not late.may("identify", Role.DEPT_OFFICER)


def test_a_number_of_signers_is_a_number(tip: Any, refusal: Callable[..., Any]) -> None:
    tip.do("receive", Role.DEPT_OFFICER)

    for wrong in ("0", "三", "1.5"):
        with refusal(ContentInvalid, "rep-joint", wrong):
            tip.do("identify", Role.DEPT_OFFICER, signers=wrong)


def test_the_case_is_open_to_the_accepting_office_alone(someone: Callable[..., Any]) -> None:
    place = Place("dai", "/dai/industry/", "industry", "")

    def at(role: Role, home: str) -> bool:
        return TIPOFF.is_open_to(replace(someone(role), home=home), place)

    assert at(Role.DEPT_OFFICER, "industry")
    assert at(Role.DEPT_HEAD, "industry")
    assert not at(Role.BUREAU_OFFICER, "bureau")
    assert at(Role.BUREAU_OFFICER, "industry")
    assert at(Role.AUDITOR, "county")
    assert at(Role.ENGINE, "")
    for role in (Role.TOWN_CLERK, Role.COMMITTEE_OFFICE, Role.COUNTY_LEADER, Role.UNIT_HEAD, Role.IT_ADMIN):
        assert not at(role, "industry")
    assert not any(TIPOFF.shows("identify", role) for role in Role)
    assert TIPOFF.hides("receive", Role.DEPT_OFFICER) == {"查询码"}


# --- decided -------------------------------------------------------------------------------------


def test_who_gave_a_name_is_on_record_before_anything_is_decided(tip: Any, refusal: Callable[..., Any]) -> None:
    tip.do("receive", Role.DEPT_OFFICER)

    with refusal(ContentInvalid, "rep-secret", "登记举报人"):
        tip.do("accept", Role.DEPT_OFFICER)


def test_accepted_it_is_given_to_two_within_three_working_days(accepted: Any) -> None:
    assert accepted.owed == {"assign": "dept_head rep-assign 2026-03-05"}
    assert accepted.told == ["decision paper", "asked-assign dept_head"]
    assert accepted.facts.decision is Decision.ACCEPT


def test_refused_the_reporter_is_told_why_and_the_case_ends(tip: Any) -> None:
    tip.do("receive", Role.DEPT_OFFICER)
    tip.do("identify", Role.DEPT_OFFICER)
    tip.do("accept", Role.DEPT_OFFICER, decision="refuse", ground="not-safety", reason="劳资纠纷")
    assert tip.owed == {"reply refusal": "dept_officer rep-tell 2026-03-09"}

    tip.do("reply", Role.DEPT_OFFICER, about="refusal")

    assert tip.facts.status is Status.CLOSED
    assert tip.told == ["closed dept_head"]
    assert tip.facts.told == {"refusal"}


def test_refused_without_anybody_to_tell_the_case_ends_at_once(tip: Any) -> None:
    tip.do("receive", Role.DEPT_OFFICER, **_ANONYMOUS)
    tip.do("accept", Role.DEPT_OFFICER, decision="refuse", ground="no-clue", reason="没有地点")

    assert tip.facts.status is Status.CLOSED
    assert tip.told == ["decision paper", "closed dept_head"]


def test_what_is_not_ours_goes_to_whose_it_is_and_the_reporter_hears_of_it(
    tip: Any, refusal: Callable[..., Any]
) -> None:
    tip.do("receive", Role.DEPT_OFFICER, code="K7Q2", **_ANONYMOUS)
    tip.do("accept", Role.DEPT_OFFICER, decision="transfer", to="消防救援大队", reason="消防事项")
    assert tip.owed == {"hand-over": "dept_officer rep-transfer 2026-03-05"}
    with refusal(ContentInvalid, "rep-transfer", "移送函"):
        tip.do("hand-over", evidence=())

    tip.do("hand-over")
    assert tip.told == ["transfer-letter paper", "asked-reply dept_officer"]
    assert tip.owed == {"reply transfer": "dept_officer rep-tell 2026-03-09"}
    tip.do("reply", about="transfer", way="code")
    assert tip.facts.status is Status.CLOSED


def test_the_same_again_is_joined_to_the_first(tip: Any, refusal: Callable[..., Any]) -> None:
    tip.do("receive", Role.DEPT_OFFICER, code="K7Q2", **_ANONYMOUS)
    with refusal(ContentInvalid, "rep-duplicate", "JB-2026-0017"):
        tip.do("accept", Role.DEPT_OFFICER, decision="merge", first="第一件", reason="同一事项")

    tip.do("accept", Role.DEPT_OFFICER, decision="merge", first="JB-2026-0001", reason="同一事项")

    assert tip.facts.first == "JB-2026-0001"
    assert tip.owed == {"reply merge": "dept_officer rep-tell 2026-03-09"}


@pytest.mark.parametrize(
    ("values", "clause", "words"),
    [
        ({"decision": "refuse", "ground": "no-clue"}, "rep-accept", "「理由」"),
        ({"decision": "refuse", "reason": "一"}, "rep-accept", "不予受理的理由"),
        ({"decision": "accept", "ground": "no-clue"}, "rep-accept", "不予受理的理由"),
        ({"decision": "transfer", "reason": "一"}, "rep-transfer", "有权处理的单位"),
        ({"decision": "accept", "to": "某局"}, "rep-transfer", "有权处理的单位"),
        ({"decision": "merge", "reason": "一"}, "rep-duplicate", "先前举报的编号"),
        ({"decision": "accept", "first": "JB-2026-0001"}, "rep-duplicate", "先前举报的编号"),
    ],
)
def test_a_decision_says_what_it_must_and_nothing_else(
    tip: Any, refusal: Callable[..., Any], values: dict[str, str], clause: str, words: str
) -> None:
    tip.do("receive", Role.DEPT_OFFICER, **_ANONYMOUS)

    with refusal(ContentInvalid, clause, words):
        tip.do("accept", Role.DEPT_OFFICER, **values)


# --- checked -------------------------------------------------------------------------------------


def test_two_check_within_sixty_days_from_the_acceptance(accepted: Any, someone: Callable[..., Any]) -> None:
    accepted.do("assign", Role.DEPT_HEAD, at="2026-03-04T09:00")
    assert accepted.told == ["assigned named", "asked-verify dept_officer"]
    # 2026-05-01 to 05-05 are holidays: the sixtieth day is the first of May.
    assert accepted.owed == {"verify": "dept_officer rep-60 2026-05-06"}
    assert [duty.started_at for duty in accepted.facts.live.values()] == [accepted.facts.since]

    accepted.do("verify", someone(Role.DEPT_OFFICER, "甲"), at="2026-04-10T09:00")
    assert accepted.owed == {"countersign": "dept_officer rep-60 2026-05-06"}
    assert [duty.started_at for duty in accepted.facts.live.values()] == [accepted.facts.since]

    accepted.do("countersign", someone(Role.DEPT_OFFICER, "乙"))
    assert accepted.facts.checked
    assert accepted.owed == {
        "reply result": "dept_officer rep-feedback-10 2026-04-20",
        "award": "dept_officer rep-reward 2026-05-06",
    }
    assert accepted.told == [
        "conclusion paper", "concluded dept_head", "asked-reply dept_officer", "asked-award dept_officer",
    ]  # fmt: skip


def test_one_alone_or_one_with_an_interest_does_not_check(
    accepted: Any, refusal: Callable[..., Any], someone: Callable[..., Any]
) -> None:
    with refusal(SeparationOfDuties, "rep-two", "不得少于两人"):
        accepted.do("assign", Role.DEPT_HEAD, second="甲")
    with refusal(ContentInvalid, "rep-two", "利害关系"):
        accepted.do("assign", Role.DEPT_HEAD, impartial=None)
    accepted.do("assign", Role.DEPT_HEAD)
    with refusal(SeparationOfDuties, "rep-two", "不是其中之一"):
        accepted.do("verify", someone(Role.DEPT_OFFICER, "丙"))
    accepted.do("verify", someone(Role.DEPT_OFFICER, "甲"))
    with refusal(SeparationOfDuties, "rep-two", "不得自己会签"):
        accepted.do("countersign", someone(Role.DEPT_OFFICER, "甲"))
    with refusal(SeparationOfDuties, "rep-two", "不是其中之一"):
        accepted.do("countersign", someone(Role.DEPT_OFFICER, "丙"))


def test_whoever_must_stand_aside_is_replaced_and_the_clock_runs_on(accepted: Any, someone: Callable[..., Any]) -> None:
    accepted.do("assign", Role.DEPT_HEAD)
    before = accepted.owed
    accepted.do("assign", Role.DEPT_HEAD, first="丙", at="2026-03-10T09:00")

    assert accepted.owed == before
    assert accepted.facts.checkers == {"丙", "乙"}
    accepted.do("verify", someone(Role.DEPT_OFFICER, "丙"))
    assert not accepted.may("assign", Role.DEPT_HEAD)


def test_what_the_second_does_not_sign_is_checked_again_on_the_old_clock(
    accepted: Any, someone: Callable[..., Any]
) -> None:
    accepted.do("assign", Role.DEPT_HEAD)
    accepted.do("verify", someone(Role.DEPT_OFFICER, "甲"))
    accepted.until(accepted.now.add(days=5))
    accepted.do("countersign", someone(Role.DEPT_OFFICER, "乙"), approved="no", note="漏查井口")

    assert [duty.started_at for duty in accepted.facts.live.values()] == [accepted.facts.since]
    assert accepted.owed == {"verify": "dept_officer rep-60 2026-05-06"}
    assert accepted.told == ["returned dept_officer", "asked-verify dept_officer"]
    assert accepted.facts.finding is None


@pytest.mark.parametrize(
    ("values", "clause", "words"),
    [
        ({"evidence": ()}, "rep-60", "核查报告"),
        ({"found_as": None}, "rep-60", "认定为"),
        ({"result": "false"}, "rep-60", "认定为"),
        ({"result": "false", "found_as": None, "hazards": True}, "rep-60", "部分属实"),
        ({"result": "false", "found_as": None, "violations": True}, "rep-60", "部分属实"),
        ({"found_as": "concealed"}, "rep-reward-concealed", "事故等级"),
        ({"found_as": "concealed", "grade": "larger"}, "rep-reward-concealed", "事故等级"),
        ({"found_as": "concealed", "deaths": "4"}, "rep-reward-concealed", "事故等级"),
        ({"found_as": "concealed", "grade": "larger", "deaths": "0"}, "rep-reward-concealed", "大于零"),
        ({"grade": "larger"}, "rep-reward-concealed", "其他不填"),
        ({"grade": "larger", "deaths": "4"}, "rep-reward-concealed", "其他不填"),
    ],
)
def test_a_finding_holds_together(
    accepted: Any, refusal: Callable[..., Any], someone: Callable[..., Any], values: dict[str, Any], clause: str,
    words: str,
) -> None:  # fmt: skip
    accepted.do("assign", Role.DEPT_HEAD)

    with refusal(ContentInvalid, clause, words):
        accepted.do("verify", someone(Role.DEPT_OFFICER, "甲"), **values)


def test_what_is_not_true_is_answered_and_nothing_else_follows(accepted: Any, check: Callable[..., Any]) -> None:
    check(accepted, result="false", found_as=None)

    assert list(accepted.owed) == ["reply result"]
    accepted.do("reply", way="unreachable")
    assert accepted.facts.status is Status.CLOSED


def test_what_cannot_be_told_to_anybody_ends_with_the_signatures(tip: Any, check: Callable[..., Any]) -> None:
    tip.do("receive", Role.DEPT_OFFICER, **_ANONYMOUS)
    tip.do("accept", Role.DEPT_OFFICER)
    check(tip, result="unclear", found_as=None)

    assert tip.facts.status is Status.CLOSED


def test_hazards_become_cases_and_violations_go_to_enforcement(
    accepted: Any, check: Callable[..., Any], refusal: Callable[..., Any]
) -> None:
    check(accepted, found_as="ordinary", hazards=True, violations=True)
    assert accepted.owed == {
        "reply result": "dept_officer rep-feedback-10 2026-03-12",
        "link": "dept_officer rep-link 2026-03-03",
        "enforce": "dept_officer rep-enforce 2026-03-09",
    }
    with refusal(ContentInvalid, "rep-link", "第一处"):
        accepted.do("link", hazards="YH-2026-0001\n第一处")
    accepted.do("link", hazards="YH-2026-0001\nYH-2026-0002")
    assert accepted.facts.linked == ("YH-2026-0001", "YH-2026-0002")
    with refusal(ContentInvalid, "rep-enforce", "立案审批表"):
        accepted.do("enforce", evidence=())
    accepted.do("enforce")
    assert accepted.owed["penalty"] == "dept_officer rep-penalty 2026-06-30"
    accepted.do("reply")
    accepted.do("penalty", fine="0", document_no=None)

    assert accepted.facts.status is Status.CLOSED
    assert accepted.facts.fine_fen == 0


# --- a longer term -------------------------------------------------------------------------------


def test_a_term_is_prolonged_once_by_thirty_days_from_its_end_with_consent_from_above(
    accepted: Any, refusal: Callable[..., Any]
) -> None:
    accepted.do("assign", Role.DEPT_HEAD)
    accepted.do("apply-extension", Role.DEPT_OFFICER, at="2026-04-27T09:00")
    assert accepted.owed["decide-extension"] == "dept_head rep-extend-decide 2026-04-30"
    assert not accepted.may("apply-extension", Role.DEPT_OFFICER)
    with refusal(ContentInvalid, "rep-extend-30", "上一级部门批准文号"):
        accepted.do("decide-extension", Role.DEPT_HEAD, document_no=None)

    assert not by_act(accepted.facts.live, "decide-extension").blocks
    accepted.do("decide-extension", Role.DEPT_HEAD)
    assert [(duty.act, duty.blocks) for duty in accepted.facts.live.values()] == [("verify", True), ("reply", False)]

    # Thirty days from the first of May, the sixtieth day, whatever holiday follows it.
    assert accepted.owed == {
        "verify": "dept_officer rep-extend-30 2026-06-01",
        "reply extension": "dept_officer rep-tell 2026-05-07",
    }
    assert accepted.facts.extended
    assert not accepted.may("apply-extension", Role.DEPT_OFFICER)
    accepted.do("reply", about="extension")
    assert list(accepted.owed) == ["verify"]


def test_whoever_asks_for_more_time_does_not_grant_it(accepted: Any, refusal: Callable[..., Any]) -> None:
    accepted.do("assign", Role.DEPT_HEAD)
    accepted.do("apply-extension", Role.DEPT_HEAD)

    with refusal(SeparationOfDuties, "rep-accept"):
        accepted.do("decide-extension", Role.DEPT_HEAD)


def test_a_term_that_is_not_prolonged_goes_on(accepted: Any) -> None:
    accepted.do("assign", Role.DEPT_HEAD)
    accepted.do("apply-extension", Role.DEPT_OFFICER)
    accepted.do("decide-extension", Role.DEPT_HEAD, approved="no", document_no=None)

    assert accepted.owed == {"verify": "dept_officer rep-60 2026-05-06"}
    assert accepted.told == ["extension-refused dept_officer"]
    assert accepted.may("apply-extension", Role.DEPT_OFFICER)


def test_a_term_that_is_over_is_not_prolonged(accepted: Any, refusal: Callable[..., Any]) -> None:
    accepted.do("assign", Role.DEPT_HEAD)

    with refusal(NotYourTurn, "rep-60"):
        accepted.do("apply-extension", Role.DEPT_OFFICER, at="2026-05-07T00:00")
    assert accepted.facts.is_overdue


def test_nobody_decides_on_a_term_that_is_needed_no_more(accepted: Any, someone: Callable[..., Any]) -> None:
    accepted.do("assign", Role.DEPT_HEAD)
    accepted.do("apply-extension", Role.DEPT_OFFICER)
    accepted.do("verify", someone(Role.DEPT_OFFICER, "甲"))

    assert list(accepted.owed) == ["countersign"]
    assert accepted.facts.asked_by == {}


def test_nobody_who_cannot_be_reached_is_told_of_a_longer_term(tip: Any) -> None:
    tip.do("receive", Role.DEPT_OFFICER, **_ANONYMOUS)
    tip.do("accept", Role.DEPT_OFFICER)
    tip.do("assign", Role.DEPT_HEAD)
    tip.do("apply-extension", Role.DEPT_OFFICER)
    tip.do("decide-extension", Role.DEPT_HEAD)

    assert list(tip.owed) == ["verify"]


# --- rewarded ------------------------------------------------------------------------------------

# Real rewards as facts: what was found, what was paid, by whom told.
_REAL = [
    # 泌阳: four deaths concealed in a mine. http://cw.topqh.net/detail/0e08c28f612d18c2e338aa57a0f09992/news
    ("concealed", {"grade": "larger", "deaths": "4"}, None, 160_000),
    # 江源: five reported, four proved; what is proved counts. http://m.familyfirstlifeofaustin.com/pwblog/…-434656.html
    ("concealed", {"grade": "larger", "deaths": "4"}, None, 160_000),
    # 彝良: one death. http://m.englay.com/show.asp?id=24529
    ("concealed", {"grade": "general", "deaths": "1"}, None, 30_000),
    # 福田: one death. https://feifmx.com/socialgd/10000169/20250115/47872642.html
    ("concealed", {"grade": "general", "deaths": "1"}, None, 30_000),
    # 宁乡: 100,000 fine and 18,147 confiscated. https://aq.rednet.cn/content/646742/69/12987825.html
    ("illegal", {"violations": True}, "118147", 17_722),
    # Above, at and below the ends.
    ("concealed", {"grade": "extraordinary", "deaths": "30"}, None, 300_000),
    ("concealed", {"grade": "major", "deaths": "6"}, None, 300_000),
    ("concealed", {"grade": "major", "deaths": "8"}, None, 300_000),
    ("hazard", {"violations": True}, "100000", 15_000),
    ("hazard", {"violations": True}, "10000", 3_000),
    ("hazard", {"violations": True}, "2000000", 300_000),
    ("hazard", {"violations": True}, "2000000.07", 300_000),
    ("hazard", {"violations": True}, "1999999.99", 299_999),
    ("hazard", {"violations": True}, "20000", 3_000),
    ("hazard", {"violations": True}, "20007", 3_001),
    ("hazard", {"violations": True}, "19999", 3_000),
    ("hazard", {"violations": True}, "0", 3_000),
    ("hazard", {}, None, 3_000),
]


@pytest.mark.parametrize(("found_as", "values", "fine", "yuan"), _REAL)
def test_what_is_paid_is_what_law_says(
    accepted: Any, check: Callable[..., Any], found_as: str, values: dict[str, Any], fine: str | None, yuan: int
) -> None:
    check(accepted, found_as=found_as, **values)
    if fine is not None:
        accepted.do("enforce")
        assert "award" not in accepted.owed
        accepted.do("penalty", fine=fine)
    assert accepted.facts.rewarded
    accepted.do("award")

    assert accepted.facts.award_yuan == yuan


def test_the_reward_of_a_concealed_accident_waits_for_no_penalty_and_is_owed_once(
    accepted: Any, check: Callable[..., Any]
) -> None:
    check(accepted, found_as="concealed", grade="general", deaths="1", violations=True)
    assert "award" in accepted.owed
    accepted.do("award", "proposer")
    accepted.do("enforce")
    accepted.do("penalty")

    assert "award" not in accepted.owed


def test_how_it_was_computed_is_said_in_words() -> None:
    rulebook, on = Rulebook.load(), date(2026, 3, 2)
    share, deaths = (tariff_for(matter, rulebook, on) for matter in (Matter.ILLEGAL, Matter.CONCEALED))
    assert share is not None
    assert deaths is not None

    said = [share.reward(fine_fen=fen, grade="", deaths=0).derivation for fen in (11_814_705, 10_000, 300_000_000)]
    assert said[0] == "行政处罚 118147.05 元 × 15% = 17722 元"
    assert said[1] == "行政处罚 100 元 × 15% = 15 元，低于下限，按 3000 元"
    assert said[2] == "行政处罚 3000000 元 × 15% = 450000 元，高于上限，按 300000 元"
    assert (
        deaths.reward(fine_fen=0, grade="larger", deaths=4).derivation
        == "较大事故，查实瞒报、谎报 4 人 × 40000 元 = 160000 元"
    )
    assert tariff_for(Matter.ORDINARY, rulebook, on) is None
    assert tariff_for(Matter.HAZARD, rulebook, date(2017, 3, 2)) is None


def test_sums_are_read_as_people_write_them() -> None:
    assert [read_sum(written) for written in ("0", "12", "12.5", "12.05")] == [0, 1200, 1250, 1205]
    assert [read_sum(written) for written in ("", "-1", "1,000", "12.345", "一万", "12.")] == [None] * 6
    assert [in_yuan(fen) for fen in (0, 1200, 1205)] == ["0", "12", "12.05"]


def test_a_tariff_that_pays_by_deaths_names_every_grade(tmp_path: Path) -> None:
    path = tmp_path / "law.toml"
    path.write_text(
        '[[reward]]\nmatters = ["concealed"]\nclause = "a"\nmost = 1\n[reward.deaths]\ngeneral = 1\n', "utf-8"
    )

    with pytest.raises(RulebookError, match="larger"):
        _loaded(path)


def test_a_tariff_is_read_as_it_is_written(tmp_path: Path) -> None:
    path = tmp_path / "law.toml"
    path.write_text((Rulebook.load().folder / "tipoff" / "law.toml").read_text("utf-8"), "utf-8")
    share, deaths = _loaded(path)

    assert (share.share, share.least, share.most, dict(share.deaths)) == (15, 3_000, 300_000, {})
    assert (deaths.share, deaths.least, deaths.most, deaths.deaths["extraordinary"]) == (0, 0, 300_000, 60_000)


@pytest.mark.parametrize("found_as", ["ordinary", "retaliation"])
def test_nothing_is_paid_for_what_law_names_not(accepted: Any, check: Callable[..., Any], found_as: str) -> None:
    check(accepted, found_as=found_as)

    assert list(accepted.owed) == ["reply result"]


def test_nothing_is_paid_to_whoever_finds_such_things_by_duty(tip: Any, check: Callable[..., Any]) -> None:
    tip.do("receive", Role.DEPT_OFFICER)
    tip.do("identify", Role.DEPT_OFFICER, official=True)
    tip.do("accept", Role.DEPT_OFFICER)
    check(tip)

    assert list(tip.owed) == ["reply result"]


def test_nothing_is_paid_to_nobody(tip: Any, check: Callable[..., Any]) -> None:
    tip.do("receive", Role.DEPT_OFFICER, **_ANONYMOUS)
    tip.do("accept", Role.DEPT_OFFICER)
    check(tip)

    assert tip.facts.status is Status.CLOSED
    assert not tip.facts.rewarded


def test_a_part_that_is_true_is_rewarded_too(accepted: Any, check: Callable[..., Any]) -> None:
    check(accepted, result="partly")

    assert "award" in accepted.owed


@pytest.mark.parametrize(
    ("found", "clause", "amount", "words"),
    [
        ({}, "rep-reward", "2999", "最低 3000 元、最高 300000 元"),
        ({}, "rep-reward", "300001", "最低 3000 元、最高 300000 元"),
        ({"found_as": "concealed", "grade": "larger", "deaths": "4"}, "rep-reward-concealed", "300001",
         "规定：最高 300000 元"),
        ({}, "rep-reward", "三千", "整数元"),
        ({}, "rep-reward", "3500.50", "整数元"),
        ({}, "rep-reward", "3500", "按规定计算为 3000 元"),
    ],
)  # fmt: skip
def test_a_sum_outside_the_law_or_without_a_reason_is_refused(
    accepted: Any, check: Callable[..., Any], refusal: Callable[..., Any], found: dict[str, Any], clause: str,
    amount: str, words: str,
) -> None:  # fmt: skip
    check(accepted, **found)

    with refusal(ContentInvalid, clause, words):
        accepted.do("award", amount=amount)


def test_the_office_may_set_another_sum_within_the_ends_and_says_why(accepted: Any, check: Callable[..., Any]) -> None:
    check(accepted)
    same = accepted.fork()
    accepted.do("award", amount="300000", reason="避免了重大伤亡")
    same.do("award", amount="3000")

    assert (accepted.facts.award_yuan, same.facts.award_yuan) == (300_000, 3_000)


def test_nobody_approves_the_reward_they_proposed(
    accepted: Any, check: Callable[..., Any], refusal: Callable[..., Any], someone: Callable[..., Any]
) -> None:
    check(accepted)
    accepted.do("award", someone(Role.DEPT_HEAD, "长"))

    with refusal(SeparationOfDuties, "rep-accept"):
        accepted.do("approve-award", someone(Role.DEPT_HEAD, "长"))


def test_a_reward_that_is_not_approved_is_proposed_again(accepted: Any, check: Callable[..., Any]) -> None:
    check(accepted)
    accepted.do("award", "proposer")
    assert accepted.owed["approve-award"].startswith("dept_head rep-approve")
    accepted.do("approve-award", approved="no")

    assert accepted.told == ["award-returned dept_officer", "asked-award dept_officer"]
    assert not accepted.facts.approved
    accepted.do("award", "proposer")
    accepted.do("approve-award")
    assert accepted.told == ["award paper", "asked-notify dept_officer"]


@pytest.mark.parametrize(
    ("values", "words"),
    [({"fine": "很多"}, "应为金额"), ({"fine": "-1"}, "应为金额"), ({"document_no": None}, "处罚决定书文号")],
)
def test_a_penalty_is_a_sum_with_its_paper(
    accepted: Any, check: Callable[..., Any], refusal: Callable[..., Any], values: dict[str, Any], words: str
) -> None:
    check(accepted, violations=True)
    accepted.do("enforce")

    with refusal(ContentInvalid, "rep-reward", words):
        accepted.do("penalty", **values)


# --- fetched, or not -----------------------------------------------------------------------------


def test_the_reward_is_fetched_within_sixty_days_and_the_case_ends(notified: Any) -> None:
    assert notified.owed == {"pay": "dept_officer rep-claim-60 2026-05-06"}
    assert (notified.facts.approved, notified.facts.notified) == (True, True)

    notified.do("pay")

    assert notified.facts.paid
    assert notified.facts.status is Status.CLOSED


def test_what_nobody_fetches_in_time_counts_as_given_up(notified: Any, refusal: Callable[..., Any]) -> None:
    notified.until(notified.now.add(days=66))

    assert [str(act.kind) for act in notified.acts[-3:]] == ["rung", "rung", "lapse"]
    assert notified.told == ["unclaimed dept_officer", "unclaimed dept_head", "closed dept_head"]
    assert notified.facts.waived
    assert [(duty.lapsed, duty.status) for duty in notified.duties if duty.act == "pay"] == [
        (True, DutyStatus.SUPERSEDED)
    ]
    assert not notified.facts.is_overdue
    with refusal(CaseClosed, "rep-accept"):
        notified.do("pay", Role.DEPT_OFFICER)
    assert notified.may("note", Role.DEPT_OFFICER)
    assert notified.may("consult", Role.DEPT_OFFICER)


def test_the_holder_of_the_code_fetches_it_without_a_name(
    tip: Any, check: Callable[..., Any], refusal: Callable[..., Any]
) -> None:
    tip.do("receive", Role.DEPT_OFFICER, code="K7Q2", **_ANONYMOUS)
    tip.do("accept", Role.DEPT_OFFICER)
    check(tip)
    tip.do("reply", way="code")
    tip.do("award", "proposer")
    tip.do("approve-award")
    tip.do("notify", way="code")
    for wrong in ({"claim": "code"}, {"claim": "code", "code": "K7Q3"}):
        with refusal(ContentInvalid, "rep-claim-60", "不一致"):
            tip.do("pay", **wrong)
    for wrong in ("papers", "delegate"):
        with refusal(ContentInvalid, "rep-claim-60", "只能凭"):
            tip.do("pay", claim=wrong)

    tip.do("pay", claim="code", code="K7Q2")

    assert tip.facts.paid


def test_who_has_no_code_fetches_nothing_with_one(notified: Any, refusal: Callable[..., Any]) -> None:
    for code in ("K7Q2", None):
        with refusal(ContentInvalid, "rep-claim-60", "不一致"):
            notified.do("pay", claim="code", code=code)
    with refusal(ContentInvalid, "rep-claim-60", "领取凭证"):
        notified.do("pay", evidence=())


def test_a_reward_is_given_up_once_and_not_after_it_was_fetched(
    accepted: Any, check: Callable[..., Any], notified: Any
) -> None:
    del accepted, check
    fetched = notified.fork()
    notified.do("withdraw", what="reward")
    assert notified.told == ["withdrawn dept_head", "closed dept_head"]
    assert (notified.facts.waived, notified.facts.withdrawn) == (True, False)

    fetched.do("pay")
    assert not fetched.may("withdraw", Role.DEPT_OFFICER, what="reward")


def test_what_was_paid_is_not_given_up_by_taking_the_report_back(
    accepted: Any, check: Callable[..., Any], refusal: Callable[..., Any]
) -> None:
    check(accepted, hazards=True)
    accepted.do("award", "proposer")
    accepted.do("approve-award")
    accepted.do("notify")
    accepted.do("pay")
    with refusal(NotYourTurn, "rep-feedback-10"):
        accepted.do("withdraw", Role.DEPT_OFFICER, what="reward")
    accepted.do("withdraw", Role.DEPT_OFFICER)

    assert (accepted.facts.paid, accepted.facts.waived, accepted.facts.withdrawn) == (True, False, True)


def test_a_report_that_is_taken_back_is_checked_all_the_same_without_reward(
    accepted: Any, check: Callable[..., Any], refusal: Callable[..., Any]
) -> None:
    accepted.do("withdraw", Role.DEPT_OFFICER)
    for what in ("report", "reward"):
        with refusal(NotYourTurn, "rep-assign"):
            accepted.do("withdraw", Role.DEPT_OFFICER, what=what)
    check(accepted)

    assert list(accepted.owed) == ["reply result"]
    assert accepted.facts.withdrawn


@pytest.mark.parametrize("steps", [0, 1, 2, 3])
def test_a_reward_that_is_given_up_is_asked_of_nobody_wherever_it_stands(
    accepted: Any, check: Callable[..., Any], steps: int
) -> None:
    check(accepted)
    for kind, who in (("award", "proposer"), ("approve-award", "head"), ("notify", "proposer"))[:steps]:
        accepted.do(kind, who)
    accepted.do("withdraw", Role.DEPT_OFFICER, what="reward")

    assert list(accepted.owed) == ["reply result"]


def test_a_report_is_taken_back_as_soon_as_it_is_made_and_not_before(tip: Any) -> None:
    assert not tip.may("withdraw", Role.DEPT_OFFICER, what="report")
    tip.do("receive", Role.DEPT_OFFICER)

    assert tip.may("withdraw", Role.DEPT_OFFICER, what="report")


def test_nothing_is_answered_that_is_not_owed(
    accepted: Any, check: Callable[..., Any], refusal: Callable[..., Any]
) -> None:
    check(accepted, result="false", found_as=None)

    with refusal(NotYourTurn, "rep-feedback-10"):
        accepted.do("reply", about="refusal")


def test_what_is_still_asked_beside_ends_with_the_case(accepted: Any, check: Callable[..., Any]) -> None:
    check(accepted, result="false", found_as=None)
    accepted.do("apply-void", Role.DEPT_OFFICER)
    accepted.do("reply")

    assert accepted.facts.status is Status.CLOSED
    assert accepted.owed == {}


def test_a_proposal_ends_with_the_report(accepted: Any, check: Callable[..., Any]) -> None:
    check(accepted)
    accepted.do("award", "proposer")
    accepted.do("withdraw", Role.DEPT_OFFICER)

    assert list(accepted.owed) == ["reply result"]
    assert accepted.facts.asked_by == {}


# --- beside --------------------------------------------------------------------------------------


def test_the_head_presses_and_the_officer_hears_it(accepted: Any, refusal: Callable[..., Any]) -> None:
    before = accepted.owed
    accepted.do("press", Role.DEPT_HEAD)

    assert accepted.told == ["urged dept_officer"]
    assert accepted.owed == before
    with refusal(WrongPost, "rep-accept"):
        accepted.do("press", Role.DEPT_OFFICER)


def test_a_mistaken_entry_is_voided_by_somebody_else(accepted: Any) -> None:
    accepted.do("apply-void", Role.DEPT_OFFICER)
    assert accepted.owed["decide-void"] == "dept_head rep-void 2026-03-03"
    assert not by_act(accepted.facts.live, "decide-void").blocks
    refused = accepted.fork()
    accepted.do("decide-void", Role.DEPT_HEAD)
    refused.do("decide-void", Role.DEPT_HEAD, approved="no")

    assert accepted.facts.status is Status.VOID
    assert {str(duty.act): duty.status for duty in accepted.duties[-2:]} == {
        "assign": DutyStatus.VOID, "decide-void": DutyStatus.DONE,
    }  # fmt: skip
    assert accepted.told == ["voided dept_officer"]
    assert refused.told == ["void-refused dept_officer"]
    assert refused.facts.asked_by == {}
    assert refused.facts.status is Status.OPEN


def test_whoever_asks_to_void_does_not_decide_it(accepted: Any, refusal: Callable[..., Any]) -> None:
    accepted.do("apply-void", Role.DEPT_HEAD)

    with refusal(SeparationOfDuties, "rep-accept"):
        accepted.do("decide-void", Role.DEPT_HEAD)


def test_a_breach_is_told_within_the_office_alone(tip: Any) -> None:
    tip.do("receive", Role.DEPT_OFFICER, **_ANONYMOUS)
    tip.until(tip.now.add(days=9))

    overdue = [effect.addressee for step in tip.steps for effect in step.effects if effect.name == "overdue"]
    assert overdue == [Role.DEPT_OFFICER, Role.DEPT_HEAD, Role.DEPT_HEAD]
    assert tip.facts.is_overdue


def test_a_note_changes_nothing(accepted: Any) -> None:
    before = accepted.owed
    accepted.do("note", Role.DEPT_OFFICER)

    assert accepted.owed == before
