"""What may be done to a tip-off, by whom and when 许可: refuses with the clause."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rules.agenda import by_act
from rules.gate import Gate, about_something_open, at_the_beginning, once_begun, owed_about, unless_asked
from rules.tipoff import contents
from rules.tipoff.acts import FORMS, MAY, REWARD, TipAct

if TYPE_CHECKING:
    from rules.act import Act
    from rules.rulebook import Rulebook
    from rules.tipoff.facts import Facts


def _until_checked(facts: Facts, act: Act) -> bool:
    """Whoever gave no name may still give it, as long as what follows is open."""
    del act
    return facts.last_seq > 0 and not facts.identified and not facts.checked


def _owed_or_checking(facts: Facts, act: Act) -> bool:
    """Whoever must stand aside is replaced while the check goes on."""
    return by_act(facts.live, act.kind) is not None or by_act(facts.live, TipAct.VERIFY) is not None


def _while_the_first_term_runs(facts: Facts, act: Act) -> bool:
    term = by_act(facts.live, TipAct.VERIFY)
    if term is None or facts.extended or act.kind in facts.asked_by:
        return False
    return not term.was_late(act.happened_at)


def _not_given_up(facts: Facts, act: Act) -> bool:
    """A report is taken back once; a reward can be given up while it has not been fetched."""
    gone = facts.waived or facts.paid if act.word("what") == REWARD else facts.withdrawn
    return facts.last_seq > 0 and not gone


def _when_sealed(facts: Facts, act: Act) -> bool:
    del act
    return facts.identified


_GATE = Gate(
    forms=FORMS,
    may=MAY,
    turns={
        TipAct.RECEIVE: at_the_beginning,
        TipAct.IDENTIFY: _until_checked,
        TipAct.ASSIGN: _owed_or_checking,
        TipAct.APPLY_EXTENSION: _while_the_first_term_runs,
        TipAct.REPLY: owed_about,
        TipAct.WITHDRAW: _not_given_up,
        TipAct.PRESS: once_begun,
        TipAct.CONSULT: _when_sealed,
        TipAct.APPLY_VOID: unless_asked,
        TipAct.NOTE: once_begun,
        TipAct.RUNG: about_something_open,
        TipAct.LAPSE: about_something_open,
    },
    decided={
        TipAct.DECIDE_VOID: TipAct.APPLY_VOID,
        TipAct.DECIDE_EXTENSION: TipAct.APPLY_EXTENSION,
        TipAct.APPROVE_AWARD: TipAct.AWARD,
    },
    on_closed=frozenset({TipAct.NOTE, TipAct.CONSULT}),
    clause="rep-accept",
    barriers=(),
    check=contents.check,
)


def permit(facts: Facts, act: Act, rulebook: Rulebook) -> None:
    """Return when the act may be recorded next. Raises `ActRefused` of the fitting kind with the clause."""
    _GATE.permit(facts, act, rulebook)


def may_do(facts: Facts, kind: str, act: Act) -> bool:
    """Tell whether post, turn and separation of duties allow the act, whatever its content: for menus and lists."""
    return _GATE.may_do(facts, kind, act)
