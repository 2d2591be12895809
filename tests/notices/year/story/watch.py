"""Four days of the watch over the first of May: the first in order, the second late, then nobody comes any more."""

from __future__ import annotations

from typing import Any

SHIFTS = [
    "2021-05-01T08:00/2021-05-02T08:00|head|@bureau_head|@bureau_officer,@committee_office",
    "2021-05-02T08:00/2021-05-03T08:00|head|@bureau_head|@bureau_officer,@committee_office",
    "2021-05-03T08:00/2021-05-04T08:00|head|@bureau_head|@bureau_officer,@committee_office",
    "2021-05-04T08:00/2021-05-05T08:00|head|@bureau_head|@bureau_officer,@committee_office",
]
FIRST, SECOND = "2021-05-01T08:00", "2021-05-02T08:00"


def play(year: Any) -> None:
    """Write the timetable."""
    year.at("2021-04-30 09:00").open("watch", "duty_watch", "bureau", "publish", "bureau_officer", shifts=SHIFTS)
    for who in ("bureau_officer", "committee_office", "bureau_head"):
        year.at("2021-05-01 07:55").do("watch", "check-in", who, shift=FIRST)
    calling = year.at("2021-05-01 10:05")
    _call(calling, "@bureau_officer", "2021-05-01 10:00")
    _call(calling, "@committee_office", "2021-05-01 10:02")
    year.at("2021-05-01 16:00").do(
        "watch", "explain", "bureau_head", about="roll-call:=roll-call", reason="离开值班室，已批评"
    )
    year.at("2021-05-01 16:30").do("watch", "zero-report", "bureau_officer", day="2021-05-01", events="none")
    for who in ("bureau_officer", "committee_office"):
        year.at("2021-05-02 07:55").do("watch", "check-in", who, shift=SECOND)
    year.at("2021-05-02 08:05").do("watch", "hand-over", "bureau_officer", shift=FIRST, items=[])
    year.at("2021-05-02 08:25").do("watch", "check-in", "bureau_head", shift=SECOND)
    year.at("2021-05-02 17:20").do("watch", "zero-report", "bureau_officer", day="2021-05-02", events="none")


def _call(calling: Any, person: str, at: str) -> None:
    calling.do("watch", "roll-call", "bureau_head", person=person, called_at=at, answered="no")
