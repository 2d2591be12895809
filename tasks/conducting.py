"""Conducting an exercise 推进演练: the loop that moves its clock from one thing to the next, until it is over.

Knows no Prefect and no terminal: what is done at each thing, what is told and how one waits are handed in.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from models import clock

if TYPE_CHECKING:
    from collections.abc import Callable

    from models.exercise import Exercise
    from tasks.directing import Coming, Director

_LOOK_EVERY_SECONDS = 0.2


@dataclass(frozen=True, slots=True)
class Manner:
    """How an exercise is conducted: `do` does what has come, `news` is called when something may have happened.

    `wait` waits for so many seconds of real time; with `leaping` nothing is waited for.
    """

    do: Callable[[Coming], None]
    news: Callable[[], None]
    wait: Callable[[float], None]
    leaping: bool = False


def conduct(director: Director, manner: Manner) -> Exercise:
    """Conduct an exercise until it has ended or somebody stops it, and return how it stands then."""
    while (exercise := director.exercise()).is_running:
        coming = director.coming()
        if manner.leaping:
            director.stand(coming.at, clock.now())
            now = coming.at
        else:
            now = director.move(clock.now(), exercise.speed, coming.at)
        if now >= coming.at:
            manner.do(coming)
        else:
            director.catch_up(now)
            manner.wait(_LOOK_EVERY_SECONDS)
        manner.news()
    return exercise
