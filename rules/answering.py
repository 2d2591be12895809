"""Answers to notices 回复收到: the pair of acts every process shares, who may do them, and what silence leads to.

A notice that asks for an answer opens a duty to acknowledge on a clock of its own. Only 「收到」 by an addressee, or a
telephone call that was answered, ends it: a message that was delivered does not. Its rungs ask again and tell others;
they mark no breach, because whoever does not answer has not yet failed to do what the notice was about.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rules.actor import POSTS, Role
from rules.agenda import ACKNOWLEDGE, EVERYBODY_ANSWERS
from rules.errors import NotYourTurn, TimeInvalid, WrongPost
from rules.form import Form, choice, code, given, person, text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rules.act import Act
    from rules.agenda import Duty
    from rules.docket import Docket
    from rules.ladder import Rung

PHONED = "phoned"
KINDS = frozenset({ACKNOWLEDGE, PHONED})
CLAUSE = "notice-answer"
MEANS = {"console": "控制台", "link": "链接"}
_ANSWERED = {"yes": "已接听并告知", "no": "无人接听"}

# What the door itself fills in: in which role one answers, by which way, and who of all that must is still left.
_ROLE = given("role", "回复岗位", {role.value: role.label for role in Role if role in POSTS})
_LEFT = given("left", "尚待回复人数")

FORMS: Mapping[str, Form] = {
    ACKNOWLEDGE: Form(ACKNOWLEDGE, "收到", (code("about", "通知"), given("means", "回复方式", MEANS), _ROLE, _LEFT)),
    PHONED: Form(
        PHONED,
        "已电话通知",
        (
            code("about", "通知"),
            person("whom", "接听人"),
            choice("answered", "接听情况", _ANSWERED),
            text("dialled", "拨打号码"),
            text("note", "通话情况", required=False, hint="办理时间为接通的时间，事后登记的请展开填写"),
            _ROLE,
            _LEFT,
        ),
    ),
}


def permit(live: Mapping[str, Duty], act: Act) -> None:
    """Return when the answer may be recorded. Law: notice-answer 通知回复.

    Raises `NotYourTurn` where no answer is waited for, `WrongPost` where the notice was not addressed to that person,
    `TimeInvalid` for an instant before the notice or in the future.
    """
    duty = live.get(act.word("about"))
    if duty is None or duty.act != ACKNOWLEDGE:
        raise NotYourTurn(
            "这条通知现在不等待回复：已有人回复、已被新的通知取代，或者所提请的应办已经结束。请打开事项查看。",
            clause=CLAUSE,
        )
    if not act.word("role"):
        whom = "接听人" if act.kind == PHONED else "您"
        raise WrongPost(f"这条通知不是发给{whom}现任岗位的。请由收到通知的人员回复。", clause=duty.clause_id)
    if not duty.started_at <= act.happened_at <= act.recorded_at:
        raise TimeInvalid("回复时间应在通知发出之后、当前时间之前。请核对后重新填写。", clause=duty.clause_id)


def is_awaited(live: Mapping[str, Duty]) -> bool:
    """Tell whether any notice of the case waits for an answer."""
    return any(duty.act == ACKNOWLEDGE for duty in live.values())


def must_all(duty: Duty) -> bool:
    """Tell whether everybody who holds the post must answer, not just any one of those told. Law: notice-answer-all."""
    return duty.clause_id == EVERYBODY_ANSWERS


def reaches(act: Act) -> bool:
    """Tell whether somebody was reached: a call that nobody took reached nobody."""
    return act.kind == ACKNOWLEDGE or act.word("answered") == "yes"


def answered(docket: Docket) -> None:
    """End the duty to acknowledge once nobody is left who must; the duty behind it is owed as before."""
    if reaches(docket.act) and not docket.act.says_number("left"):
        docket.discharge_key(docket.act.word("about"))


def climbed(docket: Docket, duty: Duty, rung: Rung) -> None:
    """Ask whoever has been silent for so long again, and tell others to telephone; no breach is marked."""
    docket.mark(duty.key, rung=rung.no)
    roles = tuple(dict.fromkeys(duty.holder if role == "holder" else Role(role) for role in rung.roles))
    docket.ask_again(duty, "unanswered", *roles, clause_id=rung.clause_id)
