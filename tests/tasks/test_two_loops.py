"""The clock climbs and sends in two loops: a gateway that does not answer holds up no rung."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

from deployments.alarm_clock import AlarmClock
from models.escalation import next_wake
from notifications.channel import taken
from tasks.delivery import Delivered, deliver_waiting


class StuckGateway:
    """Takes what it is given once it is told to go on."""

    def __init__(self) -> None:
        self.entered, self.go_on = threading.Event(), threading.Event()
        self.taken = 0

    def send(self, message: Any, *, address: str | None, number: str) -> Any:
        del message, address, number
        self.entered.set()
        assert self.go_on.wait(30)
        self.taken += 1
        return taken()


def climbed(county: Any) -> int:
    count: int = county.rows("SELECT count(*) FROM acts WHERE person_id = 'clock'")[0][0]
    return count


def let_the_next_fall_due(county: Any) -> None:
    with county.store.read() as reading:
        due = next_wake(reading)
    assert due is not None
    county.now = max(due, county.now.add(seconds=31))


def test_rungs_are_climbed_while_a_gateway_does_not_answer(
    county: Any, tooled: Callable[..., Any], crowd: Any, until: Callable[..., None]
) -> None:
    gateway, ending = StuckGateway(), threading.Event()
    tools = tooled(county, {"preview": gateway})
    county.ledger = tools.ledger
    for _ in range(2):
        county.found()
    let_the_next_fall_due(county)
    crowd.start(lambda: AlarmClock(tools).run(ending))
    until(gateway.entered.is_set)
    until(lambda: climbed(county) == 2)
    let_the_next_fall_due(county)
    until(lambda: climbed(county) == 4)
    assert gateway.taken == 0
    gateway.go_on.set()
    until(lambda: county.rows("SELECT count(*) FROM notices WHERE status <> 'sent'") == [(0,)])
    ending.set()
    crowd.join()
    assert gateway.taken == county.count("notices")


def test_whoever_is_told_to_end_leaves_the_rest_to_others(county: Any, tooled: Callable[..., Any]) -> None:
    gateway = StuckGateway()
    gateway.go_on.set()
    tools = tooled(county, {"preview": gateway})
    county.ledger = tools.ledger
    county.found()
    county.now = county.now.add(minutes=1)
    assert deliver_waiting(tools, run_id="clock", is_ending=lambda: True) == Delivered()
    assert deliver_waiting(tools, run_id="clock").accepted == county.count("notices") > 0
