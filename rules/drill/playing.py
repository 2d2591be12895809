"""The drill itself 演练实施: begun, injects released in order, responses timed, ended."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from rules.drill.acts import DrillAct
from rules.drill.facts import Facts, Outcome, Released, Response
from rules.drill.planning import posts_of, scheme_of

if TYPE_CHECKING:
    from pendulum import DateTime

    from rules.docket import Docket


def begun(facts: Facts, docket: Docket) -> Facts:
    """What was still asked about the day is overtaken; the end is owed. Law: drill-end 演练结束."""
    docket.discharge(DrillAct.START)
    docket.supersede(DrillAct.DECIDE_CHANGE)
    docket.owe(
        DrillAct.FINISH, posts_of(facts).organiser, "drill-end", ladder="exercise-hour",
        since=max(scheme_of(facts).ends_at, docket.act.happened_at), asking=False,
    )  # fmt: skip
    return replace(
        facts,
        begun_at=docket.act.happened_at,
        led_by=facts.led_by | docket.act.actor.persons | {scheme_of(facts).commander},
        outcome=Outcome.RUNNING,
        change=None,
        asked_by={},
    )


def released(facts: Facts, docket: Docket) -> Facts:
    """An inject is out, and its clock runs. Law: drill-inject 情景释放."""
    return _out(facts, docket, skipped=False)


def skipped(facts: Facts, docket: Docket) -> Facts:
    """An inject was left out, with its reason. Law: drill-inject 情景释放."""
    return _out(facts, docket, skipped=True)


def _out(facts: Facts, docket: Docket, *, skipped: bool) -> Facts:
    act = docket.act
    each = Released(int(act.word("about")), act.happened_at, skipped)
    return replace(facts, released=(*facts.released, each), led_by=facts.led_by | act.actor.persons)


def responded(facts: Facts, docket: Docket) -> Facts:
    """What was done about an inject is timed against its target. Law: drill-inject 情景释放."""
    act, number = docket.act, int(docket.act.word("about"))
    inject = scheme_of(facts).inject(number)
    assert inject is not None, "only what is in the scheme is released"
    since = released_at(facts, number)
    response = Response(
        no=number,
        by=act.word("by"),
        seq=act.seq,
        minutes=(act.happened_at - since).in_minutes(),
        in_time=act.happened_at <= since.add(minutes=inject.target_minutes),
    )
    return replace(facts, responses=(*facts.responses, response))


def released_at(facts: Facts, number: int) -> DateTime:
    """Return when an inject was released that was."""
    return next(each.at for each in facts.released if each.no == number and not each.skipped)


def ended(facts: Facts, docket: Docket) -> Facts:
    """Each subject is evaluated by somebody who did not lead the drill. Law: drill-evaluate 第三十四条."""
    docket.discharge(DrillAct.FINISH)
    posts = posts_of(facts)
    for subject in scheme_of(facts).subjects:
        docket.owe(DrillAct.EVALUATE, posts.organiser, "drill-evaluate", ladder=posts.ladder, about=subject)
    return replace(
        facts,
        ended_at=docket.act.happened_at,
        led_by=facts.led_by | docket.act.actor.persons,
        outcome=Outcome.HELD,
    )
