"""The demonstration's staged matters 演示分步事项: as far as their file leads them; what is left is owed."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from deployments.demo.county import Cast, Players, read_file
from models.evidence import EvidenceRoom
from models.receipt import Deed
from rules.actor import Role

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pendulum import DateTime

    from models.ledger import Ledger
    from rules.actor import Actor
    from tasks.resources import Resources

_DAY = re.compile(r"\{today\}(?:\+(\d+))?", re.ASCII)
_MINE = "非煤"


def play_matters(tools: Resources, now: DateTime) -> None:
    """Play every matter of the file on the morning before, one minute after the other."""
    cast = Cast.read()
    begin = now.subtract(days=1).set(hour=9, minute=0, second=0, microsecond=0)
    with tools.store.read() as reading:
        stage = _Stage(tools, cast, Players(reading))
        for index, matter in enumerate(read_file("matters.toml")["matter"]):
            stage.play(matter, begin.add(minutes=index), index)


class _Stage:
    """Plays matters; whoever does a step is found by post and seat."""

    def __init__(self, tools: Resources, cast: Cast, players: Players) -> None:
        self._ledger: Ledger = tools.ledger
        self._room = EvidenceRoom(tools.settings.folder("evidence"), tools.store)
        self._cast, self._players = cast, players
        self._mine = next(
            unit["code"]
            for unit in read_file("county.toml")["unit"]
            if unit["department"] == "emergency-bureau" and _MINE in unit["sector"]
        )

    def play(self, matter: Mapping[str, Any], at: DateTime, index: int) -> None:
        about = self._mine if matter["about"] == "mine" else matter["about"]
        number = ""
        for step, scene in enumerate(matter["steps"]):
            who = self._who(scene["by"], scene.get("at", about))
            deed = Deed(
                scene["act"],
                who,
                f"demo:matter:{index}:{step}",
                self._values(scene, about, at.date()),
                evidence=tuple(self._paper(f"{index}-{step}-{n}", who, at) for n in range(scene.get("files", 0))),
            )
            if number:
                self._ledger.record(number, deed, at)
            else:
                number = self._ledger.open_case(matter["process"], about, deed, at).number

    def _values(self, scene: Mapping[str, Any], about: str, today: date) -> dict[str, Any]:
        said = {key: _dated(value, today) for key, value in scene.get("say", {}).items()}
        seat = scene.get("at", about)
        for key, role in scene.get("person", {}).items():
            said[key] = self._who(role, seat).person_id
        for key, roles in scene.get("people", {}).items():
            said[key] = [self._who(role, seat).person_id for role in roles]
        return said

    def _who(self, role: str, seat: str) -> Actor:
        """Return who holds a post at a body, for a unit whoever holds it there, for the county whoever does."""
        wanted = Role(role)
        held = self._cast.logins.get((wanted, seat))
        if held is None and seat in self._cast.departments:
            return self._players.actor(self._cast.login(wanted, seat))
        return self._players.actor(held[0] if held else self._cast.anyone(wanted))

    def _paper(self, name: str, who: Actor, at: DateTime) -> str:
        """Return a sealed page that stands for a paper; each is another."""
        from documents.photograph import blank_page  # noqa: PLC0415 - Pillow, only where the demonstration is founded

        original = blank_page(name)
        return self._room.seal(original, original, media_type="image/jpeg", account_id=who.account_id, now=at)


def _dated(value: Any, today: date) -> Any:
    """Return a day written as such, anything else as it is."""
    found = _DAY.fullmatch(value) if isinstance(value, str) else None
    return today + timedelta(days=int(found[1] or 0)) if found else value
