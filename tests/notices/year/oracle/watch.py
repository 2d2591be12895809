"""The watch over the first of May: fifteen minutes to check in, thirty to hand over, a report by five each day."""

from __future__ import annotations

from typing import Any

#: At the end of the term the watch itself, then its managers; the keepers are officer and committee office themselves.
TOLD = "bureau_head bureau_officer committee_office"


def expect(oracle: Any) -> None:
    """Say what is expected of the watch."""
    checks, handing, reports, explained = (oracle.row(number) for number in ("B095", "B096", "B097", "B098"))
    # Leader and keepers of four shifts: all of the first, the keepers of the second; its leader late; nobody after.
    checks.owed("watch", "watch_next", in_time=3, late=1, missed=4, told=TOLD)
    # The first hands over, and nobody takes over from it; the other three do not even hand over.
    handing.owed("watch", "watch_keeper", in_time=1, missed=1 + 3, told=TOLD)
    reports.owed("watch", "watch_keeper", in_time=1, late=1, missed=2, told=TOLD)
    # Two calls that nobody answered, one of them explained. With each shift that begins, what those before it missed:
    # of the third day both check-ins and the report, the second hand-over, the first taking over.
    explained.owed("watch", "watch_leader", in_time=1, missed=1 + 3 + 1 + 1, told=TOLD)
