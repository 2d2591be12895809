"""Registers: a few are kept, each once; nobody enters anything in the others."""

from __future__ import annotations

from typing import Any


def play(year: Any) -> None:
    """Write the timetable."""
    for day, name, who, entries in (
        ("2021-05-12", "seven-log 2021-Q2 bureau", "bureau_officer", "2021-05-12 | 体育场 | 社区"),
        ("2021-05-19", "new-media 2021-05 bureau", "bureau_officer", "2021-05-18 | 公众号 | 防汛提醒"),
        ("2021-09-15", "study 2021-H2 qingshi", "town_clerk", "2021-09-14 | 安全生产重要论述 | 30"),
        ("2021-06-02", "unit-key-people 2021 redstar", "unit_safety", "矿长 | 主要负责人1 | 2020-01-01"),
    ):
        year.at(f"{day} 12:00").do(name, "register", who, photos=1, day=day, entries=entries)
