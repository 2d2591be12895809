"""Burden 填报负担: what a case cost the people who handled it, in acts and in fields that had to be typed. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rules.actor import Role

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rules.act import Act
    from rules.process import Process


@dataclass(frozen=True, slots=True)
class Burden:
    """How many acts people did, and how many fields they typed in them; what is tapped or chosen costs nothing."""

    acts: int
    typed: int


def burden_of(acts: Sequence[Act], process: Process) -> Burden:
    """Return the burden of some acts; those of the clock burden nobody."""
    by_people = [act for act in acts if act.actor.role is not Role.ENGINE]
    return Burden(len(by_people), sum(_typed(act, process) for act in by_people))


def _typed(act: Act, process: Process) -> int:
    said = act.content.keys() | act.texts
    return sum(entry.is_typed and entry.key in said for entry in process.form_of(act.kind).asked)
