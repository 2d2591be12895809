"""Shifts as they are written 班次的写法: one line each, read into shifts and written back; knows no facts.

A line is `first minute/last minute|head or deputy|leader|keeper,keeper`, minutes on the Shanghai clock, people as
identifiers: `2026-12-01T08:00/2026-12-02T08:00|head|p1|p2,p3`.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

import pendulum

from rules.deadlines import SHANGHAI
from rules.errors import ContentInvalid
from rules.watch import Shift

if TYPE_CHECKING:
    from pendulum import DateTime

_MINUTE = "%Y-%m-%dT%H:%M"
_BY_HEAD = {"head": True, "deputy": False}


def instant(written: str) -> DateTime:
    """Return the instant of a minute on the Shanghai clock. Raises `ValueError` for anything else."""
    return pendulum.instance(datetime.strptime(written, _MINUTE), tz=SHANGHAI)  # noqa: DTZ007 - the zone follows


def minute(at: datetime) -> str:
    """Return an instant as a shift's code names it."""
    return at.strftime(_MINUTE)


def read_shift(line: str) -> Shift:
    """Return the shift that a line describes. Raises `ContentInvalid` naming the line and how it is written."""
    try:
        span, rank, leader, keepers = (part.strip() for part in line.split("|"))
        begins, ends = (part.strip() for part in span.split("/"))
        starts_at, ends_at, by_head = instant(begins), instant(ends), _BY_HEAD[rank]
    except (ValueError, KeyError) as error:
        raise ContentInvalid(
            f"班次「{line}」写法不对，应为「开始/结束|head 或 deputy|带班领导|值班人员」，"
            "如 2026-12-01T08:00/2026-12-02T08:00|head|甲|乙,丙。请修改后重新提交。",
            clause="duty-24h",
        ) from error
    people = tuple(who.strip() for who in keepers.split(",") if who.strip())
    return Shift(minute(starts_at), starts_at, ends_at, leader, people, by_head)


def write_shift(shift: Shift) -> str:
    """Return the line that describes a shift."""
    rank = "head" if shift.by_head else "deputy"
    span = f"{minute(shift.starts_at)}/{minute(shift.ends_at)}"
    return f"{span}|{rank}|{shift.leader}|{','.join(shift.keepers)}"
