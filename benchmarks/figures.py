"""Figures: middle and tail of what was measured, and the table that is printed."""

from __future__ import annotations

import os
import statistics
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


def middle(seconds: Sequence[float]) -> float:
    """Return the median in milliseconds."""
    return statistics.median(seconds) * 1000


def tail(seconds: Sequence[float], share: float = 0.95) -> float:
    """Return the value that so large a share stays below, in milliseconds."""
    return sorted(seconds)[min(int(len(seconds) * share), len(seconds) - 1)] * 1000


def load() -> str:
    """Return how busy the machine is, which belongs beside every figure."""
    return " ".join(f"{value:.1f}" for value in os.getloadavg())


def show(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Print a table in Markdown, so that it can stand in the documentation as it is."""
    print("| " + " | ".join(headings) + " |")
    print("|" + " --- |" * len(headings))
    for row in rows:
        print("| " + " | ".join(row) + " |")
