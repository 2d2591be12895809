"""Hours 通知时段: when a county's notices go out, read from its own rules; no figure of policy stands in code.

    [notices]
    timely_at = ["08:30", "15:00"]
    digest_at = "17:00"
    quiet_from = "22:00"
    quiet_until = "07:00"
    most_a_day = 6

Belongs to `rules/` as soon as the county's file has that section; it needs nothing from here.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rules.strict_toml import Table

_TIME = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])")


@dataclass(frozen=True, slots=True)
class Hours:
    """Times of day in Asia/Shanghai. Quiet begins with `quiet_from` and ends with `quiet_until`, most often next day.

    `timely_at`: when what is due goes out; none means at once, outside quiet hours. `digest_at`: when the day's rest
    goes out together. `most_a_day`: how many messages that are no emergency one person may get in a day.
    """

    timely_at: tuple[time, ...]
    digest_at: time
    quiet_from: time
    quiet_until: time
    most_a_day: int

    def is_quiet(self, at: time) -> bool:
        """Tell whether only an emergency may go out at that time of day."""
        if self.quiet_from <= self.quiet_until:
            return self.quiet_from <= at < self.quiet_until
        return at >= self.quiet_from or at < self.quiet_until


def read_hours(table: Table) -> Hours:
    """Read the section of a county's file. Raises `RulebookError` where a set time is within quiet hours."""
    timely = tuple(_time(table, "timely_at", text) for text in table.texts("timely_at"))
    hours = Hours(
        timely_at=timely,
        digest_at=_time(table, "digest_at", table.text("digest_at")),
        quiet_from=_time(table, "quiet_from", table.text("quiet_from")),
        quiet_until=_time(table, "quiet_until", table.text("quiet_until")),
        most_a_day=table.whole("most_a_day"),
    )
    if timely != tuple(sorted(set(timely))):
        raise table.wrong("的 timely_at 应按先后排列且不重复")
    if any(hours.is_quiet(at) for at in (*timely, hours.digest_at)):
        raise table.wrong("的 timely_at、digest_at 不能在免打扰时段内")
    if len(timely) + 1 > hours.most_a_day:
        raise table.wrong("的 most_a_day 少于每日发送次数")
    return hours


def _time(table: Table, key: str, text: str) -> time:
    found = _TIME.fullmatch(text)
    if found is None:
        raise table.wrong(f"的 {key} 应为时刻，如 08:30")
    return time(int(found[1]), int(found[2]))
