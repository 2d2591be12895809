"""The demonstration's duty roster 演示值班表: the bureau's watch for the days to come, its present shift checked in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from deployments.demo.county import Cast, Players
from models.receipt import Deed
from rules.actor import Role
from rules.duty_watch import WatchAct as Act
from rules.duty_watch.reading import write_shift
from rules.watch import Shift

if TYPE_CHECKING:
    from collections.abc import Callable

    from pendulum import DateTime

    from tasks.resources import Resources

_BUREAU = "emergency-bureau"
_HOUR, _DAYS = 8, 40
_REPORT_HOUR = 16


def play_watch(tools: Resources, now: DateTime, let_pass: Callable[[Resources, DateTime], None]) -> None:
    """Publish the bureau's roster the evening before the present shift, and let that shift check in."""
    cast = Cast.read()
    leaders = [cast.anyone(Role.BUREAU_HEAD), *cast.logins[Role.COUNTY_LEADER, "county"]]
    officers = cast.logins[Role.BUREAU_OFFICER, _BUREAU]
    office = cast.logins[Role.COMMITTEE_OFFICE, "committee-office"]
    pairs = [officers[:2], office[:2]]
    with tools.store.read() as reading:
        players = Players(reading)
        ids = {login: players.actor(login).person_id for login in (*leaders, *officers, *office)}
    begin = now.set(hour=_HOUR, minute=0, second=0, microsecond=0)
    begin = begin if begin <= now else begin.subtract(days=1)
    shifts = [
        Shift(
            code="",
            starts_at=begin.add(days=day),
            ends_at=begin.add(days=day + 1),
            leader=ids[leaders[day % len(leaders)]],
            keepers=tuple(ids[login] for login in pairs[day % len(pairs)]),
            by_head=True,
        )
        for day in range(_DAYS)
    ]
    code = f"{begin:%Y-%m-%dT%H:%M}"
    scenes: list[tuple[DateTime, str, str, dict[str, Any]]] = [
        (begin.subtract(hours=15), Act.PUBLISH, officers[0], {"shifts": [write_shift(shift) for shift in shifts]}),
        *((begin.subtract(minutes=9), Act.CHECK_IN, login, {"shift": code}) for login in (*pairs[0], leaders[0])),
    ]
    reported_at = begin.set(hour=_REPORT_HOUR)
    if reported_at <= now:
        scenes.append((reported_at, Act.ZERO_REPORT, pairs[0][0], {"day": begin.date(), "events": "none"}))
    _play(tools, scenes, players, let_pass)


def _play(
    tools: Resources,
    scenes: list[tuple[DateTime, str, str, dict[str, Any]]],
    players: Players,
    let_pass: Callable[[Resources, DateTime], None],
) -> None:
    number = ""
    for step, (at, kind, login, values) in enumerate(scenes):
        let_pass(tools, at)
        deed = Deed(kind, players.actor(login), f"demo:watch:{step}", values)
        receipt = tools.ledger.record(number, deed, at) if number else None
        if receipt is None:
            number = tools.ledger.open_case("duty_watch", _BUREAU, deed, at).number
