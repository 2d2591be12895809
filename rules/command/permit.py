"""What may be done to a command, by whom and when 许可: refuses with the clause, content included."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rules.command.acts import FORMS, MAY, POSTS, WITHDRAWN, CommandAct, Post
from rules.command.facts import steps_in, who_in, whole
from rules.errors import ContentInvalid, TimeInvalid
from rules.gate import Gate, about_something_open, at_the_beginning, once_begun

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from rules.act import Act
    from rules.command.facts import Facts
    from rules.rulebook import Rulebook

_CLAUSE = "cmd-role"


def _check(facts: Facts, act: Act, rulebook: Rulebook) -> None:
    del rulebook
    checker = _CHECKS.get(CommandAct(act.kind))
    if checker is not None:
        checker(facts, act)


def _appointed(facts: Facts, act: Act) -> None:
    post, is_member = Post(act.word("about")), act.word("about") == Post.MEMBER
    who = act.word("organisation") if is_member else act.word("person")
    if not who or (act.word("person") and act.word("organisation")):
        raise ContentInvalid(
            f"「{POSTS[post]}」应当只写明{'单位' if is_member else '人员'}。请核对后重新提交。", clause=_CLAUSE
        )
    if who in facts.posts.get(post, frozenset()):
        raise ContentInvalid(f"该{'单位' if is_member else '人员'}已经登记为{POSTS[post]}。请核对。", clause=_CLAUSE)


def _relieved(facts: Facts, act: Act) -> None:
    post = Post(act.word("about"))
    if who_in(act) not in facts.posts.get(post, frozenset()):
        raise ContentInvalid(f"没有登记过这一{POSTS[post]}。请核对职务和名单。", clause=_CLAUSE)


def _carded(facts: Facts, act: Act) -> None:
    del facts
    steps_in(act.content["steps"])


def _teamed(facts: Facts, act: Act) -> None:
    del facts
    whole(act.word("strength"), "人数")


def _equipped(facts: Facts, act: Act) -> None:
    del facts
    whole(act.word("quantity"), "数量")


def _stationed(facts: Facts, act: Act) -> None:
    if act.word("team") not in facts.teams:
        raise ContentInvalid(
            f"没有名为「{act.word('team')}」的队伍，已登记的：{'、'.join(facts.teams) or '无'}。请先登记队伍。",
            clause="cmd-forward",
        )
    first, last = act.day("from"), act.day("until")
    assert first is not None, "the form requires the first day"
    assert last is not None, "and the last"
    if last < first:
        raise TimeInvalid(f"前置到 {last} 早于开始的 {first}。请核对日期。", clause="cmd-forward")


def _withdrawn(facts: Facts, act: Act) -> None:
    what, name = act.word("about"), act.word("name")
    registers = {"team": facts.teams, "equipment": facts.equipment, "station": facts.stations}
    if name not in registers[what]:
        raise ContentInvalid(f"没有名为「{name}」的{WITHDRAWN[what]}。请核对名称。", clause="cmd-complete")


def _trained(facts: Facts, act: Act) -> None:
    teams = act.content["teams"]
    unknown = [name for name in teams if name not in facts.teams]
    if unknown:
        raise ContentInvalid(f"没有名为「{'、'.join(unknown)}」的队伍。请先登记队伍。", clause="cmd-joint")
    if len({facts.teams[name].kind for name in teams}) == 1:
        raise ContentInvalid("共练共训共演应有两类以上的队伍参加。请补充。", clause="cmd-joint")


def _confirmed(facts: Facts, act: Act) -> None:
    del act
    if Post.COMMANDER.value in facts.vacant:
        raise ContentInvalid("指挥部没有在任的指挥长，不能核对为准确。请先登记指挥长。", clause="cmd-commander")


_CHECKS: Mapping[CommandAct, Callable[[Facts, Act], None]] = {
    CommandAct.APPOINT: _appointed,
    CommandAct.RELIEVE: _relieved,
    CommandAct.CARD: _carded,
    CommandAct.TEAM: _teamed,
    CommandAct.EQUIP: _equipped,
    CommandAct.STATION: _stationed,
    CommandAct.WITHDRAW: _withdrawn,
    CommandAct.TRAIN: _trained,
    CommandAct.CONFIRM: _confirmed,
}
_AT_ANY_TIME = (
    CommandAct.APPOINT, CommandAct.RELIEVE, CommandAct.ADOPT, CommandAct.CARD, CommandAct.TEAM, CommandAct.EQUIP,
    CommandAct.STATION, CommandAct.WITHDRAW, CommandAct.TRAIN, CommandAct.DISSOLVE, CommandAct.NOTE,
)  # fmt: skip

_GATE = Gate(
    forms=FORMS,
    may=MAY,
    turns={
        CommandAct.REGISTER: at_the_beginning,
        **dict.fromkeys(_AT_ANY_TIME, once_begun),
        CommandAct.RUNG: about_something_open,
    },
    decided={},
    on_closed=frozenset({CommandAct.NOTE}),
    clause=_CLAUSE,
    barriers=(),
    check=_check,
)


def permit(facts: Facts, act: Act, rulebook: Rulebook) -> None:
    """Return when the act may be recorded next. Raises `ActRefused` of the fitting kind with the clause."""
    _GATE.permit(facts, act, rulebook)


def may_do(facts: Facts, kind: str, act: Act) -> bool:
    """Tell whether post, turn and separation of duties allow the act, whatever its content: for menus and lists."""
    return _GATE.may_do(facts, kind, act)
