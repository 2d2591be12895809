"""The demonstration's tip-offs 演示举报: one waits for a decision, one for its check, one was refused."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from deployments.demo.county import Cast, Players, read_file
from models.receipt import Deed
from rules.actor import Role
from rules.tipoff import TIPOFF, TipAct

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pendulum import DateTime

    from rules.actor import Actor
    from tasks.resources import Resources

_BUREAU = "emergency-bureau"
_SAID = ("channel", "named", "matter", "unit_name", "clue", "code")


def play_tipoffs(tools: Resources, now: DateTime, *, batch: str) -> None:
    """Take the tip-offs down at the emergency bureau at one instant; one run tells all their stories."""
    cast = Cast.read()
    with tools.store.read() as reading:
        players = Players(reading)
        officers = [players.actor(login) for login in cast.logins[Role.BUREAU_OFFICER, _BUREAU][:2]]
        head = players.actor(cast.logins[Role.BUREAU_HEAD, _BUREAU][0])
    for place, entry in enumerate(read_file("tipoffs.toml")["tipoff"]):
        deeds = [
            Deed(kind, who, f"demo:tipoff:{place}:{kind}", values)
            for kind, who, values in _steps(entry, officers, head)
        ]
        tools.store.write(lambda writing, deeds=deeds: _record(tools, writing, deeds, now, batch))


def _record(tools: Resources, writing: Any, deeds: list[Deed], now: DateTime, batch: str) -> None:
    opened = tools.ledger.open_case_in(writing, TIPOFF.name, _BUREAU, deeds[0], now, batch=batch)
    for deed in deeds[1:]:
        tools.ledger.record_in(writing, opened.number, deed, now, batch=batch)


def _steps(
    entry: Mapping[str, Any], officers: list[Actor], head: Actor
) -> Iterator[tuple[TipAct, Actor, dict[str, Any]]]:
    officer = officers[0]
    yield TipAct.RECEIVE, officer, {key: entry[key] for key in _SAID if key in entry}
    if "reporter" in entry:
        yield TipAct.IDENTIFY, officer, dict(entry["reporter"])
    if entry["stage"] == "refused":
        yield (
            TipAct.ACCEPT,
            officer,
            {"decision": "refuse", "ground": "not-safety", "reason": "劳动报酬争议，已告知劳动监察渠道"},
        )
    if entry["stage"] == "assigned":
        yield TipAct.ACCEPT, officer, {"decision": "accept"}
        first, second = (one.person_id for one in (*officers, head)[:2])
        yield TipAct.ASSIGN, head, {"first": first, "second": second, "impartial": "yes"}
