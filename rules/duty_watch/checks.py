"""Checking the watch 督促检查: roll-calls by telephone, the log, corrections, explanations, rungs and the archive."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING

from rules.actor import Role
from rules.duty_watch import turns
from rules.duty_watch.acts import WatchAct
from rules.duty_watch.facts import Status
from rules.duty_watch.reading import instant

if TYPE_CHECKING:
    from rules.act import Act
    from rules.docket import Docket
    from rules.duty_watch.facts import Facts
    from rules.rulebook import Rulebook

_MARKS_A_BREACH = ("overdue",)


def called(facts: Facts, docket: Docket) -> Facts:
    """Who does not answer, or not in time, is told; the leader in charge must explain. Law: duty-roll-call 电话点名."""
    act = docket.act
    if act.word("answered") == "no" or is_late(act, docket.rulebook):
        docket.tell("missed-call", Role.NAMED, clause_id="duty-roll-call")
        turns.owe_explanation(docket, f"{WatchAct.ROLL_CALL}:{act.seq}", "duty-roll-call")
    return facts


def is_late(act: Act, rulebook: Rulebook) -> bool:
    """Tell whether an answered roll-call took longer than the county allows."""
    called_at = instant(act.word("called_at"))
    allowed = rulebook.number("roll_call_answer_minutes", called_at.date())
    return instant(act.word("answered_at")) > called_at.add(minutes=allowed)


def explained(facts: Facts, docket: Docket) -> Facts:
    """The explanation is on record beside what was missed; the breach stays."""
    docket.discharge_about(WatchAct.EXPLAIN, docket.act.word("about"))
    return facts


def written(facts: Facts, docket: Docket) -> Facts:
    """An entry of the log, and a correction, change nothing that is owed."""
    del docket
    return facts


def archived(facts: Facts, docket: Docket) -> Facts:
    """The roster is over: nobody is on it any more, and what its last shift still owed is superseded."""
    docket.discharge(WatchAct.ARCHIVE)
    docket.supersede_all()
    return replace(facts, status=Status.CLOSED, swaps=MappingProxyType({}))


def rung_reached(facts: Facts, docket: Docket) -> Facts:
    """The clock reached a rung: people are reminded, or told that the watch is not kept."""
    key, number = docket.act.word("about"), int(docket.act.content["rung"])
    duty = docket.live[key]
    rung = docket.rulebook.ladder(duty.ladder, duty.started_at.date()).rungs[number - 1]
    docket.mark(key, rung=number, breached=rung.kind in _MARKS_A_BREACH)
    roles = tuple(dict.fromkeys(duty.holder if role == "holder" else Role(role) for role in rung.roles))
    docket.tell("reminder" if rung.kind == "remind" else "overdue", *roles, clause_id=rung.clause_id, asks=key)
    return facts
