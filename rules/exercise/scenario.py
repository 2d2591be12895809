"""The scenario 情景 of an exercise: who learns what and when, who must do what by when, and who is played by whom.

Minutes are counted on the exercise's own clock. Facts have addresses; people are posts.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pendulum import DateTime

    from rules.actor import Role

_MINUTE = "YYYY-MM-DD HH:mm"


@dataclass(frozen=True, slots=True)
class Expectation:
    """An act that a post is expected to do on the accident, within so many minutes of the inject, under a clause.

    `about` tells several of one kind apart, as acts do. `values` are what a script fills in; `acts_after` is when it
    does so, None where the script stays silent.
    """

    inject: int
    place: int
    act: str
    by: Role
    within_minutes: int
    clause_id: str
    about: str
    values: Mapping[str, str]
    acts_after: int | None

    @property
    def key(self) -> str:
        """Return what names it within the scenario: number of the inject and place in it."""
        return f"{self.inject}.{self.place}"


@dataclass(frozen=True, slots=True)
class Inject:
    """One piece of news: told to posts so many minutes after the beginning, to be answered with 「收到」."""

    no: int
    after_minutes: int
    to: tuple[Role, ...]
    says: str
    answer_within: int
    expected: tuple[Expectation, ...]


@dataclass(frozen=True, slots=True)
class Player:
    """How a post is played: by people, or by the script, which answers after so many minutes or, None, never."""

    role: Role
    by_script: bool
    answers_after: int | None


@dataclass(frozen=True, slots=True)
class Recipient:
    """Somebody who is told over a real channel: only those whom the file lists are."""

    role: Role
    channel: str
    address: str


@dataclass(frozen=True, slots=True)
class Scenario:
    """A whole scenario. `starts` is the time of day in Asia/Shanghai, `sectors` the words by which a unit is chosen."""

    name: str
    title: str
    sources: tuple[str, ...]
    note: str
    starts: str
    minutes: int
    sectors: tuple[str, ...]
    injects: tuple[Inject, ...]
    players: Mapping[Role, Player]
    recipients: tuple[Recipient, ...] = ()
    preset: Mapping[str, str] = field(default_factory=dict[str, str])

    @property
    def expectations(self) -> tuple[Expectation, ...]:
        """Return everything that is expected, inject by inject."""
        return tuple(one for inject in self.injects for one in inject.expected)

    @property
    def roles(self) -> tuple[Role, ...]:
        """Return every post that learns or must do something, each once, in order."""
        told = (role for inject in self.injects for role in inject.to)
        return tuple(dict.fromkeys((*told, *(one.by for one in self.expectations))))

    def is_scripted(self, role: Role, *, everybody: bool) -> bool:
        """Tell whether the script plays a post; with `everybody` it plays all of them."""
        return everybody or (role in self.players and self.players[role].by_script)

    def answers_after(self, role: Role) -> int | None:
        """Return after how many minutes the script answers for a post, None where it never does."""
        return self.players[role].answers_after if role in self.players else None


def said(values: Mapping[str, str], **instants: DateTime) -> dict[str, str]:
    """Return a script's values with marks such as `{start}`, `{inject}` and `{now}` as minutes in Asia/Shanghai."""
    found = dict(values)
    for mark, at in instants.items():
        found = {key: value.replace(f"{{{mark}}}", at.format(_MINUTE)) for key, value in found.items()}
    return found
