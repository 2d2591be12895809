"""What may be done to a programme, by whom and when 许可: refuses with the clause, content included."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rules.actor import Role, labels
from rules.errors import SeparationOfDuties, WrongPost
from rules.gate import Gate, about_something_open, at_the_beginning, once_begun, owed_about
from rules.programme.acts import FORMS, HANDS, MAY, ProgrammeAct
from rules.programme.contents import check
from rules.programme.facts import State
from rules.standing import Status

if TYPE_CHECKING:
    from rules.act import Act
    from rules.programme.facts import Facts
    from rules.rulebook import Rulebook

_CLAUSE = "prog-record"
_BY_KEEPERS = frozenset({
    ProgrammeAct.ENTER, ProgrammeAct.ENTER_LIST, ProgrammeAct.FINISH, ProgrammeAct.REACH, ProgrammeAct.REPORT,
    ProgrammeAct.REFER, ProgrammeAct.COMPLETE,
})  # fmt: skip
_BY_THE_HEAD = frozenset({ProgrammeAct.AMEND, ProgrammeAct.DROP})
_WHILE_OPEN = (ProgrammeAct.ENTER, ProgrammeAct.ENTER_LIST, ProgrammeAct.RELEASE)
_LISTED = (State.OPEN, State.REPORTED, State.CLOSED)


def _refuse_strangers(facts: Facts, act: Act) -> None:
    """What a holder owes is done by its own people, what is checked or verified by the post that is named for it."""
    allowed = _allowed(facts, act)
    if allowed is not None and act.actor.role not in allowed:
        raise WrongPost(
            f"本专项的「{FORMS[act.kind].label}」由{labels(allowed)}办理，您的岗位是{act.actor.role.label}。"
            "请由上述岗位的人员登录办理。",
            clause=_CLAUSE,
        )


def _allowed(facts: Facts, act: Act) -> frozenset[Role] | None:
    """Return the posts that may do an act to this very programme, None where all may that ever may."""
    kind = ProgrammeAct(act.kind)
    if kind is ProgrammeAct.FINISH and _is_named(facts, act):
        return None
    if kind in _BY_KEEPERS:
        return HANDS[facts.role]
    named = {
        **dict.fromkeys(_BY_THE_HEAD, frozenset({facts.role, Role.COMMITTEE_OFFICE, Role.ENGINE})),
        ProgrammeAct.CHECK: HANDS[facts.checker],
        ProgrammeAct.ACCEPT: frozenset({facts.verifier}),
    }
    return named.get(kind)


def _is_named(facts: Facts, act: Act) -> bool:
    """Tell whether an entry that is still open names the actor; the one that is meant, where one is."""
    about = act.word("about")
    entries = [item for item in facts.items.values() if item.state is State.OPEN and about in {"", item.no}]
    return any(item.person in act.actor.persons for item in entries)


def _refuse_own_work(facts: Facts, act: Act) -> None:
    """Nobody checks what they reported done, nor verifies what they summed up. Law: prog-separation 岗位分离."""
    if act.kind == ProgrammeAct.ACCEPT:
        own = bool(act.actor.persons & facts.summed_up_by)
    elif act.kind == ProgrammeAct.CHECK:
        waiting = [item for item in facts.items.values() if item.state is State.REPORTED]
        meant = [item for item in waiting if act.word("about") in {"", item.no}]
        own = all(act.actor.persons & item.finished_by for item in meant)
    else:
        return
    if own:
        raise SeparationOfDuties("报告完成、总结的人不能自己核查、验收。请由其他人员办理。", clause="prog-separation")


def _when_listed(facts: Facts, act: Act) -> bool:
    """Once it is over, only a name that is carried can still be lost. Law: prog-lost 因事故退出."""
    del act
    return facts.count(*(_LISTED if facts.status is Status.OPEN else (State.HONOURED,))) > 0


def _when_open(facts: Facts, act: Act) -> bool:
    del act
    return facts.count(State.OPEN) > 0


def _when_lost(facts: Facts, act: Act) -> bool:
    del act
    return facts.count(State.LOST) > 0


_GATE = Gate(
    forms=FORMS,
    may=MAY,
    turns={
        ProgrammeAct.OPEN: at_the_beginning,
        **dict.fromkeys(_WHILE_OPEN, once_begun),
        ProgrammeAct.NOTE: once_begun,
        **dict.fromkeys((ProgrammeAct.FINISH, ProgrammeAct.CHECK, ProgrammeAct.REACH), owed_about),
        **dict.fromkeys((ProgrammeAct.REPORT, ProgrammeAct.REFER), owed_about),
        ProgrammeAct.AMEND: _when_open,
        ProgrammeAct.DROP: _when_listed,
        ProgrammeAct.RESTORE: _when_lost,
        **dict.fromkeys((ProgrammeAct.RUNG, ProgrammeAct.LAPSE), about_something_open),
    },
    decided={},
    on_closed=frozenset({ProgrammeAct.NOTE, ProgrammeAct.DROP, ProgrammeAct.RESTORE}),
    clause=_CLAUSE,
    barriers=(_refuse_strangers, _refuse_own_work),
    check=check,
)


def permit(facts: Facts, act: Act, rulebook: Rulebook) -> None:
    """Return when the act may be recorded next. Raises `ActRefused` of the fitting kind with the clause."""
    _GATE.permit(facts, act, rulebook)


def may_do(facts: Facts, kind: str, act: Act) -> bool:
    """Tell whether post, turn and separation of duties allow the act, whatever its content: for menus and lists."""
    return _GATE.may_do(facts, kind, act)
