"""Hazards: seven days for what a unit finds itself, three working days to take charge of a major one, and so on."""

from __future__ import annotations

from typing import Any

#: Who hears that a hazard was not put right: the unit and its township at the end, department and leaders after it.
SMALL = "unit_head town_clerk town_leader dept_officer"
MAJOR = "unit_head town_leader dept_head bureau_head committee_office county_leader"
OFFICE = "dept_head committee_office"
#: A decision that nobody takes within a working day goes to the leader in charge, who is told as well.
UNDECIDED = "bureau_head committee_office"
NOT_EVEN_BY_THE_LEADER = "bureau_head committee_office county_leader"


def expect(oracle: Any) -> None:
    """Say what is expected of hazards."""
    small, talks = oracle.row("B051"), oracle.row("B124")
    small.owed("guard", "unit_fixer", in_time=1)
    small.owed("pump", "unit_fixer", late=1, told=SMALL)
    for name in ("belt", "wire"):
        small.owed(name, "unit_fixer", missed=1, told=SMALL)
        talks.owed(name, "dept_officer", in_time=1)  # the paper that asks the unit to come
    talks.owed("belt", "dept_head", in_time=1)
    talks.owed("wire", "dept_head", missed=1, told=OFFICE)

    listing, rectifying = oracle.row("B086"), oracle.row("B087")
    for name in ("slope", "shaft", "tunnel"):
        listing.owed(name, "dept_officer", in_time=1)
    listing.owed("pit", "dept_officer", missed=1, told=OFFICE)
    rectifying.owed("slope", "unit_head", in_time=1)
    for name in ("shaft", "tunnel", "pit"):
        rectifying.owed(name, "unit_head", missed=1, told=MAJOR)

    stopping = oracle.row("B142")
    stopping.owed("tank", "bureau_officer", in_time=1)
    stopping.owed("second-tank", "bureau_officer", missed=1, told=OFFICE)
    _decisions(oracle.row("B088"))


def _decisions(row: Any) -> None:
    """Whatever is overdue by half its term again is to be decided on by the head, then by the leader in charge."""
    row.owed("belt", "dept_head", in_time=1)
    row.owed("wire", "dept_head", in_time=1)
    row.owed("shaft", "bureau_head", in_time=1)
    # The pump was accepted before the leader in charge was late too.
    row.owed("pump", "dept_head", missed=1, told=UNDECIDED)
    row.owed("pump", "county_leader", lifted=1)
    # Of what nobody decides on: the talk about the wire that was not held; the work that nobody ordered to be resumed,
    # or that was not stopped, with the notices of it; the progress of the major ones that nobody reported, the review
    # of the slope that nobody asked for, the pit of which nobody took charge.
    undecided = {
        "wire": ("committee_office",),
        "tank": ("committee_office", "committee_office"),
        "second-tank": ("committee_office", "committee_office"),
        "shaft": ("dept_head",),
        "tunnel": ("dept_head", "bureau_head"),
        "slope": ("dept_head", "bureau_head"),
        "pit": ("dept_head", "bureau_head", "committee_office"),
    }
    for case, heads in undecided.items():
        for head in heads:
            row.owed(case, head, missed=1, told=UNDECIDED)
            row.owed(case, "county_leader", missed=1, told=NOT_EVEN_BY_THE_LEADER)
