"""The live demonstration 现场演示: in a demonstration things go on happening, one after the other, as a file says.

It records through the ledger's door as people do, under their posts and marked as a demonstration. Where it stands is
asked of the ledger: what was recorded under its key is not recorded again, so that it goes on where it was stopped.
Whatever people have done meanwhile stands, and what it makes impossible is left out.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from itertools import count
from typing import TYPE_CHECKING, Any

from deployments.demo.county import Cast, Players, read_file
from models.receipt import Deed
from rules.actor import Role
from rules.errors import ActRefused, SafetyError, SetupError
from rules.processes import process_named

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from pendulum import DateTime

    from models.receipt import Receipt
    from rules.actor import Actor
    from tasks.resources import Resources

_FILE = "live.toml"
_REVIEWER = "reviewer"


@dataclass(frozen=True, slots=True)
class Beat:
    """One thing to happen, as the file has it."""

    thread: str
    act: str
    by: str
    says: Mapping[str, str]
    minutes_ago: int = 0
    once: bool = False


@dataclass(frozen=True, slots=True)
class Happened:
    """One thing that happened, or was left out for a `reason`; `number` is its case's, empty where none came about."""

    number: str
    seq: int
    label: str
    name: str
    role: Role
    reason: str = ""


def require_demonstration(tools: Resources) -> None:
    """Return on an installation that is a demonstration. Raises `SetupError` on any other."""
    if not tools.installation.demonstration or tools.installation.exercise:
        raise SetupError("现场演示只能用于演示库，这里不是，什么也没有写入。请用 make up 建立的演示县。")


def play(tools: Resources, *, rounds: int = 0) -> Iterator[Happened]:
    """Let one thing after the other happen, and yield each as it is recorded; nothing is recorded between two of them.

    `rounds` more rounds are begun at most, 0 for no end; one that was left in the middle is finished first. Raises
    `SetupError` on an installation that is no demonstration.
    """
    require_demonstration(tools)
    script = read_file(_FILE)
    beats = [Beat(**each) for each in script["beat"]]
    with tools.store.read() as reading:
        cast = Cast.read()
        company = _Company(cast, Players(reading))
        for login in cast.names:
            company.players.actor(login)
    first = _last_begun(tools, beats)
    for number in count(first):
        if rounds and number >= first + rounds:
            return
        yield from _Round(tools, company, number, script["thread"]).play(beats)


def _last_begun(tools: Resources, beats: Sequence[Beat]) -> int:
    """Return the round to go on with: the last that was begun and is not over, the next one otherwise."""
    begun = next(number for number in count(1) if tools.ledger.answer_to(_key(number + 1, 0, beats[0])) is None)
    is_over = tools.ledger.answer_to(_key(begun, len(beats) - 1, beats[-1])) is not None
    return begun + 1 if is_over else begun


def _key(number: int, index: int, beat: Beat) -> str:
    return f"live:once:{beat.thread}" if beat.once else f"live:{number}:{index}"


@dataclass(frozen=True, slots=True)
class _Company:
    """Who plays, by post and unit."""

    cast: Cast
    players: Players

    def login(self, who: str, unit: str) -> str:
        role, _, which = who.partition(":")
        if role == _REVIEWER:
            return self.cast.reviewer()
        return self.cast.login(Role(role), unit, second=bool(which))

    def actor(self, login: str) -> Actor:
        return self.players.actor(login)


@dataclass
class _Thread:
    """One case of a round: its unit and words, and what has been recorded in it."""

    process: str
    unit: str
    words: Mapping[str, str]
    done: dict[str, Receipt] = field(default_factory=dict[str, "Receipt"])

    @property
    def number(self) -> str:
        return next((receipt.number for receipt in self.done.values()), "")


class _Round:
    """One round of the file."""

    def __init__(self, tools: Resources, company: _Company, number: int, threads: Mapping[str, Any]) -> None:
        self._tools = tools
        self._company = company
        self._number = number
        self._threads: dict[str, _Thread] = {}
        for name, thread in threads.items():
            turn = thread["turn"][(number - 1) % len(thread["turn"])]
            self._threads[name] = _Thread(thread["process"], turn["unit"], turn)

    def play(self, beats: Sequence[Beat]) -> Iterator[Happened]:
        for index, beat in enumerate(beats):
            thread, key = self._threads[beat.thread], _key(self._number, index, beat)
            known = self._tools.ledger.answer_to(key)
            if known is not None:
                thread.done[beat.act] = known
            elif thread.done or beat.act in process_named(thread.process).openings:
                yield self._happen(beat, thread, key)

    def _happen(self, beat: Beat, thread: _Thread, key: str) -> Happened:
        login = self._company.login(beat.by, thread.unit)
        actor, label = self._company.actor(login), process_named(thread.process).label_of(beat.act)
        happened = Happened(thread.number, 0, label, self._company.cast.names[login], actor.role)
        try:
            receipt = self._record(beat, thread, actor, key)
        except (ActRefused, SafetyError) as refused:
            return replace(happened, reason=refused.message)
        thread.done[beat.act] = receipt
        return replace(happened, number=receipt.number, seq=receipt.seq)

    def _record(self, beat: Beat, thread: _Thread, actor: Actor, key: str) -> Receipt:
        now = self._tools.now()
        at = now.subtract(minutes=beat.minutes_ago)
        says = {name: self._said(words, thread, now) for name, words in beat.says.items()}
        deed = Deed(beat.act, actor, key, says, happened_at=at if beat.minutes_ago else None)
        if thread.done:
            return self._tools.ledger.record(thread.number, deed, now)
        return self._tools.ledger.open_case(thread.process, thread.unit, deed, now)

    def _said(self, words: str, thread: _Thread, now: DateTime) -> Any:
        """Return what one word of the file stands for."""
        sort, _, rest = words.partition(":")
        match words[:1], sort:
            case "$", _:
                return thread.words[words[1:]]
            case "#", _:
                return self._threads[words[1:]].number
            case "@", _:
                return _duty(words[1:], thread)
            case _, "name":
                return self._company.cast.names[self._company.login(rest, thread.unit)]
            case _, "id":
                return self._company.actor(self._company.login(rest, thread.unit)).person_id
            case _:
                return _time(words, now)


def _duty(name: str, thread: _Thread) -> str:
    """Return the key of a draft, or of what its service began."""
    opened_by = thread.done.get("order" if name == "order" else "serve-order")
    return f"{name}@{opened_by.seq if opened_by else 0}"


def _time(words: str, now: DateTime) -> Any:
    """Return the day or the minute that a word counts from now, in Asia/Shanghai; any other word as it stands."""
    if words.startswith(("day+", "day-")):
        return now.add(days=int(words[3:])).date()
    if words.startswith("at+"):
        return now.add(minutes=int(words[3:])).format("YYYY-MM-DDTHH:mm")
    return words
