"""Accidents: one hour for the unit, two for the county, three days for the team, sixty for the report and so on."""

from __future__ import annotations

from typing import Any

#: A report that is late is told to the bureau's head, the committee office and the leader in charge.
LATE_REPORT = "bureau_head committee_office county_leader"
LATE_INQUIRY = "committee_office county_leader"


def expect(oracle: Any) -> None:
    """Say what is expected of accidents."""
    _reports(oracle)
    _inquiries(oracle)


def _reports(oracle: Any) -> None:
    unit, upward, government, blanks, onward = (
        oracle.row(number) for number in ("B101", "B100", "B099", "B102", "B104")
    )
    # The unit's head reports to the bureau within an hour of knowing.
    unit.owed("roof-fall", "unit_head", in_time=1)
    for name in ("hoist", "conveyor", "ramp"):
        unit.owed(name, "unit_head", missed=1, told=LATE_REPORT)
    # The bureau, once it knows, reports to the city and to the county's government within two hours each.
    for name in ("roof-fall", "ramp"):
        upward.owed(name, "bureau_officer", in_time=1)
        government.owed(name, "bureau_officer", in_time=1)
    # The county's government, once told, reports to the city's within the hour; of the ramp nobody does.
    onward.owed("roof-fall", "committee_office", in_time=1)
    onward.owed("ramp", "committee_office", missed=1, told=LATE_REPORT)
    upward.owed("conveyor", "bureau_officer", missed=1, told=LATE_REPORT)
    government.owed("conveyor", "bureau_officer", missed=1, told=LATE_REPORT)
    # A department that knows before the bureau reports in its own line, which that of the mine does not.
    for name in ("roof-fall", "hoist"):
        upward.owed(name, "dept_officer", missed=1, told=LATE_REPORT)
    # Eight things are blank in a first report: dead, missing, badly hurt, loss, course, scene, measures, the unit.
    blanks.owed("roof-fall", "bureau_officer", in_time=1, missed=7, told="bureau_head")
    for name in ("hoist", "conveyor", "ramp"):
        blanks.owed(name, "bureau_officer", missed=8, told="bureau_head")


def _inquiries(oracle: Any) -> None:
    team, report, reply, published = (oracle.row(number) for number in ("B056", "B233", "B238", "B239"))
    for name in ("roof-fall", "conveyor", "ramp"):
        team.owed(name, "committee_office", in_time=1)
        report.owed(name, "bureau_head", in_time=1)
    team.owed("hoist", "committee_office", missed=1, told=LATE_INQUIRY)
    report.owed("hoist", "bureau_head", missed=1, told=LATE_INQUIRY)
    for name in ("roof-fall", "ramp"):
        reply.owed(name, "county_leader", in_time=1)
    reply.owed("conveyor", "county_leader", missed=1, told=LATE_INQUIRY)
    published.owed("roof-fall", "committee_office", in_time=1)
    published.owed("ramp", "committee_office", missed=1, told=LATE_INQUIRY)
