"""A year with a gateway that is well: whatever nobody does, nobody is told more than six times a day."""

from __future__ import annotations

from typing import Any

import pytest


@pytest.mark.parametrize("days", [21, pytest.param(365, marks=pytest.mark.slow)])
def test_left_alone_every_ladder_tells_nobody_more_than_so_often_a_day(days: int, left_alone: Any) -> None:
    left_alone(days, faulty=False, most=4)
