"""The demonstration's weather 演示预警和火情: a warning that one town has not confirmed, and a fire that is out.

Both were hours ago, with the clock running: the town that is late has been told on.
"""

from __future__ import annotations

import struct
import zlib
from typing import TYPE_CHECKING, Any

from deployments.demo.county import Cast, Players, read_file
from documents.photograph import clean_copy
from models.evidence import EvidenceRoom
from models.receipt import Deed
from models.spreading import town_cases
from rules.actor import OWN, Role

if TYPE_CHECKING:
    from collections.abc import Callable

    from pendulum import DateTime

    from tasks.resources import Resources

_BUREAU = "emergency-bureau"
_LATE, _READY, _EVACUATING, _BURNING = "shangguan", "yangmingbu", "ekou", "nieying"
_GROUP = "示例一村二组|12户|村小学"
_WIDE, _HIGH = 320, 200


def play_warnings(tools: Resources, now: DateTime, let_pass: Callable[[Resources, DateTime], None]) -> None:
    """Play the fire of the day before and the warning of this day, each act at its time."""
    _Scene(tools, let_pass).fire(now.subtract(hours=26))
    _Scene(tools, let_pass).warning(now.subtract(hours=4))


class _Scene:
    """Who is there and what they do, each act with a file of its own."""

    def __init__(self, tools: Resources, let_pass: Callable[[Resources, DateTime], None]) -> None:
        self._tools, self._let_pass, self._cast = tools, let_pass, Cast.read()
        self._room = EvidenceRoom(tools.settings.folder("evidence"), tools.store)
        self._files = 0

    def fire(self, began: DateTime) -> None:
        """Play a fire at the edge of a field: soon reached, put out and guarded; its facts are still owed."""
        clerk, leader = (self._cast.logins[role, _BURNING][0] for role in (Role.TOWN_CLERK, Role.TOWN_LEADER))
        said = {"headline": "示例一村东沟，地边起火", "origin": "call"}
        fire = self._open("wildfire", f"{_BURNING}{OWN}", "report", clerk, began, said)
        self._do(fire, "arrive", leader, began.add(minutes=18), {"people": "14", "state": "地表火，火势不大，无人被困"})
        out = {"area": "900", "casualties": "0"}
        self._do(fire, "put-out", leader, began.add(minutes=70), out, files=1)
        officer = self._cast.logins[Role.BUREAU_OFFICER, _BUREAU][0]
        self._do(fire, "guard", officer, began.add(hours=20), {"passed": "yes"}, files=1)

    def warning(self, began: DateTime) -> None:
        """Warn three towns: one is ready, one brings a group away, one has not confirmed."""
        officer = self._cast.logins[Role.BUREAU_OFFICER, _BUREAU][0]
        names = {entry["code"]: entry["name"] for entry in read_file("county.toml")["organisation"]}
        said = {
            "headline": "暴雨橙色预警：今夜到明天上午南部有大暴雨", "hazard": "rain", "level": "orange",
            "until": began.add(days=2).date(), "advice": "转移沟口、崖下住户，停止户外作业，每小时报告一次",
            "towns": [names[town] for town in (_LATE, _READY, _EVACUATING)],
        }  # fmt: skip
        number = self._open("warning", f"{_BUREAU}{OWN}", "relay", officer, began, said, files=1)
        with self._tools.store.read() as reading:
            county = self._tools.installation.county_id
            towns = {one.town: one.case.number for one in town_cases(reading, county, number)}
        head = self._cast.logins[Role.BUREAU_HEAD, _BUREAU][0]
        self._do(towns[_READY], "confirm", self._cast.logins[Role.TOWN_CLERK, _READY][0], began.add(minutes=6), {})
        self._do(
            towns[_EVACUATING],
            "confirm",
            self._cast.logins[Role.TOWN_LEADER, _EVACUATING][0],
            began.add(minutes=19),
            {},
        )
        started = {"response": "third", "measures": "队伍待命，部门加强值守"}
        self._do(number, "respond", head, began.add(minutes=30), started, files=1)
        for minutes, town, evacuation in ((75, _READY, "no"), (80, _EVACUATING, "yes")):
            done = {"evacuation": evacuation, "villages": "9", "measures": "逐村通知，沟口设岗"}
            clerk = self._cast.logins[Role.TOWN_CLERK, town][0]
            self._do(towns[town], "measures", clerk, began.add(minutes=minutes), done, files=1)
        leader = self._cast.logins[Role.TOWN_LEADER, _EVACUATING][0]
        groups = {"groups": [_GROUP, "示例二村一组|5户|镇敬老院"]}
        self._do(towns[_EVACUATING], "evacuate", leader, began.add(minutes=95), groups)
        arrived = {"about": _GROUP, "everybody": "yes", "people": "31"}
        self._do(towns[_EVACUATING], "arrive", leader, began.add(minutes=150), arrived, files=1)

    def _open(
        self, process: str, place: str, kind: str, login: str, at: DateTime, said: dict[str, Any], *, files: int = 0
    ) -> str:
        self._let_pass(self._tools, at)
        deed = self._deed(kind, login, at, said, files)
        return self._tools.ledger.open_case(process, place, deed, at).number

    def _do(self, number: str, kind: str, login: str, at: DateTime, said: dict[str, Any], *, files: int = 0) -> None:
        self._let_pass(self._tools, at)
        self._tools.ledger.record(number, self._deed(kind, login, at, said, files), at)

    def _deed(self, kind: str, login: str, at: DateTime, said: dict[str, Any], files: int) -> Deed:
        with self._tools.store.read() as reading:
            actor = Players(reading).actor(login)
        key = f"demo:weather:{kind}:{login}:{at.isoformat()}"
        return Deed(kind, actor, key, said, evidence=tuple(self._file(at) for _ in range(files)))

    def _file(self, at: DateTime) -> str:
        """Return a sealed photograph of nothing, another one each time."""
        self._files += 1
        original = _png(self._files, f"{at}".encode())
        copy = clean_copy(original)
        return self._room.seal(original, copy, media_type="image/png", account_id="demonstration", now=at)


def _png(shade: int, mark: bytes) -> bytes:
    """Return a grey picture with a remark that makes it one of its own."""
    rows = b"".join(b"\x00" + bytes([(row + shade * 8) % 128 + 96]) * _WIDE for row in range(_HIGH))
    header = struct.pack(">IIBBBBB", _WIDE, _HIGH, 8, 0, 0, 0, 0)
    parts = ((b"IHDR", header), (b"tEXt", b"Comment\x00" + mark), (b"IDAT", zlib.compress(rows)), (b"IEND", b""))
    chunks = (
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data)) for name, data in parts
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)
