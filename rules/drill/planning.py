"""Before a drill 演练准备: scheme, approval, lawful changes, who is there; and what turns it into the real thing."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING

from rules.actor import Role
from rules.drill.acts import Change, DrillAct
from rules.drill.facts import Asked, Facts, Outcome
from rules.drill.hosts import Shape
from rules.drill.scheme import instant, scheme_in
from rules.standing import Status, answered, asked

if TYPE_CHECKING:
    from pendulum import DateTime

    from rules.docket import Docket
    from rules.drill.hosts import Posts
    from rules.drill.scheme import Scheme


def scheme_of(facts: Facts) -> Scheme:
    """Return the scheme of a drill that has one: all but an empty case."""
    assert facts.scheme is not None, "a drill begins with its scheme"
    return facts.scheme


def posts_of(facts: Facts) -> Posts:
    """Return who holds what in this drill."""
    return scheme_of(facts).host.posts


# --- the scheme ----------------------------------------------------------------------------------


def prepared(facts: Facts, docket: Docket) -> Facts:
    """A scheme must be approved by whoever answers for the host. Law: drill-approve 方案审批."""
    docket.discharge(DrillAct.AMEND)
    act = docket.act
    facts = replace(facts, scheme=scheme_in(act), prepared_by=facts.prepared_by | act.actor.persons)
    posts = posts_of(facts)
    docket.owe(DrillAct.APPROVE, posts.approver, "drill-approve", ladder=posts.ladder)
    return facts


def approved(facts: Facts, docket: Docket) -> Facts:
    """With the approval everybody is invited and the day is set. Law: drill-approve 方案审批."""
    docket.discharge(DrillAct.APPROVE)
    if docket.act.word("approved") != "yes":
        posts = posts_of(facts)
        docket.owe(DrillAct.AMEND, posts.organiser, "drill-scheme", ladder=posts.ladder)
        return facts
    docket.issue("scheme", clause_id="drill-approve")
    docket.tell("invited", Role.NAMED, clause_id="drill-sign-in")
    return _await_beginning(replace(facts, approved=True), docket)


def _await_beginning(facts: Facts, docket: Docket) -> Facts:
    docket.owe(
        DrillAct.START, posts_of(facts).organiser, "drill-begin", ladder="exercise-hour",
        since=scheme_of(facts).starts_at, asking=False,
    )  # fmt: skip
    return facts


# --- changes -------------------------------------------------------------------------------------


def change_asked(facts: Facts, docket: Docket) -> Facts:
    """A drill is changed, put off or called off only with consent and reasons. Law: drill-change 演练变更."""
    act, posts = docket.act, posts_of(facts)
    docket.owe(DrillAct.DECIDE_CHANGE, posts.approver, "drill-change", ladder=posts.ladder, blocks=False)
    change = Asked(Change(act.word("kind")), _at(act.word("starts_at")), _at(act.word("ends_at")), act.word("number"))
    return asked(replace(facts, change=change), act)


def _at(written: str) -> DateTime | None:
    return instant(written) if written else None


def change_decided(facts: Facts, docket: Docket) -> Facts:
    """What was agreed holds at once, and whoever was invited is told. Law: drill-change 演练变更."""
    docket.discharge(DrillAct.DECIDE_CHANGE)
    facts = answered(facts, DrillAct.CHANGE)
    change = facts.change
    assert change is not None, "a decision is owed only on a change"
    facts = replace(facts, change=None)
    if docket.act.word("approved") != "yes":
        docket.tell("change-refused", posts_of(facts).organiser, clause_id="drill-change")
        return facts
    return _CHANGED[change.kind](replace(facts, changes=(*facts.changes, change)), docket, change)


def _postponed(facts: Facts, docket: Docket, change: Asked) -> Facts:
    scheme = scheme_of(facts)
    assert change.starts_at is not None, "who puts off names the new hour"
    assert change.ends_at is not None, "and its end"
    facts = replace(
        facts,
        scheme=replace(scheme, starts_at=change.starts_at, ends_at=change.ends_at),
        present=MappingProxyType({}),
        absent=frozenset(),
    )
    docket.tell("postponed", Role.NAMED, clause_id="drill-change")
    if not facts.approved:
        return facts
    docket.supersede(DrillAct.START)
    return _await_beginning(facts, docket)


def _on_paper(facts: Facts, docket: Docket, change: Asked) -> Facts:
    del change
    docket.tell("on-paper", Role.NAMED, clause_id="drill-change")
    return replace(facts, scheme=replace(scheme_of(facts), shape=Shape.PAPER, hall=""))


def _cancelled(facts: Facts, docket: Docket, change: Asked) -> Facts:
    del change
    docket.tell("cancelled", Role.NAMED, Role.COMMITTEE_OFFICE, clause_id="drill-change")
    return _ended_early(facts, docket, Outcome.CANCELLED)


def _merged(facts: Facts, docket: Docket, change: Asked) -> Facts:
    docket.tell("merged", Role.NAMED, Role.COMMITTEE_OFFICE, clause_id="drill-change")
    return replace(_ended_early(facts, docket, Outcome.MERGED), merged_into=change.number)


def _ended_early(facts: Facts, docket: Docket, outcome: Outcome) -> Facts:
    docket.supersede_all()
    return replace(facts, status=Status.CLOSED, outcome=outcome)


_CHANGED = {
    Change.POSTPONE: _postponed,
    Change.PAPER: _on_paper,
    Change.CANCEL: _cancelled,
    Change.MERGE: _merged,
}


# --- who is there --------------------------------------------------------------------------------


def signed_in(facts: Facts, docket: Docket) -> Facts:
    """Who is there, and since when, is on record. Law: drill-sign-in 演练签到."""
    present = {**facts.present, docket.act.word("person"): docket.act.happened_at}
    return replace(facts, present=MappingProxyType(present))


def absence_noted(facts: Facts, docket: Docket) -> Facts:
    """Who cannot come is on record before, not after. Law: drill-sign-in 演练签到."""
    act = docket.act
    person = frozenset({act.word("person")})
    docket.tell("absent", posts_of(facts).organiser, clause_id="drill-sign-in")
    return replace(facts, absent=facts.absent | person if act.word("absent") == "yes" else facts.absent - person)


# --- the real thing ------------------------------------------------------------------------------


def turned_real(facts: Facts, docket: Docket) -> Facts:
    """The drill stops at once: there is an accident, with its own case and clocks. Law: drill-real 转为实战."""
    docket.tell("turned-real", Role.NAMED, Role.BUREAU_OFFICER, Role.COUNTY_LEADER, clause_id="drill-real")
    return replace(_ended_early(facts, docket, Outcome.REAL), incident=docket.act.word("number"))
