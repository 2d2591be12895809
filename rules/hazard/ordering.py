"""Orders on their way 文书办理: draft, confirmation, review, signature, service, return and withdrawal.

A draft has no effect outside. What an order does to the case it does when it is served, the one exception being work
stopped on the spot.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from rules.actor import Role
from rules.agenda import by_act
from rules.hazard import major, requests, rounds
from rules.hazard.acts import HazardAct
from rules.hazard.kinds import KINDS
from rules.orders import Order, OrderState, OrderStep, ServiceMode, order_key, served_at

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from pendulum import DateTime

    from rules.docket import Docket
    from rules.hazard.facts import Facts

_CLAUSES = {
    OrderStep.CONFIRM: ("ord-confirm", Role.DEPT_OFFICER),
    OrderStep.REVIEW: ("ord-review", Role.BUREAU_OFFICER),
    OrderStep.SIGN: ("ord-sign", Role.DEPT_HEAD),
    OrderStep.SERVE: ("ord-serve", Role.DEPT_OFFICER),
}


def drafted(facts: Facts, docket: Docket) -> Facts:
    """A draft answers the duty to order; work stopped on the spot stands still at once, and its paper follows."""
    act, kind = docket.act, KINDS[HazardAct(docket.act.kind)]
    asked = by_act(docket.live, kind.name)
    docket.discharge(kind.name)
    stops = kind.name == HazardAct.STOP_WORK
    order = Order(
        key=order_key(act),
        kind=kind,
        drafted_at=act.happened_at,
        ends_on=act.day("ends_on"),
        drafters=act.actor.persons,
        urgent=stops and (act.says("at_once") or facts.stopped),
        asked=asked,
    )
    if act.says("at_once") and not facts.stopped:
        facts = requests.stopped(facts, docket)
    return _go_on(facts, docket, order)


def confirmed(facts: Facts, docket: Docket) -> Facts:
    """The second officer stands behind the order too. Law: enf-two-officers 第四十二条."""
    order = _decided(facts, docket, OrderStep.CONFIRM)
    if not _agreed(docket):
        return _returned(facts, docket, order)
    persons = docket.act.actor.persons
    return _go_on(facts, docket, replace(order, confirmers=persons, state=OrderState.CONFIRMED))


def reviewed(facts: Facts, docket: Docket) -> Facts:
    """Somebody who drafted nothing has looked at facts, law and wording. Law: ord-review 审核."""
    order = _decided(facts, docket, OrderStep.REVIEW)
    if not _agreed(docket):
        return _returned(facts, docket, order)
    persons = docket.act.actor.persons
    return _go_on(facts, docket, replace(order, reviewers=persons, state=OrderState.REVIEWED))


def signed(facts: Facts, docket: Docket) -> Facts:
    """The signature makes the paper with its number; it still has to reach whom it binds. Law: ord-sign 签发."""
    order = _decided(facts, docket, OrderStep.SIGN)
    if not _agreed(docket):
        return _returned(facts, docket, order)
    docket.issue(order.kind.paper, clause_id=order.kind.clause_id)
    return _go_on(facts, docket, replace(order, signed_at=docket.act.happened_at, state=OrderState.SIGNED))


def served(facts: Facts, docket: Docket) -> Facts:
    """From service on the order binds, and what it names runs. Law: ord-serve 送达."""
    act = docket.act
    order = facts.orders[act.word("about")]
    at = served_at(order, act, docket.rulebook)
    docket.discharge_about(OrderStep.SERVE, order.key, at=at)
    docket.issue("service-receipt", clause_id=ServiceMode(act.word("mode")).clause_id)
    order = order.moved(OrderState.SERVED)
    return _TAKES_EFFECT[HazardAct(order.kind.name)](facts.with_order(order), docket, order, at)


def withdrawn(facts: Facts, docket: Docket) -> Facts:
    """An order that has not been served is taken back; a number that it had is never used again. Law: ord-withdraw."""
    order = facts.orders[docket.act.word("about")]
    docket.drop(order.key)
    docket.tell("order-withdrawn", Role.DEPT_OFFICER, clause_id="ord-withdraw")
    return _drafted_again(facts.with_order(order.moved(OrderState.WITHDRAWN)), docket, order)


def talk_held(facts: Facts, docket: Docket) -> Facts:
    """The talk has taken place and its record is drawn up. Law: ord-hold-talk 约谈记录."""
    docket.discharge_about(HazardAct.HOLD_TALK, docket.act.word("about"))
    docket.issue("talk-record", clause_id="ord-hold-talk")
    return facts


# --- on the way ----------------------------------------------------------------------------------


def _decided(facts: Facts, docket: Docket, step: OrderStep) -> Order:
    about = docket.act.word("about")
    docket.discharge_about(step, about)
    return facts.orders[about]


def _agreed(docket: Docket) -> bool:
    return docket.act.word("approved") == "yes"


def _go_on(facts: Facts, docket: Docket, order: Order) -> Facts:
    step = order.next_step
    assert step is not None, "only a served order waits for nothing"
    clause_id, holder = _CLAUSES[step]
    docket.owe(step, holder, clause_id, ladder="office", blocks=order.kind.binds_case, about=order.key)
    return facts.with_order(order)


def _returned(facts: Facts, docket: Docket, order: Order) -> Facts:
    docket.tell("order-returned", Role.DEPT_OFFICER, clause_id=_clause(docket))
    return _drafted_again(facts.with_order(order.moved(OrderState.RETURNED)), docket, order)


def _clause(docket: Docket) -> str:
    clause_id, _ = _CLAUSES[OrderStep(docket.act.kind)]
    return clause_id


def _drafted_again(facts: Facts, docket: Docket, order: Order) -> Facts:
    """The draft is owed again on its old clock, where it was owed or where work already stands still because of it."""
    if by_act(docket.live, order.kind.name) is not None:
        return facts
    if order.asked is not None:
        docket.owe_again(order.asked)
    elif order.urgent:
        docket.owe(HazardAct.STOP_WORK, Role.DEPT_OFFICER, "haz-stop", ladder="office", blocks=False)
    return facts


# --- what an order does when it is served --------------------------------------------------------


def _rectification(facts: Facts, docket: Docket, order: Order, at: DateTime) -> Facts:
    return rounds.rectify_by_order(facts, docket, ends_on=order.ends_on, since=at)


def _listing(facts: Facts, docket: Docket, order: Order, at: DateTime) -> Facts:
    return major.listed(facts, docket, ends_on=order.ends_on, since=at)


def _stop(facts: Facts, docket: Docket, order: Order, at: DateTime) -> Facts:
    del order, at
    return facts if facts.stopped else requests.stopped(facts, docket)


def _circular(facts: Facts, docket: Docket, order: Order, at: DateTime) -> Facts:
    del order, at
    docket.tell("circulated", Role.UNIT_HEAD, Role.TOWN_LEADER, clause_id="ord-circular")
    return facts


def _talk(facts: Facts, docket: Docket, order: Order, at: DateTime) -> Facts:
    docket.tell("talk-called", Role.UNIT_HEAD, clause_id="ord-talk")
    docket.owe(
        HazardAct.HOLD_TALK,
        Role.DEPT_HEAD,
        "ord-hold-talk",
        ladder="office",
        since=at,
        ends_on=order.ends_on,
        blocks=False,
        about=order.key,
    )
    return facts


_TAKES_EFFECT: Mapping[HazardAct, Callable[[Facts, Docket, Order, DateTime], Facts]] = {
    HazardAct.ORDER: _rectification,
    HazardAct.LIST: _listing,
    HazardAct.STOP_WORK: _stop,
    HazardAct.CIRCULAR: _circular,
    HazardAct.TALK: _talk,
}
