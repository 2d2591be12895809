"""Who may do what to a quota and when: one's own alone, within the period, with evidence, never twice the same."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from rules.act import Act as AnyAct
from rules.actor import LEADERS, Actor, Place, Role, clock, own_path
from rules.errors import CaseClosed, ClauseUnknown, ContentInvalid, NotYourTurn, TimeInvalid, WrongPost
from rules.obligation import MAY, OBLIGATION
from rules.obligation import ObligationAct as Act

Refused = Callable[..., Any]
SAYS: dict[Act, dict[str, Any]] = {
    Act.OPEN: {"quota": "leader-visit", "holder": "leader", "first": date(2026, 3, 1), "last": date(2026, 3, 31),
               "least": "2", "clause": "obl-visit-in-charge"},
    Act.VISIT: {"day": date(2026, 3, 1), "place": "峨口铁矿", "problems": "none", "evidence": ("photo",)},
    Act.REFER: {"about": "2", "hazards": ["YH-2026-0017"]},
    Act.ABSENCE: {"why": "trip", "first": date(2026, 3, 2), "last": date(2026, 3, 9), "reason": "出差"},
    Act.EXPLAIN: {"reason": "汛期在外"},
    Act.RELEASE: {"why": "left"},
    Act.RUNG: {"about": "x", "rung": "1", "kind": "remind"},
    Act.MEET: {"day": date(2026, 3, 1), "present": "12", "analysis": "x", "decisions": "x", "decided": "0",
               "problems": "none", "evidence": ("minutes", "list")},
    Act.FULFIL: {"day": date(2026, 3, 1), "content": "x", "evidence": ("photo",)},
    Act.REGISTER: {"day": date(2026, 3, 1), "entries": "x", "count": 1},
    Act.ADOPT: {"day": date(2026, 3, 1), "document_no": "1", "evidence": ("list",)},
    Act.PLEDGE: {"day": date(2026, 3, 1), "with": "x", "signer": "x", "evidence": ("copy",)},
    Act.TRAIN: {"day": date(2026, 3, 1), "last": date(2026, 3, 1), "hours": "6", "course": "x", "evidence": ("p",)},
    Act.LEARN: {"learner": "head", "training": "first", "day": date(2026, 3, 1), "hours": "48", "evidence": ("p",)},
    Act.SIGN_FORM: {"checked": "x"},
    Act.ASSIGN: {"what": "x", "leader": "lead", "person": "doer", "due": date(2026, 3, 20)},
    Act.FINISH: {"day": date(2026, 3, 1), "content": "x", "evidence": ("photo",)},
    Act.CONFIRM: {"accepted": "yes"},
    Act.REASSIGN: {"leader": "lead", "person": "other", "reason": "x"},
}  # fmt: skip
OWN = [Act.VISIT, Act.REFER, Act.ABSENCE, Act.EXPLAIN]


@pytest.fixture
def leader(somebody: Callable[..., Actor]) -> Actor:
    """Return the leader in charge who owes the visits."""
    return somebody(Role.COUNTY_LEADER, "leader")


def attempted(case: Any, kind: Act, who: Actor) -> AnyAct:
    """Return the act as a menu asks about it, without content."""
    return AnyAct(len(case.acts) + 1, kind, who, case.now, case.now, {})


def says(kind: Act) -> dict[str, Any]:
    """Return what the act can say, without its evidence where a test brings its own."""
    return dict(SAYS[kind])


# --- posts, people, turns ------------------------------------------------------------------------


@pytest.mark.parametrize("kind", list(Act))
def test_each_act_is_done_by_its_posts_alone_and_the_others_are_told_who(
    kind: Act, quota_case: Any, somebody: Any, refused: Refused
) -> None:
    for role in Role:
        if role in MAY[kind]:
            continue
        with refused(WrongPost, "obl-liaison", kind.label, role.label):
            quota_case.do(kind, somebody(role, "leader"), **says(kind))
        assert not OBLIGATION.may_do(quota_case.facts, kind, attempted(quota_case, kind, somebody(role, "leader")))


@pytest.mark.parametrize("role", sorted(LEADERS))
def test_a_leader_does_nothing_for_another_leader(role: Role, quota_case: Any, somebody: Any, refused: Refused) -> None:
    for kind in (Act.VISIT, Act.ABSENCE):
        with refused(WrongPost, "obl-liaison", "别人的应办事项"):
            quota_case.do(kind, somebody(role, "another"), **says(kind))
        assert not OBLIGATION.may_do(quota_case.facts, kind, attempted(quota_case, kind, somebody(role, "another")))


def test_nobody_explains_for_somebody_else(quota_case: Any, somebody: Any, refused: Refused) -> None:
    quota_case.until(quota_case.now.set(month=4, day=2))
    with refused(WrongPost, "obl-liaison", "别人的应办事项"):
        quota_case.do(Act.EXPLAIN, somebody(Role.LEADERSHIP, "another"), **says(Act.EXPLAIN))


def test_a_liaison_enters_visits_for_the_leader_who_authorised_them_and_for_nobody_else(
    quota_case: Any, somebody: Any, refused: Refused
) -> None:
    for whom in (None, "another"):
        with refused(WrongPost, "obl-liaison", "只能为授权给自己的县领导登记"):
            quota_case.do(Act.VISIT, somebody(Role.LIAISON, "liaison", acting_for=whom), **says(Act.VISIT))
    act = quota_case.do(Act.VISIT, somebody(Role.LIAISON, "liaison", acting_for="leader"), **says(Act.VISIT))
    assert (act.actor.person_id, act.actor.acting_for) == ("liaison", "leader")


@pytest.mark.parametrize("kind", [kind for kind in Act if kind not in {Act.OPEN, Act.ASSIGN}])
def test_nothing_is_done_before_the_clock_has_opened_the_period(
    kind: Act, empty_case: Any, somebody: Any, refused: Refused
) -> None:
    case = empty_case(process=OBLIGATION)
    with refused(NotYourTurn, "obl-evidence", "由系统到时开启"):
        case.do(kind, somebody(min(MAY[kind]), "leader"), **says(kind))


def test_a_period_is_opened_once(quota_case: Any, refused: Refused) -> None:
    with refused(NotYourTurn, "obl-evidence", "已经开启"):
        quota_case.do(Act.OPEN, clock("dai"), **SAYS[Act.OPEN])


@pytest.mark.parametrize("kind", [Act.REFER, Act.EXPLAIN])
def test_what_nobody_waits_for_is_refused(kind: Act, quota_case: Any, leader: Actor, refused: Refused) -> None:
    with refused(NotYourTurn, f"obl-{kind}", f"不等待「{kind.label}」") as caught:
        quota_case.do(kind, leader, **says(kind))
    assert caught.value.facts["waits"] == "visit"


def test_the_clock_acts_on_open_duties_alone(quota_case: Any, refused: Refused) -> None:
    with refused(NotYourTurn, "obl-breach", "应办已经结束"):
        quota_case.do(Act.RUNG, clock("dai"), **SAYS[Act.RUNG])


def test_a_turn_that_has_come_is_offered(quota_case: Any, leader: Actor) -> None:
    offered = {kind for kind in Act if OBLIGATION.may_do(quota_case.facts, kind, attempted(quota_case, kind, leader))}
    assert offered == {Act.VISIT, Act.ABSENCE}


def test_nothing_is_done_in_the_future(quota_case: Any, leader: Actor, refused: Refused) -> None:
    with refused(TimeInvalid, "obl-evidence", "晚于当前时间"):
        quota_case.do(Act.VISIT, leader, happened_at=quota_case.now.add(hours=1), **says(Act.VISIT))


# --- opening -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("says_too", "kind", "words"),
    [
        ({"last": date(2026, 3, 30)}, ContentInvalid, "完整周期（自然月）"),
        ({"first": date(2026, 3, 2)}, ContentInvalid, "完整周期（自然月）"),
        ({"least": "1"}, ContentInvalid, "没有数量为 1、依据为「obl-visit-in-charge」的规定"),
        ({"clause": "obl-explain"}, ContentInvalid, "依据为「obl-explain」"),
        ({"first": date(2026, 4, 1), "last": date(2026, 4, 30)}, TimeInvalid, "2026-04 还没有开始"),
    ],
)
def test_a_period_that_is_none_or_a_quota_that_nobody_set_is_refused(
    empty_case: Any, refused: Refused, says_too: dict[str, Any], kind: Any, words: str
) -> None:
    case = empty_case(process=OBLIGATION)
    with refused(kind, "obl-evidence", words):
        case.do(Act.OPEN, clock("dai"), **{**SAYS[Act.OPEN], **says_too})


def test_a_quota_that_there_is_not_is_not_opened(empty_case: Any) -> None:
    case = empty_case(process=OBLIGATION)
    with pytest.raises(ClauseUnknown, match="moon-visit"):
        case.do(Act.OPEN, clock("dai"), **{**SAYS[Act.OPEN], "quota": "moon-visit"})


# --- a visit -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("says_too", "clause", "words"),
    [
        ({"day": date(2026, 2, 28)}, "obl-visit-in-charge", "不能跨周期抵扣"),
        ({"day": date(2026, 4, 1)}, "obl-visit-in-charge", "不能跨周期抵扣"),
        ({"day": date(2026, 3, 2)}, "obl-evidence", "还没有到"),
        ({"evidence": ()}, "obl-evidence", "照片或者记录）至少 1 份，现有 0 份"),
        ({"evidence": ("photo", "photo")}, "obl-evidence", "本次登记的另一处"),
        ({"found": "护栏缺失"}, "obl-refer", "应选「发现问题」"),
        ({"hazards": ["YH-2026-0017"]}, "obl-refer", "应选「发现问题」"),
        ({"problems": "some"}, "obl-evidence", "应写明「发现的问题」"),
        ({"problems": "some", "found": "x", "hazards": ["17号"]}, "obl-refer", "17号 写法不对"),
    ],
)
def test_a_visit_that_does_not_hold_is_refused(
    quota_case: Any, leader: Actor, refused: Refused, says_too: dict[str, Any], clause: str, words: str
) -> None:
    with refused(ContentInvalid, clause, words):
        quota_case.do(Act.VISIT, leader, **{**says(Act.VISIT), **says_too})
    assert quota_case.facts.done == 0


def test_the_same_evidence_does_not_count_for_two_visits(quota_case: Any, leader: Actor, refused: Refused) -> None:
    quota_case.do(Act.VISIT, leader, **says(Act.VISIT))
    with refused(ContentInvalid, "obl-evidence", "已用于2026-03-01 的登记"):
        quota_case.do(Act.VISIT, leader, **{**says(Act.VISIT), "evidence": ("other", "photo")})


def test_visits_of_a_month_that_is_done_and_over_are_not_added_to(
    quota_case: Any, leader: Actor, refused: Refused
) -> None:
    for photo in ("a", "b"):
        quota_case.do(Act.VISIT, leader, **{**says(Act.VISIT), "evidence": (photo,)})
    quota_case.until(quota_case.now.set(day=31))
    quota_case.do(Act.VISIT, leader, **{**says(Act.VISIT), "evidence": ("c",)})
    quota_case.until(quota_case.now.add(days=1))
    for kind in (Act.VISIT, Act.ABSENCE):
        with refused(CaseClosed, "obl-visit-in-charge", "已完成并已届满"):
            quota_case.do(kind, leader, **{**says(kind), "evidence": ("d",)})


def test_a_period_that_was_explained_is_over(quota_case: Any, leader: Actor, refused: Refused) -> None:
    quota_case.until(quota_case.now.set(month=4, day=2))
    quota_case.do(Act.EXPLAIN, leader, **SAYS[Act.EXPLAIN])
    with refused(CaseClosed, "obl-visit-in-charge", "届满未完成并已说明"):
        quota_case.do(Act.VISIT, leader, **says(Act.VISIT))
    assert not OBLIGATION.may_do(quota_case.facts, Act.VISIT, attempted(quota_case, Act.VISIT, leader))


# --- handing on, absence, release ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("says_too", "words"),
    [
        ({"about": "7"}, "第 7 号登记没有待交办的问题，待交办的：2"),
        ({"hazards": []}, "不属于隐患的，写明如何处理"),
        ({"hazards": ["2026-17"]}, "2026-17 写法不对"),
    ],
)
def test_problems_are_handed_on_by_number_or_with_words(
    quota_case: Any, leader: Actor, refused: Refused, says_too: dict[str, Any], words: str
) -> None:
    quota_case.do(Act.VISIT, leader, **{**says(Act.VISIT), "problems": "some", "found": "护栏缺失"})
    with refused(ContentInvalid, "obl-refer", words):
        quota_case.do(Act.REFER, leader, **{**SAYS[Act.REFER], **says_too})
    quota_case.do(Act.REFER, leader, about="2", handled="当场改正")
    assert quota_case.waiting_for == {"visit"}


@pytest.mark.parametrize(
    ("first", "last", "words"),
    [
        (date(2026, 3, 9), date(2026, 3, 8), "早于「首日」"),
        (date(2026, 1, 1), date(2026, 2, 28), "不在周期 2026-03 内"),
        (date(2026, 4, 1), date(2026, 4, 2), "不在周期 2026-03 内"),
        (date(2026, 3, 1), date(2026, 3, 1), "2026-03-01 已登记检查"),
    ],
)
def test_an_absence_that_cannot_be_is_refused(
    quota_case: Any, leader: Actor, refused: Refused, first: date, last: date, words: str
) -> None:
    quota_case.do(Act.VISIT, leader, **says(Act.VISIT))
    with refused(ContentInvalid, "obl-absence", words):
        quota_case.do(Act.ABSENCE, leader, **{**says(Act.ABSENCE), "first": first, "last": last})


def test_a_whole_month_away_needs_its_paper(quota_case: Any, leader: Actor, refused: Refused) -> None:
    whole = {**says(Act.ABSENCE), "first": date(2026, 3, 1), "last": date(2026, 3, 31)}
    with refused(ContentInvalid, "obl-absence", "附请假或者外派的批准材料"):
        quota_case.do(Act.ABSENCE, leader, **whole)


def test_nothing_is_released_where_nothing_is_owed(quota_case: Any, leader: Actor, refused: Refused) -> None:
    for photo in ("a", "b"):
        quota_case.do(Act.VISIT, leader, **{**says(Act.VISIT), "evidence": (photo,)})
    with refused(CaseClosed, "obl-release", "不必解除"):
        quota_case.do(Act.RELEASE, Role.COMMITTEE_OFFICE, why="mistaken")


def test_a_line_that_is_not_in_force_opens_nothing(empty_case: Any, refused: Refused) -> None:
    case = empty_case(process=OBLIGATION)
    line = replace(case.rulebook.quota("leader-visit", case.now.date()), disabled="效力待确认。")

    class Disabled:
        """A rulebook in which the line is not in force."""

        def quota(self, *_: object) -> Any:
            """Return the line."""
            return line

    act = case.attempt(Act.OPEN, clock("dai"), **SAYS[Act.OPEN])
    with refused(NotYourTurn, "obl-visit", "没有启用：效力待确认"):
        OBLIGATION.permit(OBLIGATION.nothing, act, Disabled())  # type: ignore[arg-type]


# --- whose a case is -----------------------------------------------------------------------------


def test_a_person_s_own_cases_lie_under_a_path_of_theirs_alone() -> None:
    assert own_path("dai", "p1") == "/dai/~p1/"
    assert Place("dai", own_path("dai", "p1"), "org", "").owner == "p1"
    assert Place("dai", "/dai/shangguan/", "org", "u").owner == ""
    assert Place("dai", "/dai/", "org", "").owner == ""
