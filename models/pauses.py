"""Pauses 中止 of a duty as its row keeps them: begin, end and reason; what a deadline is computed again from."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from models.clock import instant, micros
from rules.day_counting import Pause

if TYPE_CHECKING:
    from collections.abc import Sequence


def written(pauses: Sequence[Pause]) -> str | None:
    """Return the pauses as the row keeps them, None for none."""
    if not pauses:
        return None
    rows = [[micros(one.started_at), micros(one.ended_at) if one.ended_at else None, one.reason] for one in pauses]
    return json.dumps(rows, ensure_ascii=False)


def read(text: str | None) -> tuple[Pause, ...]:
    """Return the pauses that a row keeps, in Asia/Shanghai."""
    rows: list[tuple[int, int | None, str]] = json.loads(text) if text else []
    return tuple(
        Pause(instant(begun), instant(ended) if ended is not None else None, why) for begun, ended, why in rows
    )
