"""What may be done to a roster and its shifts, by whom and when 许可: refuses with the clause, decides nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rules.actor import labels
from rules.agenda import by_act
from rules.duty_watch import contents
from rules.duty_watch.acts import MAY, WatchAct
from rules.duty_watch.facts import Status
from rules.errors import CaseClosed, NotYourTurn, TimeInvalid, WrongPost

if TYPE_CHECKING:
    from rules.act import Act
    from rules.duty_watch.facts import Facts
    from rules.rulebook import Rulebook

_WHEN_OWED = frozenset(
    {
        WatchAct.AGREE_SWAP, WatchAct.CHECK_IN, WatchAct.HAND_OVER, WatchAct.TAKE_OVER, WatchAct.ZERO_REPORT,
        WatchAct.EXPLAIN, WatchAct.ARCHIVE,
    }
)  # fmt: skip
_BY_CLOCK = frozenset({WatchAct.RUNG, WatchAct.LAPSE})


def permit(facts: Facts, act: Act, rulebook: Rulebook) -> None:
    """Return when the act may be recorded next.

    Raises `ActRefused` of the fitting kind with the clause: closed, not due, wrong post, not on the shift, own work,
    impossible time, content that does not hold.
    """
    kind = WatchAct(act.kind)
    _refuse_wrong_post(kind, act)
    _refuse_closed(facts, kind)
    _refuse_out_of_turn(facts, kind, act)
    _refuse_the_future(act)
    contents.check(facts, act, rulebook)


def may_do(facts: Facts, kind: str, act: Act) -> bool:
    """Tell whether post and turn allow the act, whatever its content: for menus and lists."""
    wanted = WatchAct(kind)
    try:
        _refuse_wrong_post(wanted, act)
        _refuse_closed(facts, wanted)
        _refuse_out_of_turn(facts, wanted, act)
    except (WrongPost, CaseClosed, NotYourTurn):
        return False
    return True


def _refuse_wrong_post(kind: WatchAct, act: Act) -> None:
    allowed = MAY[kind]
    if act.actor.role not in allowed:
        raise WrongPost(
            f"「{kind.label}」由{labels(allowed)}办理，您的岗位是{act.actor.role.label}。请由上述岗位的人员登录办理。",
            clause="duty-24h",
        )


def _refuse_closed(facts: Facts, kind: WatchAct) -> None:
    if facts.status is Status.CLOSED:
        raise CaseClosed(f"值班表已归档，不能再办理「{kind.label}」。请在当前的值班表中登记。", clause="duty-archive")


def _refuse_out_of_turn(facts: Facts, kind: WatchAct, act: Act) -> None:
    if (facts.last_seq == 0) is not (kind is WatchAct.PUBLISH):
        raise NotYourTurn(
            "值班表已经发布。改动请用「调整值班表」。" if facts.last_seq else "请先发布值班表，再办理其他事项。",
            clause="duty-24h",
        )
    if kind in _BY_CLOCK and act.word("about") not in facts.live:
        raise NotYourTurn("该应办已经结束，时钟不再处理。请打开值班表查看当前应办。", clause="duty-24h")
    if kind in _WHEN_OWED and by_act(facts.live, kind) is None:
        raise NotYourTurn(
            f"值班表目前不等待「{kind.label}」。请打开值班表查看当前应办。", clause="duty-24h", waits=facts.waits_for
        )


def _refuse_the_future(act: Act) -> None:
    if act.happened_at > act.recorded_at:
        raise TimeInvalid(
            f"办理时间 {act.happened_at.format('YYYY-MM-DD HH:mm')} 晚于当前时间。请核对后重新填写。",
            clause="duty-24h",
        )
