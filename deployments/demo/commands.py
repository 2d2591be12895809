"""The demonstration's special commands 演示指挥部: set up and filled as far as their file says; what lacks is owed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from deployments.demo.county import Cast, Players, read_file
from models.receipt import Deed
from rules.actor import Role
from rules.command import CommandAct as Act
from rules.command.acts import Post

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pendulum import DateTime

    from tasks.resources import Resources

_DAYS_AGO = 3
_BUREAU, _DOCUMENT = "emergency-bureau", "示例政办发〔2021〕1号"


def play_commands(tools: Resources, now: DateTime) -> None:
    """Set up every command of the file, one minute after the other, and fill its posts, card and team."""
    cast = Cast.read()
    begin = now.subtract(days=_DAYS_AGO).set(hour=9, minute=0, second=0, microsecond=0)
    with tools.store.read() as reading:
        players = Players(reading)
        for login in (login for logins in cast.logins.values() for login in logins):
            players.actor(login)
    for index, command in enumerate(read_file("commands.toml")["command"]):
        _play(tools, command, begin.add(minutes=index), cast, players, leader=index)


def _play(
    tools: Resources, command: Mapping[str, Any], at: DateTime, cast: Cast, players: Players, *, leader: int
) -> None:
    clerk = players.actor(cast.logins[Role.BUREAU_OFFICER, _BUREAU][0])
    number = ""
    for step, (kind, values) in enumerate(_scenes(command, cast, players, leader)):
        deed = Deed(kind, clerk, f"demo:command:{command['category']}:{step}", values)
        if number:
            tools.ledger.record(number, deed, at)
        else:
            number = tools.ledger.open_case("command", command["seat"], deed, at).number


def _scenes(
    command: Mapping[str, Any], cast: Cast, players: Players, leader: int
) -> Iterator[tuple[str, Mapping[str, Any]]]:
    yield (
        Act.REGISTER,
        {"name": command["name"], "category": command["category"], "document_no": "示例政办发〔2021〕1号"},
    )
    leaders = cast.logins[Role.COUNTY_LEADER, "county"]
    head = (cast.logins.get((Role.DEPT_HEAD, command["seat"])) or cast.logins[Role.BUREAU_HEAD, _BUREAU])[0]
    if "commander" in command:
        yield _appointed(Post.COMMANDER, players, leaders[leader % len(leaders)])
    yield _appointed(Post.DEPUTY, players, head)
    yield _appointed(Post.OFFICE, players, head)
    if "steps" in command:
        yield Act.CARD, {"steps": command["steps"]}
    if "team" in command:
        kind, name, strength, base = command["team"]
        yield Act.TEAM, {"about": kind, "name": name, "strength": strength, "base": base}


def _appointed(post: Post, players: Players, login: str) -> tuple[str, Mapping[str, Any]]:
    return Act.APPOINT, {"about": post, "person": players.actor(login).person_id}
