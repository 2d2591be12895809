"""What may be done to a staged matter, by whom and when 许可: refuses with the clause that its file names."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from rules import answering
from rules.errors import NotYourTurn, SeparationOfDuties
from rules.gate import Gate, about_something_open, at_the_beginning, once_begun, owed_about, unless_asked
from rules.matter.contents import check
from rules.matter.facts import holds
from rules.matter.forms import forms_of, may_of
from rules.matter.schema import APPLY_VOID, DECIDE_VOID, NOTE

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from rules.act import Act
    from rules.matter.facts import Facts
    from rules.matter.schema import Matter
    from rules.rulebook import Rulebook


class Permit:
    """The gate of one matter, built from its file once."""

    def __init__(self, matter: Matter) -> None:
        self._gate = Gate(
            forms=forms_of(matter),
            may=may_of(matter),
            turns=_turns(matter),
            decided={DECIDE_VOID: APPLY_VOID},
            on_closed=frozenset({NOTE}),
            clause=matter.clause,
            barriers=(partial(_refuse_who_took_part, matter), partial(_refuse_out_of_order, matter)),
            check=partial(check, matter),
        )

    def permit(self, facts: Facts, act: Act, rulebook: Rulebook) -> None:
        """Return when the act may be recorded next. Raises `ActRefused` of the fitting kind with the clause."""
        if act.kind in answering.KINDS:
            answering.permit(facts.live, act)
        else:
            self._gate.permit(facts, act, rulebook)

    def may_do(self, facts: Facts, kind: str, act: Act) -> bool:
        """Tell whether post, turn, order and separation of duties allow the act, whatever its content."""
        if kind in answering.KINDS:
            return act.actor.role in self._gate.may[kind] and answering.is_awaited(facts.live)
        return self._gate.may_do(facts, kind, act)


def _turns(matter: Matter) -> dict[str, Callable[[Any, Act], bool]]:
    turns: dict[str, Callable[[Any, Act], bool]] = {
        NOTE: once_begun, APPLY_VOID: unless_asked, "rung": about_something_open,
    }  # fmt: skip
    for line in matter.acts.values():
        if line.opens:
            turns[line.id] = at_the_beginning
        elif line.any_time:
            turns[line.id] = once_begun
        elif line.about:
            turns[line.id] = owed_about
    return turns


def _refuse_who_took_part(matter: Matter, facts: Facts, act: Act) -> None:
    """Refuse whoever did one of the acts that this one looks over."""
    line = matter.acts.get(act.kind)
    for other in line.not_by if line else ():
        if act.actor.persons & facts.by.get(other, frozenset()):
            assert line is not None, "only an act of the file names others"
            raise SeparationOfDuties(
                f"办理过「{matter.acts[other].label}」的人员（包括其所代表的人）不得办理「{line.label}」。请由其他人员办理。",
                clause=line.clause,
            )


def _refuse_out_of_order(matter: Matter, facts: Facts, act: Act) -> None:
    """Refuse an act before what must come first has come, with the outcome that is asked for."""
    line = matter.acts.get(act.kind)
    for other in line.not_after if line else ():
        if other in facts.said:
            assert line is not None, "only an act of the file names others"
            raise NotYourTurn(
                f"「{matter.acts[other].label}」之后不再办理「{line.label}」。有新情况的，请另行开立。",
                clause=line.clause,
            )
    for need in line.needs if line else ():
        if not holds(need.when, facts, act) or any(other in facts.said for other in need.unless):
            continue
        assert line is not None, "only an act of the file needs others"
        before = matter.acts[need.act].label
        if need.act not in facts.said:
            raise NotYourTurn(
                f"办理「{line.label}」之前应当先办理「{before}」。请先办理「{before}」。", clause=need.clause
            )
        if not holds(need.said, facts, None):
            raise NotYourTurn(
                f"「{before}」的结论不允许办理「{line.label}」。请打开事项查看该结论，按结论重新办理。",
                clause=need.clause,
            )
