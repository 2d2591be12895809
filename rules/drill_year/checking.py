"""Spot checks by lot 随机抽查: announced before the seed exists, drawn so that anybody can draw it again, recorded."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from rules.actor import Role
from rules.drill_year.acts import YearAct
from rules.drill_year.facts import Announced, Drawn, Facts

if TYPE_CHECKING:
    from rules.docket import Docket


def announced(facts: Facts, docket: Docket) -> Facts:
    """From what and with which seed is said first; the draw is owed. Law: drill-year-draw 随机抽样."""
    act = docket.act
    docket.owe(YearAct.DRAW, Role.BUREAU_OFFICER, "drill-year-draw", ladder="exercise-office", blocks=False)
    docket.issue("sampling", clause_id="drill-year-draw")
    return replace(facts, announced=Announced(act.word("source"), int(act.word("count")), facts.checkable))


def drawn(facts: Facts, docket: Docket) -> Facts:
    """Each drill that was drawn is looked at. Law: drill-spot-check 第八条第三款."""
    docket.discharge(YearAct.DRAW)
    docket.issue("draw-result", clause_id="drill-year-draw")
    assert facts.announced is not None, "a draw is owed only when it was announced"
    lines = tuple(docket.act.content["drawn"])
    owed = {duty.about for duty in docket.live.values() if duty.act == YearAct.CHECK}
    for no in lines:
        if no not in owed:
            docket.owe(
                YearAct.CHECK, Role.BUREAU_OFFICER, "drill-spot-check", ladder="exercise-office", blocks=False, about=no
            )
    sample = Drawn(facts.announced, docket.act.word("seed"), lines)
    return replace(facts, announced=None, samples=(*facts.samples, sample))


def checked(facts: Facts, docket: Docket) -> Facts:
    """What was found wanting goes on in the drill's own case. Law: drill-correct 第八条第三款."""
    docket.discharge_about(YearAct.CHECK, docket.act.word("about"))
    if docket.act.word("passed") != "yes":
        docket.tell("fault-found", Role.BUREAU_OFFICER, Role.BUREAU_HEAD, clause_id="drill-correct")
    return facts
