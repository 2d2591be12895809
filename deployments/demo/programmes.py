"""The demonstration's programmes 演示专项: opened for everybody; some lists have begun to be closed."""

from __future__ import annotations

import struct
import zlib
from itertools import chain, count
from typing import TYPE_CHECKING, Any

from deployments.demo.county import Cast, Players, read_file
from documents.photograph import clean_copy, media_type_of
from models.evidence import EvidenceRoom
from models.programme import opened_as
from models.receipt import Deed
from rules.actor import Role
from rules.programme import ProgrammeAct
from tasks.programme_rolling import open_programmes

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pendulum import DateTime

    from tasks.resources import Resources

_SAID = "演示"
_BUREAU = "emergency-bureau"
_TOWNS_DONE = 7
_Step = tuple[ProgrammeAct, Role, dict[str, Any], int]


def play_programmes(tools: Resources, now: DateTime, *, batch: str) -> None:
    """Open every programme of the year and play what the file says of some; one run tells all their stories."""
    open_programmes(tools)
    with tools.store.read() as reading:
        stage = _Stage(tools, now, batch, Cast.read(), Players(reading))
        for entry in read_file("programmes.toml")["programme"]:
            stage.play(entry["id"], entry["holder"], list(_steps(entry, stage, now)))
    county = read_file("county.toml")
    towns = [body["code"] for body in county["organisation"] if body["kind"] == "town"]
    for index, town in enumerate(towns):
        villages = [body["code"] for body in county["organisation"] if body["parent"] == town]
        done = len(villages) if index < _TOWNS_DONE else 0
        stage.play("zero-villages", town, list(_members(villages, done, Role.TOWN_CLERK, Role.TOWN_LEADER, now)))
    for department in sorted({unit["department"] for unit in county["unit"]} - {_BUREAU}):
        units = [unit["code"] for unit in county["unit"] if unit["department"] == department]
        steps = list(_members(units, len(units) // 2, Role.DEPT_OFFICER, Role.DEPT_HEAD, now))
        stage.play("zero-units", department, steps)


class _Stage:
    """Who plays, and where what they show is kept."""

    def __init__(self, tools: Resources, now: DateTime, batch: str, cast: Cast, players: Players) -> None:
        self._tools, self._now, self._batch = tools, now, batch
        self._cast, self._players = cast, players
        self._room = EvidenceRoom(tools.settings.folder("evidence"), tools.store)
        self._shades = count(1)

    def person(self, role: Role, holder: str) -> str:
        """Return the identifier of whoever holds a post."""
        return self._players.actor(self._login(role, holder)).person_id

    def play(self, programme: str, holder: str, steps: list[_Step]) -> None:
        """Do these acts in a programme of the year, each with pictures of its own."""
        county, last = self._tools.installation.county_id, f"{self._now.year}-12-31"
        with self._tools.store.read() as reading:
            number = opened_as(reading, county, programme, holder, last)
        if number is None:
            return
        for step, (kind, role, said, files) in enumerate(steps):
            deed = Deed(
                kind, self._players.actor(self._login(role, holder)), f"demo:{programme}:{holder}:{step}", said,
                evidence=tuple(self._picture() for _ in range(files)),
            )  # fmt: skip
            self._tools.store.write(
                lambda writing, number=number, deed=deed: self._tools.ledger.record_in(
                    writing, number, deed, self._now, batch=self._batch
                )
            )

    def _login(self, role: Role, holder: str) -> str:
        return self._cast.logins[role, holder][0]

    def _picture(self) -> str:
        original = _grey(next(self._shades))
        return self._room.seal(
            original, clean_copy(original), media_type=media_type_of(original), account_id=_SAID, now=self._now
        )


def _steps(entry: Mapping[str, Any], stage: _Stage, now: DateTime) -> Iterator[_Step]:
    holder = entry["holder"]
    clerk, head = (Role.BUREAU_OFFICER, Role.BUREAU_HEAD) if holder == _BUREAU else (Role.DEPT_OFFICER, Role.DEPT_HEAD)
    if "list" in entry:
        person = stage.person(clerk, holder)
        parts = [line.split("|", 2) for line in entry["list"]]
        lines = [f"{thing}|{person}|{measure}||{cells}" for thing, measure, cells in parts]
        yield ProgrammeAct.ENTER_LIST, clerk, {"list": lines}, 0
    closed = (_closed(str(no), clerk, head, now, checks=0) for no in range(1, entry.get("closed", 0) + 1))
    yield from chain.from_iterable(closed)
    if "figures" in entry or "difficulty" in entry:
        said = {"about": f"{now:%Y-%m}", "progress": _SAID, "difficulties": "none"}
        if "difficulty" in entry:
            said |= {"difficulties": "some", "difficulty": entry["difficulty"]}
        yield ProgrammeAct.REPORT, clerk, {**said, "figures": entry.get("figures", [])}, 0


def _members(codes: list[str], done: int, clerk: Role, head: Role, now: DateTime) -> Iterator[_Step]:
    yield ProgrammeAct.ENTER_LIST, clerk, {"list": codes}, 0
    yield from chain.from_iterable(_closed(str(no), clerk, head, now, checks=1) for no in range(1, done + 1))


def _closed(no: str, clerk: Role, head: Role, now: DateTime, *, checks: int) -> Iterator[_Step]:
    yield ProgrammeAct.FINISH, clerk, {"about": no, "day": now.date(), "content": _SAID}, 1
    yield ProgrammeAct.CHECK, head, {"about": no, "passed": "yes"}, checks


def _grey(shade: int) -> bytes:
    """Return a small plain picture, another one for each shade."""
    side = 24
    row = b"\x00" + bytes([96 + shade % 128, 96 + shade // 128 % 128, 128]) * side
    header = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
        for name, body in ((b"IHDR", header), (b"IDAT", zlib.compress(row * side)), (b"IEND", b""))
    )
