"""A process as a picture 流程图: steps, lanes and arrows as declared; drawn elsewhere, proved true by exploration."""

from __future__ import annotations

from dataclasses import dataclass

BEGIN = "begin"
END = "end"


@dataclass(frozen=True, slots=True)
class Step:
    """A kind of act that the case can wait for, in the lane of whoever does it."""

    act: str
    lane: str


@dataclass(frozen=True, slots=True)
class Arrow:
    """After the act `source` (with that outcome, in words) the case waits for `target`."""

    source: str
    target: str
    when: str = ""


@dataclass(frozen=True, slots=True)
class Picture:
    """Lanes from top to bottom, steps in reading order, arrows between them."""

    lanes: tuple[str, ...]
    steps: tuple[Step, ...]
    arrows: tuple[Arrow, ...]
